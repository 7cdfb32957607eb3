"""The lens follows the mouse and shows the picture's own pixels, larger, with what is drawn on it."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.viewing.looks.conftest import action
from tests.ui.viewing.mouse import Mouse
from tests.ui.viewing.screen import on_screen
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.looks import glance
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.viewer.state import Tool

SHIFT = Qt.KeyboardModifier.ShiftModifier


def bright_rows(mouse: Mouse) -> int:
    """How many screen pixels high the bright bar is, right below the mouse."""
    place = mouse.at((100, 42)) - mouse.viewport.view.pos()
    seen = on_screen(mouse.viewport.view)[:, round(place.x()) + 20].min(axis=1) > 120
    return int(seen.sum())


def test_the_lens_shows_the_picture_larger_and_a_click_stronger(
    radiograph: Controller, mouse: Mouse, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: 11 <= bright_rows(mouse) <= 13)
    mouse.key(Qt.Key.Key_Z, SHIFT)
    assert radiograph.grid.tool is Tool.MAGNIFY
    mouse.move((100, 42))
    for times in (2, 3, 4):
        assert radiograph.grid.magnified == times
        least = 12 * times - 2
        qtbot.waitUntil(lambda least=least: least <= bright_rows(mouse) <= least + 4)
        mouse.click((100, 42))
    assert radiograph.grid.magnified == 2


def test_the_lens_follows_the_mouse_and_goes_with_it(
    radiograph: Controller, mouse: Mouse, qtbot: QtBot
) -> None:
    mouse.key(Qt.Key.Key_Z, SHIFT)
    sheet = mouse.viewport.looks.sheet
    for place in ((30.0, 90.0), (100.0, 42.0)):
        mouse.move(place)
        found = sheet.lens_shown
        assert found is not None
        away = found.center() - (mouse.at(place) - mouse.viewport.view.pos())
        assert abs(away.x()) + abs(away.y()) < 0.01
    QApplication.sendEvent(mouse.viewport, QEvent(QEvent.Type.Leave))
    assert sheet.lens_shown is None


def test_what_is_drawn_is_in_the_lens_and_hidden_with_the_words(
    radiograph: Controller, mouse: Mouse, qtbot: QtBot
) -> None:
    radiograph.set_texts(True)
    mouse.key(Qt.Key.Key_D)
    mouse.click((20, 110), (100, 110))
    mouse.key(Qt.Key.Key_Escape)
    mouse.key(Qt.Key.Key_Z, SHIFT)
    mouse.move((60, 108))

    def line() -> bool:
        """2 image pixels below the mouse: 6 screen pixels outside, 12 inside the lens."""
        place = mouse.at((60, 108)) - mouse.viewport.view.pos()
        column = on_screen(mouse.viewport.view)[
            round(place.y()) + 10 : round(place.y()) + 15, round(place.x()) + 30
        ]
        return bool(np.ptp(column.astype(int), axis=1).max() > 40 or column.max() > 150)

    qtbot.waitUntil(line)
    radiograph.set_texts(False)
    qtbot.waitUntil(lambda: not line())


def test_a_held_key_gives_the_former_tool_back(
    radiograph: Controller, mouse: Mouse, qtbot: QtBot, page: ReadingPage
) -> None:
    mouse.key(Qt.Key.Key_T)
    target = QApplication.focusWidget() or mouse.viewport
    QTest.keyPress(target, Qt.Key.Key_Z, SHIFT)
    assert radiograph.grid.tool is Tool.MAGNIFY
    qtbot.wait(round(glance.HELD * 1000) + 80)
    QTest.keyRelease(target, Qt.Key.Key_Z, SHIFT)
    assert radiograph.grid.tool is Tool.PAN
    mouse.key(Qt.Key.Key_Z, SHIFT)
    assert radiograph.grid.tool is Tool.MAGNIFY
    assert action(page, "magnify").isChecked()


def test_the_lens_of_a_large_picture_is_quick(radiograph: Controller, mouse: Mouse) -> None:
    mouse.key(Qt.Key.Key_Z, SHIFT)
    mouse.move((60, 60))
    drawn = mouse.viewport.view.drawn
    for column in range(40, 100):
        mouse.move((column, 60))
    assert mouse.viewport.view.drawn == drawn, "the picture itself is not drawn anew while the lens moves"


def test_a_button_of_the_mouse_may_hold_the_lens_up(radiograph: Controller, mouse: Mouse) -> None:
    """As the System page lets a person choose it."""
    looks = mouse.viewport.looks
    assert looks.press(Tool.MAGNIFY, QPointF(200, 200), 1.0)
    assert looks.sheet.lens_shown is not None
    assert radiograph.grid.tool is Tool.WINDOW
    looks.release()
    assert looks.sheet.lens_shown is None
    assert radiograph.grid.magnified == 2
