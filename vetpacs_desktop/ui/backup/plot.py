"""The line of a backup's growth, drawn by hand: no more than what a practice manager looks at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from vetpacs_desktop.ui import theme, words

AIR = 8
LINES = 3
FILL_ALPHA = 40
HEADROOM = 1.15


class GrowthPlot(QWidget):
    """Bytes over time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sizes: tuple[tuple[int, int], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(150)

    def show_sizes(self, sizes: Sequence[tuple[int, int]]) -> None:
        """(seconds since 1970, bytes), the oldest first."""
        self.sizes = tuple(sorted(sizes))  # a clock may have been put back
        if len(self.sizes) > 1:
            first, last = self.sizes[0], self.sizes[-1]
            text = self.tr("Size of the backup: from {first} on {then} to {last} on {now}")
            self.setAccessibleName(
                text.format(
                    first=words.size(first[1]),
                    then=_day(first[0]),
                    last=words.size(last[1]),
                    now=_day(last[0]),
                )
            )
        self.update()

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(360, 150)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(theme.SECONDARY))
        colors = theme.palette_of()
        if len(self.sizes) < 2 or self.sizes[0][0] == self.sizes[-1][0]:
            painter.setPen(colors.color("text_dim"))
            text = self.tr("How it grows is drawn here from the second run on.")
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)
            return
        most = max(size for _, size in self.sizes) * HEADROOM or 1.0
        box = self._axes(painter, most)
        points = [self._point(box, most, moment, size) for moment, size in self.sizes]
        area = QPolygonF(
            [*points, QPointF(points[-1].x(), box.bottom()), QPointF(points[0].x(), box.bottom())]
        )
        fill = QColor(colors.color("accent"))
        fill.setAlpha(FILL_ALPHA)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawPolygon(area)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colors.color("accent"), 2 * theme.STROKE / 1.5))
        painter.drawPolyline(QPolygonF(points))

    def _axes(self, painter: QPainter, most: float) -> QRectF:
        colors, metrics = theme.palette_of(), painter.fontMetrics()
        labels = [words.size(int(most * step / LINES)) for step in range(LINES + 1)]
        left = max(metrics.horizontalAdvance(text) for text in labels) + AIR
        high = metrics.height()
        box = QRectF(left, AIR, self.width() - left - AIR, self.height() - 2 * AIR - high)
        for step, text in enumerate(labels):
            y = box.bottom() - box.height() * step / LINES
            painter.setPen(colors.color("line"))
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
            painter.setPen(colors.color("text_dim"))
            where = QRectF(0, y - high / 2, left - AIR, high)
            painter.drawText(where, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        below = QRectF(box.left(), box.bottom() + AIR / 2, box.width(), high)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, _day(self.sizes[0][0]))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, _day(self.sizes[-1][0]))
        return box

    def _point(self, box: QRectF, most: float, moment: int, size: int) -> QPointF:
        first, last = self.sizes[0][0], self.sizes[-1][0]
        x = box.left() + box.width() * (moment - first) / (last - first)
        return QPointF(x, box.bottom() - box.height() * size / most)


def _day(seconds: int) -> str:
    moment = datetime.fromtimestamp(seconds, UTC).astimezone()
    return words.day(moment.date().isoformat(), datetime.now(UTC).astimezone().date())
