"""Measuring with events of the window system itself, as a hand on the mouse makes them (xdotool, XTEST)."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from tests.ui.viewing.conftest import exam_of, series_of
from tests.ui.viewing.drawing import marking, only, value
from tests.ui.viewing.mouse import Mouse, Place
from tests.viewer.render.files import image_file
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.geometry.scale import Basis
from vetpacs_desktop.viewer.measure.image import MeasuredImage
from vetpacs_desktop.viewer.measure.veterinary.guides import GUIDES

Read = Callable[[Exam], Controller]
SIDE = 600
A, B, C = (100.0, 120.0), (400.0, 120.0), (400.0, 480.0)


class Hand:
    """A hand on mouse and keyboard; places are (column, row) of the image."""

    def __init__(self, mouse: Mouse, qtbot: QtBot) -> None:
        found = shutil.which("xdotool")
        if found is None or QGuiApplication.platformName() != "xcb":
            pytest.skip("needs xdotool and an X server (apt-get install xdotool xvfb)")
        self._program, self._mouse, self._qtbot = found, mouse, qtbot

    def click(self, place: Place, button: int = 1) -> None:
        self._do("mousemove", *self._at(place), "click", str(button))

    def drag(self, start: Place, end: Place) -> None:
        middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
        self._do("mousemove", *self._at(start), "mousedown", "1")
        self._do("mousemove", *self._at(middle))
        self._do("mousemove", *self._at(end))
        self._do("mouseup", "1")

    def key(self, *names: str) -> None:
        self._do("key", *names)

    def type(self, text: str) -> None:
        self._do("type", "--delay", "5", text)

    def _at(self, place: Place) -> tuple[str, str]:
        """The screen's pixel, whole as the window system has it."""
        view = self._mouse.viewport
        there = view.mapToGlobal(self._mouse.at(place)) * view.devicePixelRatioF()
        return str(round(there.x())), str(round(there.y()))

    def _do(self, *words: str) -> None:
        subprocess.run([self._program, *words], check=True, capture_output=True, timeout=20)
        self._qtbot.wait(30)


@pytest.fixture
def controller(page: ReadingPage, read: Read, tmp_path: Path) -> Controller:
    """A radiograph of 0.2 mm at the detector."""
    values = (np.add.outer(np.arange(SIDE), np.arange(SIDE)) + 1000).astype(np.uint16)
    sop_class = "1.2.840.10008.5.1.4.1.1.1.1"
    path = image_file(tmp_path, values, Modality="DX", SOPClassUID=sop_class, ImagerPixelSpacing=[0.2, 0.2])
    return read(exam_of(series_of([path])))


@pytest.fixture
def hand(page: ReadingPage, controller: Controller, mouse: Mouse, qtbot: QtBot) -> Hand:
    page.raise_()
    page.activateWindow()
    mouse.viewport.setFocus()
    qtbot.waitUntil(mouse.viewport.hasFocus)
    return Hand(mouse, qtbot)


def drawn(mouse: Mouse) -> int:
    return len(marking(mouse).sheet.annotations)


def test_a_length_with_key_and_clicks_undone_and_redone(hand: Hand, mouse: Mouse, qtbot: QtBot) -> None:
    hand.key("d")
    hand.click(A)
    hand.click(B)
    qtbot.waitUntil(lambda: drawn(mouse) == 1)
    found = value(mouse, only(mouse))
    assert found.value == pytest.approx(60, abs=0.4), (
        "whole screen pixels: two of them are 0.4 mm at the most"
    )
    assert (found.unit, found.basis) == ("mm", Basis.DETECTOR)
    hand.key("ctrl+z")
    qtbot.waitUntil(lambda: drawn(mouse) == 0)
    hand.key("ctrl+shift+z")
    qtbot.waitUntil(lambda: drawn(mouse) == 1)


def test_an_angle_an_ellipse_by_dragging_and_deleting(hand: Hand, mouse: Mouse, qtbot: QtBot) -> None:
    hand.key("a")
    for place in (A, B, C):
        hand.click(place)
    qtbot.waitUntil(lambda: drawn(mouse) == 1)
    assert value(mouse, only(mouse)).value == pytest.approx(90, abs=0.4)
    hand.key("e")
    hand.drag((150.0, 200.0), (350.0, 420.0))
    qtbot.waitUntil(lambda: drawn(mouse) == 2)
    area = value(mouse, marking(mouse).sheet.annotations[1])
    assert area.unit == "mm2"
    assert area.value == pytest.approx(np.pi * 20 * 22, rel=0.02)
    hand.key("Escape")
    hand.key("Escape")
    hand.click(A)
    hand.key("Delete")
    qtbot.waitUntil(lambda: [one.tool for one in marking(mouse).sheet.annotations] == ["ellipse"])


def test_words_are_typed_on_the_picture(hand: Hand, mouse: Mouse, qtbot: QtBot) -> None:
    hand.key("n")
    hand.click(C)
    hand.type("a shadow")
    hand.key("Return")
    qtbot.waitUntil(lambda: drawn(mouse) == 1)
    assert only(mouse).text == "a shadow"


def test_a_guide_step_by_step_with_a_step_taken_back(
    page: ReadingPage, hand: Hand, mouse: Mouse, qtbot: QtBot
) -> None:
    guide = GUIDES["palmar_angle"]
    page.guides.start(guide.name)
    qtbot.wait(50)
    places = [(SIDE * step.at[0], SIDE * step.at[1]) for step in guide.steps]
    hand.click(places[0])
    hand.click(places[1])
    qtbot.waitUntil(lambda: page.guides.card.count.text().startswith("Step 3 "))
    hand.key("BackSpace")
    qtbot.waitUntil(lambda: page.guides.card.count.text().startswith("Step 2 "))
    for place in places[1:]:
        hand.click(place)
    qtbot.waitUntil(lambda: drawn(mouse) == 1)
    found = value(mouse, only(mouse))
    exact = guide.compute(places, image_of(mouse)).value
    assert found.unit == "deg"
    assert found.value == pytest.approx(exact, abs=0.5)


def image_of(mouse: Mouse) -> MeasuredImage:
    frame = mouse.controller.frame(0)
    assert frame is not None
    return MeasuredImage.of_loaded(frame)
