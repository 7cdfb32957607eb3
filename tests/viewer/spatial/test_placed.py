"""What lies in the animal is kept by its places, and comes back as it was; old programs pass it over."""

from __future__ import annotations

import json
import math
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.viewer.spatial.phantoms import drawn, pane, placed
from vetpacs_desktop.viewer.annotations import Annotation, ImageRef, annotation_from
from vetpacs_desktop.viewer.spatial.placed import Grown, placed_from

PEOPLE = "Ann", "2026-01-02", "2026-01-03"


def back(one: Annotation) -> Annotation | None:
    return annotation_from(one.id, ImageRef(""), json.loads(json.dumps(one.to_json())), *PEOPLE)


def test_a_figure_comes_back_as_it_was() -> None:
    one = replace(drawn("length", pane(), ((3.25, 4.5), (10.0, 20.0))), text="spleen")
    found = back(one)
    assert found is not None
    assert found.space == one.space
    assert (found.points, found.text, found.image) == ((), "spleen", ImageRef(""))


def test_what_grew_and_collections_come_back_as_they_were() -> None:
    seed = drawn("grow", pane(), ((3.0, 4.0),))
    grown = replace(seed, space=replace(placed(seed), grown=Grown(-10.5, 80.0, 1234, 5.5, 30.2, 9.1, "HU")))
    outlines = drawn("volume", pane(), ((0, 0), (9, 0), (5, 5), (0, 1), (9, 1), (5, 6)))
    collection = replace(outlines, space=replace(placed(outlines), rings=(3, 3)))
    for one in (grown, collection):
        found = back(one)
        assert found is not None
        assert found.space == one.space
    assert [len(ring) for ring in placed(collection).outlines] == [3, 3]


def test_a_program_that_knows_no_places_finds_no_annotation() -> None:
    """It asks for points, and must not draw what lies elsewhere in the animal."""
    assert drawn("length", pane(), ((3, 4), (10, 20))).to_json()["points"] == []


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=4),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(("places", "right", "down", "mm", "rings")), inner, max_size=5)
        ),
        max_leaves=12,
    )
)
def test_nonsense_is_no_place(found: object) -> None:
    assert placed_from(found) is None


def test_half_of_it_is_no_place() -> None:
    whole = placed(drawn("length", pane(), ((3, 4), (10, 20)))).to_json()
    for name in ("places", "right", "down", "mm", "thickness_mm", "series"):
        assert placed_from({key: value for key, value in whole.items() if key != name}) is None
    assert placed_from({**whole, "rings": [5]}) is None
    assert placed_from({**whole, "places": [[0, 0, math.nan]]}) is None
    assert placed_from({**whole, "places": []}) is None
