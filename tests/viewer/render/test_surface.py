"""Surfaces for printing: true millimetres on any grid, closed, of the right volume, on the disk as STL."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from vetpacs_desktop.examples.anatomy import ANATOMY, Kidney
from vetpacs_desktop.examples.ct import FULL
from vetpacs_desktop.examples.flesh import ball
from vetpacs_desktop.examples.shapes import Block
from vetpacs_desktop.examples.volume import blend
from vetpacs_desktop.viewer.render.surface import NoSurface, surface, write_stl
from vetpacs_desktop.viewer.volume.body import ClipBox
from vetpacs_desktop.viewer.volume.grid import Grid
from vetpacs_desktop.viewer.volume.surface_wish import SurfaceWish

SHEARED = Grid((3.0, -4.0, 50.0), (0.8, 0.0, 0.0), (0.0, 0.8, 0.0), (0.0, 0.5, 1.4), (44, 70, 70))
MIRRORED = Grid((3.0, -4.0, 50.0), (0.8, 0.0, 0.0), (0.0, 0.8, 0.0), (0.0, 0.0, -1.4), (44, 70, 70))


def kidney_on_the_dogs_grid(kidney: Kidney) -> tuple[NDArray[np.float32], Grid]:
    """HU of one kidney of the example dog in fat, on the voxels of its CT."""
    x, y, z = kidney.center
    near = [
        axis[np.abs(axis - at) < size / 2 + 4]
        for axis, at, size in (
            (FULL.x, x, kidney.width_mm),
            (FULL.y, y, kidney.height_mm),
            (FULL.z(0, FULL.count), z, kidney.length_mm),
        )
    ]
    block = Block(*near)
    hu = np.full(block.shape, np.float32(-98))
    shape = ball(kidney.center, kidney.width_mm / 2, kidney.height_mm / 2, kidney.length_mm / 2)
    blend(hu, shape.depth(block), 168.0, FULL.pitch)
    steps = [(float(axis[0]), float(axis[1] - axis[0])) for axis in near]
    origin = (steps[0][0], steps[1][0], steps[2][0])
    ways = np.diag([step for _, step in steps])
    across, down, step = ((float(a), float(b), float(c)) for a, b, c in ways)
    return hu, Grid(origin, across, down, step, block.shape)


@pytest.mark.parametrize("kidney", [ANATOMY.kidney_left, ANATOMY.kidney_right])
@pytest.mark.parametrize("rounds", [0, 20, 60])
def test_the_dogs_kidneys_have_their_volume_to_a_hundredth(kidney: Kidney, rounds: int) -> None:
    values, grid = kidney_on_the_dogs_grid(kidney)
    _, facts = surface(values, grid, SurfaceWish(35.0, rounds))
    assert facts.cm3 == pytest.approx(kidney.volume_mm3 / 1000, rel=0.01)
    assert facts.closed
    sizes = (kidney.width_mm, kidney.height_mm, kidney.length_mm)
    for found, true, voxel in zip(facts.size_mm, sizes, grid.spacing, strict=True):
        assert found == pytest.approx(true, abs=0.7 * voxel), "to less than a voxel along each axis"


def soft_ball(grid: Grid, middle: NDArray[np.float64], radius: float) -> NDArray[np.int16]:
    k, j, i = np.indices(grid.shape)
    away = np.linalg.norm(grid.to_patient(np.stack([i, j, k], axis=-1)) - middle, axis=-1)
    return np.clip((radius - away) * 500, -1000, 1000).astype(np.int16)


@pytest.mark.parametrize("grid", [SHEARED, MIRRORED])
def test_a_ball_is_round_and_in_its_place_on_any_grid(grid: Grid, tmp_path: Path) -> None:
    middle = np.asarray(grid.middle)
    mesh, facts = surface(soft_ball(grid, middle, 15.0), grid, SurfaceWish(0.0))
    assert facts.cm3 == pytest.approx(4 / 3 * np.pi * 15**3 / 1000, rel=0.01)
    assert facts.closed
    path = tmp_path / "ball.stl"
    write_stl(mesh, path)
    corners, normals = read_stl(path)
    away = corners - middle
    assert np.linalg.norm(away, axis=-1) == pytest.approx(15.0, abs=0.25)
    outward = np.einsum("ij,ij->i", normals, away.mean(axis=1))
    assert (outward > 0).all(), "printers fill what lies behind a face"
    a, b, c = corners.transpose(1, 0, 2)
    assert np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6000 == pytest.approx(facts.cm3, rel=1e-3)


def read_stl(path: Path) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(n, 3, 3) corners and (n, 3) normals, as any other program reads them."""
    data = path.read_bytes()
    (count,) = struct.unpack("<I", data[80:84])
    assert len(data) == 84 + 50 * count
    rows = np.frombuffer(data[84:], np.dtype([("v", "<f4", (4, 3)), ("spare", "<u2")]))["v"]
    return rows[:, 1:].astype(np.float64), rows[:, 0].astype(np.float64)


def test_what_touches_the_end_of_the_volume_or_the_box_is_closed_there() -> None:
    values = np.full((20, 30, 40), 500, np.int16)
    values[:, :3] = -1000
    grid = Grid((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 2.0), values.shape)
    _, whole = surface(values, grid, SurfaceWish(0.0, 0))
    _, half = surface(values, grid, SurfaceWish(0.0, 0), ClipBox().moved(0, 1, 0.5))
    assert whole.closed
    assert half.closed
    assert half.cm3 == pytest.approx(whole.cm3 / 2, rel=0.02)


def test_only_the_largest_piece() -> None:
    grid = MIRRORED
    large, small = grid.to_patient((20, 35, 20)), grid.to_patient((55, 35, 20))
    values = np.maximum(soft_ball(grid, large, 12.0), soft_ball(grid, small, 6.0))
    _, both = surface(values, grid, SurfaceWish(0.0))
    _, one = surface(values, grid, SurfaceWish(0.0, largest=True))
    assert both.cm3 - one.cm3 == pytest.approx(4 / 3 * np.pi * 6**3 / 1000, rel=0.03)


def test_where_nothing_is_so_dense_there_is_no_surface() -> None:
    grid = Grid((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0), (4, 5, 6))
    with pytest.raises(NoSurface) as caught:
        surface(np.zeros((4, 5, 6), np.int16), grid, SurfaceWish(400.0))
    assert "denser than 400" in caught.value.sentence


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    grid = SHEARED
    mesh, _ = surface(soft_ball(grid, np.asarray(grid.middle), 5.0), grid, SurfaceWish(0.0))
    with pytest.raises(OSError, match="gone"):
        write_stl(mesh, tmp_path / "gone" / "x.stl")
