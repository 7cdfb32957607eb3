"""Thin smooth lines as shares of pixels: a bright core over a dark edge, faded over one pixel at their sides.

Worked out on the processor, so lines look alike on every computer and need no OpenGL: without a graphics card
drawing them there and reading the pixels back took most of a frame. Pure numpy: device pixel positions in,
pixels out. Knows no VTK.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Rgb = tuple[int, int, int]
Path = tuple[Sequence[tuple[float, float]], bool, bool]
"""Places, whether it is closed, whether it is dashed."""

EDGE_ALPHA = 0.8
CORE_WIDTH = 1.5
EDGE_WIDTH = 4.0
"""Logical pixels."""
SHARP = math.cos(math.radians(35))
"""A corner that turns by more is drawn as two ends, not as a bend."""
DASH, GAP = 5.0, 4.0
MOST_DASHES = 2000


@dataclass(frozen=True, eq=False, slots=True)
class Ink:
    """The pixels that lines meet, by their number in the picture, row by row; a pixel may be named twice."""

    at: NDArray[np.intp]
    edge: NDArray[np.uint8]
    """How much of each the dark edge covers, of 255: the same wherever a pixel is named."""
    core: NDArray[np.uint8]
    """And the core."""


@dataclass(frozen=True, eq=False, slots=True)
class _Pieces:
    """Straight pieces: (n, 2) places from and to, and which ends are a line's own, not a bend, (n,)."""

    start: Floats
    end: Floats
    first: NDArray[np.bool_]
    last: NDArray[np.bool_]


def ink_of(paths: Sequence[Path], ratio: float, width: int, height: int) -> Ink:
    """The ink of lines with `ratio` device pixels to a logical one, in a picture of `width` x `height`."""
    found: list[_Pieces] = [
        _pieces(points, closed, dashed, ratio) for points, closed, dashed in paths if len(points) > 1
    ]
    pieces = _Pieces(
        np.concatenate([np.zeros((0, 2)), *(one.start for one in found)]),
        np.concatenate([np.zeros((0, 2)), *(one.end for one in found)]),
        np.concatenate([np.zeros(0, np.bool_), *(one.first for one in found)]),
        np.concatenate([np.zeros(0, np.bool_), *(one.last for one in found)]),
    )
    room = (EDGE_WIDTH + 2) * ratio
    return _inked(_clipped(pieces, room, width, height), ratio, width, height)


def _pieces(points: Sequence[tuple[float, float]], closed: bool, dashed: bool, ratio: float) -> _Pieces:
    path = np.asarray(points, np.float64).reshape(-1, 2)
    if closed and len(path) > 2:
        path = np.vstack([path, path[:1]])
    path = path[np.concatenate([[True], np.hypot(*np.diff(path, axis=0).T) > 1e-3])]
    if len(path) > 1 and dashed:
        start, end = _dashes(path, ratio)
        own = np.ones(len(start), np.bool_)
        return _Pieces(start, end, own, own)
    ways = np.diff(path, axis=0)
    ways /= np.hypot(*ways.T)[:, None]
    own = np.ones(len(path), np.bool_)
    own[1:-1] = (ways[:-1] * ways[1:]).sum(axis=1) < SHARP
    if closed and len(ways) > 1 and float(ways[-1] @ ways[0]) >= SHARP:
        own[0] = own[-1] = False
    return _Pieces(path[:-1], path[1:], own[:-1], own[1:])


