"""Which earlier measurement a measurement goes with, and the words of what changed since.

A guide goes with the newest of its kind on an earlier exam; any other measurement only where a person gave
both the same words: two lengths need not be lengths of one thing.
"""

from __future__ import annotations

from collections.abc import Callable

from vetpacs_desktop.ui.viewing.marking.words import tr, tr_measure, tr_pictures
from vetpacs_desktop.viewer.annotations import Annotation, ImageRef, Sheet
from vetpacs_desktop.viewer.comparing import is_earlier, own_sheet, span_words
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.measure.changes import change_words
from vetpacs_desktop.viewer.measure.measured import Measured
from vetpacs_desktop.viewer.measure.veterinary.guides import GUIDES

Value = Callable[[Annotation], Measured | None]


def change_line(page: Exam, sheet: Sheet, one: Annotation, value: Value) -> str:
    """What changed since the latest earlier exam on the page that has the same measurement; or nothing."""
    own = page.exam_of_image(one.image.sop_uid)
    now = value(one)
    if own is None or now is None or now.value is None:
        return ""
    earlier = sorted(
        (exam for exam in page.exams if is_earlier(exam, own)),
        key=lambda exam: (exam.study_date, exam.study_time),
    )
    for exam in reversed(earlier):
        former = _counterpart(own_sheet(page, exam, sheet), one)
        before = value(former) if former is not None else None
        if former is None or before is None or before.value is None:
            continue
        words = change_words(
            before, now, span_words(exam.study_date, own.study_date, tr_pictures), tr_measure
        )
        if words and _views(page, former.image) != _views(page, one.image):
            return tr("{words} (measured on another view)").format(words=words)
        return words
    return ""


def _counterpart(sheet: Sheet, one: Annotation) -> Annotation | None:
    """The newest measurement of an earlier exam that means the same."""
    if one.tool not in GUIDES and not one.text:
        return None
    same = [each for each in sheet.annotations if (each.tool, each.text) == (one.tool, one.text)]
    return max(same, key=lambda each: each.created, default=None)


def _views(page: Exam, image: ImageRef) -> str:
    """The view position that the series of an image states."""
    found = (series for series in page.all_series if image.sop_uid in series.sop_uids)
    return next((series.view_position for series in found), "")
