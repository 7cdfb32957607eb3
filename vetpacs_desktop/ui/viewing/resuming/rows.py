"""What a reader can do here, as a table: words, key, icon, tip. Rows hold no behaviour."""

from __future__ import annotations

from vetpacs_desktop.ui.actions import QT_TRANSLATE_NOOP, Action

WORKLIST: tuple[Action, ...] = (
    Action(
        "next_exam",
        QT_TRANSLATE_NOOP("actions", "Next exam"),
        "F6",
        "down",
        QT_TRANSLATE_NOOP("actions", "The exam below this one in the list, as it is searched and sorted now"),
    ),
    Action(
        "previous_exam",
        QT_TRANSLATE_NOOP("actions", "Previous exam"),
        "Shift+F6",
        "up",
        QT_TRANSLATE_NOOP("actions", "The exam above this one in the list, as it is searched and sorted now"),
    ),
    Action(
        "next_unread",
        QT_TRANSLATE_NOOP("actions", "Next unread exam"),
        "Ctrl+F6",
        "seen",
        QT_TRANSLATE_NOOP("actions", "The next exam in the list that nobody has opened yet"),
    ),
)
"""Through the list of exams."""

AS_NEW = Action(
    "as_new",
    QT_TRANSLATE_NOOP("actions", "As if opened for the first time"),
    "",
    "reset",
    QT_TRANSLATE_NOOP(
        "actions", "Layout, windows and zoom of this exam as new; what is drawn on its images stays"
    ),
)
