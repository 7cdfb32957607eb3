"""The example dog's bladders, whose true sizes are in its anatomy, from the voxels of its CT."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.viewer.spatial.phantoms import description, pane
from vetpacs_desktop.examples.ct import FULL, scan_slab
from vetpacs_desktop.examples.dog import dog_trunk
from vetpacs_desktop.examples.shapes import Block
from vetpacs_desktop.examples.volume import Tiles
from vetpacs_desktop.viewer.spatial import growing
from vetpacs_desktop.viewer.spatial.drafting import Stroke, gathered
from vetpacs_desktop.viewer.spatial.stacking import collected
from vetpacs_desktop.viewer.volume.grid import Grid
from vetpacs_desktop.viewer.volume.volume import Volume

SLICES = (FULL.first_z - np.arange(400) * FULL.thickness).astype(np.float32)
"""On to the tail."""
BLADDER, RADII = (2.0, -6.0, -276.0), (20.0, 17.0, 27.0)


def part_of_scan(middle: tuple[float, float, float], reach: tuple[float, float, float]) -> Volume:
    """The scan at its full resolution in a box, in the anatomy's millimetres, with a scanner's noise."""
    x, y, z = (
        axis[np.abs(axis - at) < far]
        for axis, at, far in zip((FULL.x, FULL.y, SLICES), middle, reach, strict=True)
    )
    hu = scan_slab(dog_trunk(1, vessels=20), Block(x, y, z), Tiles.make(1, 32))
    noisy = hu + np.random.default_rng(2).normal(0, 3, hu.shape)
    steps = [float(axis[1] - axis[0]) for axis in (x, y, z)]
    grid = Grid(
        (float(x[0]), float(y[0]), float(z[0])),
        (steps[0], 0.0, 0.0),
        (0.0, steps[1], 0.0),
        (0.0, 0.0, steps[2]),
        hu.shape,
    )
    return Volume(np.rint(noisy).astype(np.int16), grid, (0.0, 0.0, -1.0), description(), None)


@pytest.fixture(scope="module")
def bladder() -> Volume:
    return part_of_scan(BLADDER, (28.0, 25.0, 36.0))


def test_what_grows_in_the_bladder_is_its_volume_within_one_percent(bladder: Volume) -> None:
    """Urine of 12 HU in a wall of 66: up to the middle of both."""
    true = 4 / 3 * math.pi * math.prod(RADII)
    grown, _ = growing.grow(bladder, (BLADDER[0], BLADDER[1] + 6, BLADDER[2]), -20, 39)
    assert grown.mm3 == pytest.approx(true, rel=0.01)
    assert grown.mean == pytest.approx(12, abs=2)


def test_outlines_of_the_gall_bladder_on_slices_are_its_volume_within_one_percent() -> None:
    """Drawn along its true edge on every second slice."""
    (x, y, z), (a, b, c) = (-24.0, -24.0, -78.0), (11.0, 13.0, 15.0)
    strokes = []
    for depth in np.arange(-c + 1.5, c, 3.0):
        on = pane((0.0, 0.0, z + float(depth)), mm=0.56, thickness=1.5)
        size = math.sqrt(1 - (float(depth) / c) ** 2)
        turns = np.linspace(0, 2 * math.pi, 120, endpoint=False)
        edge = [(x + size * a * math.cos(t), y + size * b * math.sin(t), z + float(depth)) for t in turns]
        strokes.append(Stroke(on, tuple((u, v) for u, v, _ in on.pixels(edge).tolist())))
    assert collected(gathered(strokes), None).mm3 == pytest.approx(4 / 3 * math.pi * a * b * c, rel=0.01)
