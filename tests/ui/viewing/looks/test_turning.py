"""Turning by hand, by keys and by a drawn line, with the angle on the screen and measurements untouched."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.viewing.conftest import exam_of, series_of
from tests.ui.viewing.looks.conftest import Eye, action
from tests.ui.viewing.mouse import Mouse
from tests.ui.viewing.screen import on_screen
from tests.viewer.documents import papers
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.state import Tool

NO_KEY, CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


def rotation(controller: Controller) -> float:
    return controller.grid.views[0].rotation


def send(mouse: Mouse, kind: QEvent.Type, way: QPointF, held: Qt.KeyboardModifier = NO_KEY) -> None:
    """The mouse `way` from the middle of the picture's place on the screen."""
    viewport = mouse.viewport
    at = QPointF(viewport.view.geometry().center()) + way
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    button = none if kind is QEvent.Type.MouseMove else left
    down = none if kind is QEvent.Type.MouseButtonRelease else left
    QApplication.sendEvent(viewport, QMouseEvent(kind, at, viewport.mapToGlobal(at), button, down, held))


PRESS, MOVE, RELEASE = (
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.MouseButtonRelease,
)


def test_a_drag_around_the_middle_turns_the_picture(
    radiograph: Controller, mouse: Mouse, eye: Eye, qtbot: QtBot
) -> None:
    mouse.key(Qt.Key.Key_R, CONTROL)
    assert radiograph.grid.tool is Tool.TURN
    before = on_screen(mouse.viewport.view)
    send(mouse, PRESS, QPointF(200, 0))
    send(mouse, MOVE, QPointF(200, 200))
    shape = mouse.viewport.looks.sheet.shape_shown
    assert shape is not None
    assert shape.words.startswith("Turned 4")
    send(mouse, RELEASE, QPointF(200, 200))
    assert mouse.viewport.looks.sheet.shape_shown is None
    assert rotation(radiograph) == pytest.approx(45, abs=0.5)
    qtbot.waitUntil(lambda: eye.at(100, 42).min() > 200)
    assert eye.at(100, 50).max() < 60
    assert not np.array_equal(on_screen(mouse.viewport.view), before)


def test_shift_turns_in_steps(radiograph: Controller, mouse: Mouse) -> None:
    mouse.key(Qt.Key.Key_R, CONTROL)
    send(mouse, PRESS, QPointF(200, 0))
    send(mouse, MOVE, QPointF(200, 105), SHIFT)
    send(mouse, RELEASE, QPointF(200, 105))
    assert rotation(radiograph) == 30


def test_keys_turn_by_one_degree_and_back(radiograph: Controller, mouse: Mouse) -> None:
    for _ in range(3):
        mouse.key(Qt.Key.Key_R, ALT)
    assert rotation(radiograph) == 3
    mouse.key(Qt.Key.Key_R, ALT | SHIFT)
    assert rotation(radiograph) == 2
    mouse.key(Qt.Key.Key_R, CONTROL | ALT)
    assert rotation(radiograph) == 0


def test_a_quarter_turn_and_a_flip_follow_a_free_turn(
    radiograph: Controller, mouse: Mouse, eye: Eye, qtbot: QtBot
) -> None:
    """What is level on the screen stays level: flips are those of the screen as it is seen."""
    for _ in range(10):
        mouse.key(Qt.Key.Key_R, ALT)
    right = mouse.at((100, 42))
    middle = mouse.viewport.view.geometry().center()
    mouse.key(Qt.Key.Key_H)
    flipped = mouse.at((100, 42))
    assert flipped.y() == pytest.approx(right.y(), abs=1)
    assert flipped.x() - middle.x() == pytest.approx(middle.x() - right.x(), abs=2)
    qtbot.waitUntil(lambda: eye.at(100, 42).min() > 200)
    mouse.key(Qt.Key.Key_R)
    qtbot.waitUntil(lambda: eye.at(100, 42).min() > 200)


def test_a_drawn_line_becomes_level(radiograph: Controller, mouse: Mouse) -> None:
    for _ in range(17):
        mouse.key(Qt.Key.Key_R, ALT)
    mouse.key(Qt.Key.Key_R, CONTROL | SHIFT)
    assert radiograph.grid.tool is Tool.STRAIGHTEN
    mouse.drag((60, 42), (108, 42))
    assert rotation(radiograph) % 360 == pytest.approx(0, abs=0.2)
    mouse.key(Qt.Key.Key_H)  # mirrored pictures are straightened as they are seen
    mouse.drag((30, 30), (33, 100))
    a, b = mouse.at((30, 30)), mouse.at((33, 100))
    assert a.x() == pytest.approx(b.x(), abs=0.7)


def test_a_length_is_the_same_in_any_turn(radiograph: Controller, mouse: Mouse) -> None:
    radiograph.set_texts(True)
    mouse.key(Qt.Key.Key_D)
    mouse.click((60, 42), (110, 42))
    mouse.key(Qt.Key.Key_Escape)
    said = radiograph.marking.entries(radiograph.frame(0))[0].words
    for _ in range(33):
        mouse.key(Qt.Key.Key_R, ALT)
    frame = radiograph.frame(0)
    assert frame is not None
    assert radiograph.marking.entries(frame)[0].words == said
    mouse.key(Qt.Key.Key_D)
    mouse.click((60, 52), (110, 52))
    assert radiograph.marking.entries(frame)[1].words == said


def test_reset_takes_the_turn_back_and_the_corner_says_it(
    radiograph: Controller, mouse: Mouse, page: ReadingPage
) -> None:
    radiograph.set_texts(True)
    mouse.key(Qt.Key.Key_R, ALT)
    assert "Turned 1\N{DEGREE SIGN} right" in radiograph.resolved(0).corners.bottom_right
    assert action(page, "not_turned").isEnabled()
    mouse.key(Qt.Key.Key_Escape)
    assert rotation(radiograph) == 0
    assert not radiograph.resolved(0).notes


def test_a_page_turns_by_quarters_only(
    read: Callable[[Exam], Controller], tmp_path: Path, mouse: Mouse, page: ReadingPage
) -> None:
    path = papers.carrier(tmp_path / "report.dcm", papers.pdf())
    controller = read(exam_of(series_of([path], "Report")))
    for name in ("turn", "straighten", "turn_one_right"):
        assert not action(page, name).isEnabled()
    mouse.key(Qt.Key.Key_R, ALT)
    assert rotation(controller) == 0
    mouse.key(Qt.Key.Key_R)
    assert rotation(controller) == 90
    # The tool may have been in the hand before: then it says why the page stays.
    controller.set_tool(Tool.TURN)
    send(mouse, PRESS, QPointF(100, 0))
    shape = mouse.viewport.looks.sheet.shape_shown
    assert shape is not None
    assert shape.words == "Pages turn by quarters only."
    send(mouse, MOVE, QPointF(100, 100))
    send(mouse, RELEASE, QPointF(100, 100))
    assert rotation(controller) == 90
    assert mouse.viewport.looks.sheet.shape_shown is None
