"""The example dog's bladders, whose true sizes are in its anatomy, from the voxels of its CT."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.ndimage import map_coordinates

from tests.viewer.spatial.phantoms import description, pane
from tests.viewer.volume.volumes import length_of, plane_through
from vetpacs_desktop.examples.anatomy import ANATOMY
from vetpacs_desktop.examples.ct import FULL, scan_slab
from vetpacs_desktop.examples.dog import dog_trunk
from vetpacs_desktop.examples.shapes import Block
from vetpacs_desktop.examples.volume import Tiles
from vetpacs_desktop.viewer.annotations import Annotation
from vetpacs_desktop.viewer.render.planes import cut_frame
from vetpacs_desktop.viewer.spatial import growing
from vetpacs_desktop.viewer.spatial.drafting import Stroke, gathered
from vetpacs_desktop.viewer.spatial.pane import kept, lifted
from vetpacs_desktop.viewer.spatial.stacking import collected
from vetpacs_desktop.viewer.spatial.valuing import measure_placed
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


BETWEEN = 39.0
"""HU between urine and the wall around it."""


def edge_along(
    picture: np.ndarray, start: tuple[float, float], end: tuple[float, float]
) -> tuple[float, float]:
    """Where the values first rise through BETWEEN on the way between two pixels."""
    way = np.linspace(0, 1, 4000)
    column, row = (a + way * (b - a) for a, b in zip(start, end, strict=True))
    first = int(np.argmax(map_coordinates(picture.astype(float), [row, column], order=1) >= BETWEEN))
    assert first, "there is an edge"
    return float(column[first]), float(row[first])


def test_diameters_seen_in_the_voxels_are_true_on_any_slanted_plane(bladder: Volume) -> None:
    """Found in the pictures alone, noise and all, and measured by the length tool, against the anatomy."""
    middle, missed = np.array(BLADDER), []
    for turn in (0.0, 0.6, math.pi / 2, 2.2, 2.8):
        way = np.array([math.cos(turn), math.sin(turn), 0.0])
        half = 1 / math.hypot(way[0] / RADII[0], way[1] / RADII[1])
        ends = [middle + sign * way * (half + 1.5) for sign in (-1, 1)]
        for spin in (0.0, 0.5, 1.2):
            plane, number = plane_through(bladder, ends[0], ends[1], spin)
            frame = cut_frame(bladder, plane, number)
            seen = [edge_along(frame.values, plane.pixel(middle), plane.pixel(end)) for end in ends]
            missed.append(length_of(frame, *seen) - 2 * half)
    assert np.abs(missed).max() < 0.2, "a third of a pixel, with a scanner's noise"
    assert abs(np.mean(missed)) < 0.1


@pytest.mark.parametrize("spin", [0.0, 0.4, 1.3])
def test_three_diameters_of_its_ellipsoids_give_their_volumes(spin: float) -> None:
    """Each diameter on a slanted plane of its own."""
    left, right = ANATOMY.kidney_left, ANATOMY.kidney_right
    bodies = {
        BLADDER: RADII,
        (-24.0, -24.0, -78.0): (11.0, 13.0, 15.0),
        left.center: (left.width_mm / 2, left.height_mm / 2, left.length_mm / 2),
        right.center: (right.width_mm / 2, right.height_mm / 2, right.length_mm / 2),
    }
    for middle, radii in bodies.items():
        places = [
            tuple(np.array(middle) + sign * np.eye(3)[axis] * radii[axis])
            for axis in range(3)
            for sign in (-1, 1)
        ]
        on = pane(places[0], (0.3, 0.8, 0.5), math.degrees(spin), mm=0.56)
        aways = [(on.pixel(place)[:2], on.pixel(place)[2]) for place in places]
        space = lifted(on, [at for at, _ in aways], [away for _, away in aways])
        found = measure_placed(kept(Annotation("1", "ellipsoid", on.image, (), space=space)), None)
        assert found.value == pytest.approx(4 / 3 * math.pi * math.prod(radii) / 1000, rel=0.01)
