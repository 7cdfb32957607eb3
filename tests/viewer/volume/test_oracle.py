"""One scan kept two ways: an enhanced file and its classic twin, and both against headers read by pydicom."""

from __future__ import annotations

from functools import cache

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray

from tests.helpers.corpus import corpus, images
from tests.viewer.volume.volumes import built, volume_of
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.series.arrange import arrange
from vetpacs_desktop.viewer.volume.plan import plan
from vetpacs_desktop.viewer.volume.volume import Volume

Floats = NDArray[np.float64]
Slice = tuple[Floats, Floats, Floats, tuple[float, float], Floats]
"""Position, directions along rows and columns, (row, column) spacing and values, as a header has them."""


@cache
def enhanced() -> Volume:
    stacks = arrange([read_description(corpus("mr-enhanced") / "0126.dcm")])
    (stack,) = (one for one in stacks if len(one.frames) == 63)
    return built(plan(stack))


@cache
def classic() -> Volume:
    return volume_of("mr-classic")


def slices_of_classic() -> list[Slice]:
    found = []
    for path in images("mr-classic"):
        ds = pydicom.dcmread(path)
        turn = np.array(ds.ImageOrientationPatient, float)
        values = ds.pixel_array * float(ds.get("RescaleSlope", 1)) + float(ds.get("RescaleIntercept", 0))
        row, column = (float(part) for part in ds.PixelSpacing)
        found.append((np.array(ds.ImagePositionPatient, float), turn[:3], turn[3:], (row, column), values))
    return found


def slices_of_enhanced() -> list[Slice]:
    ds = pydicom.dcmread(corpus("mr-enhanced") / "0126.dcm")
    shared, pixels, found = ds.SharedFunctionalGroupsSequence[0], ds.pixel_array, []

    def group(frame: pydicom.Dataset, name: str) -> pydicom.Dataset:
        first: pydicom.Dataset = (frame if name in frame else shared)[name].value[0]
        return first

    for n, frame in enumerate(ds.PerFrameFunctionalGroupsSequence):
        turn = np.array(group(frame, "PlaneOrientationSequence").ImageOrientationPatient, float)
        place = np.array(group(frame, "PlanePositionSequence").ImagePositionPatient, float)
        row, column = (float(part) for part in group(frame, "PixelMeasuresSequence").PixelSpacing)
        rescaled = group(frame, "PixelValueTransformationSequence")
        values = pixels[n] * float(rescaled.RescaleSlope) + float(rescaled.RescaleIntercept)
        found.append((place, turn[:3], turn[3:], (row, column), values))
    return found


def test_both_are_the_same_voxels_at_the_same_places() -> None:
    one, other = enhanced(), classic()
    assert one.values.shape == other.values.shape == (63, *one.values.shape[1:])
    assert np.array_equal(one.values, other.values)
    slices, rows, columns = one.grid.shape
    ends = [(i, j, k) for i in (0, columns - 1) for j in (0, rows - 1) for k in (0, slices - 1)]
    assert one.grid.to_patient(ends) == pytest.approx(other.grid.to_patient(ends), abs=1e-3), (
        "all eight corners"
    )
    assert one.grid.spacing == pytest.approx(other.grid.spacing, abs=1e-5)


@pytest.mark.parametrize("kind", ["enhanced", "classic"])
def test_every_slice_lies_where_its_header_says_with_the_values_of_its_file(kind: str) -> None:
    """Read anew by pydicom: which slice is which, and where, is asked of nothing in this program."""
    volume = enhanced() if kind == "enhanced" else classic()
    headers = slices_of_enhanced() if kind == "enhanced" else slices_of_classic()
    assert len(headers) == 63
    seen = set()
    for place, across, down, (row_mm, column_mm), values in headers:
        column, row, number = volume.grid.to_index(place)
        assert (column, row) == pytest.approx((0, 0), abs=1e-3)
        assert number == pytest.approx(round(number), abs=1e-2)
        seen.add(round(number))
        assert np.array_equal(volume.values[round(number)], values)
        far = place + across * column_mm * (values.shape[1] - 1) + down * row_mm * (values.shape[0] - 1)
        corner = (values.shape[1] - 1, values.shape[0] - 1, round(number))
        assert volume.grid.to_patient(corner) == pytest.approx(far, abs=1e-2)
    assert seen == set(range(63)), "each once"


def test_the_oracle_can_fail() -> None:
    """Another scan of the same set is not the same volume."""
    stacks = arrange([read_description(corpus("mr-enhanced") / "0063.dcm")])
    (stack,) = (one for one in stacks if len(one.frames) == 63)
    assert not np.array_equal(built(plan(stack)).values, classic().values)
