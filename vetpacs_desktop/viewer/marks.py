"""From a sheet and a camera to marks on the screen: strokes, handles and labels in device pixels.

Pure: the same annotations under the same camera give the same marks, in the window, in `render` and in what
is exported. Measures nothing: the words beside a figure come with it. Also answers what lies under a place.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from vetpacs_desktop.viewer.annotations import Annotation
from vetpacs_desktop.viewer.figures import Line, lines_of
from vetpacs_desktop.viewer.mark import ASIDE, Handle, Look, Mark, Stroke, Tag
from vetpacs_desktop.viewer.measure.boxes import TURN
from vetpacs_desktop.viewer.measure.boxes import handles as corners
from vetpacs_desktop.viewer.measure.tool import BOXES, Figure, MeasureTool
from vetpacs_desktop.viewer.snapshot import Camera, Picture, Resolved, Viewport

Point = tuple[float, float]

REACH = 8.0
"""Logical pixels from a handle or line that still count as on it."""
HEAD = 13.0
"""Length of an arrow's head."""
CROSS = 7.0
ARC = 22.0
LETTER, LINE = 7.0, 17.0
"""About the size of a letter and a line beside a figure."""
TURN_AWAY = 24.0
"""From a box to the handle that turns it."""
MOST_HANDLES = 40
"""A figure of more points (drawn by hand) is moved as a whole."""


@dataclass(frozen=True, slots=True)
class Grip:
    """What is held, chosen or hovered: an annotation, or one of its points."""

    id: str
    handle: int | None = None
    """None is the whole of it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An annotation with its tool and the words beside it."""

    annotation: Annotation
    tool: MeasureTool
    words: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    """What the tool itself draws, in (column, row); a single point is a constructed place."""


def marks_of(
    entries: Sequence[Entry],
    picture: Picture,
    camera: Camera,
    viewport: Viewport,
    hovered: Grip | None = None,
    chosen: Grip | None = None,
) -> tuple[Mark, ...]:
    """The marks of one picture; the chosen one comes last, over the others."""
    return MarkMemory().marks(entries, picture, camera, viewport, hovered, chosen)


class MarkMemory:
    """Makes marks, and gives the same mark again while nothing of it changed: what is redrawn while one point
    is dragged is that figure alone."""

    def __init__(self) -> None:
        self._view: tuple[object, ...] = ()
        self._known: dict[str, tuple[Entry, Grip | None, Grip | None, Mark]] = {}

    def marks(
        self,
        entries: Sequence[Entry],
        picture: Picture,
        camera: Camera,
        viewport: Viewport,
        hovered: Grip | None = None,
        chosen: Grip | None = None,
    ) -> tuple[Mark, ...]:
        """See `marks_of`."""
        view = picture.pixel, camera, viewport
        if view != self._view:
            self._view, self._known = view, {}
        fresh = {}
        for entry in entries:
            id = entry.annotation.id
            over, held = (grip if grip and grip.id == id else None for grip in (hovered, chosen))
            known = self._known.get(id)
            if known is None or known[0] is not entry or known[1:3] != (over, held):
                known = entry, over, held, _mark(entry, picture, camera, viewport, over, held)
            fresh[id] = known
        self._known = fresh
        marks = sorted((known[3] for known in fresh.values()), key=lambda mark: mark.look is Look.CHOSEN)
        return tuple(mark for mark in marks if _in_sight(mark, viewport))


def with_marks(
    resolved: Resolved,
    entries: Sequence[Entry],
    hovered: Grip | None = None,
    chosen: Grip | None = None,
    memory: MarkMemory | None = None,
) -> Resolved:
    """A snapshot with what was drawn on its picture."""
    if resolved.picture is None or not entries:
        return resolved
    maker = memory or MarkMemory()
    marks = maker.marks(entries, resolved.picture, resolved.camera, resolved.viewport, hovered, chosen)
    return replace(resolved, marks=marks)


def _in_sight(mark: Mark, viewport: Viewport) -> bool:
    """Whether any of it may be: words must not stay behind at the edge for a figure that is elsewhere."""
    places = [point for stroke in mark.strokes for point in stroke.points]
    places += [handle.at for handle in mark.handles]  # a guide's first landmark has no line yet
    places += [mark.tag.at] if mark.tag is not None else []
    xs, ys = [x for x, _ in places], [y for _, y in places]
    if not places:
        return False
    return max(xs) >= 0 and min(xs) <= viewport.width and max(ys) >= 0 and min(ys) <= viewport.height


