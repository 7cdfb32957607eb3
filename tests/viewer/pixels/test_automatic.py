"""Windows out of the pixels: the animal is seen, whatever surrounds it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy
from numpy.typing import NDArray

from tests.viewer.pixels.samples import grey_like
from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.pixels.voi import apply_window, automatic_window


def edges(window: Window) -> tuple[float, float]:
    return window.center - window.width / 2, window.center + window.width / 2


def animal() -> NDArray[Any]:
    return 1000 + grey_like((300, 400), 10, 3).astype(np.int16)


def close(found: Window, wanted: Window) -> bool:
    return all(abs(a - b) < 0.05 * wanted.width for a, b in zip(edges(found), edges(wanted), strict=True))


def test_it_spans_the_values_of_the_picture() -> None:
    low, high = edges(automatic_window(animal()))
    assert np.mean(animal() < low) < 0.01
    assert np.mean(animal() > high) < 0.01
    assert low >= 900
    assert high <= 2100


def test_a_few_hot_pixels_change_nothing() -> None:
    values = animal()
    values[5, 5:9] = 30000
    assert close(automatic_window(values), automatic_window(animal()))


def test_padding_is_left_out() -> None:
    values = animal()
    mask = np.zeros(values.shape, bool)
    mask[:, :120] = True
    values[mask] = -2000
    assert close(automatic_window(values, mask), automatic_window(animal()[:, 120:]))


@pytest.mark.parametrize("level", [0, 20000])
def test_collimator_borders_are_left_out(level: int) -> None:
    """Lead is dark or, in a negative, bright; its shadow is noisy but flat."""
    noise = np.random.default_rng(4)
    values = np.full((460, 600), level, np.int16) + noise.integers(0, 9, (460, 600)).astype(np.int16)
    values[80:380, 100:500] = animal()
    assert close(automatic_window(values), automatic_window(animal()))


def test_air_that_saturates_the_detector_is_left_out() -> None:
    values = animal()
    values[:, 300:] = 4095
    values[::3, 290:300] = 4095
    low, high = edges(automatic_window(values))
    assert high < 2100
    assert low >= 900


@pytest.mark.parametrize("value", [-1000, 0, 7, 65535, 1e6, 1e-9])
@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (3, 3), (400, 400)])
def test_a_constant_picture_is_middle_grey(value: float, shape: tuple[int, int]) -> None:
    values = np.full(shape, value, np.float32 if value % 1 or value > 65535 else np.int32)
    window = automatic_window(values)
    assert window.width > 0
    assert set(np.unique(apply_window(values, window))) == {128}


def test_a_picture_of_padding_only_still_gets_a_window() -> None:
    assert automatic_window(animal(), np.ones((300, 400), bool)).width > 0


def test_two_values_are_told_apart() -> None:
    values = np.zeros((50, 50), np.uint8)
    values[20:30, 20:30] = 1
    assert len(np.unique(apply_window(values, automatic_window(values)))) == 2


def test_a_drawing_of_few_greys_shows_them_all() -> None:
    """pydicom's chrFren.dcm is such a one: black, white and two greys."""
    values = np.zeros((32, 32), np.uint8)
    values[4:28, 4:28] = 255
    values[8:24, 8:24] = 191
    values[10:12, 2:4] = 127
    assert len(np.unique(apply_window(values, automatic_window(values)))) == 4


@given(
    st_numpy.arrays(
        st.sampled_from([np.uint8, np.int16, np.uint16, np.float32]),
        st_numpy.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=40),
    )
)
def test_any_picture_gets_a_usable_window(values: NDArray[Any]) -> None:
    with np.errstate(all="ignore"):
        window = automatic_window(values)
    assert np.isfinite([window.center, window.width]).all()
    assert window.width > 0
    assert apply_window(values, window).shape == values.shape
