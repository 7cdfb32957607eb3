"""Gathers what the sheet shows: the actions that reach the page in front, its buttons, the mouse's deeds."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QDialog, QLabel, QWidget

from vetpacs_desktop.ui.actions import QT_TRANSLATE_NOOP
from vetpacs_desktop.ui.controls import finding, mouse_words
from vetpacs_desktop.ui.controls.finding import EVERYWHERE, EXAMS, READING, TITLES, Entry
from vetpacs_desktop.ui.controls.sheet import Group, Line
from vetpacs_desktop.ui.keymap import native
from vetpacs_desktop.ui.mouse_map import mouse_of

NEXT_CLICK = "next_click"
"""The name of the label on the reading page that says what the next click does."""
_EXAM_KEYS: tuple[tuple[str, str], ...] = (
    (QT_TRANSLATE_NOOP("controls", "Type to search; the arrows go through the list"), "A ... Z"),
    (QT_TRANSLATE_NOOP("controls", "Open the chosen exam"), "Enter"),
    (QT_TRANSLATE_NOOP("controls", "Empty the search"), "Esc"),
)
_DIALOG_KEYS: tuple[tuple[str, str], ...] = (
    (QT_TRANSLATE_NOOP("controls", "On to the next field"), "Tab"),
    (QT_TRANSLATE_NOOP("controls", "Close without doing anything"), "Esc"),
)


def place_of(window: QWidget, front: QWidget) -> str:
    """Which place is in front: exams, reading, or another page; reading may have windows of its own."""
    if front is not window:
        return READING
    for name, place in (("reading_page", READING), ("exams_page", EXAMS)):
        page = window.findChild(QWidget, name)
        if page is not None and page.isVisible() and page.window() is window:
            return place
    return EVERYWHERE


def gather(window: QWidget, front: QWidget) -> list[Group]:
    """What can be done in `front`: `window` itself, another one of the program, or a dialog."""
    if isinstance(front, QDialog):
        return [_buttons(front, []), _told(_tr("Keys"), _DIALOG_KEYS)]
    here = place_of(window, front)
    entries = [one for one in finding.entries(window) if one.place in (here, EVERYWHERE)]
    groups = [_group(name, entries) for name in TITLES if name != EVERYWHERE]
    if here == READING:
        lines = tuple(Line(deed, button) for button, deed in mouse_words.lines(mouse_of(), entries))
        groups.append(Group(_tr("Mouse"), lines))
    else:
        groups.append(_buttons(front, entries))
    if here == EXAMS:
        groups.append(_told(_tr("In the list"), _EXAM_KEYS))
    groups.append(_group(EVERYWHERE, entries))
    return [group for group in groups if group.lines]


def next_click(window: QWidget) -> str:
    """What the next click does, where a page says so."""
    label = window.findChild(QLabel, NEXT_CLICK)
    return label.text() if label is not None and label.isVisible() else ""


def _group(name: str, entries: list[Entry]) -> Group:
    return Group(finding.title_of(name), tuple(_line(one) for one in entries if one.group == name))


def _line(entry: Entry) -> Line:
    key = entry.key if entry.fixed else native(entry.key)
    return Line(
        entry.words, key, entry.tip, entry.enabled, None if entry.fixed else lambda: entry.action.trigger()
    )


def _buttons(page: QWidget, entries: list[Entry]) -> Group:
    found = finding.buttons_of(page, (one.words for one in entries))
    lines = (Line(finding.plain(one.text()), "", one.toolTip(), one.isEnabled(), one.click) for one in found)
    return Group(_tr("On this page"), tuple(lines))


def _told(title: str, rows: tuple[tuple[str, str], ...]) -> Group:
    return Group(title, tuple(Line(_tr(words), key) for words, key in rows))


def _tr(text: str) -> str:
    return QCoreApplication.translate("controls", text)
