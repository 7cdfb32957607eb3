"""Every detail a file carries, in a window of its own: search, copy, the next image without closing it.

Reads in a thread. It stays open beside the pictures and follows the active one when asked to.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QModelIndex, QSize, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.viewing.output.choice import tr
from vetpacs_desktop.ui.viewing.output.tags_model import NAME, SIZE, TAG, VR, TagFilter, TagModel
from vetpacs_desktop.viewer.tags import TagRow, TagTree, read_tags

SMALLEST = QSize(900, 620)
OPENED_ROWS = 60
"""A search with few hits shows them unfolded."""


class TagsDialog(QDialog):
    """Not modal: one reads the picture beside it."""

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._path: Path | None = None
        self._turn = 0
        self._count = 0
        self.setWindowTitle(tr("What the file says"))
        self.setObjectName("file_details")
        self.resize(SMALLEST)
        self.model = TagModel(self)
        self.filter = TagFilter(self)
        self.filter.setSourceModel(self.model)
        self._build()

    def show_file(self, path: Path, words: str) -> None:
        """Read a file and show it; `words` say which image it is."""
        self._which.setText(words)
        if path == self._path:
            return
        self._path = path
        self._turn += 1
        turn = self._turn
        self._say(tr("Reading the file..."))
        self._bridge.start(
            lambda _report, _cancel: read_tags(path),
            lambda tree: self._show(tree, turn),
            lambda error: self._failed(error, turn),
            owner=self,
        )

    def chosen(self) -> TagRow | None:
        """The element under the cursor."""
        return self.model.row_at(self.filter.mapToSource(self.tree.currentIndex()))

    def copy_value(self) -> None:
        """The whole value of the chosen element to the clipboard."""
        row = self.chosen()
        if row is not None:
            QGuiApplication.clipboard().setText(row.full)
            self._say(tr("Copied: {name}").format(name=row.name))

    def copy_line(self) -> None:
        """Number, name and value, as one writes them to a manufacturer."""
        row = self.chosen()
        if row is not None:
            QGuiApplication.clipboard().setText(
                " ".join(p for p in (row.tag, row.vr, row.name, row.full) if p)
            )
            self._say(tr("Copied: {name}").format(name=row.name))

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(*(4 * (2 * theme.GRID,)))
        column.setSpacing(theme.GRID)
        self._which = QLabel()
        self._which.setProperty("role", "title")
        self._which.setTextFormat(Qt.TextFormat.PlainText)
        column.addWidget(self._which)
        self.search = QLineEdit()
        self.search.setPlaceholderText(
            tr("Search: a name, a number such as 0010,0010, or a part of the value")
        )
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._search)
        column.addWidget(self.search)
        column.addWidget(self._make_tree(), 1)
        row = QHBoxLayout()
        self._note = QLabel()
        self._note.setProperty("role", "dim")
        self._note.setWordWrap(True)
        row.addWidget(self._note, 1)
        copy = button(tr("Copy the value"), "copy")
        copy.setAutoDefault(False)
        copy.clicked.connect(self.copy_value)
        row.addWidget(copy)
        close = button(tr("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        row.addWidget(close)
        column.addLayout(row)

    def _make_tree(self) -> QTreeView:
        self.tree = QTreeView()
        self.tree.setModel(self.filter)
        self.tree.setUniformRowHeights(True)
        self.tree.setAlternatingRowColors(False)
        self.tree.setAllColumnsShowFocus(True)
        header = self.tree.header()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for section, width in ((TAG, 150), (NAME, 270), (VR, 50), (SIZE, 80)):
            header.resizeSection(section, width)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        for words, slot, key in (
            (tr("Copy the value"), self.copy_value, QKeySequence(QKeySequence.StandardKey.Copy)),
            (tr("Copy number, name and value"), self.copy_line, QKeySequence("Ctrl+Shift+C")),
        ):
            action = QAction(words, self.tree)
            action.setShortcut(key)
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(slot)
            self.tree.addAction(action)
        return self.tree

    def _show(self, tree: TagTree, turn: int) -> None:
        if turn != self._turn:
            return
        self.model.show(tree)
        self._count = tree.count()
        self._search(self.search.text())
        self._say(tree.note or tr("{n} details").format(n=self._count))
        if not self.tree.currentIndex().isValid():
            self.tree.setCurrentIndex(self.filter.index(0, 0))

    def _failed(self, error: BaseException, turn: int) -> None:
        if turn != self._turn:
            return
        if not isinstance(error, KnownError | OSError):
            raise error
        self.model.show(TagTree(()))
        words = tr("The file can't be read ({reason}).").format(
            reason=getattr(error, "strerror", "") or error
        )
        self._say(error.sentence if isinstance(error, KnownError) else words)

    def _search(self, text: str) -> None:
        self.filter.search(text)
        if not text.strip():
            self.tree.collapseAll()
            return
        if _few(self.filter, QModelIndex(), OPENED_ROWS) >= 0:
            self.tree.expandAll()
        if not self.filter.rowCount():
            self._say(tr("Nothing in this file holds “{words}”.").format(words=text.strip()))
        else:
            self._say(tr("{n} details").format(n=self._count))

    def _say(self, words: str) -> None:
        self._note.setText(words)


def _few(model: TagFilter, parent: QModelIndex, left: int) -> int:
    """What is left of `left` after counting all rows; below 0 there are more."""
    for number in range(model.rowCount(parent)):
        left -= 1
        if left < 0:
            return left
        left = _few(model, model.index(number, 0, parent), left)
    return left
