"""Turns and moves: there and back, one after the other, what is no pure turn is refused."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.viewer.volume.rigid import STILL, Rigid, rigid_of, shift, turn_about, way_between
from vetpacs_desktop.viewer.volume.section import Cut

numbers = st.floats(-300, 300)
places = st.tuples(numbers, numbers, numbers)
ways = st.tuples(*[st.floats(-1, 1)] * 3).filter(lambda way: float(np.linalg.norm(way)) > 0.1)
rigids = st.builds(
    lambda way, degrees, fixed, move: turn_about(way, degrees, fixed).then(Rigid(move=move)),
    ways,
    st.floats(-180, 180),
    places,
    places,
)


@given(rigids, places)
def test_there_and_back_is_where_it_was(rigid: Rigid, place: tuple[float, float, float]) -> None:
    assert rigid.inverse.place(rigid.place(place)) == pytest.approx(place, abs=1e-6)
    assert rigid.then(rigid.inverse).place(place) == pytest.approx(place, abs=1e-6)


@given(rigids, rigids, places)
def test_one_after_the_other(one: Rigid, other: Rigid, place: tuple[float, float, float]) -> None:
    assert one.then(other).place(place) == pytest.approx(other.place(one.place(place)), abs=1e-6)


@given(rigids)
def test_a_matrix_tells_it_all(rigid: Rigid) -> None:
    back = rigid_of(rigid.matrix)
    assert np.allclose(back.turn, rigid.turn, atol=1e-9)
    assert back.move == pytest.approx(rigid.move)


@given(ways, st.floats(0, 180), places)
def test_it_knows_how_far_it_turns(way: tuple[float, ...], degrees: float, fixed: tuple[float, ...]) -> None:
    rigid = turn_about(way, degrees, fixed)
    assert rigid.degrees == pytest.approx(degrees, abs=1e-5)
    assert rigid.moved_mm(fixed) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    "matrix",
    [
        np.diag([1.1, 1, 1, 1]),
        np.diag([-1, 1, 1, 1]),
        np.array([[1, 0.1, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1.0]]),
        np.full((4, 4), math.nan),
    ],
)
def test_what_stretches_mirrors_or_shears_is_refused(matrix: np.ndarray) -> None:
    with pytest.raises(ValueError, match="not a turn"):
        rigid_of(matrix)


def test_a_cut_is_the_same_rectangle_of_the_animal() -> None:
    rigid = turn_about((0, 0, 1), 90, (0, 0, 0)).then(Rigid(move=(10, 0, 0)))
    moved = rigid.cut(Cut((5, 0, 0), (1, 0, 0), (0, 1, 0), 0.5, 8, 8, thickness_mm=3))
    assert moved.corner == pytest.approx((10, 5, 0))
    assert moved.right == pytest.approx((0, 1, 0))
    assert moved.down == pytest.approx((-1, 0, 0))
    assert (moved.mm, moved.width, moved.thickness_mm) == (0.5, 8, 3)


def test_alignments_lead_on_from_one_to_the_next_and_back() -> None:
    links = {("a", "b"): shift((0, 0, 0), (1, 0, 0)), ("c", "b"): shift((0, 0, 0), (0, 2, 0))}
    found = way_between(links, "a", "c")
    assert found is not None
    assert found.place((0, 0, 0)) == pytest.approx((1, -2, 0))
    assert way_between(links, "a", "d") is None
    assert way_between({}, "a", "a") == STILL
