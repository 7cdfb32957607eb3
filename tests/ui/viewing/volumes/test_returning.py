"""Planes come back with the exam that was left with them; where there can be no volume, its images do."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from tests.ui.viewing.conftest import ct_series, exam_of, film
from tests.ui.viewing.mouse import Mouse
from tests.ui.viewing.resuming.conftest import Room, room
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.volumes.returning import orphan
from vetpacs_desktop.viewer.exam import Exam

__all__ = ["room"]

K = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier


def in_planes(room: Room, exam: Exam) -> Controller:
    controller = room.open(exam)
    room.complete()
    mouse = Mouse(room.page)
    mouse.key(K.Key_Down)
    mouse.key(K.Key_M, SHIFT)
    room.qtbot.waitUntil(lambda: len(controller.grid.views) == 4, timeout=10_000)
    mouse.key(K.Key_Down)
    return controller


@pytest.mark.parametrize("alone", [False, True])
def test_an_exam_left_in_planes_comes_back_in_planes(room: Room, tmp_path: Path, alone: bool) -> None:
    exam = exam_of(ct_series(tmp_path / "a"))
    controller = in_planes(room, exam)
    if alone:
        Mouse(room.page).double_click((20, 20))
        assert list(controller.grid.visible) == [0]
    left = controller.grid
    room.page.close_exam()
    assert '"plane":"axial"' in room.kept(exam)
    room.page.open_exam(replace(exam, left=room.kept(exam)))
    again = room.page.controller
    assert again is not None
    room.qtbot.waitUntil(lambda: bool(again.volumes.all()), timeout=10_000)
    room.qtbot.waitUntil(lambda: all(again.frame(n) is not None for n in again.grid.visible), timeout=10_000)
    assert [(view.plane, view.index) for view in again.grid.views] == [
        (view.plane, view.index) for view in left.views
    ]
    assert orphan(again) is None


def test_a_number_that_is_no_plane_any_more_becomes_the_nearest(room: Room, tmp_path: Path) -> None:
    exam = exam_of(ct_series(tmp_path / "a"))
    in_planes(room, exam)
    room.page.close_exam()
    kept = json.loads(room.kept(exam))
    kept["views"][1]["view"]["index"] = 5000
    room.pen.write(exam.study_uid, json.dumps(kept))
    room.page.open_exam(replace(exam, left=room.kept(exam)))
    again = room.page.controller
    assert again is not None
    room.qtbot.waitUntil(lambda: bool(again.volumes.all()), timeout=10_000)
    stack = again.stack(1)
    assert stack is not None
    assert again.grid.views[1].index == len(stack.keys) - 1


def test_planes_of_what_can_be_no_volume_become_its_images(room: Room, tmp_path: Path) -> None:
    exam = exam_of(film(tmp_path))
    controller = room.open(exam)
    room.complete()
    lost = replace(controller.grid.views[0], plane="sagittal", index=0)
    controller.put_grid(replace(controller.grid, views=(lost,)))
    room.qtbot.waitUntil(lambda: controller.grid.views[0].plane == "", timeout=10_000)
    assert controller.frame(0) is not None
