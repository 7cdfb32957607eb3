"""Voxels and millimetres lead to each other, whatever the orientation and the tilt."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.viewer.volume.grid import Grid

numbers = st.floats(-50, 50)
lengths = st.floats(0.1, 5)


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    """Any orientation, any spacing, sheared by up to 30 degrees."""
    turn, _ = np.linalg.qr(
        np.array([[draw(st.floats(-1, 1)) for _ in range(3)] for _ in range(3)]) + 3 * np.eye(3)
    )
    across, down, normal = turn.T
    lean = draw(st.floats(-0.57, 0.57))
    a, b, c = draw(lengths), draw(lengths), draw(lengths)
    shape = tuple(draw(st.integers(1, 40)) for _ in range(3))
    return Grid(
        origin=(draw(numbers), draw(numbers), draw(numbers)),
        across=tuple(across * a),
        down=tuple(down * b),
        step=tuple((normal + lean * down) * c),
        shape=(shape[0], shape[1], shape[2]),
    )


@given(grids(), st.tuples(numbers, numbers, numbers))
def test_there_and_back(grid: Grid, index: tuple[float, float, float]) -> None:
    assert grid.to_index(grid.to_patient(index)) == pytest.approx(index, abs=1e-6)
    whole = grid.matrix @ np.array([*index, 1.0])
    assert whole[:3] == pytest.approx(grid.to_patient(index), abs=1e-6)


@given(grids())
def test_a_volume_holds_its_voxels_and_nothing_beyond(grid: Grid) -> None:
    slices, rows, columns = grid.shape
    assert grid.holds(grid.to_patient([(0, 0, 0), (columns - 1, rows - 1, slices - 1)])).all()
    assert not grid.holds(grid.to_patient([(-0.6, 0, 0), (0, rows - 0.4, 0), (0, 0, slices)])).any()
    assert grid.holds(grid.middle)
    box = np.ptp(grid.corners, axis=0)
    assert np.all(box > 0)


@given(grids(), st.integers(1, 4))
def test_every_nth_slice_lies_where_it_lay(grid: Grid, times: int) -> None:
    fewer = grid.every(times)
    last = fewer.shape[0] - 1
    assert fewer.to_patient((1, 2, last)) == pytest.approx(grid.to_patient((1, 2, last * times)), abs=1e-6)
    assert fewer.voxel_mm3 == pytest.approx(grid.voxel_mm3 * times)


def test_a_sheared_voxel_is_smaller_than_the_product_of_its_edges() -> None:
    upright = Grid((0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 2), (3, 3, 3))
    leaning = Grid((0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 1, 2), (3, 3, 3))
    assert upright.voxel_mm3 == leaning.voxel_mm3 == pytest.approx(2)
    assert leaning.spacing[2] == pytest.approx(5**0.5)
    assert upright.upright
    assert not leaning.upright
