"""Modality values against the standard's formulas, pydicom's and vectors made by hand."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.pixels import apply_modality_lut

from tests.helpers.corpus import images
from tests.viewer.pixels.samples import description, opened, real
from vetpacs_desktop.viewer.description import FrameDescription, LookupTable
from vetpacs_desktop.viewer.pixels.files import open_file
from vetpacs_desktop.viewer.pixels.grey import modality_values, padding_mask

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:pydicom")


def rescaled(stored: NDArray[Any], slope: float, intercept: float, **changes: Any) -> NDArray[Any]:
    frame = FrameDescription(0, slope=slope, intercept=intercept)
    return modality_values(stored, description(frames=(frame,), **changes))


def test_a_ct_slice_becomes_hounsfield_units_as_whole_numbers() -> None:
    values = rescaled(np.array([[0, 1024, 4095]], np.uint16), 1, -1024)
    assert values.dtype == np.int16
    assert values.tolist() == [[-1024, 0, 3071]]


def test_nothing_is_copied_where_nothing_changes() -> None:
    for kind in (np.uint8, np.int16, np.uint16):
        stored = np.ones((2, 2), kind)
        assert modality_values(stored, description()) is stored


def test_values_too_large_for_signed_numbers_stay_whole_and_unsigned() -> None:
    values = rescaled(np.array([[0, 60000]], np.uint16), 1, 1000)
    assert values.dtype == np.uint16
    assert values.tolist() == [[1000, 61000]]


@pytest.mark.parametrize(("slope", "intercept"), [(1, -1024), (3, -70000), (0.5, 0), (1, 0.25), (-2, 100)])
def test_whatever_does_not_fit_becomes_a_float(slope: float, intercept: float) -> None:
    stored = np.array([[0, 1, 65535]], np.uint16)
    values = rescaled(stored, slope, intercept)
    assert values.dtype == np.float32
    assert values.tolist() == (stored.astype(np.float64) * slope + intercept).astype(np.float32).tolist()


def test_doses_of_thirty_two_bits_keep_their_precision() -> None:
    values = rescaled(np.array([[4_000_000_001, 7]], np.uint32), 1e-9, 0)
    assert values == pytest.approx(np.array([[4.000000001, 7e-9]]), rel=1e-6)


@given(
    slope=st.integers(-40, 40).filter(bool),
    intercept=st.integers(-70000, 70000),
    values=st.lists(st.integers(-32768, 32767), min_size=1, max_size=8),
)
def test_whole_numbers_are_exact_in_every_type(slope: int, intercept: int, values: list[int]) -> None:
    stored = np.array([values], np.int16)
    for reuse in (False, True):
        result = (
            rescaled(stored.copy(), slope, intercept)
            if not reuse
            else modality_values(
                stored.copy(),
                description(frames=(FrameDescription(0, slope=slope, intercept=intercept),)),
                reuse=True,
            )
        )
        assert result.astype(np.int64).tolist() == [[value * slope + intercept for value in values]]


def test_the_input_is_left_alone_unless_it_may_be_used() -> None:
    stored = np.array([[5, 6]], np.uint16)
    rescaled(stored, 1, -1024)
    assert stored.tolist() == [[5, 6]]


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 1e38])
def test_absurd_rescale_numbers_are_ignored(number: float) -> None:
    stored = np.array([[5, 6]], np.uint16)
    assert rescaled(stored, number, 0).tolist() == [[5, 6]]
    assert rescaled(stored, 0, number).tolist() == [[5, 6]]


def test_floats_that_are_no_numbers_become_the_lowest() -> None:
    stored = np.array([[np.nan, -np.inf, 2.0, 3.0]], np.float32)
    assert rescaled(stored, 2, 1).tolist() == [[5, 5, 5, 7]]


def test_a_modality_table_clamps_at_both_ends() -> None:
    table = LookupTable(first_mapped=-2, bits=16, values=np.array([100, 200, 300], np.uint16))
    frame = FrameDescription(0, slope=7, modality_lut=table)
    values = modality_values(np.array([[-9, -2, -1, 0, 9]], np.int16), description(frames=(frame,)))
    assert values.tolist() == [[100, 100, 200, 300, 300]]


def test_every_frame_has_its_own_rescale() -> None:
    frames = tuple(FrameDescription(n, slope=n + 1, intercept=n) for n in range(3))
    stored = np.array([[10]], np.uint16)
    found = [int(modality_values(stored, description(frames=frames), n)[0, 0]) for n in range(4)]
    assert found == [10, 21, 32, 32]


def test_a_real_modality_table_and_real_rescales_match_the_reference() -> None:
    for name in ("mlut_18.dcm", "CT_small.dcm", "MR_small.dcm", "693_UNCI.dcm"):
        file, ds = opened(name), dcmread(real(name))
        mine = modality_values(file.stored(0), file.description)
        theirs = apply_modality_lut(ds.pixel_array, ds)
        assert np.array_equal(mine, theirs), name


@pytest.mark.corpus
@pytest.mark.parametrize("series", ["ct-thin", "mr-jpeg-lossless", "mr-prone"])
def test_real_series_match_the_reference(series: str) -> None:
    for path in images(series)[::25]:
        file, ds = open_file(path), dcmread(path)
        mine = modality_values(file.stored(0), file.description)
        assert np.array_equal(mine, apply_modality_lut(ds.pixel_array, ds).astype(np.float32))


class TestPadding:
    """PS3.3 C.7.5.1.1.2: stored values, one or a range."""

    def mask(self, values: list[int], kind: type, padding: tuple[int, int] | None, **changes: Any) -> Any:
        return padding_mask(np.array([values], kind), description(padding=padding, **changes))

    def test_a_single_value(self) -> None:
        assert self.mask([1, 2, 3], np.uint16, (2, 2)).tolist() == [[False, True, False]]

    def test_a_range_in_either_order(self) -> None:
        for padding in ((2, 4), (4, 2)):
            assert self.mask([1, 2, 3, 5], np.uint16, padding).tolist() == [[False, True, True, False]]

    def test_a_value_written_without_its_sign(self) -> None:
        found = self.mask([-2000, 0], np.int16, (63536, 63536), signed=True)
        assert found.tolist() == [[True, False]]

    def test_a_value_written_with_a_sign_too_many(self) -> None:
        assert self.mask([63536, 0], np.uint16, (-2000, -2000)).tolist() == [[True, False]]

    @pytest.mark.parametrize("padding", [None, (9, 9), (70000, 80000), (-90000, -80000)])
    def test_no_mask_where_nothing_is_padding(self, padding: tuple[int, int] | None) -> None:
        assert self.mask([1, 2], np.uint16, padding) is None

    def test_colour_and_floats_have_none(self) -> None:
        assert padding_mask(np.zeros((2, 2, 3), np.uint8), description(padding=(0, 0))) is None
        assert padding_mask(np.zeros((2, 2), np.float32), description(padding=(0, 0))) is None


def test_a_large_radiograph_is_rescaled_in_little_memory() -> None:
    stored = np.zeros((3000, 4000), np.uint16)
    tracemalloc.start()
    values = rescaled(stored, 0.5, 0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < values.nbytes * 1.1
