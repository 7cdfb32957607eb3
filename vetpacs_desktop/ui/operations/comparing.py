"""Exams of one animal side by side: collect what was chosen in the list, or say why it can't be compared.

Runs in the background; the outcome comes back in the window's thread. Two animals are never shown together:
that they are one is said by a correction, not here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QCoreApplication

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.store.records import StudyRow, StudyUID
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.notices import ATTENTION, PROBLEM, Notice
from vetpacs_desktop.viewer.comparing import OtherExam
from vetpacs_desktop.viewer.exam import Exam, OtherAnimal

MOST = 4
"""Exams side by side."""
Tell = Callable[[Notice], object]


class Together(Protocol):
    """What is needed of the program."""

    def exam(self, study_uid: StudyUID) -> Exam: ...

    def other_exams(self, study_uid: str) -> Sequence[OtherExam]: ...

    def exams_together(self, study_uids: Sequence[StudyUID]) -> Exam: ...


def compare(
    app: Together, bridge: Bridge, studies: Sequence[StudyRow], done: Callable[[Exam], object], tell: Tell
) -> None:
    """Collect the chosen exams, or the chosen one with the exam before it; `done(exam)` shows them."""
    refusal = _refusal(studies)
    if refusal:
        tell(Notice(ATTENTION, refusal))
        return

    def collect() -> Exam | None:
        if len(studies) > 1:
            return app.exams_together([study.study_uid for study in studies])
        return _with_best(app, studies[0].study_uid)

    def show(exam: Exam | None) -> None:
        if exam is not None:
            done(exam)
            return
        words = _tr("There is no earlier exam of {name} to compare with. Choose two exams of one animal.")
        tell(Notice(ATTENTION, words.format(name=_name(studies[0]))))

    def failed(error: BaseException) -> None:
        if not isinstance(error, KnownError):
            raise error
        if isinstance(error, OtherAnimal):
            tell(Notice(ATTENTION, _two_animals(studies)))
        else:
            tell(Notice(PROBLEM, error.sentence))

    bridge.start(lambda _report, _cancel: collect(), show, failed)


def _with_best(app: Together, study_uid: StudyUID) -> Exam | None:
    best = next((one for one in app.other_exams(study_uid) if one.best), None)
    if best is None:
        return None
    return app.exam(study_uid).with_beside(app.exam(StudyUID(best.study_uid)))


def _refusal(studies: Sequence[StudyRow]) -> str:
    """Why the chosen exams can't be shown together; empty where they can."""
    if len({study.animal_id for study in studies}) > 1:
        return _two_animals(studies)
    if len(studies) > MOST:
        return _tr("At most four exams fit side by side.")
    return ""


def _two_animals(studies: Sequence[StudyRow]) -> str:
    names = list(dict.fromkeys(map(_name, studies)))
    if len(names) < 2:
        return _tr(
            "Nothing but a name says that these are exams of one animal. If they are, say so with Correct "
            "animal and owner (F2), then compare them."
        )
    words = _tr(
        "{names} are not one animal here, so their exams are not shown together. If they are one, say so "
        "with Correct animal and owner (F2), then compare them."
    )
    return words.format(names=_tr(" and ").join(names[:3]))


def _name(study: StudyRow) -> str:
    name = study.animal_name or _tr("an animal without a name")
    return f"{name} ({study.owner_name})" if study.owner_name else name


def _tr(text: str) -> str:
    return QCoreApplication.translate("compare", text)
