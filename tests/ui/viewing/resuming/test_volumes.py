"""Planes, bodies, paths and overlays come back as they were left: turned, thick, cut, coloured, aligned."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction

from tests.ui.viewing.conftest import ct_series, exam_of, held_by
from tests.ui.viewing.fusion.test_fusion import slices
from tests.ui.viewing.mouse import Mouse
from tests.ui.viewing.resuming.conftest import Room, room
from vetpacs_desktop.ui.viewing.body.part import body_of
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.fusion.part import FusionPart
from vetpacs_desktop.ui.viewing.volumes.moving import crossing_of
from vetpacs_desktop.ui.viewing.volumes.path_moving import path_of
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.spatial.paths import paths_in
from vetpacs_desktop.viewer.volume.body import BODY, ClipBox
from vetpacs_desktop.viewer.volume.curve import presets_for
from vetpacs_desktop.viewer.volume.fusion import Pattern

__all__ = ["room"]

K = Qt.Key
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def exam(tmp_path: Path) -> Exam:
    return exam_of(ct_series(tmp_path / "a"))


def in_planes(room: Room, exam: Exam) -> Controller:
    controller = room.open(exam)
    room.complete()
    Mouse(room.page).key(K.Key_M, SHIFT)
    room.qtbot.waitUntil(lambda: len(controller.grid.views) == 4, timeout=10_000)
    return controller


def again(room: Room, exam: Exam, *, crash: bool = False) -> Controller:
    """Opened anew: after closing, or as a second start finds it after a crash, from what is on the disk."""
    controller = room.page.controller
    assert controller is not None
    sheet = controller.marking.kept
    if crash:
        room.qtbot.wait(600)
        kept = room.kept(exam)
        room.page.close_exam()
        room.pen.write(exam.study_uid, kept)
    room.page.open_exam(replace(exam, left=room.kept(exam), sheet=sheet))
    found = room.page.controller
    assert found is not None
    return found


def trigger(room: Room, name: str) -> None:
    action = room.page.findChild(QAction, name)
    assert isinstance(action, QAction)
    action.trigger()


@pytest.mark.parametrize("crash", [False, True])
def test_planes_come_back_turned_thick_and_at_their_place(room: Room, exam: Exam, crash: bool) -> None:
    controller = in_planes(room, exam)
    mouse = Mouse(room.page)
    for _ in range(12):
        mouse.key(K.Key_Right, ALT)
    trigger(room, "slab_mean")
    for _ in range(3):
        mouse.key(K.Key_BracketRight)
    mouse.key(K.Key_Down)
    held = held_by(controller)
    turn, cross, left = held.turn, crossing_of(controller, held), controller.grid
    assert turn.thickness.mm == 3.0
    found = again(room, exam, crash=crash)
    room.qtbot.waitUntil(lambda: bool(found.volumes.all()), timeout=10_000)
    back = held_by(found)
    assert back.turn == turn
    assert crossing_of(found, back) == pytest.approx(cross, abs=0.01)
    assert [(view.plane, view.index) for view in found.grid.views] == [
        (view.plane, view.index) for view in left.views
    ]


def test_turning_alone_is_written_down(room: Room, exam: Exam) -> None:
    """Nothing of the grid changes: only how the planes lie."""
    controller = in_planes(room, exam)
    room.qtbot.wait(600)
    before = room.kept(exam)
    held = held_by(controller)
    held.turn = replace(held.turn, thickness=replace(held.turn.thickness, mm=7.0))
    controller.changed.emit(0)
    room.qtbot.waitUntil(lambda: room.kept(exam) != before, timeout=5000)
    assert '"mm":7.0' in room.kept(exam)


def test_a_body_comes_back_with_its_preset_cut_and_side(room: Room, exam: Exam) -> None:
    controller = in_planes(room, exam)
    trigger(room, "solid")
    held = held_by(controller)
    room.qtbot.waitUntil(lambda: (one := body_of(held)) is not None and one.shown is not None, timeout=20_000)
    body = body_of(held)
    assert body is not None
    body.choose(presets_for("CT")[2])
    body.cut(replace(body.state, clip=ClipBox((0.1, 0.0, 0.2), (0.9, 1.0, 1.0))))
    body.look(body.state.camera.turned(40, 10).zoomed(1.7))
    state = body.state
    found = again(room, exam)
    room.qtbot.waitUntil(lambda: bool(found.volumes.all()), timeout=10_000)
    other = held_by(found)
    room.qtbot.waitUntil(
        lambda: (one := body_of(other)) is not None and one.shown is not None, timeout=20_000
    )
    back = body_of(other)
    assert back is not None
    assert back.state == state
    assert any(view.plane == BODY for view in found.grid.views)


def test_a_body_alone_comes_back_too(room: Room, exam: Exam) -> None:
    controller = in_planes(room, exam)
    trigger(room, "solid")
    held = held_by(controller)
    room.qtbot.waitUntil(lambda: (one := body_of(held)) is not None and one.shown is not None, timeout=20_000)
    view = next(view for view in controller.grid.views if view.plane == BODY)
    controller.put_grid(replace(controller.grid, rows=1, columns=1, views=(view,), active=0))
    found = again(room, exam)
    room.qtbot.waitUntil(lambda: found.frame(0) is not None, timeout=20_000)
    assert [view.plane for view in found.grid.views] == [BODY]


def test_a_body_that_was_closed_again_stays_closed(room: Room, exam: Exam) -> None:
    """A picture of the file hangs as its exam says, a body does not: that must not hide that it went."""
    controller = in_planes(room, exam)
    last = controller.grid.views[3]
    controller.put_grid(replace(controller.grid, active=3))
    trigger(room, "solid")
    room.qtbot.waitUntil(lambda: controller.grid.views[3].plane == BODY, timeout=20_000)
    room.qtbot.waitUntil(lambda: BODY in room.kept(exam), timeout=5000)
    trigger(room, "solid")
    assert controller.grid.views[3].plane == last.plane
    room.qtbot.waitUntil(lambda: f'"plane":"{BODY}"' not in room.kept(exam), timeout=5000)
    found = again(room, exam)
    assert [view.plane for view in found.grid.views] == ["axial", "sagittal", "coronal", last.plane]


def test_a_path_comes_back_where_it_was_looked_across(room: Room, exam: Exam) -> None:
    controller = in_planes(room, exam)
    controller.activate(0)
    Mouse(room.page, 0).key(K.Key_C, SHIFT)
    room.qtbot.waitUntil(lambda: len(controller.grid.views) == 6)
    room.qtbot.wait(50)
    mouse = Mouse(room.page, 0)
    mouse.click((15.0, 20.0), (30.0, 30.0), (50.0, 25.0))
    mouse.key(K.Key_Return)
    trigger(room, "path_wider")
    trigger(room, "path_turn_on")
    controller.scroll(4, -5)
    path = path_of(held_by(controller))
    assert path is not None
    assert path.track is not None
    room.qtbot.waitUntil(lambda: bool(paths_in(controller.marking.kept)))
    across, wider, index = path.track.across.copy(), path.drawn.wider, controller.grid.views[4].index
    found = again(room, exam)
    room.qtbot.waitUntil(lambda: bool(found.volumes.all()), timeout=10_000)
    back = path_of(held_by(found))
    assert back is not None
    assert back.track is not None
    assert back.track.across == pytest.approx(across, abs=1e-6)
    assert back.drawn.wider == wider
    assert found.grid.views[4].index == index
    assert found.frame(3) is not None


def test_planes_of_a_path_that_is_gone_are_planes_alone(room: Room, exam: Exam) -> None:
    controller = in_planes(room, exam)
    controller.activate(0)
    Mouse(room.page, 0).key(K.Key_C, SHIFT)
    room.qtbot.waitUntil(lambda: len(controller.grid.views) == 6)
    room.qtbot.wait(50)
    Mouse(room.page, 0).click((15.0, 20.0), (30.0, 30.0))
    room.page.close_exam()
    room.page.open_exam(replace(exam, left=room.kept(exam)))
    found = room.page.controller
    assert found is not None
    room.qtbot.waitUntil(lambda: bool(found.volumes.all()), timeout=10_000)
    room.qtbot.waitUntil(lambda: len(found.grid.views) == 4)
    assert all(found.frame(n) is not None for n in found.grid.visible)


def test_an_overlay_comes_back_over_its_series(room: Room, tmp_path: Path) -> None:
    exam = exam_of(*(slices(tmp_path / str(n), n, "1.2.9", np.zeros(3)) for n in (1, 2)))
    controller = room.open(exam)
    room.complete()
    room.qtbot.waitUntil(lambda: all(controller.stacks(n) for n in (0, 1)), timeout=10_000)
    fusion = room.page.findChild(FusionPart)
    assert isinstance(fusion, FusionPart)
    fusion.choose(1, 0)
    room.qtbot.waitUntil(lambda: controller.fusions.of(controller.grid.views[0]) is not None, timeout=10_000)
    fused = controller.fusions.of(controller.grid.views[0])
    assert fused is not None
    wish = replace(fused.wish, opacity=0.3, colours="", pattern=Pattern.CHECKER)
    fused.wish = wish
    controller.changed.emit(0)
    found = again(room, exam)
    room.qtbot.waitUntil(lambda: found.fusions.of(found.grid.views[0]) is not None, timeout=10_000)
    back = found.fusions.of(found.grid.views[0])
    assert back is not None
    assert back.wish == wish
    assert back.lie == fused.lie
    trigger(room, "overlay_off")
    assert found.fusions.of(found.grid.views[0]) is None
    third = again(room, exam)
    room.qtbot.wait(500)
    assert third.fusions.of(third.grid.views[0]) is None


def test_an_alignment_comes_back_as_far_as_it_was_agreed_to(room: Room, tmp_path: Path) -> None:
    moved = np.array([6.0, -4.0, 3.0])
    first, second = (
        slices(tmp_path / "1", 1, "1.2.9", np.zeros(3)),
        slices(tmp_path / "2", 2, "1.2.10", moved),
    )
    exam = exam_of(first, second)
    controller = room.open(exam)
    room.complete()
    room.qtbot.waitUntil(lambda: all(controller.stacks(n) for n in (0, 1)), timeout=10_000)
    fusion = room.page.findChild(FusionPart)
    assert isinstance(fusion, FusionPart)
    fusion.choose(1, 0)
    room.qtbot.waitUntil(lambda: controller.fusions.of(controller.grid.views[0]) is not None, timeout=10_000)
    trigger(room, "overlay_centres")
    fused = controller.fusions.of(controller.grid.views[0])
    assert fused is not None
    lie = fused.lie
    assert lie is not None
    assert not lie.accepted
    found = again(room, exam)
    room.qtbot.waitUntil(lambda: found.fusions.of(found.grid.views[0]) is not None, timeout=10_000)
    back = found.fusions.of(found.grid.views[0])
    assert back is not None
    assert back.lie == lie, "seen, and still not agreed to"
    trigger(room, "overlay_accept")
    room.qtbot.wait(300)
    third = again(room, exam)
    room.qtbot.waitUntil(lambda: third.fusions.of(third.grid.views[0]) is not None, timeout=10_000)
    kept = third.fusions.of(third.grid.views[0])
    assert kept is not None
    assert kept.lie is not None
    assert kept.lie.accepted
    assert np.allclose(kept.lie.rigid.move, lie.rigid.move, atol=1e-3)
