"""Axes and joint lines of long bones and of the spine: femoral and tibial angles, CORA, Cobb.

Frontal angles are named for their side (lateral, medial) and read on that side whatever way the picture is
hung, because the clicks say which side is which.
"""

from __future__ import annotations

from vetpacs_desktop.viewer.measure.measured import PX, Measured, NotMeasurable
from vetpacs_desktop.viewer.measure.veterinary import limb_drawings as at
from vetpacs_desktop.viewer.measure.veterinary.construction import Construction, Role
from vetpacs_desktop.viewer.measure.veterinary.guide import Guide, Step, circle_steps
from vetpacs_desktop.viewer.measure.veterinary.planar import Place, angle, cross, dot, meeting, unit
from vetpacs_desktop.viewer.measure.veterinary.trunk_drawings import COBB_SPOTS, SPINE_CURVED


def femur_angles(work: Construction) -> None:
    """aLPFA, mLPFA, inclination, aLDFA, mLDFA; the anatomic distal one is the value."""
    head = work.circle("the femoral head").center
    (tip,) = work.take(1)
    joint = tip - head
    unit(joint, "the proximal joint line")
    work.draw(head, tip, role=Role.MEASURED)
    neck = _middle(work)
    neck_axis = head - neck
    unit(neck_axis, "the axis of the neck")
    work.draw(neck, head, role=Role.MEASURED)
    high, low = _middle(work), _middle(work)
    shaft = unit(low - high, "the axis of the shaft")
    work.draw(high, low, role=Role.MEASURED)
    work.degrees("aLPFA", angle(joint, shaft), joint, low - high)
    work.degrees("inclination", angle(neck_axis, shaft), neck_axis, low - high)
    lateral, medial = work.take(2)
    distal = lateral - medial
    unit(distal, "the distal joint line")
    work.draw(medial, lateral, role=Role.MEASURED)
    work.extended(high, low, (lateral + medial) / 2)
    work.degrees("aLDFA", angle(distal, -shaft), distal, low - high)
    (fossa,) = work.take(1)
    axis = fossa - head
    unit(axis, "the mechanical axis")
    work.draw(head, fossa)
    work.degrees("mLPFA", angle(joint, axis), joint, axis)
    work.degrees("mLDFA", angle(distal, -axis), distal, axis)
    work.result("aLDFA")


def tibia_angles(work: Construction) -> None:
    """mMPTA and mMDTA; the proximal one is the value."""
    top, bottom = work.take(2)
    axis = bottom - top
    unit(axis, "the mechanical axis")
    work.draw(top, bottom, role=Role.MEASURED)
    medial, lateral = work.take(2)
    proximal = medial - lateral
    unit(proximal, "the proximal joint line")
    work.draw(lateral, medial, role=Role.MEASURED)
    work.degrees("mMPTA", angle(proximal, axis), proximal, axis)
    medial, lateral = work.take(2)
    distal = medial - lateral
    unit(distal, "the distal joint line")
    work.draw(lateral, medial, role=Role.MEASURED)
    work.degrees("mMDTA", angle(distal, -axis), distal, axis)
    work.result("mMPTA")


def cora(work: Construction) -> None:
    """Angle between the axes of two segments, with the sign of the side that the apex points to."""
    top, upper_end = work.take(2)
    upper = unit(upper_end - top, "the proximal axis")
    work.draw(top, upper_end, role=Role.MEASURED)
    lower_start, bottom = work.take(2)
    lower = unit(bottom - lower_start, "the distal axis")
    work.draw(lower_start, bottom, role=Role.MEASURED)
    center = meeting(top, upper, lower_start, lower)
    if center is not None:
        work.extended(top, upper_end, center)
        work.extended(lower_start, bottom, center)
        work.dot(center)
        column, row = work.pixel(center)
        work.parts["cora_column"], work.parts["cora_row"] = Measured(column, PX), Measured(row, PX)
    (marked,) = work.take(1)
    side = cross(upper, marked - top)
    if abs(side) < work.space.half_pixel:
        raise NotMeasurable(reason="the marked side lies on the proximal axis")
    size = angle(upper, lower)
    apex = upper - lower
    away = cross(upper, apex) * side < 0
    work.degrees(
        "deviation", size if away or center is None else -size, upper_end - top, bottom - lower_start
    )
    work.result("deviation")
    if center is None:
        work.remark("the two axes are parallel, so they have no centre of angulation")
    else:
        work.remark(f"the apex points {'away from' if away else 'to'} the marked side")


def cobb(work: Construction) -> None:
    """Angle between two end plates, which end of each was clicked first does not matter."""
    first, second = work.take(2)
    upper = unit(second - first, "the first end plate")
    work.draw(first, second, role=Role.MEASURED)
    third, fourth = work.take(2)
    lower = unit(fourth - third, "the second end plate")
    work.draw(third, fourth, role=Role.MEASURED)
    plain = angle(upper, lower)
    value = min(plain, 180.0 - plain)
    center = meeting(first, upper, third, lower)
    if center is not None:
        one, other = (first + second) / 2 - center, (third + fourth) / 2 - center
        if 2 * abs(one) > abs(second - first) and 2 * abs(other) > abs(fourth - third):
            value = angle(one, other)
            ends = "first" if dot(one, upper) > 0 else "second"
            work.remark(f"the end plates converge towards the {ends} end of the cranial one")
        work.extended(first, second, center)
        work.extended(third, fourth, center)
    work.degrees("angle", value, second - first, fourth - third)
    work.finish("angle")


