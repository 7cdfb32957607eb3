"""Angles in true space: at a vertex, and between two lines.

Pure functions on points. Pixels that are not square are straightened first; no angle needs millimetres.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.measure.image import MeasuredImage
from vetpacs_desktop.viewer.measure.measured import DEGREES, Measured, NotMeasurable
from vetpacs_desktop.viewer.measure.space import Space, shape_space
from vetpacs_desktop.viewer.measure.tool import Points

Vector = NDArray[np.float64]


def angle(points: Points, image: MeasuredImage) -> Measured:
    """At point 1 between the lines to 0 and 2: 0 to 180 degrees."""
    space = shape_space(image, points)
    true = space.true(points)
    sides = true[0] - true[1], true[2] - true[1]
    return _degrees(between(*sides), grain_of(space, *sides))


def open_angle(points: Points, image: MeasuredImage) -> Measured:
    """Between the lines 0-1 and 2-3, at the place where they would meet, on the side where they are drawn.

    The order of clicks does not matter. Lines that cross each other give the smaller of their two angles.
    """
    space = shape_space(image, points)
    a, b, c, d = space.true(points)
    return _degrees(between_lines(a, b, c, d), grain_of(space, b - a, d - c))


def between(one: Vector, other: Vector) -> float:
    """Degrees between two directions, 0 to 180. Raises `NotMeasurable` where one has no length."""
    if not (np.any(one) and np.any(other)):
        raise NotMeasurable(reason="two of the points are the same, so there is no angle")
    cross = one[0] * other[1] - one[1] * other[0]
    return abs(float(np.degrees(np.arctan2(cross, one @ other))))


def between_lines(a: Vector, b: Vector, c: Vector, d: Vector) -> float:
    """Degrees between the lines a-b and c-d as drawn, whichever end was clicked first."""
    plain = between(b - a, d - c)
    sharp = min(plain, 180.0 - plain)
    meeting = _meeting(a, b, c, d)
    if meeting is None:
        return sharp
    first, second = meeting
    if 0 < first < 1 or 0 < second < 1:
        return sharp
    along, other = (b - a) * (0.5 - first), (d - c) * (0.5 - second)
    return between(along, other)


def _meeting(a: Vector, b: Vector, c: Vector, d: Vector) -> tuple[float, float] | None:
    """Where the lines meet, as shares of a-b and of c-d; None when they are parallel."""
    one, other = b - a, d - c
    cross = float(one[0] * other[1] - one[1] * other[0])
    if abs(cross) <= 1e-12 * float(np.hypot(*one) * np.hypot(*other)):
        return None
    gap = c - a
    return (
        float(gap[0] * other[1] - gap[1] * other[0]) / cross,
        float(gap[0] * one[1] - gap[1] * one[0]) / cross,
    )


def grain_of(space: Space, *sides: Vector) -> float:
    """Degrees that half a pixel at the end of the shortest side is worth."""
    shortest = min(float(np.hypot(*side)) for side in sides)
    return float(np.degrees(np.arctan2(space.half_pixel, shortest)))


def _degrees(value: float, grain: float) -> Measured:
    parts = {"supplement": Measured(180.0 - value, DEGREES, grain=grain)}
    return Measured(value, DEGREES, parts=parts, grain=grain)
