"""What a reader can do with windows of his own. Rows hold no behaviour."""

from __future__ import annotations

from vetpacs_desktop.ui.actions import QT_TRANSLATE_NOOP, Action

OWN = Action(
    "own_windows",
    QT_TRANSLATE_NOOP("actions", "My windows..."),
    "Ctrl+Shift+W",
    "",
    QT_TRANSLATE_NOOP("actions", "Save this brightness and contrast by name and put it on a key"),
)
