"""A window from a drawn region: its own values decide, in whatever position the picture lies."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.viewer.pixels.region import LABEL, region_window
from vetpacs_desktop.viewer.pixels.voi import levels


def test_what_the_region_holds_gets_all_greys() -> None:
    values = np.tile(np.arange(100, dtype=np.int16), (60, 1)) * 10
    window = region_window(values, None, [(20, 10), (40, 10), (40, 30)])
    assert window is not None
    assert window.label == LABEL
    grey = levels(np.array([200.0, 300.0, 400.0]), window)
    assert grey[0] <= 3
    assert grey[2] >= 252
    assert 120 <= grey[1] <= 135


def test_a_single_dead_pixel_does_not_decide() -> None:
    values = np.full((100, 100), 500, np.uint16) + np.arange(100, dtype=np.uint16)
    values[50, 50] = 65535
    window = region_window(values, None, [(0, 0), (99, 0), (99, 99)])
    assert window is not None
    assert window.center + window.width / 2 < 700


def test_padding_does_not_count() -> None:
    values = np.full((40, 40), 100, np.int16)
    values[:, 20:] = 150
    values[:20] = -2000
    mask = values == -2000
    window = region_window(values, mask, [(0, 0), (39, 0), (39, 39)])
    assert window is not None
    assert window.center - window.width / 2 > 50
    assert region_window(values, mask, [(2, 2), (10, 2), (10, 10)]) is None


def test_a_region_beside_the_image_is_none() -> None:
    assert region_window(np.zeros((9, 9), np.uint8), None, [(20, 2), (30, 2), (30, 8)]) is None


def test_one_value_is_middle_grey() -> None:
    window = region_window(np.full((9, 9), 7, np.uint8), None, [(2, 2), (5, 2), (5, 5)])
    assert window is not None
    assert 100 < levels(np.array([7.0]), window)[0] < 156


def test_fractions_may_hold_what_is_not_a_number() -> None:
    values = np.linspace(0, 1, 400, dtype=np.float32).reshape(20, 20).copy()
    values[5, 5] = np.nan
    window = region_window(values, None, [(0, 0), (19, 0), (19, 19)])
    assert window is not None
    assert 0.9 < window.width <= 1.0


@given(st.floats(0, 360), st.floats(4, 18), st.floats(4, 18))
def test_a_turned_rectangle_takes_what_lies_within_it(degrees: float, wide: float, high: float) -> None:
    """The picture's value is the place along the rectangle's own side: the window is that side."""
    turn = np.radians(degrees)
    side, up = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
    middle = np.array([32.0, 32.0])
    rows, columns = np.mgrid[0:65, 0:65]
    values = ((columns - 32) * side[0] + (rows - 32) * side[1]).astype(np.float32)
    corners = [tuple(middle + x * wide * side + y * high * up) for x, y in ((-1, -1), (1, -1), (1, 1))]
    window = region_window(values, None, [(float(x), float(y)) for x, y in corners])
    assert window is not None
    assert window.width == pytest.approx(2 * wide, abs=1.6)
    assert window.center == pytest.approx(0, abs=1.0)
