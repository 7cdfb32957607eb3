"""What changed between two measurements: only where a difference means something, in true digits alone."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.viewer.geometry.scale import Basis
from vetpacs_desktop.viewer.measure.changes import change_words, comparable, difference
from vetpacs_desktop.viewer.measure.measured import DEGREES, MM, PX, Measured
from vetpacs_desktop.viewer.measure.saying import rounded


def mm(value: float, basis: Basis = Basis.PHYSICAL) -> Measured:
    return Measured(value, MM, basis)


def test_a_vertebral_heart_size_that_grew() -> None:
    before, after = Measured(10.2, "v", grain=0.05), Measured(11.1, "v", grain=0.05)
    assert difference(before, after) == "+0.9 v"
    assert change_words(before, after, "6 months") == "before: 10.2 v, change +0.9 v in 6 months"
    assert difference(after, before) == "\N{MINUS SIGN}0.9 v"


def test_a_length_says_its_share_too() -> None:
    assert (
        difference(mm(20.0), mm(25.0)) == "+5.0 mm (+25 %)"
        or difference(mm(20.0), mm(25.0)) == "+5.00 mm (+25 %)"
    )
    assert difference(mm(20.0), mm(15.0)).endswith("(\N{MINUS SIGN}25 %)")


def test_what_is_not_said_of_the_values_is_no_change() -> None:
    assert difference(mm(20.01), mm(20.02)) == ""
    assert change_words(mm(20.01), mm(20.02), "") == "before: 20.0 mm, no change"


def test_other_scales_are_not_compared() -> None:
    before, after = mm(20, Basis.DETECTOR), mm(25, Basis.USER)
    assert not comparable(before, after)
    assert "not compared" in change_words(before, after, "6 months")
    assert not comparable(Measured(3.0, PX), mm(3.0))
    assert not comparable(Measured(30.0, PX), Measured(40.0, PX)), (
        "pixels of two pictures are not one measure"
    )
    assert change_words(Measured(None), mm(3.0), "") == ""
    with pytest.raises(ValueError, match="compared"):
        difference(before, after)


@given(st.floats(-500, 500), st.floats(-500, 500))
def test_the_difference_is_that_of_the_figures(one: float, other: float) -> None:
    before, after = Measured(one, DEGREES), Measured(other, DEGREES)
    said = difference(before, after)
    if not said:
        assert abs(one - other) <= 1.0
        return
    number = float(said.replace("\N{MINUS SIGN}", "-").rstrip("°"))
    coarse = max(0.5 * 10.0 ** -len(rounded(value).partition(".")[2]) for value in (one, other))
    assert math.isclose(number, other - one, abs_tol=3.5 * coarse + abs(other - one) * 0.006)
