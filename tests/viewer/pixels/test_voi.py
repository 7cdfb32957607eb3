"""Windows and VOI look-up tables against the formulas of PS3.3 C.11.2, written out again here."""

from __future__ import annotations

import math
import tracemalloc
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.pixels import apply_voi_lut

from tests.viewer.pixels.samples import description, grey_like, opened, real
from vetpacs_desktop.viewer.description import FrameDescription, LookupTable, VoiFunction, Window
from vetpacs_desktop.viewer.pixels.grey import modality_values
from vetpacs_desktop.viewer.pixels.voi import (
    apply_lut,
    apply_window,
    automatic_window,
    full_window,
    lut_window,
    useful_window,
    window_presets,
)

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:pydicom")
LINEAR, EXACT, SIGMOID = VoiFunction.LINEAR, VoiFunction.LINEAR_EXACT, VoiFunction.SIGMOID


def standard(x: float, window: Window) -> float:
    """PS3.3 C.11.2.1.2.1, C.11.2.1.3.2 and C.11.2.1.3.1, case by case, for 0..255."""
    c, w = window.center, window.width
    if window.function is SIGMOID:
        return 255 / (1 + math.exp(-4 * (x - c) / w))
    if window.function is LINEAR and w >= 1:
        if x <= c - 0.5 - (w - 1) / 2:
            return 0
        if x > c - 0.5 + (w - 1) / 2:
            return 255
        return ((x - (c - 0.5)) / (w - 1) + 0.5) * 255
    if x <= c - w / 2:
        return 0
    if x > c + w / 2:
        return 255
    return ((x - c) / w + 0.5) * 255


def test_the_standards_own_example_of_a_linear_window() -> None:
    """C.11.2.1.2.1: with centre 2048 and width 4096, 0 is the lowest grey and 4095 the highest."""
    window = Window(2048, 4096)
    assert apply_window(np.array([[0, 4095, 2047, 2048]], np.uint16), window).tolist() == [[0, 255, 127, 128]]


def test_the_standards_example_of_the_narrowest_window() -> None:
    """C.11.2.1.2.1: with centre 0 and width 1, below 0 is black, 0 and above is white."""
    assert apply_window(np.array([[-2, -1, 0, 1]], np.int16), Window(0, 1)).tolist() == [[0, 0, 255, 255]]


def test_exact_is_exact() -> None:
    window = Window(2048, 4096, EXACT)
    assert apply_window(np.array([[0, 2048, 4096]], np.uint16), window).tolist() == [[0, 128, 255]]


@given(
    x=st.integers(-40000, 40000),
    center=st.floats(-5000, 5000),
    width=st.floats(0.001, 10000),
    function=st.sampled_from(VoiFunction),
)
def test_every_function_follows_its_formula(
    x: int, center: float, width: float, function: VoiFunction
) -> None:
    window = Window(center, width, function)
    try:
        exact = standard(x, window)
    except OverflowError:
        exact = 0.0
    assert abs(int(apply_window(np.array([[x]], np.float64), window)[0, 0]) - exact) <= 0.5 + 1e-6


@given(center=st.floats(-70000, 70000), width=st.floats(0, 140000), function=st.sampled_from(VoiFunction))
def test_the_table_for_whole_numbers_equals_the_formula(
    center: float, width: float, function: VoiFunction
) -> None:
    window = Window(center, width, function)
    for kind in (np.uint8, np.int16, np.uint16):
        limits = np.iinfo(kind)
        row = np.linspace(limits.min, limits.max, 300).astype(kind)
        large = np.resize(row, (300, 300))
        assert np.array_equal(apply_window(large, window)[0], apply_window(row[np.newaxis], window)[0])


@given(
    values=st.lists(st.integers(-3000, 3000), min_size=2, max_size=20), function=st.sampled_from(VoiFunction)
)
def test_brighter_values_never_get_darker(values: list[int], function: VoiFunction) -> None:
    ordered = np.array([sorted(values)], np.int16)
    assert (np.diff(apply_window(ordered, Window(40, 400, function)).astype(int)) >= 0).all()


@pytest.mark.parametrize(
    "window",
    [
        Window(math.nan, 1),
        Window(0, math.nan),
        Window(math.inf, 1),
        Window(1e38, 1e38),
        Window(0, -5),
        Window(5, 0),
        Window(5, 0, EXACT),
        Window(5, 0, SIGMOID),
        Window(5, 1e-300, SIGMOID),
        Window(5, 1e29),
    ],
)
def test_absurd_windows_give_a_picture(window: Window) -> None:
    for values in (np.arange(11, dtype=np.int16)[np.newaxis], np.zeros((1, 1), np.float32), np.zeros((0, 0))):
        shown = apply_window(values, window)
        assert shown.shape == values.shape
        assert shown.dtype == np.uint8


def test_an_unusable_window_shows_the_whole_range() -> None:
    assert apply_window(np.array([[0, 50, 100]], np.int16), Window(math.nan, 3)).tolist() == [[0, 128, 255]]


