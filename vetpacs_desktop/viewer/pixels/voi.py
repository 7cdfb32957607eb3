"""VOI: from modality values to grey levels, and which windows a frame offers (PS3.3 C.11.2).

`apply_window` is exact to the standard's formulas, rounded to the nearest level, and lean: 16-bit pictures go
through a table, the others block by block. Must never know about MONOCHROME1: `present` does.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.description import ImageDescription, LookupTable, VoiFunction, Window
from vetpacs_desktop.viewer.pixels.automatic import automatic_window
from vetpacs_desktop.viewer.pixels.blocks import blocks
from vetpacs_desktop.viewer.pixels.curves import grey_levels, usable
from vetpacs_desktop.viewer.pixels.grey import frame_facts, rescale_of

__all__ = [
    "apply_lut",
    "apply_window",
    "automatic_window",
    "full_window",
    "levels",
    "lut_window",
    "useful_window",
    "window_presets",
]

_TABLED = {np.dtype(np.uint8): 0, np.dtype(np.uint16): 0, np.dtype(np.int16): -0x8000}
"""Integer types whose every value is worth computing once, with the lowest."""
_SMALL = 1 << 15
_STORED_UNITS = ("PT", "MR")
"""Where the window may be meant for stored values (PET of several makers, some Philips MR)."""
_USEFUL = 0.02


def apply_window(values: NDArray[Any], window: Window) -> NDArray[np.uint8]:
    """Grey levels 0..255 of modality values, same shape; an unusable window shows the whole range."""
    window = window if usable(window) else full_window(values)
    flat = np.ascontiguousarray(values).reshape(-1)
    out = np.empty(flat.shape, np.uint8)
    if flat.dtype in _TABLED and flat.size > _SMALL:
        table, places = _table(flat.dtype, window), flat.view(np.dtype(f"u{flat.dtype.itemsize}"))
        for part in blocks(flat.size):
            np.take(table, places[part], out=out[part], mode="clip")
    else:
        for part in blocks(flat.size):
            out[part] = levels(flat[part], window)
    return out.reshape(values.shape)


def levels(values: NDArray[Any], window: Window) -> NDArray[np.uint8]:
    """The formula itself, rounded half up; for a few values, such as a renderer's transfer table."""
    exact = grey_levels(values, window)
    exact += 0.5
    np.fmax(exact, 0.0, out=exact)  # what is no number becomes black
    return np.floor(exact, out=exact).astype(np.uint8)


def apply_lut(values: NDArray[Any], lut: LookupTable, window: Window | None = None) -> NDArray[np.uint8]:
    """A VOI LUT sequence item, as it is or stretched over `window` (as dragging asks for)."""
    return apply_window(values, replace(window or lut_window(lut), curve=lut))


def lut_window(lut: LookupTable) -> Window:
    """The window at which a VOI LUT maps exactly as the standard says: one entry a value (C.11.2.1.1)."""
    last = max(len(lut.values) - 1, 0)
    return Window(lut.first_mapped + last / 2, last, VoiFunction.LINEAR_EXACT, lut.label, lut)


def window_presets(
    description: ImageDescription, frame: int = 0, values: NDArray[Any] | None = None
) -> tuple[Window, ...]:
    """What the frame itself offers, best first: its VOI LUTs, then its windows; unusable ones left out.

    A device that stores a curve means it (digital radiography computes one for each exposure). With `values`
    a PET or MR window that makes no sense in modality units, but does in stored ones, is carried over.
    """
    facts = frame_facts(description, frame)
    curves = tuple(lut_window(lut) for lut in facts.voi_luts if len(lut.values) > 1)
    windows = tuple(window for window in facts.windows if usable(window))
    if values is not None and values.ndim == 2:
        windows = tuple(_in_modality_units(window, description, frame, values) for window in windows)
    return curves + windows


def useful_window(
    description: ImageDescription, frame: int, values: NDArray[Any], mask: NDArray[np.bool_] | None
) -> Window:
    """The window to start with: the first preset in which anything could be seen, else an automatic one."""
    for window in window_presets(description, frame, values):
        if not _blank(window, description, frame, values):
            return window
    return automatic_window(values, mask)


def _blank(window: Window, description: ImageDescription, frame: int, values: NDArray[Any]) -> bool:
    """Whether all values that the file could hold, not only those of this frame, get the same grey.

    A slice of nothing but air is black in a window for bones, and right so; a window at a million is damage.
    """
    facts = frame_facts(description, frame)
    slope, intercept = rescale_of(facts)
    if window.curve is not None or (values.dtype.kind == "f" and (slope, intercept) == (1.0, 0.0)):
        return False  # a curve is meant; and nobody states the range of fractional numbers
    if facts.modality_lut is not None:
        ends = float(facts.modality_lut.values.min()), float(facts.modality_lut.values.max())
    else:
        lowest = -(1 << max(description.bits_allocated - 1, 0)) if description.signed else 0
        highest = lowest + (1 << description.bits_allocated) - 1
        ends = lowest * slope + intercept, highest * slope + intercept
    return _one_level(window, *ends)


@lru_cache(maxsize=256)
def _one_level(window: Window, low: float, high: float) -> bool:
    """Whether both ends get the same grey; asked for every slice of a series, which are mostly alike."""
    first, last = levels(np.array((low, high)), window).tolist()
    return bool(first == last)


def full_window(values: NDArray[Any], mask: NDArray[np.bool_] | None = None) -> Window:
    """From the smallest value to the largest, padding left out."""
    kept = values if mask is None or bool(mask.all()) else values[~mask]
    if kept.dtype.kind == "f" and not (good := np.isfinite(kept)).all():
        kept = kept[good]
    if kept.size == 0:
        return Window(0.5, 1.0, VoiFunction.LINEAR_EXACT)
    low, high = float(kept.min()), float(kept.max())
    return Window((low + high) / 2, max(high - low, 1e-6 * max(abs(low), 1.0)), VoiFunction.LINEAR_EXACT)


def _table(kind: np.dtype[Any], window: Window) -> NDArray[np.uint8]:
    """A level for every bit pattern of the type, in the order of the patterns read as unsigned."""
    count = 1 << kind.itemsize * 8
    lowest = _TABLED[kind]
    table = np.empty(count, np.uint8)
    for part in blocks(count):
        table[part] = levels(np.arange(part.start, part.stop, dtype=np.float64) + lowest, window)
    return np.roll(table, lowest)


def _in_modality_units(
    window: Window, description: ImageDescription, frame: int, values: NDArray[Any]
) -> Window:
    """Only a window in which nothing can be seen is carried over, and only if that helps."""
    facts = frame_facts(description, frame)
    if description.modality not in _STORED_UNITS or (facts.slope, facts.intercept) == (1.0, 0.0):
        return window
    carried = replace(
        window,
        center=window.center * facts.slope + facts.intercept,
        width=abs(window.width * facts.slope),
        function=VoiFunction.LINEAR_EXACT if window.function is VoiFunction.LINEAR else window.function,
    )
    sample = values[:: max(values.shape[0] // 128, 1), :: max(values.shape[1] // 128, 1)]
    if usable(carried) and _seen(sample, window) < _USEFUL <= _seen(sample, carried):
        return carried
    return window


def _seen(sample: NDArray[Any], window: Window) -> float:
    """Which part of the values above the lowest falls on grey levels that the eye can tell apart."""
    shown = levels(sample, window)[sample > sample.min()]
    return float(np.mean((shown > 12) & (shown < 250))) if shown.size else 0.0
