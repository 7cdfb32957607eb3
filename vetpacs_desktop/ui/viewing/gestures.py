"""What a mouse does over a picture: which button is which tool, and how a movement becomes a wish.

Owns the drag that is under way; the wishes themselves are the controller's.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt

from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.pages import roll
from vetpacs_desktop.viewer import presets
from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.state import Tool

ZOOM_FULL = 200.0
"""Logical pixels of mouse movement that double the size."""
WHEEL_STEP = 120
WHEEL_ZOOM = 1.15
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

    def __init__(self, controller: Controller, number: int) -> None:
        self._controller = controller
        self._number = number
        self._drag: _Drag | None = None
        self._wheel = 0

    def tool_of(self, button: Qt.MouseButton) -> Tool | None:
        """Left is the chosen tool, right zooms, middle moves."""
        if button == Qt.MouseButton.LeftButton:
            return self._controller.grid.tool
        return {Qt.MouseButton.RightButton: Tool.ZOOM, Qt.MouseButton.MiddleButton: Tool.PAN}.get(button)

    def press(self, button: Qt.MouseButton, at: QPointF) -> None:
        """A button goes down: note where everything stands."""
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

    def move(self, at: QPointF, ratio: float) -> None:
        """The mouse moves with a button down; `ratio` device pixels make a logical one."""
        drag = self._drag
        if drag is None or at == drag.last:
            return
        self._controller.set_dragging(self._number, True)
        self._apply(drag, at, ratio)
        drag.last = at

    def release(self) -> None:
        """The button is up again."""
        self._drag = None
        self._controller.set_dragging(self._number, False)

    def wheel(self, delta: int, *, zoom: bool, at: QPointF, ratio: float) -> None:
        """The wheel turned by `delta` eighths of a degree: leaf through, or zoom at the mouse."""
        if zoom:
            device = (at.x() * ratio, at.y() * ratio)
            self._controller.zoom(self._number, WHEEL_ZOOM ** (delta / WHEEL_STEP), device)
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
