"""A picture in 3D is kept in the exam: sound, in its colours, without a place or a scale; K marks it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.viewing.mouse import Mouse
from tests.ui.viewing.reformats.conftest import Reading
from tests.ui.viewing.reformats.test_making import saved, wish_of
from tests.viewer.standard.drawn import faults
from tests.viewer.volume.volumes import built, main_stack
from vetpacs_desktop.ui.viewing.body.part import BodyPart
from vetpacs_desktop.ui.viewing.reformats import making
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.geometry.scale import Basis, scale_of
from vetpacs_desktop.viewer.pixels.files import ImageFiles
from vetpacs_desktop.viewer.volume.body import BODY
from vetpacs_desktop.viewer.volume.plan import plan

K = Qt.Key


def test_a_picture_in_colours_is_sound_and_claims_nothing(tmp_path: Path) -> None:
    stack = main_stack("mr-classic")
    rgb = np.random.default_rng(1).integers(0, 255, (31, 45, 3), np.uint8)
    (path,) = saved(list(making.body(wish_of(stack, built(plan(stack)), ()), rgb)), tmp_path)
    assert faults(path) == []
    description = read_description(path)
    assert scale_of(description, 0).basis is Basis.NONE
    assert description.frames[0].position is None
    assert np.array_equal(ImageFiles().get(path).stored(0), rgb)


def test_k_keeps_what_is_seen_in_3d_and_marks_it(reading: Reading, qtbot: QtBot) -> None:
    controller, mouse = reading.controller, Mouse(reading.page)
    mouse.key(K.Key_B, Qt.KeyboardModifier.ShiftModifier)
    part = reading.page.findChild(BodyPart)
    assert isinstance(part, BodyPart)
    qtbot.waitUntil(lambda: part.body is not None and part.body.shown is not None, timeout=20_000)
    assert controller.grid.views[controller.grid.active].plane == BODY
    Mouse(reading.page, controller.grid.active).key(K.Key_K)
    qtbot.waitUntil(lambda: len(controller.marking.sheet.keys) == 1, timeout=15_000)
    assert controller.exam.series[1].description == "Key images of reformats"
    assert faults(controller.exam.series[1].paths[0]) == []
