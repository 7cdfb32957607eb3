"""What buttons do: read, written, asked; strange words do no harm."""

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from vetpacs_desktop.ui import mouse_map
from vetpacs_desktop.ui.mouse_map import MouseMap, Slot
from vetpacs_desktop.viewer.state import Tool

CHOICES = st.sampled_from(("chosen", "nothing", "pan", "measure_length", "of_another_version"))


@given(st.fixed_dictionaries(dict.fromkeys(Slot, CHOICES)))
def test_what_is_written_is_read_again(whole: dict[Slot, str]) -> None:
    assert MouseMap.read(MouseMap.of(whole).lines()).whole() == whole


def test_only_what_differs_is_written_and_strange_places_are_left_out() -> None:
    assert MouseMap.of(mouse_map.DEFAULTS).lines() == ()
    assert MouseMap.read(["tail=pan", "right", "=pan", "left+right=pan"]).lines() == ("left+right=pan",)


def test_a_tool_is_a_tool_and_an_action_is_none() -> None:
    mouse = MouseMap.read(["right=window", "back=next_series"])
    assert mouse.tool(Slot.RIGHT) is Tool.WINDOW
    assert mouse.tool(Slot.BACK) is None
    assert mouse.tool(Slot.LEFT) is None


def test_keys_held_make_another_place_of_a_button() -> None:
    none, control = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
    left = Qt.MouseButton.LeftButton
    assert mouse_map.slot_of(left, none) is Slot.LEFT
    assert mouse_map.slot_of(left, control | Qt.KeyboardModifier.KeypadModifier) is Slot.LEFT_CTRL
    assert mouse_map.slot_of(Qt.MouseButton.TaskButton, none) is None
    assert mouse_map.wheel_slot(control) is Slot.WHEEL_CTRL
