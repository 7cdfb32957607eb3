"""The next exam of the list is loaded while nothing else is to be done, within its bound, and handed over."""

import time
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt

from tests.ui.viewing.mouse import Mouse
from tests.ui.viewing.resuming.conftest import Room
from vetpacs_desktop.ui.viewing.resuming.ahead import Ahead
from vetpacs_desktop.ui.viewing.resuming.worklist import WorklistPart
from vetpacs_desktop.viewer.exam import Exam

Make = Callable[[str, int, int], Exam]
WAIT_MS = 15_000


def ahead_of(room: Room) -> Ahead:
    part = room.page.worklist
    assert isinstance(part, WorklistPart)
    ahead = part.ahead
    assert ahead is not None
    return ahead


def two(room: Room, make: Make, side: int = 48) -> tuple[Exam, Exam]:
    first, second = make("1.5", 2, side), make("1.6", 3, side)
    room.exams = {one.study_uid: one for one in (first, second)}
    room.coming = second.study_uid
    return first, second


def test_the_next_exam_is_there_before_its_key_is_pressed(room: Room, radiographs: Make) -> None:
    first, second = two(room, radiographs)
    room.open(first)
    room.qtbot.waitUntil(lambda: ahead_of(room).ready == second.study_uid, timeout=WAIT_MS)
    Mouse(room.page).key(Qt.Key.Key_F6)
    assert room.went == [(1, False)]
    room.page.open_exam(second)
    controller = room.page.controller
    assert controller is not None
    # The event loop has not run: nothing was read or decoded since.
    assert controller.frame(0) is not None
    assert len(controller.stacks(0)) == 3
    assert room.page.first_image_shown or room.page.grid is not None
    room.qtbot.waitUntil(lambda: room.page.first_image_shown, timeout=WAIT_MS)
    room.complete()
    assert ahead_of(room).nbytes == 0


def test_keys_say_which_way(room: Room, radiographs: Make) -> None:
    first, _ = two(room, radiographs)
    room.open(first)
    mouse = Mouse(room.page)
    mouse.key(Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    mouse.key(Qt.Key.Key_F6, Qt.KeyboardModifier.ControlModifier)
    assert room.went == [(-1, False), (1, True)]


def test_whoever_reads_has_the_computer(room: Room, radiographs: Make) -> None:
    first, _ = two(room, radiographs)
    room.open(first)
    room.complete()
    mouse = Mouse(room.page)
    end = time.monotonic() + 1.5
    while time.monotonic() < end:
        mouse.key(Qt.Key.Key_H)
        room.qtbot.wait(50)
    assert ahead_of(room).ready == ""
    assert ahead_of(room).nbytes == 0
    room.qtbot.waitUntil(lambda: ahead_of(room).ready != "", timeout=WAIT_MS)
    assert ahead_of(room).nbytes > 0


def test_the_next_exam_keeps_within_its_budget(room: Room, radiographs: Make) -> None:
    side = 512
    room.budget = 2 * side * side * 3 + 1
    first, second = two(room, radiographs, side)
    room.open(first)
    room.qtbot.waitUntil(lambda: ahead_of(room).ready == second.study_uid, timeout=WAIT_MS)
    assert 0 < ahead_of(room).nbytes <= room.budget


def test_without_a_budget_nothing_is_loaded_ahead(room: Room, radiographs: Make) -> None:
    room.budget = 0
    first, second = two(room, radiographs)
    room.open(first)
    room.complete()
    room.qtbot.wait(1500)
    assert ahead_of(room).ready == ""
    room.page.open_exam(second)
    room.qtbot.waitUntil(lambda: room.page.first_image_shown, timeout=WAIT_MS)


def test_what_was_loaded_for_an_exam_that_does_not_come_is_given_back(room: Room, radiographs: Make) -> None:
    first, second = two(room, radiographs)
    third = radiographs("1.7", 1, 48)
    room.open(first)
    room.qtbot.waitUntil(lambda: ahead_of(room).ready == second.study_uid, timeout=WAIT_MS)
    room.coming = ""
    room.open(third)
    room.complete()
    assert ahead_of(room).nbytes == 0


def test_images_that_came_meanwhile_are_not_missed(room: Room, radiographs: Make) -> None:
    first, second = two(room, radiographs)
    more = radiographs("1.8", 4, 48)
    room.open(first)
    room.qtbot.waitUntil(lambda: ahead_of(room).ready == second.study_uid, timeout=WAIT_MS)
    grown = replace(second, series=(*second.series, *more.series))
    room.open(grown)
    controller = room.complete()
    room.qtbot.waitUntil(lambda: len(controller.stacks(1)) == 4, timeout=WAIT_MS)
    assert len(controller.stacks(0)) == 3


def test_the_other_views_of_an_exam_are_there_before_they_are_clicked(room: Room, radiographs: Make) -> None:
    exam = radiographs("1.5", 5, 48)
    controller = room.open(exam)
    room.complete()
    loader = room.page._loader
    assert loader is not None
    room.qtbot.waitUntil(lambda: len(controller.stacks(0)) == 5 and loader.idle, timeout=WAIT_MS)
    for stack in controller.stacks(0):
        assert loader.get(stack.keys[0]) is not None
    controller.show(0, 0, 4)
    assert controller.frame(0) is not None


def test_what_is_loaded_for_later_keeps_within_the_memory_and_costs_no_picture_in_sight(
    room: Room, radiographs: Make
) -> None:
    side = 256
    picture = side * side * 2
    room.memory, room.budget = 3 * picture + picture // 2, 2 * picture
    first, second = radiographs("1.5", 8, side), radiographs("1.6", 8, side)
    room.exams, room.coming = {second.study_uid: second}, second.study_uid
    controller = room.open(first)
    loader = room.page._loader
    assert loader is not None
    room.qtbot.waitUntil(lambda: ahead_of(room).ready == second.study_uid, timeout=WAIT_MS)
    assert loader.nbytes <= room.memory
    assert ahead_of(room).nbytes <= room.budget
    assert all(controller.has_wished(number) for number in controller.grid.visible[:3])
