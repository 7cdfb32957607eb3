"""Planes in the real window: one key there and back, lines dragged and turned, slabs; a refusal says why."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.viewing.conftest import SLICES, ct_series, exam_of, film, held_by
from tests.ui.viewing.mouse import LEFT, NONE, Mouse
from tests.ui.viewing.screen import on_screen
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.ui.viewing.volumes import rows
from vetpacs_desktop.ui.viewing.volumes.hand import CrossHand
from vetpacs_desktop.ui.viewing.volumes.moving import crossing_of
from vetpacs_desktop.ui.viewing.volumes.part import VolumesPart
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.geometry.planes import index_to_patient
from vetpacs_desktop.viewer.marks import to_screen
from vetpacs_desktop.viewer.volume.section import PlaneName

K = Qt.Key
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
AXIAL, SAGITTAL, CORONAL = 0, 1, 2


def said(page: ReadingPage) -> str:
    return " ".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def drag(page: ReadingPage, way: Sequence[tuple[float, float]], ratio: float) -> None:
    """Along device pixel positions of the first picture, with the left button down."""
    assert page.grid is not None
    viewport = page.grid.viewports[AXIAL]
    at = [viewport.view.mapTo(viewport, QPointF(x / ratio, y / ratio)) for x, y in way]
    mouse = Mouse(page, AXIAL)
    mouse._send(QEvent.Type.MouseMove, at[0], NONE, NONE)
    mouse._send(QEvent.Type.MouseButtonPress, at[0], LEFT, LEFT)
    for place in at[1:]:
        mouse._send(QEvent.Type.MouseMove, place, NONE, LEFT)
    mouse._send(QEvent.Type.MouseButtonRelease, at[-1], LEFT, NONE)


def turn_by_hand(planes: Controller, page: ReadingPage, degrees: Sequence[float]) -> None:
    """Drag a handle of the sagittal plane's line over these angles, in the transverse picture."""
    held, shown = held_by(planes), planes.resolved(AXIAL)
    mark = next(one for one in shown.marks if one.id == "plane-sagittal")
    assert shown.picture is not None
    crossing = held.section(PlaneName.AXIAL).pixel(crossing_of(planes, held))
    middle = to_screen(crossing, shown.picture, shown.camera, shown.viewport)
    start = mark.handles[0].at
    away, angle = math.dist(start, middle), math.atan2(start[1] - middle[1], start[0] - middle[0])
    angles = [angle + math.radians(n) for n in (0, *degrees)]
    way = [(middle[0] + away * math.cos(at), middle[1] + away * math.sin(at)) for at in angles]
    drag(page, way, shown.viewport.ratio)


def seen_at(planes: Controller, page: ReadingPage, number: int, place: Sequence[float]) -> list[int]:
    """The colour on the screen where a place of the animal is in a plane's picture."""
    assert page.grid is not None
    view, shown = page.grid.viewports[number].view, planes.resolved(number)
    qt_wait_for(view)
    assert shown.picture is not None
    pixel = held_by(planes).section(list(PlaneName)[number]).pixel(place)
    x, y = to_screen(pixel, shown.picture, shown.camera, shown.viewport)
    colour: list[int] = on_screen(view)[int(y / shown.viewport.ratio), int(x / shown.viewport.ratio)].tolist()
    return colour


def qt_wait_for(view: QWidget) -> None:
    """Until what was asked for is painted."""
    for _ in range(3):
        QTest.qWait(20)
    assert view.isVisible()


def grey_of(value: float) -> int:
    """On the screen, in the window of the series: 0 to 1000."""
    return round(value / 1000 * 255)


def test_one_key_opens_three_planes_at_the_point_looked_at(planes: Controller, page: ReadingPage) -> None:
    views = planes.grid.views
    assert [view.plane for view in views] == ["axial", "sagittal", "coronal", ""]
    x, y, z = crossing_of(planes, held_by(planes))
    assert (x, y) == pytest.approx((31.5, 31.5), abs=0.6)
    assert z == pytest.approx(2.5 * 4)
    for number, letters in ((AXIAL, "DV"), (SAGITTAL, "DV"), (CORONAL, "CRCD")):
        found = planes.resolved(number).letters
        assert found.top + found.bottom == letters
    axial = planes.frame(AXIAL)
    assert axial is not None
    assert np.array_equal(np.unique(axial.values), [160, 1000]), "the fifth slice, as it was taken"
    assert page.findChildren(QLabel)


