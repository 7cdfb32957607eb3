"""A mouse and a keyboard over a viewport that point at places of the image, to a fraction of a pixel."""

from itertools import pairwise

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.ui.viewing.viewport import ViewportWidget
from vetpacs_desktop.viewer.marks import to_screen

Place = tuple[float, float]
LEFT, RIGHT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.NoButton


class Mouse:
    """Of one viewport; places are (column, row)."""

    def __init__(self, page: ReadingPage, number: int = 0) -> None:
        self._page, self._number = page, number

    @property
    def viewport(self) -> ViewportWidget:
        assert self._page.grid is not None
        return self._page.grid.viewports[self._number]

    @property
    def controller(self) -> Controller:
        assert self._page.controller is not None
        return self._page.controller

    def at(self, place: Place) -> QPointF:
        """Where a place of the image is, in the viewport's own pixels."""
        shown = self.controller.resolved(self._number)
        assert shown.picture is not None
        x, y = to_screen(place, shown.picture, shown.camera, shown.viewport)
        ratio = shown.viewport.ratio
        return self.viewport.view.mapTo(self.viewport, QPointF(x / ratio, y / ratio))

    def move(self, place: Place, held: Qt.MouseButton = NONE) -> None:
        self._send(QEvent.Type.MouseMove, self.at(place), NONE, held)

    def press(self, place: Place, button: Qt.MouseButton = LEFT, *, control: bool = False) -> None:
        self._send(QEvent.Type.MouseButtonPress, self.at(place), button, button, control)

    def release(self, place: Place, button: Qt.MouseButton = LEFT) -> None:
        self._send(QEvent.Type.MouseButtonRelease, self.at(place), button, NONE)

    def click(self, *places: Place, button: Qt.MouseButton = LEFT, control: bool = False) -> None:
        for place in places:
            self.move(place)
            self.press(place, button, control=control)
            self.release(place, button)

    def double_click(self, place: Place) -> None:
        self.click(place)
        self._send(QEvent.Type.MouseButtonDblClick, self.at(place), LEFT, LEFT)
        self.release(place)

    def drag(self, *way: Place) -> None:
        """Along places, with the left button down."""
        self.move(way[0])
        self.press(way[0])
        for start, end in pairwise(way):
            for part in (0.5, 1.0):
                self.move(
                    (start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1])), LEFT
                )
        self.release(way[-1])

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self._focus(), key, modifier)

    def type(self, text: str) -> None:
        QTest.keyClicks(self._focus(), text)

    def _focus(self) -> QWidget:
        return QApplication.focusWidget() or self.viewport

    def _send(
        self,
        kind: QEvent.Type,
        at: QPointF,
        button: Qt.MouseButton,
        held: Qt.MouseButton,
        control: bool = False,
    ) -> None:
        viewport = self.viewport
        modifiers = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
        event = QMouseEvent(kind, at, viewport.mapToGlobal(at), button, held, modifiers)
        QApplication.sendEvent(viewport, event)
