"""Colour codings against the standard's equations, and palettes against tables made by hand."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy
from pydicom import Dataset
from pydicom.pixels import apply_color_lut, convert_color_space

from tests.viewer.pixels.samples import dataset, decoded_dataset, opened, real
from vetpacs_desktop.viewer.pixels import colour
from vetpacs_desktop.viewer.pixels.palette import palette_of

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:pydicom")

BYTES = st_numpy.arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(3)))


@given(BYTES)
def test_ybr_full_follows_the_standards_inverse(values: np.ndarray[Any, np.dtype[np.uint8]]) -> None:
    mine = colour.ybr_full_to_rgb(values).astype(int)
    assert np.abs(mine - convert_color_space(values, "YBR_FULL", "RGB").astype(int)).max() <= 1


@given(BYTES)
def test_rgb_survives_the_way_there_and_back(values: np.ndarray[Any, np.dtype[np.uint8]]) -> None:
    """PS3.3 C.7.6.3.1.2 forwards, ours backwards: half a level of rounding each, times 1.772 at the most."""
    forward = np.array([[0.299, 0.587, 0.114], [-0.1687, -0.3313, 0.5], [0.5, -0.4187, -0.0813]])
    ybr = np.rint(values @ forward.T + (0, 128, 128)).clip(0, 255).astype(np.uint8)
    back = colour.ybr_full_to_rgb(ybr).astype(int)
    assert np.abs(back - values).max() <= 3


def test_ybr_partial_has_its_black_and_white_inside_the_range() -> None:
    values = np.array([[[16, 128, 128], [235, 128, 128], [0, 128, 128], [81, 90, 240]]], np.uint8)
    expected = [[0, 0, 0], [255, 255, 255], [0, 0, 0], [254, 0, 0]]
    assert np.abs(colour.ybr_partial_to_rgb(values)[0].astype(int) - expected).max() <= 1


@pytest.mark.parametrize("name", ["OBXXXX1A.dcm", "examples_palette.dcm", "gdcm-US-ALOKA-16.dcm"])
def test_real_palettes_match_the_reference(name: str) -> None:
    file = opened(name)
    palette = file.source.palette
    assert palette is not None
    indices = np.arange(len(palette.table), dtype=np.uint16).reshape(1, -1)
    with real(name).open("rb") as stream:
        from pydicom import dcmread

        ds = dcmread(stream)
    theirs = apply_color_lut(indices, ds)
    assert np.array_equal(palette.colour(indices), theirs >> 8 if theirs.dtype == np.uint16 else theirs)


def with_palette(red: bytes, bits: int, entries: int, first: int = 0, **changes: Any) -> Dataset:
    """Red as given, green and blue all zero."""
    ds = dataset(
        bytes(24), BitsAllocated=8, BitsStored=8, HighBit=7, PhotometricInterpretation="PALETTE COLOR"
    )
    for name, value in changes.items():
        setattr(ds, name, value)
    for name in ("Red", "Green", "Blue"):
        setattr(ds, f"{name}PaletteColorLookupTableDescriptor", [entries, first, bits])
    return ds


def plain(ds: Dataset, red: bytes) -> Dataset:
    for name, data in (("Red", red), ("Green", bytes(len(red))), ("Blue", bytes(len(red)))):
        setattr(ds, f"{name}PaletteColorLookupTableData", data)
    return ds


def segmented(ds: Dataset, red: bytes, black: bytes) -> Dataset:
    for name, data in (("Red", red), ("Green", black), ("Blue", black)):
        setattr(ds, f"Segmented{name}PaletteColorLookupTableData", data)
    return ds


def test_a_palette_that_starts_above_zero_clamps_below_and_above() -> None:
    ds = plain(with_palette(b"", 8, 4, first=10), bytes([10, 20, 30, 40]))
    ds.PixelData = bytes([0, 10, 11, 12, 13, 200] * 4)
    assert decoded_dataset(ds)[0, :, 0].tolist() == [10, 10, 20, 30, 40, 40]


def test_a_palette_for_signed_pixels_starts_below_zero() -> None:
    ds = plain(with_palette(b"", 8, 4, first=0xFFFE, PixelRepresentation=1), bytes([1, 2, 3, 4]))
    ds.PixelData = np.array([-3, -2, -1, 0, 1, 2] * 4, np.int8).tobytes()
    assert decoded_dataset(ds)[0, :, 0].tolist() == [1, 1, 2, 3, 4, 4]


def test_entries_of_sixteen_bits_show_their_high_byte() -> None:
    ds = plain(with_palette(b"", 16, 3), struct.pack("<3H", 0x1234, 0xFFFF, 0x00FF))
    ds.PixelData = bytes([0, 1, 2] * 8)
    assert decoded_dataset(ds)[0, :3, 0].tolist() == [0x12, 0xFF, 0x00]


def test_entries_said_to_be_sixteen_bits_that_only_fill_eight() -> None:
    ds = plain(with_palette(b"", 16, 3), struct.pack("<3H", 0, 128, 255))
    ds.PixelData = bytes([0, 1, 2] * 8)
    assert decoded_dataset(ds)[0, :3, 0].tolist() == [0, 128, 255]


def test_discrete_linear_and_indirect_segments() -> None:
    """PS3.3 C.7.9.2: three values, a ramp of four to 300 * 256, then both again from the table's start."""
    words = [0, 3, 0, 256, 512, 1, 4, 2560, 2, 2, 0, 0]
    ds = segmented(with_palette(b"", 16, 14), struct.pack("<12H", *words), struct.pack("<4H", 0, 1, 0, 0))
    table = palette_of(ds)
    assert table is not None
    red = [0, 1, 2, 4, 6, 8, 10]
    assert table.table[:, 0].tolist() == red + red


def test_an_indirect_segment_whose_offset_counts_bytes() -> None:
    words = [0, 2, 256, 512, 1, 2, 1024, 2, 1, 8, 0]
    ds = segmented(with_palette(b"", 16, 6), struct.pack("<11H", *words), struct.pack("<4H", 0, 1, 0, 0))
    table = palette_of(ds)
    assert table is not None
    assert table.table[:, 0].tolist() == [1, 2, 3, 4, 4, 4]


@pytest.mark.parametrize("words", [[2, 3, 0, 0], [1, 5, 9, 9], [9, 9, 9, 9], [0, 1, 5, 2, 9, 3, 0, 0], []])
def test_broken_segments_are_no_palette(words: list[int]) -> None:
    ds = segmented(
        with_palette(b"", 16, 100), struct.pack(f"<{len(words)}H", *words), struct.pack("<4H", 0, 1, 0, 0)
    )
    assert palette_of(ds) is None
