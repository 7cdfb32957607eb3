"""One exam beside another: how far apart they are, what is said over their pictures, which views go together.

Pure functions of exams. Never says of an exam that it is earlier when its day is not known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from vetpacs_desktop.viewer.annotations import Sheet
from vetpacs_desktop.viewer.corner_texts import Mark, Subject, Translate, as_written, day, subject_of
from vetpacs_desktop.viewer.exam import Exam, ExamSeries

_DAYS_OF_MONTH = 30.44
_LATERALS, _UPRIGHT = frozenset(("RL", "LL", "LAT", "L", "R")), frozenset(("VD", "DV", "AP", "PA"))
"""View positions (PS3.3 C.8.7.1, as devices fill it) that show the trunk from the side, and from above."""
_SIDE_WORDS = frozenset(("right", "left", "rechts", "links"))


@dataclass(frozen=True, slots=True)
class OtherExam:
    """A line of the list of an animal's exams: enough to choose one by."""

    study_uid: str
    study_date: str
    study_time: str
    modalities: tuple[str, ...]
    regions: tuple[str, ...]
    description: str
    image_count: int
    earlier: bool
    """Before the exam that is read; False where either day is not known."""
    best: bool = False
    """The one to compare with."""


def is_earlier(one: Exam, other: Exam) -> bool:
    """Whether `one` was made before `other`, as far as both say."""
    if not one.study_date or not other.study_date:
        return False
    return (one.study_date, one.study_time) < (other.study_date, other.study_time)


def mark_of(exam: Exam, current: Exam, translate: Translate = as_written) -> Mark | None:
    """What stands over an exam's pictures, in front of all else, while several exams are on the page."""
    if not current.beside:
        return None
    when = day(exam.study_date) or translate("no date")
    if exam.study_uid == current.study_uid:
        return Mark(translate("Current: {date}").format(date=when))
    words = "Other exam: {date}"
    if is_earlier(exam, current):
        words = "Earlier: {date}"
    elif is_earlier(current, exam):
        words = "Later: {date}"
    return Mark(translate(words).format(date=when), other=True)


def subject_on_page(current: Exam, number: int, translate: Translate = as_written) -> Subject:
    """The subject of a series on a page, with whose day it is and how far that lies from the current one."""
    exam = current.exam_at(number)
    away = "" if exam.study_uid == current.study_uid else apart_words(exam, current, translate)
    return subject_of(exam, current.series_at(number), mark=mark_of(exam, current, translate), away=away)


def apart_words(exam: Exam, current: Exam, translate: Translate = as_written) -> str:
    """``12 months before``; empty where a day is missing."""
    return away_words(exam.study_date, current.study_date, is_earlier(exam, current), translate)


def away_words(first: str, second: str, earlier: bool, translate: Translate = as_written) -> str:
    """How far the first day lies before the second, or after it; empty where one is missing."""
    if days_between(first, second) == 0:
        return translate("the same day")
    span = span_words(first, second, translate)
    return translate("{span} before" if earlier else "{span} after").format(span=span) if span else ""


def span_words(first: str, second: str, translate: Translate = as_written) -> str:
    """How much time lies between two days (YYYYMMDD or ISO): days up to a month, months up to two years."""
    days = days_between(first, second)
    if days is None:
        return ""
    days = abs(days)
    months = round(days / _DAYS_OF_MONTH)
    if days < 45:
        return _counted(days, "1 day", "{n} days", translate)
    if months < 24:
        return _counted(months, "1 month", "{n} months", translate)
    years, rest = divmod(months, 12)
    found = _counted(years, "1 year", "{n} years", translate)
    return f"{found} {_counted(rest, '1 month', '{n} months', translate)}" if rest else found


def days_between(first: str, second: str) -> int | None:
    """Days from the first day to the second; None where one is no day."""
    try:
        one, other = (date.fromisoformat(day(text)) for text in (first, second))
    except ValueError:
        return None
    return (other - one).days


def matching(series: ExamSeries, others: Sequence[ExamSeries], place: int = 0) -> int | None:
    """The place among `others` of the view that goes with a series: lateral beside lateral; None for none.

    The same side and view first, then a view of the same family, then the same kind of picture; where words
    leave the choice open, the one nearest to the series' own `place` in its exam.
    """
    scored = [
        (_likeness(series, other), -abs(n - place), -n) for n, other in enumerate(others) if other.paths
    ]
    best = max(scored, default=(0.0, 0, 0))
    return -best[2] if best[0] > 0 else None


def own_sheet(page: Exam, exam: Exam, sheet: Sheet) -> Sheet:
    """What of a page's `sheet` belongs to one of its exams.

    What an exam was opened with stays its own; what is new belongs to its image's exam, and what lies on no
    known image to the exam that is read.
    """
    homes = {id: one.study_uid for one in page.exams for id in _ids(one.sheet)}

    def home(id: str, sop_uid: str, series_uid: str = "") -> str:
        there = page.exam_of_image(sop_uid) or page.exam_of_series(series_uid)
        return homes.get(id) or (there or page).study_uid

    # What lies on no picture, such as the dental chart, is the read exam's on the page.
    whole = sheet if exam.study_uid == page.study_uid else exam.sheet
    return replace(
        whole,
        annotations=tuple(
            one
            for one in sheet.annotations
            if home(one.id, one.image.sop_uid, one.space.series_uid if one.space else "") == exam.study_uid
        ),
        keys=tuple(key for key in sheet.keys if home(key.id, key.image.sop_uid) == exam.study_uid),
    )


def joined_sheet(sheet: Sheet, other: Sheet) -> Sheet:
    """A page's sheet with the drawings of one more exam."""
    return replace(
        sheet,
        annotations=(*sheet.annotations, *other.annotations),
        keys=(*sheet.keys, *other.keys),
    )


def parted_sheet(sheet: Sheet, page: Exam, gone: Exam) -> Sheet:
    """A page's sheet without the drawings of an exam that goes from it."""
    ids = frozenset(_ids(own_sheet(page, gone, sheet)))
    return replace(
        sheet,
        annotations=tuple(one for one in sheet.annotations if one.id not in ids),
        keys=tuple(key for key in sheet.keys if key.id not in ids),
    )


def _ids(sheet: Sheet) -> tuple[str, ...]:
    return (*(one.id for one in sheet.annotations), *(key.id for key in sheet.keys))


def _likeness(one: ExamSeries, other: ExamSeries) -> float:
    if _kind(one.modality) != _kind(other.modality):
        return 0.0
    score = 1.0
    if one.view_position and other.view_position:
        if one.view_position == other.view_position:
            score += 8
        elif _family(one.view_position) and _family(one.view_position) == _family(other.view_position):
            score += 4
        else:
            score -= 0.5
    if one.laterality not in ("", "U") and other.laterality not in ("", "U"):
        score += 3 if one.laterality == other.laterality else -12  # the other limb is no earlier state
    if one.body_part and one.body_part.casefold() == other.body_part.casefold():
        score += 2
    first, second = _words(one.description), _words(other.description)
    shared = first & second
    score += 3 * len(shared) / max(len(first | second), 1)
    return max(score + (0.5 if shared & _SIDE_WORDS else 0.0), 0.1)


def _kind(modality: str) -> str:
    return "radiograph" if modality in ("CR", "DX", "DR", "RG") else modality


def _family(view: str) -> str:
    return "lateral" if view in _LATERALS else "upright" if view in _UPRIGHT else ""


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold()))


def _counted(count: int, one: str, several: str, translate: Translate) -> str:
    return translate(one) if count == 1 else translate(several).format(n=count)
