"""Joins the tool wheel to the reading page: when it opens, what is on it, what a button's action does."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF
from PySide6.QtGui import QAction, QCursor, QMouseEvent

from vetpacs_desktop.ui.actions import make_action, tell_key
from vetpacs_desktop.ui.keymap import GROUP
from vetpacs_desktop.ui.mouse_map import WHEEL_MENU, wheel_of
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.parts import Desk
from vetpacs_desktop.ui.viewing.wheel import rows
from vetpacs_desktop.ui.viewing.wheel.ring import Ring


class WheelPart(QObject):
    """See `parts.Part`."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.page)
        self._desk = desk
        self.ring = Ring(desk.page)
        self.ring.chosen.connect(self._do)
        self.ring.closed.connect(self._back)
        self._watched: QObject | None = None
        self.action = make_action(desk.page, rows.WHEEL, self._open_by_key)
        self.action.setEnabled(False)
        for row in rows.FIXED:
            tell_key(desk.page, row)
        desk.bar.layout_menu.setObjectName(rows.ARRANGE)
        desk.bar.measure_menu.setObjectName(rows.MEASURE)
        desk.bar.speed_menu.setObjectName(rows.LEAF)

    def opened(self, controller: Controller) -> None:
        """The viewports of this exam ask for the wheel."""
        grid = self._desk.grid()
        if grid is not None:
            grid.wheel_wished.connect(self._open_at)
            grid.deed_wished.connect(self._do_named)
        self.action.setEnabled(True)
        known = rows.groups()
        for action in self._desk.page.actions():
            if action.property(GROUP) is None and action.objectName() in known:
                action.setProperty(GROUP, known[action.objectName()])

    def begin(self, controller: Controller) -> bool:
        """It arranges nothing."""
        return False

    def closed(self) -> None:
        """Nothing to choose from."""
        self.ring.close_ring()
        self.action.setEnabled(False)

    def refresh(self) -> None:
        """What can be done now is asked when it opens."""

    def _entries(self) -> list[QAction]:
        """Those that this page has; others may be another version's."""
        found = {action.objectName(): action for action in self._reachable()}
        return [found[name] for name in wheel_of() if name in found and name != WHEEL_MENU]

    def _reachable(self) -> list[QAction]:
        page = self._desk.page
        return [*page.window().actions(), *page.actions()]

    def _open_by_key(self) -> None:
        """At the mouse; where that is elsewhere, in the middle of the active picture."""
        viewport = self._desk.viewport
        if viewport is None:
            return
        at = QPointF(QCursor.pos())
        if not viewport.rect().contains(viewport.mapFromGlobal(at.toPoint())):
            at = QPointF(viewport.mapToGlobal(viewport.rect().center()))
        self._open_at(at, False)

    def _open_at(self, at: QPointF, held: bool) -> None:
        entries, viewport = self._entries(), self._desk.viewport
        if not entries or viewport is None or self.ring.isVisible():
            return
        if held:
            self._watched = viewport
            viewport.installEventFilter(self)
        host = self._desk.page if viewport.window() is self._desk.page.window() else viewport.window()
        self.ring.open(entries, QPointF(host.mapFromGlobal(at)), held=held, host=host)

    def _do(self, action: QAction) -> None:
        self._back()
        action.trigger()

    def _do_named(self, name: str) -> None:
        """A button of the mouse stands for an action."""
        if name == WHEEL_MENU:
            self._open_at(QPointF(QCursor.pos()), True)
            return
        for action in self._reachable():
            if action.objectName() == name and action.isEnabled():
                action.trigger()
                return

    def _back(self) -> None:
        """The picture has the mouse and the keys again."""
        self._let_go()
        if self.ring.parentWidget() is not self._desk.page:
            self.ring.setParent(self._desk.page)  # a second screen may go at any time
        viewport = self._desk.viewport
        if viewport is not None:
            viewport.setFocus()

    def _let_go(self) -> None:
        if self._watched is not None:
            self._watched.removeEventFilter(self)
            self._watched = None

    def _on_ring(self, at: QPointF) -> QPointF:
        return QPointF(self.ring.mapFromGlobal(at))

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While the button is down the viewport gets its moves, which are meant for the wheel."""
        if isinstance(event, QMouseEvent) and watched is self._watched:
            if event.type() == QEvent.Type.MouseMove:
                self.ring.point(self._on_ring(event.globalPosition()))
                return True
            if event.type() == QEvent.Type.MouseButtonRelease:
                self._let_go()
                self.ring.let_go(self._on_ring(event.globalPosition()))
                return True
        return super().eventFilter(watched, event)
