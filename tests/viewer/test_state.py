"""The reader's wishes: scrolling stays in the stack, flips undo themselves, zoom keeps its anchor."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.viewer import state as s
from vetpacs_desktop.viewer.description import VoiFunction, Window

finite = st.floats(-1e4, 1e4)
points = st.tuples(finite, finite)
views = st.builds(
    s.ViewState,
    series=st.integers(0, 5),
    index=st.integers(0, 300),
    flip_h=st.booleans(),
    flip_v=st.booleans(),
    rotation=st.sampled_from([0, 90, 180, 270]),
    zoom=st.sampled_from(list(s.ZoomMode)),
    factor=st.floats(s.SMALLEST_FACTOR, s.LARGEST_FACTOR),
    pan=points,
)


@given(views, st.integers(-500, 500), st.integers(1, 400))
def test_scrolling_stays_in_the_stack(view: s.ViewState, steps: int, count: int) -> None:
    assert 0 <= s.scroll(view, steps, count).index < count
    assert 0 <= s.scroll(view, steps, count, wrap=True).index < count


def test_scrolling_stops_at_the_ends_and_cine_goes_round() -> None:
    last = s.ViewState(index=9)
    assert s.scroll(last, 1, 10).index == 9
    assert s.scroll(last, 1, 10, wrap=True).index == 0
    assert s.scroll(s.ViewState(), -1, 10).index == 0
    assert s.scroll(s.ViewState(), 1, 0) == s.ViewState()


@given(views)
def test_flips_and_turns_undo_themselves(view: s.ViewState) -> None:
    assert s.axes(s.flip_horizontal(s.flip_horizontal(view))) == s.axes(view)
    assert s.axes(s.flip_vertical(s.flip_vertical(view))) == s.axes(view)
    assert s.axes(s.rotate(s.rotate(view, 90), -90)) == s.axes(view)


@given(views)
def test_a_flip_swaps_what_is_left_and_right_on_the_screen_now(view: s.ViewState) -> None:
    (right, down), (flipped, same) = s.axes(view), s.axes(s.flip_horizontal(view))
    assert flipped == (-right[0], -right[1])
    assert same == down
    (still, turned) = s.axes(s.flip_vertical(view))
    assert still == right
    assert turned == (-down[0], -down[1])


@given(views)
def test_a_quarter_turn_takes_the_image_right_to_the_screen_bottom(view: s.ViewState) -> None:
    right, _ = s.axes(view)
    assert s.axes(s.rotate(view))[1] == right


@given(views, st.floats(0.1, 10), points)
def test_zoom_keeps_the_anchor_in_place(view: s.ViewState, ratio: float, anchor: tuple[float, float]) -> None:
    factor = view.factor
    zoomed = s.zoom_about(view, ratio, anchor, factor)
    for axis in (0, 1):
        before = (anchor[axis] - view.pan[axis]) * factor
        after = (anchor[axis] - zoomed.pan[axis]) * zoomed.factor
        assert after == pytest.approx(before, rel=1e-6, abs=1e-3)
    assert s.SMALLEST_FACTOR <= zoomed.factor <= s.LARGEST_FACTOR


@given(views, points, st.floats(0.05, 60))
def test_panning_moves_the_picture_with_the_mouse(
    view: s.ViewState, moved: tuple[float, float], factor: float
) -> None:
    panned = s.pan_by(view, moved, factor)
    right, down = s.axes(view)
    shift = [(panned.pan[axis] - view.pan[axis]) * factor for axis in (0, 1)]
    tolerance = 1e-3 + 1e-9 * factor * 1e5
    assert -(shift[0] * right[0] + shift[1] * right[1]) == pytest.approx(moved[0], abs=tolerance)
    assert -(shift[0] * down[0] + shift[1] * down[1]) == pytest.approx(moved[1], abs=tolerance)


@given(st.floats(1, 5000), finite, points, st.floats(1, 1e5))
def test_dragging_keeps_a_window_usable(
    width: float, center: float, moved: tuple[float, float], span: float
) -> None:
    start = Window(center, width)
    dragged = s.drag_window(s.ViewState(), start, moved, span, whole=True).window
    assert isinstance(dragged, Window)
    assert dragged.width >= 1
    assert dragged.width == round(dragged.width)
    assert (dragged.center >= round(center)) if moved[1] >= 0 else (dragged.center <= round(center))


def test_dragging_right_widens_down_darkens_and_forgets_the_label() -> None:
    start = Window(40, 400, label="soft tissue")
    dragged = s.drag_window(s.ViewState(), start, (30, 15), 4000, whole=True).window
    assert isinstance(dragged, Window)
    assert (dragged.center, dragged.width, dragged.label) == (60, 440, "")


def test_a_window_below_one_on_real_numbers_maps_exactly() -> None:
    dragged = s.drag_window(s.ViewState(), Window(0.5, 1.2), (-100, 0), 2.0, whole=False).window
    assert isinstance(dragged, Window)
    assert 0 < dragged.width < 1
    assert dragged.function is VoiFunction.LINEAR_EXACT


def test_reset_keeps_series_and_frame() -> None:
    wish = s.ViewState(
        series=2, stack=1, index=7, invert=True, rotation=90, factor=3.0, zoom=s.ZoomMode.FACTOR
    )
    assert s.reset(wish) == s.ViewState(series=2, stack=1, index=7)


@given(st.integers(-2, 9), st.integers(-2, 9), st.integers(0, 3))
def test_a_grid_always_has_as_many_views_as_places(rows: int, columns: int, active: int) -> None:
    four = s.lay_out(s.GridState(views=(s.ViewState(series=0),)), 2, 2)
    four = replace(four, views=tuple(s.ViewState(series=n) for n in range(4)), active=active)
    grid = s.lay_out(four, rows, columns)
    assert 1 <= grid.rows <= s.LARGEST_GRID
    assert 1 <= grid.columns <= s.LARGEST_GRID
    assert len(grid.views) == grid.rows * grid.columns
    assert grid.views[grid.active].series == active, "the active view is never lost"


def test_one_alone_and_back() -> None:
    four = s.activate(s.lay_out(s.GridState(), 2, 2), 3)
    alone = s.toggle_alone(four)
    assert alone.visible == (3,)
    assert s.toggle_alone(alone).visible == (0, 1, 2, 3)
    assert not s.toggle_alone(s.GridState()).alone
    assert s.activate(four, 17) == four
