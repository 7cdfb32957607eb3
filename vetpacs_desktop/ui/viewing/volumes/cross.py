"""The lines where the planes of a volume cut each other: drawn in every plane, taken hold of with the mouse.

Draws marks in device pixels and turns a way of the mouse into wishes; carries out nothing by itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from vetpacs_desktop.ui.viewing.volumes.held import WORDS, HeldVolume
from vetpacs_desktop.ui.viewing.volumes.tags import tag_place
from vetpacs_desktop.viewer.corner_texts import Translate
from vetpacs_desktop.viewer.geometry.planes import Vector
from vetpacs_desktop.viewer.mark import Handle, Look, Mark, Stroke, Tag
from vetpacs_desktop.viewer.marks import to_image, to_screen
from vetpacs_desktop.viewer.snapshot import Resolved
from vetpacs_desktop.viewer.state import Point
from vetpacs_desktop.viewer.volume.section import PlaneName, crossed
from vetpacs_desktop.viewer.volume.turn import ORDER, Turn

GAP = 16.0
"""Logical pixels around the crossing that stay free: what is looked at is there."""
NEAR_MIDDLE, NEAR_LINE, NEAR_TURN = 12.0, 6.0, 10.0
TURN_AT = 0.36
"""Where the places to turn by lie, as a share of the viewport's shorter side."""
LOOKS = {
    PlaneName.AXIAL: Look.AXIAL,
    PlaneName.SAGITTAL: Look.SAGITTAL,
    PlaneName.CORONAL: Look.CORONAL,
}


class Part(Enum):
    """What of the lines is taken hold of."""

    MIDDLE = "middle"
    LINE = "line"
    TURN = "turn"


@dataclass(frozen=True, slots=True)
class CrossGrip:
    """A hold of the lines in one plane's picture."""

    part: Part
    name: PlaneName
    """The plane whose line it is; that of the picture itself for the middle."""


@dataclass(frozen=True, slots=True)
class _Line:
    """The line of one plane in another's picture, in device pixels."""

    name: PlaneName
    way: Point
    """Unit vector on the screen."""


def cross_marks(
    held: HeldVolume, name: PlaneName, number: int, place: Vector, found: Resolved, translate: Translate
) -> list[Mark]:
    """The lines of the other two planes in the picture of plane `name`, with their names and handles."""
    if found.picture is None:
        return []
    middle, ratio = on_screen(held, name, place, found), found.viewport.ratio
    marks = []
    for line in _lines(held, name, found):
        ends = _ends(middle, line.way, found)
        gap = GAP * ratio
        strokes = [
            Stroke(((middle[0] + s * gap * line.way[0], middle[1] + s * gap * line.way[1]), end))
            for s, end in zip((-1, 1), ends, strict=True)
            if (end[0] - middle[0]) * s * line.way[0] + (end[1] - middle[1]) * s * line.way[1] > gap
        ]
        strokes += _edges(held, name, line, middle, found)
        handles = tuple(Handle(at, n) for n, at in enumerate(_turning_places(middle, line, found)))
        quadruped = held.turn.quadruped
        words = translate(WORDS[line.name][0 if quadruped else 1])
        tag = Tag(tag_place(ends, middle, words, found), (words,))
        marks.append(Mark(f"plane-{line.name.value}", tuple(strokes), handles, tag, LOOKS[line.name], ratio))
    return marks


def grip_at(held: HeldVolume, name: PlaneName, place: Vector, found: Resolved, at: Point) -> CrossGrip | None:
    """What of the lines lies under a device pixel position."""
    if found.picture is None:
        return None
    middle, ratio = on_screen(held, name, place, found), found.viewport.ratio
    if math.dist(middle, at) <= NEAR_MIDDLE * ratio:
        return CrossGrip(Part.MIDDLE, name)
    lines = _lines(held, name, found)
    for line in lines:
        if any(math.dist(spot, at) <= NEAR_TURN * ratio for spot in _turning_places(middle, line, found)):
            return CrossGrip(Part.TURN, line.name)
    for line in lines:
        across = (at[0] - middle[0]) * line.way[1] - (at[1] - middle[1]) * line.way[0]
        if abs(across) <= NEAR_LINE * ratio:
            return CrossGrip(Part.LINE, line.name)
    return None


