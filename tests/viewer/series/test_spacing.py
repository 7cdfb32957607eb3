"""Gaps are measured from positions; missing slices are named, planned and rounded gaps are not."""

from __future__ import annotations

import pytest

from tests.helpers.headers import AXIAL, CORONAL, slice_at
from tests.viewer.series.stacks import one, real, regular
from vetpacs_desktop.viewer.series.arrange import arrange
from vetpacs_desktop.viewer.series.spacing import SAME_PLACE_MM, measure, places


def test_thickness_and_stated_spacing_are_never_the_spacing() -> None:
    stack = one(regular(gap=2.0, SliceThickness=5, SpacingBetweenSlices=-3))
    assert stack.geometry.slice_mm == 2.0


@pytest.mark.parametrize("lost", [{4}, {4, 5}, {2, 7}])
def test_missing_slices_are_named(lost: set[int]) -> None:
    stack = one([s for s in regular(10) if s.instance_number not in lost])
    assert stack.geometry.missing == tuple(sorted(lost))
    assert not stack.geometry.regular
    assert stack.geometry.slice_mm == 2.0
    assert f"{len(lost)} of 10" in stack.reason
    assert stack.geometry.step == pytest.approx((0, 0, 2.0))


def test_a_slice_lost_from_a_real_series_is_named() -> None:
    whole = one(real("ct-thin")).frames
    stack = one([frame.description for number, frame in enumerate(whole, 1) if number != 57])
    assert stack.geometry.missing == (57,)
    assert "number 57" in stack.problems[0]


def test_a_wider_gap_with_thicker_slices_was_planned() -> None:
    thin = [slice_at(2.0 * i, i + 1, SliceThickness=2) for i in range(6)]
    thick = [slice_at(14.0 + 4.0 * i, 7 + i, SliceThickness=4) for i in range(4)]
    stack = one(thin + thick)
    assert stack.geometry.missing == ()
    assert not stack.geometry.regular
    assert "2 to 4 mm" in stack.reason


def test_positions_rounded_to_a_tenth_are_regular_and_a_displaced_one_is_not() -> None:
    rounded = [slice_at(round(0.625 * i, 1), i + 1) for i in range(40)]
    assert one(rounded).geometry.regular
    assert one(rounded).geometry.slice_mm == pytest.approx(0.625, abs=1e-3)
    moved = regular(10)
    moved[5] = slice_at(10.5, 6)
    assert not one(moved).geometry.regular


def test_a_slice_that_lies_beside_the_others_is_reported() -> None:
    slices = regular(10)
    slices[5] = slice_at((0.0, 3.0, 10.0), 6)
    stack = one(slices)
    assert not stack.geometry.regular
    assert "sideways" in stack.problems[0]


def test_two_distant_groups_do_not_promise_thousands_of_missing_slices() -> None:
    stack = one([slice_at(place, i) for i, place in enumerate((0.0, 1.0, 500.0, 1000.0))])
    assert stack.geometry.missing == ()
    assert not stack.geometry.regular


def test_the_measure_itself_on_three_slices() -> None:
    found = measure([(0, 0, 0), (0, 0, 2), (0, 0, 6)], AXIAL, 0.5, [None] * 3, [0, 1, 2])
    assert (found.gaps_mm, found.slice_mm, found.missing) == ((2, 4), 2, (3,))
    assert found.normal == (0, 0, 1)
    assert not found.left_handed


def test_places_are_distances_along_the_normal() -> None:
    assert places([(5, 6, 7), (5, 6, -7)], AXIAL).tolist() == [7, -7]
    assert places([(5, 6, 7)], CORONAL).tolist() == [6]


def test_slices_nearer_than_the_tolerance_share_a_place() -> None:
    near = [slice_at(0.0, 1), slice_at(SAME_PLACE_MM / 2, 2), slice_at(2.0, 3), slice_at(4.0, 4)]
    assert [len(stack.frames) for stack in arrange(near)] == [3, 1]
