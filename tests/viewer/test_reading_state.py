"""How an exam was left: what is written comes back in any state; what is gone never comes back wrongly."""

import json
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.viewer import reading_state
from vetpacs_desktop.viewer.description import LookupTable, VoiFunction, Window
from vetpacs_desktop.viewer.exam import Exam, ExamSeries
from vetpacs_desktop.viewer.left_looks import Place, VolumeLook
from vetpacs_desktop.viewer.loading import FrameKey
from vetpacs_desktop.viewer.session import FrameStack
from vetpacs_desktop.viewer.state import (
    LARGEST_FACTOR,
    SMALLEST_FACTOR,
    GridState,
    Preset,
    PresetKind,
    Tool,
    ViewState,
    ZoomMode,
)
from vetpacs_desktop.viewer.volume.section import BodyAxes
from vetpacs_desktop.viewer.volume.turn import Turn

OF_THE_DAY = {"spot", "second", "second_alone", "resting"}
finite = st.floats(-1e6, 1e6)


def series(number: int, images: int = 3) -> ExamSeries:
    return ExamSeries(
        f"1.{number}",
        "DX",
        number,
        "",
        tuple(Path(f"/{number}-{n}") for n in range(images)),
        images,
        sop_uids=tuple(f"1.{number}.{n}" for n in range(images)),
    )


def exam(*found: ExamSeries) -> Exam:
    words = {one.name: "" for one in fields(Exam) if one.name not in ("series", "sheet", "layers", "beside")}
    return Exam(**{**words, "study_uid": "1"}, series=found)  # type: ignore[arg-type]


TWO = exam(series(1), series(2))


def key(number: int, image: int) -> FrameKey:
    return FrameKey(Path(f"/{number}-{image}"))


windows = st.builds(
    Window,
    center=finite,
    width=st.floats(1e-3, 1e6),
    function=st.sampled_from(VoiFunction),
    label=st.text(max_size=8),
)
presets = st.builds(Preset, st.sampled_from(PresetKind), st.integers(0, 9))
views = st.builds(
    ViewState,
    series=st.integers(0, 1),
    index=st.integers(0, 2),
    window=st.one_of(st.none(), windows, presets),
    invert=st.booleans(),
    flip_h=st.booleans(),
    flip_v=st.booleans(),
    rotation=st.sampled_from((0, 90, 180, 270)),
    zoom=st.sampled_from(ZoomMode),
    factor=st.floats(SMALLEST_FACTOR, LARGEST_FACTOR),
    pan=st.tuples(finite, finite),
    smooth=st.booleans(),
)


@st.composite
def grids(draw: st.DrawFn) -> GridState:
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    count = rows * columns
    return GridState(
        rows=rows,
        columns=columns,
        views=tuple(draw(st.lists(views, min_size=count, max_size=count))),
        active=draw(st.integers(0, count - 1)),
        alone=draw(st.booleans()),
        texts=draw(st.booleans()),
        quadruped=draw(st.sampled_from((None, True, False))),
        tool=draw(st.sampled_from(Tool)),
    )


def written(grid: GridState, of: Exam = TWO) -> str:
    keys = [None if view.series is None else key(view.series + 1, view.index) for view in grid.views]
    return reading_state.document(grid, of, keys)


@given(grids())
def test_what_was_written_comes_back(grid: GridState) -> None:
    found = reading_state.resumed(written(grid), TWO)
    assert found is not None
    assert found.grid == grid
    assert found.keys == tuple(key((view.series or 0) + 1, view.index) for view in grid.views)


@given(grids(), st.data())
def test_series_and_images_are_found_by_name_wherever_they_are_now(
    grid: GridState, data: st.DataObject
) -> None:
    first, second = TWO.series
    turned = data.draw(st.permutations(range(3)))
    moved = replace(
        first,
        paths=tuple(first.paths[n] for n in turned),
        sop_uids=tuple(first.sop_uids[n] for n in turned),
    )
    found = reading_state.resumed(written(grid), exam(second, moved))
    assert found is not None
    for before, after, wished in zip(grid.views, found.grid.views, found.keys, strict=True):
        assert after.series == (1 if before.series == 0 else 0)
        assert wished == key((before.series or 0) + 1, before.index)
        assert (after.window, after.flip_h, after.pan) == (before.window, before.flip_h, before.pan)


def test_an_image_that_is_gone_leaves_nothing_of_its_look_to_another() -> None:
    grid = GridState(views=(ViewState(series=0, index=1, flip_h=True, window=Window(3, 4), invert=True),))
    thinner = replace(
        series(1, 3), paths=(Path("/1-0"), Path("/1-2")), sop_uids=("1.1.0", "1.1.2"), frame_count=2
    )
    found = reading_state.resumed(written(grid), exam(thinner))
    assert found is not None
    assert found.grid.views == (ViewState(series=0),)
    assert found.keys == (None,)


def test_a_series_that_is_gone_leaves_its_viewport_empty_and_the_rest_as_it_was() -> None:
    grid = GridState(columns=2, views=(ViewState(series=0), ViewState(series=1, flip_v=True)), active=1)
    found = reading_state.resumed(written(grid), exam(series(2)))
    assert found is not None
    assert found.grid.views == (ViewState(), ViewState(series=0, flip_v=True))
    assert reading_state.resumed(written(grid), exam(series(9))) is None


