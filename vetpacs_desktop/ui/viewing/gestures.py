"""What a mouse does over a picture: which button is which tool, and how a movement becomes a wish.

Owns the drag that is under way; the wishes themselves are the controller's. The left button is the hand's
first, which draws and takes hold of what is drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt

from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.media.pages import roll
from vetpacs_desktop.ui.viewing.tools.hand import Hand
from vetpacs_desktop.ui.viewing.tools.surface import Surface
from vetpacs_desktop.viewer import presets
from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.marks import Grip
from vetpacs_desktop.viewer.state import Point, Tool

ZOOM_FULL = 200.0
"""Logical pixels of mouse movement that double the size."""
WHEEL_STEP = 120
WHEEL_ZOOM = 1.15
CLICK = 4.0
"""Logical pixels: a right drag shorter than this is a click."""
LEAST_SCROLL = 4.0
"""Logical pixels an image at least takes when scrolling by drag."""


@dataclass(slots=True)
class _Drag:
    tool: Tool
    start: QPointF
    last: QPointF
    window: Window | None = None
    span: float = 0.0
    whole: bool = True
    index: int = 0


class Gestures:
    """The mouse over one viewport."""

    def __init__(self, controller: Controller, number: int, ask: Callable[[], object] = lambda: None) -> None:
        self.hand = Hand(Surface(controller, number), ask)
        self._controller = controller
        self._number = number
        self._drag: _Drag | None = None
        self._wheel = 0

    def tool_of(self, button: Qt.MouseButton) -> Tool | None:
        """Left is the chosen tool, right zooms, middle moves."""
        if button == Qt.MouseButton.LeftButton:
            return self._controller.grid.tool
        return {Qt.MouseButton.RightButton: Tool.ZOOM, Qt.MouseButton.MiddleButton: Tool.PAN}.get(button)

    def press(self, button: Qt.MouseButton, at: QPointF, ratio: float = 1.0, *, anew: bool = False) -> None:
        """A button goes down: the hand takes it, or note where everything stands.

        `anew` places a point even where something could be taken hold of.
        """
        left = button == Qt.MouseButton.LeftButton
        if self._drag is None and left and self.hand.press(_device(at, ratio), ratio, anew=anew):
            return
        tool = self.tool_of(button)
        frame = self._controller.frame(self._number)
        if tool is None or frame is None or self._drag is not None:
            return
        drag = _Drag(tool, at, at, index=self._controller.grid.views[self._number].index)
        if tool is Tool.WINDOW:
            drag.window = self._controller.window(self._number)
            low, high = presets.value_range(frame) if drag.window is not None else (0.0, 0.0)
            drag.span, drag.whole = high - low, frame.values.dtype.kind in "iu"
        self._drag = drag

    def move(self, at: QPointF, ratio: float, *, pressed: bool = True) -> None:
        """The mouse moves; `ratio` device pixels make a logical one, `pressed` means with a button down."""
        drag = self._drag
        if drag is None:
            if not self.hand.move(_device(at, ratio), ratio) and not pressed:
                self.hand.hover(_device(at, ratio))
            return
        if at == drag.last:
            return
        self._controller.set_dragging(self._number, True)
        self._apply(drag, at, ratio)
        drag.last = at

    def release(self, button: Qt.MouseButton, at: QPointF, ratio: float = 1.0) -> bool:
        """The button is up again; True for a click of the right one, which moved nothing to speak of."""
        drag, self._drag = self._drag, None
        if drag is None:
            if button == Qt.MouseButton.LeftButton:
                self.hand.release(_device(at, ratio), ratio)
            return button == Qt.MouseButton.RightButton
        self._controller.set_dragging(self._number, False)
        way = at - drag.start
        return button == Qt.MouseButton.RightButton and abs(way.x()) + abs(way.y()) < CLICK

    def double(self, at: QPointF, ratio: float) -> bool:
        """The left button twice; True when the hand has a use for it."""
        return self.hand.double(_device(at, ratio), ratio)

    def grip(self, at: QPointF, ratio: float) -> Grip | None:
        """What is drawn at this place."""
        return self.hand.grip(_device(at, ratio))

    def wheel(self, delta: int, *, zoom: bool, at: QPointF, ratio: float) -> None:
        """The wheel turned by `delta` eighths of a degree: leaf through, or zoom at the mouse."""
        if zoom:
            self._controller.zoom(self._number, WHEEL_ZOOM ** (delta / WHEEL_STEP), _device(at, ratio))
            return
        self._wheel += delta
        steps = int(self._wheel / WHEEL_STEP)
        self._wheel -= steps * WHEEL_STEP
        if steps:
            roll(self._controller, self._number, -steps)

    def _apply(self, drag: _Drag, at: QPointF, ratio: float) -> None:
        moved, whole_way = at - drag.last, at - drag.start
        if drag.tool is Tool.WINDOW and drag.window is not None:
            way = (whole_way.x(), whole_way.y())
            self._controller.drag_window(self._number, drag.window, way, drag.span, drag.whole)
        elif drag.tool is Tool.PAN:
            self._controller.pan(self._number, (moved.x() * ratio, moved.y() * ratio))
        elif drag.tool is Tool.ZOOM:
            anchor = (drag.start.x() * ratio, drag.start.y() * ratio)
            self._controller.zoom(self._number, 2 ** (-moved.y() / ZOOM_FULL), anchor)
        elif drag.tool is Tool.SCROLL:
            self._controller.go_to(self._number, drag.index + int(whole_way.y() / LEAST_SCROLL))


def _device(at: QPointF, ratio: float) -> Point:
    return at.x() * ratio, at.y() * ratio
