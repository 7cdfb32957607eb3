"""Where a figure of the animal meets a picture that it does not lie in: points, and pieces inside the slab.

Pure geometry; (column, row) of the picture. What lies in the picture as a whole is `pane.shown_in`'s.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.annotations import Annotation, ImageRef, Point
from vetpacs_desktop.viewer.figures import Line, lines_of
from vetpacs_desktop.viewer.measure.circles import circle_through
from vetpacs_desktop.viewer.measure.measured import NotMeasurable
from vetpacs_desktop.viewer.measure.tool import Figure
from vetpacs_desktop.viewer.measure.tools import TOOLS
from vetpacs_desktop.viewer.spatial.pane import FREE, Pane, flat_points, lifted, shown_in
from vetpacs_desktop.viewer.spatial.placed import Placed

Floats = NDArray[np.float64]
SAME = 1.0
"""Pixels within which two crossings are one."""


def crossing(one: Annotation, pane: Pane) -> tuple[Line, ...]:
    """What a picture shows of a figure that crosses it: single points, and what of it lies in the slab."""
    placed = one.space
    if placed is None or placed.frame_of_reference_uid != pane.space:
        return ()
    lines: list[Line] = []
    points: list[Point] = []
    for path, closed in paths_of(one.tool, placed):
        found = pane.pixels(path)
        lines += _within(found, closed, pane)
        for point in _through(found, closed, pane.half_mm):
            others = (*points, *(end for line in lines for end in line.points))
            if _on(point, pane) and all(np.hypot(*np.subtract(point, other)) > SAME for other in others):
                points.append(point)
    return (*lines, *(Line((point,)) for point in points))


def flat_crossing(one: Annotation, own: Pane, pane: Pane) -> tuple[Line, ...]:
    """What a picture shows of a figure that is kept on another, `own`, by its pixels: all of it where the
    picture holds all of it, with its single points, else where it crosses."""
    if not one.points or own.space != pane.space:
        return ()
    placed = replace(one, image=ImageRef(""), points=(), space=lifted(own, one.points))
    seen = shown_in(placed, pane)
    if seen is None:
        return crossing(placed, pane)
    lines = lines_of(TOOLS[one.tool].figure, _fit(TOOLS[one.tool].figure, seen.points))
    return lines or tuple(Line((point,)) for point in seen.points)


def paths_of(tool: str, placed: Placed) -> Iterator[tuple[Floats, bool]]:
    """The lines of a figure as (n, 3) places, and whether each is closed."""
    places = np.asarray(placed.places, np.float64)
    if placed.rings:
        for ring in placed.outlines:
            yield np.asarray(ring, np.float64), True
    elif TOOLS[tool].figure is Figure.LINES:
        for n in range(0, len(places) - 1, 2):
            yield places[n : n + 2], False
    elif tool in FREE:
        yield places, False
    else:
        axes = np.stack((placed.right, placed.down))
        flat = flat_points(placed)
        for line in lines_of(TOOLS[tool].figure, _fit(TOOLS[tool].figure, flat)):
            if len(line.points) > 1:
                yield places[0] + np.asarray(line.points) @ axes, line.closed


def _fit(figure: Figure, flat: tuple[Point, ...]) -> tuple[Point, ...]:
    """Points that make a figure; of a circle that is none, nothing."""
    if figure is not Figure.CIRCLE:
        return flat
    try:
        circle_through(np.asarray(flat))
    except NotMeasurable:
        return ()
    return flat


def _within(found: Floats, closed: bool, pane: Pane) -> list[Line]:
    """Pieces that lie in the slab from end to end."""
    inside = np.abs(found[:, 2]) <= pane.half_mm
    points = [(column, row) for column, row, _ in found.tolist()]
    if inside.all():
        return [Line(tuple(points), closed=closed)] if len(points) > 1 else []
    both = inside & np.roll(inside, -1)
    count = len(points) if closed else len(points) - 1
    return [Line((points[n], points[(n + 1) % len(points)])) for n in range(count) if both[n]]


def _through(found: Floats, closed: bool, half: float) -> Iterator[Point]:
    """Where a path goes through the middle of the picture."""
    path = [*found, found[0]] if closed else [*found]
    for a, b in pairwise(path):
        if abs(a[2]) <= half and abs(b[2]) <= half:
            continue
        if (a[2] <= 0 < b[2]) or (b[2] <= 0 < a[2]):
            share = a[2] / (a[2] - b[2])
            yield float(a[0] + share * (b[0] - a[0])), float(a[1] + share * (b[1] - a[1]))


def _on(point: Point, pane: Pane) -> bool:
    return -0.5 <= point[0] <= pane.columns - 0.5 and -0.5 <= point[1] <= pane.rows - 0.5