def test_a_second_screen_is_as_it_is_today() -> None:
    kept = written(GridState(views=(ViewState(series=0, flip_h=True),)))
    now = GridState(views=(ViewState(), ViewState(), ViewState()), second=(1, 2))
    found = reading_state.resumed(kept, TWO, now)
    assert found is not None
    assert found.grid.second == (1, 2)
    assert [view.flip_h for view in found.grid.views] == [True, False, False]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@given(grids(), st.data())
def test_a_field_of_a_strange_form_is_as_new_and_the_others_are_kept(
    grid: GridState, data: st.DataObject
) -> None:
    kept = json.loads(written(grid))
    name = data.draw(st.sampled_from([one.name for one in fields(ViewState)]))
    kept["views"][0]["view"][name] = data.draw(json_values)
    kept["views"][0]["view"]["of tomorrow"] = 1
    found = reading_state.resumed(json.dumps(kept), TWO)
    assert found is not None
    before, after = grid.views[0], found.grid.views[0]
    assert isinstance(after, ViewState)
    same = {one.name for one in fields(ViewState)} - {name, "index"}
    assert all(getattr(before, one) == getattr(after, one) for one in same)
    assert SMALLEST_FACTOR <= after.factor <= LARGEST_FACTOR
    json.dumps(kept)


@given(json_values)
def test_what_is_no_document_says_nothing(kept: object) -> None:
    assert reading_state.resumed(json.dumps(kept), TWO) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version":99,"views":[]}', "[" * 100_000])
def test_a_broken_document_says_nothing(text: str) -> None:
    assert reading_state.resumed(text, TWO) is None


@pytest.mark.parametrize("kind", [ViewState, GridState])
def test_every_field_of_the_state_can_be_carried(kind: type) -> None:
    """Whoever adds a field of a type that can't be written down hears of it here."""
    for name, hint in get_type_hints(kind).items():
        assert name in OF_THE_DAY or carried(hint), f"{kind.__name__}.{name} would be forgotten"


def carried(hint: Any) -> bool:
    if get_origin(hint) is np.ndarray:
        return bool(get_args(hint)[1] == np.dtype[np.uint16])
    if hint in (int, float, str, bool, type(None), Ellipsis):
        return True
    if isinstance(hint, type) and issubclass(hint, Enum):
        return True
    if is_dataclass(hint):
        return all(carried(one) for one in get_type_hints(hint).values())
    return get_origin(hint) is not None and all(
        carried(one) or isinstance(one, str) for one in get_args(hint)
    )


def test_a_curve_from_the_file_comes_back_with_its_window() -> None:
    values = np.sort(np.random.default_rng(7).integers(0, 1 << 16, 4096)).astype(np.uint16)
    window = Window(100, 200, curve=LookupTable(-5, 16, values, "BONE"))
    grid = GridState(views=(ViewState(series=0, window=window),))
    text = written(grid)
    assert len(text) < 20_000
    found = reading_state.resumed(text, TWO)
    assert found is not None
    back = found.grid.views[0].window
    assert isinstance(back, Window)
    assert back.curve is not None
    assert (back.center, back.curve.first_mapped, back.curve.label) == (100, -5, "BONE")
    np.testing.assert_array_equal(back.curve.values, values)


def test_a_plane_keeps_its_place_in_the_volume() -> None:
    grid = GridState(views=(ViewState(series=0, plane="coronal", index=33),))
    text = reading_state.document(grid, TWO, [key(1, 0)])
    found = reading_state.resumed(text, TWO)
    assert found is not None
    assert (found.grid.views[0].plane, found.grid.views[0].index) == ("coronal", 33)
    stacks = (FrameStack((key(1, 1),)), FrameStack((key(1, 0),)))
    placed = reading_state.found(found.grid.views[0], key(1, 0), stacks)
    assert placed is not None
    assert (placed.stack, placed.index) == (1, 33)


def test_looks_come_back_for_stacks_that_are_still_there() -> None:
    looks = {Place("1.1", "1.1.0"): VolumeLook(turn=Turn(BodyAxes(), (1.0, 2.0, 3.0)), cross=(1.0, 2.0, 3.0))}
    text = reading_state.document(GridState(), TWO, [None], looks)
    assert reading_state.looks(text, TWO) == looks
    assert reading_state.looks(text, exam(series(2))) == {}
    assert reading_state.looks("{}", TWO) == {}
    assert reading_state.looks('{"looks":[1,{"place":{"series_uid":"1.1"},"look":{}}]}', TWO) == {}


def test_a_picture_is_found_once_its_stack_is_known() -> None:
    view, wished = ViewState(series=0, flip_h=True, index=2), key(1, 2)
    guess = FrameStack((key(1, 0), key(1, 1)))
    assert reading_state.found(view, wished, ()) is None
    assert reading_state.found(view, wished, (guess,)) is None
    true = (FrameStack((key(1, 0),), final=True), FrameStack((key(1, 1), wished), final=True))
    assert reading_state.found(view, wished, true) == replace(view, stack=1, index=1)
    assert reading_state.found(view, wished, true[:1]) == ViewState(series=0)
