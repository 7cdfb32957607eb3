"""Statistics of pixel values: mean, deviation, extremes and histogram, in the values' own unit.

Owns the arithmetic alone. Background and what is no number are left out; with nothing left there is no
result, never a NaN. The standard deviation is that of the pixels themselves (divided by their number).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.measure.image import PixelValues
from vetpacs_desktop.viewer.measure.spans import Spans

BINS = 64
"""Most bins of a histogram."""
_BLOCK = 1 << 17
_SMALL_BLOCK = 1 << 15


@dataclass(frozen=True, slots=True)
class Summary:
    """Of `count` values; the histogram's bin n begins at `low` + n * `step`."""

    count: int
    mean: float
    deviation: float
    least: float
    most: float
    low: float
    step: float
    bins: tuple[int, ...]


def summaries(pixels: PixelValues, spans: Spans) -> tuple[Summary, ...]:
    """One for grey, three for colour (red, green, blue), none where no pixel is left."""
    inside = spans.gather(pixels.values)
    if pixels.left_out is not None:
        inside = inside[~spans.gather(pixels.left_out)]
    if not len(inside):
        return ()
    if inside.ndim == 1:
        found = [summary(inside)]
    else:
        found = [summary(inside[:, channel]) for channel in range(inside.shape[1])]
    return tuple(one for one in found if one is not None)


def summary(values: NDArray[Any]) -> Summary | None:
    """Of one-dimensional uint8, int16, uint16 or real values; None where no number is among them."""
    if values.dtype == np.int8:
        values = values.astype(np.int16)
    if values.dtype.kind in "iu" and values.dtype.itemsize <= 2:
        return _of_whole(values) if len(values) else None
    return _of_real(values)


def _of_whole(values: NDArray[Any]) -> Summary:
    """By counting how often each value occurs, which is exact and reads every pixel once."""
    shift = 1 << 15 if values.dtype == np.int16 else 0
    top = 1 << (8 * values.dtype.itemsize)
    counts = np.zeros(top, np.int64)
    for start in range(0, len(values), _BLOCK):
        block = values[start : start + _BLOCK]
        if shift:
            block = block.view(np.uint16) ^ np.uint16(shift)
        counts += np.bincount(block, minlength=top)
    present = np.flatnonzero(counts)
    often, kinds = counts[present], present - shift
    mean = int((often * kinds).sum()) / len(values)
    spread = float((often * (kinds - mean) ** 2).sum()) / len(values)
    low, step = int(kinds[0]), -(-(int(kinds[-1]) - int(kinds[0]) + 1) // BINS)
    bins = np.bincount((kinds - low) // step, weights=often).astype(np.int64)
    return Summary(
        len(values),
        mean,
        math.sqrt(spread),
        float(low),
        float(kinds[-1]),
        float(low),
        float(step),
        _whole(bins),
    )


def _of_real(values: NDArray[Any]) -> Summary | None:
    """In double precision and relative to a value in the middle, so that large offsets cost no digits."""
    good = np.isfinite(values)
    if not good.all():
        values = values[good]
    if not len(values):
        return None
    least, most = float(values.min()), float(values.max())
    middle = least / 2 + most / 2
    step = (most - least) / BINS
    total = square = 0.0
    bins = np.zeros(BINS + 1 if step else 1, np.int64)
    for start in range(0, len(values), _SMALL_BLOCK):
        block = values[start : start + _SMALL_BLOCK].astype(np.float64)
        block -= middle
        if step:
            places = (block * (1.0 / step) + BINS / 2).astype(np.intp)
            bins += np.bincount(places, minlength=BINS + 1)
        total += float(block.sum())
        square += float(np.einsum("i,i->", block, block))
    if step:  # the largest value belongs to the last bin
        bins = np.concatenate((bins[: BINS - 1], [bins[BINS - 1] + bins[BINS]]))
    else:
        bins[0] = len(values)
    off = total / len(values)
    spread = max(square / len(values) - off * off, 0.0)
    return Summary(
        len(values), middle + off, math.sqrt(spread), least, most, least, step or 1.0, _whole(bins)
    )


def _whole(bins: NDArray[np.int64]) -> tuple[int, ...]:
    return tuple(int(one) for one in bins.tolist())
