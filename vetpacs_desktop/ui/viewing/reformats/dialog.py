"""Asks which planes to save: how many, how far apart, how thick. Saves nothing itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.viewer.volume.section import Section, Slab, Thickness

WIDTH = 440
MANY = 1500
"""So many planes are more than anybody looks through: the dialog says how to have fewer."""
FINEST = 0.1
MIB = 1 << 20

tr = partial(QCoreApplication.translate, "viewing")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The answer: from and to are mm behind the first plane of the section."""

    low: float
    high: float
    space: float
    thickness: Thickness
    name: str


class PlanesDialog(QDialog):
    """One question about the planes of one direction."""

    def __init__(self, section: Section, here: float, name: str, parent: QWidget) -> None:
        """`here` is the plane looked at, mm behind the first; `name` what the series would be called."""
        super().__init__(parent)
        self._section = section
        self._reach = (section.count - 1) * section.step
        self._start = section.position(0)
        """The corner texts count from elsewhere than the first plane; the dialog does as they do."""
        self._here = here
        self._named = name
        self.setWindowTitle(tr("Save planes as a series"))
        self.setObjectName("save_planes_dialog")
        self.setMinimumWidth(WIDTH)
        self._build()
        self._renew()

    def chosen(self) -> Chosen:
        """What is asked for."""
        whole = self.whole.isChecked()
        return Chosen(
            0.0 if whole else self.low.value() - self._start,
            self._reach if whole else self.high.value() - self._start,
            self.space.value(),
            Thickness(self.thick.value(), Slab(str(self.slab.currentData()))),
            self.name.text().strip() or self._named,
        )

    @property
    def count(self) -> int:
        """How many planes that are."""
        asked = self.chosen()
        return max(1, int((asked.high - asked.low) / asked.space + 1e-6) + 1)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(*(4 * (2 * theme.GRID,)))
        column.setSpacing(theme.GRID)
        title = QLabel(tr("Save planes as a series"))
        title.setProperty("role", "title")
        column.addWidget(title)
        column.addLayout(self._form())
        self.words = QLabel()
        self.words.setProperty("role", "dim")
        self.words.setWordWrap(True)
        self.words.setObjectName("planes_count")
        column.addSpacing(theme.GRID)
        column.addWidget(self.words)
        column.addSpacing(theme.GRID)
        column.addLayout(self._buttons())

    def _form(self) -> QFormLayout:
        form = QFormLayout()
        form.setHorizontalSpacing(2 * theme.GRID)
        self.name = QLineEdit(self._named)
        self.name.setMaxLength(64)
        self.whole = QCheckBox(tr("From end to end"))
        self.whole.setChecked(True)
        self.whole.toggled.connect(lambda _: self._renew())
        half = min(self._reach / 2, 20.0)
        first, last = self._start, self._start + self._reach
        self.low = self._mm(first + max(self._here - half, 0.0), first, last)
        self.high = self._mm(first + min(self._here + half, self._reach), first, last)
        thick = self._section.thickness
        self.space = self._mm(thick.mm or self._section.step, FINEST, max(self._reach, FINEST))
        self.thick = self._mm(thick.mm, 0.0, 500.0)
        self.thick.setSpecialValueText(tr("Thin"))
        self.slab = QComboBox()
        for words, slab in (
            (tr("Brightest values (MIP)"), Slab.MIP),
            (tr("Darkest values (MinIP)"), Slab.MINIP),
            (tr("Mean"), Slab.MEAN),
        ):
            self.slab.addItem(words, slab.value)
        self.slab.setCurrentIndex(self.slab.findData(thick.slab.value))
        form.addRow(tr("Name"), self.name)
        form.addRow(tr("Range"), self.whole)
        ends = QHBoxLayout()
        ends.setSpacing(theme.GRID)
        ends.addWidget(self.low, 1)
        ends.addWidget(QLabel(tr("to")))
        ends.addWidget(self.high, 1)
        form.addRow("", ends)
        form.addRow(tr("Distance"), self.space)
        form.addRow(tr("Thickness"), self.thick)
        form.addRow(tr("Values"), self.slab)
        self._form_rows, self._ends = form, ends
        return form

    def _mm(self, value: float, low: float, high: float) -> QDoubleSpinBox:
        box = QDoubleSpinBox()
        box.setDecimals(2)
        box.setRange(low, high)
        box.setValue(value)
        box.setSingleStep(0.5)
        box.setSuffix(" mm")
        box.lineEdit().setTextMargins(theme.GRID, 0, 0, 0)
        box.valueChanged.connect(lambda _: self._renew())
        return box

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        cancel = button(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        self.save = button(tr("Save"), "save", role="primary", name="save")
        self.save.setDefault(True)
        self.save.clicked.connect(self.accept)
        row.addWidget(cancel)
        row.addWidget(self.save)
        return row

    def _renew(self) -> None:
        """How much that will be."""
        if not hasattr(self, "save"):
            return
        self._form_rows.setRowVisible(self._ends, not self.whole.isChecked())
        self.slab.setEnabled(self.thick.value() > 0)
        backwards = not self.whole.isChecked() and self.high.value() < self.low.value()
        count = self.count
        size = count * self._section.width * self._section.height * 2 / MIB
        words = tr("{n} images of {width} x {height}, {mib:.0f} MB").format(
            n=count, width=self._section.width, height=self._section.height, mib=max(size, 1)
        )
        if backwards:
            words = tr("The range ends before it begins.")
        elif count > MANY:
            words = tr("{n} images are too many: choose a larger distance or less.").format(n=count)
        self.words.setText(words)
        self.save.setEnabled(not backwards and count <= MANY)
