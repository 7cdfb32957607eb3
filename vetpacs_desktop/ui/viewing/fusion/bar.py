"""The bar under the pictures while a second series lies over them: how much of it, in which colours, aligned?

Shows what it is told and says what is pressed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QProgressBar, QPushButton, QSizePolicy, QWidget

from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.viewing.looks.popup import Slide
from vetpacs_desktop.ui.viewing.toolbar import OPENS

STEPS = 100
SLIDER, NAME = 130, 220


@dataclass(frozen=True, slots=True)
class Shown:
    """How it stands."""

    name: str
    """Of the second series."""
    opacity: float = 0.5
    state: str = ""
    """Of the alignment, as a sentence."""
    waiting: bool = False
    """An alignment waits for the reader's yes."""
    lies: bool = True
    """It is seen: somebody knows how it lies."""
    undoable: bool = False
    busy: float | None = None
    """How far the work is, 0 to 1; None while there is none."""


class FusionBar(QWidget):
    """See the module."""

    slid = Signal(float)
    """Opacity, 0 to 1."""
    cancelled = Signal()

    def __init__(self, actions: Mapping[str, QAction], menus: Mapping[str, QMenu], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("fusion_bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GRID, 2, theme.GRID, 2)
        row.setSpacing(theme.GRID)
        self.name = QLabel()
        self.name.setMaximumWidth(NAME)
        self.slider = Slide(Qt.Orientation.Horizontal)
        self.slider.setObjectName("overlay_slider")
        self.slider.setAccessibleName(self.tr("How much of the overlay"))
        self.slider.setRange(0, STEPS)
        self.slider.setFixedWidth(SLIDER)
        self.slider.valueChanged.connect(lambda value: self.slid.emit(value / STEPS))
        self._percent = QLabel()
        self._percent.setMinimumWidth(self.fontMetrics().horizontalAdvance("100 % "))
        self._colours = self._menu_button(self.tr("Colours"), menus["colours"])
        self._window = self._menu_button(self.tr("Window"), menus["window"])
        self._align = self._menu_button(self.tr("Align"), menus["align"])
        self.state = QLabel()
        # Words never hold the window open: what has no room stands in the tip, and on the picture.
        self.state.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.progress = QProgressBar()
        self.progress.setFixedWidth(SLIDER)
        self.progress.setRange(0, STEPS)
        self.cancel = button(self.tr("Cancel"), name="overlay_cancel")
        self.cancel.clicked.connect(self.cancelled)
        self.accept = self._deed(actions["overlay_accept"], self.tr("Accept"), "primary")
        self.undo = self._deed(actions["overlay_undo"], self.tr("Take back"))
        self.off = self._deed(actions["overlay_off"], self.tr("No overlay"))
        left = (self.name, self.slider, self._percent, self._colours, self._window, self._align)
        right = (self.progress, self.cancel, self.accept, self.undo, self.off)
        for widget in (*left, self.state, *right):
            row.addWidget(widget, 1 if widget is self.state else 0)
        self.hide()

    def show_state(self, shown: Shown | None) -> None:
        """As it stands; None hides the bar."""
        self.setVisible(shown is not None)
        if shown is None:
            return
        words = self.tr("Over it: {series}").format(series=shown.name)
        self.name.setText(self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, NAME))
        self.name.setToolTip(shown.name)
        blocked = self.slider.blockSignals(True)
        self.slider.setValue(round(shown.opacity * STEPS))
        self.slider.blockSignals(blocked)
        self._percent.setText(f"{round(shown.opacity * 100)} %")
        busy = shown.busy is not None
        seen: tuple[QWidget, ...] = (self.slider, self._percent, self._colours, self._window)
        for one in seen:
            one.setVisible(shown.lies)
        self._align.setVisible(not busy)
        self.state.setText(shown.state)
        self.state.setToolTip(shown.state)
        self.progress.setVisible(busy)
        self.cancel.setVisible(busy)
        self.progress.setValue(round((shown.busy or 0.0) * STEPS))
        self.accept.setVisible(shown.waiting and not busy)
        self.undo.setVisible(shown.undoable and not busy)
        self.off.setVisible(not busy)

    def _menu_button(self, words: str, menu: QMenu) -> QPushButton:
        made = button(words + OPENS)
        made.setAccessibleName(words)
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        made.clicked.connect(lambda: menu.popup(made.mapToGlobal(made.rect().topLeft())))
        return made

    def _deed(self, action: QAction, words: str, role: str = "") -> QPushButton:
        made = button(words, role=role, name=f"{action.objectName()}_button")
        made.setToolTip(action.toolTip())
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        made.clicked.connect(action.trigger)
        return made
