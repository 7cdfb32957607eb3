"""Which bits of a pixel are the picture, against vectors worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.viewer.pixels.layout import Layout
from vetpacs_desktop.viewer.pixels.stored import stored_values


def layout(
    bits_stored: int, *, signed: bool = False, high_bit: int | None = None, allocated: int = 16
) -> Layout:
    high = bits_stored - 1 if high_bit is None else high_bit
    return Layout(1, 4, 1, "MONOCHROME2", allocated, bits_stored, high, signed, False)


def test_twelve_bits_with_their_sign_filled_up() -> None:
    raw = np.array([[0x0001, 0xF800, 0x07FF, 0xFFFF]], np.uint16)
    assert stored_values(raw, layout(12, signed=True)).tolist() == [[1, -2048, 2047, -1]]


def test_twelve_bits_whose_upper_bits_are_zero_get_their_sign() -> None:
    raw = np.array([[0x0001, 0x0800, 0x07FF, 0x0FFF]], np.uint16)
    assert stored_values(raw, layout(12, signed=True)).tolist() == [[1, -2048, 2047, -1]]


def test_files_that_fill_some_signs_and_not_others() -> None:
    raw = np.array([[0x0001, 0xF800, 0x0FFF, 0xFFFF]], np.uint16)
    assert stored_values(raw, layout(12, signed=True)).tolist() == [[1, -2048, -1, -1]]


def test_values_wider_than_they_are_said_to_be_are_kept_whole() -> None:
    wide = np.array([[0, 4095, 4096, 9000]], np.uint16)
    assert stored_values(wide, layout(12)).tolist() == wide.tolist()
    signed = np.array([[0, -3000, 2047, 4999]], np.int16)
    assert stored_values(signed.view(np.uint16), layout(12, signed=True)).tolist() == signed.tolist()


def test_overlay_bits_are_stripped() -> None:
    raw = np.array([[0x1001, 0x8FFF, 0x0000, 0xF800]], np.uint16)
    assert stored_values(raw, layout(12), embedded_overlays=True).tolist() == [[1, 4095, 0, 2048]]
    signed = stored_values(raw, layout(12, signed=True), embedded_overlays=True)
    assert signed.tolist() == [[1, -1, 0, -2048]]


def test_left_aligned_values_move_down() -> None:
    raw = np.array([[0x0010, 0xFFF0, 0x0000, 0x8000]], np.uint16)
    assert stored_values(raw, layout(12, high_bit=15)).tolist() == [[1, 4095, 0, 2048]]
    assert stored_values(raw, layout(12, high_bit=15, signed=True)).tolist() == [[1, -1, 0, -2048]]


def test_a_high_bit_that_the_pixels_contradict_is_not_believed() -> None:
    raw = np.array([[0x0011, 0x0FFF, 0x0000, 0x0800]], np.uint16)
    assert stored_values(raw, layout(12, high_bit=15)).tolist() == raw.tolist()


@pytest.mark.parametrize("high_bit", [-5, 0, 3, 200])
def test_absurd_high_bits_change_nothing(high_bit: int) -> None:
    raw = np.array([[1, 2, 3, 4095]], np.uint16)
    assert stored_values(raw, layout(12, high_bit=high_bit)).tolist() == raw.tolist()


def test_a_codestream_that_lost_the_sign() -> None:
    """A 13-bit value of -2000 coded as unsigned is 6192 (PS3.5 8.2.4 leaves the sign to the codestream)."""
    raw = np.array([[6192, 2000, 0, 4096]], np.uint16)
    assert stored_values(raw, layout(13, signed=True), precision=13).tolist() == [[-2000, 2000, 0, -4096]]


def test_a_codestream_that_made_a_sign_up() -> None:
    raw = np.array([[-2000, 2000, 0, -1]], np.int16)
    assert stored_values(raw, layout(13), precision=13).tolist() == [[6192, 2000, 0, 8191]]


@given(bits=st.integers(2, 16), signed=st.booleans(), data=st.data())
def test_what_a_proper_file_stores_comes_back(bits: int, signed: bool, data: st.DataObject) -> None:
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    values = data.draw(st.lists(st.integers(low, high), min_size=4, max_size=4))
    raw = np.array([values], np.int64).astype(np.uint16)
    assert stored_values(raw, layout(bits, signed=signed)).tolist() == [values]
