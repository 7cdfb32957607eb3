"""What planes show lies where it lies in the animal: right angles stay right, lengths are true."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pydicom
import pytest
import SimpleITK
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.helpers.corpus import images
from tests.helpers.headers import slice_at
from tests.viewer.volume.volumes import length_of, made_up, plane_through, volume_of
from vetpacs_desktop.examples import ANATOMY
from vetpacs_desktop.viewer.geometry.planes import Vector, index_to_patient
from vetpacs_desktop.viewer.render.planes import cut_frame
from vetpacs_desktop.viewer.render.reslicer import Reslicer
from vetpacs_desktop.viewer.volume.build import Builder
from vetpacs_desktop.viewer.volume.section import (
    Cut,
    PlaneName,
    natural_axes,
    section,
    vector,
)
from vetpacs_desktop.viewer.volume.volume import Volume

Floats = NDArray[np.float64]
HALF_WAY = -300.0
"""HU between the phantom's plastic and air."""


@pytest.fixture(scope="module")
def tilted() -> Volume:
    return volume_of("ct-tilted")


@pytest.fixture(scope="module")
def uneven() -> Volume:
    return volume_of("ct-variable-gap")


# --- the phantom's right angle ------------------------------------------------------------


def edge(profile: NDArray[np.float64]) -> float:
    """Where the values first rise through the half-way value."""
    n = int(np.flatnonzero((profile[:-1] < HALF_WAY) & (profile[1:] >= HALF_WAY))[0])
    return n + float((HALF_WAY - profile[n]) / (profile[n + 1] - profile[n]))


def direction(points: Floats) -> Floats:
    """The unit vector of the straight line that fits places best."""
    centred = points - np.mean(points, axis=0)
    way: Floats = np.linalg.svd(centred)[2][0]
    return way


def edges_of_the_phantom(volume: Volume) -> tuple[list[Floats], list[Floats]]:
    """Places (mm) on the upright edge of the block and on the plate's, found in the sagittal picture."""
    plane = section(volume, natural_axes(volume), volume.grid.middle, PlaneName.SAGITTAL, quadruped=False)
    number = plane.nearest(volume.grid.middle)
    picture = Reslicer(volume).cut(plane.cut(number)).astype(np.float64)
    block = [(345 - edge(picture[row, 345:295:-1]), row) for row in range(285, 350)]
    plate = [(column, 225 + edge(picture[225:275, column])) for column in range(160, 228)]
    plate += [(column, 290 - edge(picture[290:225:-1, column])) for column in range(160, 228)]
    half = len(plate) // 2

    def places(pixels: Sequence[tuple[float, float]]) -> Floats:
        return np.array([plane.place(number, *pixel) for pixel in pixels])

    return [places(block)], [places(plate[:half]), places(plate[half:])]


def angle(one: Floats, other: Floats) -> float:
    return math.degrees(math.acos(abs(float(one @ other))))


def test_the_block_stands_upright_on_its_plate_though_the_gantry_was_tilted(tilted: Volume) -> None:
    (block,), plates = edges_of_the_phantom(tilted)
    plate = np.mean([direction(one) * np.sign(direction(one)[1]) for one in plates], axis=0)
    plate /= np.linalg.norm(plate)
    assert angle(direction(block), plate) == pytest.approx(90, abs=1)


def test_slices_stacked_as_if_nothing_was_tilted_would_show_it_leaning_by_18_degrees(tilted: Volume) -> None:
    """That the test above can fail: the same edges where a naive stack has them."""

    def naive(places: Floats) -> Floats:
        row_mm, gap = tilted.grid.spacing[1], float(np.dot(tilted.grid.step, tilted.normal))
        index = tilted.grid.to_index(places)
        return np.column_stack([np.zeros(len(index)), index[:, 1] * row_mm, index[:, 2] * gap])

    (block,), plates = edges_of_the_phantom(tilted)
    plate = np.mean(
        [direction(naive(one)) * np.sign(direction(naive(one))[1]) for one in plates],
        axis=0,
    )
    leaning = 90 - angle(direction(naive(block)), plate / np.linalg.norm(plate))
    assert leaning == pytest.approx(18.5, abs=2)


