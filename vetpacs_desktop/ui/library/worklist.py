"""The list of exams as a worklist: which exam comes after the open one, as it is searched and sorted now.

Owns the place of the open exam in the list, also after it left it (a filter for unread exams loses it once it
is opened). Reads nothing: pages that are missing are asked of the model and waited for.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QPersistentModelIndex, Signal

from vetpacs_desktop.store.records import StudyRow, StudyUID
from vetpacs_desktop.ui.library.model import StudyModel

MOST_PAGES = 40
"""Looked through for an unread exam; KEPT_PAGES of the model are more."""


class _Missing(Exception):
    """A line whose page is on its way."""


class Worklist(QObject):
    """Of one model."""

    found = Signal(object)
    """StudyRow: the exam to be opened"""
    ended = Signal(int, bool)
    """There is none any more: the direction, and whether an unread one was looked for"""

    def __init__(self, model: StudyModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._uid: StudyUID | None = None
        self._line = QPersistentModelIndex()
        self._way = (1, False)
        self._asked = 0
        model.dataChanged.connect(self._page_came)

    def opened(self, uid: StudyUID) -> None:
        """This exam is read now: next and previous are seen from its line."""
        self._uid = uid
        self._asked = 0
        row = self._model.row_of(uid)
        if row is not None:
            self._line = QPersistentModelIndex(self._model.index(row, 0))

    def go(self, step: int, unread: bool) -> None:
        """Look for the next exam (step 1) or the one before (-1); `found` or `ended` tells the outcome."""
        self._way = (step, unread)
        self._asked = MOST_PAGES
        self._look()

    def coming(self) -> str:
        """The exam that comes next in the direction taken last; empty where there is none, or not yet."""
        try:
            study = self._neighbour(*self._way)
        except _Missing:
            return ""
        return study.study_uid if study is not None else ""

    def _page_came(self) -> None:
        if self._asked:
            self._look()

    def _look(self) -> None:
        self._asked -= 1
        try:
            study = self._neighbour(*self._way)
        except _Missing:
            if self._asked:
                return
            study = None
        self._asked = 0
        if study is not None:
            self.found.emit(study)
        else:
            self.ended.emit(*self._way)

    def _neighbour(self, step: int, unread: bool) -> StudyRow | None:
        """Raises `_Missing`."""
        row = self._start(step)
        while 0 <= row < self._model.rowCount():
            study = self._model.study(row)
            if study is None:
                raise _Missing
            if not (unread and study.seen) and study.study_uid != self._uid:
                return study
            row += step
        return None

    def _start(self, step: int) -> int:
        """The first line to look at. Where the open exam left the list, what followed has its line now."""
        row = self._model.row_of(self._uid) if self._uid is not None else None
        if row is not None:
            self._line = QPersistentModelIndex(self._model.index(row, 0))
            return row + step
        if not self._line.isValid():
            return 0 if step > 0 else -1
        return self._line.row() if step > 0 else self._line.row() - 1
