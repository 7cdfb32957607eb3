"""Modality values: what the numbers of a grey picture mean (PS3.3 C.11.1, C.7.5.1.1.2).

Rescale is applied per frame (MR and PET differ from slice to slice). Pure functions on stored values; colour
never comes here.
"""

from __future__ import annotations

from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.description import FrameDescription, ImageDescription, LookupTable
from vetpacs_desktop.viewer.pixels.blocks import blocks

_NO_NUMBER = 3e38
"""Real values from here on, the largest floats among them, stand for "nothing was measured"."""
_EXACT = 1 << 24
"""Whole numbers up to here are exact in float32."""
_CLOSE = 256
"""A span of less than this part of the largest value leaves float32 fewer than 32,768 steps."""
_SIXTEEN = (np.dtype(np.uint8), np.dtype(np.int16), np.dtype(np.uint16))


def frame_facts(description: ImageDescription, frame: int) -> FrameDescription:
    """What is said of one frame; files that say less than they have frames repeat the last."""
    if not description.frames:
        return FrameDescription(index=frame)
    return description.frames[min(max(frame, 0), len(description.frames) - 1)]


def modality_values(
    stored: NDArray[Any], description: ImageDescription, frame: int = 0, *, reuse: bool = False
) -> NDArray[Any]:
    """(rows, cols) in modality units: the stored array itself where nothing changes.

    Whole slope and intercept keep whole numbers: uint8, int16 or uint16 where they fit; everything else is
    float32, or float64 where that would blur what the file tells apart. Values that are no number become the
    lowest one. Colour passes through untouched. With `reuse` the stored array may be worked in, which saves
    most of the time for a CT slice.
    """
    if stored.ndim == 3:
        return stored
    facts = frame_facts(description, frame)
    if facts.modality_lut is not None and stored.dtype.kind in "iu":
        return looked_up(stored, facts.modality_lut)
    slope, intercept = rescale_of(facts)
    if stored.dtype.kind in "iu" and slope.is_integer() and intercept.is_integer():
        return _whole(stored, int(slope), int(intercept), reuse)
    return _rescaled(stored, slope, intercept)


def rescale_of(facts: FrameDescription) -> tuple[float, float]:
    """Slope and intercept; 1 and 0 in the place of what no picture could have."""
    return _sane(facts.slope, 1.0) or 1.0, _sane(facts.intercept, 0.0)


def looked_up(stored: NDArray[Any], table: LookupTable) -> NDArray[np.uint16]:
    """Each value by its place in the table; below the first and above the last take those (C.11.1.1)."""
    flat = np.ascontiguousarray(stored).reshape(-1)
    out = np.empty(flat.shape, np.uint16)
    last = len(table.values) - 1
    for part in blocks(flat.size):
        places = np.clip(flat[part].astype(np.int64) - table.first_mapped, 0, last)
        np.take(table.values, places, out=out[part])
    return out.reshape(stored.shape)


def padding_mask(stored: NDArray[Any], description: ImageDescription) -> NDArray[np.bool_] | None:
    """True where a stored value lies in the padding range (C.7.5.1.1.2) or is no number; None where no pixel
    does."""
    if stored.ndim == 2 and stored.dtype.kind == "f":
        return _without_number(stored, description.float_padding)
    if description.padding is None or stored.ndim != 2 or stored.dtype.kind not in "iu":
        return None
    limits = np.iinfo(stored.dtype)
    low, high = (_as_stored(value, description, limits.min) for value in sorted(description.padding))
    low, high = max(min(low, high), int(limits.min)), min(max(low, high), int(limits.max))
    if low > high:
        return None
    mask: NDArray[np.bool_] = stored == low if low == high else (stored >= low) & (stored <= high)
    return mask if mask.any() else None


def _without_number(stored: NDArray[Any], padding: tuple[float, float] | None) -> NDArray[np.bool_] | None:
    """Floats that mean nothing: NaN, infinities, the largest floats, and the padding (C.7.6.24, C.7.6.25)."""
    mask: NDArray[np.bool_] = ~(np.abs(stored) < _NO_NUMBER)  # the comparison is False for NaN as well
    if padding is not None:
        low, high = (stored.dtype.type(end) for end in padding)
        mask |= (stored >= low) & (stored <= high)
    return mask if mask.any() else None


