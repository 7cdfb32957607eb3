"""Looks at the pixels that are on the screen."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QWidget


def on_screen(widget: QWidget) -> NDArray[np.uint8]:
    """(height, width, 3) RGB of a widget, grabbed from the screen itself, as a person sees it."""
    corner = widget.mapToGlobal(widget.rect().topLeft())
    pixmap: QPixmap = widget.screen().grabWindow(0, corner.x(), corner.y(), widget.width(), widget.height())
    image = pixmap.toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()
