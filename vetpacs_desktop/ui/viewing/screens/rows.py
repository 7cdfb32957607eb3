"""What a reader can do with screens: words, key, icon, tip. Rows hold no behaviour."""

from __future__ import annotations

from vetpacs_desktop.ui.actions import QT_TRANSLATE_NOOP, Action

FULL_SCREEN = Action(
    "full_screen",
    QT_TRANSLATE_NOOP("actions", "Full screen"),
    "F11",
    "full_screen",
    QT_TRANSLATE_NOOP("actions", "Nothing but pictures; the tools come when the mouse is at the top"),
    checkable=True,
)

SECOND_SCREEN = Action(
    "second_screen",
    QT_TRANSLATE_NOOP("actions", "Second screen"),
    "F8",
    "two_screens",
    QT_TRANSLATE_NOOP(
        "actions", "A second window of pictures of this exam, on the other screen if there is one"
    ),
    checkable=True,
)

APART = Action(
    "apart",
    QT_TRANSLATE_NOOP("actions", "Images on the other screen, the list stays here"),
    "Shift+F8",
    "",
    QT_TRANSLATE_NOOP("actions", "Reading gets a window of its own, beside the list of exams"),
    checkable=True,
)

ROWS: tuple[Action, ...] = (FULL_SCREEN, SECOND_SCREEN, APART)
