"""The panel of backups as the window knows it: its card, its dialogs, and what it tells people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from vetpacs_desktop.errors import Cancelled, KnownError
from vetpacs_desktop.jobs import Jobs
from vetpacs_desktop.settings import Settings
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.intake.sources.mounts import Medium, mounted
from vetpacs_desktop.ui.backup import saying
from vetpacs_desktop.ui.backup.adding import PlaceAssistant
from vetpacs_desktop.ui.backup.alarms_dialog import AlarmsDialog
from vetpacs_desktop.ui.backup.bringing import BringAssistant
from vetpacs_desktop.ui.backup.card import BackupCard
from vetpacs_desktop.ui.backup.coming import Coming
from vetpacs_desktop.ui.backup.detailing import Detailing
from vetpacs_desktop.ui.backup.monitor import BackupMonitor
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.card import Card
from vetpacs_desktop.ui.house import Deed, House
from vetpacs_desktop.ui.notices import ATTENTION, GOOD, PROBLEM, Notice
from vetpacs_desktop.ui.operations import backing_up, bringing_back
from vetpacs_desktop.ui.operations.backing_up import Backups, PlaceNow
from vetpacs_desktop.ui.receiver import Light
from vetpacs_desktop.ui.transfers import Transfer

T = TypeVar("T")
LOUD = {Light.AMBER: ATTENTION, Light.RED: PROBLEM}
QUIET = frozenset({"none", "paused"})
"""Faults that a person has just made or knows of: the light says them, no notice does."""


class BackupDesk(QObject):
    """Joins the panel to the window."""

    strip_changed = Signal(object, str)
    """Light and words for the status strip"""

    def __init__(self, house: House, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._house = house
        self._jobs = Jobs(3)
        self._lane = Bridge(self._jobs, self)
        """Conversations with places, which may take long, hold nobody else up."""
        self._looks = Jobs(1)
        self._looking = Bridge(self._looks, self)
        """Looks at the ledger, which must not wait for a place that does not answer."""
        self.monitor = BackupMonitor(house.app.home, self._looking, self)
        self.card = BackupCard()
        self.coming = Coming(house, self)
        self.detailing: Detailing | None = None
        self.dialog: QDialog | None = None
        """The dialog that is open."""
        self._resumed = False
        self._runs: dict[str, Transfer] = {}
        self._told: dict[str, str] = {}
        self._connect()

    def cards(self) -> Sequence[tuple[str, Card]]:
        """One."""
        return (("backup", self.card),)

    def deeds(self) -> Mapping[str, Deed]:
        """None: it has nothing to do with chosen exams."""
        return {}

    def start(self) -> None:
        """Look from now on."""
        self.monitor.start()

    def stop(self) -> None:
        """Close what is open and end the conversations."""
        self.monitor.stop()
        if self.dialog is not None:
            self.dialog.close()
        for lane in (self._lane, self._looking):
            lane.close()
        for jobs in (self._jobs, self._looks):
            jobs.close()
        self.monitor.close()

    def add_place(self) -> None:
        """Ask for a new place."""
        self._open_assistant(None)

    def change_place(self, place: Place) -> None:
        """Ask for a place that is known anew."""
        self._open_assistant(place)

    def show_details(self, place: Place) -> None:
        """All that is known of a place."""
        detailing = Detailing(self._house, self._lane, place, self)
        detailing.changed.connect(lambda: self.monitor.look(anew=True))
        detailing.change_requested.connect(self.change_place)
        self.detailing = detailing
        self._open(detailing.dialog)

    def bring_back(self) -> None:
        """Exams come back from a backup."""
        now, app = self.monitor.now, self._house.app
        assistant = BringAssistant(
            app.home,
            self._lane,
            self._media,
            [one.place for one in now.places],
            app.settings.text("clinic.name"),
            None if self.coming.busy else now.coming_back,
            self._house.window,
        )
        if now.coming_back is not None:
            name = now.coming_back.place.name
            assistant.go_on_requested.connect(lambda: self.coming.go_on(name))
            assistant.give_up_requested.connect(self._give_up)
        self.coming.attend(assistant)
        self._open(assistant)

    def ask_who_is_told(self) -> None:
        """Who is told when a backup fails."""
        app = self._house.app
        dialog = AlarmsDialog(app.home, self._lane, app.settings, self._house.window)
        dialog.saved.connect(self._told_from_now_on)
        self._open(dialog)

    def run(self, place: Place | None) -> None:
        """Back up now, to one place or all that no run goes to."""
        wanted = [one.place for one in self.monitor.now.places if one.running is None]
        wanted = wanted if place is None else [place]
        home, names = self._house.app.home, [one.name for one in wanted]

        def asked(service_runs: bool) -> None:
            if not service_runs:  # no receiver, no process for backups: this window does it
                for one in wanted:
                    self._run_here(one)
            self.monitor.look(anew=True)

        self._do(lambda: backing_up.ask_to_run(home, names), asked)

    def stop_run(self, place: Place) -> None:
        """End the run to a place; what is copied stays and counts for the next one."""
        if place.name in self._runs:
            self._house.transfers.cancel(self._runs[place.name])
            return
        home = self._house.app.home
        self._do(lambda: backing_up.ask_to_stop(home, place.name), lambda _: self.monitor.look())

    def _run_here(self, place: Place) -> None:
        home = self._house.app.home

        def ended(_: object = None) -> None:
            self._runs.pop(place.name, None)
            self.monitor.look(anew=True)

        def failed(error: BaseException) -> None:
            ended()
            if not isinstance(error, KnownError):
                raise error
            if not isinstance(error, Cancelled):
                self._house.tell(Notice(PROBLEM, error.sentence))

        title = self.tr("Backup to {name}").format(name=place.name)
        self._runs[place.name] = self._house.transfers.start(
            title,
            lambda report, cancel: backing_up.run_here(home, place, report, cancel),
            ended,
            failed,
            place="backup",
        )
        self.monitor.look(anew=True)

    # -- dialogs -------------------------------------------------------------------------------------------

    def _open_assistant(self, place: Place | None) -> None:
        app = self._house.app
        assistant = PlaceAssistant(
            app.home,
            self._lane,
            self._media,
            [one.place.name for one in self.monitor.now.places],
            app.settings.text("clinic.name"),
            self._house.state,
            place,
            self._house.window,
        )
        assistant.set_up.connect(lambda _: self.monitor.look(anew=True))
        assistant.run_requested.connect(self.run)
        self._open(assistant)

    def _open(self, dialog: QDialog) -> None:
        if self.dialog is not None:
            self.dialog.close()
        self.dialog = dialog
        dialog.finished.connect(lambda _: self._closed(dialog))
        dialog.open()

    def _closed(self, dialog: QDialog) -> None:
        if self.dialog is dialog:
            self.dialog = None

    def _media(self, owner: QWidget, show: Callable[[tuple[Medium, ...]], object]) -> None:
        def failed(error: BaseException) -> None:
            if not isinstance(error, OSError):
                raise error
            show(())

        self._lane.start(lambda _report, _cancel: mounted(), show, failed, owner=owner)

    def _do(self, work: Callable[[], T], done: Callable[[T], object]) -> None:
        def failed(error: BaseException) -> None:
            if isinstance(error, OSError):
                text = self.tr("The disk of this computer refused; nothing was changed. Is it full?")
                self._house.tell(Notice(PROBLEM, text, str(error)))
            elif isinstance(error, KnownError):
                self._house.tell(Notice(PROBLEM, error.sentence))
            else:
                raise error

        self._lane.start(lambda _report, _cancel: work(), done, failed)

    # -- what changed --------------------------------------------------------------------------------------

    def _connect(self) -> None:
        self.monitor.changed.connect(self._changed)
        self.card.add_requested.connect(self.add_place)
        self.card.run_requested.connect(self.run)
        self.card.stop_requested.connect(self.stop_run)
        self.card.details_requested.connect(self.show_details)
        self.card.bring_requested.connect(self.bring_back)
        self.card.alarms_requested.connect(self.ask_who_is_told)
        self.card.show_told(saying.told(self._house.app.settings))
        self.coming.changed.connect(lambda: self.monitor.look(anew=True))

    def _changed(self, now: Backups) -> None:
        self.card.show_backups(now)
        self.strip_changed.emit(*saying.strip(now, datetime.now().astimezone()))
        self._tell(now)
        self._resume(now)

    def _resume(self, now: Backups) -> None:
        """What was interrupted by a closed window or a power cut goes on by itself, once."""
        if self._resumed or not now.known:
            return
        self._resumed = True
        if now.coming_back is not None and not now.bringing:
            self.coming.go_on(now.coming_back.place.name)

    def _give_up(self) -> None:
        home = self._house.app.home

        def done(_: object) -> None:
            if self.dialog is not None:
                self.dialog.close()
            self.monitor.look(anew=True)

        self._do(lambda: bringing_back.give_up(home), done)

    def _told_from_now_on(self, settings: Settings) -> None:
        self._house.app.settings = settings
        self.card.show_told(saying.told(settings))

    def _tell(self, now: Backups) -> None:
        """What is missed, failed or overdue stays on the screen until it is over; each thing once."""
        if now.trouble:
            return  # nothing is known of any place; card and strip say why
        loud = {one.place.name: one for one in now.places if _is_loud(one)}
        for name in [name for name in self._told if name not in loud]:
            over = self.tr("The backup to {name} is in order again.").format(name=name)
            known = any(one.place.name == name for one in now.places)
            notice = Notice(GOOD, over if known else self.tr("{name} was removed.").format(name=name))
            self._house.tell(Notice(notice.tone, notice.text, replaces=self._told.pop(name)))
        for name, one in loud.items():
            assert one.health is not None
            text = one.health.faults[0].sentence
            before = self._told.get(name, "")
            if text != before:
                self._told[name] = text
                show = (self.tr("Show"), lambda: self._house.show_card("backup"))
                tone = LOUD[saying.light_of(one)]
                self._house.tell(Notice(tone, text, action=show, stays=True, replaces=before))


def _is_loud(one: PlaceNow) -> bool:
    return one.health is not None and bool(one.health.faults) and one.health.faults[0].kind not in QUIET
