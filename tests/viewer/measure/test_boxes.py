"""Boxes: every corner can be dragged, they turn about their middle, and what is measured turns with them."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.viewer.measure.pictures import measured_on
from vetpacs_desktop.viewer.measure import boxes
from vetpacs_desktop.viewer.measure.areas import ellipse, rectangle
from vetpacs_desktop.viewer.measure.image import MeasuredImage
from vetpacs_desktop.viewer.measure.measured import COUNT, Measured
from vetpacs_desktop.viewer.measure.spans import ellipse_spans, slanted_ellipse_spans
from vetpacs_desktop.viewer.measure.tool import Compute


def grey(values: Any, **tags: Any) -> MeasuredImage:
    return measured_on(np.asarray(values).astype(np.int16), PixelSpacing=tags.get("PixelSpacing", [1.0, 1.0]))


def part(found: Measured, name: str) -> float:
    value = found.parts[name].value
    assert value is not None
    return value


PLACES = st.tuples(st.floats(5, 95), st.floats(5, 95))
ANGLES = st.floats(math.radians(3), math.radians(87))


@given(PLACES, PLACES, PLACES, st.integers(0, 3), ANGLES)
def test_a_dragged_corner_goes_where_it_is_led_and_the_opposite_one_stays(
    one: boxes.Point, other: boxes.Point, to: boxes.Point, number: int, angle: float
) -> None:
    for points in ((one, other), boxes.turned((one, other), angle)):
        before, after = boxes.handles(points), boxes.handles(boxes.with_corner(points, number, to))
        opposite = (1, 0, 3, 2)[number]
        assert after[number] == pytest.approx(to, abs=1e-6)
        assert after[opposite] == pytest.approx(before[opposite], abs=1e-6)
        box = boxes.box_of(boxes.with_corner(points, number, to))
        assert np.dot(box.side, box.down) == pytest.approx(0, abs=1e-6)


@given(PLACES, PLACES, ANGLES)
def test_turning_keeps_middle_and_sides_and_goes_back(
    one: boxes.Point, other: boxes.Point, angle: float
) -> None:
    before = boxes.box_of((one, other))
    points = boxes.turned((one, other), angle)
    after = boxes.box_of(points)
    assert after.center == pytest.approx(before.center, abs=1e-6)
    assert math.hypot(*after.side) == pytest.approx(math.hypot(*before.side), abs=1e-6)
    assert math.hypot(*after.down) == pytest.approx(math.hypot(*before.down), abs=1e-6)
    back = boxes.turned(points, -angle)
    if math.hypot(*before.side) > 1e-3:
        assert boxes.upright(back), "nearly upright is upright"
        assert np.allclose(back, (one, other), atol=1e-6)


@pytest.mark.parametrize("measure", [rectangle, ellipse])
@pytest.mark.parametrize("degrees", [0, 17, 45, 80, 137])
def test_area_and_statistics_turn_with_the_picture(measure: Compute, degrees: float) -> None:
    image = grey(np.fromfunction(lambda row, column: 3 * column + row, (100, 120)), PixelSpacing=[0.5, 0.5])
    points = boxes.turned(((30.0, 35.0), (80.0, 65.0)), math.radians(degrees))
    found = measure(points, image)
    factor = 1.0 if measure is rectangle else math.pi / 4
    assert found.value == pytest.approx(50 * 30 * 0.25 * factor)
    assert sorted((part(found, "width"), part(found, "height"))) == pytest.approx([15.0, 25.0])
    # A slope's mean over a shape with a middle is its value there.
    assert part(found, "mean") == pytest.approx(3 * 55 + 50, abs=1.0)
    assert part(found, COUNT) == pytest.approx(1500 * factor, rel=0.06)


def test_a_turned_rectangle_counts_the_pixels_that_lie_inside() -> None:
    values = np.zeros((100, 100))
    rows, columns = np.mgrid[0:100, 0:100]
    turned = abs((columns - 50) + (rows - 50)) <= 20 * math.sqrt(2)
    across = abs((columns - 50) - (rows - 50)) <= 10 * math.sqrt(2)
    values[turned & across] = 100
    points = boxes.turned(((30.0, 40.0), (70.0, 60.0)), math.radians(45))
    found = rectangle(points, grey(values))
    assert part(found, "min") == 100
    assert part(found, "mean") == 100
    grown = rectangle(boxes.turned(((28.0, 38.0), (72.0, 62.0)), math.radians(45)), grey(values))
    assert part(grown, "min") == 0


def test_pixels_that_are_not_square() -> None:
    image = grey(np.ones((100, 100)), PixelSpacing=[1.0, 0.5])
    drawn = boxes.turned(((20.0, 60.0), (60.0, 100.0)), math.radians(30))  # in the plane that is drawn
    points = [(x, y / 2) for x, y in drawn]
    found = rectangle(points, image)
    assert found.value == pytest.approx(20.0 * 20.0)
    assert part(found, "width") == pytest.approx(20.0)
    assert ellipse(points, image).value == pytest.approx(math.pi * 100)


@given(st.floats(20, 40), st.floats(20, 40), st.floats(1, 15), st.floats(1, 15))
def test_upright_and_slanted_ellipses_agree(x: float, y: float, across: float, down: float) -> None:
    one = ellipse_spans((x, y), (across, down), (64, 64))
    other = slanted_ellipse_spans((x, y), (across, 0.0), (0.0, down), (64, 64))
    image = np.arange(64 * 64).reshape(64, 64)
    assert abs(len(one.gather(image)) - len(other.gather(image))) <= 2, "but for the noise of doubles"


def test_a_box_without_an_inside_is_none() -> None:
    assert slanted_ellipse_spans((5.0, 5.0), (1.0, 1.0), (2.0, 2.0), (10, 10)).count == 0
    assert rectangle(((5.0, 5.0), (5.0, 5.0), (5.0, 5.0)), grey(np.ones((10, 10)))).value == 0
