"""The window of a body's opacity and colours: the curve, its point in numbers, kept as an own preset.

Stays open beside the picture, which follows every drag.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QCheckBox,
    QColorDialog,
    QDialog,
    QDoubleSpinBox,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.viewing.body.curve_view import CurveView
from vetpacs_desktop.ui.viewing.body.looked import LookedAt
from vetpacs_desktop.ui.viewing.body.own import OWN, OwnPresets
from vetpacs_desktop.viewer.volume.curve import Curve, Light, Mode
from vetpacs_desktop.viewer.volume.volume import Volume

BINS = 256
LIT = Light()


class CurveDialog(QDialog):
    """Of one body."""

    def __init__(self, body: LookedAt, own: OwnPresets, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("curve_dialog")
        self.setWindowTitle(self.tr("Opacity and colours"))
        self._body, self._own = body, own
        low, high, counts = histogram(body.volume)
        self.view = CurveView(low, high, counts, self)
        self.view.changed.connect(self._put)
        self.view.chosen_changed.connect(self._show_numbers)
        self.view.colour_wished.connect(self._colour)
        unit = " HU" if body.is_ct else ""
        self._value = self._number(low, high, unit, self.tr("Value"))
        self._opacity = self._number(0, 100, " %", self.tr("Opacity of a millimetre"))
        self._hue = QPushButton(self.tr("Colour..."))
        self._hue.clicked.connect(lambda: self._colour(self.view.chosen))
        self._mip = QCheckBox(self.tr("Only the brightest values (MIP)"))
        self._mip.toggled.connect(self._set_mip)
        self._light = QCheckBox(self.tr("Light and shade"))
        self._light.toggled.connect(self._set_light)
        self._remove = QPushButton(self.tr("Forget this preset"))
        self._remove.clicked.connect(self._forget)
        self._keep = QPushButton(self.tr("Keep as a preset..."))
        self._keep.clicked.connect(self._ask_name)
        self._lay_out()
        self.refresh()

    def refresh(self) -> None:
        """As the body is seen now."""
        state = self._body.state
        self.view.show_curve(state.curve)
        self._remove.setVisible(state.preset.startswith(OWN))
        for box, on in ((self._mip, state.curve.mode is Mode.MIP), (self._light, state.curve.light.on)):
            blocked = box.blockSignals(True)
            box.setChecked(on)
            box.blockSignals(blocked)
        self._light.setEnabled(state.curve.mode is not Mode.MIP)
        self._show_numbers()

    def keep(self, name: str) -> None:
        """The curve under a name of the reader's."""
        state = self._body.state
        called = self._own.save(name, state.curve, ct=self._body.is_ct)
        self._body.put(replace(state, preset=called))
        self.refresh()

    def _lay_out(self) -> None:
        help_line = QLabel(
            self.tr("Drag a point; click between points for another one; right click takes one away.")
        )
        help_line.setProperty("role", "dim")
        numbers = QHBoxLayout()
        for label, box in ((self.tr("Value"), self._value), (self.tr("Opacity"), self._opacity)):
            numbers.addWidget(QLabel(label))
            numbers.addWidget(box)
            numbers.addSpacing(theme.GRID)
        numbers.addWidget(self._hue)
        numbers.addStretch(1)
        switches = QHBoxLayout()
        switches.addWidget(self._light)
        switches.addSpacing(2 * theme.GRID)
        switches.addWidget(self._mip)
        switches.addStretch(1)
        close = QPushButton(self.tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.addWidget(self._keep)
        buttons.addWidget(self._remove)
        buttons.addStretch(1)
        buttons.addWidget(close)
        whole = QVBoxLayout(self)
        whole.setSpacing(theme.GRID)
        whole.addWidget(self.view, 1)
        whole.addWidget(help_line)
        whole.addLayout(numbers)
        whole.addLayout(switches)
        whole.addLayout(buttons)

    def _number(self, low: float, high: float, unit: str, name: str) -> QDoubleSpinBox:
        box = QDoubleSpinBox(self)
        box.setAccessibleName(name)
        box.setDecimals(0 if high - low > 20 else 3)
        box.setRange(low - (high - low), high + (high - low))
        box.setSuffix(unit)
        box.valueChanged.connect(self._numbers_changed)
        return box

    def _show_numbers(self) -> None:
        knot = self._body.state.curve.knots[self.view.chosen]
        for box, value in ((self._value, knot.value), (self._opacity, 100 * knot.opacity)):
            blocked = box.blockSignals(True)
            box.setValue(value)
            box.blockSignals(blocked)

    def _numbers_changed(self, _value: float) -> None:
        curve = self._body.state.curve
        self._put(curve.moved(self.view.chosen, self._value.value(), self._opacity.value() / 100))
        self.refresh()

    def _put(self, curve: Curve) -> None:
        self._body.put(replace(self._body.state, curve=curve, preset=""))

    def _colour(self, number: int) -> None:
        knot = self._body.state.curve.knots[number]
        chosen = QColorDialog.getColor(QColor.fromRgbF(*knot.colour), self, self.tr("Colour of this value"))
        if chosen.isValid():
            rgb = (chosen.redF(), chosen.greenF(), chosen.blueF())
            self._put(self._body.state.curve.coloured(number, rgb))
            self.refresh()

    def _set_mip(self, on: bool) -> None:
        self._put(replace(self._body.state.curve, mode=Mode.MIP if on else Mode.SOLID))
        self.refresh()

    def _set_light(self, on: bool) -> None:
        curve = self._body.state.curve
        self._put(replace(curve, light=replace(curve.light, on=on)))
        self.refresh()

    def _ask_name(self) -> None:
        name, ok = QInputDialog.getText(self, self.windowTitle(), self.tr("The preset's name"))
        if ok and name.strip():
            self.keep(name.strip())

    def _forget(self) -> None:
        self._own.remove(self._body.state.preset)
        self._body.put(replace(self._body.state, preset=""))
        self.refresh()


def histogram(volume: Volume) -> tuple[float, float, np.ndarray]:
    """The reach of the values, rare ones left out at the top, and how often each part of it occurs."""
    step = max(1, len(volume.values) // 48)
    sample = volume.values[::step, ::2, ::2]
    low, high = float(sample.min()), float(np.percentile(sample, 99.99))
    high = max(high, low + 1)
    if volume.description.modality == "CT":
        low, high = max(low, -1100.0), max(high, 1500.0)
    counts, _ = np.histogram(sample, BINS, (low, high))
    return low, high, counts.astype(np.float64)
