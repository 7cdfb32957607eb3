"""The places of the window, left: an icon with a word each."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QButtonGroup, QToolButton, QVBoxLayout, QWidget

from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.actions import PLACES, tip_of, words
from vetpacs_desktop.ui.icons import icon


class Rail(QWidget):
    """One of the places is always the current one."""

    place_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(theme.RAIL)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.GRID, 1, theme.GRID)
        column.setSpacing(4)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        for row in PLACES:
            button = QToolButton()
            button.setObjectName(row.name)
            button.setProperty("role", "place")
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setIcon(icon(row.icon))
            button.setIconSize(QSize(24, 24))
            button.setText(words(row))
            button.setToolTip(tip_of(row))
            button.setCheckable(True)
            button.setFixedSize(theme.RAIL - 1, theme.RAIL)
            button.clicked.connect(lambda _=False, name=row.name: self.place_chosen.emit(name))
            self._group.addButton(button)
            self._buttons[row.name] = button
            column.addWidget(button)
        column.addStretch(1)

    def tell_key(self, action: QAction) -> None:
        """The place's tip names the key of its action, also when that changes."""
        button = self._buttons[action.objectName()]
        action.changed.connect(lambda: button.setToolTip(action.toolTip()))

    def show_place(self, name: str) -> None:
        """Mark the current place."""
        self._buttons[name].setChecked(True)
