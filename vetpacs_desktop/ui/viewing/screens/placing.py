"""Where a window goes on a desk with one screen or several. Knows no viewport."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QRect, QSettings
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

SHARE = 0.75
"""Of a side of the only screen that a floating window takes."""


def other_area(own: QRect, areas: Sequence[QRect]) -> QRect | None:
    """The largest screen that is not one's own; None where there is only one."""
    others = [area for area in areas if area != own]
    return max(others, key=lambda area: area.width() * area.height(), default=None)


def has_other_screen() -> bool:
    """Whether there is more than one screen."""
    return len(QGuiApplication.screens()) > 1


def place(window: QWidget, beside: QWidget, settings: QSettings, key: str) -> None:
    """Show a window where it was the last time, else on the screen that `beside` is not on, else floating."""
    kept = settings.value(key)
    if isinstance(kept, QByteArray) and window.restoreGeometry(kept):
        window.show()
        return
    own = beside.screen().availableGeometry()
    area = other_area(own, [screen.availableGeometry() for screen in QGuiApplication.screens()])
    if area is not None:
        window.setGeometry(area)
        window.showMaximized()
        return
    size = own.size() * SHARE
    window.setGeometry(
        QRect(own.bottomRight() - QRect(own.topLeft(), size).bottomRight() + own.topLeft(), size)
    )
    window.show()
