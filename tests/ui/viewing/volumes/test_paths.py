"""Paths in the real window: points placed and dragged, the straight picture, the mark, the side seen."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.viewing.conftest import held_by
from tests.ui.viewing.mouse import Mouse
from tests.ui.viewing.volumes.test_planes import said
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.ui.viewing.volumes.path_hand import CURVED, PathHand
from vetpacs_desktop.ui.viewing.volumes.path_held import HeldPath
from vetpacs_desktop.ui.viewing.volumes.path_moving import cross_number, path_of
from vetpacs_desktop.ui.viewing.volumes.path_part import path_takes
from vetpacs_desktop.viewer.annotations import Annotation
from vetpacs_desktop.viewer.spatial.paths import PATH_TOOL, paths_in
from vetpacs_desktop.viewer.volume.section import PlaneName

K = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
AXIAL, SAGITTAL, CORONAL, ALONG, ACROSS, IMAGES = range(6)
POINTS = ((15.0, 20.0), (30.0, 30.0), (50.0, 25.0))


@pytest.fixture
def planes(ct: Controller, mouse: Mouse, qtbot: QtBot) -> Controller:
    mouse.key(K.Key_M, SHIFT)
    qtbot.waitUntil(lambda: len(ct.grid.views) == 4, timeout=10_000)
    return ct


@pytest.fixture
def drawn(planes: Controller, page: ReadingPage, qtbot: QtBot) -> HeldPath:
    """Three points on the transverse plane; still drawing."""
    planes.activate(AXIAL)
    Mouse(page, AXIAL).key(K.Key_C, SHIFT)
    qtbot.waitUntil(lambda: len(planes.grid.views) == 6)
    qtbot.wait(50)
    Mouse(page, AXIAL).click(*POINTS)
    path = path_of(held_by(planes))
    assert path is not None
    return path


def place(controller: Controller, column: float, row: float, name: PlaneName = PlaneName.AXIAL) -> np.ndarray:  # type: ignore[type-arg]
    held = held_by(controller)
    view = next(one for one in controller.grid.views if one.plane == name.value)
    return np.asarray(held.section(name).place(view.index, column, row))


def test_clicks_place_points_in_the_animal(planes: Controller, drawn: HeldPath) -> None:
    assert [view.plane for view in planes.grid.views] == [
        "axial",
        "sagittal",
        "coronal",
        "curve",
        "cross",
        "",
    ]
    for point, (column, row) in zip(drawn.drawn.points, POINTS, strict=True):
        assert point == pytest.approx(tuple(place(planes, column, row)), abs=0.5)
    straight = math.dist(POINTS[0], POINTS[1]) + math.dist(POINTS[1], POINTS[2])
    assert straight < drawn.length < straight * 1.1


def test_the_picture_along_the_path_is_as_long_as_the_path(planes: Controller, drawn: HeldPath) -> None:
    along, one = planes.frame(ALONG), drawn.track
    assert along is not None
    assert one is not None
    facts = along.description.frames[0]
    assert facts.position is None
    assert facts.orientation is None
    assert facts.pixel_spacing == (one.step, one.step)
    assert along.values.shape[1] * one.step == pytest.approx(drawn.length, abs=one.step)
    held = held_by(planes)
    middle = along.values[along.values.shape[0] // 2]
    for number in (0, one.count // 2, one.count - 1):
        assert held.volume.value_at(one.places[number]) == pytest.approx(float(middle[number]), abs=250)


def test_a_plane_across_has_the_path_in_its_middle(planes: Controller, drawn: HeldPath) -> None:
    number = cross_number(planes, held_by(planes))
    assert number is not None
    across, one = planes.frame(ACROSS), drawn.track
    assert across is not None
    assert one is not None
    facts = across.description.frames[0]
    assert facts.position is not None
    assert facts.orientation is not None
    size, mm = across.values.shape[0] // 2, facts.pixel_spacing[0] if facts.pixel_spacing else 0.0
    right, down = np.array(facts.orientation[:3]), np.array(facts.orientation[3:])
    assert np.asarray(facts.position) + (right + down) * size * mm == pytest.approx(one.places[number])
    assert np.cross(right, down) == pytest.approx(one.along[number])


def test_enter_ends_it_and_says_how_long_the_path_is(
    planes: Controller, drawn: HeldPath, page: ReadingPage
) -> None:
    Mouse(page, AXIAL).key(K.Key_Return)
    assert not drawn.drawing
    assert f"{drawn.length:.1f} mm" in said(page)
    action = page.findChild(QAction, "path")
    assert isinstance(action, QAction)
    assert not action.isChecked()
    Mouse(page, AXIAL).click((5.0, 5.0))
    assert len(drawn.drawn.points) == 3, "clicks place nothing any more"


def test_backspace_takes_a_point_back_and_escape_ends(
    planes: Controller, drawn: HeldPath, page: ReadingPage
) -> None:
    mouse = Mouse(page, AXIAL)
    mouse.key(K.Key_Backspace)
    assert len(drawn.drawn.points) == 2
    assert not path_takes(planes, "next_image")
    mouse.key(K.Key_Escape)
    assert not drawn.drawing
    assert not path_takes(planes, "back"), "the key means the page again"
    assert len(drawn.drawn.points) == 2


def test_a_point_is_dragged_in_its_plane_and_keeps_its_depth(
    planes: Controller, drawn: HeldPath, page: ReadingPage
) -> None:
    before = drawn.drawn.points[1]
    planes.scroll(AXIAL, 3)
    Mouse(page, AXIAL).drag(POINTS[1], (33.0, 40.0))
    after = drawn.drawn.points[1]
    assert after[:2] == pytest.approx(tuple(place(planes, 33.0, 40.0))[:2], abs=0.5)
    assert after[2] == pytest.approx(before[2])


def test_points_lie_on_several_planes(planes: Controller, drawn: HeldPath, page: ReadingPage) -> None:
    mouse = Mouse(page, CORONAL)
    mouse.click((58.0, 2.0))
    assert drawn.drawn.points[3] == pytest.approx(tuple(place(planes, 58.0, 2.0, PlaneName.CORONAL)), abs=0.5)
    depths = {round(point[2], 1) for point in drawn.drawn.points}
    assert len(depths) == 2


def test_a_click_on_the_line_puts_a_point_between(
    planes: Controller, drawn: HeldPath, page: ReadingPage
) -> None:
    assert drawn.track is not None
    middle = drawn.track.places[drawn.track.nearest(place(planes, 40.0, 29.0))]
    spot = held_by(planes).section(PlaneName.AXIAL).pixel(middle)
    Mouse(page, AXIAL).click(spot)
    assert len(drawn.drawn.points) == 4
    assert drawn.drawn.points[2] == pytest.approx(tuple(middle), abs=0.6)


def test_the_mark_on_the_picture_along_moves_the_plane_across(
    planes: Controller, drawn: HeldPath, page: ReadingPage
) -> None:
    mouse = Mouse(page, AXIAL)
    mouse.key(K.Key_Return)
    held = held_by(planes)
    number, strip = cross_number(planes, held), drawn.strip
    assert number is not None
    assert strip is not None
    row = strip.rows * 0.25
    Mouse(page, ALONG).drag((float(number), row), (10.0, row))
    assert cross_number(planes, held) == pytest.approx(10, abs=1)
    texts = [line for mark in planes.resolved(ALONG).marks if mark.tag for line in mark.tag.lines]
    assert any("of" in line and "mm" in line for line in texts)


def test_the_other_side_is_seen_by_keys(planes: Controller, drawn: HeldPath, page: ReadingPage) -> None:
    assert drawn.track is not None
    before = drawn.track.across.copy()
    mouse = Mouse(page, AXIAL)
    for _ in range(6):
        mouse.key(K.Key_Right, CTRL_ALT)
    assert np.abs(np.sum(before * drawn.track.across, axis=1)).max() < 1e-6


def test_nothing_is_measured_on_the_curved_picture(
    planes: Controller, drawn: HeldPath, page: ReadingPage
) -> None:
    mouse = Mouse(page, AXIAL)
    mouse.key(K.Key_Return)
    planes.activate(ALONG)
    along = Mouse(page, ALONG)
    along.key(K.Key_A)
    along.click((5.0, 5.0), (20.0, 9.0), (30.0, 5.0))
    assert all(one.tool == PATH_TOOL for one in planes.marking.sheet.annotations)
    assert CURVED in said(page)
    assert not PathHand(planes, AXIAL).press((1.0, 1.0)), "on planes the tool measures"


def test_the_path_goes_and_the_planes_are_as_before(
    planes: Controller, drawn: HeldPath, page: ReadingPage
) -> None:
    action = page.findChild(QAction, "path_remove")
    assert isinstance(action, QAction)
    action.trigger()
    assert [view.plane for view in planes.grid.views] == ["axial", "sagittal", "coronal", ""]
    assert drawn.drawn.points == ()


def test_a_path_of_one_point_is_none(planes: Controller, page: ReadingPage, qtbot: QtBot) -> None:
    planes.activate(AXIAL)
    mouse = Mouse(page, AXIAL)
    mouse.key(K.Key_C, SHIFT)
    qtbot.wait(50)
    assert planes.resolved(ALONG).message.startswith("Click along")
    mouse.click(POINTS[0])
    mouse.key(K.Key_C, SHIFT)
    assert len(planes.grid.views) == 4


# --- kept with the exam -----------------------------------------------------------------------------


def kept(controller: Controller) -> tuple[Annotation, ...]:
    return paths_in(controller.marking.kept)


def trigger(page: ReadingPage, name: str) -> None:
    action = page.findChild(QAction, name)
    assert isinstance(action, QAction)
    assert action.isEnabled(), name
    action.trigger()


def test_a_path_is_kept_with_the_exam_and_listed(
    planes: Controller, drawn: HeldPath, page: ReadingPage, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: bool(kept(planes)))
    (one,) = kept(planes)
    assert one.space is not None
    assert len(one.space.places) == 3
    trigger(page, "marks_panel")
    (line,) = page.panel.lines
    assert line.text.startswith(f"Path: {drawn.length:.1f} mm")
    trigger(page, "marks_panel")


def test_undo_takes_a_moved_point_back_on_the_screen(
    planes: Controller, drawn: HeldPath, page: ReadingPage, qtbot: QtBot
) -> None:
    Mouse(page, AXIAL).key(K.Key_Return)
    qtbot.waitUntil(lambda: bool(kept(planes)))
    before = drawn.drawn.points[1]
    Mouse(page, AXIAL).drag(POINTS[1], (33.0, 40.0))
    qtbot.waitUntil(lambda: kept(planes)[0].space.places[1] != before)  # type: ignore[union-attr]
    planes.marking.undo()
    assert math.dist(drawn.drawn.points[1], before) < 1e-9
    planes.marking.redo()
    assert math.dist(drawn.drawn.points[1], before) > 1


def test_a_removed_path_comes_back_with_undo(
    planes: Controller, drawn: HeldPath, page: ReadingPage, qtbot: QtBot
) -> None:
    Mouse(page, AXIAL).key(K.Key_Return)
    qtbot.waitUntil(lambda: bool(kept(planes)))
    trigger(page, "path_remove")
    assert not kept(planes)
    assert len(planes.grid.views) == 4
    planes.marking.undo()
    assert len(kept(planes)) == 1
    assert len(planes.grid.views) == 6
    assert len(drawn.drawn.points) == 3


def test_several_paths_are_shown_one_after_the_other(
    planes: Controller, drawn: HeldPath, page: ReadingPage, qtbot: QtBot
) -> None:
    first = drawn.drawn.points
    trigger(page, "path_new")
    assert drawn.drawing
    Mouse(page, AXIAL).click((10.0, 50.0), (50.0, 50.0))
    Mouse(page, AXIAL).key(K.Key_Return)
    qtbot.waitUntil(lambda: len(kept(planes)) == 2)
    trigger(page, "path_next")
    assert np.asarray(drawn.drawn.points) == pytest.approx(np.asarray(first))
    trigger(page, "path_away")
    assert len(planes.grid.views) == 4
    assert len(kept(planes)) == 2
    trigger(page, "path_next")
    assert len(planes.grid.views) == 6


def test_a_path_in_the_list_is_shown_and_deleted_there(
    planes: Controller, drawn: HeldPath, page: ReadingPage, qtbot: QtBot
) -> None:
    Mouse(page, AXIAL).key(K.Key_Return)
    qtbot.waitUntil(lambda: bool(kept(planes)))
    mouse = Mouse(page, AXIAL)
    mouse.key(K.Key_M, SHIFT)
    assert all(not view.plane for view in planes.grid.views)
    trigger(page, "marks_panel")
    rows = page.panel.list
    QTest.mouseClick(
        rows.viewport(), Qt.MouseButton.LeftButton, pos=rows.visualItemRect(rows.item(0)).center()
    )
    qtbot.waitUntil(lambda: len(planes.grid.views) == 6)
    assert path_of(held_by(planes)) is drawn
    assert len(drawn.drawn.points) == 3
    rows.setFocus()
    rows.setCurrentRow(0)
    QTest.keyClick(rows, K.Key_Delete)
    assert not kept(planes)
    assert len(planes.grid.views) == 4
    trigger(page, "marks_panel")
