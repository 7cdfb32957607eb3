"""A hand turns a picture by the way it goes around the middle; a line is straightened the short way."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from vetpacs_desktop.viewer.turning import SNAP, straightening, turned

near = st.floats(-500, 500)
points = st.tuples(near, near)
angles = st.floats(0, 359.9)


@given(angles, points, st.floats(10, 400), st.floats(0, 359), st.floats(-170, 170))
def test_the_picture_turns_with_the_hand(
    rotation: float, middle: tuple[float, float], radius: float, start: float, way: float
) -> None:
    places = [
        (middle[0] + radius * math.cos(math.radians(at)), middle[1] + radius * math.sin(math.radians(at)))
        for at in (start, start + way)
    ]
    found = turned(rotation, middle, *places)
    assert 0 <= found < 360
    assert abs((found - rotation - way + 180) % 360 - 180) <= 0.051


@given(angles, points, points)
def test_shift_allows_steps_only(
    rotation: float, start: tuple[float, float], now: tuple[float, float]
) -> None:
    assert turned(rotation, (0, 0), start, now, snap=True) % SNAP == 0


@given(points, points)
def test_a_straightened_line_is_level_or_upright_and_never_turned_by_more_than_half_a_quarter(
    a: tuple[float, float], b: tuple[float, float]
) -> None:
    assume(math.dist(a, b) > 1)
    way = straightening(a, b)
    assert -45 - 1e-9 <= way <= 45 + 1e-9
    angle = math.atan2(b[1] - a[1], b[0] - a[0]) + math.radians(way)
    assert min(abs(math.cos(angle)), abs(math.sin(angle))) == pytest.approx(0, abs=1e-9)


def test_a_line_that_has_no_direction_turns_nothing() -> None:
    assert straightening((3, 3), (3, 3)) == 0
