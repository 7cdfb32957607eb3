"""Where exams beside each other hang: the current one left, each other one right of it with the same view.

Pure functions of grids. Never touches a widget.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vetpacs_desktop.viewer.comparing import matching
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.state import GridState, ViewState, lay_out, show_series

WIDEST = 4
"""Views in a row above those of another exam."""
MOST = 3
"""Exams beside the current one: more pictures in a row are too small to read."""
_SHAPES = {1: (1, 2), 2: (1, 3), 3: (2, 2)}
"""By the number of exams beside the current one: rows and columns."""


def beside(page: Exam, grid: GridState) -> GridState:
    """The grid with the view that is read at the left and the same view of every other exam after it."""
    read = reading_view(page, grid)
    others = tuple(hung(page, one, read) for one in page.beside[-MOST:])
    rows, columns = _SHAPES[max(1, len(others))]
    return _filled(grid, rows, columns, (read, *others))


def below(page: Exam, before: GridState, grid: GridState) -> GridState:
    """All views that were read `before`, and below each the same view of the other exams, row by row."""
    own = page.numbers_of(page.study_uid)
    reads = [view for view in before.views[: before.on_first] if view.series in own and not view.plane]
    reads = reads[:WIDEST]
    reads = reads or [reading_view(page, grid)]
    rows = [tuple(reads), *(tuple(hung(page, one, read) for read in reads) for one in page.beside[-MOST:])]
    return _filled(grid, len(rows), len(reads), tuple(view for row in rows for view in row))


def _filled(grid: GridState, rows: int, columns: int, views: Sequence[ViewState]) -> GridState:
    """Other views on the first screen; a second one stays as it is."""
    found = lay_out(grid, rows, columns)
    count = found.on_first
    first = (tuple(views) + (ViewState(),) * count)[:count]
    return replace(
        found, views=(*first, *found.views[count:]), active=0, alone=False, resting=_on_second(found)
    )


def _on_second(grid: GridState) -> int:
    """The viewport that was active last on the second screen; 0 without one."""
    if grid.second is None:
        return 0
    return grid.active if grid.active >= grid.on_first else grid.resting


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
    place = None
    if read.series is not None:
        place = matching(page.series_at(read.series), other.series, read.series)
    return show_series(read, numbers[place or 0])


def back(before: GridState, now: GridState, page: Exam) -> GridState:
    """The grid as it was before comparing, with the read view as it is now; a second screen stays."""
    read = reading_view(page, now)
    count = before.on_first
    first = [read if one.series == read.series and not one.plane else one for one in before.views[:count]]
    lead = before.active if before.active < count else before.resting
    if read.series is not None and read.series not in [one.series for one in first]:
        first[lead] = read
    resting = _on_second(now)
    return replace(
        now,
        rows=before.rows,
        columns=before.columns,
        views=(*first, *now.views[now.on_first :]),
        active=lead,
        alone=before.alone,
        resting=resting + count - now.on_first if now.second is not None else 0,
    )
