"""Planes through a volume: at an original plane the original pixels, elsewhere an independent resampling."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pydicom
import pytest
import SimpleITK as sitk  # noqa: N813 - its usual name
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.helpers.corpus import images
from tests.helpers.headers import slice_at
from tests.viewer.series.stacks import regular
from tests.viewer.volume.volumes import made_up, ramp, volume_of
from vetpacs_desktop.viewer.render.reslicer import Reslicer, reached
from vetpacs_desktop.viewer.volume.build import Builder
from vetpacs_desktop.viewer.volume.section import Cut, Slab
from vetpacs_desktop.viewer.volume.volume import Volume


@pytest.fixture(scope="module")
def tilted() -> Volume:
    return volume_of("ct-tilted")


@pytest.mark.parametrize("name", ["ct-thin", "ct-tilted", "mr-prone"])
def test_an_original_plane_gives_the_original_pixels(name: str) -> None:
    volume = volume_of(name)
    grid, reslicer = volume.grid, Reslicer(volume)
    rows, columns = volume.values.shape[1:]
    across, down = np.array(grid.across), np.array(grid.down)
    mm = float(np.linalg.norm(across))
    for number in (0, 7, volume.values.shape[0] - 1):
        corner = tuple(grid.to_patient((0, 0, number)))
        found = reslicer.cut(
            Cut(corner, tuple(across / mm), tuple(down / np.linalg.norm(down)), mm, columns, rows)
        )
        assert np.array_equal(found, volume.values[number])


def independent(name: str, places: NDArray[np.float64]) -> NDArray[np.float32]:
    """SimpleITK's own interpolation of the series at places in mm (..., 3), from headers read anew.

    The stack is given to it as a plain array; each place is turned into array positions by the slices' own
    ImagePositionPatient, so that neither this program's grid nor a reader that ignores the tilt is asked.
    """
    files = sorted(
        (pydicom.dcmread(path) for path in images(name)), key=lambda ds: ds.ImagePositionPatient[2]
    )
    first = files[0]
    across = np.array(first.ImageOrientationPatient[:3], float) * float(first.PixelSpacing[1])
    down = np.array(first.ImageOrientationPatient[3:], float) * float(first.PixelSpacing[0])
    places_of = np.array([ds.ImagePositionPatient for ds in files], float)
    step = (places_of[-1] - places_of[0]) / (len(files) - 1)
    whole = np.stack([ds.pixel_array * float(ds.RescaleSlope) + float(ds.RescaleIntercept) for ds in files])
    image = sitk.GetImageFromArray(whole.astype(np.float32))
    flat = np.linalg.solve(np.column_stack([across, down, step]), (places.reshape(-1, 3) - places_of[0]).T).T
    size = whole.shape[::-1]
    out = np.full(len(flat), np.nan, np.float32)
    inside = np.all((flat >= 0) & (flat <= np.array(size) - 1), axis=1)
    for n in np.flatnonzero(inside):
        out[n] = image.EvaluateAtContinuousIndex(flat[n].tolist(), sitk.sitkLinear)
    return out.reshape(places.shape[:-1])


@pytest.mark.parametrize(
    ("right", "down"),
    [
        ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0)),
        ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0)),
        ((0.8, 0.6, 0.0), (0.0, 0.0, -1.0)),
        ((0.8, 0.48, 0.36), (-0.6, 0.64, 0.48)),
    ],
)
def test_planes_of_a_tilted_stack_equal_an_independent_resampling(
    tilted: Volume, right: tuple[float, float, float], down: tuple[float, float, float]
) -> None:
    mm, width, height = 1.7, 60, 50
    corner = (
        np.array(tilted.grid.middle) - np.array(right) * mm * width / 2 - np.array(down) * mm * height / 2
    )
    found = Reslicer(tilted).cut(Cut(tuple(corner), right, down, mm, width, height))
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    places = corner + x[..., None] * mm * np.array(right) + y[..., None] * mm * np.array(down)
    wanted = independent("ct-tilted", places)
    known = ~np.isnan(wanted)
    assert known.mean() > 0.5
    assert np.max(np.abs(found[known] - wanted[known])) <= 1.0, "one HU for rounding to whole numbers"


@settings(max_examples=25, deadline=None)
@given(st.tuples(*[st.floats(-1, 1)] * 3), st.tuples(*[st.floats(-1, 1)] * 3), st.floats(0.1, 0.6))
def test_any_oblique_plane_of_a_known_field_is_exact(
    first: tuple[float, float, float], second: tuple[float, float, float], mm: float
) -> None:
    right, down = _right_angle(first, second)
    made, frames = made_up(regular(12), ramp, np.float32)
    builder = Builder(made)
    for frame in frames:
        builder.put(frame)
    volume = builder.volume()
    corner = np.array(made.grid.middle) - right * mm * 2 - down * mm * 2
    found = Reslicer(volume).cut(Cut(tuple(corner), tuple(right), tuple(down), mm, 5, 5))
    x, y = np.meshgrid(np.arange(5), np.arange(5))
    places = corner + x[..., None] * mm * right + y[..., None] * mm * down
    index = made.grid.to_index(places)
    inside = np.all((index >= 0) & (index <= np.array(volume.values.shape[::-1]) - 1), axis=-1)
    assert inside[2, 2]
    assert found[inside] == pytest.approx(ramp(places)[inside], abs=0.5)


def test_a_slab_takes_the_brightest_the_darkest_or_the_mean() -> None:
    made, frames = made_up(regular(21, 1.0), lambda places: places[..., 2] * 10)
    builder = Builder(made)
    for frame in frames:
        builder.put(frame)
    reslicer = Reslicer(builder.volume())

    def middle(slab: Slab, thickness: float) -> float:
        cut = Cut((1.0, 1.0, 10.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), 0.5, 2, 2, thickness, slab)
        return float(reslicer.cut(cut)[0, 0])

    assert middle(Slab.MEAN, 0.0) == 100
    assert middle(Slab.MIP, 8.0) == 140
    assert middle(Slab.MINIP, 8.0) == 60
    assert middle(Slab.MEAN, 8.0) == pytest.approx(100, abs=1)


@pytest.mark.parametrize("slab", list(Slab))
def test_every_slice_of_a_slab_counts_and_none_beyond(slab: Slab) -> None:
    sign = -1 if slab is Slab.MINIP else 1
    seen = []
    for bright in range(21):
        made, frames = made_up(
            regular(21, 1.0),
            lambda places, n=bright: (np.abs(places[..., 2] - n) < 0.1) * sign * 170.0,
            np.float32,
        )
        builder = Builder(made)
        for frame in frames:
            builder.put(frame)
        cut = Cut((1.0, 1.0, 10.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), 0.5, 2, 2, 8.0, slab)
        seen.append(sign * float(Reslicer(builder.volume()).cut(cut)[0, 0]))
    assert seen[:6] == seen[15:] == [0.0] * 6
    assert seen == seen[::-1]
    assert all(one > 0 for one in seen[6:15])


def test_outside_of_the_volume_is_as_dark_as_can_be() -> None:
    made, frames = made_up(regular(5), lambda places: ramp(places) + 7000)
    builder = Builder(made)
    for frame in frames:
        builder.put(frame)
    volume = builder.volume()
    found = Reslicer(volume).cut(Cut((100.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), 0.5, 3, 3))
    assert (found == volume.range[0]).all()


def _right_angle(
    first: tuple[float, float, float], second: tuple[float, float, float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    right = np.array(first) + np.array([1.5, 0.1, 0.2])
    right = right / np.linalg.norm(right)
    down = np.array(second) + np.array([0.0, 1.7, 0.3])
    down = down - right * (down @ right)
    return right, down / np.linalg.norm(down)


@pytest.mark.parametrize("thickness", [0.0, 12.0])
def test_a_sketch_is_the_same_plane_coarser(tilted: Volume, thickness: float) -> None:
    right, down = np.array([0.8, 0.6, 0.0]), np.array([0.0, 0.0, -1.0])
    corner = np.array(tilted.grid.middle) - right * 120 - down * 80
    cut = Cut(tuple(corner), tuple(right), tuple(down), 0.3, 801, 533, thickness, Slab.MIP)
    reslicer = Reslicer(tilted)
    whole, sketch = reslicer.cut(cut), reslicer.sketch(cut)
    assert sketch.shape == whole.shape
    assert sketch.dtype == whole.dtype
    assert reslicer.effort(cut) >= 801 * 533
    assert float(np.corrcoef(whole.ravel(), sketch.ravel())[0, 1]) > 0.97, "nothing moves when it gets sharp"
    assert np.array_equal(reslicer.twin().cut(cut), whole)


def test_a_slab_s_samples_leave_no_layer_of_voxels_out() -> None:
    """A single bright voxel in a slanted slab is seen, however the slab is turned."""
    made, frames = made_up(regular(12), lambda places: places[..., 0] * 0, np.float32)
    builder = Builder(made)
    for frame in frames:
        builder.put(frame)
    values = builder.volume().values.copy()
    values[6, 2, 3] = 1000.0
    volume = replace(builder.volume(), values=values)
    middle = np.array(made.grid.to_patient((3, 2, 6)))
    for degrees in range(5, 90, 7):
        turn = np.radians(degrees)
        right = np.array([np.cos(turn), 0.0, np.sin(turn)])
        down = np.array([0.0, 1.0, 0.0])
        corner = middle - right * 4 - down * 1
        cut = Cut(tuple(corner), tuple(right), tuple(down), 0.25, 33, 9, 6.0, Slab.MIP)
        assert Reslicer(volume).cut(cut).max() > 400.0, degrees


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(*[st.floats(-1, 1)] * 3),
    st.tuples(*[st.floats(-1, 1)] * 3),
    st.tuples(*[st.floats(-12, 12)] * 3),
    st.sampled_from([0.0, 3.0]),
    st.booleans(),
)
def test_nothing_of_the_volume_lies_beside_what_is_looked_at(
    first: tuple[float, float, float],
    second: tuple[float, float, float],
    shift: tuple[float, float, float],
    thickness: float,
    tilted: bool,
) -> None:
    """Every pixel of the picture by itself: those whose place is in a voxel are among rows and columns."""
    right, down = _right_angle(first, second)
    stack = [slice_at((0.0, 0.4 * n * tilted, 1.0 * n), n + 1) for n in range(9)]
    grid = made_up(stack, ramp, np.float32)[0].grid
    corner = np.array(grid.middle) + shift - (right + down) * 5
    cut = Cut(tuple(corner), tuple(right), tuple(down), 0.5, 20, 20, thickness, Slab.MIP)
    rows, columns = reached(grid, cut, thickness / 2)
    x, y, t = np.meshgrid(np.arange(20), np.arange(20), np.linspace(-thickness / 2, thickness / 2, 9))
    places = (
        corner + 0.5 * (x[..., None] * right + y[..., None] * down) + t[..., None] * np.cross(right, down)
    )
    index = grid.to_index(places)
    inside = np.all((index > -0.5) & (index < np.array(grid.shape[::-1]) - 0.5), axis=-1).any(axis=2)
    beside = inside.copy()
    beside[rows, columns] = False
    assert not beside.any()


def test_little_more_than_the_volume_is_looked_at() -> None:
    grid = made_up(regular(9), ramp, np.float32)[0].grid
    low = grid.to_patient((-0.5, -0.5, 4))
    columns, rows = grid.shape[2], grid.shape[1]
    mm = grid.spacing[0] / 4
    across, down = (np.array(way) / np.linalg.norm(way) for way in (grid.across, grid.down))
    corner = low - across * 50 * mm - down * 70 * mm
    seen = reached(grid, Cut(tuple(corner), tuple(across), tuple(down), mm, 400, 400), 0.0)
    tall = rows * grid.spacing[1] / mm
    for found, first, count in zip(seen, (70, 50), (tall, columns * 4), strict=True):
        assert first - 2 <= found.start <= first
        assert first + count <= found.stop <= first + count + 3
    far = Cut(tuple(corner + 900 * np.cross(across, down)), tuple(across), tuple(down), mm, 400, 400)
    assert reached(grid, far, 0.0) == (slice(0, 0), slice(0, 0))
    outside = Reslicer(made_volume()).cut(far)
    assert len(np.unique(outside)) == 1


def made_volume() -> Volume:
    made, frames = made_up(regular(9), ramp, np.float32)
    builder = Builder(made)
    for frame in frames:
        builder.put(frame)
    return builder.volume()


def test_a_slab_that_leans_a_little_is_seen_as_a_whole() -> None:
    """Under a degree it is put together along the volume's axis: none of it is lost far from the middle."""
    made, frames = made_up(regular(21, 1.0), lambda places: places[..., 2] * 10 + 500)
    builder = Builder(made)
    for frame in frames:
        builder.put(frame)
    volume = builder.volume()
    wide = replace(volume, values=np.ascontiguousarray(np.tile(volume.values, (1, 60, 60))))
    rows, columns = wide.values.shape[1:]
    wide = replace(wide, grid=replace(volume.grid, shape=(21, rows, columns)))
    lean = math.radians(0.5)
    right = (math.cos(lean), 0.0, math.sin(lean))
    cut = Cut((0.0, 0.0, 10.0), right, (0.0, 1.0, 0.0), 0.5, 200, 60, 6.0, Slab.MIP)
    found = Reslicer(wide).cut(cut)
    assert np.unique(found[5:40, 5:120]).tolist() == [630]
