"""Taking hold of what is drawn already: one of its points, or all of it."""

from __future__ import annotations

import math

from vetpacs_desktop.ui.viewing.tools.surface import LEAST_WAY, Surface
from vetpacs_desktop.viewer.annotations import Annotation, Point, moved, with_point
from vetpacs_desktop.viewer.marks import Grip
from vetpacs_desktop.viewer.measure.tools import TOOLS

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
        changed = self._moved(at) if self._grip.handle is None else self._with_point(at, self._grip.handle)
        if changed is not None:
            self._surface.marking.drag(changed)

    def release(self) -> None:
        """What was dragged stays there."""
        self._surface.marking.reason = ""
        self._surface.marking.drop()

    def _moved(self, at: Point) -> Annotation:
        return moved(self._one, self._surface.way(self._one, self._start, at))

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
    one, grip = marking.chosen_one, marking.chosen
    if one is None or grip is None or one.image != surface.image:
        return False
    if grip.handle is None:
        marking.change(moved(one, surface.allowed(one, way)))
        return True
    single = Annotation(one.id, one.tool, one.image, (one.points[grip.handle],))
    column, row = single.points[0]
    x, y = surface.allowed(single, way)
    marking.change(with_point(one, grip.handle, (column + x, row + y)))
    return True