# --- lengths ------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(["tilted", "uneven"]),
    st.tuples(*[st.floats(0.1, 0.9)] * 3),
    st.tuples(*[st.floats(0.1, 0.9)] * 3),
    st.floats(0, 3.1),
)
def test_lengths_between_places_of_the_headers_are_true_in_any_plane(
    tilted: Volume,
    uneven: Volume,
    which: str,
    first: tuple[float, float, float],
    second: tuple[float, float, float],
    spin: float,
) -> None:
    """Pixels of original slices have places by their own headers; the tool measures between them."""
    volume = tilted if which == "tilted" else uneven
    headers = HEADERS["ct-tilted" if which == "tilted" else "ct-variable-gap"]()
    a, b = (place_by_header(headers, share) for share in (first, second))
    if np.linalg.norm(a - b) < 5:
        return
    plane, number = plane_through(volume, a, b, spin)
    frame = cut_frame(volume, plane, number)
    assert length_of(frame, plane.pixel(a), plane.pixel(b)) == pytest.approx(np.linalg.norm(a - b), abs=0.1)
    for place in (a, b):
        back = index_to_patient(frame.description.frames[0], *plane.pixel(place))
        assert back == pytest.approx(tuple(place), abs=0.05)


def read_headers(name: str) -> Callable[[], list[pydicom.Dataset]]:
    found: list[pydicom.Dataset] = []

    def read() -> list[pydicom.Dataset]:
        if not found:
            found.extend(pydicom.dcmread(path) for path in images(name))
            found.sort(key=lambda ds: float(ds.ImagePositionPatient[2]))
        return found

    return read


HEADERS = {name: read_headers(name) for name in ("ct-tilted", "ct-variable-gap")}


def place_by_header(headers: Sequence[pydicom.Dataset], share: tuple[float, float, float]) -> Floats:
    """Of a pixel of one slice, mm, as PS3.3 C.7.6.2.1.1 has it, with nothing of this program asked."""
    ds = headers[round(share[2] * (len(headers) - 1))]
    column, row = round(share[0] * (ds.Columns - 1)), round(share[1] * (ds.Rows - 1))
    across, down = (
        np.array(ds.ImageOrientationPatient[:3], float),
        np.array(ds.ImageOrientationPatient[3:], float),
    )
    place: Floats = (
        np.array(ds.ImagePositionPatient, float)
        + across * column * float(ds.PixelSpacing[1])
        + down * row * float(ds.PixelSpacing[0])
    )
    return place


@settings(max_examples=40, deadline=None)
@given(
    st.tuples(*[st.floats(0.02, 0.98)] * 3),
    st.tuples(*[st.floats(-1, 1)] * 3).filter(lambda way: np.linalg.norm(way) > 0.1),
    st.floats(0, 3.1),
    st.floats(0.2, 3.0),
)
def test_a_pixel_of_a_file_is_seen_at_its_place_in_a_plane_of_any_direction(
    tilted: Volume, share: tuple[float, float, float], way: tuple[float, float, float], spin: float, mm: float
) -> None:
    """Its place from its own header, its value from pydicom; the plane's pixel there must be that value."""
    headers = HEADERS["ct-tilted"]()
    place = place_by_header(headers, share)
    ds = headers[round(share[2] * (len(headers) - 1))]
    column, row = round(share[0] * (ds.Columns - 1)), round(share[1] * (ds.Rows - 1))
    value = float(ds.pixel_array[row, column]) * float(ds.RescaleSlope) + float(ds.RescaleIntercept)
    right = np.array(way) / np.linalg.norm(way)
    aside = np.cross(right, np.roll(right, 1) + np.array([0.1, 0.0, 0.3]))
    aside /= np.linalg.norm(aside)
    down = aside * math.cos(spin) + np.cross(right, aside) * math.sin(spin)
    corner = place - right * mm * 2 - down * mm * 3
    found = Reslicer(tilted).cut(Cut(vector(corner), vector(right), vector(down), mm, 6, 7))
    assert found[3, 2] == pytest.approx(value, abs=3.0), (
        "headers round their places to a few thousandths of a mm"
    )


# --- blobs: what is seen lies where it was put ------------------------------------------------------------