def place_under(held: HeldVolume, name: PlaneName, number: int, found: Resolved, at: Point) -> Vector | None:
    """The place of the animal under a device pixel position of plane `name`'s picture."""
    if found.picture is None:
        return None
    column, row = to_image(at, found.picture, found.camera, found.viewport)
    return held.section(name).place(number, column, row)


def on_screen(held: HeldVolume, name: PlaneName, place: Vector, found: Resolved) -> Point:
    """Where a place of the animal lies in the picture of plane `name`, in device pixels."""
    assert found.picture is not None
    return to_screen(held.section(name).pixel(place), found.picture, found.camera, found.viewport)


def turned(start: Turn, held: HeldVolume, name: PlaneName, place: Vector, degrees: float) -> Turn:
    """The other planes turned by `degrees` clockwise in the picture of plane `name`."""
    return start.turned(name, held.section(name).normal, degrees, place)


def angle_of(held: HeldVolume, name: PlaneName, place: Vector, found: Resolved, at: Point) -> float:
    """The direction from the crossing to a device pixel position, degrees in the plane (clockwise)."""
    assert found.picture is not None
    column, row = to_image(at, found.picture, found.camera, found.viewport)
    x, y = held.section(name).pixel(place)
    return math.degrees(math.atan2(row - y, column - x))


def moved_line(held: HeldVolume, grip: CrossGrip, place: Vector, under: Vector) -> Vector:
    """The crossing after a line was dragged to a place: only across itself."""
    normal = np.asarray(held.section(grip.name).normal)
    way = np.asarray(under) - np.asarray(place)
    x, y, z = (float(part) for part in np.asarray(place) + normal * float(way @ normal))
    return x, y, z


def thicker(turn: Turn, mm: float) -> Turn:
    """Planes of another thickness."""
    return replace(turn, thickness=replace(turn.thickness, mm=max(mm, 0.0)))


def _lines(held: HeldVolume, name: PlaneName, found: Resolved) -> list[_Line]:
    own = held.section(name)
    lines = []
    for other in ORDER:
        if other is name:
            continue
        way = crossed(own.normal, held.section(other).normal)
        x, y = (sum(a * b for a, b in zip(way, side, strict=True)) for side in (own.right, own.down))
        start, end = _screen_way(found, x, y)
        length = math.dist(start, end) or 1.0
        lines.append(_Line(other, ((end[0] - start[0]) / length, (end[1] - start[1]) / length)))
    return lines


def _screen_way(found: Resolved, x: float, y: float) -> tuple[Point, Point]:
    camera, viewport = found.camera, found.viewport
    return camera.screen_point((0.0, 0.0), viewport), camera.screen_point((x, y), viewport)


def _ends(middle: Point, way: Point, found: Resolved) -> tuple[Point, Point]:
    """Where a line leaves the viewport."""
    far = float(found.viewport.width + found.viewport.height)
    reach = far + math.dist(middle, (found.viewport.width / 2, found.viewport.height / 2))
    one, other = (_clipped(middle, (s * way[0], s * way[1]), reach, found) for s in (-1, 1))
    return one, other


def _clipped(middle: Point, way: Point, reach: float, found: Resolved) -> Point:
    limits = [reach]
    for start, step, size in zip(middle, way, (found.viewport.width, found.viewport.height), strict=True):
        if abs(step) > 1e-9:
            limits.append(((size - 1 if step > 0 else 0) - start) / step)
    length = min((limit for limit in limits if limit > 0), default=0.0)
    return middle[0] + way[0] * length, middle[1] + way[1] * length


def _turning_places(middle: Point, line: _Line, found: Resolved) -> tuple[Point, Point]:
    far = TURN_AT * min(found.viewport.width, found.viewport.height)
    return (
        (middle[0] - line.way[0] * far, middle[1] - line.way[1] * far),
        (middle[0] + line.way[0] * far, middle[1] + line.way[1] * far),
    )


def _edges(held: HeldVolume, name: PlaneName, line: _Line, middle: Point, found: Resolved) -> list[Stroke]:
    """Dashed, beside the line: how thick the plane is."""
    half = held.turn.thickness.mm / 2
    if not half:
        return []
    away = half / held.section(name).mm * found.camera.factor
    strokes = []
    for side in (-1, 1):
        shifted = middle[0] - side * away * line.way[1], middle[1] + side * away * line.way[0]
        strokes.append(Stroke(_ends(shifted, line.way, found), dashed=True))
    return strokes
