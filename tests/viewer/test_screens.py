"""A second screen of viewports: which there are, which is active, what stays."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.viewer import screens, state
from vetpacs_desktop.viewer.state import GridState, ViewState

sides = st.tuples(st.integers(1, 4), st.integers(1, 4))


def two_screens(first: tuple[int, int], second: tuple[int, int]) -> GridState:
    """Every viewport shows another series."""
    grid = screens.open_second(state.lay_out(GridState(), *first), *second)
    return replace(grid, views=tuple(ViewState(series=n) for n in range(len(grid.views))))


@given(sides, sides, sides, st.data())
def test_a_layout_changes_its_own_screen(
    first: tuple[int, int], second: tuple[int, int], wanted: tuple[int, int], data: st.DataObject
) -> None:
    grid = two_screens(first, second)
    active = data.draw(st.integers(0, len(grid.views) - 1))
    grid = state.activate(grid, active)
    new = screens.lay_out(grid, *wanted)
    assert new.views[new.active] == grid.views[active]
    assert new.on_first + new.second[0] * new.second[1] == len(new.views)
    if active < grid.on_first:
        assert (new.rows, new.columns) == wanted
        assert new.views[new.on_first :] == grid.views[grid.on_first :]
    else:
        assert new.second == wanted
        assert new.views[: new.on_first] == grid.views[: grid.on_first]
    assert (new.active < new.on_first) == (active < grid.on_first)
    assert (new.resting < new.on_first) != (new.active < new.on_first)


@given(sides, sides, sides, st.data())
def test_the_first_screen_can_be_laid_out_from_the_second(
    first: tuple[int, int], second: tuple[int, int], wanted: tuple[int, int], data: st.DataObject
) -> None:
    grid = two_screens(first, second)
    grid = state.activate(grid, data.draw(st.integers(0, len(grid.views) - 1)))
    new = state.lay_out(grid, *wanted)
    assert (new.rows, new.columns, new.second) == (*wanted, second)
    assert new.views[new.active] == grid.views[grid.active]
    assert new.views[new.on_first :] == grid.views[grid.on_first :]


@given(sides, sides, st.data())
def test_closing_the_second_screen_leaves_the_first(
    first: tuple[int, int], second: tuple[int, int], data: st.DataObject
) -> None:
    grid = two_screens(first, second)
    before = grid.views[: grid.on_first]
    grid = state.activate(grid, data.draw(st.integers(0, len(grid.views) - 1)))
    closed = screens.close_second(grid)
    assert closed.views == before
    assert 0 <= closed.active < len(closed.views)
    assert closed.visible == tuple(range(len(before)))


def test_each_screen_has_a_viewport_alone_of_its_own() -> None:
    grid = two_screens((1, 2), (2, 2))
    assert grid.visible == (0, 1, 2, 3, 4, 5)
    grid = state.toggle_alone(state.activate(grid, 4))
    assert grid.visible == (0, 1, 4)
    grid = state.activate(grid, 1)
    assert grid.visible == (0, 1, 4)
    assert state.toggle_alone(grid).visible == (1, 4)


def test_a_grid_put_together_by_somebody_else_still_has_its_viewports() -> None:
    grid = state.activate(two_screens((1, 2), (1, 2)), 3)
    grid = replace(grid, active=0, second_alone=True)  # the one at rest is on the same screen now
    assert grid.visible == (0, 1, 2)
    assert state.lay_out(grid, 1, 3).visible == (0, 1, 2, 3)
    assert screens.close_second(replace(grid, active=3, resting=3)).active == 0


def test_opening_and_closing_twice_changes_nothing_more() -> None:
    grid = two_screens((1, 1), (1, 1))
    assert screens.open_second(grid, 2, 2) == grid
    closed = screens.close_second(grid)
    assert screens.close_second(closed) == closed
