"""Bodies in a volume: from outlines and from a seed, of known sizes; what pictures show of them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import SimpleITK

from tests.viewer.spatial.phantoms import drawn, ellipsoid, pane, placed, volume_of
from vetpacs_desktop.errors import Cancelled
from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.viewer.geometry.planes import Vector
from vetpacs_desktop.viewer.measure.measured import NotMeasurable
from vetpacs_desktop.viewer.spatial import growing, stacking
from vetpacs_desktop.viewer.spatial.contour import contours
from vetpacs_desktop.viewer.spatial.drafting import Stroke, gathered
from vetpacs_desktop.viewer.spatial.placed import Placed
from vetpacs_desktop.viewer.spatial.valuing import measure_placed

RADII = (22.0, 15.0, 31.0)
TRUE = 4 / 3 * math.pi * math.prod(RADII)
PHANTOM = ellipsoid(RADII, (0.6, 0.6, 1.5), (48, 64, 88))
MIDDLE = PHANTOM.grid.middle


def outlined(step: float, *, degrees: float = 0.0, about: Vector = (0.0, 0.0, 1.0)) -> Placed:
    """The phantom with an outline every `step` mm, in transverse planes turned about a direction."""
    on = pane(about=about, degrees=degrees, mm=0.6, thickness=1.5)
    normal, right, down = (np.asarray(way) for way in (on.normal, on.right, on.down))
    shape = np.diag(1 / np.square(RADII))
    reach = math.sqrt(float(normal @ np.diag(np.square(RADII)) @ normal))
    strokes = []
    for depth in np.arange(-reach + step / 2, reach, step):
        at = np.asarray(MIDDLE) + depth * normal
        corner = at - 60 * 0.6 * right - 60 * 0.6 * down
        there = replace(on, facts=replace(on.facts, position=tuple(corner.tolist())))
        strokes.append(Stroke(there, _section(shape, depth * normal, right, down)))
    return gathered(strokes)


def _section(
    shape: np.ndarray, at: np.ndarray, right: np.ndarray, down: np.ndarray
) -> tuple[tuple[float, float], ...]:
    """The edge of the ellipsoid in a plane, in pixels of 0.6 mm; (60, 60) is `at`."""
    points = []
    for turn in np.linspace(0, 2 * math.pi, 90, endpoint=False):
        # Along a ray from where the plane is nearest to the middle of the ellipse: the farther solution.
        way = math.cos(turn) * right + math.sin(turn) * down
        a, b, c = way @ shape @ way, at @ shape @ way, at @ shape @ at - 1
        length = (-b + math.sqrt(max(b * b - a * c, 0.0))) / a
        points.append((60 + length * math.cos(turn) / 0.6, 60 + length * math.sin(turn) / 0.6))
    return tuple(points)


@pytest.mark.parametrize(
    ("step", "degrees", "about", "percent"),
    [
        (1.5, 0.0, (0.0, 0.0, 1.0), 0.5),
        (3.0, 0.0, (0.0, 0.0, 1.0), 1.0),
        (1.5, 90.0, (1.0, 0.0, 0.0), 0.5),
    ],
)
def test_outlines_of_an_ellipsoid_give_its_volume(
    step: float, degrees: float, about: Vector, percent: float
) -> None:
    found = stacking.collected(outlined(step, degrees=degrees, about=about), None)
    assert found.mm3 == pytest.approx(TRUE, rel=percent / 100)


def test_outlines_with_gaps_are_blended() -> None:
    """Seven outlines of a body of 62 mm."""
    found = stacking.collected(outlined(9.0), None)
    assert found.outlines == 7
    assert found.mm3 == pytest.approx(TRUE, rel=0.06)


def test_the_values_inside_are_those_of_the_voxels() -> None:
    one = replace(drawn("volume", pane(), ((0, 0),)), space=outlined(3.0))
    found = measure_placed(one, PHANTOM)
    assert found.value == pytest.approx(TRUE / 1000, rel=0.01)
    assert found.unit == "ml"
    count = found.parts["voxels"].value
    assert count is not None
    assert count * PHANTOM.grid.voxel_mm3 == pytest.approx(TRUE, rel=0.05)
    assert found.parts["mean"].value == pytest.approx(100, abs=4)


def test_one_outline_is_as_thick_as_its_plane() -> None:
    on = pane(mm=1.0, thickness=2.0)
    single = gathered([Stroke(on, ((0, 0), (10, 0), (10, 10), (0, 10)))])
    found = stacking.collected(single, None)
    assert found.mm3 == pytest.approx(200)
    assert "single" in found.note


def test_two_outlines_of_one_plane_belong_together() -> None:
    on = pane(mm=1.0, thickness=2.0)
    square = ((0, 0), (10, 0), (10, 10), (0, 10))
    beside = tuple((x + 20, y) for x, y in square)
    above = replace(on, facts=replace(on.facts, position=(0.0, 0.0, 10.0)))
    found = stacking.collected(
        gathered([Stroke(on, square), Stroke(on, beside), Stroke(above, square)]), None
    )
    assert 1000 < found.mm3 < 2400


def test_outlines_across_each_other_are_refused() -> None:
    square = ((0, 0), (10, 0), (10, 10), (0, 10))
    across = pane(about=(1.0, 0.0, 0.0), degrees=90)
    with pytest.raises(NotMeasurable, match="parallel"):
        stacking.collected(gathered([Stroke(pane(), square), Stroke(across, square)]), None)


# --- grown from a seed --------------------------------------------------------------------------------


def noisy() -> np.ndarray:
    random = np.random.default_rng(3)
    return (PHANTOM.values + random.normal(0, 6, PHANTOM.values.shape)).astype(np.int16)


def test_what_grows_from_a_seed_is_the_body_and_always_the_same() -> None:
    volume = replace(PHANTOM, values=noisy())
    low, high = growing.first_range(volume, MIDDLE)
    assert 0 < low < 85
    assert 115 < high < 200
    grown, region = growing.grow(volume, MIDDLE, low, high)
    assert grown.mm3 == pytest.approx(TRUE, rel=0.01)
    assert grown.mean == pytest.approx(100, abs=1)
    assert grown.deviation == pytest.approx(6, abs=0.5)
    again, same = growing.grow(volume, MIDDLE, low, high)
    assert again == grown
    assert np.array_equal(same.mask, region.mask)
    assert region.mask.sum() == grown.count


def test_it_finds_the_voxels_that_another_program_finds() -> None:
    """A winding corridor, which goes back and forth between the slices."""
    random = np.random.default_rng(5)
    values = (random.random((20, 24, 26)) > 0.45).astype(np.int16) * 50
    values[10, 12, 13] = 50
    volume = volume_of(values)
    seed = tuple(volume.grid.to_patient((13, 12, 10)).tolist())
    grown, region = growing.grow(volume, seed, 40, 60)
    image = SimpleITK.GetImageFromArray(values)
    other = SimpleITK.GetArrayFromImage(SimpleITK.ConnectedThreshold(image, [(13, 12, 10)], 40, 60, 1)) > 0
    mine = np.zeros(values.shape, bool)
    k, j, i = region.start
    n, r, c = region.mask.shape
    mine[k : k + n, j : j + r, i : i + c] = region.mask
    assert np.array_equal(mine, other)
    assert grown.count == other.sum()


def test_growing_can_be_stopped_and_has_its_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        growing.grow(PHANTOM, MIDDLE, 50, 150, cancel=token)
    with pytest.raises(NotMeasurable, match="outside"):
        growing.grow(PHANTOM, (900.0, 0.0, 0.0), 50, 150)
    with pytest.raises(NotMeasurable, match="range"):
        growing.grow(PHANTOM, MIDDLE, 500, 600)
    monkeypatch.setattr(growing, "MOST_VOXELS", 1000)
    with pytest.raises(NotMeasurable, match="runs over"):
        growing.grow(PHANTOM, MIDDLE, -50, 150)


# --- what pictures show --------------------------------------------------------------------------------


def _area(loop: list[tuple[float, float]]) -> float:
    x, y = np.array(loop).T
    return float(np.abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)


def test_contours_surround_exactly_the_pixels_inside() -> None:
    mask = np.zeros((12, 12), bool)
    mask[2:9, 3:10] = True
    mask[4:6, 5:7] = False
    outer, hole = sorted(contours(mask), key=_area, reverse=True)
    assert _area(outer) - _area(hole) == mask.sum()
    assert len(outer) <= 5, "straight runs are one piece"
    assert contours(np.zeros((4, 4), bool)) == []


def test_the_edge_of_a_body_in_a_slanted_picture_is_that_of_the_ellipsoid() -> None:
    on = pane(about=(1.0, 0.4, 0.2), degrees=40, mm=0.6)
    corner = np.asarray(MIDDLE) - 60 * 0.6 * np.asarray(on.right) - 60 * 0.6 * np.asarray(on.down)
    on = replace(on, facts=replace(on.facts, position=tuple(corner.tolist())), columns=121, rows=121)
    axes = np.stack((on.right, on.down), axis=1)
    true = math.pi / math.sqrt(float(np.linalg.det(axes.T @ np.diag(1 / np.square(RADII)) @ axes))) / 0.36
    _, region = growing.grow(PHANTOM, MIDDLE, 50, 150)
    (line,) = growing.edges_of(region, PHANTOM, on)
    assert _area(list(line.points)) == pytest.approx(true, rel=0.02)
    (other,) = stacking.edges_of(stacking.body_of(outlined(1.5)), on)
    assert _area(list(other.points)) == pytest.approx(true, rel=0.02)
    far = replace(on, facts=replace(on.facts, position=(0.0, 0.0, 500.0)))
    assert growing.edges_of(region, PHANTOM, far) == ()


def test_outlines_are_as_thick_as_the_way_between_them_at_most() -> None:
    assert placed(replace(drawn("volume", pane(), ((0, 0),)), space=outlined(1.5))).thickness_mm == 1.5
