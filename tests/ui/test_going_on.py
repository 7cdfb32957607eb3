"""From exam to exam in the real window, and back into the one that a crash cut off."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.conftest import WAIT_MS, Opened
from tests.ui.exams import file_exam, write_exam
from vetpacs_desktop.app import App
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.readings import Readings
from vetpacs_desktop.store.records import StudyUID
from vetpacs_desktop.ui import application
from vetpacs_desktop.ui.going_on import GoingOn
from vetpacs_desktop.ui.main_window import MainWindow
from vetpacs_desktop.ui.viewing.resuming.ahead import Ahead

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def three(app: App, tmp_path: Path) -> list[StudyUID]:
    """Exams in the order of the list: the newest first."""
    uids = []
    for day, animal in ((3, "Ada"), (2, "Bo"), (1, "Cleo")):
        uid, paths = write_exam(tmp_path / animal, animal, images=2, date=f"2026050{day}")
        file_exam(app.library, paths)
        uids.append(uid)
    return uids


def reading(opened: Opened, qtbot: QtBot, uid: StudyUID) -> None:
    """Wait until the pictures of an exam are on the screen."""
    place = opened.window.reading

    def there() -> bool:
        controller = place.page.controller if place.isVisible() else None
        return controller is not None and controller.exam.study_uid == uid and place.page.first_image_shown

    qtbot.waitUntil(there, timeout=WAIT_MS)


def _is_ready(ahead: Ahead, uid: StudyUID) -> bool:
    return ahead.ready == uid


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    widget = QApplication.focusWidget()
    assert widget is not None
    QTest.keyClick(widget, key, modifier)


def test_a_key_leads_through_the_list_and_says_where_it_ends(
    three: list[StudyUID], opened: Opened, qtbot: QtBot
) -> None:
    window = opened.window
    assert isinstance(window._going_on, GoingOn)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: window.exams.table.chosen_uid == three[0], timeout=WAIT_MS)
    QTest.keyClick(window.exams.search, Qt.Key.Key_Return)
    reading(opened, qtbot, three[0])
    ahead = window.reading.page.worklist.ahead
    assert ahead is not None
    for uid in three[1:]:
        qtbot.waitUntil(partial(_is_ready, ahead, uid), timeout=WAIT_MS)
        press(Qt.Key.Key_F6)
        reading(opened, qtbot, uid)
        assert window.exams.table.chosen_uid == uid
    press(Qt.Key.Key_F6)
    qtbot.waitUntil(lambda: "last exam" in window.reading.page._hint.text(), timeout=WAIT_MS)
    press(Qt.Key.Key_F6, SHIFT)
    press(Qt.Key.Key_F6, SHIFT)
    reading(opened, qtbot, three[0])
    press(Qt.Key.Key_F6)
    reading(opened, qtbot, three[1])
    qtbot.waitUntil(lambda: ahead.ready == three[2], timeout=WAIT_MS)
    press(Qt.Key.Key_F6, CONTROL)
    qtbot.waitUntil(lambda: "No unread" in window.reading.page._hint.text(), timeout=WAIT_MS)


def until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to this"
        time.sleep(0.05)


@contextmanager
def reader(home: Home, uid: StudyUID) -> Iterator[subprocess.Popen[bytes]]:
    """The real program in a process of its own, with somebody who reads an exam."""
    root = Path(__file__).resolve().parents[2]
    words = (sys.executable, "-m", "tests.helpers.reader", str(home.root), uid)
    process = subprocess.Popen(words, cwd=root, start_new_session=True)
    try:
        yield process
    finally:
        # Its receiver is a process of its own, in the same group.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)


@contextmanager
def started(home: Home, qtbot: QtBot) -> Iterator[MainWindow]:
    """The next start, up to its list."""
    app = App.open(home)
    bugs: list[BaseException] = []
    application.make_application(app)
    window = MainWindow(app, bugs.append)
    window.show()
    with qtbot.waitSignal(window.exams.listed, timeout=WAIT_MS):
        window.start()
    try:
        yield window
    finally:
        window.close()
        window.shut()
        window.deleteLater()
        app.close()
    assert bugs == []


def test_after_a_kill_the_exam_is_offered_and_comes_back_as_it_was_with_its_drawings(
    home_on_free_port: Home, tmp_path: Path, qtbot: QtBot
) -> None:
    home = home_on_free_port
    uid, paths = write_exam(tmp_path / "in", "Rex", images=2)
    library, kept = Library.open(home), Readings(home.readings)
    file_exam(library, paths)
    with reader(home, uid) as process:
        until(lambda: bool(library.annotations.of(uid)) and '"columns":2' in kept.get(uid))
        os.kill(process.pid, signal.SIGKILL)
        process.wait(30)
    library.close()
    with started(home, qtbot) as window:
        qtbot.waitUntil(lambda: bool(window.notices.bars()), timeout=WAIT_MS)
        (bar,) = window.notices.bars()
        assert bar.notice.text.startswith("You were reading Rex")
        assert not window.reading.isVisible()
        (go_on,) = [one for one in bar.findChildren(QPushButton) if one.text() == "Go on"]
        QTest.mouseClick(go_on, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: window.reading.isVisible(), timeout=WAIT_MS)
        qtbot.waitUntil(lambda: window.reading.page.first_image_shown, timeout=WAIT_MS)
        controller = window.reading.page.controller
        assert controller is not None
        assert (controller.grid.rows, controller.grid.columns) == (1, 2)
        assert [view.invert for view in controller.grid.views] == [True, False]
        assert len(controller.marking.sheet.annotations) == 1
        assert window.notices.texts() == []
    with started(home, qtbot) as window:
        qtbot.wait(500)
        assert window.notices.texts() == []


def test_an_offer_is_not_made_when_another_exam_is_asked_for(
    home_on_free_port: Home, tmp_path: Path, qtbot: QtBot
) -> None:
    app = App.open(home_on_free_port)
    first, paths = write_exam(tmp_path / "a", "Rex")
    second, more = write_exam(tmp_path / "b", "Bo")
    file_exam(app.library, [*paths, *more])
    app.readings.open_now(first)
    application.make_application(app)
    bugs: list[BaseException] = []
    window = MainWindow(app, bugs.append)
    window.show()
    window.start(study=second)
    qtbot.waitUntil(lambda: window.reading.isVisible(), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: window.reading.page.first_image_shown, timeout=WAIT_MS)
    assert window.notices.texts() == []
    window.close()
    window.shut()
    window.deleteLater()
    assert app.readings.interrupted() == ""
    assert bugs == []
    app.close()


def test_an_exam_that_lay_beside_comes_back_with_its_look(
    app: App, tmp_path: Path, opened: Opened, qtbot: QtBot
) -> None:
    new, paths = write_exam(tmp_path / "new", "Ada", images=1, date="20260503")
    old, more = write_exam(tmp_path / "old", "Ada", images=1, date="20250503")
    file_exam(app.library, [*paths, *more])
    window = opened.window
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=WAIT_MS)
    window.open_target(new, None)
    reading(opened, qtbot, new)
    page = window.reading.page
    press(Qt.Key.Key_F4)

    def compared() -> bool:
        controller = page.controller
        return (
            controller is not None
            and [one.study_uid for one in controller.exam.beside] == [old]
            and len(controller.grid.visible) == 2
            and all(controller.frame(number) is not None for number in (0, 1))
        )

    qtbot.waitUntil(compared, timeout=WAIT_MS)
    assert page.controller is not None
    page.controller.activate(1)
    press(Qt.Key.Key_I)
    inverted = [view.invert for view in page.controller.grid.views]
    assert inverted == [False, True]
    window.open_target(old, None)
    reading(opened, qtbot, old)
    window.open_target(new, None)
    reading(opened, qtbot, new)
    qtbot.waitUntil(compared, timeout=WAIT_MS)
    again = page.controller
    assert again is not None
    qtbot.waitUntil(lambda: [view.invert for view in again.grid.views] == inverted, timeout=WAIT_MS)
