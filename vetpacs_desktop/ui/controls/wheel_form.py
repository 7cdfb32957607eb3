"""What stands on the tool wheel: two lists and the ways between them. Saves nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.ui import mouse_map, theme
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.controls.finding import EXAMS, Entry, title_of

_NAME = Qt.ItemDataRole.UserRole


class WheelForm(QWidget):
    """Every change is told at once, as the names of actions in their order."""

    changed = Signal(list)

    def __init__(self, names: Sequence[str], entries: Sequence[Entry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        possible = [
            one
            for one in entries
            if not one.fixed and one.place != EXAMS and one.name != mouse_map.WHEEL_MENU
        ]
        often = Counter(one.words for one in possible)
        self._words = {one.name: _told_apart(one, often[one.words]) for one in possible}
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.textChanged.connect(self._filter)
        self.offered, self.on_wheel = QListWidget(), QListWidget()
        for one in (self.offered, self.on_wheel):
            one.setProperty("role", "lines")
            one.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.offered.setAccessibleName(self.tr("What can stand on the wheel"))
        self.on_wheel.setAccessibleName(self.tr("What stands on the wheel"))
        self.offered.itemActivated.connect(lambda _: self._add())
        self.add = button(self.tr("Add"), "right")
        self.add.clicked.connect(self._add)
        self.remove = button(self.tr("Remove"), "left")
        self.remove.clicked.connect(self._remove)
        self.up = button(self.tr("Up"), "up")
        self.up.clicked.connect(lambda: self._move(-1))
        self.down = button(self.tr("Down"), "down")
        self.down.clicked.connect(lambda: self._move(1))
        self.usual = button(self.tr("As usual"))
        self.usual.clicked.connect(self._take_usual)
        self._lay_out()
        self._fill([name for name in names if name in self._words])

    @property
    def names(self) -> list[str]:
        """On the wheel, clockwise from the top, the inner ring first."""
        return [str(self.on_wheel.item(n).data(_NAME)) for n in range(self.on_wheel.count())]

    def _fill(self, names: Sequence[str], current: str = "") -> None:
        self.on_wheel.clear()
        for number, name in enumerate(names):
            ring = "" if number < mouse_map.INNER else self.tr("   (outer ring)")
            item = QListWidgetItem(f"{number + 1}   {self._words[name]}{ring}", self.on_wheel)
            item.setData(_NAME, name)
            if name == current:
                self.on_wheel.setCurrentItem(item)
        self.offered.clear()
        for name, words in sorted(self._words.items(), key=lambda pair: pair[1].casefold()):
            if name not in names:
                QListWidgetItem(words, self.offered).setData(_NAME, name)
        self.add.setEnabled(len(names) < mouse_map.MOST)
        self._filter(self.search.text())

    def _filter(self, text: str) -> None:
        for n in range(self.offered.count()):
            item = self.offered.item(n)
            item.setHidden(text.casefold() not in item.text().casefold())

    def _add(self) -> None:
        item = self.offered.currentItem()
        if item is not None and len(self.names) < mouse_map.MOST:
            name, row = str(item.data(_NAME)), self.on_wheel.currentRow() + 1
            names = self.names
            names.insert(row or len(names), name)
            self._tell(names, name)

    def _remove(self) -> None:
        row = self.on_wheel.currentRow()
        if row >= 0 and len(self.names) > 1:
            names = self.names
            del names[row]
            self._tell(names, names[min(row, len(names) - 1)])

    def _move(self, by: int) -> None:
        row, names = self.on_wheel.currentRow(), self.names
        if row >= 0 and 0 <= row + by < len(names):
            names[row], names[row + by] = names[row + by], names[row]
            self._tell(names, names[row + by])

    def _take_usual(self) -> None:
        self._tell([name for name in mouse_map.USUAL_WHEEL if name in self._words])

    def _tell(self, names: list[str], current: str = "") -> None:
        self._fill(names, current)
        self.changed.emit([] if names == list(mouse_map.USUAL_WHEEL) else names)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2 * theme.GRID, 0, theme.GRID)
        column.setSpacing(theme.GRID)
        words = QLabel(
            self.tr("The first eight stand around the mouse with their words, the others in a ring outside.")
        )
        words.setWordWrap(True)
        column.addWidget(words)
        grid = QGridLayout()
        grid.addWidget(self.search, 0, 0)
        grid.addWidget(self.offered, 1, 0)
        between = QVBoxLayout()
        between.addStretch(1)
        for one in (self.add, self.remove, self.up, self.down):
            between.addWidget(one)
        between.addStretch(1)
        grid.addLayout(between, 1, 1)
        grid.addWidget(QLabel(self.tr("On the wheel, clockwise from the top")), 0, 2)
        grid.addWidget(self.on_wheel, 1, 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(2, 1)
        column.addLayout(grid, 1)
        row = QHBoxLayout()
        row.addWidget(self.usual)
        row.addStretch(1)
        column.addLayout(row)


def _told_apart(entry: Entry, often: int) -> str:
    """The words; with their group, where others have the same (a drawn and a guided angle)."""
    return entry.words if often == 1 else f"{entry.words} ({title_of(entry.group).rpartition(': ')[2]})"