def _dashes(path: Floats, ratio: float) -> tuple[Floats, Floats]:
    steps = np.hypot(*np.diff(path, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    starts = np.arange(0.0, along[-1], (DASH + GAP) * ratio)[:MOST_DASHES]
    ends = np.stack([starts, np.minimum(starts + DASH * ratio, along[-1])], axis=1)
    found = np.stack([np.interp(ends, along, path[:, n]) for n in (0, 1)], axis=2)
    long = np.hypot(*(found[:, 1] - found[:, 0]).T) > 0.5
    return found[long, 0], found[long, 1]


def _clipped(pieces: _Pieces, room: float, width: int, height: int) -> _Pieces:
    """What of pieces lies in the picture, or within `room` of it: a figure may reach far out of sight."""
    way = pieces.end - pieces.start
    near, far = np.zeros(len(way)), np.ones(len(way))
    with np.errstate(divide="ignore", invalid="ignore"):
        for axis, size in ((0, width), (1, height)):
            low = (-room - pieces.start[:, axis]) / way[:, axis]
            high = (size + room - pieces.start[:, axis]) / way[:, axis]
            flat = way[:, axis] == 0
            outside = flat & ((pieces.start[:, axis] < -room) | (pieces.start[:, axis] > size + room))
            near = np.where(flat, near, np.fmax(near, np.fmin(low, high)))
            far = np.where(flat, far, np.fmin(far, np.fmax(low, high)))
            far[outside] = -1.0
    seen = far > near
    start = pieces.start + near[:, None] * way
    end = pieces.start + far[:, None] * way
    return _Pieces(start[seen], end[seen], pieces.first[seen], pieces.last[seen])


def _inked(pieces: _Pieces, ratio: float, width: int, height: int) -> Ink:
    """Every pixel near a piece, and how far from it it lies."""
    nothing = Ink(np.zeros(0, np.intp), np.zeros(0, np.uint8), np.zeros(0, np.uint8))
    if not len(pieces.start):
        return nothing
    owner, x, y = _near(pieces, EDGE_WIDTH * ratio / 2 + 0.5)
    way = pieces.end - pieces.start
    length = np.hypot(way[:, 0], way[:, 1])
    way = way / length[:, None]
    near = np.stack([pieces.start[:, 0], pieces.start[:, 1], way[:, 0], way[:, 1], length], axis=1)
    left, top, across, down, long = near.astype(np.float32)[owner].T[:, :, None]
    away_x, away_y = x - left, y - top
    aside = away_x * down
    aside -= away_y * across
    along = away_x * across
    along += away_y * down
    first, last = pieces.first[owner][:, None], pieces.last[owner][:, None]
    before, behind = -along, along - long
    beyond = np.maximum(before, behind)
    # An end of a line's own is cut straight, half the line's width beyond its place; a bend is round.
    straight = np.where(before > behind, first, last)
    bent = np.maximum(beyond, 0)
    bent[straight] = 0
    aside = np.hypot(aside, bent)
    beyond[~straight] = -np.inf
    edge = _share(aside, beyond, EDGE_WIDTH * ratio) * np.float32(EDGE_ALPHA)
    seen = (edge > 1 / 510) & (x >= 0) & (x < width) & (y >= 0) & (y < height)
    core = _share(aside[seen], beyond[seen], CORE_WIDTH * ratio)
    at = (np.floor(y)[seen].astype(np.intp)) * width + np.floor(x)[seen].astype(np.intp)
    count = width * height
    return Ink(at, most(at, _of_255(edge[seen]), count), most(at, _of_255(core), count))


def _near(pieces: _Pieces, reach: float) -> tuple[NDArray[np.intp], Singles, Singles]:
    """The centres of the pixels within `reach` of pieces: each one's number, (n,), x and y, (n, across)."""
    way = pieces.end - pieces.start
    flat = np.abs(way[:, 0]) >= np.abs(way[:, 1])
    main = np.where(flat, 0, 1)
    each = np.arange(len(way))
    room = 2 * reach
    ends = np.stack([pieces.start[each, main], pieces.end[each, main]])
    low = np.floor(ends.min(axis=0) - room)
    counts = (np.ceil(ends.max(axis=0) + room) - low).astype(np.intp)
    owner = np.repeat(each, counts)
    step = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    at = low[owner] + step + 0.5
    slope = way[each, 1 - main] / way[each, main]
    middle = pieces.start[each, 1 - main][owner] + slope[owner] * (at - pieces.start[each, main][owner])
    wide = math.ceil(2 * reach * math.sqrt(2)) + 1
    across = np.floor(middle - wide / 2 + 0.5)[:, None] + (np.arange(wide) + 0.5)
    along = np.broadcast_to(at[:, None], across.shape)
    lies = flat[owner][:, None]
    return (
        owner,
        np.where(lies, along, across).astype(np.float32),
        np.where(lies, across, along).astype(np.float32),
    )


def _share(aside: Singles, beyond: Singles, width: float) -> Singles:
    """How much of pixels a line covers that lies so far from their centres."""
    outer, inner = width / 2 + 0.5, max(width / 2 - 0.5, 0.0)
    shares = np.clip((np.float32(outer) - aside) / np.float32(outer - inner), 0, 1)
    shares *= np.clip(np.float32(width / 2 + 0.5) - beyond, 0, 1)
    found: Singles = shares * np.float32(min(1.0, width))
    return found


def _of_255(shares: Singles) -> NDArray[np.uint8]:
    return np.rint(shares * np.float32(255)).astype(np.uint8)


def most(at: NDArray[np.intp], shares: NDArray[np.uint8], count: int) -> NDArray[np.uint8]:
    """For pixels of a picture of `count`, the most of what is said of each where one is named twice."""
    whole = np.zeros(count, np.uint8)
    np.maximum.at(whole, at, shares)
    found: NDArray[np.uint8] = whole[at]
    return found
