"""What the "Picture" menu of the reading page offers, as tables. Rows hold no behaviour."""

from __future__ import annotations

from vetpacs_desktop.ui.actions import QT_TRANSLATE_NOOP, Action

TOOLS: tuple[Action, ...] = (
    Action(
        "region",
        QT_TRANSLATE_NOOP("actions", "Brightness from a region"),
        "Shift+W",
        "region",
        QT_TRANSLATE_NOOP("actions", "Draw a rectangle: what it holds gets the whole range of greys"),
        checkable=True,
    ),
    Action(
        "magnify",
        QT_TRANSLATE_NOOP("actions", "Magnifier"),
        "Shift+Z",
        "magnifier",
        QT_TRANSLATE_NOOP("actions", "A lens follows the mouse, a click makes it stronger; or hold the key"),
        checkable=True,
    ),
    Action(
        "turn",
        QT_TRANSLATE_NOOP("actions", "Turn freely"),
        "Ctrl+R",
        "turn",
        QT_TRANSLATE_NOOP("actions", "Drag around the middle; with Shift in steps of 15 degrees"),
        checkable=True,
    ),
    Action(
        "straighten",
        QT_TRANSLATE_NOOP("actions", "Straighten"),
        "Ctrl+Shift+R",
        "straighten",
        QT_TRANSLATE_NOOP("actions", "Draw a line: it becomes level or upright, whichever is nearer"),
        checkable=True,
    ),
)
"""Named like `state.Tool`'s values."""

TURNS: tuple[tuple[Action, float], ...] = (
    (Action("turn_one_right", QT_TRANSLATE_NOOP("actions", "One degree right"), "Alt+R"), 1.0),
    (Action("turn_one_left", QT_TRANSLATE_NOOP("actions", "One degree left"), "Alt+Shift+R"), -1.0),
)
"""A row and its degrees."""

UPRIGHT = Action(
    "not_turned",
    QT_TRANSLATE_NOOP("actions", "Not turned"),
    "Ctrl+Alt+R",
    "",
    QT_TRANSLATE_NOOP("actions", "Take all turns back; flips stay"),
)

STRENGTHS: tuple[tuple[Action, int], ...] = (
    (Action("magnify_2", QT_TRANSLATE_NOOP("actions", "Twice as large"), checkable=True), 2),
    (Action("magnify_3", QT_TRANSLATE_NOOP("actions", "Three times as large"), checkable=True), 3),
    (Action("magnify_4", QT_TRANSLATE_NOOP("actions", "Four times as large"), checkable=True), 4),
)
"""A row and the magnifier's factor."""

TREATMENTS: tuple[tuple[Action, str], ...] = (
    (
        Action(
            "sharpen",
            QT_TRANSLATE_NOOP("actions", "Sharpen"),
            "U",
            "sharpen",
            QT_TRANSLATE_NOOP("actions", "Edges stand out (unsharp mask); for the eye only"),
            checkable=True,
        ),
        "sharpen",
    ),
    (
        Action(
            "local_contrast",
            QT_TRANSLATE_NOOP("actions", "Local contrast"),
            "Shift+U",
            "local_contrast",
            QT_TRANSLATE_NOOP(
                "actions", "Dark and bright regions both show detail (CLAHE); for the eye only"
            ),
            checkable=True,
        ),
        "contrast",
    ),
    (
        Action(
            "smooth_noise",
            QT_TRANSLATE_NOOP("actions", "Smooth noise"),
            "Alt+U",
            "smooth_noise",
            QT_TRANSLATE_NOOP("actions", "Grain steps back (Gaussian); for the eye only"),
            checkable=True,
        ),
        "smooth",
    ),
)
"""A row and the field of `Treatment` it sets."""

STRENGTH = Action("treatment_strength", QT_TRANSLATE_NOOP("actions", "How strong..."), "Ctrl+U", "strength")
UNTREATED = Action(
    "untreated",
    QT_TRANSLATE_NOOP("actions", "Neither sharpened nor smoothed"),
    "Ctrl+Shift+U",
    "",
    QT_TRANSLATE_NOOP("actions", "The picture as the machine made it"),
)

COLOURS = Action(
    "colours",
    QT_TRANSLATE_NOOP("actions", "Colours or grey"),
    "Y",
    "colours",
    QT_TRANSLATE_NOOP("actions", "Show greys as colours, the ones used last, or as greys again"),
)

GREY = QT_TRANSLATE_NOOP("actions", "Grey")

COVERS: tuple[Action, ...] = (
    Action(
        "shutter",
        QT_TRANSLATE_NOOP("actions", "Shutter"),
        "J",
        "shutter",
        QT_TRANSLATE_NOOP("actions", "Hide or show what the machine wants hidden beside the animal"),
        checkable=True,
    ),
    Action(
        "overlays",
        QT_TRANSLATE_NOOP("actions", "Drawings of the machine"),
        "Shift+J",
        "overlays",
        QT_TRANSLATE_NOOP("actions", "Show or hide what the machine drew over the picture; texts stay"),
        checkable=True,
    ),
)
