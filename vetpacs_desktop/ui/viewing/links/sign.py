"""The small chain over a picture that goes together with others; words stand in its corner where they fit."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from vetpacs_desktop.ui import theme

WIDTH, HEIGHT = 22, 14
BELOW = 14
"""Logical pixels from the middle of the edge, where a letter stands."""
_LINKS = (QRectF(2.5, 3.5, 10, 7), QRectF(9.5, 3.5, 10, 7))


class LinkSign(QWidget):
    """A child of the picture's widget; lets the mouse through."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self.setObjectName("link_sign")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedSize(WIDTH, HEIGHT)
        self.hide()

    def show_words(self, words: str) -> None:
        """Shown while anything is linked; `words` say what, for those who can't see it."""
        parent = self.parentWidget()
        if words and parent is not None:
            self.move(theme.GRID - 2, parent.height() // 2 + BELOW)
        self.setAccessibleName(words)
        self.setVisible(bool(words))

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = theme.palette_of()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for colour, width in ((palette.color("image_outline"), 4.0), (palette.color("image_text"), 1.5)):
            painter.setPen(QPen(colour, width))
            for link in _LINKS:
                painter.drawRoundedRect(link, 3.5, 3.5)
        painter.end()
