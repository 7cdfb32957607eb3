"""What a reader can save of a volume, as a table: words, key, icon, tip. Rows hold no behaviour."""

from __future__ import annotations

from vetpacs_desktop.ui.actions import QT_TRANSLATE_NOOP, Action

SAVE_PLANES = Action(
    "save_planes",
    QT_TRANSLATE_NOOP("actions", "Save these planes as a series..."),
    "Ctrl+Alt+S",
    "save",
    QT_TRANSLATE_NOOP("actions", "The planes become images of this exam, which every program can read"),
)
KEY_PLANE = Action(
    "key_plane",
    QT_TRANSLATE_NOOP("actions", "Keep this plane as a key image"),
    "",
    "",
    QT_TRANSLATE_NOOP("actions", "It becomes an image of this exam and is marked; K does it, too"),
)
