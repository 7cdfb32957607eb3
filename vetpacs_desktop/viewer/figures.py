"""The lines of a figure from its points: rectangles, circles, feet of perpendiculars, parallels.

Pure plane geometry in square picture pixels (x right, y down). Measures nothing and knows no screen: what
has a size on the screen (handles, arrow heads, arcs at a vertex) is added by `marks`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vetpacs_desktop.viewer.measure.boxes import box_of
from vetpacs_desktop.viewer.measure.tool import Figure

Point = tuple[float, float]
Points = Sequence[Point]
ROUND = 96
"""Corners of what is drawn for a circle."""


@dataclass(frozen=True, slots=True)
class Line:
    """Points joined one after another."""

    points: tuple[Point, ...]
    closed: bool = False
    helping: bool = False
    """Not drawn by the reader: shows what belongs together."""


def lines_of(figure: Figure, points: Points) -> tuple[Line, ...]:
    """What is drawn for `points`; with too few of them a path through those that are there."""
    draw = _FIGURES.get(figure)
    return draw(points) if draw is not None and points else ()


def _path(points: Points) -> tuple[Line, ...]:
    return (Line(tuple(points)),) if len(points) > 1 else ()


def _pairs(points: Points) -> tuple[Line, ...]:
    found = [Line(tuple(points[n : n + 2])) for n in range(0, len(points) - 1, 2)]
    if len(points) == 4:
        found.append(Line((_middle(points[0], points[1]), _middle(points[2], points[3])), helping=True))
    return tuple(found)


def _rectangle(points: Points) -> tuple[Line, ...]:
    return (Line(box_of(points).corners, closed=True),) if len(points) > 1 else ()


def _ellipse(points: Points) -> tuple[Line, ...]:
    if len(points) < 2:
        return ()
    box = box_of(points)
    (x, y), (a, b), (c, d) = box.center, box.side, box.down
    ways = [(math.cos(t) / 2, math.sin(t) / 2) for t in (2 * math.pi * n / ROUND for n in range(ROUND))]
    return (Line(tuple((x + u * a + v * c, y + u * b + v * d) for u, v in ways), closed=True),)


def _circle(points: Points) -> tuple[Line, ...]:
    found = circle(points) if len(points) == 3 else None
    if found is None:
        return tuple(Line(line.points, helping=True) for line in _path(points))
    (x, y), radius = found
    return (_round(x, y, radius, radius),)


def circle(points: Points) -> tuple[Point, float] | None:
    """Centre and radius of the circle through three points; None when they lie on a line."""
    (ax, ay), (bx, by), (cx, cy) = points
    bx, by, cx, cy = bx - ax, by - ay, cx - ax, cy - ay
    cross = 2 * (bx * cy - by * cx)
    size = max(math.hypot(bx, by), math.hypot(cx, cy))
    if abs(cross) <= 1e-9 * size * size:
        return None
    first, second = bx * bx + by * by, cx * cx + cy * cy
    x, y = (cy * first - by * second) / cross, (bx * second - cx * first) / cross
    return (ax + x, ay + y), math.hypot(x, y)


def _polygon(points: Points) -> tuple[Line, ...]:
    return (Line(tuple(points), closed=len(points) > 2),) if len(points) > 1 else ()


def _perpendicular(points: Points) -> tuple[Line, ...]:
    base = _path(points[:2])
    if len(points) < 3:
        return base
    foot = foot_of(points[2], points[0], points[1])
    return (*base, Line((points[2], foot)), *_reaching(points[0], points[1], foot))


def _parallel(points: Points) -> tuple[Line, ...]:
    base = _path(points[:2])
    if len(points) < 3:
        return base
    (ax, ay), (bx, by), (cx, cy) = points[:3]
    half = ((bx - ax) / 2, (by - ay) / 2)
    other = Line(((cx - half[0], cy - half[1]), (cx + half[0], cy + half[1])))
    foot = foot_of(points[2], points[0], points[1])
    across = Line((points[2], foot), helping=True)
    return (*base, other, across, *_reaching(points[0], points[1], foot))


def foot_of(point: Point, a: Point, b: Point) -> Point:
    """Where the perpendicular from `point` meets the line through `a` and `b`."""
    share = _along(point, a, b)
    return a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])


def _along(point: Point, a: Point, b: Point) -> float:
    x, y = b[0] - a[0], b[1] - a[1]
    square = x * x + y * y
    return ((point[0] - a[0]) * x + (point[1] - a[1]) * y) / square if square else 0.0


def _reaching(a: Point, b: Point, foot: Point) -> tuple[Line, ...]:
    """From the nearer end of a line to a foot beyond it."""
    share = _along(foot, a, b)
    if 0 <= share <= 1:
        return ()
    return (Line((a if share < 0 else b, foot), helping=True),)


def _middle(a: Point, b: Point) -> Point:
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2


def _round(x: float, y: float, across: float, down: float) -> Line:
    angles = [2 * math.pi * n / ROUND for n in range(ROUND)]
    return Line(tuple((x + across * math.cos(t), y + down * math.sin(t)) for t in angles), closed=True)


_FIGURES: dict[Figure, Callable[[Points], tuple[Line, ...]]] = {
    Figure.PATH: _path,
    Figure.LINES: _pairs,
    Figure.RECTANGLE: _rectangle,
    Figure.ELLIPSE: _ellipse,
    Figure.CIRCLE: _circle,
    Figure.POLYGON: _polygon,
    Figure.PERPENDICULAR: _perpendicular,
    Figure.PARALLEL: _parallel,
    Figure.ARROW: _path,
}
