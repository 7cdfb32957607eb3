"""The panel of backups as the window knows it: its card, its dialogs, and what it tells people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.jobs import Jobs
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.intake.sources.mounts import Medium, mounted
from vetpacs_desktop.ui.backup import saying
from vetpacs_desktop.ui.backup.adding import PlaceAssistant
from vetpacs_desktop.ui.backup.card import BackupCard
from vetpacs_desktop.ui.backup.monitor import BackupMonitor
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.card import Card
from vetpacs_desktop.ui.house import Deed, House
from vetpacs_desktop.ui.notices import ATTENTION, GOOD, PROBLEM, Notice
from vetpacs_desktop.ui.operations import backing_up
from vetpacs_desktop.ui.operations.backing_up import Backups, PlaceNow
from vetpacs_desktop.ui.receiver import Light

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
        self.monitor = BackupMonitor(house.app.home, self._lane, self)
        self.card = BackupCard()
        self.dialog: QDialog | None = None
        """The dialog that is open."""
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
        self._lane.close()
        self._jobs.close()
        self.monitor.close()

    def add_place(self) -> None:
        """Ask for a new place."""
        self._open_assistant(None)

    def change_place(self, place: Place) -> None:
        """Ask for a place that is known anew."""
        self._open_assistant(place)

    def run(self, place: Place | None) -> None:
        """Back up now, to one place or all."""
        wanted = [one.place for one in self.monitor.now.places if place in (None, one.place)]
        home = self._house.app.home
        names = [one.name for one in wanted] or ([place.name] if place is not None else [])

        def told(_: object) -> None:
            text = self.tr("The backup to {names} begins.").format(names=saying.and_list(names))
            self._house.tell(Notice(GOOD, text))
            self.monitor.look(anew=True)

        self._do(lambda: backing_up.run_now(home, names), told)

    def stop_run(self, place: Place) -> None:
        """End the run to a place; what is copied stays and counts for the next one."""
        home = self._house.app.home
        self._do(lambda: backing_up.stop_run(home, place), lambda _: self.monitor.look())

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

    def _do(self, work: Callable[[], object], done: Callable[[object], object]) -> None:
        def failed(error: BaseException) -> None:
            if not isinstance(error, KnownError):
                raise error
            self._house.tell(Notice(PROBLEM, error.sentence))

        self._lane.start(lambda _report, _cancel: work(), done, failed)

    # -- what changed --------------------------------------------------------------------------------------

    def _connect(self) -> None:
        self.monitor.changed.connect(self._changed)
        self.card.add_requested.connect(self.add_place)
        self.card.run_requested.connect(self.run)
        self.card.stop_requested.connect(self.stop_run)

    def _changed(self, now: Backups) -> None:
        self.card.show_backups(now)
        self.strip_changed.emit(*saying.strip(now, datetime.now().astimezone()))
        self._tell(now)

    def _tell(self, now: Backups) -> None:
        """What is missed, failed or overdue stays on the screen until it is over; each thing once."""
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
