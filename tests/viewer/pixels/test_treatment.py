"""What is done for the eye: against SciPy, out of the reach of padding, without a trace in the values."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from vetpacs_desktop.viewer.pixels import treatment as t
from vetpacs_desktop.viewer.pixels.treatment import UNTREATED, Treatment, treated

rng = np.random.default_rng(4)
TYPES = (np.uint8, np.int16, np.uint16, np.int32, np.float32)


def noise(dtype: type = np.int16, rows: int = 90, columns: int = 130) -> NDArray[np.generic]:
    high = 255 if dtype is np.uint8 else 3000
    return rng.uniform(0, high, (rows, columns)).astype(dtype)


@pytest.mark.parametrize("sigma", [0.7, 1.5, 4.0])
def test_smoothing_is_a_gaussian(sigma: float) -> None:
    values = noise(np.float32)
    expected = gaussian_filter(values, sigma, mode="nearest", radius=max(1, int(3 * sigma + 0.5)))
    np.testing.assert_allclose(treated(values, None, Treatment(smooth=sigma)), expected, atol=0.05)


def test_sharpening_adds_the_difference_to_the_blurred() -> None:
    values = noise(np.float32)
    soft = gaussian_filter(values, 2.0, mode="nearest", radius=6)
    sharp = treated(values, None, Treatment(sharpen=0.8, radius=2.0))
    np.testing.assert_allclose(sharp, values + 0.8 * (values - soft), atol=0.1)


def test_bands_leave_no_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    values, wish = noise(), Treatment(smooth=2.0, sharpen=1.0)
    whole = treated(values, None, wish)
    monkeypatch.setattr(t, "BAND", 7 * values.shape[1])
    np.testing.assert_array_equal(treated(values, None, wish), whole)


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize(
    "wish", [Treatment(smooth=1.5), Treatment(contrast=1.0), Treatment(sharpen=3.0), Treatment(1, 0.5, 1)]
)
def test_every_type_keeps_its_type_and_its_values_stay_as_they_were(dtype: type, wish: Treatment) -> None:
    values = noise(dtype)
    before = values.copy()
    values.flags.writeable = False
    made = treated(values, None, wish)
    assert made.dtype == values.dtype
    assert made.shape == values.shape
    np.testing.assert_array_equal(values, before)
    assert not np.array_equal(made, values)


@pytest.mark.parametrize("wish", [Treatment(smooth=3), Treatment(contrast=1), Treatment(sharpen=2, radius=3)])
def test_padding_stays_and_touches_nothing(wish: Treatment) -> None:
    values = noise(np.int16)
    mask = np.zeros(values.shape, bool)
    mask[:, 100:] = True
    made = []
    for fill in (-32768, 32767):
        padded = np.where(mask, np.int16(fill), values)
        made.append(treated(padded, mask, wish))
        assert (made[-1][mask] == fill).all()
    np.testing.assert_array_equal(made[0][~mask], made[1][~mask])


def test_what_is_not_a_number_touches_nothing() -> None:
    values = noise(np.float32)
    values[10, 10], values[40, 40] = np.nan, np.inf
    made = treated(values, None, Treatment(smooth=1.5, contrast=0.5, sharpen=1))
    assert np.isnan(made[10, 10])
    assert np.isinf(made[40, 40])
    made[10, 10] = made[40, 40] = 0
    assert np.isfinite(made).all()


@settings(max_examples=25)
@given(st.integers(1, 40), st.integers(1, 40), st.floats(0, 3), st.floats(0, 1), st.floats(0, 3))
def test_any_size_and_strength_is_possible(
    rows: int, columns: int, smooth: float, contrast: float, sharpen: float
) -> None:
    values = noise(np.uint16, rows, columns)
    assert treated(values, None, Treatment(smooth, contrast, sharpen)).shape == values.shape


@pytest.mark.parametrize("wish", [Treatment(smooth=2), Treatment(contrast=1), Treatment(sharpen=2)])
def test_a_flat_picture_stays_flat(wish: Treatment) -> None:
    values = np.full((50, 70), 1234, np.uint16)
    np.testing.assert_array_equal(treated(values, None, wish), values)


def test_local_contrast_shows_faint_detail_in_the_dark_and_in_the_bright() -> None:
    """Two halves far apart, each with the same faint waves: both get more of them, order is kept."""
    values = np.full((256, 256), 300.0, np.float32)
    values[:, 128:] = 3000
    values += 80 * np.sin(np.arange(256, dtype=np.float32) / 4)[:, np.newaxis]
    made = treated(values, None, Treatment(contrast=1.0))
    for half in (np.s_[64:192, 16:48], np.s_[64:192, 208:240]):
        assert np.ptp(made[half]) > 2 * np.ptp(values[half])
    assert made[:, 16:48].max() < made[:, 208:240].min()


def test_local_contrast_works_between_the_ends_of_the_window_and_leaves_the_rest() -> None:
    values = rng.uniform(-1000, 3000, (128, 128)).astype(np.int16)
    made = treated(values, None, Treatment(contrast=1.0), span=(-100, 300))
    beyond = (values < -100) | (values > 300)
    assert np.abs(made[beyond].astype(int) - values[beyond]).max() <= 1
    assert (made[~beyond] != values[~beyond]).any()
    assert made[~beyond].min() >= -101
    assert made[~beyond].max() <= 301


def test_colours_keep_their_hue() -> None:
    values = np.zeros((96, 96, 3), np.uint8)
    values[..., 0] = rng.integers(60, 120, (96, 96))
    values[..., 1] = values[..., 0] // 2
    made = treated(values, None, Treatment(contrast=0.5)).astype(int)
    way = made - values
    assert np.abs(way[..., 0] - way[..., 1]).max() <= 1
    assert made.dtype.kind == "i"
    assert treated(values, None, Treatment(smooth=1)).dtype == np.uint8


def test_nothing_to_do_is_the_picture_itself() -> None:
    values = noise()
    assert treated(values, None, UNTREATED) is values
    assert not UNTREATED
    assert Treatment(sharpen=0.1)
