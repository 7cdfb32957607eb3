"""What a reader can link, and the place pointed at: words, key, icon, tip. Rows hold no behaviour."""

from __future__ import annotations

from vetpacs_desktop.ui.actions import QT_TRANSLATE_NOOP, Action

LINK_ALL = Action(
    "link_all",
    QT_TRANSLATE_NOOP("actions", "Link everything"),
    "Ctrl+L",
    "link",
    QT_TRANSLATE_NOOP("actions", "The pictures scroll, zoom, move, turn and change brightness together"),
    checkable=True,
)

LINKS: tuple[tuple[Action, str], ...] = (
    (
        Action(
            "link_scroll",
            QT_TRANSLATE_NOOP("actions", "Scroll together"),
            "Shift+S",
            "",
            QT_TRANSLATE_NOOP(
                "actions", "To the same place in the animal where it is known, else as many images on"
            ),
            checkable=True,
        ),
        "scroll",
    ),
    (
        Action(
            "link_place",
            QT_TRANSLATE_NOOP("actions", "Zoom and move together"),
            "Shift+T",
            "",
            QT_TRANSLATE_NOOP("actions", "A centimetre is as long in every picture that has a scale"),
            checkable=True,
        ),
        "place",
    ),
    (
        Action(
            "link_window",
            QT_TRANSLATE_NOOP("actions", "Brightness together"),
            "Alt+W",
            "",
            QT_TRANSLATE_NOOP("actions", "Among pictures of the same kind of machine and unit"),
            checkable=True,
        ),
        "window",
    ),
    (
        Action(
            "link_turn",
            QT_TRANSLATE_NOOP("actions", "Turn and flip together"),
            "Alt+H",
            "",
            QT_TRANSLATE_NOOP("actions", "Every picture turns as the one in the hand does"),
            checkable=True,
        ),
        "turn",
    ),
)
"""A row and the field of `viewer.links.Links` it switches."""

SPOT = Action(
    "spot",
    QT_TRANSLATE_NOOP("actions", "The same place in all pictures"),
    "Shift+X",
    "spot",
    QT_TRANSLATE_NOOP("actions", "Point at a place: a cross marks it in every picture where it is known"),
    checkable=True,
)
"""Named like `state.Tool.SPOT`'s value."""

SLICE_LINES = Action(
    "slice_lines",
    QT_TRANSLATE_NOOP("actions", "Lines of the slice"),
    "Ctrl+Shift+L",
    "",
    QT_TRANSLATE_NOOP("actions", "Where the slice of the chosen picture cuts the others, as a dashed line"),
    checkable=True,
)

ROWS: tuple[Action, ...] = (LINK_ALL, *(row for row, _ in LINKS), SPOT, SLICE_LINES)
