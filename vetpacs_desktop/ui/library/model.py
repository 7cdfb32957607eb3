"""The study list as a Qt model: knows how many exams there are and holds the pages that were asked for.

Never reads the library: it says which page it lacks, and somebody puts it in.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from enum import IntEnum

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from vetpacs_desktop.store.records import StudyRow, StudyUID

PAGE = 64
KEPT_PAGES = 60

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class Column(IntEnum):
    ANIMAL = 0
    OWNER = 1
    EXAM = 2
    DATE = 3
    IMAGES = 4
    STATE = 5


STUDY_ROLE = Qt.ItemDataRole.UserRole + 1
"""The StudyRow, or None while its page is on the way."""


def column_title(column: Column) -> str:
    """The column's heading in the user's language."""
    english = ("Animal", "Owner", "Exam", "Date", "Images", "State")[column]
    return QCoreApplication.translate("StudyModel", english)


class StudyModel(QAbstractTableModel):
    """All exams that match; rows whose page is missing are asked for and shown as a skeleton."""

    page_missing = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._count = 0
        self._pages: OrderedDict[int, Sequence[StudyRow]] = OrderedDict()

    def study(self, row: int) -> StudyRow | None:
        """The exam in line `row`; None (and the page is asked for) when it isn't here yet."""
        found = self.loaded(row)
        if found is None and 0 <= row < self._count and row // PAGE not in self._pages:
            self.page_missing.emit(row // PAGE)
        return found

    def loaded(self, row: int) -> StudyRow | None:
        """Like `study`, without asking for what is missing."""
        if not 0 <= row < self._count:
            return None
        page = self._pages.get(row // PAGE)
        place = row % PAGE
        return page[place] if page is not None and place < len(page) else None

    def row_of(self, uid: StudyUID) -> int | None:
        """The line of an exam among the pages that are here."""
        for number, page in self._pages.items():
            for place, study in enumerate(page):
                if study.study_uid == uid:
                    return number * PAGE + place
        return None

    def replace(self, count: int, rows: Sequence[StudyRow]) -> None:
        """A new search's outcome: `rows` are the first of `count`."""
        self.beginResetModel()
        self._count = count
        self._pages.clear()
        self._split(0, rows)
        self.endResetModel()

    def put(self, page: int, rows: Sequence[StudyRow]) -> None:
        """A missing page has come."""
        self._pages[page] = rows
        self._pages.move_to_end(page)
        while len(self._pages) > KEPT_PAGES:
            self._pages.popitem(last=False)
        last = min((page + 1) * PAGE, self._count) - 1
        if last >= page * PAGE:
            self.dataChanged.emit(self.index(page * PAGE, 0), self.index(last, Column.STATE))

    def set_count(self, count: int) -> None:
        """How many there are in all; lines are added or taken away at the end."""
        self._resize(self._count if count > self._count else count, count - self._count)

    def renew(self, count: int, offset: int, rows: Sequence[StudyRow], above: int) -> None:
        """The library changed: `rows` are now at `offset` (the start of a page), and `above` lines came (or
        went, if negative) before the first visible one. Pages outside are asked for when looked at."""
        before = {
            number * PAGE + place + above: study
            for number, page in self._pages.items()
            for place, study in enumerate(page)
        }
        self._resize(0, above, lambda: self._only(offset, rows))
        self.set_count(count)
        changed = [offset + place for place, row in enumerate(rows) if before.get(offset + place) != row]
        if changed:
            self.dataChanged.emit(self.index(changed[0], 0), self.index(changed[-1], Column.STATE))

    def _resize(self, row: int, difference: int, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Insert lines before `row`, or remove them from there on; `meanwhile` sets the pages right."""
        gone = min(-difference, self._count - row)
        if difference > 0:
            self.beginInsertRows(_NOWHERE, row, row + difference - 1)
            self._count += difference
            meanwhile()
            self.endInsertRows()
        elif gone > 0:
            self.beginRemoveRows(_NOWHERE, row, row + gone - 1)
            self._count -= gone
            meanwhile()
            self.endRemoveRows()
        else:
            meanwhile()

    def _only(self, offset: int, rows: Sequence[StudyRow]) -> None:
        self._pages.clear()
        self._split(offset, rows)

    def _split(self, offset: int, rows: Sequence[StudyRow]) -> None:
        for start in range(0, len(rows), PAGE):
            self._pages[(offset + start) // PAGE] = rows[start : start + PAGE]

    # Qt

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(Column)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == STUDY_ROLE:
            return self.study(index.row())
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            study = self.loaded(index.row())
            return _text(study, Column(index.column())) if study is not None else ""
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return column_title(Column(section))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section == Column.IMAGES else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None


def _text(study: StudyRow, column: Column) -> str:
    match column:
        case Column.ANIMAL:
            return study.animal_name
        case Column.OWNER:
            return study.owner_name
        case Column.EXAM:
            return " ".join((*study.modalities, study.description))
        case Column.DATE:
            return f"{study.study_date} {study.study_time}".strip()
        case Column.IMAGES:
            return str(study.instance_count)
        case Column.STATE:
            return "" if study.seen else QCoreApplication.translate("StudyModel", "New")
