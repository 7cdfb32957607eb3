"""The sheet "What can I do here?": everything a page offers now, with its keys, to be searched and done.

Shows what it is given; finding it out is `gathering`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QBrush, QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.room import give_room

SIZE = (680, 620)
_LINE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that can be done; `do` is missing where only a hand can do it."""

    words: str
    key: str
    tip: str = ""
    enabled: bool = True
    do: Callable[[], object] | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that belong together."""

    title: str
    lines: tuple[Line, ...]


class Sheet(QDialog):
    """`now` says what the next click does; empty where nothing special."""

    print_wished = Signal()
    pdf_wished = Signal()
    keys_wished = Signal()

    def __init__(self, title: str, now: str, groups: Sequence[Group], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        give_room(self, *SIZE)
        self.groups = tuple(groups)
        self._rows: list[tuple[QTreeWidgetItem, list[QTreeWidgetItem]]] = []
        """The heading and the lines of each group."""
        self.now = QLabel(now)
        self.now.setObjectName("next_click_now")
        self.now.setWordWrap(True)
        self.now.setVisible(bool(now))
        self.search = QLineEdit()
        self.search.setProperty("role", "search")
        self.search.setPlaceholderText(self.tr("Search; Enter does it"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.list = QTreeWidget()
        self.list.setProperty("role", "list")
        self.list.setColumnCount(2)
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.header().setStretchLastSection(False)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.itemActivated.connect(lambda item, _column: self._do(item))
        self.empty = QLabel(self.tr("Nothing here has these words."))
        self.empty.setProperty("role", "dim")
        self.empty.hide()
        self.print = button(self.tr("Print..."), "print")
        self.print.clicked.connect(self.print_wished)
        self.pdf = button(self.tr("Save as PDF..."), "save")
        self.pdf.clicked.connect(self.pdf_wished)
        self.keys = button(self.tr("Keys and mouse..."), "keyboard")
        self.keys.clicked.connect(self.keys_wished)
        for one in (self.print, self.pdf, self.keys):
            one.setAutoDefault(False)
        self._lay_out()
        self._fill()
        self.search.setFocus()

    def _fill(self) -> None:
        palette = theme.palette_of()
        dim, faint = QBrush(palette.color("text_dim")), QBrush(palette.color("text_disabled"))
        for group in self.groups:
            heading = QTreeWidgetItem(self.list, [group.title])
            heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
            heading.setFont(0, theme.font(bold=True))
            items: list[QTreeWidgetItem] = []
            self._rows.append((heading, items))
            for line in sorted(group.lines, key=lambda one: not one.enabled):
                words = (
                    line.words if line.enabled else self.tr("{words}   (not now)").format(words=line.words)
                )
                item = QTreeWidgetItem(heading, [words, line.key])
                items.append(item)
                item.setData(0, _LINE, line)
                item.setToolTip(0, line.tip)
                item.setForeground(1, dim)
                if not line.enabled:
                    item.setForeground(0, faint)
        self.list.expandAll()
        self.list.resizeColumnToContents(1)
        self.list.setColumnWidth(1, self.list.columnWidth(1) + 2 * theme.GRID)

    def _filter(self, text: str) -> None:
        wanted = text.casefold().split()
        first: QTreeWidgetItem | None = None
        for heading, items in self._rows:
            shown = 0
            for item in items:
                found = f"{item.text(0)} {item.text(1)} {item.toolTip(0)}".casefold()
                item.setHidden(not all(word in found for word in wanted))
                shown += not item.isHidden()
                if not item.isHidden() and first is None and self._can(item):
                    first = item
            heading.setHidden(not shown)
        self.empty.setVisible(first is None and bool(wanted))
        if first is not None and wanted:
            self.list.setCurrentItem(first)
        else:
            self.list.setCurrentIndex(QModelIndex())

    def _can(self, item: QTreeWidgetItem) -> bool:
        line = item.data(0, _LINE)
        return isinstance(line, Line) and line.enabled and line.do is not None

    def _do(self, item: QTreeWidgetItem | None) -> None:
        """Close, and then do it, so that the page has the keys again."""
        if item is None or not self._can(item):
            return
        do = item.data(0, _LINE).do
        above = self.parent()
        self.close()
        QTimer.singleShot(0, above if above is not None else self, do)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * theme.GRID, 2 * theme.GRID, 2 * theme.GRID, 2 * theme.GRID)
        column.setSpacing(theme.GRID)
        column.addWidget(self.search)
        column.addWidget(self.now)
        column.addWidget(self.list, 1)
        column.addWidget(self.empty)
        row = QHBoxLayout()
        for one in (self.print, self.pdf):
            row.addWidget(one)
        row.addStretch(1)
        row.addWidget(self.keys)
        column.addLayout(row)

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """From the search field the list is moved through and done."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._do(self.list.currentItem())
                return True
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
                self.list.keyPressEvent(event)
                return True
        return super().eventFilter(watched, event)
