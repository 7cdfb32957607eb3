"""The wheel's geometry: every entry is where it is drawn, and a long mark means its direction."""

import math

from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.ui.viewing.wheel.sectors import HUB, INNER_EDGE, OUTER_EDGE, Sectors

RINGS = st.builds(Sectors, st.integers(1, 8), st.integers(0, 14))


@given(RINGS)
def test_the_middle_of_every_entry_is_that_entry(rings: Sectors) -> None:
    for number in range(rings.count):
        assert rings.at(*rings.middle(number)) == number


@given(RINGS, st.floats(-400, 400), st.floats(-400, 400))
def test_a_place_is_inside_the_sector_it_is_given_to(rings: Sectors, right: float, down: float) -> None:
    number = rings.at(right, down)
    distance = math.hypot(right, down)
    if number is None:
        assert distance < HUB or distance > rings.radius
        return
    least, most, first, width = rings.span(number)
    assert least - 1e-6 <= distance <= most + 1e-6
    turned = (math.degrees(math.atan2(right, -down)) - first) % 360
    assert turned <= width + 1e-6 or turned >= 360 - 1e-6


@given(RINGS, st.floats(0, 2 * math.pi))
def test_a_mark_longer_than_the_wheel_takes_the_inner_ring_by_its_direction(
    rings: Sectors, angle: float
) -> None:
    right, down = math.sin(angle), -math.cos(angle)
    far, near = OUTER_EDGE + 300, (HUB + INNER_EDGE) / 2
    assert rings.at(far * right, far * down) is None
    assert rings.at(far * right, far * down, flick=True) == rings.at(near * right, near * down)


@given(RINGS)
def test_keys_go_round_each_ring_and_across_to_the_other(rings: Sectors) -> None:
    number = rings.step(None, 1)
    assert number == 0
    for _ in range(rings.inner):
        number = rings.step(number, 1)
    assert number == 0
    if rings.outer:
        outside = rings.across(0, outwards=True)
        assert outside >= rings.inner
        assert rings.across(outside, outwards=True) == outside
        assert rings.across(outside, outwards=False) == 0
