"""The stifle before cruciate surgery: tibial plateau angle, TPLO and TTA planning.

TPA after Slocum; the common tangent of two circles for the TTA. Figures for planning only: what is done is
the surgeon's decision.
"""

from __future__ import annotations

import math

from vetpacs_desktop.viewer.measure.measured import MM, Measured, NotMeasurable
from vetpacs_desktop.viewer.measure.veterinary import limb_drawings as at
from vetpacs_desktop.viewer.measure.veterinary.construction import Construction, Ring, Role
from vetpacs_desktop.viewer.measure.veterinary.guide import Guide, Step, circle_steps
from vetpacs_desktop.viewer.measure.veterinary.planar import angle, cross, dot, turned, unit

TARGET = 5.0
"""Degrees of plateau angle that a TPLO aims at (Slocum)."""
BLADES_MM = (12.0, 15.0, 18.0, 21.0, 24.0, 27.0, 30.0)
"""Radii of the saw blades that are sold."""
STANDING = 135.0
"""Degrees of stifle extension at which a TTA is planned."""
STANDING_OFF = 5.0
"""Degrees by which the stifle may differ from it before it is remarked on."""


def tplo_chord(plateau_degrees: float, radius: float, target: float = TARGET) -> float:
    """How far the plateau is moved along a saw cut of `radius`, as a straight distance in the same unit.

    Raises `NotMeasurable` when the plateau is no steeper than the target.
    """
    rotation = plateau_degrees - target
    if rotation <= 0:
        raise NotMeasurable(reason=f"the plateau is no steeper than the target of {target:g} degrees")
    return 2 * radius * math.sin(math.radians(rotation) / 2)


def _plateau(work: Construction) -> tuple[float, complex, complex]:
    """(angle, direction of the plateau to caudal, direction of the axis to distal)."""
    eminence, talus = work.take(2)
    axis = unit(talus - eminence, "the mechanical axis")
    work.draw(eminence, talus, role=Role.MEASURED)
    cranial, caudal = work.take(2)
    slope = unit(caudal - cranial, "the plateau")
    work.draw(cranial, caudal, role=Role.MEASURED)
    across = axis * complex(0, 1) if cross(axis, slope) > 0 else axis * complex(0, -1)
    middle = (cranial + caudal) / 2
    reach = abs(caudal - cranial) * 0.75
    work.draw(middle - across * reach, middle + across * reach)
    value = math.degrees(math.atan2(dot(slope, axis), abs(cross(slope, axis))))
    work.degrees("plateau_angle", value, caudal - cranial)
    work.degrees("caudal_proximal_tibial_angle", 90.0 - value, caudal - cranial)
    if value > TARGET:
        work.degrees("rotation", value - TARGET, caudal - cranial)
    return value, slope, axis


def plateau_angle(work: Construction) -> None:
    """TPA with the shift for every blade."""
    value, _, _ = _plateau(work)
    if value > TARGET:
        for radius in BLADES_MM:
            chord = Measured(tplo_chord(value, radius), MM, note="of the blade, whatever the picture's scale")
            work.parts[f"chord_{radius:.0f}_mm_blade"] = chord
    work.result("plateau_angle")


def tplo(work: Construction) -> None:
    """The chord on a drawn saw cut."""
    value, slope, axis = _plateau(work)
    center, on_cut = work.take(2)
    radius = work.length("saw_radius", abs(on_cut - center))
    unit(on_cut - center, "the saw's radius")
    radii = (radius / work.space.column, radius / work.space.row)
    work.marks.append(Ring(work.pixel(center), radii))
    work.dot(center)
    work.length("chord", tplo_chord(value, radius))
    way = 1.0 if cross(slope, -axis) > 0 else -1.0
    moved = center + turned(on_cut - center, way * (value - TARGET))
    work.draw(center, on_cut)
    work.draw(center, moved)
    work.draw(on_cut, moved, role=Role.MEASURED)
    work.result("chord")


def advancement(work: Construction) -> None:
    """TTA by the common tangent."""
    femur = work.circle("the femoral condyle")
    tibia = work.circle("the tibial plateau")
    centers = unit(tibia.center - femur.center, "the line of the centres")
    contact = (femur.center + centers * femur.radius + tibia.center - centers * tibia.radius) / 2
    tangent = centers * complex(0, 1)
    reach = 1.5 * femur.radius
    work.draw(femur.center, tibia.center)
    work.draw(contact - tangent * reach, contact + tangent * reach, role=Role.MEASURED)
    patella, tuberosity = work.take(2)
    tendon = patella - tuberosity
    unit(tendon, "the patellar tendon")
    side = dot(tuberosity - femur.center, tangent)
    if abs(side) < 0.2 * femur.radius:
        raise NotMeasurable(reason="the tuberosity lies on the line of the circles' centres")
    cranial = tangent if side > 0 else -tangent
    work.draw(tuberosity, patella, role=Role.MEASURED)
    work.degrees("patellar_tendon_angle", angle(tendon, -cranial), tendon)
    advance = dot(tendon, cranial)
    work.draw(patella, tuberosity + cranial * advance)
    work.draw(tuberosity, tuberosity + cranial * advance, role=Role.MEASURED)
    work.length("advance", advance)
    work.result("advance")
    if advance > 0:
        work.remark("how far the tuberosity has to move; a cage has to be chosen wider than that")
    else:
        work.remark("the tendon stands at 90 degrees or less already")
    _extension(work)


