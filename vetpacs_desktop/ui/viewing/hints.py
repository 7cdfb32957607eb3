"""The line under the pictures: what the next click or key does."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

from vetpacs_desktop.ui.actions import QT_TRANSLATE_NOOP
from vetpacs_desktop.ui.keymap import key_of
from vetpacs_desktop.ui.mouse_map import IMAGES, SERIES, SIZE, Slot, mouse_of
from vetpacs_desktop.viewer.description import Medium
from vetpacs_desktop.viewer.state import Tool

_TOOLS = {
    Tool.WINDOW: QT_TRANSLATE_NOOP(
        "viewing", "Drag left or right for contrast, up or down for brightness; keys 0 to 9 choose a window"
    ),
    Tool.PAN: QT_TRANSLATE_NOOP("viewing", "Drag to move the picture"),
    Tool.ZOOM: QT_TRANSLATE_NOOP("viewing", "Drag up to enlarge and down to shrink; {fit} fits the window"),
    Tool.REGION: QT_TRANSLATE_NOOP(
        "viewing", "Draw a rectangle around what matters: it gets the whole range of greys"
    ),
    Tool.TURN: QT_TRANSLATE_NOOP(
        "viewing", "Drag around the middle to turn; Shift: steps of 15 degrees; Alt+R: one degree"
    ),
    Tool.STRAIGHTEN: QT_TRANSLATE_NOOP("viewing", "Draw a line along what should be level or upright"),
    Tool.MAGNIFY: QT_TRANSLATE_NOOP("viewing", "Move the lens over the picture; a click makes it stronger"),
    Tool.SCROLL: QT_TRANSLATE_NOOP("viewing", "Drag up or down to leaf through the images"),
    Tool.SPOT: QT_TRANSLATE_NOOP(
        "viewing", "Click or drag: a cross marks the same place in the other pictures"
    ),
}
_RESET = QT_TRANSLATE_NOOP("viewing", "{reset}: reset, then back")
_DEEDS = {
    Tool.WINDOW.value: QT_TRANSLATE_NOOP("viewing", "brightness and contrast"),
    Tool.PAN.value: QT_TRANSLATE_NOOP("viewing", "move"),
    Tool.ZOOM.value: QT_TRANSLATE_NOOP("viewing", "zoom"),
    Tool.SCROLL.value: QT_TRANSLATE_NOOP("viewing", "images"),
    IMAGES: QT_TRANSLATE_NOOP("viewing", "images"),
    SIZE: QT_TRANSLATE_NOOP("viewing", "zoom"),
    SERIES: QT_TRANSLATE_NOOP("viewing", "series"),
}
_BUTTONS = {
    Slot.WHEEL: QT_TRANSLATE_NOOP("viewing", "Wheel: {does}"),
    Slot.RIGHT: QT_TRANSLATE_NOOP("viewing", "Right button: {does}"),
    Slot.MIDDLE: QT_TRANSLATE_NOOP("viewing", "Middle: {does}"),
}

_MEDIA = {
    Medium.FILM: QT_TRANSLATE_NOOP(
        "viewing",
        "{play}: play or pause   {step_back} and {step_on}: one frame   Click in the line above: go there",
    ),
    Medium.DOCUMENT: QT_TRANSLATE_NOOP(
        "viewing",
        "Wheel: down the page and on to the next   {fit}: whole page   {fit_width}: as wide as the window",
    ),
}
_KEYS = {"fit": "F", "fit_width": "Shift+F", "play": "C", "step_back": ",", "step_on": ".", "reset": "Esc"}
"""The usual keys of the actions that the sentences speak of."""


def hint(tool: Tool, medium: Medium = Medium.IMAGES) -> str:
    """One line for the tool that the left button has, or for a video or a document.

    Keys and buttons are those in force.
    """
    translate = QCoreApplication.translate
    keys = {name: key_of(name, usual) for name, usual in _KEYS.items()}
    if medium in _MEDIA:
        return f"{translate('viewing', _MEDIA[medium]).format(**keys)}   {_always(medium, keys)}"
    return f"{translate('viewing', _TOOLS[tool]).format(**keys)}.   {_always(medium, keys)}"


def _always(medium: Medium, keys: Mapping[str, str]) -> str:
    """What the other buttons do with every tool."""
    translate, mouse = QCoreApplication.translate, mouse_of()
    words = [
        translate("viewing", sentence).format(does=translate("viewing", _DEEDS[mouse.what(slot)]))
        for slot, sentence in _BUTTONS.items()
        if mouse.what(slot) in _DEEDS and not (medium in _MEDIA and slot is Slot.WHEEL)
    ]
    return "   ".join([*words, translate("viewing", _RESET).format(**keys)])
