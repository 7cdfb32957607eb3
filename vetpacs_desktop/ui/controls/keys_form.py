"""The table of keys: search, press another one, what to do where somebody has it already. Saves nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush, QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.controls import finding
from vetpacs_desktop.ui.controls.finding import Entry
from vetpacs_desktop.ui.keymap import KeyMap, native

_PORTABLE = QKeySequence.SequenceFormat.PortableText
_NAME = Qt.ItemDataRole.UserRole


class KeysForm(QWidget):
    """`entries` answers all actions as they stand now; every change is told at once."""

    changed = Signal(KeyMap)

    def __init__(
        self, keys: KeyMap, entries: Callable[[], Sequence[Entry]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._keys, self._ask = keys, entries
        self._entries: Sequence[Entry] = ()
        self._wanted = ""
        self._rows: list[tuple[QTreeWidgetItem, list[QTreeWidgetItem]]] = []
        """The heading and the lines of each group."""
        self.press = QKeySequenceEdit()
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search: an action or a key"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.table = QTreeWidget()
        self.table.setProperty("role", "list")
        self.table.setColumnCount(3)
        self.table.setHeaderLabels([self.tr("What it does"), self.tr("Key"), self.tr("Usual key")])
        self.table.setRootIsDecorated(False)
        self.table.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.header().setStretchLastSection(False)
        self.table.currentItemChanged.connect(lambda *_: self._chosen())
        self.table.itemActivated.connect(lambda *_: self.press.setFocus())
        self.press.setMaximumSequenceLength(1)
        self.press.setAccessibleName(self.tr("New key"))
        self.press.editingFinished.connect(self._pressed)
        self.none = button(self.tr("No key"))
        self.none.clicked.connect(lambda: self._set(""))
        self.usual = button(self.tr("Usual key"))
        self.usual.clicked.connect(self._take_usual)
        self.all_usual = button(self.tr("All keys as usual"))
        self.all_usual.clicked.connect(self.reset_all)
        self.state = QLabel()
        self.state.setWordWrap(True)
        self.take = button(self.tr("Take the key"), role="primary")
        self.take.clicked.connect(self._take_from_other)
        self.leave = button(self.tr("Leave it there"))
        self.leave.clicked.connect(self._chosen)
        self._lay_out()
        self._fill()

    @property
    def current(self) -> Entry | None:
        """The action whose key is looked at."""
        item = self.table.currentItem()
        name = item.data(0, _NAME) if item is not None else None
        return next((one for one in self._entries if one.name == name), None)

    def choose(self, name: str) -> None:
        """Look at the action called `name`. Raises StopIteration when there is none."""
        item = next(one for one in self._items() if one.data(0, _NAME) == name)
        self.table.setCurrentItem(item)
        self.table.scrollToItem(item)

    def reset_all(self) -> None:
        """Every key as the tables have it."""
        self._use(KeyMap())

    # --- doing ------------------------------------------------------------------------------------

    def _pressed(self) -> None:
        key = self.press.keySequence().toString(_PORTABLE)
        entry = self.current
        if entry is None or not key or key == entry.key:
            return
        other = finding.taken_by(key, entry, self._entries)
        if other is None:
            self._set(key)
            return
        self._wanted = key
        words = {"key": native(key), "other": other.words, "one": entry.words}
        if other.fixed:
            self._say(self.tr("“{key}” is fixed: {other}. Press another key.").format(**words))
            return
        self._say(
            self.tr("“{key}” is the key of “{other}”. Shall it be the key of “{one}” instead?").format(
                **words
            )
        )
        self.take.show()
        self.leave.show()
        self.take.setFocus()

    def _take_from_other(self) -> None:
        entry = self.current
        other = finding.taken_by(self._wanted, entry, self._entries) if entry is not None else None
        if entry is not None and other is not None:
            self._use(KeyMap({**self._keys.chosen, other.name: "", entry.name: self._wanted}))

    def _set(self, key: str) -> None:
        entry = self.current
        if entry is not None:
            self._use(KeyMap({**self._keys.chosen, entry.name: key}))

    def _take_usual(self) -> None:
        """As its table has it, unless somebody else has that key now."""
        entry = self.current
        if entry is None:
            return
        other = finding.taken_by(entry.usual, entry, self._entries) if entry.usual else None
        if other is not None:
            self.press.setKeySequence(QKeySequence(entry.usual))
            self._pressed()
            return
        self._use(KeyMap({name: key for name, key in self._keys.chosen.items() if name != entry.name}))

    def _use(self, keys: KeyMap) -> None:
        usual = {one.name: one.usual for one in self._entries}
        self._keys = KeyMap({name: key for name, key in keys.chosen.items() if usual.get(name) != key})
        current = self.current
        self.changed.emit(self._keys)
        self._fill()
        if current is not None:
            self.choose(current.name)
        self.table.setFocus()

    # --- showing ----------------------------------------------------------------------------------

    def _fill(self) -> None:
        self._entries = self._ask()
        dim = QBrush(theme.palette_of().color("text_dim"))
        self.table.clear()
        self._rows = []
        group = ""
        for entry in self._entries:
            if entry.group != group:
                group = entry.group
                heading = QTreeWidgetItem(self.table, [finding.title_of(group)])
                heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
                heading.setFirstColumnSpanned(True)
                heading.setFont(0, theme.font(bold=True))
                self._rows.append((heading, []))
            shown = entry.key if entry.fixed else native(entry.key)
            last = self.tr("fixed") if entry.fixed else native(entry.usual)
            row = QTreeWidgetItem(heading, [entry.words, shown, last])
            self._rows[-1][1].append(row)
            row.setData(0, _NAME, entry.name)
            row.setToolTip(0, entry.tip)
            row.setForeground(2, dim)
            if not entry.fixed and entry.key != entry.usual:
                row.setFont(1, theme.font(bold=True))
        self.table.expandAll()
        for column in (1, 2):
            self.table.resizeColumnToContents(column)
            self.table.setColumnWidth(column, self.table.columnWidth(column) + 2 * theme.GRID)
        self._filter(self.search.text())
        self._chosen()

    def _filter(self, text: str) -> None:
        """Rows that have every word in them."""
        wanted = text.casefold().split()
        for heading, items in self._rows:
            title, any_shown = heading.text(0).casefold(), False
            for item in items:
                found = f"{title} {item.text(0)} {item.text(1)} {item.toolTip(0)}".casefold()
                item.setHidden(not all(word in found for word in wanted))
                any_shown |= not item.isHidden()
            heading.setHidden(not any_shown)

    def _items(self) -> list[QTreeWidgetItem]:
        return [item for _, items in self._rows for item in items]

    def _chosen(self) -> None:
        entry = self.current
        changeable = entry is not None and not entry.fixed
        self.press.setKeySequence(QKeySequence(entry.key if changeable and entry is not None else ""))
        for widget in (self.press, self.none, self.usual):
            widget.setEnabled(changeable)
        self.take.hide()
        self.leave.hide()
        if entry is None:
            self._say(self.tr("Choose a line, then press its new key in the field."))
        elif entry.fixed:
            self._say(self.tr("The keys of “{one}” are fixed.").format(one=entry.words))
        else:
            self._say(self.tr("“{one}”: press its new key in the field.").format(one=entry.words))

    def _say(self, words: str) -> None:
        self.state.setText(words)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2 * theme.GRID, 0, theme.GRID)
        column.setSpacing(theme.GRID)
        column.addWidget(self.search)
        column.addWidget(self.table, 1)
        line = QFrame()
        line.setProperty("role", "line")
        line.setFixedHeight(1)
        column.addWidget(line)
        says = QHBoxLayout()
        says.addWidget(self.state, 1)
        says.addWidget(self.take)
        says.addWidget(self.leave)
        column.addLayout(says)
        row = QHBoxLayout()
        row.addWidget(QLabel(self.tr("New key")))
        row.addWidget(self.press, 1)
        for one in (self.none, self.usual):
            row.addWidget(one)
        row.addSpacing(3 * theme.GRID)
        row.addWidget(self.all_usual)
        column.addLayout(row)
