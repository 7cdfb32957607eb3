"""What a reader can do with a volume in 3D, as tables: words, key, icon, tip. Rows hold no behaviour."""

from __future__ import annotations

from vetpacs_desktop.ui.actions import QT_TRANSLATE_NOOP, Action
from vetpacs_desktop.viewer.volume.body import Kind, Side

SOLID = Action(
    "solid",
    QT_TRANSLATE_NOOP("actions", "Volume in 3D"),
    "Shift+B",
    "layout_1",
    QT_TRANSLATE_NOOP("actions", "The animal as a solid body, beside the planes, and back"),
    checkable=True,
)
SIDES: tuple[tuple[Action, Side], ...] = (
    (Action("solid_left", QT_TRANSLATE_NOOP("actions", "3D from the left")), Side.LEFT),
    (Action("solid_right", QT_TRANSLATE_NOOP("actions", "3D from the right")), Side.RIGHT),
    (Action("solid_dorsal", QT_TRANSLATE_NOOP("actions", "3D from dorsal (behind)")), Side.DORSAL),
    (Action("solid_ventral", QT_TRANSLATE_NOOP("actions", "3D from ventral (in front)")), Side.VENTRAL),
    (Action("solid_cranial", QT_TRANSLATE_NOOP("actions", "3D from cranial")), Side.CRANIAL),
    (Action("solid_caudal", QT_TRANSLATE_NOOP("actions", "3D from caudal")), Side.CAUDAL),
)
STEPS: tuple[tuple[Action, int], ...] = (
    (Action("solid_next_side", QT_TRANSLATE_NOOP("actions", "3D from the next side"), "Shift+V"), 1),
    (Action("solid_last_side", QT_TRANSLATE_NOOP("actions", "3D from the side before"), "Alt+V"), -1),
)
"""A row and how many sides on it goes."""
CUTS: tuple[tuple[Action, Kind], ...] = (
    (
        Action(
            "solid_cut",
            QT_TRANSLATE_NOOP("actions", "Scalpel: cut away what is outlined"),
            "Ctrl+K",
            "",
            QT_TRANSLATE_NOOP("actions", "Draw around a part of the body: it goes, as deep as the body is"),
        ),
        Kind.SCALPEL,
    ),
    (
        Action(
            "solid_keep",
            QT_TRANSLATE_NOOP("actions", "Scalpel: keep only what is outlined"),
            "Shift+K",
            "",
            QT_TRANSLATE_NOOP("actions", "Draw around a part of the body: everything else goes"),
        ),
        Kind.AROUND,
    ),
)
BOX = Action(
    "solid_box",
    QT_TRANSLATE_NOOP("actions", "Clipping box"),
    "Alt+B",
    "",
    QT_TRANSLATE_NOOP("actions", "Drag the points on its six faces"),
    checkable=True,
)
TAKEN: tuple[tuple[Action, Kind], ...] = (
    (
        Action(
            "solid_no_table",
            QT_TRANSLATE_NOOP("actions", "Remove the table"),
            "Alt+T",
            "",
            QT_TRANSLATE_NOOP("actions", "Table, cushions and the air around the animal"),
            checkable=True,
        ),
        Kind.TABLE,
    ),
    (
        Action(
            "solid_no_bone",
            QT_TRANSLATE_NOOP("actions", "Remove bone"),
            "Alt+K",
            "",
            QT_TRANSLATE_NOOP("actions", "To see vessels with contrast; what touches bone may go with it"),
            checkable=True,
        ),
        Kind.BONE,
    ),
)
RESTORING: tuple[Action, ...] = (
    Action("solid_undo", QT_TRANSLATE_NOOP("actions", "Take the last cut back")),
    Action("solid_redo", QT_TRANSLATE_NOOP("actions", "Cut again")),
    Action("solid_whole", QT_TRANSLATE_NOOP("actions", "The whole body again")),
)
"""While a body is looked at, the first two have the keys of undo and redo."""
CURVE = Action(
    "solid_curve",
    QT_TRANSLATE_NOOP("actions", "Opacity and colours..."),
    "Ctrl+B",
    "",
    QT_TRANSLATE_NOOP("actions", "Which values are solid, and of which colour, over the volume's histogram"),
)
LIGHT = Action("solid_light", QT_TRANSLATE_NOOP("actions", "Light and shade"), checkable=True)
SAVING: tuple[Action, ...] = (
    Action("solid_still", QT_TRANSLATE_NOOP("actions", "Save the 3D picture...")),
    Action("solid_film", QT_TRANSLATE_NOOP("actions", "Save a film once around...")),
    Action(
        "solid_print",
        QT_TRANSLATE_NOOP("actions", "Save a surface for 3D printing (STL)..."),
        "",
        "",
        QT_TRANSLATE_NOOP("actions", "Everything denser than a threshold, in true millimetres"),
    ),
)
