"""Whose computer answers: the fingerprint of its key, to be compared before anything is told to it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.backup.step import Step, stop_enter
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.page import label


class KeyQuestion(QFrame):
    """A fingerprint and a button that says that it is right."""

    confirmed = Signal(str)
    """The key that a person found right"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "notice")
        self.setProperty("tone", "amber")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(theme.GRID)
        text = self.tr(
            "The other computer shows this fingerprint. Compare it with the one that its owner gives you (in "
            "its settings, or by telephone). It is kept: should another computer answer there, nothing "
            "is sent to it."
        )
        self.fingerprint = label("code")
        self.right = button(self.tr("It is the right computer"), "verify", name="right_computer")
        self.right.clicked.connect(lambda: self.confirmed.emit(self.fingerprint.text()))
        stop_enter(self.right)
        column.addWidget(label("", text))
        column.addWidget(self.fingerprint)
        column.addWidget(self.right, 0, Qt.AlignmentFlag.AlignLeft)

    def ask(self, key: str) -> None:
        """Show a fingerprint."""
        self.fingerprint.setText(key)
        self.show()
        self.right.setFocus()


class KeyQuestionPage(Step):
    """The same as a page of its own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self.ask(self.tr("Is it the right computer?"))
        self.question_of_key = KeyQuestion()
        self.body.addWidget(self.question_of_key)
        self.body.addStretch(1)

    def next_words(self) -> str:
        return ""

    def first(self) -> QWidget:
        return self.question_of_key.right
