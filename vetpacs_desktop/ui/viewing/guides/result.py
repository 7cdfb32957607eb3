"""What stands under a guided measurement's figures: the formula, and published values with their sources.

The sentences compare with publications and are made by the measuring core; nothing is judged here.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.viewing.marking.words import tr_measure
from vetpacs_desktop.viewer.annotations import Annotation
from vetpacs_desktop.viewer.measure.measured import Measured
from vetpacs_desktop.viewer.measure.veterinary.guide import Step
from vetpacs_desktop.viewer.measure.veterinary.guides import GUIDES
from vetpacs_desktop.viewer.measure.veterinary.reference import published


class GuideResult(QWidget):
    """Of the chosen annotation; nothing for one that was not guided."""

    more_wished = Signal()
    """Further landmarks for the chosen one."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("guide_result")
        self._references, self._formula = QLabel(self), QLabel(self)
        self._published, formula_title = QLabel(self.tr("Published"), self), QLabel(self.tr("Formula"), self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.GRID // 2, 0, 0)
        column.setSpacing(theme.GRID // 2)
        self._reason = QLabel(self)
        self._reason.setWordWrap(True)
        self._reason.setTextFormat(Qt.TextFormat.PlainText)
        column.addWidget(self._reason)
        self.more = QPushButton(self)
        self.more.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.more.clicked.connect(self.more_wished)
        self.more.hide()
        column.addWidget(self.more, alignment=Qt.AlignmentFlag.AlignLeft)
        for title, words in ((self._published, self._references), (formula_title, self._formula)):
            title.setProperty("role", "secondary")
            words.setWordWrap(True)
            words.setTextFormat(Qt.TextFormat.PlainText)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(title)
            column.addWidget(words)
        self.hide()

    @property
    def text(self) -> str:
        """Why there is no value, references and formula, as they are shown."""
        return f"{self._reason.text()}\n{self._references.text()}\n{self._formula.text()}"

    def show_result(
        self, one: Annotation | None, value: Measured | None, species: str = "", breed: str = ""
    ) -> None:
        """Another measurement, another value of it, or none."""
        guide = GUIDES.get(one.tool) if one is not None else None
        self.setVisible(guide is not None and value is not None)
        if guide is None or value is None:
            return
        reason = tr_measure(guide.unfinished) if value.value is None and not value.note else ""
        self._reason.setText(f"{reason[:1].upper()}{reason[1:]}." if reason else "")
        self._reason.setVisible(bool(reason))
        known = value.value is not None
        said = published().compare(guide.name, value, species, breed, tr_measure) if known else ()
        self._references.setText("\n\n".join(one.sentence for one in said))
        for label in (self._published, self._references):
            label.setVisible(bool(said))
        self._formula.setText(tr_measure(guide.formula))

    def offer(self, step: Step | None) -> None:
        """A landmark that the measurement can get further; None when it has them all."""
        self.more.setVisible(step is not None)
        if step is None:
            return
        words = self.tr("Further landmark, optional") if step.optional else self.tr("Further landmark")
        self.more.setText(words)
        self.more.setToolTip(tr_measure(step.sentence))
