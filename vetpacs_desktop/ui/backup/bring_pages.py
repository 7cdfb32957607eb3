"""The pages of bringing back: from where, which key, which state, which exams, what will happen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QRadioButton,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.store.backup.outcome import DAMAGED, Generation
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.returning.coming_back import Asked, Scope
from vetpacs_desktop.store.backup.sealing import keys
from vetpacs_desktop.store.records import StudyRow
from vetpacs_desktop.ui import frame, theme, words
from vetpacs_desktop.ui.backup import saying
from vetpacs_desktop.ui.backup.draft import address_words
from vetpacs_desktop.ui.backup.step import Step
from vetpacs_desktop.ui.page import Tile, label, say, scrolling

SEARCH_MS = 250
KEY_HEIGHT = 90


class FromPage(Step):
    """The places that are known, another one, or what was interrupted."""

    chosen = Signal(object)
    """Place, or None for another one"""
    go_on_requested = Signal()
    give_up_requested = Signal()

    def __init__(self, places: Sequence[Place], asked: Asked | None, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self.ask(
            self.tr("Where is the backup?"),
            self.tr(
                "Nothing is changed yet. Nothing that is here is deleted, and nothing newer is replaced."
            ),
        )
        self.tiles: dict[str, Tile] = {}
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(theme.GRID)
        if asked is not None:
            name = asked.place.name
            on = self._tile(
                "go_on",
                "start",
                self.tr("Go on bringing back from {name}").format(name=name),
                self.tr("It was interrupted; what came until then is here"),
            )
            on.clicked.connect(self.go_on_requested)
            off = self._tile(
                "give_up",
                "stop",
                self.tr("Give it up"),
                self.tr("What came until then stays; the rest does not come"),
            )
            off.clicked.connect(self.give_up_requested)
            column.addWidget(on)
            column.addWidget(off)
            column.addSpacing(theme.GRID)
        for place in places if asked is None else ():
            tile = self._tile(place.name, "library", place.name, address_words(place.url))
            tile.clicked.connect(lambda _=False, place=place: self.chosen.emit(place))
            column.addWidget(tile)
        if asked is None:
            other = self._tile(
                "other",
                "add",
                self.tr("Another place..."),
                self.tr("A NAS, a disk or a computer that this one does not know yet"),
            )
            other.clicked.connect(lambda: self.chosen.emit(None))
            column.addWidget(other)
        column.addStretch(1)
        self.body.addWidget(self.problem)
        self.body.addWidget(scrolling(inside), 1)

    def next_words(self) -> str:
        return ""

    def first(self) -> QWidget:
        return next(iter(self.tiles.values()))

    def _tile(self, name: str, picture: str, title: str, more: str) -> Tile:
        tile = Tile(picture, title, more)
        tile.setObjectName(name)
        tile.setAutoDefault(False)
        self.tiles[name] = tile
        return tile


class SecretPage(Step):
    """The key of a sealed backup, typed from its sheet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self.ask(
            self.tr("The backup is sealed. What is its key?"),
            self.tr(
                "It stands on the key sheet that was printed when the place was set up, beginning with "
                "AGE-SECRET-KEY. Small letters will do, and spaces do not matter."
            ),
        )
        self.typed = QPlainTextEdit()
        self.typed.setObjectName("secret_key")
        self.typed.setTabChangesFocus(True)
        self.typed.setFixedHeight(KEY_HEIGHT)
        self.typed.textChanged.connect(lambda: self.complain(""))
        self.body.addWidget(self.typed)
        self.body.addWidget(self.problem)
        self.body.addStretch(1)

    def secret(self) -> str:
        """The key, in one line."""
        return "".join(self.typed.toPlainText().split()).upper()

    def fault(self) -> str:
        if not self.secret():
            return self.tr("Type the key from the sheet.")
        try:
            keys.parse_secret(self.secret())
        except KnownError as error:
            return error.sentence
        return ""

    def first(self) -> QWidget:
        return self.typed


