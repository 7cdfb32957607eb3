"""What dialogs share: labels, tables and the row of buttons below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.ui import theme

MARGIN = 3 * theme.GRID
ROW_HEIGHT = 32


def column_of(dialog: QDialog) -> QVBoxLayout:
    """The dialog's column, with the house's margins."""
    column = QVBoxLayout(dialog)
    column.setContentsMargins(MARGIN, MARGIN, MARGIN, 2 * theme.GRID)
    column.setSpacing(2 * theme.GRID)
    return column


def label(text: str = "", role: str = "", *, wraps: bool = True) -> QLabel:
    """A sentence in one of the style sheet's roles."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wraps)
    if role:
        made.setProperty("role", role)
    return made


def row(*widgets: QWidget | None, spacing: int = theme.GRID) -> QHBoxLayout:
    """Widgets side by side; None is a stretch."""
    made = QHBoxLayout()
    made.setSpacing(spacing)
    for widget in widgets:
        if widget is None:
            made.addStretch(1)
        else:
            made.addWidget(widget)
    return made


def table(titles: Sequence[str], widths: Sequence[int], name: str) -> QTableWidget:
    """A read-only table of whole lines; a width of 0 takes what is left."""
    made = QTableWidget(0, len(titles))
    made.setObjectName(name)
    made.setProperty("role", "lines")
    made.setHorizontalHeaderLabels(list(titles))
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    made.setShowGrid(False)
    made.setWordWrap(False)
    made.setTabKeyNavigation(False)
    made.verticalHeader().hide()
    made.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
    head = made.horizontalHeader()
    head.setHighlightSections(False)
    head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    for place, width in enumerate(widths):
        if width:
            head.resizeSection(place, width)
        else:
            head.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)
    return made


def fill(widget: QTableWidget, place: int, texts: Sequence[str], key: object = None) -> None:
    """Put a line's texts into the table; `key` is kept with its first cell. Unchanged cells stay."""
    for number, text in enumerate(texts):
        item = widget.item(place, number)
        if item is None:
            item = QTableWidgetItem()
            widget.setItem(place, number, item)
        if item.text() != text:
            item.setText(text)
            item.setToolTip(text)
    first = widget.item(place, 0)
    if key is not None and first is not None:
        first.setData(Qt.ItemDataRole.UserRole, key)


def keys_of(widget: QTableWidget) -> list[object]:
    """The keys of the chosen lines, from the top."""
    places = sorted({index.row() for index in widget.selectedIndexes()})
    items = [widget.item(place, 0) for place in places]
    return [item.data(Qt.ItemDataRole.UserRole) for item in items if item is not None]


def as_default(button: QPushButton) -> QPushButton:
    """The button that Enter presses."""
    button.setDefault(True)
    button.setAutoDefault(True)
    return button