def test_the_same_key_leads_back_to_the_slice_where_the_planes_meet(
    planes: Controller, page: ReadingPage
) -> None:
    mouse = Mouse(page, AXIAL)
    mouse.key(K.Key_Down)
    mouse.key(K.Key_Down)
    place = crossing_of(planes, held_by(planes))
    mouse.key(K.Key_M, SHIFT)
    assert len(planes.grid.views) == 1
    frame = planes.frame(0)
    assert frame is not None
    back = index_to_patient(frame.description.frames[0], 0, 0)
    assert back is not None
    assert back[2] == pytest.approx(place[2])


def test_the_middle_of_the_lines_is_dragged_and_the_other_planes_follow(
    planes: Controller, page: ReadingPage
) -> None:
    held = held_by(planes)
    axial = held.section(PlaneName.AXIAL)
    start, end = axial.pixel(crossing_of(planes, held)), axial.pixel((20.0, 50.0, 0.0))
    Mouse(page, AXIAL).drag(start, end)
    assert crossing_of(planes, held)[:2] == pytest.approx((20.0, 50.0), abs=0.6)
    sagittal = planes.frame(SAGITTAL)
    assert sagittal is not None
    facts = sagittal.description.frames[0]
    assert facts.position is not None
    assert facts.position[0] == pytest.approx(20.0, abs=0.6)
    assert sagittal.values.max() < 1000, "beside the bright square"


def test_dragging_is_seen_on_the_screen_while_the_button_is_down(
    planes: Controller, page: ReadingPage
) -> None:
    """The sagittal plane comes into the bright square, slice by slice, and the lines go with the mouse."""
    held, mouse = held_by(planes), Mouse(page, AXIAL)
    axial = held.section(PlaneName.AXIAL)
    start = axial.pixel(crossing_of(planes, held))
    inside, beside = (31.0, 2.5), (55.0, 2.5)  # y and z: in the square, and out of it
    mouse.move(start)
    mouse.press(start)
    for x, bright in ((20.0, False), (8.0, True), (14.0, False), (8.0, True)):
        mouse.move(axial.pixel((x, 45.0, 0.0)), LEFT)
        assert mouse.controller.marking.sheet.annotations == ()
        colour = seen_at(planes, page, SAGITTAL, (x, *inside))
        assert colour == pytest.approx([255 if bright else grey_of(280)] * 3, abs=2), x
        assert seen_at(planes, page, SAGITTAL, (x, *beside)) == pytest.approx([grey_of(280)] * 3, abs=2)
        red, _, blue = seen_at(planes, page, AXIAL, (x, 12.0, 10.0))
        assert blue > 200 > red, "the line of the sagittal plane"
        assert seen_at(planes, page, AXIAL, (x + 6, 12.0, 10.0)) == pytest.approx([grey_of(160)] * 3, abs=2)
    mouse.release(axial.pixel((8.0, 45.0, 0.0)))


def test_a_turned_plane_shows_what_it_cuts_on_the_screen(planes: Controller, page: ReadingPage) -> None:
    """Turned by 80 degrees the sagittal plane goes through the bright square at one side only."""
    held = held_by(planes)
    x, y, _ = crossing_of(planes, held)
    turn_by_hand(planes, page, (20, 40, 60, 80))
    normal = np.array(held.section(PlaneName.SAGITTAL).normal)
    along = np.array([-normal[1], normal[0], 0.0])
    along *= math.copysign(1.0, along[0])
    assert math.degrees(math.acos(abs(normal[0]))) == pytest.approx(80, abs=1)
    left = np.array([x, y, 2.5]) - 24 * along
    assert 5 < left[0] < 11, "in the square"
    assert 24 < left[1] < 38
    assert seen_at(planes, page, SAGITTAL, left) == pytest.approx([255] * 3, abs=3)
    right = np.array([x, y, 2.5]) + 24 * along
    assert seen_at(planes, page, SAGITTAL, right) == pytest.approx([grey_of(280)] * 3, abs=3)


