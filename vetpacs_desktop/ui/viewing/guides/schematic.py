"""The small picture of where to click, painted from a guide's outlines in the palette's colours."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from vetpacs_desktop.ui import theme
from vetpacs_desktop.viewer.measure.veterinary.drawing import Curve, Spot
from vetpacs_desktop.viewer.measure.veterinary.facing import AS_DRAWN, Turn
from vetpacs_desktop.viewer.measure.veterinary.guide import Guide

HEIGHT = 164
EDGE = 12.0
DONE, NEXT, HALO = 2.5, 4.0, 10.0


class Schematic(QWidget):
    """One guide's drawing with the places clicked so far and the next one."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("guide_schematic")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._guide: Guide | None = None
        self._step = 0
        self._turn = AS_DRAWN

    @property
    def marked(self) -> Spot | None:
        """The place that stands out, in the square of the drawing; None after the last step."""
        if self._guide is None or self._step >= len(self._guide.steps):
            return None
        return self._guide.steps[self._step].at

    @property
    def lies(self) -> Spot | None:
        """Where that place is painted, in the square, as the animal on the screen lies."""
        return None if self.marked is None else self._turn.spot(self.marked)

    def show_step(self, guide: Guide, step: int, turn: Turn = AS_DRAWN) -> None:
        """The place of step number `step`, from 0, stands out; the drawing lies as `turn` says."""
        if (guide, step, turn) != (self._guide, self._step, self._turn):
            self._guide, self._step, self._turn = guide, step, turn
            self.setAccessibleName(self.tr("Where to click: {drawing}").format(drawing=guide.drawing.name))
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        guide = self._guide
        if guide is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = theme.palette_of()
        painter.setPen(palette.color("line"))
        painter.setBrush(palette.color("field"))
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS
        )
        place = _placed(guide, QRectF(self.rect()).adjusted(EDGE, EDGE, -EDGE, -EDGE), self._turn)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for curve in sorted(guide.drawing.curves, key=lambda one: not one.faint):
            painter.setPen(QPen(palette.color("line" if curve.faint else "text_dim"), theme.STROKE))
            painter.drawPath(_path(curve, place))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color("accent"))
        for step in guide.steps[: self._step]:
            painter.drawEllipse(place(step.at), DONE, DONE)
        if self.marked is not None:
            _paint_next(painter, place(self.marked), palette)
        painter.end()


class _Placing:
    """From the drawing's square into a rectangle, undistorted."""

    def __init__(self, spots: Sequence[Spot], room: QRectF, turn: Turn) -> None:
        self._turn = turn
        spots = [turn.spot(spot) for spot in spots]
        xs, ys = [x for x, _ in spots], [y for _, y in spots]
        wide, high = max(xs) - min(xs) or 1.0, max(ys) - min(ys) or 1.0
        self._scale = min(room.width() / wide, room.height() / high)
        self._start = QPointF(
            room.center().x() - self._scale * (min(xs) + max(xs)) / 2,
            room.center().y() - self._scale * (min(ys) + max(ys)) / 2,
        )

    def __call__(self, spot: Spot) -> QPointF:
        return self._start + QPointF(*self._turn.spot(spot)) * self._scale


def _placed(guide: Guide, room: QRectF, turn: Turn) -> _Placing:
    outline = [spot for curve in guide.drawing.curves for spot in curve.line()]
    return _Placing([*outline, *(step.at for step in guide.steps)], room, turn)


def _path(curve: Curve, place: _Placing) -> QPainterPath:
    first, *others = curve.line()
    path = QPainterPath(place(first))
    for spot in others:
        path.lineTo(place(spot))
    return path


def _paint_next(painter: QPainter, at: QPointF, palette: theme.Palette) -> None:
    """A ring and a dot: told from the others by its shape too, not by its colour alone."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(palette.color("amber"))
    painter.drawEllipse(at, NEXT, NEXT)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(palette.color("amber"), 2))
    painter.drawEllipse(at, HALO, HALO)
