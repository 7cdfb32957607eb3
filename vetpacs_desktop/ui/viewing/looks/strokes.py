"""One drag of a tool of the "Picture" menu: from the press to the release, and what it wishes for.

Each answers the shape that is to be seen meanwhile. Places are logical pixels of the picture's widget.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QPointF, QRectF

from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.looks.shapes import Shape
from vetpacs_desktop.viewer import state
from vetpacs_desktop.viewer.marks import to_image
from vetpacs_desktop.viewer.notes import turn_words
from vetpacs_desktop.viewer.pixels.region import region_window
from vetpacs_desktop.viewer.presets import is_colour
from vetpacs_desktop.viewer.resolve import is_page
from vetpacs_desktop.viewer.state import Tool
from vetpacs_desktop.viewer.turning import straightening, turned

LEAST = 4.0
"""Logical pixels that make a drag of a click."""

tr = partial(QCoreApplication.translate, "viewing")


class Stroke(Protocol):
    """A drag that is under way."""

    def move(self, at: QPointF, *, snap: bool) -> Shape:
        """The mouse is here now."""
        ...

    def finish(self) -> None:
        """The button is up: what was drawn counts."""
        ...


def stroke_of(tool: Tool, controller: Controller, number: int, at: QPointF, ratio: float) -> Stroke | str:
    """A drag with `tool` that starts `at`; or a sentence why there can be none."""
    frame = controller.frame(number)
    if frame is None:
        return tr("There is no picture here.")
    if tool is Tool.REGION:
        words = tr("Colour pictures have no window.")
        return words if is_colour(frame) else RegionStroke(controller, number, at, ratio)
    if is_page(frame.description):
        return tr("Pages turn by quarters only.")
    if tool is Tool.TURN:
        return TurnStroke(controller, number, at, ratio)
    return StraightenStroke(controller, number, at)


class RegionStroke:
    """Brightness and contrast from a rectangle."""

    def __init__(self, controller: Controller, number: int, at: QPointF, ratio: float) -> None:
        self._controller, self._number, self._ratio = controller, number, ratio
        self._start = self._now = at

    def move(self, at: QPointF, *, snap: bool) -> Shape:
        self._now = at
        return Shape(at, "", rectangle=self._rectangle())

    def finish(self) -> None:
        box, frame = self._rectangle(), self._controller.frame(self._number)
        shown = self._controller.placed(self._number)
        if max(box.width(), box.height()) < LEAST or frame is None or shown.picture is None:
            return
        places = (box.topLeft(), box.topRight(), box.bottomRight())
        picture, camera, viewport = shown.picture, shown.camera, shown.viewport
        corners = [
            to_image((at.x() * self._ratio, at.y() * self._ratio), picture, camera, viewport) for at in places
        ]
        window = region_window(frame.values, frame.padding_mask, corners)
        if window is not None:
            self._controller.choose(self._number, window)

    def _rectangle(self) -> QRectF:
        return QRectF(self._start, self._now).normalized()


class TurnStroke:
    """The picture turned around the middle of its viewport."""

    def __init__(self, controller: Controller, number: int, at: QPointF, ratio: float) -> None:
        self._controller, self._number = controller, number
        viewport = controller.placed(number).viewport
        self._middle = QPointF(viewport.width / ratio / 2, viewport.height / ratio / 2)
        self._start = at
        self._rotation = controller.grid.views[number].rotation

    def move(self, at: QPointF, *, snap: bool) -> Shape:
        angle = turned(self._rotation, _point(self._middle), _point(self._start), _point(at), snap=snap)
        self._controller.change(self._number, partial(state.turn_to, degrees=angle))
        words = turn_words(angle, self._controller.translate) or f"{angle:g}\N{DEGREE SIGN}"
        return Shape(at, words, middle=self._middle)

    def finish(self) -> None:
        """It is turned already."""


class StraightenStroke:
    """A line that becomes level or upright."""

    def __init__(self, controller: Controller, number: int, at: QPointF) -> None:
        self._controller, self._number = controller, number
        self._start = self._now = at

    def move(self, at: QPointF, *, snap: bool) -> Shape:
        self._now = at
        return Shape(at, f"{abs(self._angle()):.1f}\N{DEGREE SIGN}", line=(self._start, at))

    def finish(self) -> None:
        way = self._now - self._start
        if math.hypot(way.x(), way.y()) >= LEAST:
            self._controller.change(self._number, partial(state.rotate, degrees=self._angle()))

    def _angle(self) -> float:
        return straightening(_point(self._start), _point(self._now))


def _point(at: QPointF) -> tuple[float, float]:
    return at.x(), at.y()
