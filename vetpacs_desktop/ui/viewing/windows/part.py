"""The reader's own windows as an ability of the reading page: kept in the home folder, offered everywhere."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.paths import Home
from vetpacs_desktop.ui.actions import make_action
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.parts import Desk
from vetpacs_desktop.ui.viewing.windows.dialog import OwnWindowsDialog
from vetpacs_desktop.ui.viewing.windows.rows import OWN
from vetpacs_desktop.viewer.windows import OwnWindow, read_own, write_own


class WindowsPart(QObject):
    """Of one reading page."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.page)
        self._desk = desk
        self._path = Home(Path(desk.settings.fileName()).parent).windows
        self._own: tuple[OwnWindow, ...] = ()
        self.action = make_action(desk.page, OWN, self._open)
        # The menu is made anew whenever it opens: after that, this comes last.
        desk.bar.preset_menu.aboutToShow.connect(self._offer)
        desk.bridge.start(lambda _report, _cancel: read_own(self._path), self._learn, self._failed)

    def opened(self, controller: Controller) -> None:
        """They are offered in every exam."""
        controller.own_windows = self._own

    def begin(self, _controller: Controller) -> bool:
        """Nothing to arrange."""
        return False

    def closed(self) -> None:
        """Nothing is kept of an exam."""

    def refresh(self) -> None:
        """There is something to save where a picture has a window."""
        self.action.setEnabled(self._desk.controller() is not None)

    def _learn(self, own: tuple[OwnWindow, ...]) -> None:
        self._own = own
        controller = self._desk.controller()
        if controller is not None:
            controller.own_windows = own

    def _offer(self) -> None:
        menu = self._desk.bar.preset_menu
        menu.addSeparator()
        menu.addAction(self.action)

    def _open(self) -> None:
        controller = self._desk.controller()
        if controller is None:
            return
        number = controller.grid.active
        frame = controller.frame(number)
        modality = frame.description.modality if frame is not None else ""
        dialog = OwnWindowsDialog(self._own, controller.window(number), modality, self._keep, self._desk.page)
        dialog.exec()

    def _keep(self, own: tuple[OwnWindow, ...]) -> None:
        self._learn(own)
        self._desk.bridge.start(
            lambda _report, _cancel: write_own(self._path, own), lambda _: None, self._failed
        )

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, KnownError):
            raise error
        self._desk.say(error.sentence)
