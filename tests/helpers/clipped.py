"""Finds words that a window does not show whole: a label or a button smaller than what it says."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QLabel,
    QPushButton,
    QRadioButton,
    QToolButton,
    QWidget,
)

from vetpacs_desktop.ui.elided import ElidedLabel

SLACK = 1.5
"""Logical pixels: sizes are whole numbers, words are not."""


def clipped(window: QWidget) -> Iterator[str]:
    """Name and words of everything visible in `window` that is cut off."""
    for widget in window.findChildren(QWidget):
        if widget.isVisible() and not widget.visibleRegion().isEmpty() and _is_cut(widget):
            kind, size = type(widget).__name__, widget.size().toTuple()
            yield f"{kind} {widget.objectName()!r}: {_words(widget)!r} in {size}"


def _is_cut(widget: QWidget) -> bool:
    if isinstance(widget, QLabel):
        return _label_is_cut(widget)
    if isinstance(widget, QToolButton):
        return _tool_button_is_cut(widget)
    if isinstance(widget, QPushButton | QCheckBox | QRadioButton):
        wanted = widget.minimumSizeHint()
        return bool(widget.text()) and (
            widget.width() + SLACK < wanted.width() or widget.height() + SLACK < wanted.height()
        )
    return False


def _tool_button_is_cut(button: QToolButton) -> bool:
    """Qt cuts its words and says nothing; the sheet's padding is 4 on each side."""
    words = _words(button)
    beside = button.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    icon = button.iconSize().width() + 4 if beside and not button.icon().isNull() else 0
    return QFontMetricsF(button.font()).horizontalAdvance(words) + icon > button.width() - 4


def _label_is_cut(label: QLabel) -> bool:
    text = label.text()
    if not text or "<" in text or isinstance(label, ElidedLabel):
        return False
    room = label.contentsRect()
    if label.wordWrap():
        return label.heightForWidth(label.width()) > label.height() + SLACK
    metrics = QFontMetricsF(label.font())
    lines = text.split("\n")
    wide = max(metrics.horizontalAdvance(line) for line in lines)
    return wide > room.width() + SLACK or metrics.height() * len(lines) > room.height() + 2 * SLACK


def _words(widget: QWidget) -> str:
    if isinstance(widget, QToolButton):
        shows = widget.toolButtonStyle() != widget.toolButtonStyle().ToolButtonIconOnly
        return widget.text() if shows or widget.icon().isNull() else ""
    return widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""
