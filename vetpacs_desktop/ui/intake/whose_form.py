"""Whose one part is: as on the disc, an animal of the clinic, or words typed now.

Shows one question and gives the answer; used by the import assistant and for correcting an exam.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from vetpacs_desktop.store.animals.corrections import Words
from vetpacs_desktop.store.animals.register import AnimalRow
from vetpacs_desktop.store.records import AnimalID, Patient
from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.intake.animal_form import AnimalForm
from vetpacs_desktop.ui.intake.animal_search import AnimalSearch, Find
from vetpacs_desktop.ui.intake.plan import Answer, Way, words_of
from vetpacs_desktop.ui.page import label, scrolling


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked."""

    stated: Patient | None
    """What the device says; None for files that say nothing."""
    as_found: str
    """The words of the first way."""
    others: Sequence[tuple[int, str]] = ()
    """Animals of the same disc: (part, name)."""
    stated_by: str = ""
    """The sentence over the words that are stated."""
    itself: frozenset[AnimalID] = frozenset()
    """Animals that need no offering: the exam has them already."""


class WhoseForm(QWidget):
    """Ways on top; the search on the left and the words on the right below."""

    changed = Signal()

    def __init__(self, find: Find, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._question = Question(None, "")
        self._answer = Answer()
        self._ways: dict[Way, QRadioButton] = {}
        self._group = QButtonGroup(self)
        self.others = QComboBox()
        self.others.setAccessibleName(self.tr("Animal of this disc"))
        self.search = AnimalSearch(find, bridge)
        self.form = AnimalForm()
        self._hint = label("secondary")
        self._lay_out()
        self._group.buttonToggled.connect(lambda _, on: self._way_chosen() if on else None)
        self.others.activated.connect(lambda _: self._other_chosen())
        self.search.chosen.connect(self._animal_chosen)
        self.form.edited.connect(self._typed)

    @property
    def answer(self) -> Answer:
        """What was said."""
        return self._answer

    @property
    def problem(self) -> str:
        """What is still to be said or put right; empty when nothing is."""
        if self._answer.way is Way.WORDS and self.form.problem:
            return self.form.problem
        if not self._answer.problem:
            return ""
        if self._answer.way is Way.CLINIC:
            return self.tr("Choose an animal of the clinic, or say that it is a new one.")
        return self.tr("Write the animal's name, at least.")

    def way(self, way: Way) -> QRadioButton:
        """The button of a way."""
        return self._ways[way]

    def ask(self, question: Question, answer: Answer) -> None:
        """Show a question with the answer it has so far."""
        self._question, self._answer = question, answer
        self._ways[Way.AS_FOUND].setText(question.as_found)
        self._ways[Way.AS_FOUND].setVisible(question.stated is not None)
        self._ways[Way.WORDS].setText(
            self.tr("A new animal")
            if question.stated is None
            else self.tr("A new animal, or with other words than these")
        )
        self._ways[Way.WITH].setVisible(bool(question.others))
        self.others.setVisible(len(question.others) > 1)
        self.others.clear()
        for part, name in question.others:
            self.others.addItem(name, part)
        place = self.others.findData(answer.part)
        self.others.setCurrentIndex(max(place, 0))
        if len(question.others) == 1:
            self._ways[Way.WITH].setText(question.others[0][1])
        else:
            self._ways[Way.WITH].setText(self.tr("With this animal of the disc:"))
        self.search.begin(question.stated, answer.animal, question.itself)
        self._group.blockSignals(True)
        self._ways[answer.way].setChecked(True)
        self._group.blockSignals(False)
        self._show_words()

    def first(self) -> QWidget:
        """What has the focus first."""
        return self._ways[self._answer.way]

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID)
        for way, text in (
            (Way.AS_FOUND, ""),
            (Way.WITH, ""),
            (Way.CLINIC, self.tr("An animal of the clinic")),
            (Way.WORDS, ""),
        ):
            self._ways[way] = QRadioButton(text)
            self._group.addButton(self._ways[way])
            if way is Way.WITH:
                row = QHBoxLayout()
                row.addWidget(self._ways[way])
                row.addWidget(self.others, 1)
                column.addLayout(row)
            else:
                column.addWidget(self._ways[way])
        column.addSpacing(theme.GRID)
        halves = QHBoxLayout()
        halves.setSpacing(3 * theme.GRID)
        halves.addWidget(self.search, 4)
        inside = QWidget()
        right = QVBoxLayout(inside)
        right.setContentsMargins(0, 0, 4, 0)
        right.setSpacing(theme.GRID)
        right.addWidget(self._hint)
        right.addWidget(self.form)
        right.addStretch(1)
        halves.addWidget(scrolling(inside), 5)
        column.addLayout(halves, 1)

    def _way_chosen(self) -> None:
        way = next(way for way, button in self._ways.items() if button.isChecked())
        words = self._answer.words
        if way is Way.WORDS and words == Words():
            words = self._stated()
        self._answer = replace(self._answer, way=way, words=words)
        if way is Way.WITH:
            self._answer = replace(self._answer, part=self._other())
        self._show_words()
        if way is Way.CLINIC and self._ways[way].hasFocus() and self._answer.animal is None:
            self.search.field.setFocus()
        self.changed.emit()

    def _other(self) -> int:
        part = self.others.currentData()
        return part if isinstance(part, int) else 0

    def _other_chosen(self) -> None:
        self._choose(replace(self._answer, way=Way.WITH, part=self._other()))

    def _animal_chosen(self, animal: AnimalRow) -> None:
        self._choose(replace(self._answer, way=Way.CLINIC, animal=animal))

    def _typed(self) -> None:
        self._choose(replace(self._answer, way=Way.WORDS, words=self.form.words()), show=False)

    def _choose(self, answer: Answer, *, show: bool = True) -> None:
        """The way follows what was touched: nobody has to set it first."""
        self._answer = answer
        self._group.blockSignals(True)
        self._ways[answer.way].setChecked(True)
        self._group.blockSignals(False)
        if show:
            self._show_words()
        else:
            self.search.mark(None)
            self._say_hint()
        self.changed.emit()

    def _show_words(self) -> None:
        answer = self._answer
        if answer.way is Way.CLINIC and answer.animal is not None:
            self.form.show_words(words_of(answer.animal))
        elif answer.way is Way.WORDS and answer.words != Words():
            self.form.show_words(answer.words)
        else:
            self.form.show_words(self._stated())
        self.search.mark(answer.animal if answer.way is Way.CLINIC else None)
        self.form.set_editable(answer.way is not Way.CLINIC)
        nobody = answer.way is Way.CLINIC and answer.animal is None
        self.form.setVisible(answer.way is not Way.WITH and not nobody)
        self.search.setVisible(answer.way is not Way.WITH)
        self._say_hint()

    def _stated(self) -> Words:
        stated = self._question.stated
        return words_of(stated) if stated is not None else Words()

    def _say_hint(self) -> None:
        self._hint.setText(
            {
                Way.AS_FOUND: self._question.stated_by,
                Way.CLINIC: self.tr("The exams get these words of the clinic's animal:"),
                Way.WORDS: self.tr("The exams get these words; the images keep what the machine wrote:"),
                Way.WITH: "",
            }[self._answer.way]
        )
        self._hint.setVisible(bool(self._hint.text()) and self.form.isVisibleTo(self))
