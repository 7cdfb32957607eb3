"""A window for pictures that bring none: from the values themselves, without their background.

Owns deciding which pixels are animal; pure functions on modality values.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.description import VoiFunction, Window

_SAMPLES = 1 << 16
_LOW, _HIGH = 0.5, 99.5
_SPIKE = 0.05
"""A lowest or highest value that more than 5 % of the pixels share exactly is air, lead or saturation."""
_FLAT = 0.02
"""A border row whose values span less than 2 % of the picture's is a collimator's shadow or paper."""
_MOST_CUT = 0.4


def automatic_window(values: NDArray[Any], mask: NDArray[np.bool_] | None = None) -> Window:
    """The window from the 0.5th to the 99.5th percentile of what is not background.

    `values` (rows, cols) modality values, `mask` True at padding. Looks at 65,536 pixels at most, spread
    evenly. A constant picture gets a window of width 1 around its value: it shows as middle grey.
    """
    step = max(int(np.ceil(np.sqrt(values.size / _SAMPLES))), 1)
    sample = values[::step, ::step].astype(np.float64)
    keep = np.isfinite(sample)
    if mask is not None:
        keep &= ~mask[::step, ::step]
    seen = keep & ~_spikes(sample, keep)
    inside = _inside_collimator(sample, keep)
    kept = sample[inside][seen[inside]]
    if not kept.size or kept.min() == kept.max():  # one value is no picture: the rest was no background
        kept = sample[keep]
    return window_around(kept, whole=values.dtype.kind in "iu")


def _inside_collimator(sample: NDArray[np.float64], keep: NDArray[np.bool_]) -> tuple[slice, slice]:
    """Cut border rows and columns that hold almost one value, up to 40 % from each side."""
    if min(sample.shape) < 8 or not keep.any():
        return slice(None), slice(None)
    low, high = np.percentile(sample[keep], (1, 99))
    flat = max((high - low) * _FLAT, 0.0)
    kept = np.where(keep, sample, np.nan)
    return _cut(kept, flat), _cut(kept.T, flat)


def _cut(rows: NDArray[np.float64], flat: float) -> slice:
    most = int(len(rows) * _MOST_CUT)
    busy = _spread(rows) > flat
    front = int(np.argmax(busy[:most])) if busy[:most].any() else most
    back = int(np.argmax(busy[::-1][:most])) if busy[::-1][:most].any() else most
    return slice(front, len(rows) - back) if busy.any() else slice(None)


def _spread(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each row, from the 5th to the 95th percentile of what is a number; 0 for an empty row."""
    ordered = np.sort(rows, axis=1)  # what is no number goes to the end
    last = np.maximum(np.count_nonzero(~np.isnan(rows), axis=1) - 1, 0)
    row = np.arange(len(rows))
    spread = (
        ordered[row, np.rint(last * 0.95).astype(np.intp)]
        - ordered[row, np.rint(last * 0.05).astype(np.intp)]
    )
    known: NDArray[np.float64] = np.nan_to_num(spread)
    return known


def _spikes(sample: NDArray[np.float64], keep: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """True at lowest and highest values that too many pixels share."""
    found = np.zeros(sample.shape, bool)
    if not keep.any():
        return found
    for edge in (sample[keep].min(), sample[keep].max()):
        at_edge = keep & (sample == edge)
        if at_edge.sum() > keep.sum() * _SPIKE:
            found |= at_edge
    return found


def window_around(kept: NDArray[np.float64], *, whole: bool) -> Window:
    """The window from the 0.5th to the 99.5th percentile of values (n,); `whole` for whole numbers."""
    if kept.size == 0:
        return Window(0.5, 1.0, VoiFunction.LINEAR_EXACT)
    low, high = (float(end) for end in np.percentile(kept, (_LOW, _HIGH)))
    if not high > low:
        low, high = float(kept.min()), float(kept.max())
    if not high > low:
        return Window(low, max(1.0, abs(low) * 1e-6), VoiFunction.LINEAR_EXACT)
    if whole:
        low, high = float(np.floor(low)), float(np.ceil(high))
        return Window((low + high + 1.0) / 2.0, high - low + 1.0)
    return Window((low + high) / 2.0, high - low, VoiFunction.LINEAR_EXACT)
