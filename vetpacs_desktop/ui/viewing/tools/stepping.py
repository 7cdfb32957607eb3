"""Placing the landmarks of a guided measurement: a click a step, until the value is known.

Holding the button down moves the landmark that was just placed. Must never begin anew on another picture:
landmarks that were found with care are not lost by a click elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from vetpacs_desktop.ui.actions import QT_TRANSLATE_NOOP
from vetpacs_desktop.ui.viewing.marking.words import tr
from vetpacs_desktop.ui.viewing.tools.placing import Clicks, Placing, placing_of
from vetpacs_desktop.ui.viewing.tools.surface import LEAST_WAY, Surface
from vetpacs_desktop.viewer.annotations import Point
from vetpacs_desktop.viewer.measure.image import MeasuredImage
from vetpacs_desktop.viewer.measure.tool import Figure, MeasureTool
from vetpacs_desktop.viewer.measure.veterinary.guide import Step
from vetpacs_desktop.viewer.measure.veterinary.guides import GUIDES

_ELSEWHERE = QT_TRANSLATE_NOOP(
    "viewing", "This measurement was begun on another picture: go on there, or leave it with Esc"
)


class GuideClicks(Clicks):
    """A click a landmark; dragging corrects the one that was just placed."""

    def move(self, at: Point, ratio: float) -> bool:
        """The next landmark follows the mouse; with the button down, the last one does."""
        if self._pressed is None:
            return super().move(at, ratio)
        marking = self._surface.marking
        self._dragged = self._dragged or math.dist(self._pressed, at) >= LEAST_WAY * ratio
        if self._dragged and marking.draft is not None:
            point = self._surface.place(at, self._tool, marking.draft.points[:-1])
            if point is not None:
                marking.replace_last(point)
        return False

    def release(self, at: Point, ratio: float) -> bool:
        """The landmark stays; the last one that is needed ends the measurement."""
        draft, pressed, self._pressed = self._surface.marking.draft, self._pressed, None
        if draft is None or pressed is None:
            return False
        return draft.full or step_after(self._surface, draft.tool, draft.points) is None


def way_of(surface: Surface, tool: MeasureTool) -> Placing:
    """The way that a tool's points are placed, guided or not."""
    return GuideClicks(surface, tool) if tool.figure is Figure.GUIDE else placing_of(surface, tool)


def measured_image(surface: Surface) -> MeasuredImage | None:
    """The picture on the screen under the reader's own scale."""
    frame = surface.frame
    return None if frame is None else MeasuredImage.of_loaded(frame, surface.marking.calibration(frame))


def step_after(surface: Surface, tool: MeasureTool, points: Sequence[Point]) -> Step | None:
    """What a guide asks for next; None when nothing is left to click."""
    image = measured_image(surface)
    return None if image is None else GUIDES[tool.name].step_after(points, image)


def is_guided(surface: Surface) -> bool:
    """Whether landmarks of a guided measurement are being placed."""
    draft = surface.marking.draft
    return draft is not None and draft.tool.figure is Figure.GUIDE


def is_known(surface: Surface) -> bool:
    """Whether the guided measurement in the making has its value, so that it may end here."""
    draft, image = surface.marking.draft, measured_image(surface)
    if draft is None or image is None or draft.image != surface.image or len(draft.points) < draft.tool.least:
        return False
    return GUIDES[draft.tool.name].sketch(draft.points, image).complete


def is_elsewhere(surface: Surface) -> bool:
    """Whether the guided measurement belongs to another picture than this one; then that is said."""
    draft = surface.marking.draft
    if draft is None or not is_guided(surface) or draft.image == surface.image:
        return False
    surface.marking.explain(tr(_ELSEWHERE))
    return True
