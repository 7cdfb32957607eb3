"""Real series through the window's way: the page builds what the files say, however they are packed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.helpers.corpus import corpus
from tests.ui.viewing.conftest import exam_of, series_of
from tests.ui.viewing.mouse import Mouse
from tests.viewer.volume.volumes import volume_of
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.viewer.exam import Exam


def test_an_enhanced_file_opens_in_the_planes_of_its_classic_twin(
    read: Callable[[Exam], Controller], mouse: Mouse, qtbot: QtBot
) -> None:
    controller = read(exam_of(series_of([corpus("mr-enhanced") / "0126.dcm"])))
    mouse.key(Qt.Key.Key_M, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: len(controller.grid.views) == 4, timeout=20_000)
    held = controller.volumes.of(controller.grid.views[0])
    assert held is not None
    classic = volume_of("mr-classic")
    assert np.array_equal(held.volume.values, classic.values)
    place = classic.grid.to_patient((3, 5, 7))
    assert held.volume.grid.to_patient((3, 5, 7)) == pytest.approx(tuple(place), abs=1e-3)
    assert held.volume.grid.spacing == pytest.approx(classic.grid.spacing, abs=1e-4)
