"""Taking hold of what is drawn already: one of its points, or all of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from vetpacs_desktop.ui.viewing.tools.surface import LEAST_WAY, Surface
from vetpacs_desktop.viewer.annotations import Annotation, Point, moved, with_point
from vetpacs_desktop.viewer.marks import Grip
from vetpacs_desktop.viewer.measure import boxes
from vetpacs_desktop.viewer.measure.boxes import TURN
from vetpacs_desktop.viewer.measure.tool import BOXES
from vetpacs_desktop.viewer.measure.tools import TOOLS

_OPPOSITE = (1, 0, 3, 2)
"""Handles of a box across from each other."""
STEP_DEGREES = 1.0
SLACK = LEAST_WAY / 2
"""A point that is clicked on must not jump to the mouse."""


class Hold:
    """One drag of an annotation, from press to release."""

    def __init__(self, surface: Surface, grip: Grip, one: Annotation, at: Point) -> None:
        self._surface = surface
        self._grip = grip
        self._one = one
        self._start = at
        self._going = False
        surface.marking.choose(grip)

    def move(self, at: Point, ratio: float) -> None:
        """The mouse goes on."""
        if not self._going and math.dist(at, self._start) < SLACK * ratio:
            return
        self._going = True
        number = self._grip.handle
        if number is None:
            changed: Annotation | None = self._moved(at)
        elif is_box(self._one):
            changed = self._turned(at) if number == TURN else self._with_corner(at, number)
        else:
            changed = self._with_point(at, number)
        if changed is not None:
            self._surface.marking.drag(self._surface.back(changed))

    def release(self) -> None:
        """What was dragged stays there."""
        self._surface.marking.reason = ""
        self._surface.marking.drop()

    def _moved(self, at: Point) -> Annotation:
        return moved(self._one, self._surface.way(self._one, self._start, at))

    def _with_corner(self, at: Point, number: int) -> Annotation | None:
        """The opposite corner stays where it is."""
        pixel = self._surface.pixel
        places = boxes.handles(_square(self._one.points, pixel))
        (corner,) = _plain(places[number : number + 1], pixel)
        (opposite,) = _plain((places[_OPPOSITE[number]],), pixel)
        was = self._surface.on_screen(corner)
        if was is None:
            return None
        target = was[0] + at[0] - self._start[0], was[1] + at[1] - self._start[1]
        point = self._surface.place(target, TOOLS[self._one.tool], (opposite,))
        return None if point is None else cornered(self._one, number, point, pixel)

    def _turned(self, at: Point) -> Annotation | None:
        """As far as the mouse went round the middle of the box."""
        pixel = self._surface.pixel
        x, y = boxes.box_of(_square(self._one.points, pixel)).center
        (from_x, from_y), (to_x, to_y) = _square(
            (self._surface.anywhere(self._start), self._surface.anywhere(at)), pixel
        )
        angle = math.atan2(to_y - y, to_x - x) - math.atan2(from_y - y, from_x - x)
        return turned_by(self._one, angle, pixel)

    def _with_point(self, at: Point, number: int) -> Annotation | None:
        """Held where it was taken, not by its middle."""
        was = self._surface.on_screen(self._one.points[number])
        if was is None:
            return None
        target = was[0] + at[0] - self._start[0], was[1] + at[1] - self._start[1]
        others = (*self._one.points[:number], *self._one.points[number + 1 :])
        point = self._surface.place(target, TOOLS[self._one.tool], others)
        return None if point is None else with_point(self._one, number, point)


def nudge(surface: Surface, way: Point) -> bool:
    """Move the chosen point, or all of the chosen annotation, by (columns, rows); False when none is held."""
    marking = surface.marking
    chosen, grip = marking.chosen_one, marking.chosen
    one = surface.seen(chosen) if chosen is not None else None
    if one is None or grip is None:
        return False
    if grip.handle is None:
        marking.change(surface.back(moved(one, surface.allowed(one, way))))
        return True
    if is_box(one):
        return _nudge_box(surface, one, grip.handle, way)
    single = Annotation(one.id, one.tool, one.image, (one.points[grip.handle],))
    column, row = single.points[0]
    x, y = surface.allowed(single, way)
    marking.change(surface.back(with_point(one, grip.handle, (column + x, row + y))))
    return True


def _nudge_box(surface: Surface, one: Annotation, number: int, way: Point) -> bool:
    """A corner by pixels; the handle that turns by degrees, to the right with the arrow to the right."""
    pixel = surface.pixel
    if number == TURN:
        degrees = way[0] if abs(way[0]) >= abs(way[1]) else way[1]
        surface.marking.change(surface.back(turned_by(one, math.radians(STEP_DEGREES * degrees), pixel)))
        return True
    (corner,) = _plain((boxes.handles(_square(one.points, pixel))[number],), pixel)
    x, y = surface.allowed(Annotation(one.id, one.tool, one.image, (corner,)), way)
    surface.marking.change(surface.back(cornered(one, number, (corner[0] + x, corner[1] + y), pixel)))
    return True


def is_box(one: Annotation) -> bool:
    """Whether an annotation has corners of its own and can be turned."""
    return TOOLS[one.tool].figure in BOXES and len(one.points) > 1


def cornered(one: Annotation, number: int, to: Point, pixel: Point) -> Annotation:
    """One corner of a box at (column, row); `pixel` is the shape of pixels as they are drawn."""
    (square,) = _square((to,), pixel)
    return replace(one, points=_plain(boxes.with_corner(_square(one.points, pixel), number, square), pixel))


def turned_by(one: Annotation, angle: float, pixel: Point) -> Annotation:
    """A box turned by an angle in radians, clockwise on a picture that is not mirrored."""
    return replace(one, points=_plain(boxes.turned(_square(one.points, pixel), angle), pixel))


def _square(points: Sequence[Point], pixel: Point) -> tuple[Point, ...]:
    return tuple((column * pixel[0], row * pixel[1]) for column, row in points)


def _plain(points: Sequence[Point], pixel: Point) -> tuple[Point, ...]:
    return tuple((x / pixel[0], y / pixel[1]) for x, y in points)
