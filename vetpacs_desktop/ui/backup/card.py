"""The card of the backup: how each place is, what runs, and what can be done."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.ui.backup import saying
from vetpacs_desktop.ui.backup.draft import address_words
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.card import Card
from vetpacs_desktop.ui.operations.backing_up import Backups, PlaceNow
from vetpacs_desktop.ui.page import label
from vetpacs_desktop.ui.status_strip import Lamp

INDENT = 22
"""So that what is said of a place stands below its name."""


class BackupCard(Card):
    """Shows `Backups`."""

    add_requested = Signal()
    run_requested = Signal(object)
    stop_requested = Signal(object)
    details_requested = Signal(object)
    """Place, for these three; for a run None means every place."""
    bring_requested = Signal()
    alarms_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("library", self.tr("Backup"), parent)
        self.rows: dict[str, PlaceRow] = {}
        self._ready = label(
            "dim",
            self.tr(
                "Have ready: the address of the NAS (like 192.168.1.20), the name of the share, a name and "
                "its password. Or plug in a USB disk."
            ),
        )
        self._coming = label("dim")
        self._rows = QVBoxLayout()
        self._rows.setSpacing(12)
        self.body.addWidget(self._ready)
        self.body.addWidget(self._coming)
        self.body.addLayout(self._rows)
        self._told = label("dim")
        self.alarms = button(self.tr("Who is told..."), "tell", role="link", name="who_is_told")
        self.alarms.clicked.connect(lambda: self.alarms_requested.emit())
        self._alarms_row = QWidget()
        told = QHBoxLayout(self._alarms_row)
        told.setContentsMargins(0, 0, 0, 0)
        told.setSpacing(10)
        told.addWidget(self._told, 1)
        told.addWidget(self.alarms)
        self.body.addWidget(self._alarms_row)
        self.run = button(self.tr("Back up now"), "start", name="back_up_now")
        self.add = button(self.tr("Add a place..."), "add", name="add_place")
        self.details = button(self.tr("Details..."), "list", name="backup_details")
        self.bring = button(self.tr("Bring back..."), "rebuild", name="bring_back")
        for place, (made, signal) in enumerate(
            (
                (self.run, lambda: self.run_requested.emit(None)),
                (self.add, self.add_requested.emit),
                (self.details, self._details_of_first),
                (self.bring, self.bring_requested.emit),
            )
        ):
            made.clicked.connect(lambda _=False, signal=signal: signal())
            self.buttons.insertWidget(place, made)
        self._now = Backups()
        self.show_backups(self._now)

    def show_backups(self, now: Backups) -> None:
        """How everything is."""
        self._now = now
        self.say(*saying.headline(now))
        self._ready.setVisible(now.known and not now.places)
        self.run.setVisible(bool(now.places))
        self.run.setEnabled(any(one.running is None and not one.asked for one in now.places))
        self.details.setVisible(len(now.places) == 1)
        self._alarms_row.setVisible(bool(now.places or now.trouble))
        self._coming.setText(saying.coming_back(now))
        self._coming.setVisible(bool(self._coming.text()))
        names = [one.place.name for one in now.places]
        if names != list(self.rows):
            self._make_rows(now)
        for one in now.places:
            self.rows[one.place.name].show_place(one, alone=len(names) == 1)

    def show_told(self, sentence: str) -> None:
        """Who is told when it fails."""
        self._told.setText(sentence)

    def _make_rows(self, now: Backups) -> None:
        for row in self.rows.values():
            self._rows.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = {}
        for one in now.places:
            row = PlaceRow(one.place)
            row.run_requested.connect(self.run_requested)
            row.stop_requested.connect(self.stop_requested)
            row.details_requested.connect(self.details_requested)
            self.rows[one.place.name] = row
            self._rows.addWidget(row)

    def _details_of_first(self) -> None:
        if self._now.places:
            self.details_requested.emit(self._now.places[0].place)


class PlaceRow(QWidget):
    """One place: light, name, sentence; while it runs progress and Stop."""

    run_requested = Signal(object)
    stop_requested = Signal(object)
    details_requested = Signal(object)

    def __init__(self, place: Place, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = place
        self._lamp = Lamp(12)
        self._name = label("heading", place.name)
        self._where = label("secondary")
        self._said = label("")
        self._doing = label("dim")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self.stop = button(self.tr("Stop"), "stop", name=f"stop {place.name}")
        self.run = button(self.tr("Back up now"), "start", role="link", name=f"run {place.name}")
        self.details = button(self.tr("Details..."), "list", role="link", name=f"details {place.name}")
        self.stop.clicked.connect(lambda: self.stop_requested.emit(self._place))
        self.run.clicked.connect(lambda: self.run_requested.emit(self._place))
        self.details.clicked.connect(lambda: self.details_requested.emit(self._place))
        self._lay_out()

    @property
    def said(self) -> str:
        """Sentence and progress."""
        return " ".join(one.text() for one in (self._said, self._doing) if not one.isHidden())

    def show_place(self, one: PlaceNow, *, alone: bool) -> None:
        """How it is; a single place's sentence and buttons are the card's own."""
        self._place = one.place
        self._lamp.show_light(saying.light_of(one))
        self._where.setText(f"{address_words(one.place.url)}  ·  {saying.schedule(one.place)}")
        self._said.setText(saying.sentence(one))
        self._said.setVisible(not alone)
        self._lamp.setVisible(not alone)
        self._inner.setContentsMargins(0 if alone else INDENT, 0, 0, 0)
        self.run.setVisible(not alone and one.running is None and not one.asked)
        self.details.setVisible(not alone)
        running = one.running
        for widget in (self._doing, self._bar, self.stop):
            widget.setVisible(running is not None)
        if running is not None:
            self._doing.setText(saying.progress(running, datetime.now().astimezone()))
            self._bar.setRange(0, 1000 if running.of > 0 else 0)
            self._bar.setValue(int(1000 * running.done / running.of) if running.of > 0 else 0)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self._lamp)
        head.addWidget(self._name, 1)
        head.addWidget(self.run)
        head.addWidget(self.details)
        column.addLayout(head)
        inner = self._inner = QVBoxLayout()
        inner.setSpacing(4)
        inner.addWidget(self._said)
        inner.addWidget(self._where)
        inner.addWidget(self._doing)
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self._bar, 1)
        line.addWidget(self.stop)
        inner.addLayout(line)
        column.addLayout(inner)
