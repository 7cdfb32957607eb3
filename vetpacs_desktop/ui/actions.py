"""What a person can do, as one table: a row's words, key, icon and tip, in one place.

Rows hold no behaviour: that is one function in `ui/operations/`, joined to its row by `make_action`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from vetpacs_desktop.ui.icons import icon
from vetpacs_desktop.ui.keymap import DEFAULT, FIXED, keys_of, native


@dataclass(frozen=True, slots=True)
class Action:
    """One row. Words are in English and are translated when the action is made."""

    name: str
    text: str
    shortcut: str = ""
    icon: str = ""
    tip: str = ""
    checkable: bool = False


def QT_TRANSLATE_NOOP(_context: str, text: str) -> str:  # noqa: N802
    """Marks `text` for the translators' tool, which knows this name; Qt's own is typed as object."""
    return text


_PORTABLE = QKeySequence.SequenceFormat.PortableText

PLACES: tuple[Action, ...] = (
    Action("exams", QT_TRANSLATE_NOOP("actions", "Exams"), "Ctrl+1", "exams"),
    Action("reading", QT_TRANSLATE_NOOP("actions", "Reading"), "Ctrl+2", "read"),
    Action("system", QT_TRANSLATE_NOOP("actions", "System"), "Ctrl+3", "system"),
)

WINDOW: tuple[Action, ...] = (
    Action("find", QT_TRANSLATE_NOOP("actions", "Find an exam"), "Ctrl+F", "search"),
    Action("import_media", QT_TRANSLATE_NOOP("actions", "Import a disc or stick..."), "Ctrl+I", "disc"),
    Action("import_folder", QT_TRANSLATE_NOOP("actions", "Import a folder..."), "Ctrl+O", "folder"),
    Action("import_files", QT_TRANSLATE_NOOP("actions", "Import files..."), "Ctrl+Shift+O", "file"),
    Action(
        "search_archives",
        QT_TRANSLATE_NOOP("actions", "Fetch from another archive..."),
        "Ctrl+Shift+F",
        "archives",
    ),
    Action("bring_back", QT_TRANSLATE_NOOP("actions", "Bring back from a backup..."), "", "library"),
    Action("load_examples", QT_TRANSLATE_NOOP("actions", "Load the example animals"), "", "example"),
    Action("quit", QT_TRANSLATE_NOOP("actions", "Quit"), "Ctrl+Q"),
)

EXAM: tuple[Action, ...] = (
    Action(
        "read",
        QT_TRANSLATE_NOOP("actions", "Read"),
        "",
        "read",
        QT_TRANSLATE_NOOP("actions", "Open this exam's images (Enter, or double-click its line)"),
    ),
    Action(
        "mark_seen",
        QT_TRANSLATE_NOOP("actions", "Mark as seen"),
        "",
        "seen",
        QT_TRANSLATE_NOOP("actions", "Take the dot away without opening the exam"),
    ),
    Action(
        "send",
        QT_TRANSLATE_NOOP("actions", "Send..."),
        "Ctrl+E",
        "send",
        QT_TRANSLATE_NOOP("actions", "Send the chosen exams to another archive or workstation"),
    ),
    Action(
        "compare_exams",
        QT_TRANSLATE_NOOP("actions", "Compare"),
        "F4",
        "layout_2",
        QT_TRANSLATE_NOOP("actions", "This exam beside the one before, or the chosen exams of one animal"),
    ),
    Action(
        "correct",
        QT_TRANSLATE_NOOP("actions", "Correct animal and owner..."),
        "F2",
        "correct",
        QT_TRANSLATE_NOOP("actions", "Say whose exam this is; the images keep what the machine wrote"),
    ),
    Action(
        "delete",
        QT_TRANSLATE_NOOP("actions", "Move to the trash"),
        "Del",
        "trash",
        QT_TRANSLATE_NOOP("actions", "Take the chosen exams out of the list; they can be brought back"),
    ),
)

SYSTEM: tuple[Action, ...] = (
    Action("start_receiver", QT_TRANSLATE_NOOP("actions", "Start again"), "", "start"),
    Action("receiver_settings", QT_TRANSLATE_NOOP("actions", "Change settings..."), "", "settings"),
    Action("doors", QT_TRANSLATE_NOOP("actions", "Change who may fetch..."), "", "settings"),
    Action("save_certificate", QT_TRANSLATE_NOOP("actions", "Save certificate..."), "", "save"),
    Action("verify", QT_TRANSLATE_NOOP("actions", "Check all files"), "", "verify"),
    Action("rebuild", QT_TRANSLATE_NOOP("actions", "Rebuild the list"), "", "rebuild"),
    Action("connect_machine", QT_TRANSLATE_NOOP("actions", "Connect a machine..."), "", "machine"),
    Action("add_folder", QT_TRANSLATE_NOOP("actions", "Watch a folder..."), "", "add_folder"),
    Action("set_aside", QT_TRANSLATE_NOOP("actions", "Look at the files..."), "", "file"),
    Action("compare", QT_TRANSLATE_NOOP("actions", "Compare and decide..."), "", "layout_2"),
    Action("trash", QT_TRANSLATE_NOOP("actions", "Open the trash..."), "", "trash"),
    Action("keeping_rules", QT_TRANSLATE_NOOP("actions", "Rules..."), "", "settings"),
    Action("theme", QT_TRANSLATE_NOOP("actions", "Light or dark"), "Ctrl+T", "theme"),
)

CONTROLS: tuple[Action, ...] = (
    Action(
        "what_can_i_do",
        QT_TRANSLATE_NOOP("actions", "What can I do here?"),
        "F1",
        "keyboard",
        QT_TRANSLATE_NOOP("actions", "Everything that can be done here, with its key"),
    ),
    Action(
        "keys_and_mouse",
        QT_TRANSLATE_NOOP("actions", "Keys and mouse..."),
        "",
        "keyboard",
        QT_TRANSLATE_NOOP("actions", "Choose other keys, mouse buttons and entries of the tool wheel"),
    ),
    Action(
        "clinic",
        QT_TRANSLATE_NOOP("actions", "The clinic's name and address..."),
        "",
        "correct",
        QT_TRANSLATE_NOOP("actions", "What stands on pictures and papers that leave"),
    ),
)
"""Of the whole window."""

SERIES: tuple[Action, ...] = (
    Action("delete_series", QT_TRANSLATE_NOOP("actions", "Move this series to the trash"), "", "trash"),
    Action("choose_images", QT_TRANSLATE_NOOP("actions", "Choose images for the trash..."), "", "images"),
)


def row_of(table: tuple[Action, ...], name: str) -> Action:
    """The row called `name`. Raises KeyError."""
    for row in table:
        if row.name == name:
            return row
    raise KeyError(name)


def words(row: Action) -> str:
    """The row's text in the user's language."""
    return QCoreApplication.translate("actions", row.text)


def tip_of(row: Action) -> str:
    """The tip (or the text) followed by the key in force."""
    tip = QCoreApplication.translate("actions", row.tip) if row.tip else words(row)
    key = keys_of().key(row.name, row.shortcut)
    return f"{tip} ({native(key)})" if key else tip


def make_action(widget: QWidget, row: Action, slot: Callable[..., object]) -> QAction:
    """A QAction of `row`, added to `widget` (its key works while focus is inside) and joined to `slot`.

    The key is the row's, or the one that a person gave to it. `slot` is called without arguments, or with the
    checked state when the row is checkable.
    """
    action = QAction(words(row), widget)
    action.setObjectName(row.name)
    action.setCheckable(row.checkable)
    action.setToolTip(tip_of(row))
    if row.icon:
        action.setIcon(icon(row.icon))
    action.setProperty(DEFAULT, QKeySequence(row.shortcut).toString(_PORTABLE))
    key = keys_of().key(row.name, row.shortcut)
    if key:
        action.setShortcut(QKeySequence(key))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    if row.checkable:
        action.toggled.connect(slot)
    else:
        action.triggered.connect(lambda: slot())
    widget.addAction(action)
    return action


def tell_key(widget: QWidget, row: Action) -> QAction:
    """Does nothing: it tells of a key (`row.shortcut`, as words) that `widget` handles itself."""
    action = QAction(words(row), widget)
    action.setObjectName(row.name)
    action.setToolTip(tip_of(row))
    action.setProperty(FIXED, row.shortcut)
    widget.addAction(action)
    return action


def tick(action: QAction, ticked: bool) -> None:
    """Show what is so already: nothing is done because of it."""
    blocked = action.blockSignals(True)
    action.setChecked(ticked)
    action.blockSignals(blocked)
