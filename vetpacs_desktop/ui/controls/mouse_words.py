"""Words for what the mouse does: the buttons, and what stands behind them. Reads the map, changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QCoreApplication

from vetpacs_desktop.ui import mouse_map
from vetpacs_desktop.ui.actions import QT_TRANSLATE_NOOP
from vetpacs_desktop.ui.controls.finding import READING, Entry
from vetpacs_desktop.ui.mouse_map import MouseMap, Slot
from vetpacs_desktop.viewer.state import Tool

SLOTS: Mapping[Slot, str] = {
    Slot.LEFT: QT_TRANSLATE_NOOP("controls", "Left button"),
    Slot.LEFT_SHIFT: QT_TRANSLATE_NOOP("controls", "Shift and left button"),
    Slot.LEFT_CTRL: QT_TRANSLATE_NOOP("controls", "Ctrl and left button"),
    Slot.LEFT_ALT: QT_TRANSLATE_NOOP("controls", "Alt and left button"),
    Slot.MIDDLE: QT_TRANSLATE_NOOP("controls", "Middle button (the wheel, pressed)"),
    Slot.RIGHT: QT_TRANSLATE_NOOP("controls", "Right button, dragged"),
    Slot.BOTH: QT_TRANSLATE_NOOP("controls", "Left and right button together"),
    Slot.BACK: QT_TRANSLATE_NOOP("controls", "Button 4 (back)"),
    Slot.FORWARD: QT_TRANSLATE_NOOP("controls", "Button 5 (forward)"),
    Slot.WHEEL: QT_TRANSLATE_NOOP("controls", "Wheel"),
    Slot.WHEEL_CTRL: QT_TRANSLATE_NOOP("controls", "Ctrl and wheel"),
    Slot.WHEEL_SHIFT: QT_TRANSLATE_NOOP("controls", "Shift and wheel"),
    Slot.WHEEL_ALT: QT_TRANSLATE_NOOP("controls", "Alt and wheel"),
}
_WORDS: Mapping[str, str] = {
    mouse_map.CHOSEN: QT_TRANSLATE_NOOP("controls", "The chosen tool"),
    mouse_map.ANEW: QT_TRANSLATE_NOOP("controls", "The chosen tool, a new point even on a drawing"),
    mouse_map.NOTHING: QT_TRANSLATE_NOOP("controls", "Nothing"),
    mouse_map.WHEEL_MENU: QT_TRANSLATE_NOOP("controls", "Tool wheel"),
    mouse_map.IMAGES: QT_TRANSLATE_NOOP("controls", "One image on or back"),
    mouse_map.SIZE: QT_TRANSLATE_NOOP("controls", "Larger or smaller"),
    mouse_map.SERIES: QT_TRANSLATE_NOOP("controls", "One series on or back"),
}
ALWAYS: tuple[tuple[str, str], ...] = (
    (
        QT_TRANSLATE_NOOP("controls", "Right click on the picture"),
        QT_TRANSLATE_NOOP("controls", "Tool wheel; held still it opens, too, and a flick chooses"),
    ),
    (
        QT_TRANSLATE_NOOP("controls", "Right click on a drawing"),
        QT_TRANSLATE_NOOP("controls", "Its menu"),
    ),
    (
        QT_TRANSLATE_NOOP("controls", "Right click while drawing"),
        QT_TRANSLATE_NOOP("controls", "Ends the drawing"),
    ),
    (
        QT_TRANSLATE_NOOP("controls", "Double click on the picture"),
        QT_TRANSLATE_NOOP("controls", "This picture alone, or all"),
    ),
)
"""Clicks that can't be others, and what they do."""


def tr(text: str) -> str:
    """In the user's language."""
    return QCoreApplication.translate("controls", text)


def what_words(what: str, known: Mapping[str, str]) -> str:
    """Words for what stands behind a button; `known` are the words of actions by name."""
    if what in _WORDS:
        return tr(_WORDS[what])
    return known.get(what, what.replace("_", " ").capitalize())


def words_by_name(entries: Iterable[Entry]) -> dict[str, str]:
    """Of all actions."""
    return {one.name: one.words for one in entries}


def choices(slot: Slot, entries: Iterable[Entry]) -> list[str]:
    """What a slot can be."""
    tools = [tool.value for tool in Tool]
    if slot is Slot.LEFT:
        return [mouse_map.CHOSEN]
    if slot in mouse_map.WHEELS:
        return list(mouse_map.TURNS)
    if slot is Slot.BOTH:
        return [mouse_map.NOTHING, *tools]
    here = [one for one in entries if one.place == READING and not one.fixed and one.name not in tools]
    if slot in mouse_map.PUSHED:
        acts = [one.name for one in here]
        return [mouse_map.NOTHING, *acts]
    if slot in mouse_map.LEFTS:
        drawing = [one.name for one in here if one.action.isCheckable() and one.group == "measure"]
        drawing = [name for name in drawing if name.startswith(("measure_", "calibrate_"))]
        return [mouse_map.CHOSEN, mouse_map.ANEW, *tools, *drawing]
    return [*tools, mouse_map.CHOSEN, mouse_map.WHEEL_MENU, mouse_map.NOTHING]


def lines(mouse: MouseMap, entries: Iterable[Entry]) -> list[tuple[str, str]]:
    """What the mouse does now, (button, deed), for the sheet; what does nothing is left out."""
    known = words_by_name(entries)
    own = [
        (tr(SLOTS[slot]), what_words(mouse.what(slot), known))
        for slot in Slot
        if mouse.what(slot) != mouse_map.NOTHING and not _as_without(slot, mouse)
    ]
    return [*own, *((tr(button), tr(deed)) for button, deed in ALWAYS)]


def _as_without(slot: Slot, mouse: MouseMap) -> bool:
    """Whether the key held makes no difference."""
    bare = Slot.LEFT if slot in mouse_map.LEFTS else Slot.WHEEL if slot in mouse_map.WHEELS else slot
    return slot is not bare and mouse.what(slot) == mouse.what(bare)
