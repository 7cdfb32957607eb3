"""A clear sheet over a picture for what is there while a tool is at work: rectangle, line, angle, lens."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.viewing.looks.shapes import Shape

ASIDE = 18.0
PAD = 6.0
RING = 2.0
CROSS = (4.0, 9.0)


class Sheet(QWidget):
    """Takes no mouse and no focus; hidden while it is empty."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("looks_sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._shape: Shape | None = None
        self._lens: tuple[QImage, QRectF, str] | None = None
        self.hide()

    @property
    def shape_shown(self) -> Shape | None:
        """What of a drag is on the sheet."""
        return self._shape

    @property
    def lens_shown(self) -> QRectF | None:
        """Where the lens is; None while there is none."""
        return self._lens[1] if self._lens is not None and self.isVisible() else None

    def show_shape(self, shape: Shape | None) -> None:
        """Another shape, or none."""
        self._shape = shape
        self._refresh()

    def show_lens(self, image: QImage | None, at: QPointF, side: float, words: str) -> None:
        """A round picture with its middle `at`, or none."""
        place = QRectF(at.x() - side / 2, at.y() - side / 2, side, side)
        self._lens = None if image is None else (image, place, words)
        self._refresh()

    def _refresh(self) -> None:
        parent = self.parentWidget()
        if parent is not None and self.size() != parent.size():
            self.resize(parent.size())
        empty = self._shape is None and self._lens is None
        self.setVisible(not empty)
        if not empty:
            self.raise_()
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._lens is not None:
            self._paint_lens(painter, *self._lens)
        if self._shape is not None:
            self._paint_shape(painter, self._shape)
        painter.end()

    def _paint_lens(self, painter: QPainter, image: QImage, place: QRectF, words: str) -> None:
        round_ = QPainterPath()
        round_.addEllipse(place)
        painter.save()
        painter.setClipPath(round_)
        painter.drawImage(place, image)
        painter.restore()
        self._line(painter, round_)
        middle = place.center()
        cross = QPainterPath()
        for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            cross.moveTo(middle + QPointF(x, y) * CROSS[0])
            cross.lineTo(middle + QPointF(x, y) * CROSS[1])
        self._line(painter, cross)
        self._write(painter, QPointF(middle.x(), place.bottom() - ASIDE), words, centred=True)

    def _paint_shape(self, painter: QPainter, shape: Shape) -> None:
        path = QPainterPath()
        if shape.rectangle is not None:
            path.addRect(shape.rectangle)
        if shape.line is not None:
            path.moveTo(shape.line[0])
            path.lineTo(shape.line[1])
        if shape.middle is not None:
            path.addEllipse(shape.middle, 3, 3)
            path.moveTo(shape.middle)
            path.lineTo(shape.at)
        self._line(painter, path)
        if shape.words:
            self._write(painter, shape.at + QPointF(ASIDE, ASIDE), shape.words)

    def _line(self, painter: QPainter, path: QPainterPath) -> None:
        """Accent on a dark edge: seen over bone as well as over air."""
        palette = theme.palette_of()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in (("image_outline", RING + 2), ("accent", RING)):
            painter.setPen(QPen(palette.color(colour), width))
            painter.drawPath(path)

    def _write(self, painter: QPainter, at: QPointF, words: str, *, centred: bool = False) -> None:
        palette = theme.palette_of()
        font = QFont(self.font())
        font.setPixelSize(theme.BASE)
        metrics = QFontMetricsF(font)
        box = QRectF(0, 0, metrics.horizontalAdvance(words) + 2 * PAD, metrics.height() + PAD)
        box.moveTopLeft(at)
        if centred:
            box.moveCenter(at)
        box.moveRight(min(box.right(), self.width() - 1.0))
        box.moveBottom(min(box.bottom(), self.height() - 1.0))
        plate = palette.color("image_black")
        plate.setAlphaF(0.75)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(plate)
        painter.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)
        painter.setFont(font)
        painter.setPen(palette.color("image_text"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
