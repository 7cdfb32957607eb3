"""Sharper, smoother, evened for the eye: said in the corner, off by one key, and never in a value."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QSlider
from pytestqt.qtbot import QtBot

from tests.ui.viewing.conftest import exam_of, series_of
from tests.ui.viewing.looks.conftest import action
from tests.ui.viewing.mouse import Mouse
from tests.ui.viewing.screen import on_screen
from tests.viewer.render.files import image_file
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.looks.part import USUAL
from vetpacs_desktop.ui.viewing.looks.popup import TreatmentPopup
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.viewer.exam import Exam

CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


KEYS = (
    (Qt.KeyboardModifier.NoModifier, "sharpen", "Sharpened"),
    (SHIFT, "local_contrast", "Local contrast"),
    (ALT, "smooth_noise", "Smoothed"),
)


def test_a_key_turns_it_on_and_off_and_the_corner_says_it(
    radiograph: Controller, mouse: Mouse, page: ReadingPage, qtbot: QtBot
) -> None:
    before = on_screen(mouse.viewport.view)

    def as_before() -> bool:
        return np.array_equal(on_screen(mouse.viewport.view), before)

    for modifier, name, words in KEYS:
        mouse.key(Qt.Key.Key_U, modifier)
        assert radiograph.resolved(0).notes == (words,)
        assert action(page, name).isChecked()
        qtbot.waitUntil(lambda: not as_before())
        mouse.key(Qt.Key.Key_U, modifier)
        assert radiograph.resolved(0).notes == ()
        assert not action(page, name).isChecked()
        qtbot.waitUntil(as_before)


def test_one_key_takes_all_of_it_away(radiograph: Controller, mouse: Mouse, page: ReadingPage) -> None:
    mouse.key(Qt.Key.Key_U)
    mouse.key(Qt.Key.Key_U, SHIFT)
    assert radiograph.resolved(0).notes == ("Local contrast, sharpened",)
    assert radiograph.grid.views[0].treatment == replace(USUAL, smooth=0.0)
    mouse.key(Qt.Key.Key_U, CONTROL | SHIFT)
    assert not radiograph.grid.views[0].treatment
    assert not action(page, "sharpen").isChecked()


def test_reset_takes_everything_back(radiograph: Controller, mouse: Mouse) -> None:
    for key in (Qt.Key.Key_U, Qt.Key.Key_Y):
        mouse.key(key)
    assert len(radiograph.resolved(0).notes) == 2
    mouse.key(Qt.Key.Key_Escape)
    assert radiograph.resolved(0).notes == ()


def test_values_are_those_of_the_machine(radiograph: Controller, mouse: Mouse) -> None:
    radiograph.set_texts(True)
    mouse.key(Qt.Key.Key_E)
    mouse.drag((22, 82), (38, 98))
    frame = radiograph.frame(0)
    assert frame is not None
    before, said = frame.values, radiograph.marking.entries(frame)[0].words
    mouse.key(Qt.Key.Key_Escape)
    for modifier in (Qt.KeyboardModifier.NoModifier, SHIFT, ALT):
        mouse.key(Qt.Key.Key_U, modifier)
    picture = radiograph.resolved(0).picture
    assert picture is not None
    assert not np.array_equal(picture.values, before)
    assert radiograph.frame(0) is frame
    assert frame.values is before
    assert radiograph.marking.entries(frame)[0].words == said


def test_sliders_show_what_they_do_at_once_and_are_remembered(
    radiograph: Controller, mouse: Mouse, page: ReadingPage, qtbot: QtBot
) -> None:
    mouse.key(Qt.Key.Key_U, CONTROL)
    popup = page.findChild(TreatmentPopup)
    assert popup is not None
    assert popup.isVisible()
    slider = popup.findChild(QSlider, "sharpen_slider")
    assert slider is not None
    before = on_screen(mouse.viewport.view)
    for _ in range(5):
        qtbot.keyClick(slider, Qt.Key.Key_PageUp)
    assert radiograph.grid.views[0].treatment.sharpen == pytest.approx(1.5)
    qtbot.waitUntil(lambda: not np.array_equal(on_screen(mouse.viewport.view), before))
    qtbot.keyClick(popup, Qt.Key.Key_Escape)
    assert not popup.isVisible()
    mouse.key(Qt.Key.Key_U)
    assert not radiograph.grid.views[0].treatment
    mouse.key(Qt.Key.Key_U)
    assert radiograph.grid.views[0].treatment.sharpen == pytest.approx(1.5)
    mouse.key(Qt.Key.Key_U, CONTROL)
    off = popup.findChild(QPushButton, "untreated_button")
    assert off is not None
    qtbot.mouseClick(off, Qt.MouseButton.LeftButton)
    assert not radiograph.grid.views[0].treatment
    popup.hide()


def test_a_large_picture_is_shown_as_it_is_until_it_is_treated(
    read: Callable[[Exam], Controller], tmp_path: Path, mouse: Mouse, qtbot: QtBot
) -> None:
    values = np.random.default_rng(3).integers(0, 4000, (2500, 3000)).astype(np.uint16)
    controller = read(exam_of(series_of([image_file(tmp_path, values, Modality="DX")])))
    mouse.key(Qt.Key.Key_U, SHIFT)
    first = controller.resolved(0)
    assert first.picture is not None
    assert first.picture.values is controller.frame(0).values  # type: ignore[union-attr]
    assert first.notes == ("Local contrast: in a moment",)
    qtbot.waitUntil(lambda: controller.resolved(0).notes == ("Local contrast",), timeout=10_000)
    shown = mouse.viewport.view.frame_shown
    qtbot.waitUntil(
        lambda: (shown := mouse.viewport.view.frame_shown) is not None and shown.notes != first.notes
    )
    assert shown is not None


def test_colour_pictures_are_treated_too(
    read: Callable[[Exam], Controller], tmp_path: Path, mouse: Mouse, page: ReadingPage
) -> None:
    values = np.random.default_rng(3).integers(0, 255, (64, 64, 3)).astype(np.uint8)
    controller = read(exam_of(series_of([image_file(tmp_path, values, Modality="XC")])))
    mouse.key(Qt.Key.Key_U)
    picture = controller.resolved(0).picture
    assert picture is not None
    assert picture.values.shape == values.shape
    assert not np.array_equal(picture.values, values)
    assert not action(page, "colours").isEnabled()
    assert not action(page, "region").isEnabled()
