"""What a reader can do on the reading page, as a table: words, key, icon, tip. Rows hold no behaviour.

Keys are those vets know from other viewers; digits are window presets and are added by the page itself.
"""

from __future__ import annotations

from vetpacs_desktop.ui.actions import QT_TRANSLATE_NOOP, Action


def _tool(name: str, text: str, key: str = "") -> Action:
    return Action(name, text, key, checkable=True)


TOOLS: tuple[Action, ...] = (
    Action(
        "window",
        QT_TRANSLATE_NOOP("actions", "Brightness and contrast"),
        "W",
        "window",
        QT_TRANSLATE_NOOP("actions", "Drag: left and right for contrast, up and down for brightness"),
        checkable=True,
    ),
    Action(
        "pan",
        QT_TRANSLATE_NOOP("actions", "Move"),
        "T",
        "pan",
        QT_TRANSLATE_NOOP("actions", "Drag to move the picture"),
        checkable=True,
    ),
    Action(
        "zoom",
        QT_TRANSLATE_NOOP("actions", "Zoom"),
        "Z",
        "zoom",
        QT_TRANSLATE_NOOP("actions", "Drag up to enlarge"),
        checkable=True,
    ),
    Action(
        "scroll",
        QT_TRANSLATE_NOOP("actions", "Scroll"),
        "S",
        "scroll",
        QT_TRANSLATE_NOOP("actions", "Drag to leaf through the images"),
        checkable=True,
    ),
)
"""Named like `state.Tool`'s values."""

LOOK: tuple[Action, ...] = (
    Action("fit", QT_TRANSLATE_NOOP("actions", "Fit to the window"), "F", "fit"),
    Action(
        "one_to_one",
        QT_TRANSLATE_NOOP("actions", "Real pixels"),
        "O",
        "one_to_one",
        QT_TRANSLATE_NOOP("actions", "One image pixel on one screen pixel"),
    ),
    Action("rotate_right", QT_TRANSLATE_NOOP("actions", "Turn right"), "R", "rotate_right"),
    Action("rotate_left", QT_TRANSLATE_NOOP("actions", "Turn left"), "Shift+R", "rotate_left"),
    Action("flip_horizontal", QT_TRANSLATE_NOOP("actions", "Flip left and right"), "H", "flip_horizontal"),
    Action("flip_vertical", QT_TRANSLATE_NOOP("actions", "Flip top and bottom"), "V", "flip_vertical"),
    Action("invert", QT_TRANSLATE_NOOP("actions", "Invert black and white"), "I", "invert"),
    Action(
        "reset",
        QT_TRANSLATE_NOOP("actions", "Reset"),
        "Esc",
        "reset",
        QT_TRANSLATE_NOOP("actions", "The picture as it came; once more leads back to the list"),
    ),
)

SHOW: tuple[Action, ...] = (
    Action(
        "texts",
        QT_TRANSLATE_NOOP("actions", "Texts"),
        "Space",
        "texts",
        QT_TRANSLATE_NOOP("actions", "Show or hide the words and what is drawn over the pictures"),
        checkable=True,
    ),
    Action(
        "play",
        QT_TRANSLATE_NOOP("actions", "Play"),
        "C",
        "play",
        QT_TRANSLATE_NOOP("actions", "Play or pause the images one after another"),
        checkable=True,
    ),
    Action(
        "strip",
        QT_TRANSLATE_NOOP("actions", "Series"),
        "L",
        "panel",
        QT_TRANSLATE_NOOP("actions", "Show or hide the series at the left"),
        checkable=True,
    ),
)

STEPS: tuple[tuple[Action, int], ...] = (
    (Action("next_image", QT_TRANSLATE_NOOP("actions", "Next image"), "Down"), 1),
    (Action("previous_image", QT_TRANSLATE_NOOP("actions", "Previous image"), "Up"), -1),
    (Action("next_image_too", QT_TRANSLATE_NOOP("actions", "Next image"), "Right"), 1),
    (Action("previous_image_too", QT_TRANSLATE_NOOP("actions", "Previous image"), "Left"), -1),
    (Action("ten_on", QT_TRANSLATE_NOOP("actions", "Ten images on"), "PgDown"), 10),
    (Action("ten_back", QT_TRANSLATE_NOOP("actions", "Ten images back"), "PgUp"), -10),
    (Action("first_image", QT_TRANSLATE_NOOP("actions", "First image"), "Home"), -1_000_000),
    (Action("last_image", QT_TRANSLATE_NOOP("actions", "Last image"), "End"), 1_000_000),
)
"""A row and how many images it moves on."""

