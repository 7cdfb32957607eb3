"""What a reader can do with volumes, as a table: words, key, icon, tip. Rows hold no behaviour."""

from __future__ import annotations

from vetpacs_desktop.ui.actions import QT_TRANSLATE_NOOP, Action

PLANES = Action(
    "planes",
    QT_TRANSLATE_NOOP("actions", "Planes of the volume"),
    "Shift+M",
    "layout_4",
    QT_TRANSLATE_NOOP(
        "actions", "Transverse, sagittal and dorsal planes through the point looked at, and back"
    ),
    checkable=True,
)
TURNING: tuple[tuple[Action, float], ...] = (
    (
        Action(
            "planes_turn_on", QT_TRANSLATE_NOOP("actions", "Turn the other planes clockwise"), "Alt+Right"
        ),
        1.0,
    ),
    (
        Action("planes_turn_back", QT_TRANSLATE_NOOP("actions", "Turn the other planes back"), "Alt+Left"),
        -1.0,
    ),
)
"""A row and by how many degrees it turns."""
OTHERS: tuple[Action, ...] = (
    Action("planes_reset", QT_TRANSLATE_NOOP("actions", "Planes as at first"), "Alt+M"),
    Action("planes_here", QT_TRANSLATE_NOOP("actions", "Planes meet under the mouse"), "Alt+X"),
    Action("thicker", QT_TRANSLATE_NOOP("actions", "Thicker slab"), "]"),
    Action("thinner", QT_TRANSLATE_NOOP("actions", "Thinner slab"), "["),
)
SLABS: tuple[tuple[Action, str], ...] = (
    (
        Action(
            "slab_mip",
            QT_TRANSLATE_NOOP("actions", "Slab: brightest values (MIP)"),
            "",
            "",
            QT_TRANSLATE_NOOP("actions", "For vessels with contrast, bone and calculi"),
            checkable=True,
        ),
        "mip",
    ),
    (
        Action(
            "slab_minip",
            QT_TRANSLATE_NOOP("actions", "Slab: darkest values (MinIP)"),
            "",
            "",
            QT_TRANSLATE_NOOP("actions", "For airways and gas"),
            checkable=True,
        ),
        "minip",
    ),
    (
        Action(
            "slab_mean",
            QT_TRANSLATE_NOOP("actions", "Slab: mean"),
            "",
            "",
            QT_TRANSLATE_NOOP("actions", "Thicker slices with less noise"),
            checkable=True,
        ),
        "mean",
    ),
)
"""A row and the way of putting a slab together (`section.Slab`)."""
THICKNESSES = (0.0, 1.0, 2.0, 3.0, 5.0, 8.0, 10.0, 15.0, 20.0, 30.0, 50.0)
"""Millimetres that thicker and thinner go through; 0 is a thin plane."""
PATH = Action(
    "path",
    QT_TRANSLATE_NOOP("actions", "Path through the volume"),
    "Shift+C",
    "",
    QT_TRANSLATE_NOOP("actions", "Click along a spine, a row of teeth or a vessel: it is laid out straight"),
    checkable=True,
)
PATH_NEW = Action(
    "path_new",
    QT_TRANSLATE_NOOP("actions", "Another path"),
    "",
    "",
    QT_TRANSLATE_NOOP("actions", "The one that is shown stays with the exam"),
)
PATH_NEXT = Action(
    "path_next",
    QT_TRANSLATE_NOOP("actions", "Next path of the exam"),
    "Ctrl+Alt+N",
    "",
    QT_TRANSLATE_NOOP("actions", "Show the paths that were drawn through this series, one after the other"),
)
OF_PATHS: tuple[Action, ...] = (
    Action("path_turn_on", QT_TRANSLATE_NOOP("actions", "Other side of the path: on"), "Ctrl+Alt+Right"),
    Action("path_turn_back", QT_TRANSLATE_NOOP("actions", "Other side of the path: back"), "Ctrl+Alt+Left"),
    Action("path_wider", QT_TRANSLATE_NOOP("actions", "More beside the path"), "Alt+]"),
    Action("path_narrower", QT_TRANSLATE_NOOP("actions", "Less beside the path"), "Alt+["),
    Action(
        "path_away",
        QT_TRANSLATE_NOOP("actions", "Planes without the path"),
        "",
        "",
        QT_TRANSLATE_NOOP("actions", "The path stays with the exam and in the list of measurements"),
    ),
    Action("path_remove", QT_TRANSLATE_NOOP("actions", "Remove the path")),
)