def _extension(work: Construction) -> None:
    """The stifle's angle, when the shafts' axes were clicked as well."""
    femur_high, femur_low, tibia_high, tibia_low = work.take(4)
    thigh, shank = femur_high - femur_low, tibia_low - tibia_high
    unit(thigh, "the femur's axis")
    unit(shank, "the tibia's axis")
    work.draw(femur_high, femur_low)
    work.draw(tibia_high, tibia_low)
    value = work.degrees("stifle_angle", angle(thigh, shank), thigh, shank)
    if abs(value - STANDING) > STANDING_OFF:
        work.remark(f"the stifle stands at {value:.0f} degrees; the method is meant for {STANDING:.0f}")


_PLATEAU = (
    Step("intercondylar eminence", "Click the middle of the intercondylar eminence.", at.EMINENCE),
    Step("centre of the talus", "Click the centre of the talus.", at.TALUS),
    Step(
        "cranial end of the plateau",
        "Click the cranial end of the medial tibial condyle's joint surface.",
        at.PLATEAU_CRANIAL,
    ),
    Step("caudal end of the plateau", "Click its caudal end.", at.PLATEAU_CAUDAL),
)


_STIFLE_VIEW = ("stifle and tibia lateral, hock included",)
_AXIS = "between the tibial plateau and the perpendicular to the tibia's mechanical axis (eminence to talus)"
STIFLE_GUIDES: tuple[Guide, ...] = (
    Guide(
        "tpa",
        "Tibial plateau angle (TPA)",
        "stifle",
        ("dog", "cat"),
        _STIFLE_VIEW,
        f"The angle {_AXIS}; positive when the plateau falls to caudal. With it, for each saw blade of "
        "radius R, the TPLO shift 2 R sin((TPA - 5) / 2).",
        at.STIFLE_AND_HOCK,
        _PLATEAU,
        plateau_angle,
        4,
    ),
    Guide(
        "tplo",
        "TPLO: shift on a drawn saw cut",
        "stifle",
        ("dog",),
        _STIFLE_VIEW,
        f"The angle {_AXIS} less the target of 5 degrees is the rotation; the shift is the chord 2 R "
        "sin(rotation / 2) of the drawn saw cut with radius R.",
        at.STIFLE_AND_HOCK,
        (
            *_PLATEAU,
            Step("centre of the saw cut", "Click where the saw cut shall be centred.", at.SAW_CENTER),
            Step("a point of the saw cut", "Click a point that the saw cut shall run through.", at.ON_SAW),
        ),
        tplo,
        6,
    ),
    Guide(
        "tta",
        "TTA: advance of the tuberosity",
        "stifle",
        ("dog",),
        ("stifle lateral at 135 degrees",),
        "Circles on the femoral condyle and on the tibial plateau; their common tangent is "
        "perpendicular to the line of their centres. The advance is the distance, along the tangent, "
        "from the tibial tuberosity to the parallel to that line through the origin of the patellar "
        "tendon: there the tendon stands at 90 degrees.",
        at.STIFLE,
        (
            *circle_steps("the femoral condyle", at.CONDYLE, at.CONDYLE_RADIUS, (8, 6, 4)),
            *circle_steps("the tibial plateau", at.TIBIAL, at.TIBIAL_RADIUS, (11, 12, 1)),
            Step(
                "origin of the patellar tendon",
                "Click the cranial edge of the tendon's origin at the lower end of the kneecap.",
                at.PATELLA_TIP,
            ),
            Step("tibial tuberosity", "Click the cranial point of the tibial tuberosity.", at.TUBEROSITY),
            Step(
                "femur's axis, proximal",
                "For the stifle's angle, click the middle of the femur's shaft, high up.",
                at.FEMUR_HIGH,
                optional=True,
            ),
            Step(
                "femur's axis, distal",
                "Click the middle of the femur's shaft farther down.",
                at.FEMUR_LOW,
                optional=True,
            ),
            Step(
                "tibia's axis, proximal",
                "Click the middle of the tibia's shaft, high up.",
                at.TIBIA_HIGH,
                optional=True,
            ),
            Step(
                "tibia's axis, distal",
                "Click the middle of the tibia's shaft farther down.",
                at.TIBIA_LOW,
                optional=True,
            ),
        ),
        advancement,
        8,
    ),
)
