"""What a path looks like in the planes that it goes through, along itself and across: marks in device pixels.

Draws, and answers what of it lies under the mouse; carries out nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum
from itertools import pairwise

import numpy as np

from vetpacs_desktop.ui.viewing.volumes.held import HeldVolume, plane_name
from vetpacs_desktop.ui.viewing.volumes.path_held import ACROSS, ALONG, HeldPath
from vetpacs_desktop.ui.viewing.volumes.path_moving import Page, cross_number, path_of
from vetpacs_desktop.viewer.corner_texts import Translate
from vetpacs_desktop.viewer.mark import Handle, Look, Mark, Stroke, Tag
from vetpacs_desktop.viewer.marks import to_screen
from vetpacs_desktop.viewer.snapshot import Resolved
from vetpacs_desktop.viewer.state import Point, ViewState
from vetpacs_desktop.viewer.volume.section import PlaneName

NEAR_POINT, NEAR_PATH, NEAR_TICK = 10.0, 6.0, 8.0
"""Logical pixels."""
TICK = 12.0
"""Half of the tick where the path is looked at across."""
CLOSE_MM = 2.0
"""A path this near to a plane is drawn in it; elsewhere it is dashed."""
MOST = 120
"""Corners of the line that stands for the path."""
INVITATION = "Click along a spine, a row of teeth or a vessel in the planes above"
PROMISE = "Planes across the path"


class PathPart(Enum):
    """What of a path is taken hold of."""

    POINT = "point"
    LINE = "line"
    TICK = "tick"
    TURN = "turn"


@dataclass(frozen=True, slots=True)
class PathGrip:
    """A hold of the path in one picture."""

    part: PathPart
    number: int = 0
    """Of the point."""


def with_path(page: Page, view: ViewState, found: Resolved, translate: Translate) -> Resolved:
    """A snapshot with the path, where its volume has one."""
    held = page.volumes.of(view) if view.plane else None
    path = path_of(held)
    if held is None or path is None:
        return found
    if found.picture is None:
        invites = view.plane in (ALONG, ACROSS) and path.track is None
        words = INVITATION if view.plane == ALONG else PROMISE
        return replace(found, message=translate(words), waiting=False) if invites else found
    name, number = plane_name(view), cross_number(page, held)
    if name is not None:
        marks = _in_plane(path, name, view.index, number, found, translate)
    elif view.plane == ALONG:
        marks = _along(path, number, found, translate)
    elif view.plane == ACROSS:
        marks = _across(path, found)
    else:
        return found
    kept = () if path.drawing and name is not None else found.marks
    return replace(found, marks=(*kept, *marks))


def grip_at(page: Page, view: ViewState, found: Resolved, at: Point) -> PathGrip | None:
    """What of the path lies under a device pixel position."""
    held = page.volumes.of(view) if view.plane else None
    path = path_of(held)
    if held is None or path is None or found.picture is None:
        return None
    ratio, name, number = found.viewport.ratio, plane_name(view), cross_number(page, held)
    if view.plane == ALONG and number is not None:
        x, _ = _pixel_of_strip(path, number, 0, found)
        return PathGrip(PathPart.TICK) if abs(x - at[0]) <= NEAR_TICK * ratio else None
    if view.plane == ACROSS:
        ends = _across_ends(path, found)
        return PathGrip(PathPart.TURN) if any(math.dist(e, at) <= NEAR_POINT * ratio for e in ends) else None
    if name is None:
        return None
    spots = points_on_screen(path, name, found)
    away = [math.dist(spot, at) for spot in spots]
    if away and min(away) <= NEAR_POINT * ratio:
        return PathGrip(PathPart.POINT, away.index(min(away)))
    line = _on_screen(path, name, found)
    if path.drawing:
        near = min((_away(a, b, at) for a, b in pairwise(line)), default=math.inf)
        return PathGrip(PathPart.LINE) if near <= NEAR_PATH * ratio else None
    tick = _tick(path, name, number, found)
    if tick is not None and _away(*tick, at) <= NEAR_TICK * ratio:
        return PathGrip(PathPart.TICK)
    return None


def points_on_screen(path: HeldPath, name: PlaneName, found: Resolved) -> list[Point]:
    """Where the points of the path are seen in a plane, in device pixels."""
    assert found.picture is not None
    section, picture = path.held.section(name), found.picture
    return [
        to_screen(section.pixel(point), picture, found.camera, found.viewport) for point in path.drawn.points
    ]


def column_at(path: HeldPath, found: Resolved, at: Point) -> int:
    """The place of the path that a device pixel position of the picture along it belongs to."""
    assert found.picture is not None
    return round(found.camera.image_point(at, found.viewport)[0] / found.picture.pixel[0])


def _in_plane(
    path: HeldPath, name: PlaneName, index: int, number: int | None, found: Resolved, translate: Translate
) -> list[Mark]:
    ratio, held = found.viewport.ratio, path.held
    handles = tuple(Handle(at, n) for n, at in enumerate(points_on_screen(path, name, found)))
    strokes: list[Stroke] = []
    if path.track is not None:
        strokes = _runs(_on_screen(path, name, found), _near(path, name, index, held))
    marks = [Mark("path", tuple(strokes), handles, None, Look.CHOSEN, ratio)]
    tick = _tick(path, name, number, found)
    if tick is not None and path.track is not None and number is not None:
        tag = None
        if path.drawing or number:
            words = translate("{at:.0f} of {whole:.0f} mm").format(
                at=number * path.track.step, whole=path.track.length
            )
            tag = Tag(tick[1], (words,))
        marks.append(Mark("path-tick", (Stroke(tick),), (), tag, Look.SPOT, ratio))
    return marks


def _along(path: HeldPath, number: int | None, found: Resolved, translate: Translate) -> list[Mark]:
    strip = path.strip
    if strip is None or number is None:
        return []
    top, bottom = (_pixel_of_strip(path, number, row, found) for row in (0, strip.rows - 1))
    words = translate("{at:.1f} of {whole:.1f} mm").format(
        at=number * strip.track.step, whole=strip.track.length
    )
    tick = Mark(
        "path-tick", (Stroke((top, bottom)),), (), Tag(bottom, (words,)), Look.SPOT, found.viewport.ratio
    )
    ends = tuple(_pixel_of_strip(path, n, strip.middle, found) for n in (0, strip.track.count - 1))
    line = Mark("path", (Stroke(ends, dashed=True),), (), None, Look.SLICE, found.viewport.ratio)
    return [line, tick]


def _across(path: HeldPath, found: Resolved) -> list[Mark]:
    """Where the picture along the path cuts this one: the path in the middle, up and down the side seen."""
    ends = _across_ends(path, found)
    if not ends:
        return []
    middle = ((ends[0][0] + ends[1][0]) / 2, (ends[0][1] + ends[1][1]) / 2)
    gap = TICK * found.viewport.ratio / (math.dist(*ends) / 2 or 1.0)
    strokes = tuple(
        Stroke(((middle[0] + gap * (e[0] - middle[0]), middle[1] + gap * (e[1] - middle[1])), e))
        for e in ends
    )
    handles = tuple(Handle(end, n) for n, end in enumerate(ends))
    return [Mark("path-side", strokes, handles, None, Look.CHOSEN, found.viewport.ratio)]


def _across_ends(path: HeldPath, found: Resolved) -> tuple[Point, ...]:
    cut = path.cross_cut(0)
    if cut is None or found.picture is None:
        return ()
    middle, reach = cut.width // 2, cut.height * 0.36
    return tuple(
        to_screen((middle, middle + s * reach), found.picture, found.camera, found.viewport) for s in (-1, 1)
    )


def _pixel_of_strip(path: HeldPath, column: int, row: int, found: Resolved) -> Point:
    assert found.picture is not None
    return to_screen((column, row), found.picture, found.camera, found.viewport)


def _on_screen(path: HeldPath, name: PlaneName, found: Resolved) -> list[Point]:
    """The path in device pixels, with as many corners as are seen."""
    if path.track is None or found.picture is None:
        return []
    section = path.held.section(name)
    away = path.track.places[_corners(path)] - np.asarray(section.corner)
    columns = (away @ np.asarray(section.right) / section.mm).tolist()
    rows = (away @ np.asarray(section.down) / section.mm).tolist()
    picture, camera, viewport = found.picture, found.camera, found.viewport
    return [to_screen(spot, picture, camera, viewport) for spot in zip(columns, rows, strict=True)]


def _corners(path: HeldPath) -> list[int]:
    assert path.track is not None
    count = path.track.count
    return [int(n) for n in np.unique(np.linspace(0, count - 1, min(count, MOST)).round())]


def _near(path: HeldPath, name: PlaneName, index: int, held: HeldVolume) -> list[bool]:
    """Whether each corner of the path lies in the plane that is shown, or next to it."""
    assert path.track is not None
    section = held.section(name)
    places = path.track.places[_corners(path)] - np.asarray(section.cut(index).corner)
    away = np.abs(places @ np.asarray(section.normal))
    limit = max(CLOSE_MM, section.thickness.mm / 2)
    return [bool(one <= limit) for one in away]


def _runs(line: list[Point], near: list[bool]) -> list[Stroke]:
    """Whole where the path is near, dashed where it is not."""
    strokes: list[Stroke] = []
    start = 0
    for n in range(1, len(line)):
        last = n == len(line) - 1
        if last or near[n] != near[start]:
            strokes.append(Stroke(tuple(line[start : n + 1]), dashed=not near[start]))
            start = n
    return strokes


def _tick(path: HeldPath, name: PlaneName, number: int | None, found: Resolved) -> tuple[Point, Point] | None:
    """Across the path, where it is looked at."""
    if path.track is None or number is None or found.picture is None:
        return None
    section, one = path.held.section(name), path.track
    at = np.asarray(to_screen(section.pixel(one.places[number]), found.picture, found.camera, found.viewport))
    ahead = np.asarray(
        to_screen(
            section.pixel(one.places[number] + one.along[number] * 10),
            found.picture,
            found.camera,
            found.viewport,
        )
    )
    way = ahead - at
    size = float(np.linalg.norm(way))
    x, y = (1.0, 0.0) if size < 1e-6 else (way[0] / size, way[1] / size)
    reach = TICK * found.viewport.ratio
    return (
        (float(at[0] - y * reach), float(at[1] + x * reach)),
        (float(at[0] + y * reach), float(at[1] - x * reach)),
    )


def _away(a: Point, b: Point, at: Point) -> float:
    """From a stretch of line to a position."""
    way = (b[0] - a[0], b[1] - a[1])
    size = way[0] ** 2 + way[1] ** 2
    share = 0.0 if not size else ((at[0] - a[0]) * way[0] + (at[1] - a[1]) * way[1]) / size
    share = min(max(share, 0.0), 1.0)
    return math.dist((a[0] + share * way[0], a[1] + share * way[1]), at)
