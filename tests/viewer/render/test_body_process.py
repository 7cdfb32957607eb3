"""The process that draws: right pictures, newer wishes first, and it never outlives whoever started it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest

from tests.viewer.volume.volumes import volume_of
from vetpacs_desktop.viewer.render.body import Body
from vetpacs_desktop.viewer.render.body_process import BodyProcess, NoBody
from vetpacs_desktop.viewer.volume.body import BodyState, ClipBox, first_state
from vetpacs_desktop.viewer.volume.section import natural_axes
from vetpacs_desktop.viewer.volume.surface_wish import SurfaceWish
from vetpacs_desktop.viewer.volume.volume import Volume
from vetpacs_desktop.viewer.volume.wish import BodyWish, Quality, wish_of

SIZE = 200, 150


@pytest.fixture(scope="module")
def volume() -> Volume:
    return volume_of("ct-tilted")


@pytest.fixture
def state(volume: Volume) -> BodyState:
    return first_state(volume, natural_axes(volume), True)


@pytest.fixture
def process(volume: Volume) -> Iterator[BodyProcess]:
    made = BodyProcess(volume)
    yield made
    made.close()


def ended(pid: int, within: float = 10.0) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


def test_the_picture_is_the_one_that_is_drawn_here(
    process: BodyProcess, volume: Volume, state: BodyState
) -> None:
    wish = wish_of(state, *SIZE, quality=Quality.FINE)
    rgb = process.picture(wish)
    body = Body(volume.values, volume.grid)
    assert np.array_equal(rgb, body.picture(wish))
    assert rgb.max() > 100
    body.close()


def test_a_newer_wish_comes_first(process: BodyProcess, state: BodyState) -> None:
    process.picture(wish_of(state, *SIZE))
    large = wish_of(state, 2400, 1800, quality=Quality.FINEST)
    last = wish_of(replace(state, camera=state.camera.turned(40, 0)), *SIZE)
    first, second = process.ask(large), process.ask(last)
    answers = [process.answer(), process.answer()]
    assert [one.number for one in answers] == [first, second]
    assert answers[0].rgb is None, "it was given up"
    assert answers[1].rgb is not None
    assert answers[1].rgb.shape == (150, 200, 3)


def test_a_surface_is_written_and_described(process: BodyProcess, state: BodyState, tmp_path: Path) -> None:
    path = tmp_path / "bone.stl"
    said = process.surface(SurfaceWish(300.0, 5).document(state.clip, state.edits, path))
    assert said["cm3"] > 1
    assert path.stat().st_size == 84 + 50 * said["triangles"]
    half = ClipBox().moved(0, 1, 0.5)
    less = process.surface(SurfaceWish(300.0, 5).document(half, (), tmp_path / "half.stl"))
    assert less["cm3"] < said["cm3"]
    said = process.surface(SurfaceWish(30_000.0).document(state.clip, (), path))
    assert "no surface" in said["problem"]
    said = process.surface(SurfaceWish(300.0).document(state.clip, (), tmp_path / "gone" / "x.stl"))
    assert "could not be written" in said["problem"]


def test_closing_ends_it_and_a_process_that_died_is_said(process: BodyProcess, state: BodyState) -> None:
    wish: BodyWish = wish_of(state, *SIZE)
    process.picture(wish)
    pid = process.pid
    assert pid is not None
    psutil.Process(pid).kill()
    with pytest.raises(NoBody):
        process.picture(wish)
    process.close()
    process.close()
    assert ended(pid)
    with pytest.raises(NoBody):
        process.picture(wish)


PARENT = """
import sys, time
from tests.viewer.volume.volumes import volume_of
from vetpacs_desktop.viewer.render.body_process import BodyProcess
from vetpacs_desktop.viewer.volume.body import first_state
from vetpacs_desktop.viewer.volume.section import natural_axes
from vetpacs_desktop.viewer.volume.wish import wish_of
volume = volume_of("ct-tilted")
process = BodyProcess(volume)
process.picture(wish_of(first_state(volume, natural_axes(volume), True), 64, 48))
print(process.pid, flush=True)
time.sleep(60)
"""


def test_nothing_is_left_when_the_program_is_killed() -> None:
    root = Path(__file__).resolve().parents[3]
    parent = subprocess.Popen([sys.executable, "-c", PARENT], cwd=root, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    with parent.stdout:
        pid = int(parent.stdout.readline())
        assert psutil.pid_exists(pid)
        parent.kill()
        parent.wait()
    assert ended(pid)


def test_a_process_may_be_ready_before_there_is_a_volume(volume: Volume, state: BodyState) -> None:
    process = BodyProcess()
    process.warm()
    pid = process.pid
    assert pid is not None
    process.give(volume)
    assert process.picture(wish_of(state, 64, 48)).shape == (48, 64, 3)
    assert process.pid == pid
    process.close()
    assert ended(pid)
