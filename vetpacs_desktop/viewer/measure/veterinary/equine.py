"""The horse's foot on the lateromedial radiograph: founder distance, palmar angle, sole depth, hoof wall.

Heights are those above the ground line that is clicked, whatever way the picture is turned or flipped.
"""

from __future__ import annotations

import math

from vetpacs_desktop.viewer.measure.measured import NotMeasurable
from vetpacs_desktop.viewer.measure.veterinary import limb_drawings as at
from vetpacs_desktop.viewer.measure.veterinary.construction import Construction, Role
from vetpacs_desktop.viewer.measure.veterinary.guide import Guide, Step
from vetpacs_desktop.viewer.measure.veterinary.planar import Place, dot, foot, height, unit

_VIEW = ("foot lateromedial, weight-bearing",)


def _ground(work: Construction) -> tuple[Place, complex]:
    """A place of the ground line and its direction."""
    toe, heel = work.take(2)
    along = unit(heel - toe, "the ground line")
    work.draw(toe, heel)
    return toe, along


def founder_distance(work: Construction) -> None:
    """Height of the coronary band above the extensor process."""
    start, along = _ground(work)
    (band,) = work.take(1)
    above = height(band, start, along)
    if abs(above) < work.space.half_pixel:
        raise NotMeasurable(reason="the coronary band lies on the ground line")
    (process,) = work.take(1)
    up = math.copysign(1.0, above)
    fall = up * (above - height(process, start, along))
    level = process + along * dot(band - process, along)
    work.draw(process, level)
    work.draw(band, level, role=Role.MEASURED)
    work.length("founder_distance", fall)
    work.finish("founder_distance")


def palmar_angle(work: Construction) -> None:
    """Of the solar margin against the ground; positive when the heel's end is higher."""
    start, along = _ground(work)
    tip, process = work.take(2)
    margin = process - tip
    unit(margin, "the solar margin")
    work.draw(tip, process, role=Role.MEASURED)
    work.draw(tip, tip + along * dot(margin, along))
    heights = height(tip, start, along), height(process, start, along)
    if abs(sum(heights)) < work.space.half_pixel:
        raise NotMeasurable(reason="the bone does not lie on one side of the ground line")
    up = math.copysign(1.0, sum(heights))
    rise = up * (heights[1] - heights[0])
    value = math.degrees(math.atan2(rise, abs(dot(margin, along))))
    work.degrees("palmar_angle", value, margin)
    work.finish("palmar_angle")


def sole_depth(work: Construction) -> None:
    """From the bone's tip down to the ground."""
    start, along = _ground(work)
    (tip,) = work.take(1)
    base = foot(tip, start, along)
    work.span("sole_depth", base, tip)
    work.finish("sole_depth")


def hoof_wall(work: Construction) -> None:
    """Distance of bone and wall, at a right angle to the wall, high and low."""
    high, low = work.take(2)
    along = unit(low - high, "the hoof wall")
    work.draw(high, low, role=Role.MEASURED)
    distances = []
    ends = work.take(2)
    for name, place in zip(("proximal", "distal"), ends, strict=True):
        distances.append(height(place, high, along))
        work.span(name, foot(place, high, along), place)
    if distances[0] * distances[1] <= 0:
        raise NotMeasurable(reason="the bone's surface crosses the line of the hoof wall")
    proximal, distal = (abs(distance) for distance in distances)
    bone = ends[1] - ends[0]
    if dot(bone, along) <= 0:
        raise NotMeasurable(
            reason="the bone's surface must be clicked from proximal to distal, like the wall"
        )
    work.draw(*ends, role=Role.MEASURED)
    work.degrees("divergence", math.degrees(math.atan2(distal - proximal, dot(bone, along))), bone)
    work.length("mean", (proximal + distal) / 2)
    work.finish("mean")


_GROUND = (
    Step("ground at the toe", "Click the surface of the ground or block below the toe.", at.GROUND_TOE),
    Step("ground at the heel", "Click the same surface below the heel.", at.GROUND_HEEL),
)
_TIP = Step("tip of the coffin bone", "Click the tip of the distal phalanx.", at.COFFIN_TIP)

EQUINE_GUIDES: tuple[Guide, ...] = (
    Guide(
        "founder_distance",
        "Founder distance",
        "hoof",
        ("horse",),
        _VIEW,
        "Height of the coronary band (proximal end of the dorsal wall) above the extensor process, at "
        "a right angle to the ground; positive when the bone lies lower.",
        at.HOOF,
        (
            *_GROUND,
            Step(
                "coronary band",
                "Click the proximal end of the dorsal hoof wall, or of its marker.",
                at.CORONARY_BAND,
            ),
            Step("extensor process", "Click the highest point of the extensor process.", at.EXTENSOR_PROCESS),
        ),
        founder_distance,
        4,
    ),
    Guide(
        "palmar_angle",
        "Palmar angle",
        "hoof",
        ("horse",),
        _VIEW,
        "The angle between the solar margin of the distal phalanx and the ground; positive when its "
        "palmar end is higher than its tip.",
        at.HOOF,
        (
            *_GROUND,
            _TIP,
            Step(
                "palmar end of the solar margin",
                "Click the palmar end of the solar margin.",
                at.PALMAR_PROCESS,
            ),
        ),
        palmar_angle,
        4,
    ),
    Guide(
        "sole_depth",
        "Sole depth",
        "hoof",
        ("horse",),
        _VIEW,
        "From the tip of the distal phalanx to the ground surface of the sole, at a right angle to it.",
        at.HOOF,
        (*_GROUND, _TIP),
        sole_depth,
        3,
    ),
    Guide(
        "hoof_wall",
        "Hoof wall to coffin bone",
        "hoof",
        ("horse",),
        _VIEW,
        "Distances from the outer surface of the dorsal wall to the dorsal surface of the distal "
        "phalanx, at right angles to the wall, proximally and distally; the value is their mean. The "
        "divergence is the angle between wall and bone, positive when they part towards the toe.",
        at.HOOF,
        (
            Step(
                "hoof wall, proximal",
                "Click the outer surface of the dorsal wall near the coronary band.",
                at.WALL_HIGH,
            ),
            Step(
                "hoof wall, distal", "Click the outer surface of the dorsal wall near the toe.", at.WALL_LOW
            ),
            Step(
                "coffin bone, proximal",
                "Click the dorsal surface of the distal phalanx below its process.",
                at.COFFIN_HIGH,
            ),
            Step(
                "coffin bone, distal",
                "Click the dorsal surface of the distal phalanx near its tip.",
                at.COFFIN_LOW,
            ),
        ),
        hoof_wall,
        4,
    ),
)
