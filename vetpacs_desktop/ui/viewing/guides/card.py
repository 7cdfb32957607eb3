"""The card of a guided measurement: which step it is, what to click, a small picture, the value so far.

Shows what it is given; its buttons are for the mouse what Backspace, Enter and Esc are for the keyboard.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.viewing.guides.schematic import Schematic
from vetpacs_desktop.ui.viewing.marking.words import tr_measure
from vetpacs_desktop.viewer.measure.veterinary.facing import AS_DRAWN, Turn
from vetpacs_desktop.viewer.measure.veterinary.guide import Guide


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a guided measurement is."""

    guide: Guide
    clicked: int
    """Landmarks placed."""
    values: Sequence[str] = ()
    """Figures known so far, as lines."""
    complete: bool = False
    """The value is known; what follows is optional."""
    turn: Turn = AS_DRAWN
    """How the small picture lies."""


class GuideCard(QFrame):
    """One step at a time; hidden while nothing is guided."""

    back_wished = Signal()
    finish_wished = Signal()
    leave_wished = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("guide_card")
        self.setProperty("role", "card")
        self.title, self.count, self.label, self.sentence, self.values = (self._words(n) for n in range(5))
        self.title.setProperty("role", "heading")
        self.count.setProperty("role", "secondary")
        self.label.setProperty("role", "heading")
        self.sentence.setProperty("role", "dim")
        self.schematic = Schematic(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GRID, theme.GRID, theme.GRID, theme.GRID)
        column.setSpacing(theme.GRID // 2)
        for widget in (self.title, self.count, self.schematic, self.label, self.sentence, self.values):
            column.addWidget(widget)
        column.addLayout(self._buttons())
        self.hide()

    def show_progress(self, progress: Progress | None) -> None:
        """The next step, or nothing."""
        self.setVisible(progress is not None)
        if progress is None:
            return
        guide, clicked = progress.guide, progress.clicked
        step = guide.steps[min(clicked, len(guide.steps) - 1)]
        label = tr_measure(step.label)
        self.title.setText(tr_measure(guide.words))
        self.count.setText(self._count(progress))
        self.schematic.show_step(guide, clicked, progress.turn)
        self.label.setText(label[:1].upper() + label[1:])
        self.sentence.setText(tr_measure(step.sentence))
        self.values.setText("\n".join(progress.values))
        self.values.setVisible(bool(progress.values))
        self.back.setEnabled(clicked > 0)
        self.finish.setVisible(progress.complete)

    def _count(self, progress: Progress) -> str:
        """ "Step 3 of 6"; where the number of landmarks depends on the animal, that is said."""
        guide, n = progress.guide, progress.clicked + 1
        needed = sum(not step.optional for step in guide.steps)
        if progress.complete:
            return self.tr("Step {n} of {all}, optional").format(n=n, all=len(guide.steps))
        if guide.least == needed or n > needed:
            return self.tr("Step {n} of {all}").format(n=n, all=needed)
        if n <= guide.least:
            return self.tr("Step {n} of {all} or more").format(n=n, all=guide.least)
        return self.tr("Step {n}, as many as are needed").format(n=n)

    def _words(self, _number: int) -> QLabel:
        label = QLabel(self)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        return label

    def _buttons(self) -> QHBoxLayout:
        self.back = self._button(self.tr("Back"), self.tr("One landmark back (Backspace)"))
        self.finish = self._button(self.tr("Finish"), self.tr("Without the optional steps (Enter)"))
        self.leave = self._button(self.tr("Leave"), self.tr("End without a result (Esc)"))
        self.back.clicked.connect(self.back_wished)
        self.finish.clicked.connect(self.finish_wished)
        self.leave.clicked.connect(self.leave_wished)
        row = QHBoxLayout()
        row.addWidget(self.back)
        row.addWidget(self.leave)
        row.addStretch(1)
        row.addWidget(self.finish)
        return row

    def _button(self, words: str, tip: str) -> QPushButton:
        """The keys stay the picture's."""
        button = QPushButton(words, self)
        button.setProperty("role", "flat")
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return button
