"""From exam to exam through the list without leaving the pictures; the next one is loaded ahead.

Owns the keys and the menu of the way back. What comes next is the list's to say, through the house.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton

from vetpacs_desktop.ui.actions import make_action
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.parts import Desk
from vetpacs_desktop.ui.viewing.resuming import rows
from vetpacs_desktop.ui.viewing.resuming.ahead import Ahead, Prepared
from vetpacs_desktop.ui.viewing.resuming.house import ReadingHouse
from vetpacs_desktop.ui.viewing.resuming.watching import Watching
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.loading import FrameLoader


class WorklistPart(QObject):
    """A part of the reading page; without a house there is no list to go through."""

    def __init__(
        self,
        desk: Desk,
        house: ReadingHouse | None,
        loader: Callable[[], FrameLoader | None],
        loader_factory: Callable[[], FrameLoader],
        more: tuple[QAction, ...] = (),
    ) -> None:
        super().__init__(desk.page)
        self._desk = desk
        self._house = house
        self._loader = loader
        self._watching = Watching(self._acted, self)
        self.ahead = Ahead(house, loader_factory, self._quiet, self) if house is not None else None
        """What is loaded for the next exam."""
        ways = ((1, False), (-1, False), (1, True))
        self.actions = {
            row.name: make_action(desk.page, row, partial(self._go, *way))
            for row, way in zip(rows.WORKLIST, ways, strict=True)
        }
        for action in self.actions.values():
            action.setEnabled(house is not None)
        self._menu = QMenu(desk.page)
        self._menu.addActions(list(self.actions.values()))
        self._menu.addSeparator()
        self._menu.addActions(list(more))
        self._join_bar()

    def taken(self, exam: Exam) -> Prepared | None:
        """What was loaded ahead of an exam that is about to be opened; it belongs to the page from now on."""
        return self.ahead.take(exam) if self.ahead is not None else None

    def drop(self) -> None:
        """Give the memory back: no exam follows."""
        if self.ahead is not None:
            self.ahead.drop()

    def opened(self, controller: Controller) -> None:
        """From now on there may be time for the next one."""
        self._watching.begin(controller)
        if self.ahead is not None:
            self.ahead.start()

    def begin(self, controller: Controller) -> bool:
        """How an exam looks is for others to say."""
        return False

    def closed(self) -> None:
        """What is loaded ahead stays for the exam that may follow."""
        self._watching.end()
        if self.ahead is not None:
            self.ahead.stop()

    def refresh(self) -> None:
        """Nothing here has a tick."""

    def _go(self, step: int, unread: bool) -> None:
        if self._house is not None:
            self._house.go(step, unread)

    def _acted(self) -> None:
        if self.ahead is not None:
            self.ahead.hush()

    def _quiet(self) -> bool:
        """Whether the open exam's headers and images are all there."""
        controller, loader = self._desk.controller(), self._loader()
        if controller is None or loader is None:
            return False
        series = enumerate(controller.exam.all_series)
        stacks = [controller.stacks(number) for number, one in series if one.paths]
        return all(stacks) and all(one.final for known in stacks for one in known) and loader.idle

    def _join_bar(self) -> None:
        """The way back has the ways on behind its arrow: the bar has no room for more buttons."""
        for button in self._desk.bar.findChildren(QToolButton):
            action = button.defaultAction()
            if action is not None and action.objectName() == "back":
                button.setMenu(self._menu)
                button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