BLOBS = (np.array([8.0, 9.0, 6.0]), np.array([21.0, 17.0, 15.0]))
SPREAD = 2.0


def light(places: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = sum(
        (1000 * np.exp(-np.sum((places - blob) ** 2, axis=-1) / (2 * SPREAD**2)) for blob in BLOBS),
        np.zeros(places.shape[:-1]),
    )
    return found


def blobs(kind: str) -> Volume:
    gaps = {"uneven": [0.5, 0.8, 0.5, 1.1, 0.7]}.get(kind, [0.7])
    along = np.cumsum([0.0, *(gaps * 40)])
    along = along[along < 21]
    lean = 0.33 if kind == "tilted" else 0.0
    order = along[::-1] if kind == "left-handed" else along
    slices = [
        slice_at(
            (0.0, lean * (place - 10), float(place)), n + 1, Rows=50, Columns=40, PixelSpacing=[0.55, 0.75]
        )
        for n, place in enumerate(order)
    ]
    made, frames = made_up(slices, light, np.float32)
    builder = Builder(made)
    for frame in frames:
        builder.put(frame)
    return builder.volume()


def centroid(picture: NDArray[np.float64], near: tuple[float, float], reach: int) -> tuple[float, float]:
    column, row = round(near[0]), round(near[1])
    top, left = max(row - reach, 0), max(column - reach, 0)
    part = np.maximum(picture[top : row + reach + 1, left : column + reach + 1] - 200, 0)
    y, x = np.indices(part.shape)
    return left + float((part * x).sum() / part.sum()), top + float((part * y).sum() / part.sum())


@pytest.mark.parametrize("spin", [0.0, 0.7, 1.9])
@pytest.mark.parametrize("kind", ["upright", "tilted", "uneven", "left-handed"])
def test_blobs_seen_in_a_slanted_plane_are_as_far_apart_as_they_were_put(kind: str, spin: float) -> None:
    volume = blobs(kind)
    plane, number = plane_through(volume, *BLOBS, spin)
    frame = cut_frame(volume, plane, number)
    picture = frame.values.astype(np.float64)
    reach = round(4 / plane.mm)
    seen = [centroid(picture, plane.pixel(blob), reach) for blob in BLOBS]
    assert length_of(frame, *seen) == pytest.approx(np.linalg.norm(BLOBS[1] - BLOBS[0]), abs=0.1)
    for pixel, blob in zip(seen, BLOBS, strict=True):
        assert index_to_patient(frame.description.frames[0], *pixel) == pytest.approx(tuple(blob), abs=0.15)


# --- the example dog ------------------------------------------------------------


def dog() -> Volume:
    """A stack as the example CT is written: prone, dorsal first, from head to tail."""
    slices = [
        slice_at(
            (-142.0, 146.0, 150.0 - 5.0 * n),
            n + 1,
            orientation=(1.0, 0.0, 0.0, 0.0, -1.0, 0.0),
            Rows=128,
            Columns=128,
            PixelSpacing=[2.24, 2.24],
            PatientPosition="HFP",
        )
        for n in range(71)
    ]
    made, frames = made_up(slices, lambda places: places[..., 2], np.int16)
    builder = Builder(made)
    for frame in frames:
        builder.put(frame)
    return builder.volume()


@pytest.fixture(scope="module")
def scanned_dog() -> Volume:
    return dog()


VERTEBRAE = tuple(one.name for one in ANATOMY.vertebrae)


def known_lengths() -> dict[str, tuple[Vector, Vector, float]]:
    """From where to where, and how long the anatomy says that this is, mm."""
    found: dict[str, tuple[Vector, Vector, float]] = {
        "hips": (
            _three(ANATOMY.hip_left.center),
            _three(ANATOMY.hip_right.center),
            ANATOMY.hip_distance_mm,
        ),
        "heart": (_three(ANATOMY.heart.carina), _three(ANATOMY.heart.apex), ANATOMY.heart.long_mm),
    }
    for name, kidney in (("left kidney", ANATOMY.kidney_left), ("right kidney", ANATOMY.kidney_right)):
        sizes = (kidney.width_mm, kidney.height_mm, kidney.length_mm)
        for axis, (way, size) in enumerate(zip(("width", "height", "length"), sizes, strict=True)):
            half = np.eye(3)[axis] * size / 2
            start, end = (_three(np.array(kidney.center) + sign * half) for sign in (-1, 1))
            found[f"{name} {way}"] = start, end, size
    for one in ANATOMY.vertebrae:
        found[one.name] = _three(one.cranial), _three(one.caudal), one.length
    return found


def _three(place: Sequence[float] | Floats) -> Vector:
    x, y, z = (float(part) for part in place)
    return x, y, z


@pytest.mark.parametrize("spin", [0.2, 1.3])
@pytest.mark.parametrize("name", known_lengths())
def test_known_lengths_of_the_example_dog_are_true_on_slanted_planes(
    scanned_dog: Volume, name: str, spin: float
) -> None:
    start, end, known = known_lengths()[name]
    a, b = np.array(start), np.array(end)
    plane, number = plane_through(scanned_dog, a, b, spin)
    frame = cut_frame(scanned_dog, plane, number)
    assert length_of(frame, plane.pixel(a), plane.pixel(b)) == pytest.approx(known, abs=0.1)
    for place in (a, b):
        column, row = plane.pixel(place)
        if scanned_dog.grid.holds(place):
            assert frame.values[round(row), round(column)] == pytest.approx(place[2], abs=2.5)


# --- uneven gaps against another program ------------------------------------------------------------


def independent_uneven(places: Floats) -> Floats:
    """SimpleITK's interpolation within each slice, linear between the two true slices around a place."""
    headers = HEADERS["ct-variable-gap"]()
    first = headers[0]
    across, down = (np.array(first.ImageOrientationPatient[n : n + 3], float) for n in (0, 3))
    normal = np.cross(across, down)
    origins = np.array([ds.ImagePositionPatient for ds in headers], float)
    order = np.argsort(origins @ normal)
    origins, along = origins[order], (origins @ normal)[order]
    slices = []
    for n in order:
        ds = headers[n]
        values = ds.pixel_array * float(ds.RescaleSlope) + float(ds.RescaleIntercept)
        slices.append(SimpleITK.GetImageFromArray(values.astype(np.float32)))
    column_mm, row_mm = float(first.PixelSpacing[1]), float(first.PixelSpacing[0])
    out = np.full(len(places), np.nan)
    for number, place in enumerate(places):
        here = float(place @ normal)
        above = int(np.searchsorted(along, here))
        if not 0 < above < len(along):
            continue
        share = (here - along[above - 1]) / (along[above] - along[above - 1])
        # The line through a voxel leans with the gantry: the way from slice to slice, not the normal.
        foot = place - (origins[above - 1] + share * (origins[above] - origins[above - 1]))
        column, row = float(foot @ across) / column_mm, float(foot @ down) / row_mm
        if not (0 <= column <= first.Columns - 1 and 0 <= row <= first.Rows - 1):
            continue
        low, high = (
            slices[n].EvaluateAtContinuousIndex([column, row], SimpleITK.sitkLinear)
            for n in (above - 1, above)
        )
        out[number] = low + share * (high - low)
    return out


@pytest.mark.parametrize("right", [(0.0, 1.0, 0.0), (0.8, 0.6, 0.0)])
def test_uneven_gaps_equal_an_independent_resampling_at_the_true_places(
    uneven: Volume, right: tuple[float, float, float]
) -> None:
    down = (0.0, 0.0, -1.0)
    mm, width, height = 2.3, 60, 50
    corner = (
        np.array(uneven.grid.middle) - np.array(right) * mm * width / 2 - np.array(down) * mm * height / 2
    )
    found = Reslicer(uneven).cut(Cut(vector(corner), right, down, mm, width, height)).astype(np.float64)
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    places = corner + x[..., None] * mm * np.array(right) + y[..., None] * mm * np.array(down)
    wanted = independent_uneven(places.reshape(-1, 3)).reshape(found.shape)
    known = ~np.isnan(wanted)
    assert known.mean() > 0.5
    away = np.abs(found - wanted)[known]
    contrast = float(np.std(wanted[known]))
    assert np.median(away) <= 1.0
    assert float(np.sqrt(np.mean(away**2))) < 0.05 * contrast, "only where a grid blends over a slice's kink"
