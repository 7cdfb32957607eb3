"""The sentences of comparing: lines of the menu, and why there is nothing to compare with."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from vetpacs_desktop.viewer.comparing import OtherExam, away_words
from vetpacs_desktop.viewer.corner_texts import day
from vetpacs_desktop.viewer.exam import Exam


def tr(text: str) -> str:
    """In the user's language."""
    return QCoreApplication.translate("compare", text)


def tr_pictures(text: str) -> str:
    """Words of the core in the user's language."""
    return QCoreApplication.translate("pictures", text)


def line_of(other: OtherExam, current: Exam) -> str:
    """``2025-02-25   Thorax, two views   CR, 2 images   12 months before``."""
    images = tr("1 image") if other.image_count == 1 else tr("{n} images").format(n=other.image_count)
    made = ", ".join([*other.modalities, images])
    away = away_words(other.study_date, current.study_date, other.earlier, tr_pictures)
    words = (day(other.study_date) or tr("no date"), other.description, made, away)
    return "   ".join(word for word in words if word).replace("&", "&&")


def nothing_before(current: Exam, others: tuple[OtherExam, ...]) -> str:
    """Why there is no exam to compare with."""
    name = current.animal_name or tr("this animal")
    if not current.animal_id:
        return tr(
            "Too little says which animal this is: without number, owner or chip its exams can't be found."
        )
    if any(one.earlier for one in others):
        words = tr("No earlier exam of {name} shows the same region; Layout, Earlier exams has the others.")
        return words.format(name=name)
    return tr("There is no earlier exam of {name} here.").format(name=name)


def compared() -> str:
    """What can be done with exams beside each other."""
    return tr("F4: this exam alone   Shift+F4: the exam before that   M: what was measured on each")


def offer(best: OtherExam, current: Exam) -> str:
    """That there is an exam to compare with."""
    away = away_words(best.study_date, current.study_date, best.earlier, tr_pictures)
    words = tr("An earlier exam is here: {what}, {date} ({away})   F4: compare")
    return words.format(
        what=best.description or ", ".join(best.modalities), date=day(best.study_date), away=away
    )