def _as_stored(value: int, description: ImageDescription, lowest: int) -> int:
    """A padding value written with the wrong sign (its VR follows PixelRepresentation, some forget it)."""
    if description.signed and lowest < 0 and value >= 1 << max(description.bits_allocated - 1, 1):
        return value - (1 << description.bits_allocated)
    if not description.signed and value < 0:
        return value + (1 << description.bits_allocated)
    return value


def _sane(number: float, otherwise: float) -> float:
    return float(number) if isfinite(number) and abs(number) < 1e30 else otherwise


def _whole(stored: NDArray[Any], slope: int, intercept: int, reuse: bool) -> NDArray[Any]:
    if (slope, intercept) == (1, 0) and stored.dtype in _SIXTEEN:
        return stored
    kind = _holding(stored, slope, intercept)
    if kind is None:
        return _rescaled(stored, float(slope), float(intercept))
    return _scaled_whole(stored, slope, intercept, kind, reuse)


def _holding(stored: NDArray[Any], slope: int, intercept: int) -> np.dtype[Any] | None:
    """The 16-bit type in which all values fit, int16 if it does; None where there is none."""
    highest = int(stored.max(initial=0))
    if stored.dtype.kind == "u" and _fit(np.int16, 0, highest, slope, intercept):
        return np.dtype(np.int16)  # the lowest value need not be looked for, in nearly every CT slice
    lowest = int(stored.min(initial=0))
    fitting = (kind for kind in (np.int16, np.uint16) if _fit(kind, lowest, highest, slope, intercept))
    return next((np.dtype(kind) for kind in fitting), None)


def _fit(kind: type[np.integer[Any]], lowest: int, highest: int, slope: int, intercept: int) -> bool:
    limits = np.iinfo(kind)
    ends = (lowest * slope + intercept, highest * slope + intercept)
    return bool(limits.min <= min(ends) and max(ends) <= limits.max)


def _scaled_whole(
    stored: NDArray[Any], slope: int, intercept: int, kind: np.dtype[Any], reuse: bool
) -> NDArray[Any]:
    """Wrapping arithmetic is exact because both ends of the result are known to fit."""
    same = reuse and stored.flags.writeable and stored.dtype.itemsize == kind.itemsize
    values: NDArray[Any] = stored.view(kind) if same else stored.astype(kind)
    if slope != 1:
        values *= kind.type(np.int64(slope).astype(kind))
    if intercept:
        values += kind.type(np.int64(intercept).astype(kind))
    return values


def _rescaled(stored: NDArray[Any], slope: float, intercept: float) -> NDArray[Any]:
    """In double precision, because 32-bit counts times a tiny slope (dose, PET) need it."""
    flat = np.ascontiguousarray(stored).reshape(-1)
    out = np.empty(flat.shape, _real_type(flat, slope, intercept))
    broken = False
    with np.errstate(over="ignore", invalid="ignore"):
        for part in blocks(flat.size):
            out[part] = flat[part].astype(np.float64) * slope + intercept
            broken = broken or not np.isfinite(out[part]).all()
    return (_finite(out) if broken else out).reshape(stored.shape)


def _real_type(flat: NDArray[Any], slope: float, intercept: float) -> type[np.floating[Any]]:
    """float32, unless whole numbers are too large for it or all values lie close together far from zero."""
    found = _ends(flat)
    if found is None:
        return np.float32
    low, high = sorted(end * slope + intercept for end in found)
    largest = max(abs(low), abs(high))
    whole = flat.dtype.kind in "iu" and slope.is_integer() and intercept.is_integer()
    if (whole and largest > _EXACT) or 0 < high - low < largest / _CLOSE:
        return np.float64
    return np.float32


def _ends(flat: NDArray[Any]) -> tuple[float, float] | None:
    """The least and the largest value, those that stand for "nothing was measured" left out."""
    if flat.dtype.kind in "iu":
        return (float(flat.min()), float(flat.max())) if flat.size else None
    low, high = np.inf, -np.inf
    for part in blocks(flat.size):
        block = flat[part]
        meant = np.abs(block) < _NO_NUMBER
        low = min(low, float(np.min(block, initial=np.inf, where=meant)))
        high = max(high, float(np.max(block, initial=-np.inf, where=meant)))
    return (low, high) if low <= high else None


def _finite(values: NDArray[Any]) -> NDArray[Any]:
    good = np.isfinite(values)
    values[~good] = values[good].min() if good.any() else 0.0
    return values
