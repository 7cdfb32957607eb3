"""How a stack is played: words, key, icon, tip. Rows hold no behaviour."""

from __future__ import annotations

from vetpacs_desktop.ui.actions import QT_TRANSLATE_NOOP, Action
from vetpacs_desktop.viewer.playing import Manner

MANNERS: tuple[tuple[Action, Manner], ...] = (
    (Action("cine_again", QT_TRANSLATE_NOOP("actions", "Round and round"), checkable=True), Manner.AGAIN),
    (Action("cine_once", QT_TRANSLATE_NOOP("actions", "Once"), checkable=True), Manner.ONCE),
    (Action("cine_swing", QT_TRANSLATE_NOOP("actions", "To and fro"), checkable=True), Manner.SWING),
)
"""A row and what happens at the end."""

RANGE: tuple[Action, ...] = (
    Action(
        "cine_from",
        QT_TRANSLATE_NOOP("actions", "Play from this image"),
        "Alt+,",
        "",
        QT_TRANSLATE_NOOP(
            "actions", "What lies before is left out; the ends of the slider can be dragged too"
        ),
    ),
    Action(
        "cine_to",
        QT_TRANSLATE_NOOP("actions", "Play to this image"),
        "Alt+.",
        "",
        QT_TRANSLATE_NOOP(
            "actions", "What lies behind is left out; the ends of the slider can be dragged too"
        ),
    ),
    Action("cine_whole", QT_TRANSLATE_NOOP("actions", "Play all images"), "Alt+C"),
)

PACE: tuple[tuple[Action, int], ...] = (
    (Action("cine_faster", QT_TRANSLATE_NOOP("actions", "Play faster"), "Alt+Up"), 1),
    (Action("cine_slower", QT_TRANSLATE_NOOP("actions", "Play slower"), "Alt+Down"), -1),
)
"""A row and how many places it goes in the list of speeds."""

ROWS: tuple[Action, ...] = (*(row for row, _ in MANNERS), *RANGE, *(row for row, _ in PACE))