def test_a_real_window_and_a_real_table_match_the_reference() -> None:
    for name in ("17106", "MR_small.dcm", "6154", "vlut_04.dcm"):
        file, ds = opened(name), dcmread(real(name))
        values = modality_values(file.stored(0), file.description)
        preset = window_presets(file.description, 0, values)[0]
        theirs = apply_voi_lut(values, ds).astype(np.float64)
        bits = preset.curve.bits if preset.curve is not None else ds.BitsStored
        if preset.curve is None:
            low = -(2 ** (bits - 1)) if ds.PixelRepresentation else 0
            slope, intercept = float(ds.get("RescaleSlope", 1)), float(ds.get("RescaleIntercept", 0))
            theirs = (theirs - low * slope - intercept) / slope
        assert np.abs(apply_window(values, preset) - theirs * 255 / (2**bits - 1)).max() <= 0.5001, name


class TestLookUpTables:
    """PS3.3 C.11.2.1.1: below the first value the first entry, above the last the last."""

    table = LookupTable(
        first_mapped=-2, bits=10, values=np.array([0, 1023, 512, 256], np.uint16), label="BONE"
    )

    def test_as_it_is(self) -> None:
        values = np.array([[-9, -2, -1, 0, 1, 9]], np.int16)
        assert apply_lut(values, self.table).tolist() == [[0, 0, 255, 128, 64, 64]]

    def test_stretched_over_a_window(self) -> None:
        """Twice as wide and 100 higher: the same entries, each for two values."""
        window = replace(lut_window(self.table), center=99.0, width=6.0)
        values = np.array([[0, 96, 98, 100, 102, 900]], np.int16)
        assert apply_lut(values, self.table, window).tolist() == [[0, 0, 255, 128, 64, 64]]

    def test_as_a_preset_it_comes_first_and_carries_its_name(self) -> None:
        frame = FrameDescription(0, windows=(Window(1, 2),), voi_luts=(self.table,))
        presets = window_presets(description(frames=(frame,)))
        assert [preset.label for preset in presets] == ["BONE", ""]
        assert apply_window(np.array([[-1]], np.int16), presets[0]).tolist() == [[255]]

    def test_many_values_go_through_the_same_curve(self) -> None:
        values = np.resize(np.array([-9, -2, -1, 0, 1, 9], np.int16), (300, 300))
        assert apply_lut(values, self.table)[0, :6].tolist() == [0, 0, 255, 128, 64, 64]

    def test_entries_above_the_bits_they_claim_are_not_cut(self) -> None:
        table = LookupTable(0, 8, np.array([0, 2000, 4000], np.uint16))
        assert apply_lut(np.array([[0, 1, 2]], np.uint8), table).tolist() == [[0, 128, 255]]


class TestPresets:
    """What a frame offers, and whose numbers those are."""

    def presets(self, values: Any = None, modality: str = "CT", slope: float = 1.0, *windows: Window) -> Any:
        frame = FrameDescription(0, slope=slope, windows=windows)
        return window_presets(description(modality=modality, frames=(frame,)), 0, values)

    def test_all_windows_of_the_frame_in_their_order(self) -> None:
        soft, bone = Window(40, 400, label="SOFT"), Window(400, 2000, label="BONE")
        assert self.presets(None, "CT", 1.0, soft, bone) == (soft, bone)

    def test_unusable_ones_are_left_out(self) -> None:
        good = Window(40, 400)
        assert self.presets(None, "CT", 1.0, Window(math.nan, 1), Window(0, -1), good) == (good,)

    def test_every_frame_has_its_own(self) -> None:
        frames = tuple(FrameDescription(n, windows=(Window(n, 10),)) for n in range(3))
        assert [window_presets(description(frames=frames), n)[0].center for n in range(3)] == [0, 1, 2]

    def test_a_pet_window_meant_for_stored_values_is_carried_over(self) -> None:
        """32767 stored counts times 0.25 are 8192 Bq/ml: a window of 16384 +/- 16384 would leave it dark."""
        values = grey_like((64, 64), 15).astype(np.float32) * 1e-3
        (window,) = self.presets(values, "PT", 1e-3, Window(16384, 32768))
        assert (window.center, window.width) == pytest.approx((16.384, 32.768))
        assert window.function is EXACT

    def test_a_window_that_makes_sense_stays(self) -> None:
        values = grey_like((64, 64), 15).astype(np.float32) * 0.5
        stated = Window(8192, 16384)
        for modality in ("PT", "MR", "CT"):
            assert self.presets(values, modality, 0.5, stated) == (stated,)

    def test_a_useless_window_of_another_modality_stays_as_the_device_wrote_it(self) -> None:
        values = grey_like((64, 64), 15).astype(np.float32) * 1e-3
        stated = Window(16384, 32768)
        assert self.presets(values, "CT", 1e-3, stated) == (stated,)

    def test_without_a_preset_the_window_is_automatic(self) -> None:
        values = grey_like()
        assert useful_window(description(), 0, values, None) == automatic_window(values)


def test_the_whole_range_leaves_padding_out() -> None:
    values = np.array([[-2000, 0, 100]], np.int16)
    window = full_window(values, values == -2000)
    assert (window.center, window.width) == (50, 100)
    assert full_window(np.zeros((2, 2)), np.ones((2, 2), bool)).width > 0
    assert full_window(np.zeros((0, 0))).width > 0


@pytest.mark.parametrize("kind", [np.uint16, np.int16, np.float32])
def test_a_radiograph_of_fifty_megabytes_needs_little_more_than_its_result(kind: type) -> None:
    values = np.zeros((5000, 5000), kind)
    tracemalloc.start()
    shown = apply_window(values, Window(40, 400))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < shown.nbytes * 1.2
