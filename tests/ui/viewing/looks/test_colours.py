"""Colours in place of greys, with a bar of values; what the machine hides and draws, by switches."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.viewing.conftest import exam_of, series_of
from tests.ui.viewing.looks.conftest import Eye, action
from tests.ui.viewing.mouse import Mouse
from tests.viewer.render.files import image_file
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.viewer.colour_maps import colour_maps
from vetpacs_desktop.viewer.exam import Exam

SHIFT = Qt.KeyboardModifier.ShiftModifier


def colour(name: str, level: int) -> np.ndarray:
    return np.frombuffer(colour_maps()[name].colours, np.uint8).reshape(-1, 3)[level].astype(int)


def test_a_key_shows_colours_and_greys_again(
    radiograph: Controller, mouse: Mouse, eye: Eye, qtbot: QtBot
) -> None:
    grey = int(eye.at(100, 42)[0])
    mouse.key(Qt.Key.Key_Y)
    assert radiograph.grid.views[0].colours == "cividis"
    qtbot.waitUntil(lambda: np.abs(eye.at(100, 42).astype(int) - colour("cividis", grey)).max() <= 3)
    mouse.key(Qt.Key.Key_I)
    qtbot.waitUntil(lambda: np.abs(eye.at(100, 42).astype(int) - colour("cividis", 255 - grey)).max() <= 3)
    mouse.key(Qt.Key.Key_I)
    mouse.key(Qt.Key.Key_Y)
    qtbot.waitUntil(lambda: np.ptp(eye.at(100, 42).astype(int)) == 0)


def test_every_map_can_be_chosen_by_its_words(
    radiograph: Controller, page: ReadingPage, eye: Eye, qtbot: QtBot
) -> None:
    grey = int(eye.at(100, 42)[0])
    for name in colour_maps():
        action(page, f"colours_{name}").trigger()
        wanted = colour(name, grey)
        qtbot.waitUntil(lambda wanted=wanted: np.abs(eye.at(100, 42).astype(int) - wanted).max() <= 4)
    action(page, "colours_none").trigger()
    assert radiograph.grid.views[0].colours == ""


def test_the_bar_says_which_colour_is_which_value(radiograph: Controller, mouse: Mouse) -> None:
    assert radiograph.resolved(0).bar is None
    mouse.key(Qt.Key.Key_Y)
    assert radiograph.resolved(0).bar is None, "hidden with the words"
    radiograph.set_texts(True)
    bar = radiograph.resolved(0).bar
    assert bar is not None
    assert (bar.values[0], bar.values[-1]) == ("0", "3199")
    assert bar.colours == colour_maps()["cividis"].colours or len(bar.colours) == 768


@pytest.fixture
def covered(read: Callable[[Exam], Controller], tmp_path: Path) -> Controller:
    """Bright all over; a round shutter, and a drawing of the machine as a level line in the middle."""
    bitmap = np.zeros((64, 64), np.uint8)
    bitmap[30:34] = 1
    path = image_file(
        tmp_path,
        np.full((64, 64), 500, np.uint16),
        WindowCenter=500,
        WindowWidth=1000,
        ShutterShape="CIRCULAR",
        CenterOfCircularShutter=[32, 32],
        RadiusOfCircularShutter=20,
    )
    made = dcmread(path)
    made.add_new(0x60000010, "US", 64)
    made.add_new(0x60000011, "US", 64)
    made.add_new(0x60000040, "CS", "G")
    made.add_new(0x60000050, "SS", [1, 1])
    made.add_new(0x60000100, "US", 1)
    made.add_new(0x60000102, "US", 0)
    made.add_new(0x60003000, "OW", np.packbits(bitmap.ravel(), bitorder="little").tobytes())
    made.save_as(path)
    return read(exam_of(series_of([path])))


def test_the_shutter_can_be_taken_away_and_says_so(
    covered: Controller, mouse: Mouse, eye: Eye, qtbot: QtBot, page: ReadingPage
) -> None:
    assert action(page, "shutter").isEnabled()
    qtbot.waitUntil(lambda: eye.at(32, 45).max() > 100)
    assert eye.at(32, 58).max() < 10
    mouse.key(Qt.Key.Key_J)
    qtbot.waitUntil(lambda: eye.at(32, 58).max() > 100)
    assert "Shutter off" in covered.resolved(0).corners.bottom_right
    mouse.key(Qt.Key.Key_J)
    qtbot.waitUntil(lambda: eye.at(32, 58).max() < 10)


def test_the_machines_drawings_go_without_the_words(
    covered: Controller, mouse: Mouse, eye: Eye, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: eye.at(25, 32).min() > 250)
    mouse.key(Qt.Key.Key_J, SHIFT)
    qtbot.waitUntil(lambda: 100 < eye.at(25, 32).max() < 160)
    assert covered.resolved(0).corners.top_left
    mouse.key(Qt.Key.Key_J, SHIFT)
    qtbot.waitUntil(lambda: eye.at(25, 32).min() > 250)


def test_where_there_is_nothing_to_switch_the_switch_is_grey(
    radiograph: Controller, page: ReadingPage
) -> None:
    assert not action(page, "shutter").isEnabled()
    assert not action(page, "overlays").isEnabled()


def test_everything_is_in_the_picture_menu_with_words(radiograph: Controller, page: ReadingPage) -> None:
    menu = page.tools.picture_menu
    shown = {entry.text() for entry in menu.actions()}
    for entry in menu.actions():
        if entry.menu() is not None:
            shown |= {one.text() for one in entry.menu().actions()}
    for name in (
        "turn",
        "straighten",
        "region",
        "magnify",
        "sharpen",
        "local_contrast",
        "shutter",
        "overlays",
    ):
        found = action(page, name)
        assert found.text() in shown
        assert found.toolTip()
        assert found in page.actions()
