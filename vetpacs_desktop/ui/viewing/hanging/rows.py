"""What hanging offers, as a table. Rows hold no behaviour."""

from __future__ import annotations

from vetpacs_desktop.ui.actions import QT_TRANSLATE_NOOP, Action

HANGING: tuple[Action, ...] = (
    Action(
        "hanging",
        QT_TRANSLATE_NOOP("actions", "Hanging..."),
        "F7",
        "layout",
        QT_TRANSLATE_NOOP("actions", "Which image hangs where: choose, save or sort layouts"),
    ),
    Action(
        "hanging_as_came",
        QT_TRANSLATE_NOOP("actions", "As the images came"),
        "Shift+F7",
        "",
        QT_TRANSLATE_NOOP("actions", "In the exam's own order, nothing turned or mirrored"),
    ),
    Action(
        "hanging_save",
        QT_TRANSLATE_NOOP("actions", "Save this layout..."),
        "",
        "save",
        QT_TRANSLATE_NOOP("actions", "Hang exams of this kind like this from now on"),
    ),
    Action(
        "hanging_own",
        QT_TRANSLATE_NOOP("actions", "My layouts..."),
        "",
        "list",
        QT_TRANSLATE_NOOP("actions", "Rename or delete the layouts that you saved"),
    ),
    Action(
        "letters_on",
        QT_TRANSLATE_NOOP("actions", "Other letters at the edges"),
        "Alt+L",
        "animal",
        QT_TRANSLATE_NOOP("actions", "As the images say, for animals, for people; kept for this exam"),
    ),
)
