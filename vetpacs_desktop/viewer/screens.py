"""A second screen of viewports beside the first, for the same exam: pure functions on the grid.

Viewports of the second screen are numbered on from those of the first. Knows no window and no monitor.
"""

from __future__ import annotations

from dataclasses import replace

from vetpacs_desktop.viewer import state
from vetpacs_desktop.viewer.state import LARGEST_GRID, GridState, ViewState


def open_second(grid: GridState, rows: int = 1, columns: int = 1) -> GridState:
    """With viewports on a second screen, still empty; nothing changes when it is in use already."""
    if grid.second is not None:
        return grid
    rows, columns = _held(rows, columns)
    views = (*grid.views, *(ViewState(smooth=grid.views[0].smooth) for _ in range(rows * columns)))
    return replace(grid, views=views, second=(rows, columns), second_alone=False, resting=grid.on_first)


def close_second(grid: GridState) -> GridState:
    """The first screen alone; what the second showed is let go of."""
    if grid.second is None:
        return grid
    return replace(
        grid,
        views=grid.views[: grid.on_first],
        active=grid.lead_first,
        second=None,
        second_alone=False,
        resting=0,
    )


def lay_out(grid: GridState, rows: int, columns: int) -> GridState:
    """Another number of viewports on the screen of the active one; the other screen stays."""
    if grid.active < grid.on_first or grid.second is None:
        return state.lay_out(grid, rows, columns)
    rows, columns = _held(rows, columns)
    count, here = rows * columns, grid.active - grid.on_first
    views = grid.views[grid.on_first :]
    if here >= count:
        views, here = (views[here], *views[:here], *views[here + 1 :]), 0
    filled = (views + (ViewState(),) * count)[:count]
    return replace(
        grid,
        views=(*grid.views[: grid.on_first], *filled),
        active=grid.on_first + here,
        second=(rows, columns),
        second_alone=False,
    )


def _held(rows: int, columns: int) -> tuple[int, int]:
    return max(1, min(rows, LARGEST_GRID)), max(1, min(columns, LARGEST_GRID))
