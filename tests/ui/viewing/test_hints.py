"""The line under the pictures speaks of the keys and buttons that are in force."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from vetpacs_desktop.ui import keymap, mouse_map
from vetpacs_desktop.ui.viewing.hints import hint
from vetpacs_desktop.viewer.description import Medium
from vetpacs_desktop.viewer.state import Tool


@pytest.fixture(autouse=True)
def usual(qapp: QApplication) -> Iterator[None]:
    yield
    keymap.use(qapp, keymap.KeyMap())
    mouse_map.use(qapp, mouse_map.MouseMap())


def test_the_usual_keys_and_buttons_are_told() -> None:
    words = hint(Tool.ZOOM)
    assert "F fits the window" in words
    assert "Wheel: images   Right button: zoom   Middle: move   Esc: reset" in words


def test_other_keys_and_buttons_are_told_instead(qapp: QApplication) -> None:
    keymap.use(qapp, keymap.KeyMap({"fit": "Ctrl+M", "play": "F12"}))
    mouse_map.use(qapp, mouse_map.MouseMap.read(["right=pan", "middle=nothing", "wheel=size"]))
    words = hint(Tool.ZOOM)
    assert "Ctrl+M fits the window" in words
    assert "Wheel: zoom   Right button: move   Esc" in words
    assert "F12: play or pause" in hint(Tool.WINDOW, Medium.FILM)


@pytest.mark.parametrize("tool", Tool)
@pytest.mark.parametrize("medium", Medium)
def test_every_tool_and_every_medium_has_a_line(tool: Tool, medium: Medium) -> None:
    assert hint(tool, medium)
