"""What people read: rounded to what it is worth, never without the basis."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.headers import AXIAL
from tests.viewer.measure.pictures import capture, measure, measured_on, radiograph
from vetpacs_desktop.viewer.geometry.scale import Basis
from vetpacs_desktop.viewer.measure.measured import Measured
from vetpacs_desktop.viewer.measure.saying import BASIS_WORDS, figure, lines, rounded, say


@pytest.mark.parametrize(
    ("value", "grain", "said"),
    [
        (12.3456, 0.0, "12.3"),
        (12.3456, 0.05, "12.3"),
        (12.3456, 0.06, "12.3"),
        (12.3456, 0.11, "12"),
        (12.3456, 0.001, "12.3"),
        (1.23456, 0.001, "1.23"),
        (1.23456, 0.05, "1.2"),
        (1234.56, 0.05, "1235"),
        (0.0123456, 0.0, "0.0123"),
        (-0.02, 0.5, "0"),
        (99.96, 0.05, "100.0"),
        (0, 0.1, "0"),
    ],
)
def test_three_digits_and_never_more_than_half_a_pixel_allows(value: float, grain: float, said: str) -> None:
    assert rounded(value, grain) == said


@given(value=st.floats(1e-3, 1e5), grain=st.floats(1e-4, 10))
def test_the_last_digit_is_worth_at_least_half_a_pixel(value: float, grain: float) -> None:
    text = rounded(value, grain)
    places = len(text.partition(".")[2])
    assert places == 0 or 10**-places >= grain * 0.999999
    assert float(text) == pytest.approx(value, abs=0.5 * 10**-places + 1e-9)


def test_a_length_is_said_with_its_basis() -> None:
    image = radiograph(ImagerPixelSpacing=[0.1, 0.1])
    assert say(measure("length", [(0, 0), (123.4, 0)], image)) == "12.3 mm (at the detector)"
    assert say(measure("length", [(0, 0), (123.4, 0)], capture())) == "123 px"
    assert say(measure("angle", [(500, 0), (0, 0), (0, 500)], capture())) == "90.0°"
    assert say(Measured(None)) == ""
    assert set(BASIS_WORDS) == set(Basis)


def test_large_areas_are_said_in_square_centimetres() -> None:
    assert figure(Measured(530.4, "mm2", Basis.PHYSICAL)) == "5.30 cm²"
    assert figure(Measured(53.04, "mm2", Basis.PHYSICAL)) == "53.0 mm²"


def test_the_lines_of_a_shape_hold_its_figures_and_words_can_be_translated() -> None:
    image = measured_on(
        PixelSpacing=[0.5, 0.5], ImagePositionPatient=[0, 0, 0], ImageOrientationPatient=[*AXIAL]
    )
    found = measure("rectangle", [(0, 0), (20, 10)], image)
    assert lines(found) == (
        "50 mm² (in the animal)",
        "perimeter 30 mm",
        "width 10 mm, height 5 mm",
        "pixels 231",
        "mean 0 HU, SD 0 HU",
        "min 0 HU, max 0 HU",
    )
    assert "pixels 231" not in lines(found, brief=True)
    assert lines(found, str.upper)[1] == "PERIMETER 30 mm"
