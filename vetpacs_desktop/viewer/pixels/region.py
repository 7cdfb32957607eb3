"""A window from what a drawn region holds: the region's darkest is black, its brightest white.

Pure functions on modality values. The region may lie askew in the image, for the picture may be turned.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.pixels.automatic import window_around

MOST = 1 << 18
"""Values that are looked at; of a larger region every second, third ... row and column."""
LABEL = "Region"

Point = tuple[float, float]


def region_window(
    values: NDArray[Any], mask: NDArray[np.bool_] | None, corners: Sequence[Point]
) -> Window | None:
    """The window of a parallelogram; None where it holds nothing but padding, or lies beside the image.

    `values` (rows, columns) modality values, `mask` True at padding, `corners` three corners in a row as
    (column, row), a pixel's centre at whole numbers. From the 0.5th to the 99.5th percentile, as automatic
    windows are: one dead pixel or one letter of lead must not decide. A region of one value is middle grey.
    """
    a, b, c = corners[:3]
    ends = (a, b, c, (a[0] + c[0] - b[0], a[1] + c[1] - b[1]))
    rows, columns = values.shape[:2]
    top, bottom = _range([y for _, y in ends], rows)
    left, right = _range([x for x, _ in ends], columns)
    if top >= bottom or left >= right:
        return None
    step = max(1, math.ceil(math.sqrt((bottom - top) * (right - left) / MOST)))
    part = values[top:bottom:step, left:right:step]
    inside = _inside(a, b, c, np.arange(left, right, step), np.arange(top, bottom, step))
    if mask is not None:
        inside &= ~mask[top:bottom:step, left:right:step]
    if part.dtype.kind == "f":
        inside &= np.isfinite(part)
    held = part[inside].astype(np.float64)
    if held.size == 0:
        return None
    return replace(window_around(held, whole=values.dtype.kind in "iu"), label=LABEL)


def _range(places: Sequence[float], count: int) -> tuple[int, int]:
    """The pixels that a region reaches, those it only touches with it: a small one is still of something."""
    return max(math.floor(min(places) + 0.5), 0), min(math.floor(max(places) + 0.5) + 1, count)


def _inside(
    a: Point, b: Point, c: Point, columns: NDArray[np.intp], rows: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Pixels whose centre lies within the parallelogram, or within half a pixel of it."""
    x, y = columns[np.newaxis, :] - b[0], rows[:, np.newaxis] - b[1]
    inside = np.ones((len(rows), len(columns)), bool)
    for end, other in ((a, c), (c, a)):
        side, beside = (end[0] - b[0], end[1] - b[1]), (other[0] - b[0], other[1] - b[1])
        # The part along `side`, measured across `beside`: skew regions have no right angles in the image.
        whole = side[0] * beside[1] - side[1] * beside[0]
        share = (x * beside[1] - y * beside[0]) / (whole or 1e-9)
        length = abs(whole) / max(math.hypot(*beside), 1e-9)
        slack = 0.5 / max(length, 1e-9)
        inside &= (share >= -slack) & (share <= 1 + slack)
    return inside
