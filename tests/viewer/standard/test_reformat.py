"""How values are stored in images of planes, and what they share; whole images are tested."""

import numpy as np
import pytest

from vetpacs_desktop.viewer.standard.reformat import Grey, space_of


def test_fractions_are_kept_to_a_part_of_their_range() -> None:
    values = np.linspace(-3.7, 12.9, 2000, dtype=np.float32).reshape(20, 100)
    grey = Grey.of(values)
    stored = grey.stored(values)
    assert stored.dtype == np.uint16
    assert stored * grey.slope + grey.intercept == pytest.approx(values, abs=16.6 / 65535)


def test_what_is_outside_is_stored_below_all_values() -> None:
    values = np.full((4, 5), -1024, np.int16)
    gone = np.zeros((4, 5), np.bool_)
    gone[0] = True
    grey = Grey.of(values)
    assert grey.stored(values, gone)[0].tolist() == [-1025] * 5
    assert Grey.of(np.zeros((2, 2), np.uint16)).padding is None, "nothing lies below zero there"


def test_planes_of_a_series_share_a_frame_of_reference_even_where_it_names_none() -> None:
    assert space_of("1.2.3", "9.9") == "1.2.3"
    assert space_of("", "9.9") == space_of("", "9.9") != space_of("", "9.8")
    assert space_of("", "9.9").startswith("2.25.")
