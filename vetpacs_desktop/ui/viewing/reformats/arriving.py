"""New images of the open exam come onto its page at once: a series more, or one with more images.

Knows the controller's state; reading the new headers is the caller's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.viewer.exam import Exam, ExamSeries
from vetpacs_desktop.viewer.state import ViewState, show_series


def take_in(controller: Controller, now: Exam, moved: Callable[[int], object]) -> tuple[int, ...]:
    """The series of `now` that are new on the page, or other than before: their numbers there.

    Series that are there keep their numbers, also when nothing is left of them; those of exams beside move
    on, which `moved(number)` hears of first: where the new one stands.
    """
    if controller.exam.study_uid != now.study_uid:
        return ()
    found = []
    for series in now.series:
        known = {one.series_uid: n for n, one in enumerate(controller.exam.series)}
        number = known.get(series.series_uid)
        if number is None:
            number = len(controller.exam.series)
            moved(number)
            _room(controller, number)
            controller.exam = replace(controller.exam, series=(*controller.exam.series, series))
        elif set(controller.exam.series[number].sop_uids) == set(series.sop_uids):
            continue
        else:
            _put(controller, number, series)
        found.append(number)
    found += _emptied(controller, now)
    if found:
        controller.rearranged.emit(None)
        for shown in controller.grid.visible:
            controller.changed.emit(shown)
    return tuple(found)


def _emptied(controller: Controller, now: Exam) -> list[int]:
    """Series whose images are all gone keep their number and show nothing: others must not be renumbered."""
    there = {series.series_uid for series in now.series}
    gone = [
        number
        for number, series in enumerate(controller.exam.series)
        if series.series_uid not in there and series.paths
    ]
    for number in gone:
        series = controller.exam.series[number]
        _put(controller, number, replace(series, paths=(), sop_uids=(), frame_count=0))
        controller.set_stacks(number, ())
        shown = [n for n, view in enumerate(controller.grid.views) if view.series == number]
        controller.put({n: show_series(controller.grid.views[n], None) for n in shown})
    return gone


def _put(controller: Controller, number: int, series: ExamSeries) -> None:
    before = controller.exam.series
    controller.exam = replace(controller.exam, series=(*before[:number], series, *before[number + 1 :]))


def _room(controller: Controller, number: int) -> None:
    """The series from this number on are one further."""
    controller.supply.make_room(number)
    grid = controller.grid
    controller.grid = replace(grid, views=tuple(_further(view, number) for view in grid.views))


def _further(view: ViewState, number: int) -> ViewState:
    if view.series is None or view.series < number:
        return view
    return replace(view, series=view.series + 1)
