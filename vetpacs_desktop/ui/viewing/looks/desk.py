"""The tools of the "Picture" menu over one viewport: which drag is under way, and where the lens is.

Positions are logical pixels of the picture's widget. Wishes are the controller's.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QWidget

from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.looks.lens import Lens
from vetpacs_desktop.ui.viewing.looks.shapes import Shape
from vetpacs_desktop.ui.viewing.looks.sheet import Sheet
from vetpacs_desktop.ui.viewing.looks.strokes import Stroke, stroke_of
from vetpacs_desktop.viewer.render.lettering import Lettering
from vetpacs_desktop.viewer.state import Tool, stronger

OWN = (Tool.REGION, Tool.TURN, Tool.STRAIGHTEN, Tool.MAGNIFY)
DRAWN = (Tool.REGION, Tool.STRAIGHTEN)
"""These need an exact place: the mouse is a cross."""
LENS = 280.0
"""Across, in logical pixels; in a small viewport less."""
LENS_SHARE = 0.6


class LookDesk:
    """Of one viewport."""

    def __init__(self, view: QWidget, controller: Controller, number: int, lettering: Lettering) -> None:
        self._controller, self._number = controller, number
        self._view = view
        self.sheet = Sheet(view)
        self._lens = Lens(controller, number, lettering)
        self._stroke: Stroke | None = None
        self._held = False
        """The lens is up only while a button is down."""
        self._at: QPointF | None = None
        """Where the mouse is, as far as it is over the picture."""

    @property
    def takes(self) -> bool:
        """Whether the chosen tool is one of these, and nothing is drawn."""
        return self._controller.marking.tool is None and self._controller.grid.tool in OWN

    @property
    def cursor(self) -> Qt.CursorShape:
        """The mouse's shape over the picture while nothing is drawn."""
        if not self.takes:
            return Qt.CursorShape.ArrowCursor
        tool = self._controller.grid.tool
        if tool is Tool.MAGNIFY:
            return Qt.CursorShape.BlankCursor
        return Qt.CursorShape.CrossCursor if tool in DRAWN else Qt.CursorShape.ArrowCursor

    def press(self, tool: Tool, at: QPointF, ratio: float) -> bool:
        """A button with `tool` goes down; True when it is one of these."""
        if tool not in OWN:
            return False
        if tool is Tool.MAGNIFY:
            self._magnify(at)
            return True
        begun = stroke_of(tool, self._controller, self._number, at, ratio)
        if isinstance(begun, str):
            self.sheet.show_shape(Shape(at, begun))
        else:
            self._stroke = begun
        return True

    def _magnify(self, at: QPointF) -> None:
        """A click makes the lens stronger; a button that only looks through it holds it up."""
        self._at = at
        if self._controller.grid.tool is Tool.MAGNIFY:
            self._controller.put_grid(stronger(self._controller.grid))
        else:
            self._held = True
        self.refresh()

    def move(self, at: QPointF, *, snap: bool) -> bool:
        """The mouse moves; True when a drag of these is under way."""
        self._at = at
        if self._stroke is not None:
            self.sheet.show_shape(self._stroke.move(at, snap=snap))
            self._controller.set_dragging(self._number, True)
            return True
        self.refresh()
        return False

    def release(self) -> None:
        """The button is up."""
        stroke, self._stroke = self._stroke, None
        self._let_go()
        if stroke is not None:
            self._controller.set_dragging(self._number, False)
            stroke.finish()

    def cancel(self) -> None:
        """Something else takes the mouse: nothing of the drag counts."""
        self._stroke = None
        self._let_go()

    def leave(self) -> None:
        """The mouse is elsewhere."""
        self._at = None
        self.refresh()

    def refresh(self) -> None:
        """The lens follows the mouse, and what is under it."""
        at = self._at
        chosen = self._controller.grid.tool is Tool.MAGNIFY and self._controller.marking.tool is None
        magnify = chosen or self._held
        if at is None or not magnify:
            self._lens.close()
            self.sheet.show_lens(None, QPointF(), 0, "")
            return
        ratio = self._view.devicePixelRatioF()
        times = self._controller.grid.magnified
        side = min(LENS, LENS_SHARE * min(self._view.width(), self._view.height()))
        image = self._lens.look((at.x() * ratio, at.y() * ratio), max(1, round(side * ratio)), times)
        self.sheet.show_lens(image, at, side, f"{times:g}\N{MULTIPLICATION SIGN}")

    def _let_go(self) -> None:
        self.sheet.show_shape(None)
        if self._held:
            self._held = False
            self.refresh()

    def close(self) -> None:
        """Give the graphics memory back."""
        self._lens.close()
