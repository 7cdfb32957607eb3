"""The line below the pictures: what the next click does, and for a moment a sentence in place of that.

A sentence stays until the help changes or some seconds have passed: pictures that arrive meanwhile must not
wipe it away unread. Decides no words.
"""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from vetpacs_desktop.ui.elided import ElidedLabel

MOMENT_MS = 8000


class HintLine(ElidedLabel):
    """One of each reading page."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setObjectName("next_click")
        self.setProperty("role", "secondary")
        self.setContentsMargins(8, 3, 8, 3)
        self._help = ""
        self._moment = QTimer(self, singleShot=True, interval=MOMENT_MS)
        self._moment.timeout.connect(lambda: self.setText(self._help))

    def show_help(self, words: str) -> None:
        """What the next click does; other help than before takes a sentence away."""
        if self._moment.isActive() and words == self._help:
            return
        self._moment.stop()
        self._help = words
        if self.text() != words:
            self.setText(words)

    def say(self, sentence: str) -> None:
        """In place of the help, for a moment."""
        self._moment.start()
        self.setText(sentence)

    def forget(self) -> None:
        """Another exam: what was said is no more."""
        self._moment.stop()
