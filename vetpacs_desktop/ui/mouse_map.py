"""What each button and turn of the mouse does over a picture, as a frozen value. Moves nothing itself.

A place of the map is a `Slot`; what stands there is the name of a tool that is dragged (`viewer.state.Tool`),
the name of an action of the reading page, or one of the words below.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from PySide6.QtCore import QCoreApplication, QObject, Qt

from vetpacs_desktop.viewer.state import Tool

_PROPERTY = "vetpacsMouse"
_WHEEL = "vetpacsWheel"
CHOSEN, NOTHING, WHEEL_MENU = "chosen", "nothing", "tool_wheel"
"""The tool that is chosen; nothing at all; the tool wheel under the mouse."""
ANEW = "anew"
"""The chosen tool, and a point is placed even where something could be taken hold of."""
IMAGES, SIZE, SERIES = "images", "size", "series"
"""What a turn of the wheel does: one image on, larger or smaller, one series on."""
TURNS = (IMAGES, SIZE, SERIES, NOTHING)


class Slot(Enum):
    """A button or a turn of the wheel, with the key held at the same time."""

    LEFT = "left"
    LEFT_SHIFT = "left+shift"
    LEFT_CTRL = "left+ctrl"
    LEFT_ALT = "left+alt"
    MIDDLE = "middle"
    RIGHT = "right"
    BOTH = "left+right"
    BACK = "back"
    FORWARD = "forward"
    WHEEL = "wheel"
    WHEEL_CTRL = "wheel+ctrl"
    WHEEL_SHIFT = "wheel+shift"
    WHEEL_ALT = "wheel+alt"


LEFTS = (Slot.LEFT, Slot.LEFT_SHIFT, Slot.LEFT_CTRL, Slot.LEFT_ALT)
PUSHED = (Slot.BACK, Slot.FORWARD)
"""Buttons that are pushed, not dragged with."""
WHEELS = (Slot.WHEEL, Slot.WHEEL_CTRL, Slot.WHEEL_SHIFT, Slot.WHEEL_ALT)

DEFAULTS: Mapping[Slot, str] = {
    Slot.LEFT: CHOSEN,
    Slot.LEFT_SHIFT: CHOSEN,
    Slot.LEFT_CTRL: ANEW,
    Slot.LEFT_ALT: CHOSEN,
    Slot.MIDDLE: Tool.PAN.value,
    Slot.RIGHT: Tool.ZOOM.value,
    Slot.BOTH: NOTHING,
    Slot.BACK: "previous_image",
    Slot.FORWARD: "next_image",
    Slot.WHEEL: IMAGES,
    Slot.WHEEL_CTRL: SIZE,
    Slot.WHEEL_SHIFT: IMAGES,
    Slot.WHEEL_ALT: IMAGES,
}

LIKE_HOROS: Mapping[Slot, str] = {
    **DEFAULTS,
    Slot.LEFT_CTRL: Tool.PAN.value,
}
"""Horos and its relatives: right zooms, middle moves, and left with the command key (Ctrl elsewhere) moves
too (handbook of OnePacs Workstation for macOS, "Keyboard modifiers")."""


INNER = 8
"""So many entries are the tool wheel's inner ring, with words; the rest are the outer one."""
MOST = 22
USUAL_WHEEL: tuple[str, ...] = (
    *("window", "pan", "zoom", "key_image", "guides", "measure_angle", "measure_length", "scroll"),
    *("invert", "rotate_right", "flip_horizontal", "fit", "one_to_one", "reset", "texts", "undo"),
    *("measure_text", "measure_arrow", "measure_ellipse", "rotate_left"),
)
"""Clockwise from the top."""


@dataclass(frozen=True, slots=True)
class MouseMap:
    """Where a person wanted it otherwise than `DEFAULTS`."""

    chosen: Mapping[Slot, str] = field(default_factory=dict)

    @classmethod
    def read(cls, lines: Iterable[str]) -> MouseMap:
        """From lines ``slot=what``; what can't be understood is left out."""
        slots = {slot.value: slot for slot in Slot}
        parted = (line.rpartition("=") for line in lines)
        return cls.of({slots[left]: what for left, sign, what in parted if sign and left in slots and what})

    @classmethod
    def of(cls, whole: Mapping[Slot, str]) -> MouseMap:
        """A map by what it says of every slot; keeps what differs."""
        return cls({slot: what for slot, what in whole.items() if what != DEFAULTS[slot]})

    def lines(self) -> tuple[str, ...]:
        """The other way round."""
        return tuple(f"{slot.value}={what}" for slot, what in self.chosen.items())

    def what(self, slot: Slot) -> str:
        """What happens there."""
        return self.chosen.get(slot, DEFAULTS[slot])

    def whole(self) -> dict[Slot, str]:
        """Of every slot."""
        return {slot: self.what(slot) for slot in Slot}

    def tool(self, slot: Slot) -> Tool | None:
        """The tool that is dragged with, where it is a certain one."""
        what = self.what(slot)
        return Tool(what) if what in {tool.value for tool in Tool} else None


def slot_of(button: Qt.MouseButton, held: Qt.KeyboardModifier) -> Slot | None:
    """The place of a button with the keys held; None for a button that nobody knows."""
    if button == Qt.MouseButton.LeftButton:
        for key, slot in (
            (Qt.KeyboardModifier.ControlModifier, Slot.LEFT_CTRL),
            (Qt.KeyboardModifier.ShiftModifier, Slot.LEFT_SHIFT),
            (Qt.KeyboardModifier.AltModifier, Slot.LEFT_ALT),
        ):
            if held & key:
                return slot
        return Slot.LEFT
    return {
        Qt.MouseButton.MiddleButton: Slot.MIDDLE,
        Qt.MouseButton.RightButton: Slot.RIGHT,
        Qt.MouseButton.BackButton: Slot.BACK,
        Qt.MouseButton.ForwardButton: Slot.FORWARD,
    }.get(button)


def wheel_slot(held: Qt.KeyboardModifier) -> Slot:
    """The place of the wheel with the keys held."""
    for key, slot in (
        (Qt.KeyboardModifier.ControlModifier, Slot.WHEEL_CTRL),
        (Qt.KeyboardModifier.ShiftModifier, Slot.WHEEL_SHIFT),
        (Qt.KeyboardModifier.AltModifier, Slot.WHEEL_ALT),
    ):
        if held & key:
            return slot
    return Slot.WHEEL


def mouse_of(app: QObject | None = None) -> MouseMap:
    """The map in force."""
    source = app if app is not None else QCoreApplication.instance()
    value = source.property(_PROPERTY) if source is not None else None
    return value if isinstance(value, MouseMap) else MouseMap()


def wheel_of(app: QObject | None = None) -> tuple[str, ...]:
    """The names of the actions on the tool wheel."""
    source = app if app is not None else QCoreApplication.instance()
    value = source.property(_WHEEL) if source is not None else None
    return tuple(value) if value else USUAL_WHEEL


def use_wheel(app: QObject, names: Iterable[str]) -> None:
    """Put these actions on the tool wheel; none of them brings the usual ones back."""
    app.setProperty(_WHEEL, list(names)[:MOST])


def use(app: QObject, mouse: MouseMap) -> None:
    """Put `mouse` in force from the next press on."""
    app.setProperty(_PROPERTY, mouse)