def test_a_slab_shows_its_brightest_its_darkest_or_its_mean(planes: Controller, page: ReadingPage) -> None:
    """Ten millimetres about the fifth slice: slices of 80, 120, 160, 200 and 240."""
    mouse, corner = Mouse(page, AXIAL), (50.0, 10.0, 10.0)
    assert seen_at(planes, page, AXIAL, corner) == pytest.approx([grey_of(160)] * 3, abs=1)
    while held_by(planes).turn.thickness.mm < 10:
        mouse.key(K.Key_BracketRight)
    assert held_by(planes).turn.thickness.mm == 10
    for name, value in (("slab_mip", 240), ("slab_minip", 80), ("slab_mean", 160)):
        action = page.findChild(QAction, name)
        assert isinstance(action, QAction)
        action.trigger()
        assert seen_at(planes, page, AXIAL, corner) == pytest.approx([grey_of(value)] * 3, abs=1), name
    page.findChild(QAction, "slab_mip").trigger()  # type: ignore[union-attr]
    planes.put({AXIAL: replace(planes.grid.views[AXIAL], index=planes.grid.views[AXIAL].index - 1)})
    moved = crossing_of(planes, held_by(planes))[2]
    brightest = 40 * max(n for n in range(SLICES) if abs(20 - 2.5 * n - moved) <= 5)
    assert seen_at(planes, page, AXIAL, (50.0, 10.0, moved)) == pytest.approx([grey_of(brightest)] * 3, abs=1)
    assert brightest != 240


def test_a_line_moves_only_its_own_plane(planes: Controller, page: ReadingPage) -> None:
    held = held_by(planes)
    before = crossing_of(planes, held)
    axial = held.section(PlaneName.AXIAL)
    column, row = axial.pixel(before)
    # Away from the middle and the handles, on the line of the sagittal plane, which stands upright here.
    Mouse(page, AXIAL).drag((column, row - 8), (column + 14, row - 5))
    after = crossing_of(planes, held)
    assert after[0] == pytest.approx(before[0] + 14, abs=0.6)
    assert after[1:] == pytest.approx(before[1:])


def test_a_handle_turns_the_other_planes_and_leaves_this_picture_alone(
    planes: Controller, page: ReadingPage
) -> None:
    held = held_by(planes)
    place = crossing_of(planes, held)
    before = planes.frame(AXIAL)
    shown = planes.resolved(AXIAL)
    turn_by_hand(planes, page, (10, 20, 30))
    normal = np.array(held.section(PlaneName.SAGITTAL).normal)
    assert np.degrees(np.arccos(abs(normal[0]))) == pytest.approx(30, abs=1)
    after = planes.frame(AXIAL)
    assert before is not None
    assert after is not None
    assert crossing_of(planes, held) == pytest.approx(place, abs=1e-6)
    turned = planes.resolved(AXIAL)
    assert turned.camera.factor == pytest.approx(shown.camera.factor), "nothing changes its size"
    facts, now = before.description.frames[0], after.description.frames[0]
    assert now.orientation == pytest.approx(facts.orientation, abs=1e-9)


def test_keys_turn_make_thicker_and_put_back(planes: Controller, page: ReadingPage) -> None:
    held, mouse = held_by(planes), Mouse(page, AXIAL)
    for _ in range(5):
        mouse.key(K.Key_Right, ALT)
    assert np.degrees(np.arccos(held.turn.axes.left[0])) == pytest.approx(5, abs=0.01)
    mouse.key(K.Key_BracketRight)
    mouse.key(K.Key_BracketRight)
    assert held.turn.thickness.mm == 2
    assert "Slabs of 2 mm" in said(page)
    mouse.key(K.Key_BracketLeft)
    assert held.turn.thickness.mm == 1
    mouse.key(K.Key_M, ALT)
    assert held.turn.axes.left == pytest.approx((1, 0, 0))
    assert held.turn.thickness.mm == 0


