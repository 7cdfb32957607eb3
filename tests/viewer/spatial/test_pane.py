"""Figures on any plane: seen whole where they lie, by their crossings elsewhere; true lengths everywhere."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.viewer.spatial.phantoms import SERIES, at_places, drawn, pane, placed
from vetpacs_desktop.viewer.annotations import Annotation, ImageRef
from vetpacs_desktop.viewer.measure import boxes
from vetpacs_desktop.viewer.spatial.crossing import crossing, flat_crossing
from vetpacs_desktop.viewer.spatial.drafting import carried, placed_of
from vetpacs_desktop.viewer.spatial.pane import Pane, kept, put_back, shown_in
from vetpacs_desktop.viewer.spatial.valuing import measure_placed

NEAR = st.floats(-80, 80)
PLACES = st.tuples(NEAR, NEAR, NEAR)
WAYS = st.tuples(*(st.floats(-1, 1),) * 3).filter(lambda way: math.hypot(*way) > 0.1)
DEGREES = st.floats(-180, 180)
PIXELS = st.tuples(st.floats(0, 199), st.floats(0, 199))
PANES = st.builds(
    lambda at, way, turn, mm: pane(at, way, turn, mm=mm), PLACES, WAYS, DEGREES, st.floats(0.2, 3)
)


@given(PANES, PLACES, PLACES)
def test_known_lengths_are_right_on_any_oblique_plane(
    on: Pane, a: tuple[float, ...], b: tuple[float, ...]
) -> None:
    """Two places of a plane, given in patient coordinates and clicked on its picture."""
    normal = np.asarray(on.normal)
    first = np.asarray(a) - normal * float((np.asarray(a) - np.asarray(on.facts.position)) @ normal)
    other = np.asarray(b) - normal * float((np.asarray(b) - np.asarray(on.facts.position)) @ normal)
    found = measure_placed(at_places("length", (first.tolist(), other.tolist()), on), None)
    assert found.value == pytest.approx(float(np.linalg.norm(other - first)), abs=1e-6)
    assert (found.unit, found.basis.value) == ("mm", "physical")


@given(PANES, PANES, PIXELS, PIXELS)
def test_a_length_between_two_planes_is_the_way_in_the_animal(
    on: Pane, other: Pane, a: tuple[float, float], b: tuple[float, float]
) -> None:
    points, aways = carried(on, (a,), (), other)
    places = placed_of(other, (*points, b), aways)
    assert places is not None
    assert places.places[0] == pytest.approx(on.place(a), abs=1e-6)
    one = kept(Annotation("1", "length", other.image, (), space=places))
    assert measure_placed(one, None).value == pytest.approx(math.dist(on.place(a), other.place(b)), abs=1e-6)


@given(PANES, PIXELS, PIXELS, PIXELS)
def test_an_angle_is_that_of_the_animal(
    on: Pane, a: tuple[float, float], vertex: tuple[float, float], b: tuple[float, float]
) -> None:
    sides = [np.subtract(end, vertex) for end in (a, b)]
    if min(float(np.hypot(*side)) for side in sides) < 1:
        return
    expected = math.degrees(
        math.acos(float(np.clip(sides[0] @ sides[1] / np.prod([np.hypot(*side) for side in sides]), -1, 1)))
    )
    assert measure_placed(drawn("angle", on, (a, vertex, b)), None).value == pytest.approx(expected, abs=1e-4)


@given(PANES, st.sampled_from(("length", "rectangle", "ellipse", "polygon", "circle")), st.data())
def test_a_figure_is_seen_where_it_was_drawn_and_goes_back_unchanged(
    on: Pane, tool: str, data: st.DataObject
) -> None:
    count = {"length": 2, "rectangle": 2, "ellipse": 2, "polygon": 4, "circle": 3}[tool]
    points = tuple(data.draw(PIXELS) for _ in range(count))
    one = drawn(tool, on, points)
    seen = shown_in(one, on)
    assert seen is not None
    assert np.allclose(seen.points, points, atol=1e-6)
    again = put_back(seen, on)
    assert (again.points, again.image) == ((), ImageRef(""))
    assert np.allclose(placed(again).places, placed(one).places, atol=1e-6)


def test_a_box_is_the_same_box_on_a_picture_that_is_turned() -> None:
    on, rolled = pane(), pane(degrees=30, name="q")
    one = drawn("rectangle", on, ((10, 20), (60, 50)))
    seen = shown_in(one, rolled)
    assert seen is not None
    assert len(seen.points) == 3
    there = [rolled.place(corner) for corner in boxes.box_of(seen.points).corners]
    here = [on.place(corner) for corner in boxes.box_of(((10, 20), (60, 50))).corners]
    assert np.allclose(there, here)
    quarter = shown_in(one, pane(degrees=90, name="r"))
    assert quarter is not None
    assert len(quarter.points) == 2, "upright again"


def test_a_figure_is_whole_within_half_the_thickness_only() -> None:
    one = drawn("length", pane(thickness=2.0), ((10, 10), (40, 10)))
    assert shown_in(one, pane((0.0, 0.0, 0.99), thickness=2.0)) is not None
    assert shown_in(one, pane((0.0, 0.0, 1.1), thickness=2.0)) is None
    assert shown_in(one, pane(space="another animal")) is None
    assert crossing(one, pane(space="another animal")) == ()


def test_a_point_keeps_its_depth_when_it_is_moved_on_a_neighbouring_slice() -> None:
    one = drawn("length", pane(thickness=2.0), ((10, 10), (40, 10)))
    beside = pane((0.0, 0.0, 0.8), thickness=2.0)
    seen = shown_in(one, beside)
    assert seen is not None
    moved = put_back(replace(seen, points=((10, 10), (40, 50))), beside)
    assert placed(moved).places[1] == pytest.approx((28.0, 35.0, 0.0))


def test_an_outline_that_lies_askew_is_crossed_even_in_a_thick_slab() -> None:
    small = drawn("rectangle", pane(), ((100, 100), (104, 104)))
    slab = pane((0.0, 70.0, -20.0), (1.0, 0.0, 0.0), 90, thickness=30.0)
    assert shown_in(small, slab) is None
    assert crossing(small, slab)


@settings(max_examples=60)
@given(PANES, PIXELS, PIXELS, st.floats(0.1, 0.9), WAYS, DEGREES)
def test_a_crossing_lies_on_the_figure_and_on_the_picture(
    on: Pane,
    a: tuple[float, float],
    b: tuple[float, float],
    share: float,
    way: tuple[float, ...],
    turn: float,
) -> None:
    one = drawn("length", on, (a, b))
    first, last = (np.asarray(place) for place in placed(one).places)
    middle = first + share * (last - first)
    other = pane((0.0, 0.0, 0.0), way, turn, mm=1.0)  # type: ignore[arg-type]
    corner = middle - 100 * np.asarray(other.right) - 100 * np.asarray(other.down)
    other = replace(other, facts=replace(other.facts, position=tuple(corner.tolist())))
    steep = abs(float((last - first) @ np.asarray(other.normal)))
    if steep * min(share, 1 - share) < 2 * other.half_mm:
        return
    (line,) = crossing(one, other)
    (point,) = line.points
    assert np.allclose(other.place(point), middle, atol=1e-6)


def test_a_path_over_several_slices_shows_what_lies_in_each() -> None:
    on = pane()
    path = placed_of(on, ((10, 10), (60, 10), (60, 60)), (0.0, 0.0, 30.0))
    assert path is not None
    one = kept(Annotation("1", "polyline", on.image, (), space=path))
    lines = crossing(one, on)
    assert [len(line.points) for line in lines] == [2]
    assert measure_placed(one, None).value == pytest.approx(35 + math.hypot(35, 30))
    assert path.series_uid == SERIES


def test_three_diameters_on_two_planes_are_an_ellipsoid() -> None:
    on, upright = pane(mm=1.0), pane((0.0, 50.0, -50.0), (1.0, 0.0, 0.0), 90, mm=1.0)
    points = ((30, 50), (70, 50), (50, 40), (50, 60))
    done, aways = carried(on, points, (), upright)
    whole = placed_of(upright, (*done, (50, 35), (50, 65)), aways)
    assert whole is not None
    one = kept(Annotation("1", "ellipsoid", upright.image, (), space=whole))
    found = measure_placed(one, None)
    assert found.value == pytest.approx(math.pi / 6 * 40 * 20 * 30 / 1000)
    assert found.unit == "ml"
    assert [found.parts[name].value for name in ("first", "second", "third")] == pytest.approx([40, 20, 30])


@given(PANES, PANES, st.sampled_from(["length", "polyline", "ellipse", "rectangle"]), PIXELS, PIXELS)
def test_what_is_kept_on_an_image_is_crossed_like_what_is_kept_in_the_animal(
    own: Pane, other: Pane, tool: str, a: tuple[float, float], b: tuple[float, float]
) -> None:
    image = replace(own, image=ImageRef("1.2.3"))
    flat = Annotation("1", tool, image.image, (a, b))
    placed = drawn(tool, own, (a, b))
    seen = shown_in(placed, other)
    if seen is None:
        assert flat_crossing(flat, image, other) == crossing(placed, other)
    else:
        assert len(flat_crossing(flat, image, other)[0].points) >= 2, "all of it"
    assert flat_crossing(flat, replace(image, space="1.2.4"), other) == (), "another animal, or another day"


def test_a_point_of_an_image_is_seen_on_the_planes_near_it() -> None:
    image = replace(pane((0.0, 0.0, 10.0), thickness=2.0), image=ImageRef("1.2.3"))
    one = Annotation("1", "point", image.image, ((10.0, 20.0),))
    near = pane((-50.0, 14.3, -40.0), (1.0, 0.0, 0.0), 90.0, thickness=1.0)
    far = pane((-50.0, 15.3, -40.0), (1.0, 0.0, 0.0), 90.0, thickness=1.0)
    (line,) = flat_crossing(one, image, near)
    assert near.place(line.points[0]) == pytest.approx((7.0, 14.3, 10.0), abs=1e-6)
    assert flat_crossing(one, image, far) == ()
