"""Where a path's pictures stand on the page, and how a wish changes it: the controller's views, as one.

Knows the controller's state and the path; draws nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from vetpacs_desktop.events import Event
from vetpacs_desktop.ui.viewing.volumes.held import HeldVolume, HeldVolumes, plane_name
from vetpacs_desktop.ui.viewing.volumes.path_held import ACROSS, ALONG, Drawn, HeldPath
from vetpacs_desktop.viewer.geometry.planes import Vector
from vetpacs_desktop.viewer.state import GridState, ViewState
from vetpacs_desktop.viewer.volume.section import PlaneName
from vetpacs_desktop.viewer.volume.track import Spline, distinct
from vetpacs_desktop.viewer.volume.turn import ORDER


class Page(Protocol):
    """What is needed of the controller."""

    volumes: HeldVolumes
    grid: GridState
    changed: Event[int]
    rearranged: Event[None]

    def put(self, views: Mapping[int, ViewState]) -> None: ...


def path_of(held: HeldVolume | None) -> HeldPath | None:
    """The path of a volume, if somebody began one."""
    return held.path if held is not None and isinstance(held.path, HeldPath) else None


def drawing(page: Page) -> HeldPath | None:
    """The path that is being drawn."""
    paths = [path_of(held) for held in page.volumes.all()]
    return next((path for path in paths if path is not None and path.drawing), None)


def crosses(page: Page, held: HeldVolume) -> dict[int, ViewState]:
    """The viewports on the screen that show planes across the path."""
    grid = page.grid
    return {
        n: grid.views[n]
        for n in grid.visible
        if grid.views[n].plane == ACROSS and page.volumes.of(grid.views[n]) is held
    }


def cross_number(page: Page, held: HeldVolume) -> int | None:
    """The place of the path that is looked at across it."""
    path = path_of(held)
    found = next(iter(crosses(page, held).values()), None)
    if path is None or path.track is None or found is None:
        return None
    return min(found.index, path.track.count - 1)


def look_across(page: Page, path: HeldPath, number: int) -> None:
    """The planes across the path at another of its places."""
    one = path.track
    if one is None:
        return
    at = min(max(number, 0), one.count - 1)
    shown = crosses(page, path.held)
    page.put({n: replace(view, index=at) for n, view in shown.items()})
    refresh(page)


def redraw(page: Page, path: HeldPath, drawn: Drawn) -> None:
    """The path is another one; what is looked at across it stays as far along as it was."""
    before, number = path.track, cross_number(page, path.held)
    path.drawn = drawn
    now = path.track
    if now is not None:
        at = now.count // 2 if before is None or number is None else round(number * before.step / now.step)
        page.put({n: replace(v, index=min(at, now.count - 1)) for n, v in crosses(page, path.held).items()})
    refresh(page)


def refresh(page: Page) -> None:
    """Every picture shows what is true now."""
    for number in page.grid.visible:
        page.changed.emit(number)


def added(path: HeldPath, place: Vector, before: int | None = None) -> Drawn:
    """One more point: at the end, or before another one."""
    points = path.drawn.points
    at = len(points) if before is None else before
    return replace(path.drawn, points=(*points[:at], place, *points[at:]))


def moved(path: HeldPath, number: int, place: Vector) -> Drawn:
    """A point elsewhere."""
    points = path.drawn.points
    return replace(path.drawn, points=(*points[:number], place, *points[number + 1 :]))


def part_of(path: HeldPath, place: Vector) -> int:
    """The point of the path that follows the place of it nearest to `place`."""
    one, points = path.track, distinct(path.drawn.points)
    if one is None:
        return len(points)
    walked = one.nearest(place) * one.step
    spline = Spline(points)
    where, ways = spline.lengths()
    reached = [float(ways[int(abs(where - knot).argmin())]) for knot in spline.knots]
    return next((n for n, way in enumerate(reached) if way > walked), len(points))


def laid_out(grid: GridState, view: ViewState, held: HeldVolume, path: HeldPath, place: Vector) -> GridState:
    """Three planes above; below them the picture along the path, those across it, and the images."""
    planes = [_plane(grid, view, held, name, place) for name in ORDER]
    along, across = (replace(view, plane=name, index=0, pan=(0.0, 0.0)) for name in (ALONG, ACROSS))
    fresh = [_fresh(one) for one in (along, across)]
    if path.track is not None:
        fresh[1] = replace(fresh[1], index=path.track.count // 2)
    images = next((one for one in grid.views if one.series == view.series and not one.plane), None)
    last = images if images is not None else ViewState(view.series, view.stack)
    views = (*planes, *fresh, last, *grid.views[grid.on_first :])
    name = plane_name(view)
    active = ORDER.index(name) if name is not None else 0
    return replace(grid, rows=2, columns=3, views=views, active=active, alone=False)


def without_path(grid: GridState, view: ViewState, held: HeldVolume, place: Vector) -> GridState:
    """The three planes and the images, as they were before a path was drawn."""
    planes = [_plane(grid, view, held, name, place) for name in ORDER]
    images = next((one for one in grid.views if one.series == view.series and not one.plane), None)
    last = images if images is not None else ViewState(view.series, view.stack)
    views = (*planes, last, *grid.views[grid.on_first :])
    return replace(grid, rows=2, columns=2, views=views, active=0, alone=False)


def _plane(grid: GridState, view: ViewState, held: HeldVolume, name: PlaneName, place: Vector) -> ViewState:
    """As it is on the page, else through a place."""
    known = next((one for one in grid.views if one.series == view.series and one.plane == name.value), None)
    if known is not None:
        return known
    fresh = ViewState(view.series, view.stack, name.value, held.section(name).nearest(place))
    return replace(fresh, window=view.window, invert=view.invert)


def _fresh(view: ViewState) -> ViewState:
    """Seen anew, in the same greys."""
    made = ViewState(view.series, view.stack, view.plane, view.index)
    return replace(made, window=view.window, invert=view.invert)
