"""Thin smooth lines as triangles: a bright core over a dark edge, faded over one pixel at their sides.

No multisampling and no driver's line smoothing is needed, so lines look alike on every computer. Pure numpy:
device pixel positions in, corners with colours out. Knows no VTK.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rgb = tuple[int, int, int]

EDGE: Rgb = (0, 0, 0)
EDGE_ALPHA = 0.8
CORE_WIDTH = 1.5
EDGE_WIDTH = 4.0
"""Logical pixels."""
SHARP = math.cos(math.radians(35))
"""A corner that turns by more is drawn as two ends, not as a bend."""
DASH, GAP = 5.0, 4.0
MOST_DASHES = 2000
PLATE_ALPHA = 0.5
PLATE_MARGIN = 4


@dataclass(frozen=True, eq=False, slots=True)
class Mesh:
    """Triangles: (n, 2) places, (n, 4) uint8 colours, (m, 3) corners by number."""

    places: NDArray[np.float32]
    colours: NDArray[np.uint8]
    triangles: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pen:
    """What a line is drawn with."""

    colour: Rgb
    ratio: float = 1.0
    """Device pixels of a logical one."""


def mesh_of(
    strokes: Sequence[tuple[Sequence[tuple[float, float]], bool, bool, Pen]],
    plates: Sequence[tuple[float, float, float, float]] = (),
) -> Mesh:
    """One mesh for (points, closed, dashed, pen): all dark edges first, then all cores.

    `plates` are (left, top, right, bottom) of shades under words, below everything.
    """
    return joined([plates_mesh(plates), *layers_of(strokes)])


def layers_of(strokes: Sequence[tuple[Sequence[tuple[float, float]], bool, bool, Pen]]) -> tuple[Mesh, Mesh]:
    """The dark edges of strokes, and their cores."""
    pieces = [
        (part, pen) for points, closed, dashed, pen in strokes for part in _parts(points, closed, dashed, pen)
    ]
    alike: dict[tuple[int, Pen], list[Floats]] = defaultdict(list)
    for part, pen in pieces:
        alike[len(part), pen].append(part)
    # Runs of equally many places are worked out together: a dashed line is dozens of them.
    groups = [(np.stack(parts), pen) for (_, pen), parts in alike.items()]
    edges = [_ribbons(parts, EDGE_WIDTH * pen.ratio, EDGE, EDGE_ALPHA) for parts, pen in groups]
    cores = [_ribbons(parts, CORE_WIDTH * pen.ratio, pen.colour, 1.0) for parts, pen in groups]
    return joined(edges), joined(cores)


def plates_mesh(plates: Sequence[tuple[float, float, float, float]]) -> Mesh:
    """Shades under words."""
    return joined([_plate(box) for box in plates])


def _parts(points: Sequence[tuple[float, float]], closed: bool, dashed: bool, pen: Pen) -> Iterable[Floats]:
    """Runs without a sharp corner, each at least two places long."""
    path = np.asarray(points, np.float64).reshape(-1, 2)
    if closed and len(path) > 2:
        path = np.vstack([path, path[:1]])
    if len(path) < 2:
        return []
    path = path[np.concatenate([[True], np.hypot(*np.diff(path, axis=0).T) > 1e-3])]
    if len(path) < 2:
        return []
    if dashed:
        return _dashes(path, pen.ratio)
    ways = np.diff(path, axis=0)
    ways /= np.hypot(*ways.T)[:, None]
    turns = np.flatnonzero((ways[:-1] * ways[1:]).sum(axis=1) < SHARP) + 1
    cuts = [0, *turns.tolist(), len(path) - 1]
    return [path[a : b + 1] for a, b in pairwise(cuts)]


def _dashes(path: Floats, ratio: float) -> list[Floats]:
    steps = np.hypot(*np.diff(path, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    starts = np.arange(0.0, along[-1], (DASH + GAP) * ratio)[:MOST_DASHES]
    ends = np.stack([starts, np.minimum(starts + DASH * ratio, along[-1])], axis=1)
    found = np.stack([np.interp(ends, along, path[:, n]) for n in (0, 1)], axis=2)
    long = np.hypot(*(found[:, 1] - found[:, 0]).T) > 0.5
    return list(found[long])


def _ribbons(paths: Floats, width: float, colour: Rgb, alpha: float) -> Mesh:
    """(runs, places, 2): four corners beside each place of each run: clear, full, full, clear."""
    ways = np.diff(paths, axis=1)
    ways /= np.hypot(ways[..., 0], ways[..., 1])[..., None]
    paths = paths.copy()
    paths[:, 0] -= ways[:, 0] * width / 2
    paths[:, -1] += ways[:, -1] * width / 2
    before = np.concatenate([ways[:, :1], ways], axis=1)
    after = np.concatenate([ways, ways[:, -1:]], axis=1)
    bisector = before + after
    bisector /= np.maximum(np.hypot(bisector[..., 0], bisector[..., 1]), 1e-9)[..., None]
    stretch = 1 / np.maximum((bisector * before).sum(axis=2), 0.5)
    normal = np.stack([-bisector[..., 1], bisector[..., 0]], axis=2) * stretch[..., None]
    outer, inner = width / 2 + 0.5, max(width / 2 - 0.5, 0.0)
    offsets = np.array([-outer, -inner, inner, outer])
    places = (paths[:, :, None, :] + normal[:, :, None, :] * offsets[None, None, :, None]).reshape(-1, 2)
    shades = np.array([0.0, 1.0, 1.0, 0.0]) * alpha * min(1.0, width)
    runs, count = paths.shape[:2]
    colours = np.empty((len(places), 4), np.uint8)
    colours[:, :3] = colour
    colours[:, 3] = np.tile(np.rint(shades * 255), runs * count)
    steps = np.arange(runs)[:, None, None] * 4 * count + np.arange(count - 1)[None, :, None] * 4
    first = (steps + np.arange(3)).reshape(-1)
    triangles = np.concatenate(
        [np.stack([first, first + 1, first + 4], 1), np.stack([first + 1, first + 5, first + 4], 1)]
    )
    return Mesh(places.astype(np.float32), colours, triangles)


def _plate(box: tuple[float, float, float, float]) -> Mesh:
    left, top, right, bottom = (round(side) for side in box)
    x, y = PLATE_MARGIN, PLATE_MARGIN // 2
    corners = [(left - x, top - y), (right + x, top - y), (right + x, bottom + y), (left - x, bottom + y)]
    colours = np.zeros((4, 4), np.uint8)
    colours[:, 3] = round(PLATE_ALPHA * 255)
    return Mesh(np.array(corners, np.float32), colours, np.array([[0, 1, 2], [0, 2, 3]], np.int64))


def joined(meshes: Sequence[Mesh]) -> Mesh:
    """Several as one, drawn in their order."""
    if not meshes:
        return Mesh(np.zeros((0, 2), np.float32), np.zeros((0, 4), np.uint8), np.zeros((0, 3), np.int64))
    starts = np.cumsum([0, *(len(mesh.places) for mesh in meshes)])[:-1]
    return Mesh(
        np.concatenate([mesh.places for mesh in meshes]),
        np.concatenate([mesh.colours for mesh in meshes]),
        np.concatenate([mesh.triangles + start for mesh, start in zip(meshes, starts, strict=True)]),
    )