def test_the_lines_go_with_the_words_and_say_which_plane_they_are(
    planes: Controller, page: ReadingPage
) -> None:
    tags = {mark.tag.lines[0] for mark in planes.resolved(AXIAL).marks if mark.tag is not None}
    assert tags == {"Sagittal", "Dorsal"}
    Mouse(page, AXIAL).key(K.Key_Space)
    assert not [mark for mark in planes.resolved(AXIAL).marks if mark.id.startswith("plane")]


def test_nothing_is_taken_hold_of_where_there_are_no_lines(planes: Controller) -> None:
    hand = CrossHand(planes, 3)
    assert hand.grip((100.0, 100.0)) is None
    assert not hand.press((100.0, 100.0))
    assert not hand.busy


def test_scrolling_a_plane_moves_its_line_in_the_others(planes: Controller, page: ReadingPage) -> None:
    def line() -> tuple[float, float]:
        mark = next(one for one in planes.resolved(CORONAL).marks if one.id == "plane-axial")
        return mark.strokes[0].points[0]

    before = line()
    Mouse(page, AXIAL).key(K.Key_Down)
    assert line() != before


def test_the_letters_switch_hangs_planes_for_people(planes: Controller, page: ReadingPage) -> None:
    planes.set_letters(False)
    letters = planes.resolved(AXIAL).letters
    assert (letters.top, letters.bottom) == ("A", "P")


def test_slices_share_their_memory_with_the_volume(planes: Controller) -> None:
    values = held_by(planes).volume.values
    stack = planes.stack(3)
    assert stack is not None
    assert len(stack.keys) == SLICES
    for key in stack.keys:
        frame = planes.supply.get(key)
        assert frame is not None
        assert np.shares_memory(frame.values, values)


def test_a_film_has_no_planes_and_says_so(
    read: Callable[[Exam], Controller], tmp_path: Path, page: ReadingPage, mouse: Mouse, qtbot: QtBot
) -> None:
    controller = read(exam_of(film(tmp_path)))
    mouse.key(K.Key_M, SHIFT)
    qtbot.waitUntil(lambda: "can't be cut in other planes" in said(page))
    assert len(controller.grid.views) == 1


def test_planes_may_be_asked_for_before_everything_is_read(
    page: ReadingPage, mouse: Mouse, tmp_path: Path, qtbot: QtBot
) -> None:
    page.open_exam(exam_of(ct_series(tmp_path / "ct")))
    controller = page.controller
    assert controller is not None
    qtbot.waitUntil(lambda: page.first_image_shown)
    mouse.key(K.Key_M, SHIFT)
    qtbot.waitUntil(lambda: len(controller.grid.views) == 4, timeout=10_000)
    page.close_exam()
    assert not controller.volumes.all()


def test_a_volume_over_the_limit_says_so_and_offers_fewer_slices(
    ct: Controller, page: ReadingPage, mouse: Mouse, qtbot: QtBot
) -> None:
    ct.supply.loader.memory_bytes = 64 * 64 * 2 * 7
    asked: list[str] = []

    def agree() -> None:
        box = page.findChild(QMessageBox)
        if box is None:
            QTimer.singleShot(50, agree)
            return
        asked.append(box.text())
        next(button for button in box.buttons() if "one slice in 2" in button.text()).click()

    QTimer.singleShot(50, agree)
    mouse.key(K.Key_M, SHIFT)
    qtbot.waitUntil(lambda: len(ct.grid.views) == 4, timeout=10_000)
    assert "memory" in asked[0]
    assert held_by(ct).volume.values.shape[0] == SLICES // 2
    assert "one slice in 2" in " ".join(held_by(ct).volume.notes)


def test_the_key_stops_what_it_began(page: ReadingPage, ct: Controller, mouse: Mouse) -> None:
    """Where slices take long: the volume in the making is let go, and nothing changes on the screen."""
    part = page.findChild(VolumesPart)
    assert part is not None
    stack = ct.stack(0)
    assert stack is not None
    ct.supply.forget({key.path for key in stack.keys})
    mouse.key(K.Key_M, SHIFT)
    mouse.key(K.Key_M, SHIFT)
    assert part._making is None
    assert ct.supply.also == ()
    action = part.actions[rows.PLANES.name]
    assert not action.isChecked() or len(ct.grid.views) == 4
