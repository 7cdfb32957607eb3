"""Brightness and contrast from a drawn rectangle, with one Reset back."""

import numpy as np
from PySide6.QtCore import QRectF, Qt
from pytestqt.qtbot import QtBot

from tests.ui.viewing.looks.conftest import Eye
from tests.ui.viewing.mouse import Mouse
from tests.ui.viewing.screen import on_screen
from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.state import Tool

SHIFT = Qt.KeyboardModifier.ShiftModifier


def test_what_the_rectangle_holds_gets_all_greys(
    radiograph: Controller, mouse: Mouse, eye: Eye, qtbot: QtBot
) -> None:
    assert abs(int(eye.at(30, 82)[0]) - int(eye.at(30, 98)[0])) < 5
    mouse.key(Qt.Key.Key_W, SHIFT)
    assert radiograph.grid.tool is Tool.REGION
    mouse.drag((21, 81), (38, 98))
    window = radiograph.grid.views[0].window
    assert isinstance(window, Window)
    assert window.label == "Region"
    assert 1000 <= window.center <= 1020
    assert window.width <= 25
    qtbot.waitUntil(lambda: eye.at(30, 98)[0] > 200)
    assert eye.at(30, 82)[0] < 60
    mouse.key(Qt.Key.Key_Escape)
    assert radiograph.grid.views[0].window is None
    qtbot.waitUntil(lambda: abs(int(eye.at(30, 82)[0]) - int(eye.at(30, 98)[0])) < 5)


def test_the_rectangle_is_seen_while_it_is_drawn(radiograph: Controller, mouse: Mouse, qtbot: QtBot) -> None:
    mouse.key(Qt.Key.Key_W, SHIFT)
    start, end = (20.0, 60.0), (60.0, 100.0)
    mouse.move(start)
    mouse.press(start)
    mouse.move(end, Qt.MouseButton.LeftButton)
    sheet = mouse.viewport.looks.sheet
    assert sheet.shape_shown is not None
    box = sheet.shape_shown.rectangle
    assert box is not None
    accent = theme.palette_of().color("accent")
    wanted = np.array([accent.red(), accent.green(), accent.blue()])

    def drawn() -> bool:
        seen = on_screen(mouse.viewport.view).astype(int)
        edge = QRectF(box)
        near = seen[round(edge.center().y()), round(edge.left()) - 2 : round(edge.left()) + 3]
        return bool((np.abs(near - wanted).max(axis=1) < 12).any())

    qtbot.waitUntil(drawn)
    mouse.release(end)
    assert sheet.shape_shown is None


def test_a_turned_picture_takes_what_lies_within_the_rectangle_of_the_screen(
    radiograph: Controller, mouse: Mouse
) -> None:
    for _ in range(30):
        mouse.key(Qt.Key.Key_R, Qt.KeyboardModifier.AltModifier)
    mouse.key(Qt.Key.Key_W, SHIFT)
    mouse.drag((26, 90), (34, 90))
    window = radiograph.grid.views[0].window
    assert isinstance(window, Window)
    assert 1000 <= window.center <= 1020


def test_a_click_is_no_rectangle(radiograph: Controller, mouse: Mouse) -> None:
    mouse.key(Qt.Key.Key_W, SHIFT)
    mouse.click((30, 90))
    assert radiograph.grid.views[0].window is None
