"""Treated pictures come from a thread when large, at once when small, and within their bound of memory."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event as Flag
from threading import current_thread

import numpy as np
import pytest

from tests.viewer.render.files import image_file
from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.loading import FrameKey, LoadedFrame, loaded
from vetpacs_desktop.viewer.pixels.files import open_file
from vetpacs_desktop.viewer.pixels.treatment import UNTREATED, Treatment
from vetpacs_desktop.viewer.presets import WindowMemory
from vetpacs_desktop.viewer.state import ViewState
from vetpacs_desktop.viewer.treating import Treater, treated_at_once

SHARP = ViewState(treatment=Treatment(sharpen=1.0))


def frame(folder: Path, side: int = 64) -> LoadedFrame:
    values = np.random.default_rng(side).integers(0, 2000, (side, side)).astype(np.uint16)
    path = image_file(folder, values)
    return loaded(FrameKey(path), open_file(path))


class Waiting:
    """Hears when pictures are ready, and in which thread."""

    def __init__(self, treater: Treater) -> None:
        self._flag = Flag()
        self.threads: set[str] = set()
        treater.on_ready.subscribe(self._heard)

    def _heard(self, _: FrameKey) -> None:
        self.threads.add(current_thread().name)
        self._flag.set()

    def wait(self) -> None:
        assert self._flag.wait(10)
        self._flag.clear()


@pytest.fixture
def slow() -> Iterator[Treater]:
    """For which every picture is a large one."""
    made = Treater(at_once_ms=0)
    yield made
    made.stop()


def test_a_small_picture_is_treated_at_once(tmp_path: Path) -> None:
    one, treater = frame(tmp_path), Treater()
    found = treater.of(one, SHARP)
    assert found is not None
    assert found.treatment == SHARP.treatment
    assert not np.array_equal(found.values, one.values)
    assert treater.of(one, SHARP) is found


def test_a_large_one_is_made_in_a_thread(tmp_path: Path, slow: Treater) -> None:
    one, waiting = frame(tmp_path), Waiting(slow)
    assert slow.of(one, SHARP) is None
    waiting.wait()
    found = slow.of(one, SHARP)
    assert found is not None
    assert waiting.threads == {"treating"}
    expected = treated_at_once(one, SHARP, WindowMemory())
    assert expected is not None
    np.testing.assert_array_equal(found.values, expected.values)


def test_the_last_one_stands_in_until_another_is_made(tmp_path: Path, slow: Treater) -> None:
    one, waiting = frame(tmp_path), Waiting(slow)
    slow.of(one, SHARP)
    waiting.wait()
    stronger = ViewState(treatment=Treatment(sharpen=2.0))
    meanwhile = slow.of(one, stronger)
    assert meanwhile is not None
    assert meanwhile.treatment == SHARP.treatment
    waiting.wait()
    found = slow.of(one, stronger)
    assert found is not None
    assert found.treatment == stronger.treatment


def test_local_contrast_follows_the_window_and_others_do_not(tmp_path: Path) -> None:
    one, treater = frame(tmp_path), Treater()
    narrow, wide = Window(500, 200), Window(1000, 2000)
    for treatment, same in ((Treatment(contrast=1.0), False), (Treatment(sharpen=1.0), True)):
        seen = [treater.of(one, ViewState(window=window, treatment=treatment)) for window in (narrow, wide)]
        assert seen[0] is not None
        assert seen[1] is not None
        assert np.array_equal(seen[0].values, seen[1].values) is same


def test_a_small_part_of_a_drag_needs_no_new_picture(tmp_path: Path) -> None:
    one, treater = frame(tmp_path), Treater()
    even = Treatment(contrast=1.0)
    first = treater.of(one, ViewState(window=Window(1000, 1010), treatment=even))
    assert treater.of(one, ViewState(window=Window(1000, 1012), treatment=even)) is first


def test_while_the_window_is_dragged_nothing_is_made_anew(tmp_path: Path) -> None:
    one, treater = frame(tmp_path), Treater()
    even = Treatment(contrast=1.0)
    first = treater.of(one, ViewState(window=Window(1000, 2000), treatment=even))
    moved = ViewState(window=Window(500, 100), treatment=even)
    assert treater.of(one, moved, dragging=True) is first
    assert treater.of(one, moved) is not first


def test_memory_is_bounded(tmp_path: Path) -> None:
    frames = [frame(tmp_path, side) for side in (64, 65, 66)]
    treater = Treater(memory_bytes=2 * 66 * 66 * 2)
    first = treater.of(frames[0], SHARP)
    for one in frames[1:]:
        treater.of(one, SHARP)
    assert treater.of(frames[0], SHARP) is not first
    second = treater.of(frames[0], SHARP)
    assert treater.of(frames[0], SHARP) is second


def test_without_a_treatment_there_is_nothing(tmp_path: Path) -> None:
    one = frame(tmp_path)
    assert Treater().of(one, ViewState(treatment=UNTREATED)) is None
    assert treated_at_once(one, ViewState(), WindowMemory()) is None


def test_a_stopped_one_announces_nothing(tmp_path: Path, slow: Treater) -> None:
    one, heard = frame(tmp_path), []
    slow.on_ready.subscribe(heard.append)
    slow.stop()
    assert slow.of(one, SHARP) is None
    assert heard == []