def _middle(work: Construction) -> Place:
    """Half way between the next two points."""
    one, other = work.take(2)
    work.draw(one, other)
    work.dot((one + other) / 2)
    return (one + other) / 2


def _cortex(side: str, level: str, spot: tuple[float, float]) -> Step:
    return Step(
        f"{side} cortex, {level}", f"Click the outer edge of the {side} cortex at {level} of the shaft.", spot
    )


LIMB_GUIDES: tuple[Guide, ...] = (
    Guide(
        "femur_angles",
        "Femoral angles",
        "limbs",
        ("dog", "cat"),
        ("femur craniocaudal",),
        "Shaft's axis: through the middles of the shaft at a third and at half of its length. "
        "Mechanical axis: head's centre to the intercondylar fossa. Joint lines: head's centre to the "
        "greater trochanter's tip, and along both condyles. aLPFA, aLDFA, mLPFA and mLDFA are the "
        "angles on the lateral side between the axes (a: shaft's, m: mechanical) and the joint lines; "
        "the inclination is that between the neck's axis and the shaft's.",
        at.FEMUR,
        (
            *circle_steps("the femoral head", at.FEMUR_HEAD, at.FEMUR_HEAD_RADIUS, (12, 3, 6)),
            Step("tip of the greater trochanter", "Click the tip of the greater trochanter.", at.TROCHANTER),
            Step(
                "neck, proximal edge",
                "Click the proximal edge of the neck where it is narrowest.",
                at.NECK_PROXIMAL,
            ),
            Step("neck, distal edge", "Click the distal edge of the neck opposite.", at.NECK_DISTAL),
            _cortex("lateral", "a third", at.THIRD_LATERAL),
            _cortex("medial", "a third", at.THIRD_MEDIAL),
            _cortex("lateral", "half", at.HALF_LATERAL),
            _cortex("medial", "half", at.HALF_MEDIAL),
            Step(
                "lateral condyle", "Click the most distal point of the lateral condyle.", at.CONDYLE_LATERAL
            ),
            Step("medial condyle", "Click the most distal point of the medial condyle.", at.CONDYLE_MEDIAL),
            Step("intercondylar fossa", "Click the middle of the intercondylar fossa.", at.FOSSA),
        ),
        femur_angles,
        13,
    ),
    Guide(
        "tibia_angles",
        "Tibial angles",
        "limbs",
        ("dog", "cat"),
        ("tibia caudocranial", "tibia craniocaudal"),
        "Mechanical axis: middle of the intercondylar eminence to the tip of the distal intermediate "
        "ridge. mMPTA and mMDTA are the angles on the medial side between it and the proximal and "
        "distal joint line.",
        at.TIBIA,
        (
            Step(
                "intercondylar eminence", "Click the proximal end in the middle of the joint.", at.TIBIA_TOP
            ),
            Step(
                "distal intermediate ridge", "Click the tip of the distal intermediate ridge.", at.TIBIA_RIDGE
            ),
            Step(
                "medial condyle",
                "Click the lowest point of the medial condyle's joint surface.",
                at.TIBIA_MEDIAL,
            ),
            Step(
                "lateral condyle",
                "Click the lowest point of the lateral condyle's joint surface.",
                at.TIBIA_LATERAL,
            ),
            Step("medial groove", "Click the deepest point of the medial distal groove.", at.GROOVE_MEDIAL),
            Step(
                "lateral groove", "Click the deepest point of the lateral distal groove.", at.GROOVE_LATERAL
            ),
        ),
        tibia_angles,
        6,
    ),
    Guide(
        "cora",
        "Centre of rotation of angulation (CORA)",
        "limbs",
        (),
        ("any view of a long bone",),
        "Where the axes of the proximal and the distal segment meet, and the angle between them: "
        "positive when the apex points away from the marked side, negative when it points to it.",
        at.BENT_BONE,
        (
            Step(
                "proximal axis, first point",
                "Click the middle of the bone at its proximal end.",
                at.BENT_SPOTS[0],
            ),
            Step(
                "proximal axis, second point",
                "Click the middle of the bone above the bend.",
                at.BENT_SPOTS[1],
            ),
            Step(
                "distal axis, first point", "Click the middle of the bone below the bend.", at.BENT_SPOTS[2]
            ),
            Step(
                "distal axis, second point",
                "Click the middle of the bone at its distal end.",
                at.BENT_SPOTS[3],
            ),
            Step(
                "the medial or cranial side",
                "Click anywhere beside the bone on its medial side, or on its cranial side in a "
                "lateral view.",
                at.BENT_SIDE,
            ),
        ),
        cora,
        5,
    ),
    Guide(
        "cobb",
        "Cobb angle",
        "spine",
        (),
        ("spine lateral", "spine ventrodorsal"),
        "The angle between the cranial end plate of the first and the caudal end plate of the last "
        "vertebra of the curve.",
        SPINE_CURVED,
        (
            Step(
                "cranial end plate, dorsal or left end",
                "Click the dorsal (or left) end of the first vertebra's cranial end plate.",
                COBB_SPOTS[0],
            ),
            Step("cranial end plate, other end", "Click its ventral (or right) end.", COBB_SPOTS[1]),
            Step(
                "caudal end plate, dorsal or left end",
                "Click the dorsal (or left) end of the last vertebra's caudal end plate.",
                COBB_SPOTS[2],
            ),
            Step("caudal end plate, other end", "Click its ventral (or right) end.", COBB_SPOTS[3]),
        ),
        cobb,
        4,
    ),
)