def to_screen(point: Point, picture: Picture, camera: Camera, viewport: Viewport) -> Point:
    """Where (column, row) of the image lies, in device pixels."""
    return camera.screen_point((point[0] * picture.pixel[0], point[1] * picture.pixel[1]), viewport)


def to_image(at: Point, picture: Picture, camera: Camera, viewport: Viewport) -> Point:
    """(column, row) of the image under a device pixel position."""
    x, y = camera.image_point(at, viewport)
    return x / picture.pixel[0], y / picture.pixel[1]


def _mark(
    entry: Entry,
    picture: Picture,
    camera: Camera,
    viewport: Viewport,
    hovered: Grip | None,
    chosen: Grip | None,
) -> Mark:
    one, figure, ratio = entry.annotation, entry.tool.figure, viewport.ratio
    square = [(column * picture.pixel[0], row * picture.pixel[1]) for column, row in one.points]
    screen = [camera.screen_point(point, viewport) for point in square]
    lines = [_placed(line, camera, viewport) for line in lines_of(figure, square)]
    for line in entry.lines:
        lines += _own(line, picture, camera, viewport)
    lines += _signs(figure, entry.tool.name, screen, ratio)
    look = Look.PLAIN
    if hovered is not None and hovered.id == one.id:
        look = Look.HOVERED
    if chosen is not None and chosen.id == one.id:
        look = Look.CHOSEN
    held = {grip.handle for grip in (hovered, chosen) if grip is not None and grip.id == one.id}
    handles: tuple[Handle, ...] = ()
    if look is not Look.PLAIN and len(screen) <= MOST_HANDLES and not entry.tool.freehand:
        places = handle_places(entry, picture, camera, viewport, turning=look is Look.CHOSEN)
        handles = tuple(Handle(at, n, n in held) for n, at in enumerate(places))
        if len(places) > TURN:
            lines.append(Stroke((_halfway(places[0], places[2]), places[TURN]), dashed=True))
    tag = Tag(_tag_place(figure, lines, screen), entry.words) if entry.words else None
    return Mark(one.id, tuple(lines), handles, tag, look, ratio)


def handle_places(
    entry: Entry, picture: Picture, camera: Camera, viewport: Viewport, *, turning: bool
) -> list[Point]:
    """Where a figure can be taken hold of, in device pixels: its points; all four corners of a box and, with
    `turning`, the place beside its first side by which it is turned."""
    square = [(column * picture.pixel[0], row * picture.pixel[1]) for column, row in entry.annotation.points]
    box = entry.tool.figure in BOXES and len(square) > 1
    places = [camera.screen_point(point, viewport) for point in (corners(square) if box else square)]
    if box and turning:
        places.append(_turn_place(places, viewport.ratio))
    return places


def _turn_place(places: Sequence[Point], ratio: float) -> Point:
    """Outside of the first side, whatever the zoom."""
    at, middle = _halfway(places[0], places[2]), _halfway(places[0], places[1])
    way = at[0] - middle[0], at[1] - middle[1]
    length = math.hypot(*way)
    if not length:
        return at[0], at[1] - TURN_AWAY * ratio
    share = TURN_AWAY * ratio / length
    return at[0] + share * way[0], at[1] + share * way[1]


