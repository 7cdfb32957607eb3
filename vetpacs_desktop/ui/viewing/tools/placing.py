"""Placing points: by clicks, by dragging from one to the next, or in one stroke of the hand.

Each kind turns presses, moves and releases at device pixel positions into steps of the draft.
"""

from __future__ import annotations

import math
from typing import Protocol

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.ui.actions import QT_TRANSLATE_NOOP
from vetpacs_desktop.ui.viewing.marking.words import tr
from vetpacs_desktop.ui.viewing.tools.surface import LEAST_WAY, Surface
from vetpacs_desktop.viewer.annotations import Point
from vetpacs_desktop.viewer.measure.tool import Figure, MeasureTool
from vetpacs_desktop.viewer.spatial.growing import first_range

CLOSE = 8.0
"""Logical pixels from the first corner that close a polygon."""
SAME = 3.0
"""A second click this near is no further point."""
STROKE_STEP = 3.0
"""Logical pixels between the points of a stroke."""
WIDEN = 60.0
"""Logical pixels of dragging that double a range of values."""
_NO_PLACE = QT_TRANSLATE_NOOP(
    "viewing", "A volume is measured on slices that say where in the animal they lie; this picture does not"
)
_NO_VOLUME = QT_TRANSLATE_NOOP("viewing", "Open the planes of the volume first (Shift+M)")
_RANGE = QT_TRANSLATE_NOOP("viewing", "Values from {low} to {high} {unit}; drag away from the point for more")


class Placing(Protocol):
    """One way of placing the points of a tool; each method answers whether the figure has all its points."""

    @property
    def tool(self) -> MeasureTool:
        """Whose points they are."""
        ...

    def press(self, at: Point, ratio: float) -> bool: ...

    def move(self, at: Point, ratio: float) -> bool: ...

    def release(self, at: Point, ratio: float) -> bool: ...

    def double(self) -> bool: ...


class Clicks:
    """A click a point; dragging makes two."""

    def __init__(self, surface: Surface, tool: MeasureTool) -> None:
        self._surface = surface
        self.tool = self._tool = tool
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
            self._surface.begin(point)
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
        self.tool = self._tool = tool

    def press(self, at: Point, ratio: float) -> bool:
        """The stroke begins."""
        point, image = self._surface.place(at, self._tool, ()), self._surface.image
        if point is not None and image is not None and not self._surface.beside(at):
            self._surface.begin(point)
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


class Outlines(Strokes):
    """A stroke for each outline of a body; leafing on between them."""

    def press(self, at: Point, ratio: float) -> bool:
        """The next outline begins, on slices that say where they lie."""
        if self._surface.pane is None:
            self._surface.marking.explain(tr(_NO_PLACE))
            return False
        return super().press(at, ratio)

    def move(self, at: Point, ratio: float) -> bool:
        """It goes on; between outlines nothing follows the mouse."""
        draft = self._surface.marking.draft
        return bool(draft is not None and draft.points) and super().move(at, ratio)

    def release(self, at: Point, ratio: float) -> bool:
        """An outline is closed; the body waits for the next one."""
        self._surface.marking.close_ring()
        return False

    def double(self) -> bool:
        """The body is complete."""
        draft = self._surface.marking.draft
        return draft is not None and draft.ready


class Seeds:
    """One click on a tissue; dragging away from it widens the range of its values."""

    def __init__(self, surface: Surface, tool: MeasureTool) -> None:
        self._surface = surface
        self.tool = tool
        self._pressed: Point | None = None
        self._widen = 1.0

    def press(self, at: Point, ratio: float) -> bool:
        """The seed is set."""
        marking, pane = self._surface.marking, self._surface.pane
        point = self._surface.place(at, self.tool, ())
        if point is None or self._surface.beside(at):
            return False
        if pane is None or marking.values.volume_of(pane.space, pane.series_uid) is None:
            marking.explain(tr(_NO_PLACE if pane is None else _NO_VOLUME))
            return False
        self._surface.begin(point)
        self._pressed, self._widen = at, 1.0
        self._say()
        return False

    def move(self, at: Point, ratio: float) -> bool:
        """Away from the seed: more values belong to it; back: fewer."""
        if self._pressed is not None:
            way = math.dist(self._pressed, at) / ratio
            self._widen = 1.0 + max(way - LEAST_WAY, 0.0) / WIDEN
            self._say()
        return False

    def release(self, at: Point, ratio: float) -> bool:
        """It grows."""
        if self._pressed is not None:
            self._pressed = None
            self._surface.marking.plant(self._widen)
        return False

    def double(self) -> bool:
        """Nothing more."""
        return False

    def _say(self) -> None:
        """The range that it would grow in."""
        marking = self._surface.marking
        draft, pane = marking.draft, self._surface.pane
        volume = None if pane is None else marking.values.volume_of(pane.space, pane.series_uid)
        if draft is None or pane is None or volume is None or not draft.points:
            return
        try:
            low, high = first_range(volume, pane.place(draft.points[0]), self._widen)
        except KnownError as error:
            marking.explain(error.sentence.rstrip("."))
            return
        unit = volume.description.units
        words = tr(_RANGE).format(low=f"{low:.4g}", high=f"{high:.4g}", unit=unit)
        marking.explain(words)


def placing_of(surface: Surface, tool: MeasureTool) -> Placing:
    """The way that a tool's points are placed."""
    if tool.body:
        return Seeds(surface, tool) if tool.figure is Figure.POINT else Outlines(surface, tool)
    return Strokes(surface, tool) if tool.freehand else Clicks(surface, tool)
