"""A transfer function over the histogram of its volume: points are dragged, added, taken away, coloured.

To the right are higher values, up is more solid. Knows curves, not volumes.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QWidget

from vetpacs_desktop.ui import theme
from vetpacs_desktop.viewer.volume.curve import Curve

MARGIN = 14
RADIUS = 6.0
REACH = 12.0
BAR = 14
"""Height of the strip of colours below."""
FINE_STEPS = 200
"""Steps of the arrow keys across the whole width."""


class CurveView(QWidget):
    """`changed` tells of a new curve while it is dragged, `colour_wished` of a double click on a point."""

    changed = Signal(object)
    colour_wished = Signal(int)
    chosen_changed = Signal()

    def __init__(self, low: float, high: float, counts: NDArray[np.float64], parent: QWidget) -> None:
        """`counts` are how often values occur, in even steps from `low` to `high`."""
        super().__init__(parent)
        self.setObjectName("curve")
        self.setAccessibleName(self.tr("Opacity by value"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._low, self._high = low, high
        heights = np.log1p(counts)
        self._heights = heights / max(float(heights.max()), 1e-9)
        self._curve: Curve | None = None
        self.chosen = 0
        self._held = False

    def sizeHint(self) -> QSize:
        return QSize(560, 260)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 160)

    def show_curve(self, curve: Curve) -> None:
        """Another curve."""
        if curve != self._curve:
            self._curve = curve
            self.chosen = min(self.chosen, len(curve.knots) - 1)
            self.update()

    def place(self, number: int) -> QPointF:
        """Of a point of the curve, in the widget."""
        assert self._curve is not None
        knot = self._curve.knots[number]
        return self._at(knot.value, knot.opacity)

    # --- geometry -----------------------------------------------------------------------------------

    def _field(self) -> QRectF:
        return QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN - BAR - 6)

    def _at(self, value: float, opacity: float) -> QPointF:
        field = self._field()
        share = (value - self._low) / (self._high - self._low)
        share = min(max(share, 0.0), 1.0)
        return QPointF(field.left() + share * field.width(), field.bottom() - opacity * field.height())

    def _meant(self, at: QPointF) -> tuple[float, float]:
        field = self._field()
        share = (at.x() - field.left()) / field.width()
        return self._low + share * (self._high - self._low), (field.bottom() - at.y()) / field.height()

    def _knot_at(self, at: QPointF) -> int | None:
        if self._curve is None:
            return None
        ways = [(QPointF(self.place(n) - at).manhattanLength(), n) for n in range(len(self._curve.knots))]
        way, number = min(ways)
        return number if way <= REACH else None

    # --- Qt's own names -----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        curve, at = self._curve, event.position()
        if curve is None:
            return
        number = self._knot_at(at)
        if event.button() == Qt.MouseButton.RightButton:
            if number is not None:
                self._put(curve.removed(number), 0)
            return
        if number is None:
            curve, number = curve.added(*self._meant(at))
        self._held = True
        self._put(curve, number)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held and self._curve is not None:
            self._put(self._curve.moved(self.chosen, *self._meant(event.position())), self.chosen)
        else:
            over = self._knot_at(event.position()) is not None
            self.setCursor(Qt.CursorShape.SizeAllCursor if over else Qt.CursorShape.CrossCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        number = self._knot_at(event.position())
        if number is not None:
            self._held = False
            self.colour_wished.emit(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl and arrows choose a point, arrows move it, Delete takes it away, Return colours it."""
        curve = self._curve
        if curve is None:
            return
        key, step = event.key(), (self._high - self._low) / FINE_STEPS
        knot = curve.knots[self.chosen]
        ways = {
            Qt.Key.Key_Left: (-step, 0.0),
            Qt.Key.Key_Right: (step, 0.0),
            Qt.Key.Key_Up: (0.0, 0.02),
            Qt.Key.Key_Down: (0.0, -0.02),
        }
        if key in ways and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            along = 1 if key in (Qt.Key.Key_Right, Qt.Key.Key_Up) else -1
            self._put(curve, (self.chosen + along) % len(curve.knots))
        elif key in ways:
            value, opacity = ways[Qt.Key(key)]
            self._put(curve.moved(self.chosen, knot.value + value, knot.opacity + opacity), self.chosen)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._put(curve.removed(self.chosen), max(0, self.chosen - 1))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.colour_wished.emit(self.chosen)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusOutEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette, field = theme.palette_of(), self._field()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(field, QColor(palette.image_black))
        self._paint_histogram(painter, field, palette.color("line"))
        if self._curve is not None:
            self._paint_curve(painter, self._curve, palette)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(palette.color("accent" if self.hasFocus() else "line"))
        painter.drawRect(field)
        painter.end()

    def _paint_histogram(self, painter: QPainter, field: QRectF, colour: QColor) -> None:
        count = len(self._heights)
        points = [field.bottomLeft()]
        for number, height in enumerate(self._heights):
            x = field.left() + (number + 0.5) / count * field.width()
            points.append(QPointF(x, field.bottom() - 0.92 * float(height) * field.height()))
        points.append(field.bottomRight())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(QPolygonF(points))

    def _paint_curve(self, painter: QPainter, curve: Curve, palette: theme.Palette) -> None:
        field = self._field()
        colours = QLinearGradient(field.bottomLeft(), field.bottomRight())
        for knot in curve.knots:
            share = (knot.value - self._low) / (self._high - self._low)
            colours.setColorAt(min(max(share, 0.0), 1.0), QColor.fromRgbF(*knot.colour))
        bar = QRectF(field.left(), field.bottom() + 6, field.width(), BAR)
        painter.fillRect(bar, colours)
        ends = (self._at(-math.inf, curve.knots[0].opacity), self._at(math.inf, curve.knots[-1].opacity))
        way = [ends[0], *(self.place(n) for n in range(len(curve.knots))), ends[1]]
        painter.setPen(QPen(palette.color("accent"), 2))
        painter.drawPolyline(QPolygonF(way))
        for number, knot in enumerate(curve.knots):
            painter.setBrush(QColor.fromRgbF(*knot.colour))
            chosen = number == self.chosen
            painter.setPen(QPen(palette.color("accent" if chosen else "text"), 2.5 if chosen else 1.2))
            painter.drawEllipse(self.place(number), RADIUS, RADIUS)

    def _put(self, curve: Curve, chosen: int) -> None:
        self.chosen = chosen
        different = curve != self._curve
        self._curve = curve
        self.update()
        self.chosen_changed.emit()
        if different:
            self.changed.emit(curve)
