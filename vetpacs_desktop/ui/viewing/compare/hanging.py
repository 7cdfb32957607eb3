"""Where exams beside each other hang: the current one left, each other one right of it with the same view.

Pure functions of grids. Never touches a widget.
"""

from __future__ import annotations

from dataclasses import replace

from vetpacs_desktop.viewer.comparing import matching
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.state import GridState, ViewState, lay_out, show_series

MOST = 3
"""Exams beside the current one: more pictures in a row are too small to read."""
_SHAPES = {1: (1, 2), 2: (1, 3), 3: (2, 2)}
"""By the number of exams beside the current one: rows and columns."""


def beside(page: Exam, grid: GridState) -> GridState:
    """The grid with the view that is read at the left and the same view of every other exam after it."""
    read = reading_view(page, grid)
    others = tuple(hung(page, one, read) for one in page.beside[-MOST:])
    rows, columns = _SHAPES[max(1, len(others))]
    found = lay_out(grid, rows, columns)
    empty = (ViewState(),) * (rows * columns - 1 - len(others))
    return replace(found, views=(read, *others, *empty), active=0, alone=False)


def reading_view(page: Exam, grid: GridState) -> ViewState:
    """The view of the exam that is read: the active one, else the first in sight, else its first series."""
    own = page.numbers_of(page.study_uid)
    for number in (grid.active, *grid.visible):
        if grid.views[number].series in own:
            return grid.views[number]
    return show_series(ViewState(), 0 if own else None)


def hung(page: Exam, other: Exam, read: ViewState) -> ViewState:
    """The view of another exam that goes with the one that is read."""
    numbers = page.numbers_of(other.study_uid)
    if not numbers:
        return ViewState()
    place = None if read.series is None else matching(page.series_at(read.series), other.series)
    return show_series(read, numbers[place or 0])


def back(before: GridState, now: GridState, page: Exam) -> GridState:
    """The grid as it was before comparing, with the read view as it is now."""
    read = reading_view(page, now)
    views = [read if one.series == read.series else one for one in before.views]
    if read.series is not None and read.series not in [one.series for one in views]:
        views[before.active] = read
    return replace(before, views=tuple(views), texts=now.texts, quadruped=now.quadruped, tool=now.tool)