OTHERS: tuple[Action, ...] = (
    Action("back", QT_TRANSLATE_NOOP("actions", "Back to the list"), "Backspace", "back"),
    Action("next_series", QT_TRANSLATE_NOOP("actions", "Next series"), "Ctrl+Down", "down"),
    Action("previous_series", QT_TRANSLATE_NOOP("actions", "Previous series"), "Ctrl+Up", "up"),
    Action("alone", QT_TRANSLATE_NOOP("actions", "This picture alone, or all"), "Return", "maximize"),
    Action("larger", QT_TRANSLATE_NOOP("actions", "Larger"), "+", "zoom"),
    Action("smaller", QT_TRANSLATE_NOOP("actions", "Smaller"), "-", "zoom_out"),
    Action("smooth", QT_TRANSLATE_NOOP("actions", "Smooth or square pixels"), "B"),
)

LAYOUTS: tuple[tuple[Action, tuple[int, int]], ...] = (
    (Action("layout_1x1", QT_TRANSLATE_NOOP("actions", "One"), "Alt+1", "layout_1"), (1, 1)),
    (Action("layout_1x2", QT_TRANSLATE_NOOP("actions", "Two side by side"), "Alt+2", "layout_2"), (1, 2)),
    (Action("layout_2x1", QT_TRANSLATE_NOOP("actions", "Two, one above the other"), "", "rows"), (2, 1)),
    (Action("layout_1x3", QT_TRANSLATE_NOOP("actions", "Three side by side"), "Alt+3", "layout_2"), (1, 3)),
    (Action("layout_2x2", QT_TRANSLATE_NOOP("actions", "Four"), "Alt+4", "layout_4"), (2, 2)),
    (Action("layout_2x3", QT_TRANSLATE_NOOP("actions", "Six"), "Alt+6", "layout_9"), (2, 3)),
    (Action("layout_3x3", QT_TRANSLATE_NOOP("actions", "Nine"), "Alt+9", "layout_9"), (3, 3)),
    (Action("layout_4x4", QT_TRANSLATE_NOOP("actions", "Sixteen"), "", "layout_9"), (4, 4)),
)
"""A row and its (rows, columns)."""

MEDIA: tuple[Action, ...] = (
    Action(
        "fit_width",
        QT_TRANSLATE_NOOP("actions", "Fit to the width"),
        "Shift+F",
        "fit_width",
        QT_TRANSLATE_NOOP("actions", "As wide as the window; the wheel goes on to the rest"),
    ),
    Action(
        "loop",
        QT_TRANSLATE_NOOP("actions", "Again and again"),
        "Shift+L",
        "loop",
        QT_TRANSLATE_NOOP("actions", "Play the video over and over"),
        checkable=True,
    ),
    Action(
        "save_file",
        QT_TRANSLATE_NOOP("actions", "Save as a file..."),
        "Ctrl+S",
        "save",
        QT_TRANSLATE_NOOP("actions", "Save this document, video or file to open it in another program"),
    ),
    Action("step_back", QT_TRANSLATE_NOOP("actions", "One frame back"), ",", "step_back"),
    Action("step_on", QT_TRANSLATE_NOOP("actions", "One frame on"), ".", "step_on"),
    Action("page_back", QT_TRANSLATE_NOOP("actions", "Previous page"), "", "previous"),
    Action("page_on", QT_TRANSLATE_NOOP("actions", "Next page"), "", "next"),
)
"""For videos, documents and what can't be shown."""

