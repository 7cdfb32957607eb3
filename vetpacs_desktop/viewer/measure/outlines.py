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
    """Heights at which the edges `some` meet later edges."""
    one = (ends - starts)[some][:, None, :]
    other = (ends - starts)[None, :, :]
    gap = starts[None, :, :] - starts[some][:, None, :]
    cross = one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        along = (gap[..., 0] * other[..., 1] - gap[..., 1] * other[..., 0]) / cross
        beside = (gap[..., 0] * one[..., 1] - gap[..., 1] * one[..., 0]) / cross
        meets = (along >= 0) & (along <= 1) & (beside >= 0) & (beside <= 1)
    later = np.arange(len(starts))[None, :] > some[:, None] + 1
    first_and_last = (some[:, None] == 0) & (np.arange(len(starts))[None, :] == len(starts) - 1)
    meets &= later & ~first_and_last
    first, second = np.nonzero(meets)
    heights: Floats = starts[some[first], 1] + along[first, second] * one[first, 0, 1]
    return heights


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
