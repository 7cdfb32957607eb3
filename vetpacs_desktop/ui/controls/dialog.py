"""Keys and mouse: the dialog with its three tables. A change counts at once; it saves nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTabWidget, QVBoxLayout, QWidget

from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.controls.finding import Entry
from vetpacs_desktop.ui.controls.keys_form import KeysForm
from vetpacs_desktop.ui.controls.mouse_form import MouseForm
from vetpacs_desktop.ui.controls.wheel_form import WheelForm
from vetpacs_desktop.ui.keymap import keys_of
from vetpacs_desktop.ui.mouse_map import mouse_of, wheel_of
from vetpacs_desktop.ui.room import give_room

SIZE = (720, 560)


class ControlsDialog(QDialog):
    """Of what is in force now."""

    def __init__(self, entries: Callable[[], Sequence[Entry]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys and mouse"))
        give_room(self, *SIZE)
        known = entries()
        self.keys = KeysForm(keys_of(), entries)
        self.mouse = MouseForm(mouse_of(), known)
        self.wheel = WheelForm(wheel_of(), known)
        self.tabs = QTabWidget()
        self.tabs.addTab(self.keys, self.tr("Keys"))
        self.tabs.addTab(self.mouse, self.tr("Mouse"))
        self.tabs.addTab(self.wheel, self.tr("Tool wheel"))
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * theme.GRID, 2 * theme.GRID, 2 * theme.GRID, 2 * theme.GRID)
        column.addWidget(self.tabs, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.accept)
        column.addWidget(buttons)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setIcon(close.icon().__class__())
        close.setAutoDefault(False)  # Enter in a field of this dialog chooses there
        self.keys.search.setFocus()
