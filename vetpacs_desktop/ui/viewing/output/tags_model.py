"""The tree of a file's elements for Qt, and the search in it. Holds values only; `viewer.tags` reads them."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtCore import QSortFilterProxyModel as Filter

from vetpacs_desktop.ui.viewing.output.choice import tr
from vetpacs_desktop.viewer.tags import TagRow, TagTree

Index = QModelIndex | QPersistentModelIndex
TAG, NAME, VR, SIZE, VALUE = range(5)
ROLE = Qt.ItemDataRole


class _Node:
    """A row with its place, for Qt asks for parents."""

    __slots__ = ("above", "number", "rows", "tag")

    def __init__(
        self, tag: TagRow | None, rows: tuple[TagRow, ...], above: _Node | None, number: int
    ) -> None:
        self.tag = tag
        self.above = above
        self.number = number
        self.rows = [_Node(row, row.rows, self, n) for n, row in enumerate(rows)]


class TagModel(QAbstractItemModel):
    """Read only."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._top = _Node(None, (), None, 0)
        self._heads = (tr("Number"), tr("Name"), tr("Kind"), tr("Bytes"), tr("Value"))

    def show(self, tree: TagTree) -> None:
        """Another file."""
        self.beginResetModel()
        self._top = _Node(None, tree.rows, None, 0)
        self.endResetModel()

    def row_at(self, index: Index) -> TagRow | None:
        """The element of a line."""
        return self._node(index).tag if index.isValid() else None

    # Qt's own names from here on.

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        rows = self._node(parent).rows
        return self.createIndex(row, column, rows[row]) if 0 <= row < len(rows) else QModelIndex()

    def parent(self, index: Index = QModelIndex()) -> Any:  # noqa: B008
        above = self._node(index).above if index.isValid() else None
        if above is None or above is self._top:
            return QModelIndex()
        return self.createIndex(above.number, 0, above)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return len(self._node(parent).rows) if parent.column() <= 0 else 0

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return len(self._heads)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = ROLE.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == ROLE.DisplayRole:
            return self._heads[section]
        return None

    def data(self, index: Index, role: int = ROLE.DisplayRole) -> Any:
        row = self.row_at(index)
        if row is None:
            return None
        column = index.column()
        if role == ROLE.DisplayRole:
            size = "" if row.size is None else f"{row.size:,}  "
            return (row.tag or row.name, row.name if row.tag else "", row.vr, size, row.value)[column]
        if role == ROLE.ToolTipRole and column == VALUE and row.full:
            return row.full[:2000]
        if role == ROLE.TextAlignmentRole and column == SIZE:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def _node(self, index: Index) -> _Node:
        found = index.internalPointer() if index.isValid() else None
        return found if isinstance(found, _Node) else self._top


class TagFilter(Filter):
    """Rows that hold every searched word, with what they are in and what is in them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words: tuple[str, ...] = ()
        self.setRecursiveFilteringEnabled(True)
        self.setAutoAcceptChildRows(True)

    def search(self, text: str) -> None:
        """Other words; none show everything."""
        self._words = tuple(text.casefold().split())
        # Another text makes Qt ask again, in every version; the ways made for it come and go with them.
        self.setFilterFixedString(text)

    # Qt's own names from here on.

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:  # noqa: N802
        if not self._words:
            return True
        model = self.sourceModel()
        assert isinstance(model, TagModel)
        found = model.row_at(model.index(row, 0, parent))
        return found is not None and all(word in found.searched for word in self._words)
