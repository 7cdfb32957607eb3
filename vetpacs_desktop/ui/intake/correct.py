"""Correct animal and owner of exams that are filed already: the same question as on import, with undo.

The image files stay as the device sent them; the correction is kept beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.jobs import CancelToken, Report
from vetpacs_desktop.store.animals.corrections import Correction, Words
from vetpacs_desktop.store.correcting import WORDS
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.records import Patient, StudyRow
from vetpacs_desktop.ui import theme, words
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.house import House
from vetpacs_desktop.ui.intake.plan import Answer, Way, changed_words, laid_over, words_of
from vetpacs_desktop.ui.intake.whose_form import Question, WhoseForm
from vetpacs_desktop.ui.notices import GOOD, PROBLEM, Notice
from vetpacs_desktop.ui.page import fit, label, say

SIZE = (860, 600)


class CorrectDialog(QDialog):
    """One question for one or several exams."""

    def __init__(
        self, house: House, lane: Bridge, studies: Sequence[StudyRow], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Correct animal and owner"))
        fit(self, *SIZE)
        self._house = house
        self._lane = lane
        self._studies = list(studies)
        self.form = WhoseForm(house.app.library.animals.find, lane)
        self._problem = label("error")
        self._corrected = label("dim")
        self._corrected.hide()
        self.undo = button(self.tr("Back to what the device said"), role="link")
        self.undo.hide()
        self.save = button(self.tr("Correct"), "ok", role="primary")
        self.cancel = button(self.tr("Cancel"))
        self._lay_out()
        self.form.changed.connect(self._update)
        self.save.clicked.connect(self._save)
        self.cancel.clicked.connect(self.close)
        self.undo.clicked.connect(self._undo)
        question = Question(
            self._stated(),
            self.tr("As it is now"),
            stated_by=self.tr("These words are shown now. Type to correct them:"),
            itself=frozenset(study.animal_id for study in studies) if self._of_one_animal() else frozenset(),
        )
        self.form.ask(question, Answer())
        self._update()
        self._ask_history()

    def _stated(self) -> Patient:
        """What all the chosen exams say together; where they differ, nothing."""
        first, *others = self._studies
        names = [name for name in WORDS if name != "issuer"]
        same = {
            name: str(getattr(first, name))
            for name in names
            if all(getattr(other, name) == getattr(first, name) for other in others)
        }
        return replace(Patient(), **same)  # type: ignore[arg-type]

    def _of_one_animal(self) -> bool:
        return len({study.animal_id for study in self._studies}) == 1

    def _update(self) -> None:
        answer, problem = self.form.answer, self.form.problem
        wrong = self.form.form.problem if answer.way is Way.WORDS else ""
        say(self._problem, problem, "error" if wrong else "dim")
        self.save.setEnabled(answer.way is not Way.AS_FOUND and not problem)

    def _ask_history(self) -> None:
        library, uids = self._house.app.library, [study.study_uid for study in self._studies]

        def corrected(_report: Report, _cancel: CancelToken) -> list[Correction]:
            found = (library.corrections.of(uid) for uid in uids)
            return [one for one in found if one is not None]

        self._lane.start(corrected, self._show_history, self._failed)

    def _show_history(self, found: list[Correction]) -> None:
        self._corrected.setVisible(bool(found))
        self.undo.setVisible(bool(found))
        self._corrected.setText(
            self.tr("Corrected before.")
            if len(self._studies) == 1
            else self.tr("Some were corrected before.")
        )

    def _save(self) -> None:
        answer = self.form.answer
        library, uids = self._house.app.library, [study.study_uid for study in self._studies]
        before = words_of(self._stated())
        typed = changed_words(before, answer.words)

        def work(_report: Report, _cancel: CancelToken) -> int:
            return correct(library, uids, answer, typed)

        self._lane.start(work, self._done, self._failed)
        self.setEnabled(False)

    def _done(self, number: int) -> None:
        house, uids = self._house, [study.study_uid for study in self._studies]
        lane = self._lane
        text = words.counted(number, self.tr("{n} exam was corrected."), self.tr("{n} exams were corrected."))
        house.tell(
            Notice(
                GOOD,
                text,
                action=(self.tr("Undo"), lambda: take_back(house, lane, uids)),
                stays=True,
            )
        )
        house.library_changed()
        self.close()

    def _undo(self) -> None:
        take_back(self._house, self._lane, [study.study_uid for study in self._studies])
        self.close()

    def _failed(self, error: BaseException) -> None:
        self.setEnabled(True)
        if not isinstance(error, KnownError):
            raise error
        say(self._problem, error.sentence, "error")

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        inside = QVBoxLayout()
        inside.setContentsMargins(3 * theme.GRID, 3 * theme.GRID, 3 * theme.GRID, 2 * theme.GRID)
        inside.setSpacing(theme.GRID)
        inside.addWidget(label("title", self.tr("Whose is this?")))
        inside.addWidget(label("dim", self._what()))
        inside.addSpacing(theme.GRID)
        inside.addWidget(self.form, 1)
        inside.addWidget(self._problem)
        column.addLayout(inside, 1)
        line = QFrame()
        line.setProperty("role", "line")
        line.setFixedHeight(1)
        column.addWidget(line)
        foot = QHBoxLayout()
        foot.setContentsMargins(3 * theme.GRID, 12, 3 * theme.GRID, 12)
        foot.setSpacing(theme.GRID)
        foot.addWidget(self._corrected)
        foot.addWidget(self.undo)
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.save)
        column.addLayout(foot)
        for one in self.findChildren(QPushButton):
            one.setAutoDefault(False)

    def _what(self) -> str:
        if len(self._studies) > 1:
            return words.exams(len(self._studies))
        study = self._studies[0]
        return "  ·  ".join(
            part
            for part in (study.animal_name, study.owner_name, study.description, study.study_date)
            if part
        )

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focus = self.focusWidget()
            if isinstance(focus, QPushButton):
                focus.click()
            else:
                self.save.setFocus()
            return
        super().keyPressEvent(event)


def correct(library: Library, uids: Sequence[str], answer: Answer, typed: Words) -> int:
    """Give the exams to an animal, or other words; how many were corrected. Raises `NotFound`."""
    for uid in uids:
        if answer.way is Way.CLINIC and answer.animal is not None:
            library.animals.move(uid, answer.animal.animal_id)
        else:
            before = library.corrections.of(uid)
            library.corrections.record(uid, laid_over(before.words if before else Words(), typed))
    return len(uids)


def take_back(house: House, lane: Bridge, uids: Sequence[str]) -> None:
    """Undo the newest correction of these exams."""
    corrections = house.app.library.corrections

    def done(number: int) -> None:
        house.tell(
            Notice(
                GOOD, words.counted(number, _tr("The exam is as before."), _tr("{n} exams are as before."))
            )
        )
        house.library_changed()

    def failed(error: BaseException) -> None:
        if not isinstance(error, KnownError):
            raise error
        house.tell(Notice(PROBLEM, error.sentence))

    lane.start(lambda _report, _cancel: sum(corrections.undo(uid) for uid in uids), done, failed)


def _tr(text: str) -> str:
    from PySide6.QtCore import QCoreApplication

    return QCoreApplication.translate("CorrectDialog", text)
