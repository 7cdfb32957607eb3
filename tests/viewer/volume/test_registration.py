"""Alignment finds known turns and moves in made-up and real series, stops when asked, says when it can't."""

from dataclasses import replace

import numpy as np
import pytest

from tests.viewer.series.stacks import real
from tests.viewer.volume.volumes import volume_of
from vetpacs_desktop.errors import Cancelled
from vetpacs_desktop.jobs import CancelToken, Progress, ignore
from vetpacs_desktop.viewer.volume.grid import Grid
from vetpacs_desktop.viewer.volume.registration import NotAligned, align, centres
from vetpacs_desktop.viewer.volume.rigid import STILL, Rigid, turn_about
from vetpacs_desktop.viewer.volume.section import vector
from vetpacs_desktop.viewer.volume.volume import Volume

GRID = Grid((-36.0, -40.0, -30.0), (1.5, 0, 0), (0, 1.5, 0), (0, 0, 2.0), (30, 54, 48))


def made_up(grid: Grid, lies: Rigid, *, other_kind: bool = False) -> Volume:
    """Uneven tissue that lies there moved; another kind of scan sees it in other values."""
    slices, rows, columns = grid.shape
    k, j, i = np.indices((slices, rows, columns))
    here = lies.inverse.place(grid.to_patient(np.stack([i, j, k], -1)))
    x, y, z = np.moveaxis(here, -1, 0)
    tissue = (
        300 + 120 * np.sin(x / 5) * np.cos(y / 7) + 100 * np.sin(z / 6 + x / 9) + 60 * np.cos(y / 4 - z / 8)
    )
    values = np.where((x / 24) ** 2 + (y / 30) ** 2 + (z / 22) ** 2 < 1, tissue, 0.0)
    if other_kind:  # what is bright in the one is dark in the other, and not in proportion
        values = np.where(values > 0, 900 - values**2 / 600, 0.0)
    values += np.random.default_rng(1).normal(0, 8, grid.shape)
    template = volume_of("mr-classic")
    return replace(template, values=values.astype(np.int16), grid=grid, background=None, notes=())


def apart(found: Rigid, true: Rigid, grid: Grid) -> tuple[float, float]:
    """Degrees, and the mm by which the volume's middle lies wrong."""
    off = found.inverse.then(true)
    there = found.place(grid.middle) - true.place(grid.middle)
    return off.degrees, float(np.linalg.norm(there))


TRUE = turn_about((0.4, 1.0, -0.3), 7.0, (0, 0, 0)).then(Rigid(move=(6.0, -4.0, 3.0)))


@pytest.mark.parametrize("other_kind", [False, True])
def test_a_known_turn_and_move_is_found(other_kind: bool) -> None:
    fixed = made_up(GRID, STILL)
    moving = made_up(replace(GRID, origin=(-34.0, -41.0, -29.0)), TRUE, other_kind=other_kind)
    seen: list[Progress] = []
    found = align(fixed, moving, STILL, seen.append, CancelToken())
    degrees, mm = apart(found.rigid, TRUE, GRID)
    assert degrees < 0.5
    assert mm < 0.5
    assert found.better
    assert seen[-1].total is not None
    assert 0 < seen[-1].done <= seen[-1].total


def test_a_real_series_lies_as_its_moved_copy_says() -> None:
    fixed = volume_of("mr-classic")
    grid = fixed.grid
    true = turn_about((0, 0, 1), 3.0, grid.middle).then(Rigid(move=(8.0, -6.0, 4.0)))
    moved = replace(
        grid,
        origin=vector(true.place(grid.origin)),
        across=vector(true.way(grid.across)),
        down=vector(true.way(grid.down)),
        step=vector(true.way(grid.step)),
    )
    moving = replace(fixed, grid=moved)
    found = align(fixed, moving, centres(fixed, moving), ignore, CancelToken())
    degrees, mm = apart(found.rigid, true, grid)
    assert degrees < 0.5
    assert mm < 0.5


def test_a_sheared_stack_is_straightened_first() -> None:
    assert real("mr-classic")
    leaning = replace(GRID, step=(0.0, 0.66, 2.0), origin=(-36.0, -50.0, -30.0))
    true = Rigid(move=(3.0, 2.0, -2.0))
    found = align(made_up(leaning, STILL), made_up(GRID, true), STILL, ignore, CancelToken())
    degrees, mm = apart(found.rigid, true, GRID)
    assert degrees < 0.5
    assert mm < 0.5


def test_it_stops_when_asked() -> None:
    fixed, cancel = made_up(GRID, STILL), CancelToken()

    def report(progress: Progress) -> None:
        if progress.done:
            cancel.cancel()

    with pytest.raises(Cancelled):
        align(fixed, made_up(GRID, TRUE), STILL, report, cancel)


def test_series_that_do_not_meet_are_refused_in_words() -> None:
    fixed = made_up(GRID, STILL)
    with pytest.raises(NotAligned, match="do not meet"):
        align(fixed, fixed, Rigid(move=(500.0, 0.0, 0.0)), ignore, CancelToken())
