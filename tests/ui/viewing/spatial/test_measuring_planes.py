"""Measuring on planes in the real window: kept in the animal, seen where it lies, led to from the list."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.viewing.conftest import SLICES, ct_series, exam_of, held_by
from tests.ui.viewing.drawing import take
from tests.ui.viewing.mouse import Mouse
from vetpacs_desktop.app import drawn_of, sheet_of
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.ui.viewing.spatial.part import SpatialPart
from vetpacs_desktop.ui.viewing.spatial.probe import Probe
from vetpacs_desktop.ui.viewing.spatial.rows import PROBE
from vetpacs_desktop.ui.viewing.volumes.moving import cross_to, crossing_of
from vetpacs_desktop.viewer.annotations import Annotation
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.measure.measured import Measured
from vetpacs_desktop.viewer.volume.section import PlaneName

K = Qt.Key
SHIFT, ALT, CONTROL = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
)
AXIAL, SAGITTAL, CORONAL, STACK = range(4)
Read = Callable[[Exam], Controller]


def only(controller: Controller) -> Annotation:
    (one,) = controller.marking.sheet.annotations
    return one


def value(controller: Controller, one: Annotation) -> Measured:
    return controller.marking.values.placed_value(one)


def tags(controller: Controller, number: int) -> str:
    marks = controller.resolved(number).marks
    return " ".join(line for mark in marks if mark.tag is not None for line in mark.tag.lines)


def marked(controller: Controller, number: int) -> bool:
    ids = {one.id for one in controller.marking.sheet.annotations}
    return any(mark.id in ids for mark in controller.resolved(number).marks)


def length_drawn(planes: Controller, page: ReadingPage) -> Annotation:
    """From (20, 20) to (50, 40) of the fifth transverse plane, by two clicks."""
    mouse = Mouse(page, AXIAL)
    mouse.click((40, 5))
    mouse.key(K.Key_D)
    section = held_by(planes).section(PlaneName.AXIAL)
    mouse.click(section.pixel((20.0, 20.0, 10.0)), section.pixel((50.0, 40.0, 10.0)))
    mouse.key(K.Key_Escape)
    return only(planes)


def test_a_length_is_kept_by_its_places_and_seen_where_it_lies(planes: Controller, page: ReadingPage) -> None:
    one = length_drawn(planes, page)
    assert one.space is not None
    assert one.points == ()
    assert np.allclose(one.space.places, [(20, 20, 10), (50, 40, 10)], atol=0.05)
    assert value(planes, one).value == pytest.approx(math.hypot(30, 20), abs=0.1)
    assert "36 mm" in tags(planes, AXIAL)
    assert "36 mm" in tags(planes, STACK), "also on the slice it was drawn in the plane of"
    planes.scroll(AXIAL, 2)
    assert not marked(planes, AXIAL), "two planes on it is not there any more"
    planes.scroll(AXIAL, -2)
    assert "36 mm" in tags(planes, AXIAL)


def test_other_planes_show_where_it_crosses_them(planes: Controller, page: ReadingPage) -> None:
    one = length_drawn(planes, page)
    held = held_by(planes)
    cross_to(planes, held, (35.0, 30.0, 10.0))
    for number, name in ((SAGITTAL, PlaneName.SAGITTAL), (CORONAL, PlaneName.CORONAL)):
        (mark,) = [mark for mark in planes.resolved(number).marks if mark.id == one.id]
        assert len(mark.strokes) == 4, "a small cross"
        assert mark.tag is not None
        assert mark.tag.lines == ("Length",)
        ends = np.array([point for stroke in mark.strokes for point in stroke.points])
        at = Mouse(page, number).at(held.section(name).pixel((35.0, 30.0, 10.0)))
        ratio = planes.resolved(number).viewport.ratio
        viewport = Mouse(page, number).viewport
        at = viewport.view.mapFrom(viewport, at)
        assert np.allclose(ends.mean(axis=0), (at.x() * ratio, at.y() * ratio), atol=3)
    cross_to(planes, held, (10.0, 30.0, 10.0))
    assert not [mark for mark in planes.resolved(SAGITTAL).marks if mark.id == one.id]


def crosses(controller: Controller, page: ReadingPage, number: int, one: Annotation) -> np.ndarray:
    """Where a figure's marks are on a viewport, (n, 2) in device pixels, each stroke's middle."""
    found = [mark for mark in controller.resolved(number).marks if mark.id == one.id]
    return np.array([np.mean(stroke.points, axis=0) for mark in found for stroke in mark.strokes])


def screen_of(page: ReadingPage, number: int, pixel: tuple[float, float]) -> tuple[float, float]:
    mouse = Mouse(page, number)
    at, ratio = (
        mouse.viewport.view.mapFrom(mouse.viewport, mouse.at(pixel)),
        mouse.viewport.devicePixelRatioF(),
    )
    return at.x() * ratio, at.y() * ratio


def test_what_is_drawn_on_an_image_is_seen_on_the_planes_that_cut_it(
    ct: Controller, page: ReadingPage, mouse: Mouse, qtbot: QtBot
) -> None:
    """A length and an ellipse on the fifth image: whole in the plane of it, crossed in the others."""
    for _ in range(4):
        mouse.key(K.Key_Down)
    mouse.key(K.Key_D)
    mouse.click((20.0, 43.0), (50.0, 23.0))  # (20, 20) to (50, 40) mm: row 0 lies at y = 63
    mouse.key(K.Key_Escape)
    take(page, "ellipse")
    mouse.click((10.0, 10.0), (30.0, 20.0))
    mouse.key(K.Key_Escape)
    length, ellipse = ct.marking.sheet.annotations
    assert length.space is None
    mouse.key(K.Key_M, SHIFT)
    qtbot.waitUntil(lambda: len(ct.grid.views) == 4, timeout=10_000)
    held = held_by(ct)
    cross_to(ct, held, (35.0, 30.0, 10.0))
    axial = held.section(PlaneName.AXIAL)
    (stroke,) = next(mark for mark in ct.resolved(AXIAL).marks if mark.id == length.id).strokes
    for end, place in zip(stroke.points, ((20.0, 20.0, 10.0), (50.0, 40.0, 10.0)), strict=True):
        assert end == pytest.approx(screen_of(page, AXIAL, axial.pixel(place)), abs=1)
    for number, name in ((SAGITTAL, PlaneName.SAGITTAL), (CORONAL, PlaneName.CORONAL)):
        seen = crosses(ct, page, number, length)
        assert len(seen) == 4, "a small cross where the plane cuts it"
        pixel = held.section(name).pixel((35.0, 30.0, 10.0))
        assert seen.mean(axis=0) == pytest.approx(screen_of(page, number, pixel), abs=1)
        assert "Length" in tags(ct, number)
    cross_to(ct, held, (20.0, 48.0, 10.0))
    seen = crosses(ct, page, SAGITTAL, ellipse)
    sides = {(20.0, 53.0, 10.0), (20.0, 43.0, 10.0)}
    assert len(seen) == 8, "where its edge goes in and comes out"
    wanted = [screen_of(page, SAGITTAL, held.section(PlaneName.SAGITTAL).pixel(place)) for place in sides]
    for at in wanted:
        assert np.hypot(*(seen - at).T).min() < 8
    cross_to(ct, held, (35.0, 30.0, 17.5))
    assert not crosses(ct, page, AXIAL, length).size, "three slices on it is not there"
    assert crosses(ct, page, STACK, length).size, "and still on its own image"


def test_on_a_plane_it_is_only_looked_at(
    ct: Controller, page: ReadingPage, mouse: Mouse, qtbot: QtBot
) -> None:
    """Chosen there it stands out everywhere; dragging does not move it off its image."""
    mouse.key(K.Key_D)
    mouse.click((20.0, 43.0), (50.0, 23.0))
    mouse.key(K.Key_Escape)
    mouse.key(K.Key_Escape)
    (before,) = ct.marking.sheet.annotations
    mouse.key(K.Key_M, SHIFT)
    qtbot.waitUntil(lambda: len(ct.grid.views) == 4, timeout=10_000)
    held = held_by(ct)
    cross_to(ct, held, (10.0, 10.0, 20.0))
    axial = held.section(PlaneName.AXIAL)
    on_it = axial.pixel((35.0, 30.0, 20.0))
    Mouse(page, AXIAL).drag(on_it, (on_it[0] + 8, on_it[1] + 8))
    assert ct.marking.sheet.annotations == (before,)
    assert ct.marking.chosen is None or ct.marking.chosen.id == before.id


def test_an_image_shows_where_a_measurement_of_the_animal_crosses_it(
    planes: Controller, page: ReadingPage
) -> None:
    """Drawn along the body on the sagittal plane: a cross on every image in between."""
    held, mouse = held_by(planes), Mouse(page, SAGITTAL)
    mouse.key(K.Key_D)
    section = held.section(PlaneName.SAGITTAL)
    x = crossing_of(planes, held)[0]
    mouse.click(section.pixel((x, 20.0, 0.0)), section.pixel((x, 40.0, 20.0)))
    mouse.key(K.Key_Escape)
    one = only(planes)
    for index, y in ((2, 35.0), (4, 30.0)):  # at z = 15 and 10 mm
        planes.go_to(STACK, index)
        seen = crosses(planes, page, STACK, one)
        assert len(seen) == 4
        assert seen.mean(axis=0) == pytest.approx(screen_of(page, STACK, (x, 63.0 - y)), abs=2)
    planes.go_to(STACK, 11)
    assert not marked(planes, STACK), "beyond its end"


def test_it_is_chosen_dragged_nudged_undone_and_deleted_on_a_plane(
    planes: Controller, page: ReadingPage
) -> None:
    length_drawn(planes, page)
    mouse, section = Mouse(page, AXIAL), held_by(planes).section(PlaneName.AXIAL)
    start, end = section.pixel((50.0, 40.0, 10.0)), section.pixel((50.0, 20.0, 10.0))
    mouse.drag(start, end)
    one = only(planes)
    assert value(planes, one).value == pytest.approx(30, abs=0.2)
    mouse.viewport.setFocus()
    mouse.key(K.Key_Z, CONTROL)
    assert value(planes, only(planes)).value == pytest.approx(math.hypot(30, 20), abs=0.1)
    mouse.key(K.Key_Z, CONTROL | SHIFT)
    assert only(planes) == one
    before = only(planes).space
    assert before is not None
    planes.marking.choose(None)
    mouse.key(K.Key_Tab)
    assert planes.marking.chosen_one == one
    mouse.key(K.Key_Right)
    after = only(planes).space
    assert after is not None
    way = np.subtract(after.places, before.places)
    assert np.allclose(way, [(section.mm, 0, 0)] * 2, atol=1e-6), "to the right, which is left in the animal"
    mouse.key(K.Key_Delete)
    assert planes.marking.sheet.annotations == ()


def test_a_region_on_a_plane_counts_the_voxels_as_stored(planes: Controller, page: ReadingPage) -> None:
    mouse = Mouse(page, SAGITTAL)
    held = held_by(planes)
    cross_to(planes, held, (8.0, 31.0, 10.0))
    section = held.section(PlaneName.SAGITTAL)
    mouse.click(section.pixel((8.0, 5.0, 15.0)))
    mouse.key(K.Key_E, SHIFT)
    mouse.drag(section.pixel((8.0, 26.2, 4.0)), section.pixel((8.0, 36.8, 19.0)))
    found = value(planes, only(planes))
    assert found.parts["pixels"].value == 10 * 6, "ten rows of six slices"
    assert (found.parts["mean"].value, found.parts["sd"].value) == (1000, 0)
    assert found.parts["mean"].unit == "HU"
    assert found.value == pytest.approx(10.6 * 15, rel=0.02)


def test_a_length_may_begin_on_one_plane_and_end_on_another(planes: Controller, page: ReadingPage) -> None:
    held = held_by(planes)
    mouse, other = Mouse(page, AXIAL), Mouse(page, SAGITTAL)
    mouse.click((40, 5))
    mouse.key(K.Key_D)
    mouse.click(held.section(PlaneName.AXIAL).pixel((20.0, 20.0, 10.0)))
    x, _, _ = crossing_of(planes, held)
    other.click(held.section(PlaneName.SAGITTAL).pixel((x, 50.0, 15.0)))
    one = only(planes)
    assert value(planes, one).value == pytest.approx(math.dist((20, 20, 10), (x, 50, 15)), abs=0.2)


def test_oblique_planes_measure_true(planes: Controller, page: ReadingPage) -> None:
    """The axial view turned about the sagittal one: a way down its picture is slanted in the animal."""
    mouse, held = Mouse(page, SAGITTAL), held_by(planes)
    mouse.click((5, 5))
    for _ in range(17):
        mouse.key(K.Key_Right, ALT)
    section = held.section(PlaneName.AXIAL)
    number = planes.grid.views[AXIAL].index
    middle = section.pixel(crossing_of(planes, held))
    ends = (middle[0] - 12, middle[1] - 4), (middle[0] + 10, middle[1] + 5)
    first, last = (section.place(number, *end) for end in ends)
    axial = Mouse(page, AXIAL)
    axial.click((2, 2))
    axial.key(K.Key_D)
    axial.click(*ends)
    assert value(planes, only(planes)).value == pytest.approx(math.dist(first, last), abs=0.1)
    assert first[2] != pytest.approx(last[2], abs=0.5)


def test_the_list_leads_to_it(planes: Controller, page: ReadingPage) -> None:
    length_drawn(planes, page)
    mouse = Mouse(page, AXIAL)
    mouse.key(K.Key_M)
    (line,) = page.panel.lines
    assert "36 mm" in line.text
    assert "in space at 35, 30, 10 mm" in line.text
    planes.marking.choose(None)
    cross_to(planes, held_by(planes), (5.0, 5.0, 25.0))
    planes.activate(CORONAL)
    QTest.mouseClick(
        page.panel.list.viewport(),
        Qt.MouseButton.LeftButton,
        pos=page.panel.list.visualItemRect(page.panel.list.item(0)).center(),
    )
    assert crossing_of(planes, held_by(planes))[2] == pytest.approx(10.0)
    assert planes.grid.active == AXIAL
    assert planes.marking.chosen_one == only(planes)
    assert "36 mm" in tags(planes, AXIAL)


def test_it_is_seen_on_the_images_when_the_planes_are_closed(planes: Controller, page: ReadingPage) -> None:
    length_drawn(planes, page)
    Mouse(page, AXIAL).key(K.Key_M, SHIFT)
    assert len(planes.grid.views) == 1
    assert "36 mm" in tags(planes, 0)
    planes.scroll(0, 1)
    assert not marked(planes, 0)
    mouse = Mouse(page)
    mouse.key(K.Key_M)
    qtline = page.panel.list.item(0)
    page.panel.list.itemClicked.emit(qtline)
    assert "36 mm" in tags(planes, 0), "the list leads back to its slice"


def test_a_volume_from_outlines_is_blended_and_seen_between_them(
    planes: Controller, page: ReadingPage, qtbot: QtBot
) -> None:
    """The bright square is 8 x 16 mm; outlined around it on the second and the sixth slice."""
    held = held_by(planes)
    mouse, section = Mouse(page, AXIAL), held.section(PlaneName.AXIAL)
    mouse.click((40, 5))
    take(page, "volume")
    corners = [(3.5, 23.5, 0.0), (11.5, 23.5, 0.0), (11.5, 39.5, 0.0), (3.5, 39.5, 0.0)]
    way = [section.pixel(corner) for corner in corners]
    edge = [*way, (way[0][0], way[0][1] + 2)]
    planes.go_to(AXIAL, section.nearest((0, 0, 2.5)))
    mouse.drag(*edge)
    planes.go_to(AXIAL, section.nearest((0, 0, 12.5)))
    mouse.drag(*edge)
    assert planes.marking.draft is not None
    assert planes.marking.sheet.annotations == ()
    mouse.key(K.Key_Return)
    one = only(planes)
    assert one.space is not None
    assert len(one.space.rings) == 2
    qtbot.waitUntil(lambda: value(planes, one).value is not None)
    found = value(planes, one)
    assert found.value == pytest.approx(8 * 16 * 12.5 / 1000, rel=0.03)
    assert found.parts["mean"].value == pytest.approx(1000, abs=40)
    planes.go_to(AXIAL, section.nearest((0, 0, 7.5)))
    qtbot.waitUntil(lambda: marked(planes, AXIAL))
    assert "ml" in tags(planes, AXIAL)
    cross_to(planes, held, (8.0, 31.0, 7.5))
    assert marked(planes, SAGITTAL)


def test_finished_outlines_are_not_thrown_away(planes: Controller, page: ReadingPage) -> None:
    """By Esc, by another tool, by closing the exam: they can be undone, not lost."""
    mouse, section = Mouse(page, AXIAL), held_by(planes).section(PlaneName.AXIAL)
    mouse.click((40, 5))
    way = [
        section.pixel(at)
        for at in ((20.0, 20.0, 0.0), (40.0, 20.0, 0.0), (40.0, 40.0, 0.0), (20.0, 40.0, 0.0))
    ]
    take(page, "volume")
    mouse.drag(*way)
    assert planes.marking.sheet.annotations == ()
    mouse.key(K.Key_Escape)
    assert only(planes).tool == "volume"
    mouse.key(K.Key_Z, CONTROL)
    assert planes.marking.sheet.annotations == ()
    take(page, "volume")
    mouse.drag(*way)
    marking = planes.marking
    page.close_exam()
    (one,) = marking.sheet.annotations
    assert sheet_of(drawn_of("1.2.3", marking.sheet)).annotations == (one,), "as the library keeps it"


def test_a_volume_grows_from_a_point_and_comes_back_the_same(
    planes: Controller, page: ReadingPage, read: Read, qtbot: QtBot, tmp_path: Path
) -> None:
    held = held_by(planes)
    mouse, section = Mouse(page, AXIAL), held.section(PlaneName.AXIAL)
    mouse.click((40, 5))
    take(page, "grow")
    mouse.click(section.pixel((8.0, 31.0, 10.0)))
    qtbot.waitUntil(lambda: bool(planes.marking.sheet.annotations))
    one = only(planes)
    assert one.space is not None
    assert one.space.grown is not None
    assert one.space.grown.count == 8 * 16 * SLICES
    assert value(planes, one).value == pytest.approx(8 * 16 * SLICES * 2.5 / 1000)
    for number in (AXIAL, SAGITTAL, STACK):
        cross_to(planes, held, (8.0, 31.0, 10.0))
        assert marked(planes, number), number
    assert "3.84 ml" in tags(planes, AXIAL)
    # As another day would find it: the numbers at once, the edge once the volume is there again.
    series = planes.exam.series[0]
    controller = read(replace(exam_of(series), sheet=planes.marking.sheet))
    assert controller.marking.values.placed_value(one).value == pytest.approx(3.84)
    Mouse(page).key(K.Key_M, SHIFT)
    qtbot.waitUntil(lambda: len(controller.grid.views) == 4, timeout=10_000)
    cross_to(controller, held_by(controller), (8.0, 31.0, 10.0))
    qtbot.waitUntil(lambda: marked(controller, AXIAL))


def test_the_value_under_the_mouse_is_that_of_the_voxel(planes: Controller, page: ReadingPage) -> None:
    held = held_by(planes)
    for number, name in ((AXIAL, PlaneName.AXIAL), (SAGITTAL, PlaneName.SAGITTAL)):
        cross_to(planes, held, (8.0, 31.0, 10.0))
        mouse = Mouse(page, number)
        mouse.move(held.section(name).pixel((8.2, 30.7, 10.0)))
        probe = page.findChild(Probe)
        assert probe is not None
        assert probe.isVisible()
        assert probe.text().startswith("1000 HU")
        assert probe.text().endswith("z 10.0 mm")
    mouse = Mouse(page, STACK)
    mouse.move((40, 40))
    probe = page.findChild(Probe)
    assert probe is not None
    assert probe.text() == "160 HU   x 40.0  y 23.0  z 10.0 mm"
    planes.scroll(STACK, 1)
    assert probe.text().startswith("200 HU"), "the image changes under the mouse"
    mouse.viewport.setFocus()
    part = page.findChild(SpatialPart)
    assert part is not None
    switch = page.findChild(QAction, PROBE.name)
    assert switch is not None
    assert switch.isChecked()
    mouse.key(K.Key_P, ALT)
    assert not switch.isChecked()
    assert not probe.isVisible()
    mouse.move((41, 40))
    assert not probe.isVisible()
    mouse.key(K.Key_P, ALT)
    assert probe.isVisible()


def test_another_reconstruction_of_the_same_animal_shows_it_too(
    planes: Controller, page: ReadingPage, read: Read, tmp_path: Path, qtbot: QtBot
) -> None:
    """Places say the same in both; values are those of the series it was drawn on."""
    one = length_drawn(planes, page)
    assert one.space is not None
    series, other = ct_series(tmp_path / "a"), ct_series(tmp_path / "b", number=2)
    sheet = replace(
        planes.marking.sheet,
        annotations=(replace(one, space=replace(one.space, frame_of_reference_uid="1.2.3.2")),),
    )
    controller = read(replace(exam_of(series, other), sheet=sheet))
    controller.show(0, 1)
    qtbot.waitUntil(lambda: controller.complete(0))
    controller.go_to(0, 4)
    assert "36 mm" in tags(controller, 0)
    controller.show(0, 0)
    qtbot.waitUntil(lambda: controller.complete(0))
    controller.go_to(0, 4)
    assert not marked(controller, 0), "nothing says that these images share its places"
