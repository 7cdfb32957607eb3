"""A list of records as a table that can be sorted and filtered; shared by this panel's dialogs.

It shows what it is given and keeps what was chosen when the records change. It never reads anything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

T = TypeVar("T")
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
LINE = 32


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """One column: its title, a record's text, and what it is sorted by (the text when None)."""

    title: str
    text: Callable[[T], str]
    width: int = 0
    """Pixels; 0 takes what is left."""
    right: bool = False
    key: Callable[[T], Any] | None = None


class RowsModel(QAbstractTableModel, Generic[T]):
    """Records in the order of one column, those that hold some words."""

    def __init__(
        self, columns: Sequence[Column[T]], key: Callable[[T], str], found_by: Callable[[T], str]
    ) -> None:
        """`found_by`: the words a record is found by."""
        super().__init__()
        self._found_by = found_by
        self._columns = columns
        self._key = key
        self._all: list[T] = []
        self.rows: list[T] = []
        self._words: tuple[str, ...] = ()
        self._order: tuple[int, Qt.SortOrder] | None = None

    def replace(self, rows: Sequence[T]) -> None:
        """Show other records."""
        self._all = list(rows)
        self._arrange()

    def narrow(self, text: str) -> None:
        """Show only records that hold every word of `text` somewhere."""
        self._words = tuple(text.casefold().split())
        self._arrange()

    def key_of(self, row: int) -> str:
        return self._key(self.rows[row])

    def _arrange(self) -> None:
        self.beginResetModel()
        self.rows = [row for row in self._all if self._holds(row)]
        if self._order is not None:
            number, way = self._order
            column = self._columns[number]
            self.rows.sort(key=column.key or column.text, reverse=way == Qt.SortOrder.DescendingOrder)
        self.endResetModel()

    def _holds(self, row: T) -> bool:
        if not self._words:
            return True
        text = self._found_by(row).casefold()
        return all(word in text for word in self._words)

    # Qt

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        column = self._columns[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return column.text(self.rows[index.row()])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if self._columns[section].right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._order = (column, order) if column >= 0 else None
        self._arrange()


class RowsTable(QTableView, Generic[T]):
    """A RowsModel's view; several lines can be chosen."""

    chosen_changed = Signal()

    def __init__(
        self,
        columns: Sequence[Column[T]],
        key: Callable[[T], str],
        found_by: Callable[[T], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.rows: RowsModel[T] = RowsModel(columns, key, found_by)
        self._kept: list[str] = []
        self._current = ""
        self.setModel(self.rows)
        self._arrange(columns)
        self.rows.modelAboutToBeReset.connect(self._remember)
        self.rows.modelReset.connect(self._choose_again)
        self.selectionModel().selectionChanged.connect(self.chosen_changed)

    def chosen(self) -> list[T]:
        """The chosen records, in the order shown."""
        numbers = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self.rows.rows[number] for number in numbers]

    def _arrange(self, columns: Sequence[Column[T]]) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("role", "list")
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(LINE)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        for number, column in enumerate(columns):
            if column.width:
                header.resizeSection(number, column.width)
            else:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)

    def _remember(self) -> None:
        self._kept = [self.rows.key_of(index.row()) for index in self.selectionModel().selectedRows()]

    def _choose_again(self) -> None:
        """What was chosen and is still there; else the first line."""
        places = {self.rows.key_of(row): row for row in range(len(self.rows.rows))}
        again = [places[key] for key in self._kept if key in places] or ([0] if places else [])
        model = self.selectionModel()
        flags = model.SelectionFlag.Select | model.SelectionFlag.Rows
        for row in again:
            model.select(self.rows.index(row, 0), flags)
        if again:
            model.setCurrentIndex(self.rows.index(again[0], 0), model.SelectionFlag.NoUpdate)
        self.chosen_changed.emit()
