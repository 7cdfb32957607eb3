"""Which places a picture's pixels lie at, and what of them another series reaches."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.viewer.description import FrameDescription
from vetpacs_desktop.viewer.geometry.planes import index_to_patient
from vetpacs_desktop.viewer.volume.fusion import STEP, FusionWish, cut_of, middle_of, reached
from vetpacs_desktop.viewer.volume.grid import Grid
from vetpacs_desktop.viewer.volume.section import Cut

FACTS = FrameDescription(
    index=0, position=(-10.0, 20.0, 5.0), orientation=(1, 0, 0, 0, 0.6, -0.8), pixel_spacing=(2.0, 0.5)
)


def test_pixels_that_are_no_squares_are_cut_at_their_true_places() -> None:
    cut = cut_of(FACTS, columns=9, rows=5, pixel=(1.0, 4.0))
    assert cut is not None
    assert (cut.mm, cut.width, cut.height) == (0.5, 9, 17)
    last = np.asarray(cut.corner) + np.asarray(cut.right) * 8 * 0.5 + np.asarray(cut.down) * 16 * 0.5
    assert last == pytest.approx(index_to_patient(FACTS, 8, 4))


def test_a_picture_without_a_place_has_none() -> None:
    assert cut_of(replace(FACTS, position=None), 9, 5, (1.0, 4.0)) is None


corners = st.tuples(*[st.floats(-20, 20)] * 3)


@given(corners, st.floats(0.2, 2.0))
def test_what_is_reached_is_what_the_grid_holds(corner: tuple[float, float, float], mm: float) -> None:
    grid = Grid((-5.0, -5.0, -5.0), (0.8, 0.1, 0.0), (0.0, 1.2, 0.3), (0.2, 0.0, 2.0), (6, 9, 11))
    cut = Cut(corner, (1.0, 0.0, 0.0), (0.0, 0.8, 0.6), mm, 12, 9)
    found = reached(grid, cut)
    column, row = np.meshgrid(np.arange(12), np.arange(9))
    ways = np.asarray(cut.right) * column[..., None] * mm + np.asarray(cut.down) * row[..., None] * mm
    assert np.mean(found == grid.holds(np.asarray(corner) + ways)) > 0.99  # rounding on the very edge


def test_the_middle_lies_between_the_corners() -> None:
    assert middle_of(Cut((0, 0, 0), (1, 0, 0), (0, 1, 0), 2.0, 3, 5)) == pytest.approx((2, 4, 0))


def test_keys_stop_at_nothing_and_at_all_and_show_it_again() -> None:
    wish = FusionWish(opacity=0.95, shown=False)
    assert wish.fainter(-STEP) == FusionWish(opacity=1.0)
    assert FusionWish(opacity=0.05).fainter(STEP).opacity == 0
