"""The hand over one viewport: decides whether a press places a point, takes hold of a figure, or is not ours.

Positions are device pixels from the top left corner of the picture.
"""

from __future__ import annotations

from collections.abc import Callable

from vetpacs_desktop.ui.viewing.tools.holding import Hold
from vetpacs_desktop.ui.viewing.tools.placing import Placing
from vetpacs_desktop.ui.viewing.tools.stepping import is_elsewhere, is_guided, is_known, way_of
from vetpacs_desktop.ui.viewing.tools.surface import Surface
from vetpacs_desktop.viewer.annotations import Point
from vetpacs_desktop.viewer.marks import Grip

NEAR = 5.0
"""Logical pixels: with a tool in the hand only what is this near is taken hold of instead."""


class Hand:
    """The left button, as far as it draws."""

    def __init__(self, surface: Surface, ask: Callable[[], object]) -> None:
        self.surface = surface
        self._ask = ask
        self._hold: Hold | None = None
        self._placing: Placing | None = None

    @property
    def busy(self) -> bool:
        """Whether a figure is in the making or in the hand."""
        return self._hold is not None or self.surface.marking.draft is not None

    @property
    def placing(self) -> bool:
        """Whether a click places a point."""
        return self.surface.marking.tool is not None

    def press(self, at: Point, ratio: float, *, anew: bool = False) -> bool:
        """The left button goes down; True when it is ours. `anew` places a point even on a figure."""
        marking = self.surface.marking
        if self.surface.image is None or (marking.draft is not None and marking.draft.asking):
            return False
        if is_elsewhere(self.surface):
            return True
        if marking.draft is None and not anew and self._take(at):
            return True
        if marking.tool is None:
            if marking.chosen is not None:
                marking.choose(None)
            return False
        self.surface.carry()
        self._after(self._way().press(at, ratio))
        return True

    def move(self, at: Point, ratio: float) -> bool:
        """The mouse moves, with or without the button; True when it is ours."""
        if self._hold is not None:
            self._hold.move(at, ratio)
            return True
        if self.surface.marking.draft is not None and self.placing:
            self.surface.carry()
            self._after(self._way().move(at, ratio))
            return True
        return False

    def hover(self, at: Point) -> Grip | None:
        """What lies under the mouse lights up."""
        marking = self.surface.marking
        grip = None
        if marking.draft is None:
            grip = self._grip(at)
        marking.hover(grip)
        return grip

    def leave(self) -> None:
        """The mouse is elsewhere."""
        self.surface.marking.hover(None)

    def release(self, at: Point, ratio: float) -> bool:
        """The left button goes up; True when it was ours."""
        hold, self._hold = self._hold, None
        if hold is not None:
            hold.release()
            return True
        if not self.placing or self._placing is None:
            return False
        self._after(self._placing.release(at, ratio))
        return True

    def double(self, at: Point, ratio: float) -> bool:
        """The left button twice; True when it is ours."""
        if not self.placing:
            return False
        way = self._way()
        if way.double():
            self._after(True)
            return True
        return self.press(at, ratio)

    def finish(self) -> bool:
        """End a figure of any number of points; False when there is none that could end here."""
        draft = self.surface.marking.draft
        if is_guided(self.surface):
            self._after(is_known(self.surface))
            return True
        if draft is None or draft.asking or not draft.ready:
            return False
        self._after(True)
        return True

    def grip(self, at: Point) -> Grip | None:
        """What a menu at this place is about."""
        return self.surface.grip(at) if self.surface.marking.draft is None else None

    def _grip(self, at: Point) -> Grip | None:
        if self.placing:
            found = self.surface.grip(at, NEAR)
            return found if found is not None and found.handle is not None else None
        return self.surface.grip(at)

    def _take(self, at: Point) -> bool:
        grip = self._grip(at)
        one = self.surface.marking.sheet.find(grip.id) if grip is not None else None
        if grip is None or one is None:
            return False
        seen = self.surface.seen(one)
        if seen is None:  # it only crosses this picture: chosen, not moved
            self.surface.marking.choose(Grip(one.id))
        else:
            self._hold = Hold(self.surface, grip, seen, at)
        return True

    def _way(self) -> Placing:
        """The tool's own way; another tool, another way."""
        tool = self.surface.marking.tool
        assert tool is not None
        if self._placing is None or self.surface.marking.draft is None or self._placing.tool is not tool:
            self._placing = way_of(self.surface, tool)
        return self._placing

    def _after(self, complete: bool) -> None:
        if complete and self.surface.marking.finish():
            self._ask()
