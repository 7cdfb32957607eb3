"""Comparing and hanging while planes or a body are seen: images beside images, and the planes come back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from tests.ui.viewing.conftest import ct_series, exam_of, held_by
from tests.ui.viewing.mouse import Mouse
from vetpacs_desktop.ui.viewing.body.part import body_of
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.hanging.desk import HangingPart
from vetpacs_desktop.ui.viewing.hanging.hanger import AS_CAME
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.ui.viewing.volumes.moving import crossing_of
from vetpacs_desktop.ui.viewing.volumes.returning import with_images
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.volume.body import BODY

K = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier


def exam(folder: Path, study: str, day: str, number: int) -> Exam:
    made = exam_of(ct_series(folder / study, number))
    return replace(made, study_uid=study, study_date=day, animal_id="a")


@pytest.fixture
def now(page: ReadingPage, qtbot: QtBot, tmp_path: Path) -> Controller:
    """A CT in planes, through its fifth slice."""
    page.open_exam(exam(tmp_path, "1.2.3", "20260704", 1))
    controller = page.controller
    assert controller is not None
    qtbot.waitUntil(lambda: page.first_image_shown and controller.complete(0), timeout=15_000)
    mouse = Mouse(page)
    for _ in range(4):
        mouse.key(K.Key_Down)
    mouse.key(K.Key_M, SHIFT)
    qtbot.waitUntil(lambda: len(controller.grid.views) == 4, timeout=10_000)
    return controller


def bring(page: ReadingPage, controller: Controller, other: Exam, qtbot: QtBot) -> None:
    page.compare.put(controller, [other])
    qtbot.waitUntil(lambda: controller.frame(1) is not None, timeout=15_000)


def shown(controller: Controller) -> list[tuple[int | None, str]]:
    return [(view.series, view.plane) for view in controller.grid.views]


def solid(page: ReadingPage, controller: Controller, qtbot: QtBot) -> None:
    action = page.findChild(QAction, "solid")
    assert isinstance(action, QAction)
    action.trigger()
    held = held_by(controller)
    qtbot.waitUntil(lambda: (one := body_of(held)) is not None and one.shown is not None, timeout=20_000)


@pytest.mark.parametrize("active", [0, 1, 3])
def test_planes_give_way_to_images_beside_images_and_come_back(
    page: ReadingPage, now: Controller, qtbot: QtBot, tmp_path: Path, active: int
) -> None:
    now.activate(active)
    before, place = shown(now), crossing_of(now, held_by(now))
    bring(page, now, exam(tmp_path, "1.2.4", "20250704", 2), qtbot)
    assert shown(now) == [(0, ""), (1, "")]
    assert now.grid.views[0].index == 4, "the slice where the planes met"
    now.activate(0)
    Mouse(page).key(K.Key_I)
    Mouse(page).key(K.Key_F4)
    assert shown(now) == before
    assert [view.invert for view in now.grid.views] == [False, False, False, True]
    assert crossing_of(now, held_by(now)) == pytest.approx(place)
    assert all(now.frame(n) is not None for n in now.grid.visible)


def test_a_body_gives_way_and_comes_back(
    page: ReadingPage, now: Controller, qtbot: QtBot, tmp_path: Path
) -> None:
    solid(page, now, qtbot)
    before = shown(now)
    assert before[3] == (0, BODY)
    bring(page, now, exam(tmp_path, "1.2.4", "20250704", 2), qtbot)
    assert shown(now) == [(0, ""), (1, "")]
    Mouse(page).key(K.Key_F4)
    assert shown(now) == before
    body = body_of(held_by(now))
    assert body is not None
    body.look(body.state.camera.turned(30, 0))
    qtbot.waitUntil(
        lambda: (seen := body.shown) is not None and seen[0].camera == body.state.camera, timeout=20_000
    )


def test_the_planes_of_the_earlier_exam_open_and_close(
    page: ReadingPage, now: Controller, qtbot: QtBot, tmp_path: Path
) -> None:
    bring(page, now, exam(tmp_path, "1.2.4", "20250704", 2), qtbot)
    qtbot.waitUntil(lambda: bool(now.stacks(1)) and now.stacks(1)[0].final, timeout=10_000)
    now.activate(1)
    Mouse(page, 1).key(K.Key_M, SHIFT)
    qtbot.waitUntil(lambda: len(now.grid.views) == 4, timeout=10_000)
    assert shown(now)[:3] == [(1, "axial"), (1, "sagittal"), (1, "coronal")]
    mark = now.resolved(0).corners.mark
    assert mark is not None
    assert mark.text.startswith("Earlier")
    Mouse(page).key(K.Key_M, SHIFT)
    assert shown(now) == [(0, ""), (1, "")]
    Mouse(page).key(K.Key_M, SHIFT)
    Mouse(page).key(K.Key_F4)
    qtbot.waitUntil(lambda: now.exam.beside == ())
    qtbot.wait(50)
    assert all(view.series in (0, None) for view in now.grid.views)
    assert now.frame(now.grid.active) is not None
    assert len(now.volumes.all()) == 1, "the memory of the other exam's volume is given back"


def test_a_hanging_that_is_chosen_shows_images(page: ReadingPage, now: Controller, qtbot: QtBot) -> None:
    solid(page, now, qtbot)
    part = page.hanging
    assert isinstance(part, HangingPart)
    assert part.hanger is not None
    part.hanger.choose(AS_CAME)
    qtbot.waitUntil(lambda: all(not view.plane for view in now.grid.views))
    shown_now = now.grid.views[now.grid.active]
    assert shown_now.series == 0
    Mouse(page).key(K.Key_M, SHIFT)
    qtbot.waitUntil(lambda: len(now.grid.views) == 4)
    assert not any(view.hung for view in now.grid.views[:3]), "planes hang as they are cut"


def test_letters_and_flips_of_planes_are_left_alone_by_hanging(page: ReadingPage, now: Controller) -> None:
    assert [view.rotation for view in now.grid.views[:3]] == [0.0, 0.0, 0.0]
    assert not any(view.flip_h or view.flip_v for view in now.grid.views[:3])
    assert with_images(now, now.grid).views[0].plane == ""