def _halfway(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def _own(line: Line, picture: Picture, camera: Camera, viewport: Viewport) -> list[Stroke]:
    points = tuple(to_screen(point, picture, camera, viewport) for point in line.points)
    if len(points) == 1:
        return _cross(points[0], CROSS * viewport.ratio)
    return [Stroke(points, line.closed, line.helping)]


def _placed(line: Line, camera: Camera, viewport: Viewport) -> Stroke:
    points = tuple(camera.screen_point(point, viewport) for point in line.points)
    return Stroke(points, line.closed, line.helping)


def _tag_place(figure: Figure, lines: Sequence[Stroke], screen: Sequence[Point]) -> Point:
    """The rightmost place of the figure: words run to the right from there."""
    if figure is Figure.ARROW and screen:
        return screen[-1]
    places = [point for line in lines if not line.dashed for point in line.points] or list(screen)
    return max(places)


def _signs(figure: Figure, tool: str, screen: Sequence[Point], ratio: float) -> list[Stroke]:
    """What has a size on the screen, whatever the zoom."""
    if figure is Figure.ARROW and len(screen) > 1:
        return [_head(screen[0], screen[1], ratio)]
    if figure is Figure.POINT and screen:
        return _cross(screen[0], CROSS * ratio)
    if tool == "angle" and len(screen) == 3:
        return _arc(screen[1], screen[0], screen[2], ARC * ratio)
    return []


def _head(tip: Point, tail: Point, ratio: float) -> Stroke:
    angle = math.atan2(tail[1] - tip[1], tail[0] - tip[0])
    size = HEAD * ratio
    ends = [
        (tip[0] + size * math.cos(angle + turn), tip[1] + size * math.sin(angle + turn))
        for turn in (-0.42, 0.42)
    ]
    return Stroke((ends[0], tip, ends[1]))


def _cross(at: Point, size: float) -> list[Stroke]:
    """Open in the middle: the pixel that is meant stays in sight."""
    gap = size / 3
    return [
        Stroke(((at[0] + x * gap, at[1] + y * gap), (at[0] + x * size, at[1] + y * size)))
        for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1))
    ]


def _arc(vertex: Point, one: Point, other: Point, radius: float) -> list[Stroke]:
    sides = [math.hypot(end[0] - vertex[0], end[1] - vertex[1]) for end in (one, other)]
    radius = min(radius, min(sides) * 0.6)
    if radius < 4:
        return []
    start = math.atan2(one[1] - vertex[1], one[0] - vertex[0])
    turn = math.atan2(other[1] - vertex[1], other[0] - vertex[0]) - start
    turn = (turn + math.pi) % (2 * math.pi) - math.pi
    angles = [start + turn * n / 24 for n in range(25)]
    return [
        Stroke(tuple((vertex[0] + radius * math.cos(t), vertex[1] + radius * math.sin(t)) for t in angles))
    ]


# --- what lies under a place ----------------------------------------------------------------------


def grip_at(
    marks: Sequence[Mark],
    entries: Sequence[Entry],
    places: Sequence[Sequence[Point]],
    at: Point,
    reach: float,
) -> Grip | None:
    """The handle or figure under a device pixel position, within `reach`: handles first, the nearest wins.

    `places` are the screen positions of the points of each of `entries`.
    """
    best: tuple[float, Grip] | None = None
    for entry, points in zip(entries, places, strict=True):
        if len(points) > MOST_HANDLES:
            continue
        for number, point in enumerate(points):
            way = math.hypot(at[0] - point[0], at[1] - point[1])
            if way <= reach and (best is None or way < best[0]):
                best = way, Grip(entry.annotation.id, number)
    if best is not None:
        return best[1]
    for mark in marks:
        way = min((_way_to(stroke, at) for stroke in mark.strokes if not stroke.dashed), default=math.inf)
        if way <= reach and (best is None or way < best[0]):
            best = way, Grip(mark.id)
    if best is None:
        worded = [mark for mark in marks if not mark.strokes and _in_words(mark, at)]
        return Grip(worded[-1].id) if worded else None
    return best[1]


def _in_words(mark: Mark, at: Point) -> bool:
    """Whether a place lies on words that stand alone; how wide they are is judged by their letters."""
    if mark.tag is None:
        return False
    width = (ASIDE + LETTER * max(len(line) for line in mark.tag.lines)) * mark.ratio
    height = LINE * len(mark.tag.lines) * mark.ratio
    x, y = at[0] - mark.tag.at[0], at[1] - mark.tag.at[1]
    return 0 <= x <= width and abs(y) <= height / 2


def _way_to(stroke: Stroke, at: Point) -> float:
    points = (*stroke.points, stroke.points[0]) if stroke.closed else stroke.points
    return min((_way_to_piece(at, a, b) for a, b in pairwise(points)), default=math.inf)


def _way_to_piece(at: Point, a: Point, b: Point) -> float:
    x, y = b[0] - a[0], b[1] - a[1]
    square = x * x + y * y
    share = max(0.0, min(1.0, ((at[0] - a[0]) * x + (at[1] - a[1]) * y) / square)) if square else 0.0
    return math.hypot(at[0] - a[0] - share * x, at[1] - a[1] - share * y)
