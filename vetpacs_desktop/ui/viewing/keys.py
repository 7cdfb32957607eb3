"""Keys that a widget keeps for itself although the page has another use for them."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent


def keeps(event: QEvent, keys: Collection[Qt.Key]) -> bool:
    """Whether Qt asks if this key is the widget's own before it looks for shortcuts, and it is."""
    asked = event.type() == QEvent.Type.ShortcutOverride
    return asked and isinstance(event, QKeyEvent) and event.key() in keys
