"""Which pixels lie inside a shape: those whose centre does, the edge counted in.

A shape becomes rows of spans instead of a mask, which costs its height and not its area. Pure functions in
pixel coordinates; millimetres and the shape of pixels don't matter to what lies inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.measure.calibration import Point

EDGE = 1e-9
"""Pixels by which a centre may miss the edge and still lie on it: the noise of doubles."""

Whole = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Spans:
    """Pixels `starts` to `stops` (exclusive) of each of `rows`, in reading order, none twice."""

    rows: Whole
    starts: Whole
    stops: Whole

    @property
    def count(self) -> int:
        """Pixels in all."""
        return int((self.stops - self.starts).sum())

    def gather(self, image: NDArray[Any]) -> NDArray[Any]:
        """The pixels of `image` (rows, cols, ...) one after the other, (count, ...)."""
        pieces = [
            image[row, start:stop]
            for row, start, stop in zip(
                self.rows.tolist(), self.starts.tolist(), self.stops.tolist(), strict=True
            )
        ]
        gathered: NDArray[Any] = np.concatenate(pieces) if pieces else image[:0, 0]
        return gathered


def rectangle_spans(first: Point, second: Point, size: tuple[int, int]) -> Spans:
    """Between two opposite corners; `size` of the image is (columns, rows)."""
    low, high = np.minimum(first, second), np.maximum(first, second)
    rows = _whole_rows(float(low[1]), float(high[1]), size[1])
    ends = np.full((2, len(rows)), ((low[0],), (high[0],)), np.float64)
    return _spans(rows, ends[0], ends[1], size)


def ellipse_spans(center: Point, radii: tuple[float, float], size: tuple[int, int]) -> Spans:
    """An upright ellipse of `radii` (across, down) in pixels."""
    rows = _whole_rows(center[1] - radii[1], center[1] + radii[1], size[1])
    share = (rows - center[1]) / radii[1] if radii[1] > 0 else np.zeros(len(rows))
    half = radii[0] * np.sqrt(np.maximum(1.0 - share * share, 0.0))
    return _spans(rows, center[0] - half, center[0] + half, size)


def slanted_ellipse_spans(center: Point, one: Point, other: Point, size: tuple[int, int]) -> Spans:
    """An ellipse from two half diameters that halve each other's chords (conjugate ones), in pixels."""
    (px, py), (qx, qy) = one, other
    determinant = px * qy - py * qx
    reach = float(np.hypot(py, qy))
    rows = _whole_rows(center[1] - reach, center[1] + reach, size[1])
    if not determinant or not reach:
        return _spans(rows[:0], np.zeros(0), np.zeros(0), size)
    # Places c + u*p + v*q with u^2 + v^2 = 1: in a row the middle and half width follow from its height.
    height = (rows - center[1]) / reach
    middle = center[0] + height * (px * py + qx * qy) / reach
    half = abs(determinant) / reach * np.sqrt(np.maximum(1.0 - height * height, 0.0))
    return _spans(rows, middle - half, middle + half, size)


def polygon_spans(points: Sequence[Point], size: tuple[int, int]) -> Spans:
    """Everything that a closed outline surrounds, also where it crosses itself (non-zero winding)."""
    corners = np.asarray(points, np.float64)
    rows, places, signs = _crossings(corners, size[1])
    order = np.lexsort((places, rows))
    rows, places, signs = rows[order], places[order], signs[order]
    winding = np.cumsum(signs)
    opens, closes = np.flatnonzero(winding == signs), np.flatnonzero(winding == 0)
    edge_rows, edge_from, edge_to = _flat_edges(corners)
    return _united(
        np.concatenate((rows[opens], rows, edge_rows)),
        np.concatenate((places[opens], places, edge_from)),
        np.concatenate((places[closes], places, edge_to)),
        size,
    )


def _crossings(corners: Floats, height: int) -> tuple[Whole, Floats, Whole]:
    """(row, column, direction) of every meeting of an edge with a row of pixels; upper ends count, lower
    ones don't, so that edges that share a corner meet a row once."""
    start, end = corners, np.roll(corners, -1, axis=0)
    top, bottom = np.minimum(start[:, 1], end[:, 1]), np.maximum(start[:, 1], end[:, 1])
    first = np.clip(np.ceil(top), 0, height).astype(np.int64)
    counts = np.maximum(np.clip(np.ceil(bottom), 0, height).astype(np.int64) - first, 0)
    edge = np.repeat(np.arange(len(corners)), counts)
    rows = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts) + first[edge]
    rise = end[edge, 1] - start[edge, 1]
    share = (rows - start[edge, 1]) / rise
    places = start[edge, 0] + share * (end[edge, 0] - start[edge, 0])
    return rows, places, np.sign(rise).astype(np.int64)


def _flat_edges(corners: Floats) -> tuple[Whole, Floats, Floats]:
    """Edges that run along a row, and corners that lie on one: the crossings may leave them out."""
    following = np.roll(corners, -1, axis=0)
    at = np.round(corners[:, 1])
    on_row = np.abs(corners[:, 1] - at) <= EDGE
    along = on_row & (np.abs(following[:, 1] - at) <= EDGE)
    other = np.where(along, following[:, 0], corners[:, 0])
    low, high = np.minimum(corners[:, 0], other), np.maximum(corners[:, 0], other)
    return at[on_row].astype(np.int64), low[on_row], high[on_row]


def _whole_rows(low: float, high: float, height: int) -> Whole:
    first, last = max(np.ceil(low - EDGE), 0), min(np.floor(high + EDGE), height - 1)
    return np.arange(int(first), int(last) + 1, dtype=np.int64)


def _ends(low: Floats, high: Floats, width: int) -> tuple[Whole, Whole]:
    starts = np.clip(np.ceil(low - EDGE), 0, width).astype(np.int64)
    stops = np.clip(np.floor(high + EDGE) + 1, 0, width).astype(np.int64)
    return starts, stops


def _spans(rows: Whole, low: Floats, high: Floats, size: tuple[int, int]) -> Spans:
    starts, stops = _ends(low, high, size[0])
    full = stops > starts
    return Spans(rows[full], starts[full], stops[full])


def _united(rows: Whole, low: Floats, high: Floats, size: tuple[int, int]) -> Spans:
    """Spans that may overlap as spans that don't: count how many are open at each end."""
    starts, stops = _ends(low, high, size[0])
    full = (stops > starts) & (rows >= 0) & (rows < size[1])
    rows, starts, stops = rows[full], starts[full], stops[full]
    stride = size[0] + 1
    places = np.concatenate((rows * stride + starts, rows * stride + stops))
    steps = np.repeat(np.array((1, -1), np.int64), len(rows))
    order = np.lexsort((-steps, places))
    open_now = np.cumsum(steps[order])
    begins = places[order][(open_now == 1) & (steps[order] == 1)]
    finishes = places[order][open_now == 0]
    line = begins // stride
    return Spans(line, begins - line * stride, finishes - line * stride)
