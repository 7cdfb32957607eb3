"""The chosen exam, right of the list: whose it is, what can be done with it, its series.

Shows what it is given and says which action was asked for; it neither reads nor changes anything.
"""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.store.records import StudyRow, StudyUID
from vetpacs_desktop.ui import theme, words
from vetpacs_desktop.ui.actions import EXAM, row_of, tip_of
from vetpacs_desktop.ui.actions import words as words_of
from vetpacs_desktop.ui.buttons import button, button_for
from vetpacs_desktop.ui.icons import species_word
from vetpacs_desktop.ui.library.series_tiles import SeriesTiles
from vetpacs_desktop.ui.library.thumbnails import Thumbnails
from vetpacs_desktop.ui.picture import Picture

PAD = 2 * theme.GRID
WIDTH = 320


class ExamPanel(QWidget):
    """The animal's card, the actions, the series."""

    read_requested = Signal(object)
    """StudyRow"""
    seen_requested = Signal(object)
    """StudyRow"""
    deed_requested = Signal(str)
    series_deed_requested = Signal(str, object)
    """The name of an action and the SeriesRow it is about"""
    """The name of an action with the chosen exams"""

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(248)
        self._study: StudyRow | None = None
        self._deeds: dict[str, QPushButton] = {}
        self._thumbnails = thumbnails
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._nothing())
        self._stack.addWidget(self._something())
        thumbnails.series_came.connect(self._series_came)
        thumbnails.picture_came.connect(self._picture_came)

    @property
    def study(self) -> StudyRow | None:
        """The exam shown."""
        return self._study

    def show_study(self, study: StudyRow | None) -> None:
        """Show another exam (or its newer state), or that none is chosen."""
        before, self._study = self._study, study
        if study is None:
            self._thumbnails.stop()
            self._stack.setCurrentIndex(0)
            return
        self._fill(study)
        self._stack.setCurrentIndex(1)
        fresh = before is None or before.study_uid != study.study_uid
        if fresh:
            self.tiles.show_waiting(study.series_count)
        if fresh or before is None or _amount(before) != _amount(study):
            self._thumbnails.show(study.study_uid)

    def rest(self) -> None:
        """An exam is opened: small pictures wait until the list is looked at again."""
        self._thumbnails.rest()

    def go_on(self) -> None:
        """The list is looked at again."""
        self._thumbnails.go_on()

    def offer(self, name: str) -> None:
        """Show the button of one more action; the first has words, the others are told by their tips."""
        row = row_of(EXAM, name)
        made = button_for(row)
        made.setToolTip(tip_of(row))
        if self._deeds:
            made.setText("")
            made.setAccessibleName(words_of(row))
            made.setFixedWidth(theme.ROW)
        made.clicked.connect(lambda: self.deed_requested.emit(name))
        self._deed_row.addWidget(made, 0 if self._deeds else 1)
        self._deeds[name] = made

    def show_several(self, count: int) -> None:
        """How many exams the actions are about, when it is more than the one shown."""
        self._several.setVisible(count > 1)
        self._several.setText(
            words.counted(
                count,
                self.tr("{n} exam is chosen"),
                self.tr("{n} exams are chosen: send, compare, correct and trash are about all of them."),
            )
        )

    def _nothing(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        text = QLabel(self.tr("Choose an exam to see the animal and its images."))
        text.setProperty("role", "dim")
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        text.setWordWrap(True)
        column.addWidget(text)
        return page

    def _something(self) -> QWidget:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget()
        page.setProperty("role", "panel")
        column = QVBoxLayout(page)
        column.setContentsMargins(PAD, PAD, PAD, PAD)
        column.setSpacing(theme.GRID)
        column.addLayout(self._head())
        column.addSpacing(theme.GRID)
        column.addLayout(self._exam_lines())
        column.addSpacing(theme.GRID)
        column.addLayout(self._buttons())
        column.addLayout(self._deed_row)
        column.addWidget(self._several)
        column.addSpacing(theme.GRID)
        column.addLayout(self._make_facts())
        column.addSpacing(theme.GRID)
        self.tiles = SeriesTiles()
        self.tiles.opened.connect(self._read)
        self.tiles.deed_requested.connect(self.series_deed_requested)
        column.addWidget(self.tiles)
        column.addStretch(1)
        area.setWidget(page)
        return area

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        self._picture = Picture("animal", 44)
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        self._name = _label("title")
        self._owner = _label("dim")
        for label in (self._name, self._owner):
            label.setWordWrap(True)
            texts.addWidget(label)
        row.addLayout(texts, 1)
        return row

    def _exam_lines(self) -> QVBoxLayout:
        lines = QVBoxLayout()
        lines.setSpacing(2)
        self._title = _label("heading")
        self._when = _label("dim")
        self._late = _label("secondary")
        for label in (self._title, self._when, self._late):
            label.setWordWrap(True)
            lines.addWidget(label)
        self.settle_button = button(self.tr("Compare and decide..."), "warning", role="link")
        self.settle_button.clicked.connect(lambda: self.deed_requested.emit("settle"))
        lines.addWidget(self.settle_button, 0, Qt.AlignmentFlag.AlignLeft)
        return lines

    def _buttons(self) -> QHBoxLayout:
        self._deed_row = QHBoxLayout()
        self._deed_row.setSpacing(theme.GRID)
        self._several = _label("secondary")
        self._several.setWordWrap(True)
        self._several.hide()
        row = QHBoxLayout()
        row.setSpacing(theme.GRID)
        self.read_button = button_for(row_of(EXAM, "read"), role="primary")
        self.read_button.setMinimumHeight(40)
        self.read_button.clicked.connect(self._read)
        row.addWidget(self.read_button, 1)
        self.seen_button = button_for(row_of(EXAM, "mark_seen"))
        self.seen_button.setMinimumHeight(40)
        self.seen_button.clicked.connect(self._seen)
        row.addWidget(self.seen_button)
        return row

    def _fill(self, study: StudyRow) -> None:
        self._picture.show_icon(species_word(study.species))
        self._name.setText(study.animal_name or self.tr("No name"))
        self._owner.setText(study.owner_name or self.tr("Owner not given"))
        self._title.setText(study.description or self.tr("Exam without description"))
        today = date.today()  # noqa: DTZ011 - the clinic's own day is meant
        parts = (words.day(study.study_date, today), words.clock(study.study_time), study.institution)
        self._when.setText(" · ".join(part for part in parts if part))
        self._when.setVisible(bool(self._when.text()))
        self._late.setText(self._warning(study))
        self._late.setVisible(bool(study.conflict_count))
        self.settle_button.setVisible(bool(study.conflict_count))
        self.seen_button.setVisible(not study.seen)
        self._fill_facts(study)

    def _warning(self, study: StudyRow) -> str:
        return words.counted(
            study.conflict_count,
            self.tr("{n} image came twice with different content; both were kept."),
            self.tr("{n} images came twice with different content; both were kept."),
        )

    def _make_facts(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(PAD)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        titles = (
            self.tr("Animal"),
            self.tr("Age"),
            self.tr("Sex"),
            self.tr("Weight"),
            self.tr("Microchip"),
            self.tr("ID"),
            self.tr("From"),
        )
        self._facts = [(_label("secondary", title), _label("")) for title in titles]
        for number, (name, text) in enumerate(self._facts):
            text.setWordWrap(True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(name, number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(text, number, 1)
        return grid

    def _fill_facts(self, study: StudyRow) -> None:
        values = (
            words.kind(study.species, study.breed),
            words.age(study.age, study.birth_date, study.study_date),
            self._sex(study),
            words.weight(study.weight_kg),
            study.microchip,
            study.patient_id,
            words.sender(study.source),
        )
        for (name, text), value in zip(self._facts, values, strict=True):
            text.setText(value)
            name.setVisible(bool(value))
            text.setVisible(bool(value))

    def _sex(self, study: StudyRow) -> str:
        return {
            ("F", "ALTERED"): self.tr("female, spayed"),
            ("M", "ALTERED"): self.tr("male, neutered"),
            ("F", "UNALTERED"): self.tr("female, intact"),
            ("M", "UNALTERED"): self.tr("male, intact"),
            ("F", ""): self.tr("female"),
            ("M", ""): self.tr("male"),
            ("", "ALTERED"): self.tr("neutered"),
        }.get((study.sex if study.sex in ("F", "M") else "", study.neutered), "")

    def _read(self) -> None:
        if self._study is not None:
            self.read_requested.emit(self._study)

    def _seen(self) -> None:
        if self._study is not None:
            self.seen_requested.emit(self._study)

    def _series_came(self, uid: StudyUID, series: object) -> None:
        if self._study is not None and uid == self._study.study_uid and isinstance(series, list):
            self.tiles.show_series(series)

    def _picture_came(self, uid: StudyUID, thumbnail: object) -> None:
        if self._study is not None and uid == self._study.study_uid:
            self.tiles.show_picture(thumbnail)  # type: ignore[arg-type]


def _amount(study: StudyRow) -> tuple[int, int, int]:
    return study.series_count, study.instance_count, study.conflict_count


def _label(role: str, text: str = "") -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        label.setProperty("role", role)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return label
