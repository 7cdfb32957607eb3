"""Search another archive and fetch what is chosen: fields, list of exams, series of the chosen one, progress.

It shows and asks; whoever made it searches and fetches in threads and tells it what came.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QGridLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.jobs import Progress
from vetpacs_desktop.store.network.asking.fetching import Order
from vetpacs_desktop.store.network.asking.remote import Answers, RemoteSeries, RemoteStudy, Wanted
from vetpacs_desktop.ui import frame, words
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.room import give_room

SIZE = (1040, 660)
SERIES_WIDTH = 280
RESTS_MS = 250
MODALITIES = ("CT", "MR", "DX", "CR", "US", "ES", "XC", "IO", "RF", "NM", "OT")


class SearchDialog(QDialog):
    """One archive at a time."""

    search_requested = Signal(str, object)
    """Archive's name and Wanted"""
    series_wanted = Signal(str, object)
    """Archive's name and RemoteStudy"""
    fetch_requested = Signal(str, object)
    """Archive's name and a list of Order"""
    stop_requested = Signal()

    def __init__(self, names: Sequence[str], last: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Other archives"))
        give_room(self, *SIZE)
        self._studies: list[RemoteStudy] = []
        self._here: Mapping[str, int] = {}
        self._busy = False
        self._make_fields(names, last)
        titles = (
            self.tr("Animal"),
            self.tr("Owner"),
            self.tr("Exam"),
            self.tr("Date"),
            self.tr("Images"),
            self.tr("Here"),
        )
        self.table = frame.table(titles, (150, 150, 0, 116, 70, 116), "remote_exams")
        self.table.itemSelectionChanged.connect(self._chosen_changed)
        self.table.doubleClicked.connect(lambda _: self._fetch())
        self.series = QListWidget()
        self.series.setObjectName("remote_series")
        self.series.setProperty("role", "lines")
        self.series.itemChanged.connect(lambda _: self._renew())
        self._series_of = ""
        self._said = frame.label(self.tr("Type what you know and press Enter."), "dim")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.hide()
        self._resting = QTimer(self, singleShot=True, interval=RESTS_MS)
        self._resting.timeout.connect(self._ask_series)
        self._lay_out()
        self.animal.setFocus()
        self.archives.currentTextChanged.connect(lambda _: self._other_archive())
        self._renew()

    @property
    def said(self) -> str:
        """The sentence below the list."""
        return self._said.text()

    @property
    def archive(self) -> str:
        """The name of the archive that is searched."""
        return self.archives.currentText()

    def wanted(self) -> Wanted:
        """What the fields ask for."""
        first, last = _days(int(self.days.currentData()), date.today())  # noqa: DTZ011 - the clinic's own day
        return Wanted(
            animal=self.animal.text().strip(),
            owner=self.owner.text().strip(),
            patient_id=self.identifier.text().strip(),
            first_day=first,
            last_day=last,
            modality=self.modality.currentText().strip() if self.modality.currentIndex() else "",
        )

    def show_waiting(self) -> None:
        """A search is under way."""
        self._clear()
        self._busy = True
        self._say(self.tr("Asking {archive}...").format(archive=self.archive))
        self._bar.setRange(0, 0)
        self._bar.show()
        self._renew()

    def show_answers(self, answers: Answers, here: Mapping[str, int]) -> None:
        """What was found; `here`: how many images of each exam this library has already."""
        self._done()
        self._studies, self._here = list(answers.studies), here
        self.table.clearSelection()
        self.table.setRowCount(len(self._studies))
        today = date.today()  # noqa: DTZ011 - the clinic's own day
        for place, study in enumerate(self._studies):
            frame.fill(self.table, place, self._texts(study, today), place)
        found = words.counted(len(self._studies), self.tr("{n} exam found."), self.tr("{n} exams found."))
        if not self._studies:
            found = self.tr("{archive} has nothing that fits. Try fewer words.").format(archive=self.archive)
        if answers.cut_off:
            found += " " + self.tr("There are more; narrow the search to see them.")
        self._say(found)
        if self._studies:
            self.table.selectRow(0)
            self.table.setFocus()
        self._renew()

    def show_here(self, here: Mapping[str, int]) -> None:
        """What this library has by now."""
        self._here = here
        today = date.today()  # noqa: DTZ011 - the clinic's own day
        for place, study in enumerate(self._studies):
            frame.fill(self.table, place, self._texts(study, today), place)

    def show_series(self, study_uid: str, series: Sequence[RemoteSeries]) -> None:
        """The series of the chosen exam; each can be left out."""
        if study_uid != self._series_of:
            return
        self.series.clear()
        for one in series:
            count = words.images(one.image_count) if one.image_count is not None else ""
            what = " ".join(part for part in (one.modality, one.description) if part)
            item = QListWidgetItem("\n".join(part for part in (what or self.tr("unnamed"), count) if part))
            item.setData(Qt.ItemDataRole.UserRole, one)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked)
            self.series.addItem(item)
        if not series:
            self.series.addItem(self._note(self.tr("The archive does not tell its series.")))
        self._renew()

    def show_fetching(self) -> None:
        """A fetching has begun."""
        self._busy = True
        self._say(self.tr("Fetching from {archive}...").format(archive=self.archive))
        self._bar.setRange(0, 0)
        self._bar.show()
        self._renew()

    def show_progress(self, progress: Progress) -> None:
        """How far the fetching is."""
        if progress.total:
            self._bar.setRange(0, progress.total)
            self._bar.setValue(progress.done)
            text = self.tr("Fetching from {archive}: {done} of {total}")
            values = {"done": words.grouped(progress.done), "total": words.images(progress.total)}
            self._say(text.format(archive=self.archive, **values))
        elif progress.done:
            text = self.tr("Fetching from {archive}: {done} so far")
            self._say(text.format(archive=self.archive, done=words.images(progress.done)))

    def show_outcome(self, text: str, *, problem: bool = False) -> None:
        """How a search or fetching ended."""
        self._done()
        self._say(text, problem=problem)
        self._renew()

    def orders(self) -> list[Order]:
        """What is chosen: whole exams, or the ticked series of a single one."""
        chosen = self._chosen()
        if len(chosen) == 1 and 0 < len(self._ticked()) < self._listed():
            (study,) = chosen
            return [
                Order(study.study_uid, one.series_uid, (one.modality,), one.image_count)
                for one in self._ticked()
            ]
        return [Order(one.study_uid, "", one.modalities, one.image_count) for one in chosen]

    def _chosen(self) -> list[RemoteStudy]:
        keys = frame.keys_of(self.table)
        return [self._studies[key] for key in keys if isinstance(key, int) and key < len(self._studies)]

    def _ticked(self) -> list[RemoteSeries]:
        items = [self.series.item(place) for place in range(self.series.count())]
        return [
            one
            for item in items
            if isinstance(one := item.data(Qt.ItemDataRole.UserRole), RemoteSeries)
            and item.checkState() == Qt.CheckState.Checked
        ]

    def _listed(self) -> int:
        items = [self.series.item(place) for place in range(self.series.count())]
        return sum(isinstance(item.data(Qt.ItemDataRole.UserRole), RemoteSeries) for item in items)

    def _clear(self) -> None:
        """What was found elsewhere or before must not be fetched from here."""
        self._studies = []
        self.table.setRowCount(0)
        self.series.clear()
        self._series_of = ""

    def _other_archive(self) -> None:
        self._clear()
        self._say(self.tr("Type what you know and press Enter."))
        self._renew()

    def _texts(self, study: RemoteStudy, today: date) -> tuple[str, ...]:
        here = self._here.get(study.study_uid, 0)
        if not here:
            kept = ""
        elif study.image_count is None or here >= study.image_count:
            kept = self.tr("here already")
        else:
            kept = self.tr("{n} of them").format(n=words.grouped(here))
        return (
            study.animal_name or self.tr("unnamed"),
            study.owner_name,
            " ".join(part for part in ("/".join(study.modalities), study.description) if part),
            words.day(study.study_date, today),
            words.grouped(study.image_count) if study.image_count is not None else "",
            kept,
        )

    def _chosen_changed(self) -> None:
        chosen = self._chosen()
        self._series_of = chosen[0].study_uid if len(chosen) == 1 else ""
        self.series.clear()
        if len(chosen) == 1:
            self.series.addItem(self._note(self.tr("Asking for its series...")))
            self._resting.start()
        elif chosen:
            self.series.addItem(self._note(words.exams(len(chosen))))
        self._renew()

    def _note(self, text: str) -> QListWidgetItem:
        item = QListWidgetItem(text)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        return item

    def _ask_series(self) -> None:
        chosen = self._chosen()
        if len(chosen) == 1 and not self._busy:
            self.series_wanted.emit(self.archive, chosen[0])

    def _search(self) -> None:
        if not self._busy:
            self.search_requested.emit(self.archive, self.wanted())

    def _fetch(self) -> None:
        orders = self.orders()
        if orders and not self._busy:
            self.fetch_requested.emit(self.archive, orders)

    def _done(self) -> None:
        self._busy = False
        self._bar.hide()

    def _say(self, text: str, *, problem: bool = False) -> None:
        self._said.setText(text)
        self._said.setProperty("role", "error" if problem else "dim")
        self._said.style().unpolish(self._said)
        self._said.style().polish(self._said)

    def _renew(self) -> None:
        chosen = self._chosen()
        nothing_ticked = len(chosen) == 1 and self._listed() > 0 and not self._ticked()
        self.fetch.setEnabled(bool(chosen) and not self._busy and not nothing_ticked)
        self.seek.setEnabled(not self._busy)
        self.archives.setEnabled(not self._busy)
        self.stop.setVisible(self._busy)
        many = words.exams(len(chosen)) if len(chosen) > 1 else ""
        self.fetch.setText(self.tr("Fetch {exams}").format(exams=many) if many else self.tr("Fetch"))

    def _make_fields(self, names: Sequence[str], last: str) -> None:
        self.archives = QComboBox()
        self.archives.setObjectName("archive")
        self.archives.addItems(list(names))
        self.archives.setCurrentText(last)
        self.animal, self.owner, self.identifier = QLineEdit(), QLineEdit(), QLineEdit()
        for field, name in ((self.animal, "animal"), (self.owner, "owner"), (self.identifier, "identifier")):
            field.setObjectName(name)
            field.returnPressed.connect(self._search)
        self.days = QComboBox()
        for text, days in (
            (self.tr("Any day"), 0),
            (self.tr("Today"), 1),
            (self.tr("Last 7 days"), 7),
            (self.tr("Last 30 days"), 30),
            (self.tr("Last 12 months"), 365),
        ):
            self.days.addItem(text, days)
        self.modality = QComboBox()
        self.modality.addItems([self.tr("Any kind"), *MODALITIES])
        self.seek = frame.as_default(button(self.tr("Search"), "search", name="search"))
        self.seek.clicked.connect(self._search)
        self.fetch = button(self.tr("Fetch"), "import", role="primary", name="fetch")
        self.fetch.setAutoDefault(False)
        self.fetch.clicked.connect(self._fetch)
        self.stop = button(self.tr("Stop"), "stop", name="stop")
        self.stop.setAutoDefault(False)
        self.stop.clicked.connect(self.stop_requested)

    def _lay_out(self) -> None:
        column = frame.column_of(self)
        column.addWidget(frame.label(self.tr("Search another archive"), "title"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        for place, (title, field, stretch) in enumerate(
            (
                (self.tr("Archive"), self.archives, 3),
                (self.tr("Animal"), self.animal, 3),
                (self.tr("Owner"), self.owner, 3),
                (self.tr("Identifier"), self.identifier, 2),
                (self.tr("Day"), self.days, 2),
                (self.tr("Kind"), self.modality, 2),
            )
        ):
            grid.addWidget(frame.label(title, "secondary", wraps=False), 0, place)
            grid.addWidget(field, 1, place)
            grid.setColumnStretch(place, stretch)
        grid.addWidget(self.seek, 1, 6)
        column.addLayout(grid)
        split = QSplitter()
        split.addWidget(self.table)
        split.addWidget(self._side())
        split.setStretchFactor(0, 1)
        split.setSizes([SIZE[0] - SERIES_WIDTH, SERIES_WIDTH])
        split.setChildrenCollapsible(False)
        column.addWidget(split, 1)
        column.addWidget(self._bar)
        close = button(self.tr("Close"), name="close")
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        line = frame.row(self._said, self.stop, close, self.fetch)
        line.setStretch(0, 1)
        column.addLayout(line)

    def _side(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(8, 0, 0, 0)
        column.addWidget(frame.label(self.tr("Series to fetch"), "secondary"))
        column.addWidget(self.series, 1)
        return holder


def _days(days: int, today: date) -> tuple[str, str]:
    """First and last day as ISO dates; empty for any."""
    if not days:
        return "", ""
    return (today - timedelta(days=days - 1)).isoformat(), today.isoformat()
