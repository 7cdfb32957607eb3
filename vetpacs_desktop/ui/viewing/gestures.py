"""What a mouse does over a picture: how a press, a movement, a turn of the wheel becomes a wish.

Owns the drag that is under way; the wishes themselves are the controller's. Which button is which tool is the
`MouseMap`'s. A button with the chosen tool is the hand's first, which draws and takes hold of what is drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt

from vetpacs_desktop.ui import mouse_map
from vetpacs_desktop.ui.mouse_map import Slot, mouse_of
from vetpacs_desktop.ui.viewing.body.hand import BodyHand
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.looks.desk import LookDesk
from vetpacs_desktop.ui.viewing.media.pages import roll
from vetpacs_desktop.ui.viewing.tools.hand import Hand
from vetpacs_desktop.ui.viewing.tools.surface import Surface
from vetpacs_desktop.ui.viewing.volumes.cross import CrossGrip, Part
from vetpacs_desktop.ui.viewing.volumes.hand import CrossHand
from vetpacs_desktop.ui.viewing.volumes.path_hand import PathHand
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
_SHAPES = {
    Part.MIDDLE: Qt.CursorShape.SizeAllCursor,
    Part.LINE: Qt.CursorShape.OpenHandCursor,
    Part.TURN: Qt.CursorShape.PointingHandCursor,
}
_NO_KEY = Qt.KeyboardModifier.NoModifier


@dataclass(slots=True)
class _Drag:
    tool: Tool
    start: QPointF
    last: QPointF
    window: Window | None = None
    span: float = 0.0
    whole: bool = True
    index: int = 0
    button: Qt.MouseButton = Qt.MouseButton.LeftButton


class Gestures:
    """The mouse over one viewport."""

    def __init__(
        self,
        controller: Controller,
        number: int,
        ask: Callable[[], object] = lambda: None,
        act: Callable[[str], object] = lambda _: None,
    ) -> None:
        """`act` does what the action of that name does, for buttons that have one."""
        self.hand = Hand(Surface(controller, number), ask)
        self.cross = CrossHand(controller, number)
        self.path = PathHand(controller, number)
        self.body = BodyHand(controller, number)
        self._crossed: CrossGrip | None = None
        """What of the lines of planes lies under the mouse."""
        self._controller = controller
        self._number = number
        self._act = act
        self._drag: _Drag | None = None
        self._holding: Qt.MouseButton | None = None
        """The button that the hand was given."""
        self._click: QPointF | None = None
        """Where the right button went down, alone."""
        self._wheel = 0
        self.looks: LookDesk | None = None
        """The tools of the "Picture" menu; None where there is no screen to draw on."""

    @property
    def dragging(self) -> bool:
        """Whether something is under way that has moved, or a figure is in the making."""
        return self._controller.dragging or self.hand.busy

    def press(
        self, button: Qt.MouseButton, at: QPointF, ratio: float = 1.0, *, held: Qt.KeyboardModifier = _NO_KEY
    ) -> None:
        """A button goes down: the hand takes it, or note where everything stands."""
        slot, mouse = mouse_map.slot_of(button, held), mouse_of()
        if self._drag is not None:
            self._press_second(button, at, mouse.tool(Slot.BOTH))
            return
        self._click = at if button == Qt.MouseButton.RightButton else None
        if self.body.press(button, _device(at, ratio), ratio):
            return
        what = mouse.what(slot) if slot is not None else mouse_map.NOTHING
        tool = mouse.tool(slot) if slot is not None else None
        if what == mouse_map.WHEEL_MENU:
            self._act(what)
            return
        if tool is None and what not in (mouse_map.CHOSEN, mouse_map.ANEW, mouse_map.NOTHING):
            self._act(what)
        if tool is None and what != mouse_map.NOTHING and slot not in mouse_map.PUSHED:
            own = self.looks is not None and self.looks.takes
            if not own and (self.path.press(_device(at, ratio)) or self.cross.press(_device(at, ratio))):
                self._holding = button
                return
            if not own and self.hand.press(_device(at, ratio), ratio, anew=what == mouse_map.ANEW):
                self._holding = button
                return
            tool = self._controller.grid.tool
        if tool is not None and not (self.looks is not None and self.looks.press(tool, at, ratio)):
            self._begin(tool, button, at)
            if tool is Tool.SPOT:
                self._controller.point(self._number, _device(at, ratio))

    def _press_second(self, button: Qt.MouseButton, at: QPointF, tool: Tool | None) -> None:
        """The left and the right button together may be a tool of their own."""
        self._click = None
        pair = {Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton}
        if tool is not None and self._drag is not None and {self._drag.button, button} == pair:
            self._begin(tool, button, at)

    def _begin(self, tool: Tool, button: Qt.MouseButton, at: QPointF) -> None:
        frame = self._controller.frame(self._number)
        if frame is None:
            return
        index = self._controller.grid.views[self._number].index
        drag = _Drag(tool, at, at, index=index, button=button)
        if tool is Tool.WINDOW:
            drag.window = self._controller.window(self._number)
            low, high = presets.value_range(frame) if drag.window is not None else (0.0, 0.0)
            drag.span, drag.whole = high - low, frame.values.dtype.kind in "iu"
        self._drag = drag

    def cancel(self) -> None:
        """Something else takes the mouse: the drag ends where it is, and no click follows."""
        self._drag, self._click = None, None
        self.body.cancel()
        if self.looks is not None:
            self.looks.cancel()
        self._controller.set_dragging(self._number, False)

    def move(
        self, at: QPointF, ratio: float, *, pressed: bool = True, held: Qt.KeyboardModifier = _NO_KEY
    ) -> None:
        """The mouse moves; `ratio` device pixels make a logical one, `pressed` means with a button down."""
        drag = self._drag
        snap = bool(held & Qt.KeyboardModifier.ShiftModifier)
        if self.body.move(_device(at, ratio), ratio):
            return
        if self.looks is not None and self.looks.move(at, snap=snap):
            return
        if self.path.move(_device(at, ratio), snap=snap) or self.cross.move(_device(at, ratio), snap=snap):
            return
        if drag is None:
            if not self.hand.move(_device(at, ratio), ratio) and not pressed:
                mine = self.path.hover(_device(at, ratio))
                self._crossed = None if mine else self.cross.grip(_device(at, ratio))
                self.hand.hover(_device(at, ratio))
            return
        if at == drag.last:
            return
        self._controller.set_dragging(self._number, True)
        self._apply(drag, at, ratio)
        drag.last = at

    def release(self, button: Qt.MouseButton, at: QPointF, ratio: float = 1.0) -> bool:
        """The button is up again; True for a click of the right one, which moved nothing to speak of."""
        if self.looks is not None:
            self.looks.release()
        drag, self._drag = self._drag, None
        click, self._click = self._click, None
        if drag is None and not self.body.release():
            if button == self._holding:
                self._holding = None
                if not self.path.release() and not self.cross.release():
                    self.hand.release(_device(at, ratio), ratio)
        elif drag is not None:
            self._controller.set_dragging(self._number, False)
        if button != Qt.MouseButton.RightButton or click is None:
            return False
        way = at - click
        return abs(way.x()) + abs(way.y()) < CLICK

    @property
    def cross_shape(self) -> Qt.CursorShape | None:
        """The mouse over the lines of planes; None elsewhere."""
        if self.body.shape is not None:
            return self.body.shape
        grip = self._crossed
        return self.path.shape if grip is None else _SHAPES[grip.part]

    def double(self, at: QPointF, ratio: float) -> bool:
        """The left button twice; True when the hand has a use for it."""
        taken = self.hand.double(_device(at, ratio), ratio)
        if taken:
            self._holding = Qt.MouseButton.LeftButton
        return taken

    def grip(self, at: QPointF, ratio: float) -> Grip | None:
        """What is drawn at this place."""
        return self.hand.grip(_device(at, ratio))

    def wheel(
        self, delta: int, *, held: Qt.KeyboardModifier = _NO_KEY, at: QPointF, ratio: float = 1.0
    ) -> None:
        """The wheel turned by `delta` eighths of a degree: leaf through, or zoom at the mouse."""
        what = mouse_of().what(mouse_map.wheel_slot(held))
        if self.body.wheel(delta):
            return
        if what == mouse_map.SIZE:
            self._controller.zoom(self._number, WHEEL_ZOOM ** (delta / WHEEL_STEP), _device(at, ratio))
            return
        self._wheel += delta
        steps = int(self._wheel / WHEEL_STEP)
        self._wheel -= steps * WHEEL_STEP
        if steps and what == mouse_map.IMAGES:
            roll(self._controller, self._number, -steps)
        elif steps and what == mouse_map.SERIES:
            self._controller.next_series(-1 if steps > 0 else 1)

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
        elif drag.tool is Tool.SPOT:
            self._controller.point(self._number, _device(at, ratio))
        elif drag.tool is Tool.SCROLL:
            self._controller.go_to(self._number, drag.index + int(whole_way.y() / LEAST_SCROLL))


def _device(at: QPointF, ratio: float) -> Point:
    return at.x() * ratio, at.y() * ratio
