"""Searching and fetching as the window knows it: its card, its dialog, and what a change of it starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QFileDialog

from vetpacs_desktop import settings as settings_file
from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.jobs import CancelToken, Report
from vetpacs_desktop.settings import Settings
from vetpacs_desktop.ui.card import Card
from vetpacs_desktop.ui.house import Deed, House
from vetpacs_desktop.ui.notices import ATTENTION, GOOD, PROBLEM, Notice
from vetpacs_desktop.ui.system import doors as facts
from vetpacs_desktop.ui.system.doors import Doors
from vetpacs_desktop.ui.system.doors_card import DoorsCard
from vetpacs_desktop.ui.system.doors_dialog import DoorsDialog

LOOK_MS = 4000
_TLS = ("tls", "tls_port", "tls_certificate", "tls_key", "tls_clients")


class DoorsDesk(QObject):
    """Joins the card to the window."""

    def __init__(self, house: House, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._house = house
        self.card = DoorsCard()
        self.doors = Doors()
        self._looking = False
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        self.card.change.clicked.connect(self.change)
        self.card.save.clicked.connect(self._ask_where)

    def cards(self) -> Sequence[tuple[str, Card]]:
        """One."""
        return (("doors", self.card),)

    def deeds(self) -> Mapping[str, Deed]:
        """None: it has nothing to do with chosen exams."""
        return {}

    def start(self) -> None:
        """Look from now on."""
        self._timer.start()
        self.look()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    def look(self) -> None:
        """Look once, unless a look is under way."""
        if not self._looking:
            self._looking = True
            app = self._house.app
            self._house.chores.start(
                lambda _report, _cancel: facts.look(app), self._looked, lambda error: self._not_looked(error)
            )

    def change(self) -> None:
        """Let a person change who may fetch, and encryption."""
        dialog = DoorsDialog(self._house.app.settings, self.doors, self._house.window)
        if dialog.exec():
            self.save(dialog.chosen())

    def save(self, chosen: Settings) -> None:
        """Keep the settings; who may fetch counts at once, encryption when the receiver starts anew."""
        before = self._house.app.settings
        try:
            settings_file.save(chosen, self._house.app.home.settings)
        except OSError as error:
            text = self.tr("The settings could not be saved; nothing was changed. Is the disk full?")
            self._house.tell(Notice(PROBLEM, text, str(error)))
            return
        self._house.app.settings = chosen
        if any(_value(before, name) != _value(chosen, name) for name in _TLS):
            self._house.chores.start(self._restart, self._restarted, self._not_restarted)
        self.look()

    def save_certificate(self, path: Path) -> None:
        """Write the certificate, which machines must know, to a file; the key stays here."""
        text = self.doors.certificate
        self._house.chores.start(
            lambda _report, _cancel: path.write_text(text, encoding="ascii"),
            lambda _: self._house.tell(
                Notice(GOOD, self.tr("The certificate was saved as {path}.").format(path=path))
            ),
            lambda error: self._house.tell(
                Notice(PROBLEM, self.tr("The certificate was not saved."), str(error))
            ),
        )

    def _ask_where(self) -> None:
        proposed = str(Path.home() / "vetpacs-certificate.pem")
        kinds = self.tr("Certificates (*.pem)")
        name, _ = QFileDialog.getSaveFileName(
            self._house.window, self.tr("Save certificate"), proposed, kinds
        )
        if name:
            self.save_certificate(Path(name))

    def _looked(self, doors: Doors) -> None:
        self._looking = False
        if doors != self.doors or doors.turned_away:  # "a minute ago" goes on
            self.doors = doors
            self.card.show_doors(doors)

    def _not_looked(self, error: BaseException) -> None:
        self._looking = False
        if not isinstance(error, KnownError):
            raise error

    def _restart(self, _report: Report, _cancel: CancelToken) -> str:
        """In the thread: the receiver starts anew; answers whose it is."""
        child = self._house.app.service
        child.stop()
        return child.ensure().owner

    def _restarted(self, owner: str) -> None:
        if owner == "system":
            text = self.tr(
                "The receiver runs as a system service; restart that for the change of encryption."
            )
            self._house.tell(Notice(ATTENTION, text))
        self.look()

    def _not_restarted(self, error: BaseException) -> None:
        if not isinstance(error, KnownError):
            raise error
        self._house.tell(Notice(PROBLEM, error.sentence))


def _value(settings: Settings, name: str) -> object:
    return settings.changed.get(f"receiver.{name}")
