"""Full screen: everything around the pictures steps aside, and comes back as it was.

Owns what it hid. Works in whichever window the page is in, and knows none of its parts by name but the bar.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QLayout, QVBoxLayout, QWidget

EDGE = 3
"""Logical pixels at the top of the screen that bring the bar."""
KEPT = ("media_bar",)
"""By their names: what a video or a document is gone through with."""
SLACK = 24
"""Below the bar, before it goes again."""


class FullScreen(QObject):
    """Of one page; `pictures` is what stays, `bar` comes when the mouse is at the top."""

    def __init__(
        self,
        page: QWidget,
        bar: QWidget,
        leave: Callable[[], object],
        busy: Callable[[], bool],
    ) -> None:
        """`leave` is called when somebody wants out; `busy` says that Esc means something else just now."""
        super().__init__(page)
        self._page, self._bar, self._leave, self._busy = page, bar, leave, busy
        self._hidden: list[QWidget] = []
        self._maximized = False
        self.active = False

    def enter(self, pictures: QWidget) -> None:
        """Nothing but the pictures."""
        if self.active:
            return
        self.active = True
        window = self._page.window()
        self._maximized = window.isMaximized()
        around = [one for one in _around(pictures, window) if one.objectName() not in KEPT]
        self._hidden = [one for one in around if one.isVisible() and one is not self._bar]
        for widget in self._hidden:
            widget.hide()
        self._lift_bar()
        window.showFullScreen()
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)

    def exit(self) -> None:
        """Everything as it was."""
        if not self.active:
            return
        self.active = False
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        self._lower_bar()
        for widget in self._hidden:
            widget.show()
        self._hidden = []
        window = self._page.window()
        if self._maximized:
            window.showMaximized()
        else:
            window.showNormal()

    def _lift_bar(self) -> None:
        """Over the pictures instead of above them: it must not change their size when it comes."""
        layout = self._page.layout()
        if layout is not None:
            layout.removeWidget(self._bar)
        self._bar.hide()

    def _lower_bar(self) -> None:
        layout = self._page.layout()
        if isinstance(layout, QVBoxLayout):
            layout.insertWidget(0, self._bar)
        self._bar.show()

    def _mouse_at(self, at: QPoint) -> None:
        here = self._page.mapFromGlobal(at)
        if not self._page.rect().contains(here):
            return
        if here.y() <= EDGE and not self._bar.isVisible():
            self._bar.setGeometry(0, 0, self._page.width(), self._bar.sizeHint().height())
            self._bar.show()
            self._bar.raise_()
        elif here.y() > self._bar.height() + SLACK and QApplication.activePopupWidget() is None:
            self._bar.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._mouse_at(event.globalPosition().toPoint())
        elif kind == QEvent.Type.Hide and watched is self._page:
            self._leave()
        elif kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress) and isinstance(event, QKeyEvent):
            return self._on_key(watched, event)
        return False

    def _on_key(self, watched: QObject, event: QKeyEvent) -> bool:
        """Esc leads out, unless it means something nearer."""
        if event.key() != Qt.Key.Key_Escape or not isinstance(watched, QWidget) or self._busy():
            return False
        if QApplication.activePopupWidget() is not None or QApplication.activeModalWidget() is not None:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        else:
            self._leave()
        return True


def _around(pictures: QWidget, window: QWidget) -> Iterator[QWidget]:
    """What lies beside a widget, and beside each of its parents up to the window."""
    inside = pictures
    while inside is not window and (parent := inside.parentWidget()) is not None:
        layout = parent.layout()
        if layout is not None:
            yield from (one for one in _widgets(layout) if one is not inside)
        inside = parent


def _widgets(layout: QLayout) -> Iterator[QWidget]:
    for n in range(layout.count()):
        item = layout.itemAt(n)
        if item is None:
            continue
        widget, nested = item.widget(), item.layout()
        if widget is not None:
            yield widget
        elif nested is not None:
            yield from _widgets(nested)
