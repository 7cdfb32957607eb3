"""Regions on any plane: the voxels as stored, found as by looking at each one; on a slice as in pictures."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.viewer.spatial.phantoms import drawn, pane, placed, places_of, volume_of
from vetpacs_desktop.viewer.description import FrameDescription
from vetpacs_desktop.viewer.measure.image import MeasuredImage, PixelValues
from vetpacs_desktop.viewer.measure.tools import TOOLS
from vetpacs_desktop.viewer.spatial.outline import outline_of, polygon
from vetpacs_desktop.viewer.spatial.pane import Pane, flat_points
from vetpacs_desktop.viewer.spatial.valuing import NO_VOXELS, axes_of, measure_placed

RANDOM = np.random.default_rng(7)
VOLUME = volume_of(RANDOM.integers(-1000, 3000, (14, 22, 18)).astype(np.int16), (0.8, 1.1, 2.5))
MIDDLE = np.asarray(VOLUME.grid.middle)
PLACES = places_of(VOLUME).reshape(-1, 3)
TOOL = st.sampled_from(("rectangle", "ellipse", "circle", "polygon"))
COUNT = {"rectangle": 2, "ellipse": 2, "circle": 3, "polygon": 5}
WAYS = st.tuples(*(st.floats(-1, 1),) * 3).filter(lambda way: math.hypot(*way) > 0.1)


def through_middle(way: tuple[float, ...], degrees: float, thickness: float) -> Pane:
    """A picture of 40 x 40 pixels of 0.7 mm whose middle is the volume's."""
    found = pane((0.0, 0.0, 0.0), way, degrees, thickness=thickness, size=40)  # type: ignore[arg-type]
    corner = MIDDLE - 14 * np.asarray(found.right) - 14 * np.asarray(found.down)
    return replace(found, facts=replace(found.facts, position=tuple(corner.tolist())))


@settings(max_examples=60, deadline=None)
@given(WAYS, st.floats(-180, 180), st.floats(0.3, 9), TOOL, st.data())
def test_the_voxels_of_a_region_are_those_whose_centres_lie_in_it(
    way: tuple[float, ...], degrees: float, thickness: float, tool: str, data: st.DataObject
) -> None:
    on = through_middle(way, degrees, thickness)
    points = tuple(data.draw(st.tuples(st.floats(2, 38), st.floats(2, 38))) for _ in range(COUNT[tool]))
    one = drawn(tool, on, points)
    found = measure_placed(one, VOLUME)
    if found.value is None:
        return  # three points on a line are no circle
    right, down, away = axes_of(placed(one)).turn @ (PLACES - placed(one).places[0]).T
    outline = outline_of(TOOLS[tool].figure, flat_points(placed(one)))
    inside = (np.abs(away) <= thickness / 2 + 1e-6) & outline.holds(right, down)
    values = VOLUME.values.reshape(-1)[inside].astype(np.float64)
    assert found.parts["pixels"].value == len(values)
    if len(values):
        assert found.parts["mean"].value == pytest.approx(values.mean())
        assert found.parts["sd"].value == pytest.approx(values.std(), abs=1e-6)
        assert (found.parts["min"].value, found.parts["max"].value) == (values.min(), values.max())
        assert found.parts["mean"].unit == "HU"


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 13), TOOL, st.booleans(), st.data())
def test_on_a_slice_of_the_scan_it_is_what_the_picture_says(
    number: int, tool: str, whole: bool, data: st.DataObject
) -> None:
    """Also with corners that lie on the very centres of pixels."""
    numbers = st.integers(0, 17) if whole else st.integers(0, 17_000).map(lambda n: n / 1000)
    heights = st.integers(0, 21) if whole else st.integers(0, 21_000).map(lambda n: n / 1000)
    points = tuple(data.draw(st.tuples(numbers, heights)) for _ in range(COUNT[tool]))
    x, y, z = VOLUME.grid.to_patient((0, 0, number)).tolist()
    facts = FrameDescription(
        0, position=(x, y, z), orientation=(1, 0, 0, 0, 1, 0), pixel_spacing=(1.1, 0.8), slice_thickness=2.5
    )
    on = replace(pane(), facts=facts, columns=18, rows=22)
    flat = MeasuredImage(
        replace(VOLUME.description, frames=(facts,), rows=22, columns=18),
        0,
        lambda: PixelValues(VOLUME.values[number]),
    )
    there, here = measure_placed(drawn(tool, on, points), VOLUME), TOOLS[tool].preview(points, flat)
    assert (there.value is None) == (here.value is None)
    if here.value is None:
        return
    assert there.value == pytest.approx(here.value, abs=1e-6)
    assert there.basis is here.basis
    for name, part in here.parts.items():
        assert there.parts[name].value == pytest.approx(part.value, abs=1e-6), name


def test_background_is_no_part_of_a_region() -> None:
    shape = (3, 8, 8)
    bits = np.zeros((3, 8, 1), np.uint8)
    bits[1, 2, 0] = 0b11110000
    volume = replace(volume_of(np.full(shape, 7, np.int16)), background=bits)
    x, y, z = volume.grid.to_patient((0, 0, 1)).tolist()
    found = measure_placed(drawn("rectangle", pane((x, y, z), mm=1.0), ((0, 2), (7, 2))), volume)
    assert found.parts["pixels"].value == 4


def test_without_voxels_the_shape_is_said_and_why_no_more() -> None:
    found = measure_placed(drawn("rectangle", pane(mm=1.0), ((0, 0), (10, 20))), None)
    assert found.value == pytest.approx(200)
    assert (found.unit, found.note) == ("mm2", NO_VOXELS)
    assert "mean" not in found.parts
    assert "pixels" not in found.parts
    assert measure_placed(drawn("point", pane(), ((1, 1),)), None).note == NO_VOXELS


def test_a_point_has_the_value_of_its_voxel_and_says_where_it_lies() -> None:
    x, y, z = VOLUME.grid.to_patient((4, 5, 6)).tolist()
    found = measure_placed(
        drawn("point", pane((x - 0.3, y + 0.4, z - 1.0), (1, 2, 3), 40), ((0, 0),)), VOLUME
    )
    assert (found.value, found.unit) == (float(VOLUME.values[6, 5, 4]), "HU")
    assert found.parts["z"].value == pytest.approx(z - 1.0)
    outside = measure_placed(drawn("point", pane((500.0, 0.0, 0.0)), ((0, 0),)), VOLUME)
    assert outside.value is None
    assert "outside" in outside.note


def test_an_outline_that_crosses_itself_surrounds_what_it_goes_round() -> None:
    bow = polygon(((0, 0), (4, 4), (4, 0), (0, 4)))
    right, down = np.array([0.5, 3.5, 2.0, 2.0]), np.array([2.0, 2.0, 3.5, 2.0])
    assert bow.holds(right, down).tolist() == [True, True, False, True]
