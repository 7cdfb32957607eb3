"""Thin smooth lines as shares of pixels: a bright core over a dark edge, faded over one pixel at their sides.

Worked out on the processor, so lines look alike on every computer and need no OpenGL: without a graphics card
drawing them there and reading the pixels back took most of a frame. Pure numpy: device pixel positions in,
pixels out. Knows no VTK.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Rgb = tuple[int, int, int]
Path = tuple[Sequence[tuple[float, float]], bool, bool]
"""Places, whether it is closed, whether it is dashed."""
Ring = tuple[float, float, float]
"""The middle and the radius."""

EDGE_ALPHA = 0.8
CORE_WIDTH = 1.5
EDGE_WIDTH = 4.0
"""Logical pixels."""
SHARP = math.cos(math.radians(35))
"""A corner that turns by more is drawn as two ends, not as a bend."""
DASH, GAP = 5.0, 4.0
SHORTEST = 1e-3
"""Pixels: what is shorter has no direction."""
_TURNS = np.linspace(0, 2 * math.pi, 20, endpoint=False)
_CIRCLE = np.stack([np.cos(_TURNS), np.sin(_TURNS)], axis=1)


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
    phase: Floats
    """Where in the row of dashes a piece begins, in device pixels, (n,); infinite where it has no dashes."""


def ink_of(paths: Sequence[Path], ratio: float, width: int, height: int, rings: Sequence[Ring] = ()) -> Ink:
    """The ink of lines with `ratio` device pixels to a logical one, in a picture of `width` x `height`."""
    plain = [points for points, _, dashed in paths if len(points) == 2 and not dashed]
    broken = [points for points, _, dashed in paths if len(points) == 2 and dashed]
    found = [_straight(plain, np.inf), _straight(broken, 0.0), _round(rings)]
    found += [_bent(*path, ratio) for path in paths if len(path[0]) > 2]
    room = (EDGE_WIDTH + 2) * ratio
    return _inked(_clipped(_joined(found), room, width, height), ratio, width, height)


def _joined(found: Sequence[_Pieces]) -> _Pieces:
    return _Pieces(
        np.concatenate([one.start for one in found]),
        np.concatenate([one.end for one in found]),
        np.concatenate([one.first for one in found]),
        np.concatenate([one.last for one in found]),
        np.concatenate([one.phase for one in found]),
    )


def _straight(lines: Sequence[Sequence[tuple[float, float]]], phase: float) -> _Pieces:
    """Many single pieces at once: the lines of planes move many times a second."""
    ends = np.asarray(lines, np.float64).reshape(-1, 2, 2)
    ends = ends[np.abs(ends[:, 1] - ends[:, 0]).max(axis=1) > SHORTEST]
    own = np.ones(len(ends), np.bool_)
    return _Pieces(ends[:, 0], ends[:, 1], own, own, np.full(len(ends), phase))


def _round(rings: Sequence[Ring]) -> _Pieces:
    middles = np.asarray(rings, np.float64).reshape(-1, 3)
    corners = middles[:, np.newaxis, :2] + middles[:, np.newaxis, 2:] * _CIRCLE
    bends = np.zeros(len(rings) * len(_CIRCLE), np.bool_)
    ends = np.roll(corners, -1, axis=1)
    return _Pieces(corners.reshape(-1, 2), ends.reshape(-1, 2), bends, bends, np.full(len(bends), np.inf))


def _bent(points: Sequence[tuple[float, float]], closed: bool, dashed: bool, ratio: float) -> _Pieces:
    path = np.asarray(points, np.float64).reshape(-1, 2)
    if closed:
        path = np.vstack([path, path[:1]])
    path = path[np.concatenate([[True], np.abs(np.diff(path, axis=0)).max(axis=1) > SHORTEST])]
    ways = np.diff(path, axis=0)
    lengths = np.hypot(*ways.T)
    ways /= lengths[:, None]
    own = np.ones(len(path), np.bool_)
    own[1:-1] = (ways[:-1] * ways[1:]).sum(axis=1) < SHARP
    if closed and len(ways) > 1 and float(ways[-1] @ ways[0]) >= SHARP:
        own[0] = own[-1] = False
    period = (DASH + GAP) * ratio
    begun = np.mod(np.cumsum(lengths) - lengths, period) if dashed else np.full(len(ways), np.inf)
    return _Pieces(path[:-1], path[1:], own[:-1], own[1:], begun)


def _clipped(pieces: _Pieces, room: float, width: int, height: int) -> _Pieces:
    """What of pieces lies in the picture, or within `room` of it: a figure may reach far out of sight."""
    way = pieces.end - pieces.start
    near, far = np.zeros(len(way)), np.ones(len(way))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
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
    phase = pieces.phase + near * np.hypot(way[:, 0], way[:, 1])
    return _Pieces(start[seen], end[seen], pieces.first[seen], pieces.last[seen], phase[seen])


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
    bent = np.where(straight, 0, np.maximum(beyond, 0))
    aside = np.sqrt(aside * aside + bent * bent)
    beyond = np.where(straight, beyond, -np.inf)
    _break(beyond, along, pieces.phase.astype(np.float32)[owner], ratio)
    edge = _share(aside, beyond, EDGE_WIDTH * ratio) * np.float32(EDGE_ALPHA)
    seen = (edge > 1 / 510) & (x >= 0) & (x < width) & (y >= 0) & (y < height)
    core = _share(aside[seen], beyond[seen], CORE_WIDTH * ratio)
    at = (np.floor(y)[seen].astype(np.intp)) * width + np.floor(x)[seen].astype(np.intp)
    # Both shares fall with the distance, so the larger of two pairs is the larger of both.
    pairs = most(at, _of_255(edge[seen]).astype(np.uint16) << 8 | _of_255(core))
    return Ink(at, (pairs >> 8).astype(np.uint8), pairs.astype(np.uint8))


def _break(beyond: Singles, along: Singles, phase: Singles, ratio: float) -> None:
    """Between dashes a place lies beyond the end of the nearer one."""
    rows = np.flatnonzero(phase < np.inf)
    if len(rows):
        dash, period = np.float32(DASH * ratio), np.float32((DASH + GAP) * ratio)
        at = np.mod(along[rows] + phase[rows, None], period)
        beyond[rows] = np.maximum(beyond[rows], np.minimum(at - dash, period - at))


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
    wide = math.ceil(2 * reach * math.hypot(1, float(np.abs(slope).max()))) + 1
    lowest = np.floor(middle - wide / 2 + 0.5).astype(np.float32)
    across = lowest[:, None] + (np.arange(wide, dtype=np.float32) + np.float32(0.5))
    along, lies = at.astype(np.float32)[:, None], flat[owner][:, None]
    return owner, np.where(lies, along, across), np.where(lies, across, along)


def _share(aside: Singles, beyond: Singles, width: float) -> Singles:
    """How much of pixels a line covers that lies so far from their centres."""
    outer, inner = width / 2 + 0.5, max(width / 2 - 0.5, 0.0)
    shares = np.clip((np.float32(outer) - aside) / np.float32(outer - inner), 0, 1)
    shares *= np.clip(np.float32(width / 2 + 0.5) - beyond, 0, 1)
    found: Singles = shares * np.float32(min(1.0, width))
    return found


def _of_255(shares: Singles) -> NDArray[np.uint8]:
    whole: NDArray[np.uint8] = np.rint(shares * np.float32(255)).astype(np.uint8)
    return whole


def most(at: NDArray[np.intp], shares: NDArray[Any]) -> NDArray[Any]:
    """For pixels by their numbers, the most of what is said of each where one is named twice."""
    if not len(at):
        return shares
    first = at.min()
    whole = np.zeros(int(at.max() - first) + 1, shares.dtype)
    np.maximum.at(whole, at - first, shares)
    found: NDArray[Any] = whole[at - first]
    return found
