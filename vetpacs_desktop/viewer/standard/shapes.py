"""The figures of annotations as the shapes that DICOM knows: points, polylines, circles and ellipses.

Points are (column, row) of the image, pixel centres at whole numbers, as everywhere in the viewer; `to_file`
and `from_file` are the only places that know that DICOM counts from the corner of the first pixel (PS3.3
C.18.6.1, C.10.5.1). Owns no pen, layer or code.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from vetpacs_desktop.viewer.annotations import Annotation, Point
from vetpacs_desktop.viewer.description import ImageDescription
from vetpacs_desktop.viewer.figures import Line, circle, lines_of
from vetpacs_desktop.viewer.framing import pixel_shape
from vetpacs_desktop.viewer.geometry.scale import scale_of
from vetpacs_desktop.viewer.measure.boxes import box_of, upright
from vetpacs_desktop.viewer.measure.tool import Figure
from vetpacs_desktop.viewer.measure.tools import TOOLS

HALF = 0.5
"""From the corner of a pixel to its centre."""
HEAD = 0.03
"""Length of an arrow's head against the longer side of the picture."""
SAME_RADIUS = 1e-6


class Kind(Enum):
    """Graphic types of SCOORD items and of graphic objects."""

    POINT = "POINT"
    MULTIPOINT = "MULTIPOINT"
    POLYLINE = "POLYLINE"
    CIRCLE = "CIRCLE"
    """The centre and a point of the edge."""
    ELLIPSE = "ELLIPSE"
    """Both ends of the longer axis, then of the shorter one."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One graphic; a closed polyline repeats its first point at the end."""

    kind: Kind
    points: tuple[Point, ...]
    helping: bool = False
    """Drawn to show what belongs together, measured by nobody."""

    @property
    def closed(self) -> bool:
        """Whether it has an inside."""
        if self.kind is Kind.POLYLINE:
            return len(self.points) > 3 and self.points[0] == self.points[-1]
        return self.kind in (Kind.CIRCLE, Kind.ELLIPSE)


def shapes_of(
    one: Annotation, description: ImageDescription, constructed: Sequence[Line] = ()
) -> tuple[Shape, ...]:
    """What an annotation looks like, the figure's own lines first; empty for a tool nobody knows.

    `constructed` are the lines that a guide draws between its landmarks, in (column, row).
    """
    tool = TOOLS.get(one.tool)
    if tool is None or not one.points:
        return ()
    if tool.figure in (Figure.POINT, Figure.TEXT):
        return (Shape(Kind.POINT, one.points[:1]),)
    if tool.figure is Figure.GUIDE:
        landmarks = Shape(Kind.MULTIPOINT if len(one.points) > 1 else Kind.POINT, one.points)
        drawn = [_shape(line, 1.0, 1.0) for line in constructed if len(line.points) > 1]
        return (landmarks, *(replace(shape, helping=True) for shape in drawn))
    wide, high = pixel_shape(scale_of(description, one.image.frame))
    if tool.figure is Figure.ELLIPSE and upright(one.points):
        return (_between_corners(one.points),)
    square = [(column * wide, row * high) for column, row in one.points]
    if tool.figure is Figure.ELLIPSE and wide == high:
        return (_slanted(square),)
    if tool.figure is Figure.CIRCLE and (found := circle(square)) is not None:
        (x, y), radius = found
        return (_round((x / wide, y / high), radius / wide, radius / high),)
    shapes = [_shape(line, wide, high) for line in lines_of(tool.figure, square)]
    if tool.figure is Figure.ARROW and len(square) > 1:
        shapes.append(_head(square, description, (wide, high)))
    return tuple(shapes)


def bare(points: Sequence[Point]) -> Shape:
    """The points alone, where they make no figure: three of a circle that lie on a line."""
    return Shape(Kind.POLYLINE if len(points) > 1 else Kind.POINT, tuple(points))


def to_file(points: Sequence[Point]) -> list[list[float]]:
    """(column, row) from the corner of the first pixel."""
    return [[column + HALF, row + HALF] for column, row in points]


def from_file(numbers: Sequence[float]) -> tuple[Point, ...]:
    """Points of a flat list of columns and rows, back at pixel centres."""
    return tuple(
        (column - HALF, row - HALF) for column, row in zip(numbers[0::2], numbers[1::2], strict=False)
    )


def _shape(line: Line, wide: float, high: float) -> Shape:
    points = tuple((x / wide, y / high) for x, y in line.points)
    return Shape(Kind.POLYLINE, (*points, points[0]) if line.closed else points, line.helping)


def _between_corners(points: Sequence[Point]) -> Shape:
    (ax, ay), (bx, by) = points[0], points[-1]
    return _round(((ax + bx) / 2, (ay + by) / 2), abs(bx - ax) / 2, abs(by - ay) / 2)


def _slanted(points: Sequence[Point]) -> Shape:
    """A turned ellipse; with pixels that are not square it has no perpendicular axes, and is a polyline."""
    box = box_of(points)
    (x, y), (a, b), (c, d) = box.center, box.side, box.down
    axes = [
        ((x - a / 2, y - b / 2), (x + a / 2, y + b / 2)),
        ((x - c / 2, y - d / 2), (x + c / 2, y + d / 2)),
    ]
    longer, shorter = axes if math.hypot(a, b) >= math.hypot(c, d) else axes[::-1]
    return Shape(Kind.ELLIPSE, (*longer, *shorter))


def _round(center: Point, across: float, down: float) -> Shape:
    x, y = center
    if abs(across - down) <= SAME_RADIUS * max(across, down):
        return Shape(Kind.CIRCLE, (center, (x + across, y)))
    sideways, upright = ((x - across, y), (x + across, y)), ((x, y - down), (x, y + down))
    return Shape(Kind.ELLIPSE, (*sideways, *upright) if across > down else (*upright, *sideways))


def _head(square: Sequence[Point], description: ImageDescription, pixel: Point) -> Shape:
    """The two barbs at the tip, as large as the picture makes sensible."""
    (tip_x, tip_y), (tail_x, tail_y) = square[:2]
    size = HEAD * max(description.columns * pixel[0], description.rows * pixel[1])
    size = min(size, math.hypot(tail_x - tip_x, tail_y - tip_y) / 2)
    angle = math.atan2(tail_y - tip_y, tail_x - tip_x)
    ends = [
        (
            (tip_x + size * math.cos(angle + turn)) / pixel[0],
            (tip_y + size * math.sin(angle + turn)) / pixel[1],
        )
        for turn in (-0.42, 0.42)
    ]
    return Shape(Kind.POLYLINE, (ends[0], (tip_x / pixel[0], tip_y / pixel[1]), ends[1]), helping=True)
