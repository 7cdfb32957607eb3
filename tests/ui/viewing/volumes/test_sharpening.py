"""A thick slanted slab is sketched while it moves and cut as it is when it rests; the window never waits."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.viewing.conftest import held_by
from tests.ui.viewing.mouse import Mouse
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.ui.viewing.volumes import held
from vetpacs_desktop.ui.viewing.volumes.sharpening import REST_MS, Sharpening
from vetpacs_desktop.viewer.render.reslicer import Reslicer
from vetpacs_desktop.viewer.volume.section import PlaneName

AXIAL, SAGITTAL = 0, 1


def test_a_slanted_slab_gets_sharp_when_it_rests(
    planes: Controller, page: ReadingPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held, "AT_ONCE", 3000)  # the volume of the tests is small
    assert page.findChild(Sharpening) is not None
    mouse = Mouse(page, AXIAL)
    for _ in range(7):
        mouse.key(Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    for _ in range(5):
        mouse.key(Qt.Key.Key_BracketRight)
    frame = planes.frame(SAGITTAL)
    assert frame is not None
    assert "sketch" in frame.key.path.name, "at once, but coarser"
    assert not planes.resolved(SAGITTAL).waiting, "and nobody is told to wait"
    one = held_by(planes)
    exact = Reslicer(one.volume).cut(one.section(PlaneName.SAGITTAL).cut(planes.grid.views[SAGITTAL].index))

    def sharp() -> bool:
        now = planes.frame(SAGITTAL)
        return now is not None and "sketch" not in now.key.path.name

    qtbot.waitUntil(sharp, timeout=5000)
    now = planes.frame(SAGITTAL)
    assert now is not None
    assert np.array_equal(now.values, exact)
    assert now.description == frame.description
    qtbot.wait(2 * REST_MS)
    assert planes.frame(SAGITTAL) is now, "and stays"


def test_what_was_cut_for_another_turn_is_dropped(planes: Controller) -> None:
    one = held_by(planes)
    number = planes.grid.views[SAGITTAL].index
    planes.frame(SAGITTAL)
    assert one.wanted(PlaneName.SAGITTAL, number) is None, "it is there"
    work = one.wanted(PlaneName.SAGITTAL, number + 1)
    assert work is not None
    values = work()
    one.take(PlaneName.SAGITTAL, number + 1, values)
    assert one.frame(PlaneName.SAGITTAL, number + 1).values is values


def test_closing_the_exam_while_a_slab_is_cut_is_quiet(
    planes: Controller, page: ReadingPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held, "AT_ONCE", 1)
    Mouse(page, AXIAL).key(Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    planes.frame(SAGITTAL)
    page.close_exam()
    qtbot.wait(2 * REST_MS)
    assert not planes.volumes.all()
