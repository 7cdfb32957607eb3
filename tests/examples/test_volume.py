"""The CT's voxels hold the anatomy's lengths and volumes."""

import numpy as np
import pytest

from vetpacs_desktop.examples import ANATOMY
from vetpacs_desktop.examples.ct import FULL, SMALL, scan_slab
from vetpacs_desktop.examples.dog import dog_trunk, heart_shape
from vetpacs_desktop.examples.flesh import Trunk, ball
from vetpacs_desktop.examples.shapes import Block
from vetpacs_desktop.examples.volume import Tiles, blend, grid


@pytest.fixture(scope="module")
def trunk() -> Trunk:
    return dog_trunk(1, vessels=20)


@pytest.fixture(scope="module")
def tiles() -> Tiles:
    return Tiles.make(1, 32)


def part_of_scan(x: tuple[float, float], y: tuple[float, float], z: tuple[float, float]) -> Block:
    """The voxels of the full scan in a box."""
    all_z = FULL.z(0, FULL.count)
    xs, ys = FULL.x, FULL.y
    return Block(
        xs[(xs > x[0]) & (xs < x[1])], ys[(ys > y[0]) & (ys < y[1])], all_z[(all_z > z[0]) & (all_z < z[1])]
    )


@pytest.mark.parametrize("name", ["T4", "T9", "L2"])
def test_end_plates_lie_within_half_a_voxel(name: str, trunk: Trunk, tiles: Tiles) -> None:
    vertebra = ANATOMY.vertebra(name)
    _, y, z = vertebra.center
    block = part_of_scan((-3, 3), (y - 12, y + 12), (z - 18, z + 18))
    hu = scan_slab(trunk, block, tiles)
    slope = (vertebra.cranial[1] - vertebra.caudal[1]) / (vertebra.cranial[2] - vertebra.caudal[2])
    axis_y = y + slope * (block.z - z)
    near = np.abs(block.y[None, :] - axis_y[:, None]) < 1.5
    profile = np.array([slab[rows].mean() for slab, rows in zip(hu, near, strict=True)])
    bony = profile > 300.0
    middle = int(np.argmin(abs(block.z - z)))
    first = middle - int(np.argmin(bony[middle::-1]))
    last = middle + int(np.argmin(bony[middle:]))
    measured = (last - first - 1) * FULL.thickness
    true_length = vertebra.cranial[2] - vertebra.caudal[2]
    assert abs(measured - true_length) <= FULL.thickness
    edges = [crossing(profile, block.z, at) for at in (first, last - 1)]
    assert edges[0] == pytest.approx(vertebra.cranial[2], abs=FULL.thickness / 2)
    assert edges[1] == pytest.approx(vertebra.caudal[2], abs=FULL.thickness / 2)


def crossing(profile: np.ndarray, z: np.ndarray, at: int) -> float:
    """Where the profile passes halfway between slices `at` and `at + 1`."""
    low, high = sorted((profile[at], profile[at + 1]))
    share = ((low + high) / 2 - profile[at]) / (profile[at + 1] - profile[at])
    return float(z[at] + share * (z[at + 1] - z[at]))


def test_the_left_kidney_has_its_length_and_volume(trunk: Trunk, tiles: Tiles) -> None:
    kidney = ANATOMY.kidney_left
    x, y, z = kidney.center
    block = part_of_scan((x - 20, x + 20), (y - 19, y + 19), (z - 36, z + 36))
    hu = scan_slab(trunk, block, tiles)
    near = ball(kidney.center, kidney.width_mm / 2 + 1, kidney.height_mm / 2 + 1, kidney.length_mm / 2 + 1)
    inside = (hu > 38) & (near.depth(block) > 0)
    voxel = FULL.pitch**2 * FULL.thickness
    assert inside.sum() * voxel == pytest.approx(kidney.volume_mm3, rel=0.02)
    slices = inside.any(axis=(1, 2)).sum()
    assert slices * FULL.thickness == pytest.approx(kidney.length_mm, abs=2 * FULL.thickness)


def test_an_ellipsoid_fills_as_many_voxels_as_its_volume_says() -> None:
    shape = heart_shape(ANATOMY.heart)
    block = grid((-50, -70, -50), (55, 40, 100), 1.0)
    hu = np.zeros(block.shape, np.float32)
    blend(hu, shape.depth(block), 1.0, 1.0)
    a, b, c = shape.radii
    assert float(hu.sum()) == pytest.approx(4 / 3 * np.pi * a * b * c, rel=0.01)


def test_the_trachea_is_open_and_as_wide_as_it_should_be(trunk: Trunk, tiles: Tiles) -> None:
    block = part_of_scan((-14, 14), (-10, 50), (100, 106))
    hu = scan_slab(trunk, block, tiles)
    area = (hu[1] < -920).sum() * FULL.pitch**2
    across = 2 * np.sqrt(area / np.pi)
    assert across == pytest.approx(ANATOMY.trachea_lumen_mm, abs=1.0)


def test_tissues_have_plausible_hounsfield_units(trunk: Trunk, tiles: Tiles) -> None:
    block = Block(SMALL.x, SMALL.y, np.array([25.0, 20.0], np.float32))
    hu = scan_slab(trunk, block, tiles)
    row, column = int(np.argmin(abs(SMALL.y - 30))), int(np.argmin(abs(SMALL.x - 50)))
    lung = hu[:, row - 3 : row + 3, column - 3 : column + 3]
    assert -900 < np.median(lung) < -780
    assert hu.max() > 600
    assert hu[:, :4].max() == -1000
