"""A look through the magnifier while its key is held: when it comes up again, the tool before is back.

A short press takes the magnifier for good, like any other tool.
"""

from __future__ import annotations

from time import monotonic

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QApplication

from vetpacs_desktop.ui.viewing.parts import Desk
from vetpacs_desktop.viewer.state import Tool

HELD = 0.35
"""Seconds that make a held key of a pressed one."""
_ASIDE = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta)


class Glance(QObject):
    """Listens to the keyboard only from the key's press to its release."""

    def __init__(self, desk: Desk, magnify: QAction) -> None:
        super().__init__(desk.page)
        self._desk = desk
        self._former = Tool.WINDOW
        self._since: float | None = None
        magnify.setAutoRepeat(False)
        magnify.triggered.connect(self._begin)
        for action in magnify.actionGroup().actions():
            action.toggled.connect(self._remember)

    def _remember(self, chosen: bool) -> None:
        controller = self._desk.controller()
        if controller is not None and controller.grid.tool is not Tool.MAGNIFY:
            self._former = controller.grid.tool

    def _begin(self) -> None:
        app = QApplication.instance()
        if app is not None and self._since is None:
            self._since = monotonic()
            app.installEventFilter(self)

    def _end(self) -> None:
        since, self._since = self._since, None
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        action = self._desk.page.findChild(QAction, self._former.value)
        if since is not None and monotonic() - since >= HELD and isinstance(action, QAction):
            action.setChecked(True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent):
            if not event.isAutoRepeat() and event.key() not in _ASIDE:
                self._end()
        elif event.type() == QEvent.Type.MouseButtonPress:
            self._since = None  # chosen with the mouse, or used: it stays in the hand
        return False
