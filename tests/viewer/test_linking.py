"""Linked viewports: what the others wish when one changes."""

import math
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.viewer import state
from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.linking import Sight, followed, links_at, plays_along
from vetpacs_desktop.viewer.links import ALL_LINKED, NOTHING_LINKED, Links, toggle_all
from vetpacs_desktop.viewer.state import ViewState, ZoomMode

UP, DOWN, ASIDE = (0.0, 0.0, 1.0), (0.0, 0.0, -1.0), (1.0, 0.0, 0.0)

turns = st.sampled_from([0, 90, 180, 270])
views = st.builds(ViewState, series=st.just(0), flip_h=st.booleans(), flip_v=st.booleans(), rotation=turns)
ways = st.tuples(st.floats(-300, 300), st.floats(-300, 300))
scales = st.none() | st.floats(0.05, 3)
sights = st.builds(
    Sight,
    views,
    count=st.integers(1, 50),
    mm=scales,
    fit=st.floats(0.1, 5),
    ratio=st.sampled_from([1.0, 1.5]),
)


def follow(links: Links, lead: Sight, wanted: ViewState, other: Sight) -> ViewState:
    return followed(links, lead, wanted, {7: other}).get(7, other.view)


def stack(count: int, step: float, normal: tuple[float, float, float] = UP, **more: object) -> Sight:
    """Slices from 0 mm on along +z, whichever way the normal points."""
    sign = -1 if normal == DOWN else 1
    places = tuple(sign * step * n for n in range(count))
    facts = {"space": "1.2", "normal": normal, **more}
    return Sight(ViewState(series=0), count=count, positions=places, **facts)  # type: ignore[arg-type]


@given(sights, sights, st.integers(0, 60))
def test_nothing_follows_where_nothing_is_linked(lead: Sight, other: Sight, index: int) -> None:
    wanted = replace(state.zoom_about(lead.view, 2, (3, 4), 1), index=index, window=Window(1, 2))
    assert followed(NOTHING_LINKED, lead, wanted, {1: other}) == {}


@given(st.integers(0, 39), st.floats(0.5, 3), st.floats(0.5, 3), st.sampled_from([UP, DOWN]))
def test_scrolling_goes_to_the_nearest_slice(
    index: int, step: float, other_step: float, normal: tuple[float, float, float]
) -> None:
    lead, other = stack(40, step), stack(60, other_step, normal)
    lead = replace(lead, view=replace(lead.view, index=(index + 1) % 40))
    new = follow(Links(scroll=True), lead, replace(lead.view, index=index), other)
    reached = [abs(other_step * n - step * index) for n in range(60)]
    assert reached[new.index] == min(reached)


def test_stacks_cut_another_way_keep_their_slice() -> None:
    lead, other = stack(10, 2), stack(10, 2, ASIDE)
    assert follow(Links(scroll=True), lead, replace(lead.view, index=5), other) == other.view


@given(st.integers(-20, 20), st.integers(0, 9), st.integers(1, 30))
def test_without_a_common_space_as_many_images_on(steps: int, here: int, count: int) -> None:
    lead = Sight(ViewState(series=0, index=20), count=41)
    other = Sight(ViewState(series=1, index=min(here, count - 1)), count=count)
    new = follow(Links(scroll=True), lead, replace(lead.view, index=20 + steps), other)
    assert new.index == min(max(other.view.index + steps, 0), count - 1)
    cines = replace(lead, is_cine=True), replace(other, is_cine=True)
    new = follow(Links(scroll=True), cines[0], replace(lead.view, index=20 + steps), cines[1])
    assert new.index == (other.view.index + steps) % count


@given(sights, sights, st.floats(0.2, 5))
def test_a_millimetre_is_as_long_in_both(lead: Sight, other: Sight, ratio: float) -> None:
    wanted = state.zoom_about(lead.view, ratio, (0, 0), 1.0)
    new = follow(Links(place=True), lead, wanted, other)
    if wanted.zoom is new.zoom is ZoomMode.FACTOR and 0.03 < new.factor < 60:
        if lead.mm and other.mm:
            lengths = [v.factor / s.mm / s.ratio for v, s in ((wanted, lead), (new, other)) if s.mm]
            assert math.isclose(*lengths)
        else:
            assert math.isclose(wanted.factor / lead.fit, new.factor / other.fit)


