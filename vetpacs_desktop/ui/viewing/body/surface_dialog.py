"""Asks which surface is to be printed: from which value on, how smooth, all pieces or the largest."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.viewing.body.looked import LookedAt
from vetpacs_desktop.viewer.volume.surface_wish import SMOOTH, SurfaceWish

BONE = 250.0
"""HU."""
HALF = 0.5
"""Of the greatest opacity: what looks solid is printed."""


class SurfaceDialog(QDialog):
    """Before a surface is made."""

    def __init__(self, body: LookedAt, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("surface_dialog")
        self.setWindowTitle(self.tr("Surface for 3D printing"))
        low, high = body.volume.range
        self._threshold = QDoubleSpinBox(self)
        self._threshold.setRange(low, high)
        self._threshold.setDecimals(0 if high - low > 20 else 3)
        self._threshold.setSuffix(" HU" if body.is_ct else "")
        self._threshold.setValue(threshold_of(body))
        self._smooth = QComboBox(self)
        for words, rounds in (
            (self.tr("As measured, with steps"), 0),
            (self.tr("Smooth"), SMOOTH),
            (self.tr("Very smooth"), 3 * SMOOTH),
        ):
            self._smooth.addItem(words, rounds)
        self._smooth.setCurrentIndex(1)
        self._largest = QCheckBox(self.tr("Only the largest piece"))
        self._largest.setChecked(True)
        form = QFormLayout()
        form.addRow(self.tr("Denser than"), self._threshold)
        form.addRow(self.tr("Surface"), self._smooth)
        form.addRow("", self._largest)
        help_line = QLabel(self.tr("What was cut away is left out. The file is in true millimetres."))
        help_line.setWordWrap(True)
        help_line.setProperty("role", "dim")
        buttons = QDialogButtonBox(self)
        buttons.addButton(self.tr("Save as..."), QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.setSpacing(2 * theme.GRID)
        whole.addLayout(form)
        whole.addWidget(help_line)
        whole.addWidget(buttons)

    @property
    def wish(self) -> SurfaceWish:
        """What was chosen."""
        return SurfaceWish(
            self._threshold.value(), int(self._smooth.currentData()), self._largest.isChecked()
        )


def threshold_of(body: LookedAt) -> float:
    """Where what is seen begins to look solid; bone's edge for the presets of CT."""
    if body.is_ct and body.state.preset in ("bone", "mip", "angio"):
        return BONE
    knots = body.state.curve.knots
    half = HALF * max(knot.opacity for knot in knots)
    return next(knot.value for knot in knots if knot.opacity >= half)
