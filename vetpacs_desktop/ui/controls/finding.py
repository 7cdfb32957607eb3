"""What can be done in the window, found by walking its widgets: actions by name, and buttons with words.

Knows no action by name, so that whatever a page adds is found. Changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget

from vetpacs_desktop.ui.actions import QT_TRANSLATE_NOOP
from vetpacs_desktop.ui.keymap import FIXED, GROUP, default_of, is_fixed

EVERYWHERE, EXAMS, READING = "everywhere", "exams", "reading"
_PLACES = {"exams_page": EXAMS, "reading_page": READING}
"""By the name of the widget that an action is inside of."""
OTHER = "other"

TITLES: dict[str, str] = {
    EVERYWHERE: QT_TRANSLATE_NOOP("controls", "Everywhere"),
    EXAMS: QT_TRANSLATE_NOOP("controls", "Exams"),
    "look": QT_TRANSLATE_NOOP("controls", "Reading: look"),
    "measure": QT_TRANSLATE_NOOP("controls", "Reading: measure and draw"),
    "guides": QT_TRANSLATE_NOOP("controls", "Reading: guided measurements"),
    "arrange": QT_TRANSLATE_NOOP("controls", "Reading: arrange"),
    "leaf": QT_TRANSLATE_NOOP("controls", "Reading: go through the images"),
    "keep": QT_TRANSLATE_NOOP("controls", "Reading: keep, copy and print"),
    OTHER: QT_TRANSLATE_NOOP("controls", "Reading: more"),
}
"""Groups in the order in which they are listed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One action as it stands now."""

    name: str
    words: str
    tip: str
    place: str
    group: str
    """A key of `TITLES`."""
    key: str
    """In Qt's portable words; of a fixed one, as its row has it."""
    usual: str
    fixed: bool
    enabled: bool
    action: QAction


def actions_of(window: QWidget) -> Iterator[QAction]:
    """Every action with a name and words, once; those of pages before those of menus."""
    widgets = [window, *window.findChildren(QWidget)]
    seen: set[str] = set()
    for widget in sorted(widgets, key=lambda one: isinstance(one, QMenu)):
        for action in widget.actions():
            name = action.objectName()
            if name and not name.startswith(("_q", "edit-")) and action.text() and name not in seen:
                seen.add(name)
                yield action


def entries(window: QWidget) -> list[Entry]:
    """All of a window, by group and in the order in which they were made."""
    found = [_entry(action) for action in actions_of(window)]
    order = list(TITLES)
    return sorted(found, key=lambda one: order.index(one.group))


def buttons_of(page: QWidget, but: Iterable[str]) -> list[QAbstractButton]:
    """What can be pressed on a page or in a dialog, without what is in `but` (words) already."""
    known = {words.casefold() for words in but}
    found: list[QAbstractButton] = []
    for button in page.findChildren(QAbstractButton):
        words = plain(button.text())
        if button.isVisibleTo(page) and len(words) > 1 and words.casefold() not in known:
            known.add(words.casefold())
            found.append(button)
    return found


def meets(one: Entry, other: Entry) -> bool:
    """Whether the same key for both would be a conflict: they can be meant at the same time."""
    return one.place == other.place or EVERYWHERE in (one.place, other.place)


def taken_by(key: str, of: Entry, among: Iterable[Entry]) -> Entry | None:
    """Another entry that has this key where `of` is meant, too."""
    for other in among:
        if other.name != of.name and meets(of, other) and key in keys_told(other):
            return other
    return None


def keys_told(entry: Entry) -> tuple[str, ...]:
    """The keys of an entry; a fixed one may tell of several ("0 ... 9")."""
    if " ... " in entry.key:
        first, last = entry.key.split(" ... ")
        return tuple(chr(code) for code in range(ord(first), ord(last) + 1))
    return (entry.key,) if entry.key else ()


def plain(words: str) -> str:
    """Words without mnemonics, the mark of a menu and the dots of a dialog."""
    return (
        words.replace("&", "")
        .split("\t")[0]
        .rstrip(" .\N{HORIZONTAL ELLIPSIS}\N{BLACK DOWN-POINTING SMALL TRIANGLE}")
    )


def title_of(group: str) -> str:
    """The heading of a group."""
    return QCoreApplication.translate("controls", TITLES[group])


def _entry(action: QAction) -> Entry:
    place = _place_of(action)
    fixed = is_fixed(action)
    portable = action.shortcut().toString(QKeySequence.SequenceFormat.PortableText)
    return Entry(
        name=action.objectName(),
        words=plain(action.text()),
        tip=_tip(action),
        place=place,
        group=_group_of(action) if place == READING else place,
        key=str(action.property(FIXED)) if fixed else portable,
        usual=str(action.property(FIXED)) if fixed else default_of(action),
        fixed=fixed,
        enabled=action.isEnabled(),
        action=action,
    )


def _tip(action: QAction) -> str:
    """What the tip says beyond the words and the key."""
    tip = action.toolTip()
    key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    tip = tip.removesuffix(f" ({key})")
    return "" if plain(tip) == plain(action.text()) else tip


def _place_of(action: QAction) -> str:
    above: QObject | None = action.parent()
    while above is not None:
        if above.objectName() in _PLACES:
            return _PLACES[above.objectName()]
        above = above.parent()
    return EVERYWHERE


def _group_of(action: QAction) -> str:
    """As the page says; else the menu that it is in says it."""
    group = action.property(GROUP)
    if isinstance(group, str) and group in TITLES:
        return group
    for owner in action.associatedObjects():
        above: QObject | None = owner
        while isinstance(above, QMenu):
            if above.objectName() in TITLES:
                return above.objectName()
            above = above.parent()
    return OTHER