@given(sights, sights, ways)
def test_panning_looks_alike_whatever_is_flipped_or_turned(
    lead: Sight, other: Sight, way: tuple[float, float]
) -> None:
    wanted = state.pan_by(replace(lead.view, zoom=ZoomMode.FACTOR, factor=1.0), way, 1.0)
    lead = replace(lead, view=replace(wanted, pan=(1e6, 1e6)))
    new = follow(Links(place=True), lead, wanted, other)
    for one, two in zip(on_screen(wanted), on_screen(new), strict=True):
        assert math.isclose(one * other_per_lead(lead, other), two, abs_tol=1e-6)


def other_per_lead(lead: Sight, other: Sight) -> float:
    """Square pixels of the other that are as long as one of the leader's."""
    return lead.mm / other.mm if lead.mm and other.mm else lead.fit / other.fit


def on_screen(view: ViewState) -> tuple[float, float]:
    """The pan along the screen's right and down, in square image pixels."""
    right, down = state.axes(view)
    return (
        view.pan[0] * right[0] + view.pan[1] * right[1],
        view.pan[0] * down[0] + view.pan[1] * down[1],
    )


@given(
    views,
    views,
    st.lists(
        st.sampled_from([state.rotate, state.flip_horizontal, state.flip_vertical]), min_size=1, max_size=4
    ),
)
def test_a_turn_looks_alike(lead: ViewState, other: ViewState, deeds: list[object]) -> None:
    wanted, expected = lead, other
    for deed in deeds:
        wanted, expected = deed(wanted), deed(expected)  # type: ignore[operator]
    new = follow(Links(turn=True), Sight(lead), wanted, Sight(other))
    for one, two in zip(state.axes(new), state.axes(expected), strict=True):
        assert all(math.isclose(a, b, abs_tol=1e-9) for a, b in zip(one, two, strict=True))


def test_windows_go_together_among_the_same_values_only() -> None:
    lead, wanted = (
        Sight(ViewState(series=0), grey="CT HU"),
        ViewState(series=0, window=Window(40, 80), invert=True),
    )
    same, colour = Sight(ViewState(series=1), grey="CT HU"), Sight(ViewState(series=1))
    assert follow(Links(window=True), lead, wanted, same).window == Window(40, 80)
    assert follow(Links(window=True), lead, wanted, same).invert
    for other in (colour, replace(colour, grey="MR ")):
        assert follow(Links(window=True), lead, wanted, other) == other.view
    assert follow(Links(window=True), replace(lead, grey=""), wanted, colour) == colour.view


@given(sights, sights)
def test_another_series_takes_nobody_along(lead: Sight, other: Sight) -> None:
    assert followed(ALL_LINKED, lead, ViewState(series=5, index=3), {1: other}) == {}


def test_a_picture_that_is_not_there_yet_is_not_zoomed() -> None:
    lead, other = Sight(ViewState(series=0)), Sight(ViewState(series=1), pictured=False)
    wanted = state.zoom_about(lead.view, 3, (0, 0), 1)
    assert follow(ALL_LINKED, lead, wanted, other) == other.view


def test_what_a_viewport_says_of_its_links_is_true() -> None:
    assert links_at(ALL_LINKED, "CT", ["CT", "US"]) == ALL_LINKED
    assert links_at(ALL_LINKED, "CT", ["US"]) == replace(ALL_LINKED, window=False)
    assert not links_at(ALL_LINKED, "CT", [""]).any
    assert not links_at(ALL_LINKED, "", ["CT"]).any


def test_one_key_links_everything_or_nothing() -> None:
    assert toggle_all(Links(scroll=True)) == ALL_LINKED
    assert toggle_all(ALL_LINKED) == NOTHING_LINKED


def test_films_play_together_when_scrolling_is_linked() -> None:
    film = Sight(ViewState(series=0), count=9, is_cine=True)
    assert plays_along(Links(scroll=True), film, film)
    assert not plays_along(Links(place=True), film, film)
    assert not plays_along(Links(scroll=True), film, replace(film, is_cine=False))
