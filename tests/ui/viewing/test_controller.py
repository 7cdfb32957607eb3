"""The page's mind without a window: what is asked for first, what stands in for what is still to come."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from tests.ui.viewing.conftest import exam_of
from tests.viewer.render.files import image_file
from vetpacs_desktop.errors import CannotDecode, KnownError, NotAnImage
from vetpacs_desktop.events import Event
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.supply import NEAR
from vetpacs_desktop.viewer.exam import ExamSeries
from vetpacs_desktop.viewer.loading import FrameKey, LoadedFrame, loaded
from vetpacs_desktop.viewer.pixels.files import open_file
from vetpacs_desktop.viewer.session import FrameStack
from vetpacs_desktop.viewer.state import rotate

COUNT = 60


class Shelf:
    """A loader that has exactly what was put on it."""

    def __init__(self) -> None:
        self.on_ready: Event[LoadedFrame] = Event()
        self.on_failed: Event[tuple[FrameKey, KnownError]] = Event()
        self.frames: dict[FrameKey, LoadedFrame] = {}
        self.wishes: list[FrameKey] = []

    def request(self, keys: Iterable[FrameKey]) -> None:
        self.wishes = list(keys)

    def get(self, key: FrameKey) -> LoadedFrame | None:
        return self.frames.get(key)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def frame(tmp_path: Path) -> LoadedFrame:
    path = image_file(tmp_path, np.zeros((8, 8), np.int16))
    return loaded(FrameKey(path), open_file(path))


def keys_of(name: str, count: int = COUNT) -> tuple[FrameKey, ...]:
    return tuple(FrameKey(Path(name) / str(n)) for n in range(count))


@pytest.fixture
def controller(shelf: Shelf) -> Controller:
    series = [ExamSeries(str(n), "CT", n, f"Series {n}", (Path("x"),), COUNT) for n in range(3)]
    made = Controller(exam_of(*series), shelf)  # type: ignore[arg-type]
    made.show(0, 0)
    for n in range(3):
        made.set_stacks(n, (FrameStack(keys_of(str(n)), kind="volume", final=True),))
    return made


def put(shelf: Shelf, controller: Controller, frame: LoadedFrame, *indices: int, series: int = 0) -> None:
    from dataclasses import replace

    for index in indices:
        key = keys_of(str(series))[index]
        shelf.frames[key] = replace(frame, key=key)
        controller.frame_arrived(shelf.frames[key])


def test_the_first_image_has_the_computer_to_itself(controller: Controller, shelf: Shelf) -> None:
    assert shelf.wishes == [keys_of("0")[0]]
    controller.look_ahead()
    assert shelf.wishes == [*keys_of("0"), keys_of("1")[0], keys_of("2")[0]]


def test_neighbours_are_wished_nearest_first(controller: Controller, shelf: Shelf) -> None:
    controller.look_ahead()
    controller.go_to(0, 30)
    neighbours, others = shelf.wishes[:COUNT], shelf.wishes[COUNT:]
    distances = [abs(keys_of("0").index(key) - 30) for key in neighbours]
    assert distances == sorted(distances)
    assert set(neighbours) == set(keys_of("0"))
    assert others == [keys_of("1")[0], keys_of("2")[0]], "what a click on another series would show"


def test_what_is_in_sight_comes_before_what_is_near(controller: Controller, shelf: Shelf) -> None:
    controller.look_ahead()
    controller.lay_out(1, 3)
    controller.activate(1)
    assert shelf.wishes[:3] == [keys_of("1")[0], keys_of("0")[0], keys_of("2")[0]]
    assert len(shelf.wishes) == 3 * COUNT
    controller.toggle_alone()
    assert set(shelf.wishes[:COUNT]) == set(keys_of("1"))
    assert shelf.wishes[COUNT:] == [keys_of("2")[0], keys_of("0")[0]], "what is hidden waits"


def test_scrolling_never_waits(controller: Controller, shelf: Shelf, frame: LoadedFrame) -> None:
    """The nearest loaded image stands in and says which it is; the wished one takes its place on arrival."""
    put(shelf, controller, frame, 0, 20)
    controller.go_to(0, 24)
    resolved = controller.resolved(0)
    assert resolved.waiting
    assert resolved.picture is not None
    assert resolved.corners.bottom_left[:2] == ("Image 25 is coming", f"Image 21 of {COUNT}")
    changes: list[int] = []
    controller.changed.subscribe(changes.append)
    put(shelf, controller, frame, 24)
    assert changes == [0]
    assert not controller.resolved(0).waiting
    assert controller.resolved(0).corners.bottom_left[0] == f"Image 25 of {COUNT}"


def test_an_image_from_far_away_does_not_stand_in(
    controller: Controller, shelf: Shelf, frame: LoadedFrame
) -> None:
    put(shelf, controller, frame, 0)
    controller.go_to(0, NEAR + 1)
    resolved = controller.resolved(0)
    assert resolved.waiting
    assert resolved.picture is None


def test_frames_that_nobody_looks_at_change_nothing(
    controller: Controller, shelf: Shelf, frame: LoadedFrame
) -> None:
    put(shelf, controller, frame, 0)
    controller.resolved(0)
    changes: list[int] = []
    controller.changed.subscribe(changes.append)
    put(shelf, controller, frame, 1, 50)
    put(shelf, controller, frame, 0, series=2)
    assert changes == []


def test_a_lost_image_says_why_and_never_shows_its_neighbour(
    controller: Controller, shelf: Shelf, frame: LoadedFrame
) -> None:
    put(shelf, controller, frame, 0, 1, 2)
    controller.frame_failed(keys_of("0")[1], CannotDecode(reason="the file is cut short"))
    controller.go_to(0, 1)
    resolved = controller.resolved(0)
    assert resolved.picture is None
    assert resolved.message == "This picture can't be shown: the file is cut short."
    assert not resolved.waiting
    controller.frame_failed(
        keys_of("0")[2], NotAnImage(path="/secret/place", reason="the file has no pixels")
    )
    controller.go_to(0, 2)
    assert controller.resolved(0).message == "The file has no pixels."


def test_the_true_order_keeps_the_image_in_sight(controller: Controller) -> None:
    controller.go_to(0, 10)
    turned = FrameStack(keys_of("0")[::-1], kind="volume", final=True)
    controller.set_stacks(0, (turned,))
    assert controller.grid.views[0].index == COUNT - 11
    assert controller.stack(0) == turned


def test_a_reader_who_has_not_scrolled_stays_at_the_start(controller: Controller) -> None:
    controller.set_stacks(0, (FrameStack(keys_of("0")[::-1], kind="volume", final=True),))
    assert controller.grid.views[0].index == 0


def test_a_stack_that_shrank_leaves_nobody_outside(controller: Controller) -> None:
    controller.go_to(0, 50)
    controller.set_stacks(0, (FrameStack(keys_of("other", 5), final=True),))
    assert controller.grid.views[0].index == 0
    controller.set_stacks(0, ())
    assert controller.resolved(0).picture is None


def test_a_new_grid_fills_with_what_is_not_shown_yet(controller: Controller) -> None:
    controller.change(0, rotate)
    controller.lay_out(2, 2)
    assert [view.series for view in controller.grid.views] == [0, 1, 2, None]
    assert controller.grid.views[0].rotation == 90
    assert "Drag" in controller.resolved(3).message


def test_next_series_stops_at_the_ends(controller: Controller) -> None:
    seen = []
    for step in (1, 1, 1, -1, -1, -1):
        controller.next_series(step)
        seen.append(controller.grid.views[0].series)
    assert seen == [1, 2, 2, 1, 0, 0]


def test_asking_before_the_announcement_does_not_swallow_it(
    controller: Controller, shelf: Shelf, frame: LoadedFrame
) -> None:
    """The frame is in memory a moment before its announcement; who looks in between must not hide it."""
    from dataclasses import replace

    key = keys_of("0")[0]
    shelf.frames[key] = replace(frame, key=key)
    assert controller.resolved(0).picture is not None
    changes: list[int] = []
    controller.changed.subscribe(changes.append)
    controller.frame_arrived(shelf.frames[key])
    assert changes == [0]