class GenerationPage(Step):
    """Which state of the library."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self.ask(
            self.tr("Which state?"),
            self.tr("The newest is right unless something was deleted or spoiled before it was made."),
        )
        self._shown: tuple[Generation, ...] = ()
        self.table = frame.table(
            (self.tr("Made"), self.tr("Files"), self.tr("Size"), self.tr("State")),
            (200, 120, 110, 0),
            "generations",
        )
        self.table.itemSelectionChanged.connect(self.changed)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.problem)

    def show_generations(self, generations: Sequence[Generation]) -> None:
        """The newest first."""
        self._shown = tuple(generations)
        now = datetime.now().astimezone()
        self.table.setRowCount(len(self._shown))
        for place, one in enumerate(self._shown):
            made = saying.moment_words(one.made, now) or one.id
            texts = (made, words.grouped(one.objects), words.size(one.bytes), saying.state(one))
            frame.fill(self.table, place, texts)
        whole = next((n for n, one in enumerate(self._shown) if one.state != DAMAGED), -1)
        if whole >= 0:
            self.table.selectRow(whole)
        self.changed.emit()

    @property
    def generation(self) -> Generation | None:
        """The one that is chosen."""
        place = self.table.currentRow()
        return self._shown[place] if 0 <= place < len(self._shown) and self._any() else None

    def ready(self) -> bool:
        chosen = self.generation
        return chosen is not None and chosen.state != DAMAGED

    def first(self) -> QWidget:
        return self.table

    def _any(self) -> bool:
        return bool(self.table.selectedIndexes())


class WhatPage(Step):
    """Everything, or exams that are chosen from the list of the backup."""

    list_wanted = Signal()
    search_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self.ask(self.tr("What shall come back?"))
        self._chosen: dict[str, StudyRow] = {}
        self._rows: list[StudyRow] = []
        self._has_list = False
        self.everything = QRadioButton(self.tr("Everything"))
        self.some = QRadioButton(self.tr("Chosen exams"))
        self.everything.setObjectName("everything")
        self.some.setObjectName("some")
        self.everything.setChecked(True)
        self.some.toggled.connect(self._switched)
        self._means = label("dim")
        self.search = QLineEdit()
        self.search.setObjectName("search")
        self.search.setPlaceholderText(self.tr("Animal, owner, date..."))
        self.search.setClearButtonEnabled(True)
        self._timer = QTimer(self, interval=SEARCH_MS, singleShot=True)
        self._timer.timeout.connect(lambda: self.search_wanted.emit(self.search.text()))
        self.search.textEdited.connect(lambda _: self._timer.start())
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        self._doing = label("dim")
        titles = (self.tr("Animal"), self.tr("Owner"), self.tr("Exam"), self.tr("Day"), self.tr("Images"))
        self.table = frame.table(titles, (190, 170, 0, 110, 80), "exams")
        self.table.itemChanged.connect(self._ticked)
        self._count = label("secondary")
        self._lay_out()

    def begin(self, *, empty_here: bool) -> None:
        """Another generation was chosen: its list is not here yet."""
        self._has_list = False
        self._chosen.clear()
        self._rows = []
        self.table.setRowCount(0)
        self.search.clear()
        self._means.setText(
            self.tr("The library here is empty: it is put back as it was, with settings and notes.")
            if empty_here
            else self.tr("What is missing here comes back, and what is damaged is mended. The rest stays.")
        )
        self._switched()

    def show_waiting(self, text: str) -> None:
        """The list is on its way."""
        self._doing.setText(text)
        self._bar.show()
        self._doing.show()

    def show_list_here(self) -> None:
        """It is here."""
        self._has_list = True
        self._bar.hide()
        self._doing.hide()
        self._switched()

    def show_exams(self, rows: Sequence[StudyRow]) -> None:
        """What the search finds; what was ticked stays ticked."""
        self._rows = list(rows)
        blocked = self.table.blockSignals(True)
        self.table.setRowCount(len(self._rows))
        for place, row in enumerate(self._rows):
            exam = row.description or " ".join(row.modalities) or self.tr("Exam without description")
            texts = (row.animal_name or self.tr("No name"), row.owner_name, exam, row.study_date)
            frame.fill(self.table, place, (*texts, words.grouped(row.instance_count)))
            item = self.table.item(place, 0)
            if isinstance(item, QTableWidgetItem):
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                on = row.study_uid in self._chosen
                item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        self.table.blockSignals(blocked)
        self._tell_count()

    @property
    def scope(self) -> Scope:
        """What was chosen."""
        return Scope() if self.everything.isChecked() else Scope(studies=tuple(self._chosen))

    @property
    def chosen(self) -> tuple[StudyRow, ...]:
        """The exams that are ticked."""
        return tuple(self._chosen.values())

    def ready(self) -> bool:
        return self.everything.isChecked() or bool(self._chosen)

    def first(self) -> QWidget:
        return self.everything if self.everything.isChecked() else self.search

    def _switched(self) -> None:
        some = self.some.isChecked()
        for widget in (self.search, self.table, self._count):
            widget.setVisible(some and self._has_list)
        self._means.setVisible(not some)
        if some and not self._has_list:
            self.show_waiting(self.tr("The list of exams is on its way..."))
            self.list_wanted.emit()
        elif not some:
            self._bar.hide()
            self._doing.hide()
        self.complain("")
        self.changed.emit()

    def show_failed(self, sentence: str) -> None:
        """The list can't be had."""
        self._bar.hide()
        self._doing.hide()
        self.complain(sentence)

    def _ticked(self, item: QTableWidgetItem) -> None:
        if item.column() != 0 or item.row() >= len(self._rows):
            return
        row = self._rows[item.row()]
        if item.checkState() is Qt.CheckState.Checked:
            self._chosen[row.study_uid] = row
        else:
            self._chosen.pop(row.study_uid, None)
        self._tell_count()
        self.changed.emit()

    def _tell_count(self) -> None:
        chosen = words.counted(len(self._chosen), self.tr("{n} exam chosen"), self.tr("{n} exams chosen"))
        say(self._count, chosen if self._has_list and self.some.isChecked() else "")

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(3 * theme.GRID)
        row.addWidget(self.everything)
        row.addWidget(self.some)
        row.addStretch(1)
        self.body.addLayout(row)
        for widget in (self._means, self.search, self._doing, self._bar):
            self.body.addWidget(widget)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self._count)
        self.body.addWidget(self.problem)
        self.body.addStretch(0)
        self._bar.hide()
        self._doing.hide()


class SurePage(Step):
    """What will happen, in words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self._lines = label("")
        self.body.addWidget(self._lines)
        self.body.addWidget(self.problem)
        self.body.addStretch(1)

    @property
    def said(self) -> str:
        """All of it."""
        return self._lines.text()

    def show_plan(self, lines: Sequence[str]) -> None:
        """Say it."""
        self.ask(self.tr("This will happen"))
        self._lines.setText("\n\n".join(lines))

    def next_words(self) -> str:
        return self.tr("Bring back")
