"""The table of mouse buttons: a choice for each, and whole sets of them. Saves nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from vetpacs_desktop.ui import mouse_map, theme
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.controls import mouse_words
from vetpacs_desktop.ui.controls.finding import Entry
from vetpacs_desktop.ui.mouse_map import MouseMap, Slot


class MouseForm(QWidget):
    """Every change is told at once."""

    changed = Signal(MouseMap)

    def __init__(self, mouse: MouseMap, entries: Sequence[Entry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mouse = mouse
        self.boxes: dict[Slot, QComboBox] = {}
        known = mouse_words.words_by_name(entries)
        form = QFormLayout()
        form.setHorizontalSpacing(2 * theme.GRID)
        for slot in Slot:
            box = QComboBox()
            box.setObjectName(slot.value)
            now = mouse.what(slot)
            offered = mouse_words.choices(slot, entries)
            for what in offered if now in offered else [*offered, now]:
                box.addItem(mouse_words.what_words(what, known), what)
            box.setEnabled(len(offered) > 1)
            box.setAccessibleName(mouse_words.tr(mouse_words.SLOTS[slot]))
            self.boxes[slot] = box
            form.addRow(mouse_words.tr(mouse_words.SLOTS[slot]), box)
        self._show()
        for box in self.boxes.values():
            box.currentIndexChanged.connect(self._read)
        self.usual = button(self.tr("Like this program"))
        self.usual.clicked.connect(lambda: self._take(mouse_map.DEFAULTS))
        self.horos = button(self.tr("Like Horos"))
        self.horos.clicked.connect(lambda: self._take(mouse_map.LIKE_HOROS))
        self._lay_out(form)

    def _show(self) -> None:
        for slot, box in self.boxes.items():
            box.setCurrentIndex(box.findData(self._mouse.what(slot)))

    def _read(self) -> None:
        self._mouse = MouseMap.of({slot: str(box.currentData()) for slot, box in self.boxes.items()})
        self.changed.emit(self._mouse)

    def _take(self, whole: Mapping[Slot, str]) -> None:
        self._mouse = MouseMap.of(whole)
        for box in self.boxes.values():
            box.blockSignals(True)
        self._show()
        for box in self.boxes.values():
            box.blockSignals(False)
        self.changed.emit(self._mouse)

    def _lay_out(self, form: QFormLayout) -> None:
        inside = QWidget()
        inside.setProperty("role", "page")
        below = QVBoxLayout(inside)
        below.addLayout(form)
        below.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2 * theme.GRID, 0, theme.GRID)
        column.setSpacing(theme.GRID)
        words = QLabel(
            self.tr("What the mouse does over a picture. A right click always opens the tool wheel.")
        )
        words.setWordWrap(True)
        column.addWidget(words)
        column.addWidget(area, 1)
        row = QHBoxLayout()
        row.addWidget(self.usual)
        row.addWidget(self.horos)
        row.addStretch(1)
        column.addLayout(row)
