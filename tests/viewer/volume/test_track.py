"""Paths: known lengths, even steps, directions that do not twist, whatever the points."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vetpacs_desktop.viewer.geometry.planes import Vector
from vetpacs_desktop.viewer.volume.track import Spline, distinct, track, whole_length

NUMBERS = st.floats(-100, 100, allow_nan=False)
PLACES = st.tuples(NUMBERS, NUMBERS, NUMBERS)


def helix(turns: float, radius: float, rise: float, count: int) -> list[Vector]:
    """`rise` is mm for each turn."""
    angles = np.linspace(0, 2 * math.pi * turns, count)
    return [
        (radius * math.cos(a), radius * math.sin(a), rise * a / (2 * math.pi)) for a in map(float, angles)
    ]


def test_a_straight_path_is_the_line_itself() -> None:
    one = track([(0, 0, 0), (3, 0, 0), (10, 0, 0), (20, 0, 0)], 0.5, (0, 0, -1))
    assert one.length == pytest.approx(20)
    assert one.count == 41
    assert one.places == pytest.approx(np.column_stack([np.arange(41) * 0.5, np.zeros(41), np.zeros(41)]))
    assert one.across == pytest.approx(np.tile([0, 0, -1], (41, 1)))
    assert one.side == pytest.approx(np.tile([0, 1, 0], (41, 1)))


def test_a_circle_and_a_helix_have_their_known_lengths() -> None:
    assert whole_length(helix(0.75, 40, 0, 25)) == pytest.approx(1.5 * math.pi * 40, rel=5e-4)
    known = 2 * math.hypot(2 * math.pi * 30, 25)
    assert whole_length(helix(2, 30, 25, 61)) == pytest.approx(known, rel=5e-4)


def test_steps_are_even_as_one_walks() -> None:
    one = track(helix(1, 30, 40, 16), 0.5, (0, 0, 1))
    chords = np.linalg.norm(np.diff(one.places, axis=0), axis=1)
    assert chords == pytest.approx(np.full(one.count - 1, 0.5), abs=1e-4)
    assert one.step * (one.count - 1) <= one.length < one.step * one.count


def test_in_a_plane_the_direction_across_it_stays_and_nothing_twists() -> None:
    one = track(helix(0.5, 40, 0, 12), 0.5, (0, 0, -1))
    assert one.across == pytest.approx(np.tile([0, 0, -1], (one.count, 1)), abs=1e-9)
    # The other way: seen from the middle outwards all along, never over to the other side.
    out = track(helix(0.5, 40, 0, 12), 0.5, (1, 0, 0))
    ways = out.places / np.linalg.norm(out.places, axis=1, keepdims=True)
    assert np.min(np.sum(out.across * ways, axis=1)) > 0.98


def test_a_turn_of_ninety_degrees_shows_the_other_side() -> None:
    points = [(0, 0, 0), (20, 5, 0), (40, 0, 3)]
    plain, turned = track(points, 1.0, (0, 0, 1)), track(points, 1.0, (0, 0, 1), 90.0)
    assert turned.across == pytest.approx(plain.side, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.lists(PLACES, min_size=2, max_size=7), PLACES, st.floats(-180, 180))
def test_any_path_passes_its_points_with_right_angles_everywhere(
    points: list[Vector], across: Vector, turn: float
) -> None:
    kept = distinct(points)
    if len(kept) < 2 or whole_length(kept) < 1:
        return
    assert Spline(kept).at(Spline(kept).knots) == pytest.approx(np.asarray(kept), abs=1e-6)
    one = track(kept, 1.0, across, turn)
    assert one.places[0] == pytest.approx(np.asarray(kept[0]), abs=1e-6)
    straight = sum(math.dist(a, b) for a, b in pairwise(kept))
    assert one.length >= straight - 1e-6
    frames = np.stack([one.along, one.across, one.side], axis=1)
    assert frames @ frames.transpose(0, 2, 1) == pytest.approx(
        np.tile(np.eye(3), (one.count, 1, 1)), abs=1e-9
    )


def test_the_nearest_place_of_a_path() -> None:
    one = track([(0, 0, 0), (10, 0, 0)], 0.5, (0, 1, 0))
    assert one.nearest((4.1, 3, 0)) == 8


def test_what_is_no_path_is_refused() -> None:
    with pytest.raises(ValueError, match="two points"):
        Spline([(0, 0, 0)])
    with pytest.raises(ValueError, match="one place"):
        Spline([(0, 0, 0), (0, 0, 0)])
    assert distinct([(0, 0, 0), (0, 0, 0.001), (1, 0, 0)]) == ((0, 0, 0), (1, 0, 0))
    assert whole_length([(0, 0, 0)]) == 0
