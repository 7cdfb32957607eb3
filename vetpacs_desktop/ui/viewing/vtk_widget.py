"""The one Qt widget that shows a scene. It draws what it is given and reports what the mouse does.

The scene is put together in memory and its pixels are painted like any picture: no native window inside Qt's,
so that docks, Wayland, macOS, high resolutions and computers without a usable OpenGL all work the same. Qt
joins requests to paint into one, and never asks a hidden widget.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from vetpacs_desktop.ui import theme
from vetpacs_desktop.viewer.render.lettering import Lettering
from vetpacs_desktop.viewer.render.scene import SliceScene
from vetpacs_desktop.viewer.snapshot import Resolved, Viewport


class VtkWidget(QWidget):
    """A viewport's picture."""

    size_changed = Signal()
    """The viewport has another number of device pixels: resolve again."""

    def __init__(self, lettering: Lettering, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._scene: SliceScene | None = SliceScene(lettering)
        self._resolved: Resolved | None = None
        self._faded = False
        self._pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]] = np.zeros((0, 0, 4), np.uint8)
        self._picture = QImage()
        self._painted: Resolved | None = None
        self.drawn = 0
        """How often the scene was drawn."""

    @property
    def viewport(self) -> Viewport:
        """The size now, in device pixels of the screen that the widget is on."""
        ratio = self.devicePixelRatioF()
        return Viewport(max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)), ratio)

    @property
    def frame_shown(self) -> Resolved | None:
        """What was asked for last."""
        return self._resolved

    @property
    def has_painted_picture(self) -> bool:
        """Whether an image, not only words, is on the screen."""
        return self._painted is not None and self._painted.picture is not None

    def show_resolved(self, resolved: Resolved, *, faded: bool = False) -> None:
        """Show this from the next painting on; nothing is drawn when nothing differs."""
        if resolved == self._resolved and faded == self._faded:
            return
        self._resolved, self._faded = resolved, faded
        self.update()

    def picture(self) -> QImage:
        """What is on the screen, as an image of its own."""
        self._bring_up_to_date()
        return self._picture.copy()

    def close_scene(self) -> None:
        """Give the memory back; the widget stays black afterwards."""
        if self._scene is not None:
            self._scene.close()
            self._scene = None
        # Whoever still knows this widget must not keep the exam's pixels alive.
        self._resolved, self._painted = None, None
        self._picture = QImage()

    def sizeHint(self) -> QSize:
        return QSize(512, 512)

    def minimumSizeHint(self) -> QSize:
        return QSize(64, 64)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.size_changed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        self._bring_up_to_date()
        painter = QPainter(self)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        if self._picture.isNull():
            painter.fillRect(self.rect(), theme.palette_of().color("image_black"))
        else:
            # Pixel by pixel: at 125 or 150 % half a pixel too much would make Qt resample, and blur, it.
            ratio = self.devicePixelRatioF()
            painter.scale(1 / ratio, 1 / ratio)
            painter.drawImage(QPoint(0, 0), self._picture)
        painter.end()

    def _bring_up_to_date(self) -> None:
        """Draw the scene if the snapshot changed since the last time."""
        if self._scene is None or self._resolved is None:
            return
        if self.viewport != self._resolved.viewport:
            self.size_changed.emit()
        changed = self._scene.apply(self._resolved)
        faded = self._scene.fade_texts(self._faded)
        if changed or faded or self._picture.isNull():
            self._take(self._scene.draw())
            self._painted = self._resolved
            self.drawn += 1

    def _take(self, drawn: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> None:
        """Keep the pixels, top row first, in memory that the QImage shares."""
        height, width = drawn.shape[:2]
        if self._pixels.shape != drawn.shape:
            self._pixels = np.empty_like(drawn)
            self._picture = QImage(self._pixels.data, width, height, width * 4, QImage.Format.Format_RGBX8888)
        np.copyto(self._pixels, drawn[::-1])