MEASURE: tuple[tuple[Action, str], ...] = (
    (
        Action(
            "measure_length",
            QT_TRANSLATE_NOOP("actions", "Length"),
            "D",
            "length",
            QT_TRANSLATE_NOOP("actions", "Length: click its two ends, or drag from one to the other"),
            checkable=True,
        ),
        "length",
    ),
    (
        Action(
            "measure_angle",
            QT_TRANSLATE_NOOP("actions", "Angle"),
            "A",
            "angle",
            QT_TRANSLATE_NOOP("actions", "Angle: click one side, the vertex, the other side"),
            checkable=True,
        ),
        "angle",
    ),
    (_tool("measure_polyline", QT_TRANSLATE_NOOP("actions", "Path")), "polyline"),
    (_tool("measure_open_angle", QT_TRANSLATE_NOOP("actions", "Angle of two lines")), "open_angle"),
    (_tool("measure_cobb", QT_TRANSLATE_NOOP("actions", "Cobb angle")), "cobb"),
    (_tool("measure_ratio", QT_TRANSLATE_NOOP("actions", "Ratio of two lengths")), "ratio"),
    (_tool("measure_bidirectional", QT_TRANSLATE_NOOP("actions", "Two diameters")), "bidirectional"),
    (_tool("measure_perpendicular", QT_TRANSLATE_NOOP("actions", "Distance from a line")), "perpendicular"),
    (_tool("measure_parallel", QT_TRANSLATE_NOOP("actions", "Distance of parallels")), "parallel"),
    (
        Action(
            "measure_ellipse",
            QT_TRANSLATE_NOOP("actions", "Ellipse"),
            "E",
            "ellipse",
            QT_TRANSLATE_NOOP("actions", "Area and values inside an ellipse: drag across it"),
            checkable=True,
        ),
        "ellipse",
    ),
    (_tool("measure_rectangle", QT_TRANSLATE_NOOP("actions", "Rectangle"), "Shift+E"), "rectangle"),
    (_tool("measure_circle", QT_TRANSLATE_NOOP("actions", "Circle through three points")), "circle"),
    (
        Action(
            "measure_polygon",
            QT_TRANSLATE_NOOP("actions", "Polygon"),
            "P",
            "polygon",
            QT_TRANSLATE_NOOP("actions", "Area and values inside corners: click them, double-click the last"),
            checkable=True,
        ),
        "polygon",
    ),
    (_tool("measure_freehand", QT_TRANSLATE_NOOP("actions", "Freehand"), "Shift+P"), "freehand"),
    (_tool("measure_ellipsoid", QT_TRANSLATE_NOOP("actions", "Volume of an ellipsoid")), "ellipsoid"),
    (
        Action(
            "measure_volume",
            QT_TRANSLATE_NOOP("actions", "Volume from outlines"),
            "",
            "",
            QT_TRANSLATE_NOOP("actions", "Draw around it, leaf on, draw again; Enter or a double click ends"),
            checkable=True,
        ),
        "volume",
    ),
    (
        Action(
            "measure_grow",
            QT_TRANSLATE_NOOP("actions", "Volume from one point"),
            "",
            "",
            QT_TRANSLATE_NOOP("actions", "All that hangs together with a point and has values like it"),
            checkable=True,
        ),
        "grow",
    ),
    (
        Action(
            "measure_arrow",
            QT_TRANSLATE_NOOP("actions", "Arrow"),
            "Q",
            "arrow",
            QT_TRANSLATE_NOOP("actions", "Arrow: click what it points at, then its other end"),
            checkable=True,
        ),
        "arrow",
    ),
    (
        Action(
            "measure_text",
            QT_TRANSLATE_NOOP("actions", "Text"),
            "N",
            "text",
            QT_TRANSLATE_NOOP("actions", "Words on the picture: click, type, Enter"),
            checkable=True,
        ),
        "text",
    ),
    (
        Action(
            "measure_point",
            QT_TRANSLATE_NOOP("actions", "Value"),
            "X",
            "point_value",
            QT_TRANSLATE_NOOP(
                "actions", "The value under one point, or time and velocity in a Doppler curve"
            ),
            checkable=True,
        ),
        "point",
    ),
    (_tool("calibrate_line", QT_TRANSLATE_NOOP("actions", "Calibrate on a known length")), "calibrate_line"),
    (_tool("calibrate_ball", QT_TRANSLATE_NOOP("actions", "Calibrate on a ball")), "calibrate_ball"),
)
"""A row and the tool of `measure.TOOLS` it takes. Those with an icon are buttons too."""

MEASURE_BREAKS = frozenset(("measure_ellipse", "measure_ellipsoid", "measure_arrow", "calibrate_line"))
"""In the menu a line stands before these."""

GUIDES = Action(
    "guides",
    QT_TRANSLATE_NOOP("actions", "Guides: veterinary measurements step by step"),
    "G",
    "guide",
)

MARKS: tuple[Action, ...] = (
    Action("undo", QT_TRANSLATE_NOOP("actions", "Undo"), "Ctrl+Z"),
    Action("redo", QT_TRANSLATE_NOOP("actions", "Redo"), "Ctrl+Shift+Z"),
    Action("delete_mark", QT_TRANSLATE_NOOP("actions", "Delete what is chosen"), "Del"),
    Action(
        "key_image",
        QT_TRANSLATE_NOOP("actions", "Key image"),
        "K",
        "",
        QT_TRANSLATE_NOOP("actions", "Mark this image as telling, or take the mark away"),
    ),
    Action(
        "marks_panel",
        QT_TRANSLATE_NOOP("actions", "Measurements"),
        "M",
        "list",
        QT_TRANSLATE_NOOP("actions", "Show or hide the measurements at the right"),
        checkable=True,
    ),
    Action("next_point", QT_TRANSLATE_NOOP("actions", "Next point of what is chosen"), "Ctrl+Right"),
    Action("previous_point", QT_TRANSLATE_NOOP("actions", "Former point of what is chosen"), "Ctrl+Left"),
    Action("ten_down", QT_TRANSLATE_NOOP("actions", "Ten pixels down"), "Shift+Down"),
    Action("ten_up", QT_TRANSLATE_NOOP("actions", "Ten pixels up"), "Shift+Up"),
    Action("ten_right", QT_TRANSLATE_NOOP("actions", "Ten pixels to the right"), "Shift+Right"),
    Action("ten_left", QT_TRANSLATE_NOOP("actions", "Ten pixels to the left"), "Shift+Left"),
)
"""For what is drawn; arrow keys alone move what is chosen by one pixel."""

MARK_KEYS: tuple[Action, ...] = (
    Action("next_mark", QT_TRANSLATE_NOOP("actions", "Choose the next thing drawn on the picture"), "Tab"),
    Action("previous_mark", QT_TRANSLATE_NOOP("actions", "Choose the one before"), "Shift+Tab"),
)
"""Handled by the picture itself, for Tab goes on to the next control after the last of them."""
