"""What can be found at the chosen tooth, each with one click: marks, grades, depths. Announces wishes."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QRegularExpression, Qt, Signal
from PySide6.QtGui import QKeyEvent, QRegularExpressionValidator
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.viewing.dental.rows import KEYS, SIGNS
from vetpacs_desktop.ui.viewing.dental.words import tr, tr_measure
from vetpacs_desktop.ui.viewing.keys import keeps
from vetpacs_desktop.viewer.measure.veterinary.charting import FINDINGS, Finding, FindingValue

WIDTH = 376
_EDITING = (
    *(Qt.Key(number) for number in range(Qt.Key.Key_0.value, Qt.Key.Key_9.value + 1)),
    *(Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End),
    *(Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Comma, Qt.Key.Key_Period),
)


class Depth(QLineEdit):
    """Millimetres to one place; empty is not measured."""

    said = Signal(object)
    """The millimetres, or None."""
    left = Signal()
    """Enter or Esc: back to the chart."""

    def __init__(self, finding: Finding, parent: QWidget) -> None:
        super().__init__(parent)
        self._finding = finding
        self._shown = ""
        self.setValidator(QRegularExpressionValidator(QRegularExpression(r"\d{0,2}([.,]\d?)?"), self))
        self.setPlaceholderText("\N{EN DASH}")
        self.setFixedWidth(60)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.editingFinished.connect(self._finish)

    def show_depth(self, value: FindingValue | None) -> None:
        """What is charted; what is being typed stays."""
        shown = "" if value is None else f"{value:g}"
        if shown != self._shown or not self.hasFocus():
            self._shown = shown
            self.setText(shown)

    def _finish(self) -> None:
        text = self.text().replace(",", ".").strip(".")
        value = float(text) if text else None
        if value is not None and not self._finding.low <= value <= self._finding.high:
            self.setText(self._shown)
            return
        now = "" if value is None else f"{value:g}"
        if now != self._shown:
            self._shown = now
            self.said.emit(value)

    def event(self, event: QEvent) -> bool:
        if keeps(event, _EDITING):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.setText(self._shown)
            self.left.emit()
            return
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            self.left.emit()


class FindingList(QWidget):
    """The findings of one tooth."""

    wished = Signal(str, object)
    """A finding and its value; None takes it away."""
    done = Signal()
    """A depth is said: the keyboard goes back to the chart."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("dental_findings")
        self.setFixedWidth(WIDTH)
        self._marks: dict[str, QCheckBox] = {}
        self._grades: dict[str, dict[int, QToolButton]] = {}
        self._depths: dict[str, Depth] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for finding in FINDINGS.values():
            if finding.is_mark:
                column.addWidget(self._mark(finding))
        column.addSpacing(theme.GRID)
        grid = QGridLayout()
        grid.setSpacing(2)
        grid.setColumnStretch(0, 1)
        rows = [finding for finding in FINDINGS.values() if not finding.is_mark]
        for number, finding in enumerate(rows):
            grid.addWidget(QLabel(_named(finding)), number, 0)
            made = self._depth(finding) if finding.unit else self._grade(finding)
            grid.addWidget(made, number, 1, Qt.AlignmentFlag.AlignRight)
        column.addLayout(grid)
        column.addStretch(1)

    def show_found(self, found: Mapping[str, FindingValue], *, only: str = "") -> None:
        """The findings of the chosen tooth; where the species has no such tooth, `only` can be charted."""
        for name, box in self._marks.items():
            box.setEnabled(not only or name == only)
            _quietly(box, name in found)
        for name, buttons in self._grades.items():
            for grade, button in buttons.items():
                button.setEnabled(not only)
                button.setChecked(found.get(name) == grade and name in found)
        for name, depth in self._depths.items():
            depth.setEnabled(not only)
            depth.show_depth(found.get(name))

    def ask(self, name: str) -> None:
        """The keyboard into a depth."""
        depth = self._depths.get(name)
        if depth is not None and depth.isEnabled():
            depth.setFocus()
            depth.selectAll()

    def _mark(self, finding: Finding) -> QCheckBox:
        box = QCheckBox(_named(finding))
        box.setObjectName(f"finding_{finding.name}")
        box.setToolTip(_tip(finding))
        box.toggled.connect(lambda on, name=finding.name: self.wished.emit(name, True if on else None))
        self._marks[finding.name] = box
        return box

    def _grade(self, finding: Finding) -> QWidget:
        made = QWidget(self)
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self._grades[finding.name] = {}
        for grade in range(int(finding.low), int(finding.high) + 1):
            button = QToolButton(made)
            button.setText(str(grade))
            button.setObjectName(f"finding_{finding.name}_{grade}")
            button.setAccessibleName(f"{tr_measure(finding.words)} {grade}")
            button.setToolTip(_tip(finding))
            button.setProperty("role", "grade")
            button.setCheckable(True)
            button.setFixedSize(28, 26)
            button.clicked.connect(
                lambda on, name=finding.name, value=grade: self.wished.emit(name, value if on else None)
            )
            row.addWidget(button)
            self._grades[finding.name][grade] = button
        return made

    def _depth(self, finding: Finding) -> QWidget:
        made = Depth(finding, self)
        made.setObjectName(f"finding_{finding.name}")
        made.setAccessibleName(tr_measure(finding.words))
        made.setToolTip(_tip(finding))
        made.said.connect(lambda value, name=finding.name: self.wished.emit(name, value))
        made.left.connect(self.done)
        self._depths[finding.name] = made
        box = QWidget(self)
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(made)
        row.addWidget(QLabel(finding.unit))
        return box


def _named(finding: Finding) -> str:
    return f"{tr_measure(finding.words)}  ({KEYS[finding.name]})"


def _tip(finding: Finding) -> str:
    sign, key = SIGNS[finding.name], KEYS[finding.name]
    if finding.is_mark:
        return tr("On the chart: {sign}. Key: {key}").format(sign=sign, key=key)
    if finding.unit:
        return tr("On the chart: {sign} and the millimetres. {key}, the number, Enter").format(
            sign=sign, key=key
        )
    return tr("On the chart: {sign} and the grade. {key} goes one up, Shift+{key} one down").format(
        sign=sign, key=key
    )


def _quietly(box: QCheckBox, on: bool) -> None:
    blocked = box.blockSignals(True)
    box.setChecked(on)
    box.blockSignals(blocked)
