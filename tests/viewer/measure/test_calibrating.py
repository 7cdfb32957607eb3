"""A scale made here: on a line or on a ball of known size, kept as a value, shown as the user's."""

from __future__ import annotations

import dataclasses
import math
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.viewer.measure.pictures import capture, measure, radiograph
from vetpacs_desktop.errors import UsageError
from vetpacs_desktop.viewer.geometry.scale import Basis
from vetpacs_desktop.viewer.measure.calibrating import calibrate
from vetpacs_desktop.viewer.measure.measured import NotMeasurable


@given(
    turn=st.floats(-3, 3),
    pixel=st.floats(0.05, 2),
    aspect=st.sampled_from([(1, 1), (2, 1), (3, 4)]),
    known=st.floats(5, 200),
)
def test_a_line_of_known_length_gives_both_directions_a_size(
    turn: float, pixel: float, aspect: tuple[int, int], known: float
) -> None:
    image = capture(PixelAspectRatio=list(aspect))
    tall = aspect[0] / aspect[1]
    end = (20 + known / pixel * math.cos(turn), 20 + known / pixel / tall * math.sin(turn))
    made = calibrate([(20.0, 20.0), end], known, image)
    assert (made.column_mm, made.row_mm) == pytest.approx((pixel, pixel * tall), rel=1e-9)
    found = measure("length", [(0, 0), (0, 100)], image.calibrated(made))
    assert (found.value, found.unit, found.basis) == (pytest.approx(100 * pixel * tall), "mm", Basis.USER)


def test_a_ball_of_known_diameter_corrects_the_detectors_scale() -> None:
    image = radiograph(ImagerPixelSpacing=[0.1, 0.1])
    edge = [(500 + 138.888888888889 * math.cos(t), 400 + 138.888888888889 * math.sin(t)) for t in (0.1, 2, 4)]
    assert measure("calibrate_ball", edge, image).value == pytest.approx(27.7778, rel=1e-5)
    made = calibrate(edge, 25.0, image)
    assert made.row_mm == pytest.approx(0.09)
    assert made.note == "calibrated here on a ball of 25 mm"
    shown = measure("length", [(0, 0), (100, 0)], image.calibrated(made))
    assert (shown.value, shown.basis) == (pytest.approx(9), Basis.USER)
    assert "ball of 25 mm" in shown.note
    assert measure("length", [(0, 0), (100, 0)], image).basis is Basis.DETECTOR


def test_a_calibration_is_a_value_that_can_be_kept_and_compared() -> None:
    made = calibrate([(0, 0), (10, 0)], 5.0, capture())
    assert pickle.loads(pickle.dumps(made)) == made
    assert type(made)(**dataclasses.asdict(made)) == made
    assert made.note == "calibrated here on an object of 5 mm"


@pytest.mark.parametrize("known", [0, -3, math.nan, math.inf])
def test_a_size_that_is_none_is_refused(known: float) -> None:
    with pytest.raises(UsageError, match="above 0"):
        calibrate([(0, 0), (10, 0)], known, capture())


def test_objects_too_small_or_without_form_are_refused() -> None:
    with pytest.raises(NotMeasurable, match="too small"):
        calibrate([(0, 0), (1, 0)], 5.0, capture())
    with pytest.raises(NotMeasurable, match="one line"):
        calibrate([(0, 0), (10, 0), (20, 0)], 5.0, capture())
    with pytest.raises(UsageError):
        calibrate([(0, 0)], 5.0, capture())
