"""Turning a picture by hand: from places on the screen to degrees. Pure; right is x, down is y."""

from __future__ import annotations

import math

Point = tuple[float, float]
SNAP = 15.0
"""Degrees between the angles that a held Shift allows."""
FINEST = 0.1
"""Degrees; a hand can't do better."""


def turned(rotation: float, middle: Point, start: Point, now: Point, *, snap: bool = False) -> float:
    """The rotation (degrees, clockwise, 0 up to 360) after `start` was taken around `middle` to `now`."""
    step = SNAP if snap else FINEST
    wished = rotation + _angle(middle, now) - _angle(middle, start)
    return round(round(wished / step) * step, 6) % 360


def straightening(a: Point, b: Point) -> float:
    """Degrees to turn clockwise, -45 up to 45, until the line from `a` to `b` is level or upright."""
    if a == b:
        return 0.0
    angle = _angle(a, b)
    return round(angle / 90) * 90 - angle


def _angle(middle: Point, at: Point) -> float:
    return math.degrees(math.atan2(at[1] - middle[1], at[0] - middle[0]))
