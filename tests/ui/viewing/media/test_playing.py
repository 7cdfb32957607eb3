"""Films and stacks at their own pace: range, manner, speed, linked ones, with mouse and keys."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.viewing.conftest import ct_series, exam_of, film, series_of
from tests.ui.viewing.mouse import Mouse
from tests.viewer.render.files import image_file
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.media.cine import Cine
from vetpacs_desktop.ui.viewing.media.playing import MANNER
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.viewer.exam import Exam, ExamSeries

Opened = Callable[[Exam], Controller]
ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier


def loop(folder: Path, number: int, frames: int, **tags: object) -> ExamSeries:
    """One file of several pictures."""
    values = np.zeros((frames * 16, 24, 3), np.uint8)
    for n in range(frames):
        values[n * 16 : (n + 1) * 16] = 255 * n // frames
    path = image_file(
        folder,
        values,
        Modality="US",
        SOPClassUID="1.2.840.10008.5.1.4.1.1.3.1",
        SeriesInstanceUID=f"1.2.3.8{number}",
        Rows=16,
        NumberOfFrames=frames,
        **tags,
    )
    return series_of([path], f"Loop {number}")


def seen_for(qtbot: QtBot, controller: Controller, seconds: float, *numbers: int) -> list[list[int]]:
    """The indices that viewports go through."""
    seen: list[list[int]] = [[] for _ in numbers]

    def note(_: int) -> None:
        for one, number in zip(seen, numbers, strict=True):
            one.append(controller.grid.views[number].index)

    end = controller.changed.subscribe(note)
    qtbot.wait(round(seconds * 1000))
    end()
    return seen


def action(page: ReadingPage, name: str) -> QAction:
    found = page.findChild(QAction, name)
    assert isinstance(found, QAction)
    return found


def test_a_range_set_with_keys_is_all_that_plays(
    page: ReadingPage, mouse: Mouse, read: Opened, tmp_path: Path, qtbot: QtBot
) -> None:
    controller = read(exam_of(film(tmp_path, 20)))
    controller.go_to(0, 5)
    mouse.key(Qt.Key.Key_Comma, ALT)
    controller.go_to(0, 8)
    mouse.key(Qt.Key.Key_Period, ALT)
    assert controller.grid.views[0].played == (5, 8)
    assert mouse.viewport.slider.span == (5, 8)
    mouse.key(Qt.Key.Key_C)
    seen = seen_for(qtbot, controller, 0.6, 0)[0]
    assert set(seen) <= {5, 6, 7, 8}
    assert len(set(seen)) > 2
    mouse.key(Qt.Key.Key_C)
    mouse.key(Qt.Key.Key_C, ALT)
    assert controller.grid.views[0].played is None


def test_the_ends_of_the_slider_are_dragged(
    page: ReadingPage, mouse: Mouse, ct: Controller, qtbot: QtBot
) -> None:
    slider = mouse.viewport.slider
    top = slider.mark(0).center().toPoint()
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=top)
    QTest.mouseMove(slider, QPoint(top.x(), slider.height() // 2))
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(top.x(), slider.height() // 2))
    played = ct.grid.views[0].played
    assert played is not None
    assert played[0] in (5, 6)
    assert played[1] == 11
    assert ct.grid.views[0].index == 0  # the image itself did not move


def test_once_stops_at_the_end_and_begins_anew(
    page: ReadingPage, mouse: Mouse, read: Opened, tmp_path: Path, qtbot: QtBot
) -> None:
    controller = read(exam_of(loop(tmp_path, 1, 6, FrameTime="20")))
    action(page, "cine_once").trigger()
    mouse.key(Qt.Key.Key_C)
    qtbot.waitUntil(lambda: controller.grid.views[0].index == 5)
    qtbot.waitUntil(lambda: not action(page, "play").isChecked())
    mouse.key(Qt.Key.Key_C)
    qtbot.waitUntil(lambda: controller.grid.views[0].index in (1, 2, 3))


def test_to_and_fro_comes_back(
    page: ReadingPage, mouse: Mouse, read: Opened, tmp_path: Path, qtbot: QtBot
) -> None:
    controller = read(exam_of(loop(tmp_path, 1, 6, FrameTime="25")))
    action(page, "cine_swing").trigger()
    assert page._settings.value(MANNER) == "swing"
    mouse.key(Qt.Key.Key_C)
    seen = seen_for(qtbot, controller, 0.7, 0)[0]
    steps = np.diff(seen)
    assert steps.max() > 0
    assert steps.min() < 0
    assert steps.min() > -5  # not a jump from the end to the start


def test_linked_films_keep_their_own_clocks(
    page: ReadingPage, mouse: Mouse, read: Opened, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "b").mkdir()
    quick, slow = loop(tmp_path, 1, 60, FrameTime="20"), loop(tmp_path / "b", 2, 60, FrameTime="60")
    controller = read(exam_of(quick, slow))
    controller.lay_out(1, 2)
    controller.activate(0)
    qtbot.waitUntil(lambda: controller.complete(1))
    mouse.key(Qt.Key.Key_S, SHIFT)
    mouse.key(Qt.Key.Key_C)
    qtbot.waitUntil(lambda: controller.grid.views[0].index >= 30, timeout=5000)
    mouse.key(Qt.Key.Key_C)
    one, other = (controller.grid.views[n].index for n in (0, 1))
    assert abs(one / 3 - other) <= 1


def test_stills_beside_a_playing_stack_follow_by_place(
    page: ReadingPage, mouse: Mouse, read: Opened, tmp_path: Path, qtbot: QtBot
) -> None:
    controller = read(exam_of(ct_series(tmp_path / "a", 1), ct_series(tmp_path / "b", 2)))
    controller.lay_out(1, 2)
    controller.activate(0)
    mouse.key(Qt.Key.Key_S, SHIFT)
    mouse.key(Qt.Key.Key_C)
    qtbot.waitUntil(lambda: controller.grid.views[0].index >= 3)
    mouse.key(Qt.Key.Key_C)
    assert controller.grid.views[0].index == controller.grid.views[1].index


def test_keys_change_the_speed(page: ReadingPage, mouse: Mouse, read: Opened, tmp_path: Path) -> None:
    read(exam_of(film(tmp_path, 20)))
    assert page._cine.rate == 25
    mouse.key(Qt.Key.Key_Up, ALT)
    assert page._cine.rate == 30
    mouse.key(Qt.Key.Key_Down, ALT)
    mouse.key(Qt.Key.Key_Down, ALT)
    assert page._cine.rate == 20


def test_a_long_film_plays_at_the_pace_of_its_file(
    page: ReadingPage, mouse: Mouse, read: Opened, tmp_path: Path, qtbot: QtBot
) -> None:
    controller = read(exam_of(loop(tmp_path, 1, 200, FrameTime="20")))
    qtbot.waitUntil(lambda: page._cine.rate == 50)
    mouse.key(Qt.Key.Key_C)
    begun, first = time.monotonic(), controller.grid.views[0].index
    qtbot.wait(1000)
    shown = controller.grid.views[0].index - first
    assert shown == pytest.approx((time.monotonic() - begun) * 50, abs=6)


def test_single_frames_are_stepped_through(
    page: ReadingPage, mouse: Mouse, read: Opened, tmp_path: Path
) -> None:
    controller = read(exam_of(loop(tmp_path, 1, 6, FrameTime="20")))
    mouse.key(Qt.Key.Key_Period)
    mouse.key(Qt.Key.Key_Period)
    mouse.key(Qt.Key.Key_Comma)
    assert controller.grid.views[0].index == 1


def test_frames_last_as_long_as_the_file_says_each(
    page: ReadingPage, mouse: Mouse, read: Opened, tmp_path: Path, qtbot: QtBot
) -> None:
    vector = [0, 20, 20, 20, 400, 20, 20, 20, 20]  # the fourth frame lasts 0.4 s
    controller = read(exam_of(loop(tmp_path, 1, 9, FrameTimeVector=vector, FrameIncrementPointer=0x00181065)))
    stack = controller.stack(0)
    assert stack is not None
    assert stack.lengths_ms[3] == 400
    mouse.key(Qt.Key.Key_C)
    qtbot.waitUntil(lambda: controller.grid.views[0].index == 3)
    begun = time.monotonic()
    qtbot.waitUntil(lambda: controller.grid.views[0].index != 3)
    assert 0.25 < time.monotonic() - begun < 0.8


@pytest.mark.parametrize("rate", [7, 25, 100])
def test_time_is_true_even_when_drawing_is_slow(qtbot: QtBot, rate: int) -> None:
    shown = []

    def step(steps: int) -> None:
        shown.append(steps)
        time.sleep(0.03)

    cine = Cine(step)
    cine.set_rate(rate)
    begun = time.monotonic()
    cine.start()
    qtbot.wait(700)
    elapsed = time.monotonic() - begun
    cine.stop()
    assert sum(shown) == pytest.approx(elapsed * rate, abs=max(2, 0.12 * rate))
