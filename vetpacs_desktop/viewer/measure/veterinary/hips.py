"""Hips on ventrodorsal radiographs: Norberg angle of both, and the distraction index of one.

The heads are circles through three points of their edge, so that nobody has to guess a centre. The official
PennHIP score comes from PennHIP alone; what is computed here is the same ratio.
"""

from __future__ import annotations

from vetpacs_desktop.viewer.measure.veterinary import trunk_drawings as at
from vetpacs_desktop.viewer.measure.veterinary.construction import Construction, Role
from vetpacs_desktop.viewer.measure.veterinary.drawing import Spot
from vetpacs_desktop.viewer.measure.veterinary.guide import Guide, Step, circle_steps
from vetpacs_desktop.viewer.measure.veterinary.planar import Place, angle, unit

UNLIKE = 0.15
"""Share of the radius by which the two heads may differ before it is remarked on: a tilted pelvis."""

ALIKE = 1e-6
"""Degrees by which the hips may differ and still be called equal: the noise of doubles."""


def norberg(work: Construction) -> None:
    """Both angles; the lower one is the value."""
    right = work.circle("the right femoral head")
    work.length("right_radius", right.radius)
    (right_rim,) = work.take(1)
    work.draw(right.center, right_rim, role=Role.MEASURED)
    left = work.circle("the left femoral head")
    work.length("left_radius", left.radius)
    work.span("head_distance", right.center, left.center)
    if abs(right.radius - left.radius) > UNLIKE * max(right.radius, left.radius):
        work.remark("the two heads are not of one size: is the pelvis tilted, or a circle wrong?")
    right_angle = _rim_angle(work, "right", right.center, left.center, right_rim)
    (left_rim,) = work.take(1)
    work.draw(left.center, left_rim, role=Role.MEASURED)
    left_angle = _rim_angle(work, "left", left.center, right.center, left_rim)
    side = "right" if right_angle <= left_angle else "left"
    work.result(side)
    if abs(right_angle - left_angle) > ALIKE:
        work.remark(f"the lower of both, which is the {side} one")


def _rim_angle(work: Construction, side: str, center: Place, other: Place, rim: Place) -> float:
    unit(rim - center, f"the line from the {side} head to its rim")
    return work.degrees(side, angle(other - center, rim - center), rim - center)


def distraction(work: Construction) -> None:
    """Distance of the centres over the head's radius."""
    head = work.circle("the femoral head")
    work.length("head_radius", head.radius)
    cup = work.circle("the acetabulum")
    work.length("acetabular_radius", cup.radius)
    work.draw(head.center, cup.center, role=Role.MEASURED)
    distance = work.length("distance", abs(head.center - cup.center))
    work.ratio("index", distance, head.radius)
    work.finish("index")


def _rim(side: str, spot: Spot) -> Step:
    return Step(
        f"craniolateral rim of the {side} acetabulum",
        f"Click the craniolateral rim of the {side} acetabulum.",
        spot,
    )


HIP_GUIDES: tuple[Guide, ...] = (
    Guide(
        "norberg",
        "Norberg angle, both hips",
        "hips",
        ("dog", "cat"),
        ("pelvis ventrodorsal, hips extended",),
        "At each femoral head's centre, the angle between the line to the other head's centre and the "
        "line to the craniolateral rim of the acetabulum. The heads are circles through three points.",
        at.HIPS,
        (
            *circle_steps("the right femoral head", at.HEAD_RIGHT, at.HEAD_RADIUS, (12, 3, 6)),
            _rim("right", at.RIM_RIGHT),
            *circle_steps("the left femoral head", at.HEAD_LEFT, at.HEAD_RADIUS, (12, 9, 6)),
            _rim("left", at.RIM_LEFT),
        ),
        norberg,
        8,
    ),
    Guide(
        "distraction_index",
        "Distraction index, one hip",
        "hips",
        ("dog", "cat"),
        ("pelvis ventrodorsal, hips distracted",),
        "Distance between the centres of femoral head and acetabulum, divided by the head's radius. "
        "Both are circles through three points.",
        at.HIP_CLOSE,
        (
            *circle_steps("the femoral head", at.HIP_HEAD, at.HIP_HEAD_RADIUS, (12, 3, 8)),
            *circle_steps("the acetabulum", at.HIP_CUP, at.HIP_CUP_RADIUS, (11, 9, 8)),
        ),
        distraction,
        6,
    ),
)
