"""Paths are kept by their places, and seen from the same side when they come back."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.viewer.annotations import Annotation, ImageRef, Sheet, annotation_from
from vetpacs_desktop.viewer.spatial.paths import PATH_TOOL, kept_path, path_length, paths_in, placed_path
from vetpacs_desktop.viewer.volume.track import distinct, track

PLACES = st.tuples(*(st.integers(-200, 200).map(float),) * 3)


@given(st.lists(PLACES, min_size=2, max_size=6, unique=True), st.floats(-720, 720))
def test_a_path_comes_back_with_the_side_that_was_seen(
    points: list[tuple[float, float, float]], turn: float
) -> None:
    seen = track(distinct(points), 1.0, (0.0, 0.0, -1.0), turn)
    placed = placed_path("1.2.9", "1.2.8", points, seen)
    one = annotation_from("a", ImageRef(""), kept_path("a", placed).to_json(), "Anna", "", "")
    assert one is not None
    assert one.space is not None
    again = track(distinct(one.space.places), 1.0, one.space.down)
    assert np.allclose(again.across, seen.across, atol=1e-5)
    assert np.allclose(again.places, seen.places)
    assert path_length(one.space) == seen.length
    assert abs(float(np.dot(placed.right, placed.down))) < 1e-9


def test_the_paths_of_a_series_are_found_among_all_that_is_drawn() -> None:
    points = ((0.0, 0.0, 0.0), (0.0, 5.0, 0.0))
    seen = track(points, 1.0, (0.0, 0.0, -1.0))
    one = kept_path("a", placed_path("1.2.9", "1.2.8", points, seen))
    other = kept_path("b", placed_path("1.2.9", "1.2.7", points, seen))
    short = kept_path("c", placed_path("1.2.9", "1.2.8", points[:1], seen))
    line = Annotation("d", "length", ImageRef("1"), ((0.0, 0.0), (1.0, 1.0)))
    sheet = Sheet((one, other, short, line))
    assert paths_in(sheet) == (one, other)
    assert paths_in(sheet, "1.2.8") == (one,)
    assert one.tool == PATH_TOOL
