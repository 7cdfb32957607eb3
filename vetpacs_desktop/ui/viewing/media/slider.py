"""A slider over the images of a stack that also shows what of it is played: two marks that can be dragged."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSlider, QWidget

from vetpacs_desktop.ui import theme

HALF = 6
"""Of the handle, as the style sheet draws it."""
THICK = 3
NEAR = 4.0
"""Logical pixels beside a mark that still take hold of it."""


class PlayedSlider(QSlider):
    """Marks lie just outside of the first and the last image that are played."""

    played = Signal(int, int)
    """Somebody drags an end: the first and the last image."""

    def __init__(self, orientation: Qt.Orientation, parent: QWidget | None = None) -> None:
        super().__init__(orientation, parent)
        self._span = 0, 0
        self._held: int | None = None
        """0 for the first mark, 1 for the last."""
        self.setMouseTracking(True)

    @property
    def span(self) -> tuple[int, int]:
        """The first and the last image that are played."""
        return self._span

    def show_span(self, first: int, last: int) -> None:
        """Other ends."""
        if (first, last) != self._span:
            self._span = first, last
            self.update()

    def mark(self, end: int) -> QRectF:
        """Where the mark of the first (0) or the last (1) image lies."""
        way, room = self._along(self.width(), self.height())
        share = self._span[end] / max(self.maximum(), 1)
        middle = HALF + share * (way - 2 * HALF) + (HALF + THICK) * (2 * end - 1)
        start = min(max(middle - THICK / 2, 0.0), way - THICK)
        if self.orientation() is Qt.Orientation.Vertical:
            return QRectF(0, start, room, THICK)
        return QRectF(start, 0, THICK, room)

    def index_at(self, at: QPointF) -> int:
        """The image at a place of the slider."""
        way, _ = self._along(self.width(), self.height())
        here, _ = self._along(at.x(), at.y())
        share = min(max((here - HALF) / max(way - 2 * HALF, 1), 0.0), 1.0)
        return round(share * self.maximum())

    def _along(self, x: float, y: float) -> tuple[float, float]:
        return (y, x) if self.orientation() is Qt.Orientation.Vertical else (x, y)

    def _mark_at(self, at: QPointF) -> int | None:
        here, _ = self._along(at.x(), at.y())
        for end in (0, 1):
            middle, _ = self._along(self.mark(end).center().x(), self.mark(end).center().y())
            if abs(here - middle) <= NEAR and self.maximum() > 0:
                return end
        return None

    def takes_mark(self, event: QMouseEvent) -> bool:
        """Whether a press takes hold of a mark."""
        left = event.button() == Qt.MouseButton.LeftButton
        self._held = self._mark_at(event.position()) if left else None
        return self._held is not None

    # Qt's own names from here on.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.takes_mark(event):
            event.accept()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is None:
            upright = self.orientation() is Qt.Orientation.Vertical
            across = Qt.CursorShape.SplitVCursor if upright else Qt.CursorShape.SplitHCursor
            over = self._mark_at(event.position()) is not None
            self.setCursor(across if over else Qt.CursorShape.ArrowCursor)
            super().mouseMoveEvent(event)
            return
        first, last = self._span
        index = self.index_at(event.position())
        span = (min(index, last - 1), last) if self._held == 0 else (first, max(index, first + 1))
        if span != self._span:
            self.show_span(*span)
            self.played.emit(*span)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._held is None:
            super().mouseReleaseEvent(event)
        self._held = None

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.maximum() <= 0:
            return
        palette = theme.palette_of()
        whole = self._span == (0, self.maximum())
        painter = QPainter(self)
        for end in (0, 1):
            painter.fillRect(self.mark(end), palette.color("line" if whole else "accent"))
        painter.end()
