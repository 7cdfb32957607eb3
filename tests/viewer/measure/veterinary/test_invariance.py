"""A turned, flipped, enlarged picture, or one of pixels that are not square, gives the same measurement."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.viewer.measure.veterinary.landmarks import NAMES, SIDE, bare, drawn, figures, moved, on_detector
from vetpacs_desktop.viewer.measure.measured import NotMeasurable
from vetpacs_desktop.viewer.measure.veterinary.guides import GUIDES

PLACES = {"cora_column", "cora_row"}
"""Parts that say a place of the picture and so turn with it."""
OFFSETS = st.lists(
    st.tuples(st.floats(-6, 6, width=32), st.floats(-6, 6, width=32)), min_size=17, max_size=17
)
QUICK = settings(max_examples=25, deadline=None)


def same(
    name: str, offsets: list[tuple[float, float]], scale: float, move: Callable[[complex], complex]
) -> None:
    """The guide on points in pixels against the same points moved; lengths grow by `scale`."""
    spots = moved(drawn(name), offsets)
    try:
        first = figures(GUIDES[name].compute(spots, bare()))
    except NotMeasurable:
        return
    there = [move(complex(x, y)) for x, y in spots]
    second = figures(GUIDES[name].compute([(z.real, z.imag) for z in there], bare()))
    assert first.keys() == second.keys()
    for part, (value, unit) in first.items():
        if part not in PLACES:
            expected = value * scale if unit == "px" else value
            assert second[part] == (pytest.approx(expected, rel=1e-6, abs=1e-5), unit), (name, part)


@pytest.mark.parametrize("name", NAMES)
@QUICK
@given(offsets=OFFSETS, turn=st.floats(-180, 180), scale=st.floats(0.2, 8), mirrored=st.booleans())
def test_turned_enlarged_and_flipped(
    name: str, offsets: list[tuple[float, float]], turn: float, scale: float, mirrored: bool
) -> None:
    factor = scale * complex(math.cos(math.radians(turn)), math.sin(math.radians(turn)))

    def move(z: complex) -> complex:
        return 1000 + factor * (complex(SIDE - z.real, z.imag) if mirrored else z)

    same(name, offsets, scale, move)


@pytest.mark.parametrize("name", NAMES)
@QUICK
@given(offsets=OFFSETS, aspect=st.floats(0.25, 4))
def test_pixels_that_are_not_square(name: str, offsets: list[tuple[float, float]], aspect: float) -> None:
    spots = moved(drawn(name), offsets)
    try:
        square = figures(GUIDES[name].compute(spots, on_detector(0.2, 0.2)))
    except NotMeasurable:
        return
    squeezed = [(x, y / aspect) for x, y in spots]
    oblong = figures(GUIDES[name].compute(squeezed, on_detector(0.2 * aspect, 0.2)))
    assert square.keys() == oblong.keys()
    for part, (value, unit) in square.items():
        expected = value / aspect if part == "cora_row" else value
        assert oblong[part] == (pytest.approx(expected, rel=1e-6, abs=1e-5), unit), (name, part)


@pytest.mark.parametrize("name", NAMES)
def test_angles_and_ratios_need_no_scale(name: str) -> None:
    with_mm = figures(GUIDES[name].compute(drawn(name), on_detector(0.2, 0.2)))
    without = figures(GUIDES[name].compute(drawn(name), bare()))
    for part, (value, unit) in with_mm.items():
        if unit in ("deg", "ratio", "v"):
            assert without[part] == (pytest.approx(value), unit)
        elif part not in PLACES and not part.startswith("chord_"):
            assert unit == "mm"
            assert without[part] == (pytest.approx(value / 0.2), "px")
