"""Placing points: by clicks, by dragging from one to the next, or in one stroke of the hand.

Each kind turns presses, moves and releases at device pixel positions into steps of the draft.
"""

from __future__ import annotations

import math
from typing import Protocol

from vetpacs_desktop.ui.viewing.tools.surface import LEAST_WAY, Surface
from vetpacs_desktop.viewer.annotations import Point
from vetpacs_desktop.viewer.measure.tool import MeasureTool

CLOSE = 8.0
"""Logical pixels from the first corner that close a polygon."""
SAME = 3.0
"""A second click this near is no further point."""
STROKE_STEP = 3.0
"""Logical pixels between the points of a stroke."""


class Placing(Protocol):
    """One way of placing the points of a tool; each method answers whether the figure has all its points."""

    def press(self, at: Point, ratio: float) -> bool: ...

    def move(self, at: Point, ratio: float) -> bool: ...

    def release(self, at: Point, ratio: float) -> bool: ...

    def double(self) -> bool: ...


class Clicks:
    """A click a point; dragging makes two."""

    def __init__(self, surface: Surface, tool: MeasureTool) -> None:
        self._surface = surface
        self._tool = tool
        self._pressed: Point | None = None
        self._dragged = False

    def press(self, at: Point, ratio: float) -> bool:
        """A point, unless it is the last one again; the first corner closes a polygon."""
        marking = self._surface.marking
        draft = marking.draft
        image = self._surface.image
        begun = draft.points if draft is not None and draft.image == image else ()
        point = self._surface.place(at, self._tool, begun)
        if point is None or image is None or (not begun and self._surface.beside(at)):
            return False
        self._pressed, self._dragged = at, False
        if draft is None or draft.image != image:
            marking.begin(image, point)
            return False
        open_ended = self._tool.closed and self._tool.most is None
        enough = open_ended and len(draft.points) >= self._tool.least
        if enough and self._surface.way_on_screen(draft.points[0], point) <= CLOSE:
            self._pressed = None
            return True
        if self._surface.way_on_screen(draft.points[-1], point) <= SAME:
            self._pressed = None
            return False
        marking.place(point)
        return False

    def move(self, at: Point, ratio: float) -> bool:
        """The next point follows the mouse; with the button down, the last one when it is complete."""
        marking = self._surface.marking
        draft = marking.draft
        if draft is None or draft.image != self._surface.image:
            return False
        if self._pressed is not None:
            self._dragged = self._dragged or math.dist(self._pressed, at) >= LEAST_WAY * ratio
            if not self._dragged:
                return False
        correcting = self._pressed is not None and draft.full
        others = draft.points[:-1] if correcting else draft.points
        point = self._surface.place(at, self._tool, others)
        if point is None:
            return False
        if correcting:
            marking.replace_last(point)
        else:
            marking.point_at(point)
        return False

    def release(self, at: Point, ratio: float) -> bool:
        """A drag ends in a point; the last point ends the figure."""
        marking = self._surface.marking
        draft, pressed, self._pressed = marking.draft, self._pressed, None
        if draft is None or pressed is None:
            return False
        if self._dragged and not draft.full and draft.live is not None:
            marking.place(draft.live)
        draft = marking.draft
        return draft is not None and draft.full

    def double(self) -> bool:
        """A second click at the same place ends a figure of any number of points."""
        draft = self._surface.marking.draft
        return draft is not None and self._tool.most is None and len(draft.points) >= self._tool.least


class Strokes:
    """One stroke with the button down."""

    def __init__(self, surface: Surface, tool: MeasureTool) -> None:
        self._surface = surface
        self._tool = tool

    def press(self, at: Point, ratio: float) -> bool:
        """The stroke begins."""
        point, image = self._surface.place(at, self._tool, ()), self._surface.image
        if point is not None and image is not None and not self._surface.beside(at):
            self._surface.marking.begin(image, point)
        return False

    def move(self, at: Point, ratio: float) -> bool:
        """It goes on."""
        draft = self._surface.marking.draft
        if draft is None or draft.image != self._surface.image:
            return False
        point = self._surface.place(at, self._tool, draft.points)
        if point is not None and self._surface.way_on_screen(draft.points[-1], point) >= STROKE_STEP:
            self._surface.marking.place(point)
        return False

    def release(self, at: Point, ratio: float) -> bool:
        """It ends; one that is too short for a figure leaves nothing."""
        draft = self._surface.marking.draft
        if draft is None:
            return False
        if len(draft.points) < self._tool.least:
            self._surface.marking.escape()
            return False
        return True

    def double(self) -> bool:
        """Nothing more."""
        return False


def placing_of(surface: Surface, tool: MeasureTool) -> Placing:
    """The way that a tool's points are placed."""
    return Strokes(surface, tool) if tool.freehand else Clicks(surface, tool)
