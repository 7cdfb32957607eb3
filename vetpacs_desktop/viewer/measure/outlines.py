"""The area inside a closed outline, also of one that crosses itself as a hand-drawn one may.

Pure geometry in true space.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SAME_AREA = 1e-6
"""Relative difference up to which an outline only touches itself."""
_MOST_PAIRS = 1 << 20


def enclosed_area(true: Floats) -> tuple[float, bool]:
    """(area of all that is surrounded, whether the outline crosses itself) of (n, 2) corners."""
    corners = true[np.any(true != np.roll(true, 1, axis=0), axis=1)]
    if len(corners) < 3:
        return 0.0, False
    corners = corners - corners.mean(axis=0)
    plain = abs(_signed_area(corners))
    heights = _meeting_heights(corners)
    if not len(heights):
        return plain, False
    area = _swept_area(corners, heights)
    return area, not math.isclose(area, plain, rel_tol=SAME_AREA)


def _signed_area(corners: Floats) -> float:
    following = np.roll(corners, -1, axis=0)
    return float((corners[:, 0] * following[:, 1] - following[:, 0] * corners[:, 1]).sum()) / 2


def _meeting_heights(corners: Floats) -> Floats:
    """The heights (second coordinate) at which two edges that are no neighbours cross or touch."""
    ends = np.roll(corners, -1, axis=0)
    count = len(corners)
    rows = max(_MOST_PAIRS // count, 1)
    found = [
        _meetings_of(corners, ends, np.arange(start, min(start + rows, count)))
        for start in range(0, count, rows)
    ]
    return np.unique(np.concatenate(found))


def _meetings_of(starts: Floats, ends: Floats, some: NDArray[np.intp]) -> Floats:
    """Heights at which the edges `some` meet later edges; most pairs are far apart and cost little."""
    first, second = _near_pairs(starts, ends, some)
    one, other = (ends - starts)[first], (ends - starts)[second]
    gap = starts[second] - starts[first]
    cross = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    slanted = cross != 0
    one, other, gap, cross, first = one[slanted], other[slanted], gap[slanted], cross[slanted], first[slanted]
    along = (gap[:, 0] * other[:, 1] - gap[:, 1] * other[:, 0]) / cross
    beside = (gap[:, 0] * one[:, 1] - gap[:, 1] * one[:, 0]) / cross
    meets = (along >= 0) & (along <= 1) & (beside >= 0) & (beside <= 1)
    heights: Floats = (starts[first, 1] + along * one[:, 1])[meets]
    return heights


def _near_pairs(
    starts: Floats, ends: Floats, some: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Edges `some` and later ones, neighbours apart, whose boxes overlap."""
    low, high = np.minimum(starts, ends), np.maximum(starts, ends)
    near = np.arange(len(starts))[None, :] > some[:, None] + 1
    for axis in (0, 1):
        near &= low[some, None, axis] <= high[None, :, axis]
        near &= high[some, None, axis] >= low[None, :, axis]
    first, second = np.nonzero(near)
    first = some[first]
    apart = ~((first == 0) & (second == len(starts) - 1))
    return first[apart], second[apart]


def _swept_area(corners: Floats, crossings: Floats) -> float:
    """Between two heights at which something happens no edges cross, so the width in the middle is exact."""
    levels = np.unique(np.concatenate((corners[:, 1], crossings)))
    ends = np.roll(corners, -1, axis=0)
    rise = ends[:, 1] - corners[:, 1]
    total = 0.0
    for low, high in zip(levels[:-1].tolist(), levels[1:].tolist(), strict=True):
        middle = (low + high) / 2
        there = (np.minimum(corners[:, 1], ends[:, 1]) < middle) & (
            np.maximum(corners[:, 1], ends[:, 1]) > middle
        )
        share = (middle - corners[there, 1]) / rise[there]
        places = corners[there, 0] + share * (ends[there, 0] - corners[there, 0])
        order = np.argsort(places, kind="stable")
        winding = np.cumsum(np.sign(rise[there])[order])[:-1]
        total += float(np.diff(places[order])[winding != 0].sum()) * (high - low)
    return total
