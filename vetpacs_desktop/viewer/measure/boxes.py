"""Rectangles and ellipses that may be turned: their corners, and what becomes of them when one is dragged.

Kept as two opposite corners, upright; a third point is then the corner beside the first one, and gives the
direction of a side. Everything is in a plane of square pixels, the one that is drawn. Measures nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from vetpacs_desktop.viewer.measure.calibration import Point

CORNERS = 4
"""Handles 0 to 3: the first corner, the opposite one, the one beside the first, the last."""
TURN = 4
"""The handle that turns the box."""
LEAST = 1e-6
"""Pixels; a side that is shorter has no direction."""
STRAIGHT = math.radians(1.0)
"""A box turned back to within this angle of upright stands upright again."""


@dataclass(frozen=True, slots=True)
class Box:
    """A corner and the two sides from it, at right angles."""

    corner: Point
    side: Point
    """To the corner beside it."""
    down: Point

    @property
    def corners(self) -> tuple[Point, Point, Point, Point]:
        """Round about, from the first one."""
        (x, y), (a, b), (c, d) = self.corner, self.side, self.down
        return (x, y), (x + a, y + b), (x + a + c, y + b + d), (x + c, y + d)

    @property
    def center(self) -> Point:
        """The middle of all corners."""
        first, _, opposite, _ = self.corners
        return (first[0] + opposite[0]) / 2, (first[1] + opposite[1]) / 2


def box_of(points: Sequence[Point]) -> Box:
    """The box of two or three points."""
    first, opposite = points[0], points[1]
    across = opposite[0] - first[0], opposite[1] - first[1]
    along = _direction(points)
    share = across[0] * along[0] + across[1] * along[1]
    side = share * along[0], share * along[1]
    return Box(first, side, (across[0] - side[0], across[1] - side[1]))


def upright(points: Sequence[Point]) -> bool:
    """Whether the sides run along rows and columns."""
    return len(points) < 3


def handles(points: Sequence[Point]) -> tuple[Point, Point, Point, Point]:
    """The corners in the order of their handles."""
    first, beside, opposite, last = box_of(points).corners
    return first, opposite, beside, last


def with_corner(points: Sequence[Point], number: int, to: Point) -> tuple[Point, ...]:
    """One corner elsewhere: the opposite one stays, and so does the direction."""
    first, opposite, beside, last = handles(points)
    if number in (0, 1):
        first, opposite = (to, opposite) if number == 0 else (first, to)
        return _made(first, opposite, points)
    beside, last = (to, last) if number == 2 else (beside, to)
    along = _direction(points)
    way = beside[0] - last[0], beside[1] - last[1]
    share = way[0] * along[0] + way[1] * along[1]
    side = share * along[0], share * along[1]
    first = beside[0] - side[0], beside[1] - side[1]
    return _made(first, (last[0] + side[0], last[1] + side[1]), points)


def turned(points: Sequence[Point], angle: float) -> tuple[Point, ...]:
    """The box about its centre by an angle in radians, from x to y."""
    center = box_of(points).center
    first, opposite = (_about(corner, center, angle) for corner in points[:2])
    along = _about(_direction(points), (0.0, 0.0), angle)
    off = (math.atan2(along[1], along[0]) + math.pi / 4) % (math.pi / 2) - math.pi / 4
    if abs(off) <= STRAIGHT:
        return _about(first, center, -off), _about(opposite, center, -off)
    return first, opposite, _beside(first, opposite, along)


def _direction(points: Sequence[Point]) -> Point:
    """Of the side from the first corner, of length 1."""
    if upright(points):
        return 1.0, 0.0
    way = points[2][0] - points[0][0], points[2][1] - points[0][1]
    length = math.hypot(*way)
    return (way[0] / length, way[1] / length) if length else (1.0, 0.0)


def _made(first: Point, opposite: Point, former: Sequence[Point]) -> tuple[Point, ...]:
    if upright(former):
        return first, opposite
    return first, opposite, _beside(first, opposite, _direction(former))


def _beside(first: Point, opposite: Point, along: Point) -> Point:
    """The corner beside the first one; a box without width keeps its direction all the same."""
    share = (opposite[0] - first[0]) * along[0] + (opposite[1] - first[1]) * along[1]
    share = share if abs(share) > LEAST else 1.0
    return first[0] + share * along[0], first[1] + share * along[1]


def _about(point: Point, center: Point, angle: float) -> Point:
    x, y = point[0] - center[0], point[1] - center[1]
    cos, sin = math.cos(angle), math.sin(angle)
    return center[0] + x * cos - y * sin, center[1] + x * sin + y * cos
