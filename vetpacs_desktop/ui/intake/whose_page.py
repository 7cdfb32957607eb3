"""To whom they belong: the chosen animals on the left, one question about the one that is looked at.

Writes the answers into the plan.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.store.intake.foreign.subject import Kind
from vetpacs_desktop.ui import theme, words
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.icons import icon, species_icon
from vetpacs_desktop.ui.intake.animal_line import ANIMAL, MORE, AnimalDelegate
from vetpacs_desktop.ui.intake.animal_search import Find
from vetpacs_desktop.ui.intake.plan import FOREIGN, Answer, Plan, Way
from vetpacs_desktop.ui.intake.whose_form import Question, WhoseForm
from vetpacs_desktop.ui.page import Page, label, say

LIST_WIDTH = 216


class WhosePage(Page):
    """The list takes no room when there is only one animal."""

    def __init__(self, find: Find, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self._plan: Plan | None = None
        self._part = 0
        self.list = QListWidget()
        self.list.setItemDelegate(AnimalDelegate(self.list))
        self.list.setFixedWidth(LIST_WIDTH)
        self.list.setAccessibleName(self.tr("Animals of the disc"))
        self.form = WhoseForm(find, bridge)
        self.pictures = PicturesForm()
        row = QHBoxLayout()
        row.setSpacing(3 * theme.GRID)
        row.addWidget(self.list)
        right = QVBoxLayout()
        right.setSpacing(theme.GRID)
        right.addWidget(self.pictures)
        right.addWidget(self.form, 1)
        row.addLayout(right, 1)
        self.body.addLayout(row, 1)
        self._problem = label("error")
        self.body.addWidget(self._problem)
        self.list.currentItemChanged.connect(lambda now, _: self._look_at(now))
        self.form.changed.connect(self._answered)
        self.pictures.changed.connect(self._answered)

    def show_plan(self, plan: Plan) -> None:
        """Ask about the chosen parts of a plan."""
        self._plan = plan
        parts = plan.parts()
        self.list.blockSignals(True)
        self.list.clear()
        for part in parts:
            item = QListWidgetItem(self.list)
            item.setData(ANIMAL, part)
            self._fill(item, part)
        self.list.blockSignals(False)
        self.list.setVisible(len(parts) > 1)
        self.list.setCurrentRow(0)
        self._show(parts[0])

    def next_words(self) -> str:
        if self._plan is None:
            return ""
        if self._waiting():
            return self.tr("Next")
        return self.tr("Import {images}").format(images=words.images(self._plan.images()))

    def ready(self) -> bool:
        return self._plan is not None and not self.form.problem

    def step(self) -> bool:
        """Go to the next question that has no answer yet; False when all are answered."""
        waiting = self._waiting()
        if waiting and self._plan is not None:
            self.list.setCurrentRow(self._plan.parts().index(waiting[0]))
            self.first().setFocus()
        return bool(waiting)

    def first(self) -> QWidget:
        return self.form.first()

    def _look_at(self, item: QListWidgetItem | None) -> None:
        if item is not None and self._plan is not None:
            self._show(int(item.data(ANIMAL)))

    def _show(self, part: int) -> None:
        plan = self._plan
        if plan is None:
            return
        self._part = part
        answer = plan.answer(part)
        found = plan.animal(part)
        self.pictures.setVisible(found is None)
        if found is None:
            self.pictures.show_answer(answer)
            others = [(one, self._name(one)) for one in plan.parts() if one != FOREIGN]
            self.form.ask(Question(None, "", others), answer)
            many = len(plan.chosen_foreign())
            self.ask(
                self.tr("Whose are the photos and documents?"),
                words.counted(
                    many, self.tr("{n} file that names no animal"), self.tr("{n} files that name no animal")
                ),
            )
        else:
            exams = words.exams(len(plan.chosen_studies(part)))
            self.ask(
                self.tr("Whose is this?"),
                self.tr("{exams} of {name}").format(exams=exams, name=self._name(part)),
            )
            question = Question(
                found.words,
                self.tr("As on the disc: {name}").format(name=self._name(part)),
                stated_by=self.tr("These words are on the disc. Type to correct them:"),
            )
            self.form.ask(question, answer)
        self._say_problem()
        self.changed.emit()

    def _answered(self) -> None:
        if self._plan is None:
            return
        answer = self.form.answer
        if self._part == FOREIGN:
            answer = self.pictures.completed(answer)
        self._plan.say(self._part, answer)
        for row in range(self.list.count()):
            self._fill(self.list.item(row), int(self.list.item(row).data(ANIMAL)))
        self._say_problem()
        self.changed.emit()

    def _say_problem(self) -> None:
        wrong = self.form.form.problem if self.form.answer.way is Way.WORDS else ""
        say(self._problem, self.form.problem, "error" if wrong else "dim")

    def _waiting(self) -> list[int]:
        """Other parts whose animal is still to be said."""
        return [part for part in self._plan.unanswered() if part != self._part] if self._plan else []

    def _fill(self, item: QListWidgetItem, part: int) -> None:
        assert self._plan is not None
        found = self._plan.animal(part)
        item.setIcon(
            icon("photo", "accent") if found is None else species_icon(found.words.species, "accent")
        )
        item.setText(
            self.tr("Photos, documents") if found is None else found.words.animal_name or self.tr("No name")
        )
        item.setData(MORE, self._said(self._plan.answer(part), self._plan))

    def _said(self, answer: Answer, plan: Plan) -> str:
        if answer.problem:
            return self.tr("whose?")
        if answer.way is Way.CLINIC and answer.animal is not None:
            owner = answer.animal.owner_name
            return self.tr("of the clinic: {name}").format(
                name=", ".join(part for part in (answer.animal.animal_name, owner) if part)
            )
        if answer.way is Way.WITH:
            return self._name(answer.part)
        if answer.way is Way.WORDS:
            stated = answer.words
            return self.tr("as: {name}").format(
                name=", ".join(part for part in (stated.animal_name, stated.owner_name) if part)
            )
        return self.tr("as on the disc")

    def _name(self, part: int) -> str:
        found = self._plan.animal(part) if self._plan is not None else None
        if found is None:
            return self.tr("the photos and documents")
        name = found.words.animal_name or self.tr("animal without a name")
        return (
            self.tr("{name}, owner {owner}").format(name=name, owner=found.words.owner_name)
            if found.words.owner_name
            else name
        )


class PicturesForm(QWidget):
    """What photos and documents don't say themselves: the day of the visit, and what they show."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind, self.day, self.shows = QComboBox(), QDateEdit(), QLineEdit()
        for kind, text in (
            (Kind.PHOTO, self.tr("Photos of the animal")),
            (Kind.ENDOSCOPY, self.tr("Endoscopy")),
            (Kind.DENTAL, self.tr("Dental X-ray")),
            (Kind.MICROSCOPE, self.tr("Microscope")),
            (Kind.ULTRASOUND, self.tr("Ultrasound")),
            (Kind.DOCUMENT, self.tr("Documents, letters, reports")),
        ):
            self.kind.addItem(text, kind)
        self.day.setCalendarPopup(True)
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.day.setMaximumDate(QDate.currentDate())
        self.shows.setMaxLength(64)
        self.shows.setPlaceholderText(self.tr("for example: wound at the left ear"))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, theme.GRID)
        grid.setHorizontalSpacing(2 * theme.GRID)
        grid.setVerticalSpacing(2)
        rows: tuple[tuple[str, QWidget, int], ...] = (
            (self.tr("Kind"), self.kind, 2),
            (self.tr("Day of the visit"), self.day, 1),
            (self.tr("What they show"), self.shows, 3),
        )
        for column, (title, field, stretch) in enumerate(rows):
            name = label("secondary", title)
            name.setBuddy(field)
            field.setAccessibleName(title)
            grid.addWidget(name, 0, column)
            grid.addWidget(field, 1, column)
            grid.setColumnStretch(column, stretch)
        self.shows.textEdited.connect(lambda _: self.changed.emit())
        self.kind.activated.connect(lambda _: self.changed.emit())
        self.day.userDateChanged.connect(lambda _: self.changed.emit())

    def show_answer(self, answer: Answer) -> None:
        """Fill the fields."""
        self.day.blockSignals(True)
        today = date.today().isoformat()  # noqa: DTZ011 - the clinic's own day is meant
        self.day.setDate(QDate.fromString(answer.date or today, Qt.DateFormat.ISODate))
        self.day.blockSignals(False)
        self.kind.setCurrentIndex(max(self.kind.findData(answer.kind), 0))
        self.shows.setText(answer.description)

    def completed(self, answer: Answer) -> Answer:
        """An answer with what these fields say."""
        kind = self.kind.currentData()
        return replace(
            answer,
            kind=kind if isinstance(kind, Kind) else Kind.PHOTO,
            date=self.day.date().toString("yyyy-MM-dd"),
            description=" ".join(self.shows.text().split()),
        )
