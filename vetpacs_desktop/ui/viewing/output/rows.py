"""What leaves the reading page, as a table: words, key, icon, tip. Rows hold no behaviour: `desk` does."""

from __future__ import annotations

from vetpacs_desktop.ui.actions import QT_TRANSLATE_NOOP, Action

OUT: tuple[Action, ...] = (
    Action(
        "copy_picture",
        QT_TRANSLATE_NOOP("actions", "Copy the picture"),
        "Ctrl+C",
        "copy",
        QT_TRANSLATE_NOOP("actions", "Copy the picture as it is on the screen, to paste it elsewhere"),
    ),
    Action(
        "copy_plain",
        QT_TRANSLATE_NOOP("actions", "Copy without texts"),
        "Ctrl+Shift+C",
        "copy",
        QT_TRANSLATE_NOOP("actions", "Copy the picture without words and drawings over it"),
    ),
    Action(
        "save_pictures",
        QT_TRANSLATE_NOOP("actions", "Save pictures or a film..."),
        "Ctrl+Shift+S",
        "save",
        QT_TRANSLATE_NOOP("actions", "PNG, JPEG or MP4 of this image, the key images, the series, the exam"),
    ),
    Action(
        "print_pictures",
        QT_TRANSLATE_NOOP("actions", "Print..."),
        "Ctrl+P",
        "print",
        QT_TRANSLATE_NOOP("actions", "On paper or as PDF, one to twelve images on a page"),
    ),
    Action(
        "file_details",
        QT_TRANSLATE_NOOP("actions", "What the file says..."),
        "Ctrl+Shift+I",
        "info",
        QT_TRANSLATE_NOOP("actions", "Every detail the device wrote into this image, with search"),
    ),
)
