"""The details of one place: joins their dialogs to the work in threads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal

from vetpacs_desktop.errors import Cancelled, KnownError
from vetpacs_desktop.jobs import CancelToken, Report
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.thinning.retention import Preview
from vetpacs_desktop.ui import ask, paper
from vetpacs_desktop.ui.backup import certificate
from vetpacs_desktop.ui.backup.details import DetailsDialog
from vetpacs_desktop.ui.backup.draft import PAPER_FOLDER
from vetpacs_desktop.ui.backup.prune_dialog import PruneDialog
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.house import House
from vetpacs_desktop.ui.notices import ATTENTION, GOOD, PROBLEM, Notice
from vetpacs_desktop.ui.operations import backup_certificate, backup_details, backup_places
from vetpacs_desktop.ui.operations.backup_certificate import Certificate
from vetpacs_desktop.ui.operations.backup_details import Outcome
from vetpacs_desktop.ui.transfers import Transfer

Work = Callable[[Home, Place, Report, CancelToken], Outcome]
LOOK_MS = 3000


class Detailing(QObject):
    """One details window, as long as it is open. What was started there goes on when it is closed."""

    changed = Signal()
    """Something was changed: look anew"""
    change_requested = Signal(object)
    """Place"""

    def __init__(self, house: House, lane: Bridge, place: Place, parent: QObject) -> None:
        super().__init__(parent)
        self._house = house
        self._lane = lane
        self._running: Transfer | None = None
        self._title = ""
        self.dialog = DetailsDialog(place, house.window)
        self.prune: PruneDialog | None = None
        self._timer = QTimer(self.dialog, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._connect()
        self.look()
        self._timer.start()

    def look(self) -> None:
        """Read anew what is known."""
        home, place = self._house.app.home, self.dialog.place
        moment = datetime.now().astimezone()
        self._lane.start(
            lambda _report, _cancel: backup_details.read(home, place, moment),
            self.dialog.show_known,
            self._failed,
            owner=self.dialog,
        )

    def save_certificate(self) -> None:
        """Gather the facts, ask where, write the PDF."""
        app, place = self._house.app, self.dialog.place
        clinic, moment = app.settings.text("clinic.name"), datetime.now().astimezone()
        self._lane.start(
            lambda _report, _cancel: backup_certificate.gather(
                app.home, clinic, app.library.counts(), moment, place.name
            ),
            self._ask_where,
            self._failed,
            owner=self.dialog,
        )

    # -- what the dialog asks for --------------------------------------------------------------------------

    def _connect(self) -> None:
        dialog = self.dialog
        dialog.prove_requested.connect(lambda: self._start(self.tr("Proving {name}"), backup_details.prove))
        dialog.drill_requested.connect(
            lambda: self._start(self.tr("Rehearsing with {name}"), backup_details.drill)
        )
        dialog.prune_requested.connect(self._preview)
        dialog.rest_requested.connect(self._rest)
        dialog.change_requested.connect(self._change)
        dialog.remove_requested.connect(self._remove)
        dialog.certificate_requested.connect(self.save_certificate)
        dialog.stop_requested.connect(self._stop)
        self._house.transfers.changed.connect(self._show_work)
        dialog.finished.connect(self._gone)

    def _gone(self) -> None:
        self._house.transfers.changed.disconnect(self._show_work)
        self.deleteLater()

    def _start(self, title: str, work: Work) -> None:
        if self._running is not None:
            return
        home, place = self._house.app.home, self.dialog.place
        tell, changed = self._house.tell, self.changed
        self._title = title.format(name=place.name)

        def done(outcome: Outcome) -> None:
            tell(Notice(GOOD if outcome.good else PROBLEM, outcome.sentence, outcome.details))
            changed.emit()

        def failed(error: BaseException) -> None:
            if isinstance(error, Cancelled):
                tell(Notice(ATTENTION, error.sentence))
            elif isinstance(error, KnownError):
                tell(Notice(PROBLEM, error.sentence))
            else:
                raise error
            changed.emit()

        self._running = self._house.transfers.start(
            self._title,
            lambda report, cancel: work(home, place, report, cancel),
            done,
            failed,
            place="backup",
        )
        self._show_work()

    def _show_work(self) -> None:
        running = self._running
        if running is not None and running not in self._house.transfers.under_way:
            self._running = running = None
            self.look()
        self.dialog.show_work(self._title, running.progress if running is not None else None)

    def _stop(self) -> None:
        if self._running is not None:
            self._house.transfers.cancel(self._running)

    def _preview(self) -> None:
        home, place = self._house.app.home, self.dialog.place
        moment = datetime.now().astimezone()
        self._lane.start(
            lambda _report, _cancel: backup_details.preview(home, place, moment),
            self._show_preview,
            self._failed,
            owner=self.dialog,
        )

    def _show_preview(self, found: Preview) -> None:
        self.prune = PruneDialog(self.dialog.place, found, self.dialog)
        self.prune.agreed.connect(lambda: self._start(self.tr("Making room on {name}"), backup_details.prune))
        self.prune.finished.connect(self._prune_gone)
        self.prune.open()

    def _prune_gone(self) -> None:
        self.prune = None

    def _rest(self, paused: bool) -> None:
        home, name = self._house.app.home, self.dialog.place.name

        def done(place: Place) -> None:
            self.dialog.place = place
            self.changed.emit()
            self.look()

        self._lane.start(
            lambda _report, _cancel: backup_places.rest(home, name, paused=paused),
            done,
            self._failed,
            owner=self.dialog,
        )

    def _change(self) -> None:
        place = self.dialog.place
        self.dialog.close()
        self.change_requested.emit(place)

    def _remove(self) -> None:
        place = self.dialog.place
        question = self.tr(
            "Remove {name}? Nothing is saved there any more, and its password is forgotten. What lies there "
            "stays."
        )
        question = question.format(name=place.name)
        if not ask.may(self.dialog, question, yes=self.tr("Remove"), no=self.tr("Keep")):
            return
        home = self._house.app.home

        def done(_: None) -> None:
            self.changed.emit()
            self.dialog.close()

        self._lane.start(
            lambda _report, _cancel: backup_places.remove(home, place.name),
            done,
            self._failed,
            owner=self.dialog,
        )

    def _ask_where(self, found: Certificate) -> None:
        name = self.tr("Backup certificate {day}").format(day=found.made.date().isoformat())
        path = paper.save(
            self.dialog,
            self._house.state,
            PAPER_FOLDER,
            paper.safe_name(name),
            lambda path: certificate.write_pdf(found, path),
        )
        if path is not None:
            text = self.tr("The certificate was saved as {path}.").format(path=path)
            self._house.tell(Notice(GOOD, text))

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, KnownError):
            raise error
        self._house.tell(Notice(PROBLEM, error.sentence))
