"""The whole window with full screen, and with reading in a window of its own beside the list."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.conftest import WAIT_MS, Opened
from tests.ui.exams import file_exam, write_exam
from vetpacs_desktop.app import App

pytestmark = pytest.mark.usefixtures("service_elsewhere")

SHIFT = Qt.KeyboardModifier.ShiftModifier


def read(opened: Opened, qtbot: QtBot) -> None:
    """The exam of the list, with the keyboard."""
    window = opened.window
    window.show_place("exams")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.waitUntil(lambda: bool(window.exams.table.chosen_uid), timeout=WAIT_MS)
    QTest.keyClick(window.exams.search, Qt.Key.Key_Return)
    page = window.reading.page
    qtbot.waitUntil(lambda: page.first_image_shown, timeout=WAIT_MS)


def key(
    opened: Opened, which: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    grid = opened.window.reading.page.grid
    assert grid is not None
    QTest.keyClick(grid.active, which, modifier)


def test_full_screen_takes_the_whole_window(app: App, tmp_path: Path, opened: Opened, qtbot: QtBot) -> None:
    file_exam(app.library, write_exam(tmp_path / "in", "Rex")[1])
    read(opened, qtbot)
    window, page = opened.window, opened.window.reading.page
    key(opened, Qt.Key.Key_F11)
    qtbot.waitUntil(window.isFullScreen)
    assert not window.rail.isVisible()
    assert not window.strip.isVisible()
    qtbot.waitUntil(lambda: page.mapTo(window, QPoint(0, 0)) == QPoint(0, 0))
    assert page.size() == window.size()
    key(opened, Qt.Key.Key_Backspace)  # back to the list: no list without its rail
    qtbot.waitUntil(lambda: not window.isFullScreen())
    assert window.rail.isVisible()
    assert window.strip.isVisible()
    assert window.exams.isVisible()


def test_the_list_stays_while_images_are_in_a_window_of_their_own(
    app: App, tmp_path: Path, opened: Opened, qtbot: QtBot
) -> None:
    file_exam(app.library, write_exam(tmp_path / "in", "Rex")[1])
    read(opened, qtbot)
    window, page = opened.window, opened.window.reading.page
    key(opened, Qt.Key.Key_F8, SHIFT)
    assert window.exams.isVisible()
    assert page.window() is not window
    assert page.isVisible()
    page.close_exam()
    read(opened, qtbot)
    assert window.exams.isVisible()
    window.show_place("reading")
    back = window.reading.findChild(QPushButton, "bring_back")
    assert isinstance(back, QPushButton)
    QTest.mouseClick(back, Qt.MouseButton.LeftButton)
    assert page.window() is window
    assert page.isVisible()
    action = page.findChild(QAction, "apart")
    assert isinstance(action, QAction)
    assert not action.isChecked()


def test_the_window_closes_with_all_its_screens(
    app: App, tmp_path: Path, opened: Opened, qtbot: QtBot
) -> None:
    file_exam(app.library, write_exam(tmp_path / "in", "Rex")[1])
    read(opened, qtbot)
    key(opened, Qt.Key.Key_F8)
    second = opened.window.reading.page.screens.window
    assert second is not None
    assert second.isVisible()
    opened.window.close()
    opened.window.shut()
    assert opened.window.reading.page.screens.window is None
