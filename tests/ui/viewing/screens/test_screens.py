"""Full screen, a second screen and a window apart, with a real mouse and real keys."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QSettings, Qt
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.viewing.conftest import ct_series, exam_of
from tests.ui.viewing.mouse import Mouse
from tests.ui.viewing.screen import on_screen
from vetpacs_desktop.jobs import Jobs
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.reading_place import ReadingPlace
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.ui.viewing.screens.apart import ApartWindow
from vetpacs_desktop.ui.viewing.screens.part import LAYOUT, OPEN
from vetpacs_desktop.ui.viewing.screens.placing import other_area
from vetpacs_desktop.ui.viewing.screens.second import SecondWindow
from vetpacs_desktop.ui.viewing.viewport import ViewportWidget
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.loading import FrameLoader

Opened = Callable[[Exam], Controller]


@pytest.fixture
def two_series(tmp_path: Path) -> Exam:
    return exam_of(ct_series(tmp_path / "a", 1), ct_series(tmp_path / "b", 2))


@pytest.fixture
def second(
    page: ReadingPage, read: Opened, mouse: Mouse, two_series: Exam, qtbot: QtBot
) -> Iterator[SecondWindow]:
    """The second screen, opened with its key."""
    controller = read(two_series)
    mouse.key(Qt.Key.Key_F8)
    window = page.screens.window
    assert window is not None
    qtbot.waitExposed(window)
    assert page.grid is not None
    qtbot.waitUntil(lambda: controller.complete(1), timeout=15_000)
    qtbot.waitUntil(lambda: first_of(window).view.has_painted_picture)
    return window


def first_of(window: SecondWindow) -> ViewportWidget:
    return window.grid.viewports[0]


def key(
    window: SecondWindow, which: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    """To whatever has the focus there."""
    QTest.keyClick(window.focusWidget() or window, which, modifier)


def click(viewport: ViewportWidget, qtbot: QtBot) -> None:
    viewport.window().activateWindow()
    qtbot.waitUntil(viewport.window().isActiveWindow)
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=viewport.rect().center())
    qtbot.waitUntil(viewport.hasFocus)


def move_to(widget: QApplication | ReadingPage, at: QPoint) -> None:
    """The mouse over the page, without a button."""
    assert isinstance(widget, ReadingPage)
    target = widget.childAt(at) or widget
    place = QPointF(target.mapFrom(widget, at))
    none, no_key = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    event = QMouseEvent(
        QMouseEvent.Type.MouseMove, place, widget.mapToGlobal(QPointF(at)), none, none, no_key
    )
    QApplication.sendEvent(target, event)


# --- full screen ----------------------------------------------------------------------------------


def test_full_screen_leaves_nothing_but_pictures(
    page: ReadingPage, mouse: Mouse, ct: Controller, qtbot: QtBot
) -> None:
    around = [page.tools, page.strip]
    size = mouse.viewport.size()
    mouse.key(Qt.Key.Key_F11)
    qtbot.waitUntil(lambda: page.window().isFullScreen() and mouse.viewport.height() > size.height())
    assert not any(one.isVisible() for one in around)
    assert page.grid is not None
    assert page.grid.height() == page.height()
    picture = mouse.viewport.size()
    move_to(page, QPoint(300, 1))
    assert page.tools.isVisible()
    assert mouse.viewport.size() == picture  # it lies over the picture, which keeps its size
    move_to(page, QPoint(300, 300))
    assert not page.tools.isVisible()
    mouse.key(Qt.Key.Key_F11)
    qtbot.waitUntil(lambda: not page.window().isFullScreen())
    assert all(one.isVisible() for one in around)
    qtbot.waitUntil(lambda: mouse.viewport.size() == size)


def test_escape_leaves_full_screen_but_first_what_is_nearer(
    page: ReadingPage, mouse: Mouse, ct: Controller, qtbot: QtBot
) -> None:
    mouse.key(Qt.Key.Key_I)
    inverted = ct.grid.views[0]
    mouse.key(Qt.Key.Key_F11)
    mouse.key(Qt.Key.Key_D)
    mouse.key(Qt.Key.Key_Escape)
    assert page.window().isFullScreen()  # the tool went
    mouse.key(Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not page.window().isFullScreen())
    assert ct.grid.views[0] == inverted
    assert not page.screens.is_full


def test_a_hidden_panel_stays_hidden_after_full_screen(
    page: ReadingPage, mouse: Mouse, ct: Controller, qtbot: QtBot
) -> None:
    mouse.key(Qt.Key.Key_L)
    assert not page.strip.isVisible()
    mouse.key(Qt.Key.Key_F11)
    mouse.key(Qt.Key.Key_F11)
    qtbot.waitUntil(lambda: not page.window().isFullScreen())
    assert not page.strip.isVisible()
    assert page.tools.isVisible()


# --- the second screen ----------------------------------------------------------------------------


def test_the_second_screen_shows_what_the_first_does_not(
    page: ReadingPage, second: SecondWindow, qtbot: QtBot
) -> None:
    controller = page.controller
    assert controller is not None
    assert controller.grid.second == (1, 1)
    assert [view.series for view in controller.grid.views] == [0, 1]
    assert second.isVisible()
    assert second.isWindow()
    second.raise_()
    qtbot.wait(100)
    assert on_screen(first_of(second).view).max() > 100


def test_tools_keys_and_links_work_on_the_second_screen(
    page: ReadingPage, second: SecondWindow, mouse: Mouse, qtbot: QtBot
) -> None:
    controller = page.controller
    assert controller is not None
    click(first_of(second), qtbot)
    assert controller.grid.active == 1
    key(second, Qt.Key.Key_Down)
    key(second, Qt.Key.Key_I)
    key(second, Qt.Key.Key_2)
    assert (controller.grid.views[1].index, controller.grid.views[1].invert) == (1, True)
    assert controller.grid.views[1].window is not None
    assert controller.grid.views[0].index == 0
    key(second, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    key(second, Qt.Key.Key_Down)
    assert (controller.grid.views[1].index, controller.grid.views[0].index) == (2, 1)
    key(second, Qt.Key.Key_D)
    Mouse(page, 1).click((10, 10), (30, 10))
    assert len(controller.marking.sheet.annotations) == 1


def test_a_layout_is_for_the_screen_of_the_active_viewport(
    page: ReadingPage, second: SecondWindow, mouse: Mouse, qtbot: QtBot
) -> None:
    controller = page.controller
    assert controller is not None
    click(first_of(second), qtbot)
    key(second, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert (controller.grid.rows, controller.grid.columns, controller.grid.second) == (1, 1, (1, 2))
    assert len(second.grid.viewports) == 2
    click(mouse.viewport, qtbot)
    mouse.key(Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier)
    assert (controller.grid.rows, controller.grid.columns, controller.grid.second) == (2, 2, (1, 2))
    assert [one.number for one in second.grid.viewports] == [4, 5]
    assert controller.grid.views[4].series == 1
    qtbot.waitUntil(lambda: first_of(second).view.has_painted_picture)


def test_the_second_screen_closes_and_comes_back_with_the_next_exam(
    page: ReadingPage, second: SecondWindow, read: Opened, two_series: Exam, qtbot: QtBot
) -> None:
    assert page._settings.value(LAYOUT) == "1x1"
    page.close_exam()
    assert page.screens.window is None
    assert page._settings.value(OPEN, False, bool) is True
    controller = read(two_series)
    qtbot.waitUntil(lambda: page.screens.window is not None)
    window = page.screens.window
    assert window is not None
    window.close()  # by its own cross
    assert page.screens.window is None
    assert controller.grid.second is None
    assert len(controller.grid.views) == 1
    controller = read(two_series)
    qtbot.wait(50)
    assert controller.grid.second is None


def test_opening_and_closing_again_and_again_leaves_no_picture_behind(
    page: ReadingPage, second: SecondWindow, mouse: Mouse, qtbot: QtBot
) -> None:
    for _ in range(3):
        mouse.key(Qt.Key.Key_F8)
        assert page.screens.window is None
        mouse.key(Qt.Key.Key_F8)
        assert page.screens.window is not None
    QApplication.sendPostedEvents(None, 52)  # deferred deletions
    assert len(page.findChildren(SecondWindow)) == 1
    assert mouse.viewport.view.picture().width() > 100


def test_the_other_screen_is_the_largest_that_is_not_ones_own() -> None:
    own, small, large = QRect(0, 0, 1000, 800), QRect(1000, 0, 800, 600), QRect(-2000, 0, 2000, 1500)
    assert other_area(own, [own]) is None
    assert other_area(own, [own, small, large]) == large


# --- a window apart -------------------------------------------------------------------------------


@pytest.fixture
def place(qtbot: QtBot, tmp_path: Path) -> Iterator[ReadingPlace]:
    """The reading place of a main window."""
    jobs = Jobs()
    bridge = Bridge(jobs)
    settings = QSettings(str(tmp_path / "state.ini"), QSettings.Format.IniFormat)
    made = ReadingPlace(bridge, lambda: FrameLoader(2, 256 << 20), settings)
    made.resize(900, 600)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made.close_exam()
    made.close()
    made.deleteLater()
    bridge.close()
    jobs.close()


def test_reading_goes_to_a_window_of_its_own_and_comes_back(
    place: ReadingPlace, two_series: Exam, qtbot: QtBot
) -> None:
    page = place.page
    place.open_exam(two_series)
    qtbot.waitUntil(lambda: page.first_image_shown, timeout=15_000)
    mouse = Mouse(page)
    with qtbot.waitSignal(place.back_requested):
        mouse.key(Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
    window = page.window()
    assert isinstance(window, ApartWindow)
    assert place.is_apart
    qtbot.waitExposed(window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    page.setFocus()
    mouse.key(Qt.Key.Key_Down)
    assert page.controller is not None
    assert page.controller.grid.views[0].index == 1
    qtbot.wait(100)
    assert np.ptp(on_screen(mouse.viewport.view)) > 100
    with qtbot.waitSignal(place.brought_back):
        window.close()
    assert page.window() is place.window()
    assert not place.is_apart
    assert page.isVisible()
    action = page.findChild(QAction, "apart")
    assert isinstance(action, QAction)
    assert not action.isChecked()


# --- two screens ----------------------------------------------------------------------------------


def test_on_a_desk_with_two_screens_pictures_go_to_the_other_one(tmp_path: Path) -> None:
    sides = ({"name": "left", "x": 0, "width": 1280}, {"name": "right", "x": 1280, "width": 1920})
    both = [
        {"y": 0, "height": 1000, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1, **one} for one in sides
    ]
    (tmp_path / "screens.json").write_text(json.dumps({"screens": both}))
    answer = subprocess.run(
        [sys.executable, "-m", "tests.ui.viewing.screens.two_screens", str(tmp_path)],
        env={**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={tmp_path / 'screens.json'}"},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert answer.returncode == 0, answer.stderr
    said = json.loads(answer.stdout.splitlines()[-1])
    assert (said["first"], said["second"], said["picture"]) == ("left", "right", True)
    assert said["width"] > 1800
    assert said["full"] == ["left", "right", True, True]
    assert (said["list"], said["apart"]) == ("left", "right")
