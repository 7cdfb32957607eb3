"""An icon standing by itself, as large as asked, painted in the colours of the moment."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from vetpacs_desktop.ui.icons import icon


class Picture(QWidget):
    """One of our icon words in a square of `side` pixels; follows a change of theme by itself."""

    def __init__(self, name: str, side: int, color: str = "accent", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._color = color
        self._icon = icon(name, color)
        self.setFixedSize(side, side)

    def show_icon(self, name: str) -> None:
        """Show another word's icon."""
        self._icon = icon(name, self._color)
        self.update()

    # Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._icon.paint(painter, self.rect())
