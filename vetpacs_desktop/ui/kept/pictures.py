"""Pictures of single files: drawn in a thread, shown on black; one that can't be drawn says why.

The newest wish counts: what was asked for before and is no longer wanted is dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from vetpacs_desktop.jobs import Job
from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.bridge import Bridge

Draw = Callable[[Path, int], tuple[NDArray[np.uint8] | None, str]]
"""(path, side) -> RGB picture (side, side, 3) of the middle frame, or None and the sentence why not."""
Drawn = tuple[QImage | None, str]


class PicturePane(QWidget):
    """One picture as large as there is room."""

    def __init__(self, bridge: Bridge, draw: Draw, side: int, parent: QWidget | None = None) -> None:
        """`side`: pixels of the drawn picture."""
        super().__init__(parent)
        self._bridge = bridge
        self._draw = draw
        self._side = side
        self._wish = 0
        self._job: Job[Drawn] | None = None
        self.path: Path | None = None
        self.image: QImage | None = None
        self.why_not = ""
        self.setMinimumSize(120, 120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_file(self, path: Path | None, why_not: str = "") -> None:
        """Draw another file; None shows the sentence alone."""
        if path is not None and path == self.path and self.why_not == "":
            return
        self._wish += 1
        self.path, self.image, self.why_not = path, None, why_not
        if self._job is not None:
            self._job.cancel()
            self._job = None
        if path is not None:
            wish = self._wish
            self._job = self._bridge.start(
                lambda _report, _cancel: draw_file(self._draw, path, self._side),
                lambda drawn: self._came(wish, drawn),
                lambda _error: self._came(wish, (None, self.tr("The picture can't be shown."))),
                owner=self,
            )
        self.update()

    def _came(self, wish: int, drawn: Drawn) -> None:
        if wish == self._wish:
            self.image, self.why_not = drawn
            self.setAccessibleName(self.why_not)
            self.update()

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(280, 280)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        colors = theme.palette_of()
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()), theme.RADIUS, theme.RADIUS)
        painter.fillPath(shape, colors.color("image_black"))
        painter.setClipPath(shape)
        if self.image is not None:
            side = min(self.width(), self.height())
            square = QRect(0, 0, side, side)
            square.moveCenter(self.rect().center())
            painter.drawImage(square, self.image)
        elif self.why_not:
            painter.setPen(colors.color("image_text"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(16, 16, -16, -16), int(flags), self.why_not)


def draw_file(draw: Draw, path: Path, side: int) -> Drawn:
    """Runs in a thread: the picture as an image that owns its bytes, or the sentence why there is none."""
    drawn, why_not = draw(path, side)
    if drawn is None:
        return None, why_not
    rows, columns, _ = drawn.shape
    image = QImage(drawn.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888)
    return image.copy(), ""
