"""Whose sheet each drawing of the page belongs to: an edit is saved with its image's exam.

One of each open exam. Several exams on the page share one marking, so that undo goes over all; what is
kept stays apart. Must never write a drawing into another exam's sheet than its image's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from vetpacs_desktop.ui.viewing.marking.autosave import Autosave
from vetpacs_desktop.ui.viewing.marking.marking import Marking
from vetpacs_desktop.viewer.annotations import Sheet
from vetpacs_desktop.viewer.comparing import own_sheet
from vetpacs_desktop.viewer.corner_texts import Translate
from vetpacs_desktop.viewer.exam import Exam


class Page(Protocol):
    """What is needed of the controller."""

    exam: Exam
    """The exam that is read, with those beside it."""


class Sheets:
    """The sheets of one page."""

    def __init__(self, autosave: Autosave | None, page: Callable[[], Page | None]) -> None:
        self._autosave = autosave
        self._page = page
        self._kept: dict[str, Sheet] = {}

    def marking(self, exam: Exam, translate: Translate) -> Marking:
        """What is drawn on the exam that is read, saved after every finished edit."""
        author = self._autosave.author if self._autosave is not None else ""
        made = Marking(self.newest(exam).sheet, author, translate)
        made.edited.subscribe(self._save)
        return made

    def newest(self, exam: Exam) -> Exam:
        """An exam that comes to the page, with what was drawn on it last, be it written yet or not."""
        sheet = exam.sheet
        if self._autosave is not None:
            sheet = self._autosave.opened(exam.study_uid, sheet)
        self._kept[exam.study_uid] = sheet
        return replace(exam, sheet=sheet)

    def _save(self, sheet: Sheet) -> None:
        page = self._page()
        if page is None:
            return
        for exam in page.exam.exams:
            own = own_sheet(page.exam, exam, sheet)
            if own != self._kept.get(exam.study_uid):
                self._kept[exam.study_uid] = own
                if self._autosave is not None:
                    self._autosave.save(exam.study_uid, own)
