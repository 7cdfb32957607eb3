"""How strongly a picture is sharpened, smoothed, evened: a few sliders, with the picture as the preview."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QSlider, QWidget

from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.viewing.keys import keeps
from vetpacs_desktop.viewer.pixels.treatment import UNTREATED, Treatment

WIDTH = 160
STEPS = 100


_OWN_KEYS = (
    *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down),
    *(Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End),
)


_POPUP_KEYS = (Qt.Key.Key_Escape, Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)


class Slide(QSlider):
    """Keeps the keys that move it for itself, though the page has other uses for them."""

    def event(self, event: QEvent) -> bool:
        if keeps(event, _OWN_KEYS):
            event.accept()
            return True
        return super().event(event)


class TreatmentPopup(QFrame):
    """Closes with Esc or a click beside it; says every movement."""

    changed = Signal(object)
    """The treatment as the sliders stand."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("treatment_popup")
        self.setProperty("role", "card")
        self._treatment = UNTREATED
        self._sliders: dict[str, tuple[QSlider, QLabel, float, str]] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(*(2 * theme.GRID,) * 4)
        grid.setHorizontalSpacing(2 * theme.GRID)
        rows = (
            ("sharpen", self.tr("Sharpen"), 3.0, "%"),
            ("radius", self.tr("Size of detail"), 6.0, "px"),
            ("contrast", self.tr("Local contrast"), 1.0, "%"),
            ("smooth", self.tr("Smooth noise"), 4.0, "px"),
        )
        for row, (name, words, most, unit) in enumerate(rows):
            self._add(grid, row, name, words, most, unit)
        note = QLabel(
            self.tr("For the eye only: measurements and values are taken from the untreated picture.")
        )
        note.setWordWrap(True)
        note.setProperty("role", "secondary")
        grid.addWidget(note, len(rows), 0, 1, 3)
        off = QPushButton(self.tr("As the machine made it"))
        off.setObjectName("untreated_button")
        off.clicked.connect(lambda: self._set(UNTREATED))
        grid.addWidget(off, len(rows) + 1, 0, 1, 3, Qt.AlignmentFlag.AlignRight)

    def open_at(self, at: QPoint, treatment: Treatment) -> None:
        """Below a place of the screen, with the treatment that is seen now."""
        self.show_treatment(treatment)
        self.adjustSize()
        room = self.screen().availableGeometry()
        left = min(at.x(), room.right() - self.width())
        self.move(max(left, room.left()), min(at.y(), room.bottom() - self.height()))
        self.show()
        self._sliders["sharpen"][0].setFocus()

    def show_treatment(self, treatment: Treatment) -> None:
        """Sliders and figures as they are seen; nothing is announced."""
        self._treatment = treatment
        for name, (slider, _, most, _) in self._sliders.items():
            blocked = slider.blockSignals(True)
            slider.setValue(round(getattr(treatment, name) / most * STEPS))
            slider.blockSignals(blocked)
        self._write()

    def _add(self, grid: QGridLayout, row: int, name: str, words: str, most: float, unit: str) -> None:
        label = QLabel(words)
        slider = Slide(Qt.Orientation.Horizontal)
        slider.setObjectName(f"{name}_slider")
        slider.setAccessibleName(words)
        slider.setRange(1 if name == "radius" else 0, STEPS)
        slider.setPageStep(10)
        slider.setFixedWidth(WIDTH)
        slider.valueChanged.connect(lambda value: self._slid(name, value / STEPS * most))
        figure = QLabel()
        figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        figure.setMinimumWidth(self.fontMetrics().horizontalAdvance("0.00 px "))
        label.setBuddy(slider)
        for column, widget in enumerate((label, slider, figure)):
            grid.addWidget(widget, row, column)
        self._sliders[name] = slider, figure, most, unit

    def _slid(self, name: str, value: float) -> None:
        self._treatment = _with(self._treatment, name, value)
        self._write()
        self.changed.emit(self._treatment)

    def _set(self, treatment: Treatment) -> None:
        self.show_treatment(treatment)
        self.changed.emit(treatment)

    def _write(self) -> None:
        for name, (_, figure, _, unit) in self._sliders.items():
            value: float = getattr(self._treatment, name)
            figure.setText(f"{value * 100:.0f} %" if unit == "%" else f"{value:.1f} px")

    # Qt's own names from here on.

    def event(self, event: QEvent) -> bool:
        """Esc closes, Space and Enter press the button: not what the page does with them."""
        if keeps(event, _POPUP_KEYS):
            event.accept()
            return True
        return super().event(event)


def _with(treatment: Treatment, name: str, value: float) -> Treatment:
    if name == "sharpen":
        return replace(treatment, sharpen=value)
    if name == "radius":
        return replace(treatment, radius=value)
    if name == "contrast":
        return replace(treatment, contrast=value)
    return replace(treatment, smooth=value)
