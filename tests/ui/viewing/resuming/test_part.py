"""An exam comes back as it was left, by name, and nothing is moved under the reader's hand."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt

from tests.ui.viewing.conftest import ct_series, exam_of
from tests.ui.viewing.mouse import Mouse
from tests.ui.viewing.resuming.conftest import Room
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.resuming.part import SOON_MS
from vetpacs_desktop.viewer import reading_state
from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.loading import FrameKey
from vetpacs_desktop.viewer.session import FrameStack
from vetpacs_desktop.viewer.state import GridState, Tool, ViewState, ZoomMode

Make = Callable[[str, int], Exam]
ALT = Qt.KeyboardModifier.AltModifier


def shown(controller: Controller, number: int = 0) -> str:
    """The file of the picture in a viewport."""
    path = controller.path(number)
    return path.name if path is not None else ""


def test_layout_picture_window_and_place_come_back(room: Room, tmp_path: Path) -> None:
    exam = exam_of(ct_series(tmp_path / "a", 1), ct_series(tmp_path / "b", 2))
    controller = room.open(exam)
    room.complete()
    mouse = Mouse(room.page)
    mouse.key(Qt.Key.Key_2, ALT)
    room.complete()
    for key in (
        Qt.Key.Key_H,
        Qt.Key.Key_Plus,
        Qt.Key.Key_PageDown,
        Qt.Key.Key_Up,
        Qt.Key.Key_I,
        Qt.Key.Key_T,
    ):
        mouse.key(key)
    mouse.drag((30, 30), (40, 35))
    controller.choose(0, Window(321, 654))
    left, file = controller.grid, shown(controller)
    assert (left.columns, left.views[0].index, left.tool) == (2, 9, Tool.PAN)
    room.page.close_exam()
    assert json.loads(room.kept(exam))["version"] == 1
    again = room.open(exam)
    room.complete()
    assert again is not controller
    assert again.grid == left
    assert shown(again) == file
    assert again.grid.views[0].zoom is ZoomMode.FACTOR


def test_what_was_done_is_on_the_disk_a_moment_later(room: Room, tmp_path: Path) -> None:
    exam = exam_of(ct_series(tmp_path / "a"))
    room.open(exam)
    room.complete()
    room.qtbot.wait(SOON_MS + 200)
    assert room.kept(exam) == ""
    Mouse(room.page).key(Qt.Key.Key_H)
    room.qtbot.waitUntil(lambda: '"flip_h":true' in room.readings.get(exam.study_uid), timeout=5000)
    assert room.readings.interrupted() == exam.study_uid
    room.page.close_exam()
    assert room.pen.settle()
    assert room.readings.interrupted() == ""


def test_an_exam_that_was_only_looked_at_is_as_new(room: Room, tmp_path: Path) -> None:
    exam = exam_of(ct_series(tmp_path / "a"))
    room.open(exam)
    room.complete()
    room.page.close_exam()
    assert room.kept(exam) == ""


def test_new_images_before_the_one_that_was_seen_change_nothing(room: Room, radiographs: Make) -> None:
    exam = radiographs("1.5", 3)
    controller = room.open(exam)
    room.complete()
    mouse = Mouse(room.page)
    mouse.key(Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    mouse.key(Qt.Key.Key_V)
    file = shown(controller)
    room.page.close_exam()
    room.kept(exam)
    (series,) = exam.series
    moved = replace(series, paths=series.paths[::-1], sop_uids=series.sop_uids[::-1])
    again = room.open(replace(exam, series=(moved,)))
    room.complete()
    room.qtbot.waitUntil(lambda: shown(again) == file)
    assert again.grid.views[0].flip_v
    gone = series.paths.index(Path(controller.exam.series[0].paths[0].parent / file))
    kept = [n for n in range(3) if n != gone]
    room.page.close_exam()
    room.kept(exam)
    fewer = replace(
        series,
        paths=tuple(series.paths[n] for n in kept),
        sop_uids=tuple(series.sop_uids[n] for n in kept),
        frame_count=2,
    )
    last = room.open(replace(exam, series=(fewer,)))
    room.complete()
    assert not last.grid.views[0].flip_v
    assert shown(last) != file


def test_as_new_forgets_how_it_was_left_but_not_what_is_drawn(room: Room, tmp_path: Path) -> None:
    exam = exam_of(ct_series(tmp_path / "a"))
    controller = room.open(exam)
    new = room.complete().grid.views[0]
    mouse = Mouse(room.page)
    mouse.key(Qt.Key.Key_D)
    mouse.click((10, 10), (30, 30))
    mouse.key(Qt.Key.Key_Escape)
    mouse.key(Qt.Key.Key_H)
    controller.scroll(0, 4)
    room.qtbot.waitUntil(lambda: bool(room.readings.get(exam.study_uid)), timeout=5000)
    action = next(one for one in room.page.actions() if one.objectName() == "as_new")
    action.trigger()
    room.qtbot.waitUntil(lambda: room.page.first_image_shown, timeout=15_000)
    again = room.complete()
    assert again.grid.views[0] == new
    assert len(again.marking.sheet.annotations) == 1
    assert room.kept(exam) == ""
    room.page.close_exam()
    room.open(exam)
    assert room.complete().grid.views[0] == new


def stacks_of(exam: Exam, order: list[int], *, final: bool) -> tuple[FrameStack, ...]:
    return (FrameStack(tuple(FrameKey(exam.series[0].paths[n]) for n in order), final=final),)


def left_at(room: Room, exam: Exam, image: int) -> Exam:
    grid = GridState(views=(ViewState(series=0, index=image, flip_h=True),))
    return replace(exam, left=reading_state.document(grid, exam, [FrameKey(exam.series[0].paths[image])]))


def test_headers_that_come_later_find_the_picture_unless_the_reader_went_elsewhere(
    room: Room, tmp_path: Path
) -> None:
    exam = exam_of(ct_series(tmp_path / "a"))
    wished = exam.series[0].paths[7].name
    for touched in (False, True):
        room.page.open_exam(left_at(room, exam, 7))
        controller = room.page.controller
        assert controller is not None
        # Nothing has come yet: the event loop has not run since the exam was opened.
        controller.set_stacks(0, stacks_of(exam, list(range(12)), final=False))
        assert shown(controller) == wished
        if touched:
            Mouse(room.page).key(Qt.Key.Key_Down)
            assert shown(controller) == exam.series[0].paths[8].name
        turned = [*range(11, 7, -1), 0, 7, *range(1, 7)]
        controller.set_stacks(0, stacks_of(exam, turned, final=True))
        assert shown(controller) == (exam.series[0].paths[8].name if touched else wished)
        assert controller.grid.views[0].flip_h
