"""What a reader can do with a second series, as tables: words, key, icon, tip. Rows hold no behaviour."""

from __future__ import annotations

from vetpacs_desktop.ui.actions import QT_TRANSLATE_NOOP, Action

CHOOSE = Action(
    "overlay_choose",
    QT_TRANSLATE_NOOP("actions", "Overlay another series..."),
    "Ctrl+Y",
    "colours",
    QT_TRANSLATE_NOOP("actions", "Another series over this one, in colours, where both show the same places"),
)
SHOWN = Action(
    "overlay_shown",
    QT_TRANSLATE_NOOP("actions", "Overlay on and off"),
    "Shift+Y",
    "",
    QT_TRANSLATE_NOOP("actions", "To and fro: what moves does not fit"),
)
MORE = Action("overlay_more", QT_TRANSLATE_NOOP("actions", "More of the overlay"), "Alt+Y")
LESS = Action("overlay_less", QT_TRANSLATE_NOOP("actions", "Less of the overlay"), "Ctrl+Alt+Y")
SQUARES = Action(
    "overlay_squares",
    QT_TRANSLATE_NOOP("actions", "Overlay in every other square"),
    "Ctrl+Shift+Y",
    "",
    QT_TRANSLATE_NOOP("actions", "Edges that fit run on from one square to the next"),
    checkable=True,
)
CLEAR = Action(
    "overlay_clear",
    QT_TRANSLATE_NOOP("actions", "The overlay's darkest parts are clear"),
    checkable=True,
)
OFF = Action("overlay_off", QT_TRANSLATE_NOOP("actions", "No overlay"))
ALIGN = Action(
    "overlay_align",
    QT_TRANSLATE_NOOP("actions", "Align the overlay by itself"),
    "",
    "",
    QT_TRANSLATE_NOOP("actions", "Turn and move it from where it lies until both fit; you see it first"),
)
CENTRES = Action(
    "overlay_centres", QT_TRANSLATE_NOOP("actions", "Lay the middle of the overlay on the middle")
)
HERE = Action(
    "overlay_here",
    QT_TRANSLATE_NOOP("actions", "Lay the point looked at there on the point looked at here"),
)
ACCEPT = Action(
    "overlay_accept",
    QT_TRANSLATE_NOOP("actions", "Accept the alignment"),
    "",
    "",
    QT_TRANSLATE_NOOP("actions", "From now on cursors and lines go from one series to the other"),
)
UNDO = Action("overlay_undo", QT_TRANSLATE_NOOP("actions", "Take the last alignment back"))
NUDGES: tuple[tuple[Action, tuple[float, float, float]], ...] = (
    (
        Action("overlay_left", QT_TRANSLATE_NOOP("actions", "Overlay to the left"), "Ctrl+Shift+Left"),
        (-1, 0, 0),
    ),
    (
        Action("overlay_right", QT_TRANSLATE_NOOP("actions", "Overlay to the right"), "Ctrl+Shift+Right"),
        (1, 0, 0),
    ),
    (Action("overlay_up", QT_TRANSLATE_NOOP("actions", "Overlay up"), "Ctrl+Shift+Up"), (0, -1, 0)),
    (Action("overlay_down", QT_TRANSLATE_NOOP("actions", "Overlay down"), "Ctrl+Shift+Down"), (0, 1, 0)),
    (
        Action(
            "overlay_turn_right", QT_TRANSLATE_NOOP("actions", "Overlay turned right"), "Ctrl+Shift+PgDown"
        ),
        (0, 0, 1),
    ),
    (
        Action("overlay_turn_left", QT_TRANSLATE_NOOP("actions", "Overlay turned left"), "Ctrl+Shift+PgUp"),
        (0, 0, -1),
    ),
)
"""A row and its steps: to the right and down on the screen, and clockwise."""
NUDGE_MM, NUDGE_DEGREES = 0.5, 0.5
