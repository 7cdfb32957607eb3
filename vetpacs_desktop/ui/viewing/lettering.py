"""Texts over pictures drawn by Qt: every script, right-to-left names, the system's font with even figures."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter

from vetpacs_desktop.ui import theme
from vetpacs_desktop.viewer.render.lettering import Piece, Rgba, colour_of, outlined, shortened

_ALIGN = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "center": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
}
_LINE_HEIGHT = 1.3


class QtLettering:
    """See `Lettering`."""

    def draw(self, piece: Piece) -> Rgba:
        """The block's picture."""
        if not any(line.strip() for line in piece.lines):
            return np.zeros((0, 0, 4), np.uint8)
        coverage = _coverage(piece)
        return outlined(coverage, max(1, round(piece.size / 10)), colour_of(piece))


def _coverage(piece: Piece) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    font = theme.font(piece.size, bold=piece.bold)
    metrics = QFontMetricsF(font)
    step = round(piece.size * _LINE_HEIGHT)
    lines = shortened(piece, metrics.horizontalAdvance)
    width = int(max(metrics.horizontalAdvance(line) for line in lines)) + 3
    height = step * (len(lines) - 1) + int(metrics.height()) + 2
    image = QImage(width, height, QImage.Format.Format_Alpha8)
    image.fill(0)
    painter = QPainter(image)
    painter.setFont(font)
    painter.setPen(theme.palette_of().color("image_text"))  # only its coverage is kept
    for n, line in enumerate(lines):
        box = QRectF(1, n * step, width - 2, metrics.height() + 1)
        painter.drawText(
            box, _ALIGN[piece.align] | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextSingleLine, line
        )
    painter.end()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(height, image.bytesPerLine())
    return rows[:, :width].copy()
