"""The three VOI functions and VOI look-up tables as exact formulas (PS3.3 C.11.2.1), on arrays of float64.

Pure maths: 0 is black and 255 is white here, as floats; rounding and speed are `voi`'s business.
"""

from __future__ import annotations

from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.description import VoiFunction, Window

WHITE = 255.0
WIDEST = 1e30
NARROWEST = 1e-30
"""Widths below are a threshold: a division by them would overflow."""


def usable(window: Window) -> bool:
    """Finite, of a size that numbers in a picture can have, and not upside down."""
    center, width = window.center, window.width
    return isfinite(center) and abs(center) < WIDEST and 0 <= width < WIDEST


def grey_levels(values: NDArray[Any], window: Window) -> NDArray[np.float64]:
    """Levels 0..255 of modality `values` under `window`, unrounded. `window` must be `usable`."""
    x = np.asarray(values, np.float64)
    if window.curve is not None:
        return _curve(x, window)
    if window.function is VoiFunction.SIGMOID:
        return _sigmoid(x, window)
    if window.function is VoiFunction.LINEAR and window.width >= 1:
        return _ramp(x, window.center - 0.5, window.width - 1.0)
    return _ramp(x, window.center, window.width)


def _ramp(x: NDArray[np.float64], middle: float, width: float) -> NDArray[np.float64]:
    """LINEAR with middle c - 0.5 and width w - 1, LINEAR_EXACT with c and w; width 0 is a threshold."""
    if width < NARROWEST:
        return np.where(x <= middle, 0.0, WHITE)
    levels = x - middle
    levels /= width
    levels += 0.5
    levels *= WHITE
    return np.clip(levels, 0.0, WHITE, out=levels)


def _sigmoid(x: NDArray[np.float64], window: Window) -> NDArray[np.float64]:
    if window.width < NARROWEST:
        return _ramp(x, window.center, 0.0)
    exponent = np.clip(-4.0 * (x - window.center) / window.width, -700.0, 700.0)
    return WHITE / (1.0 + np.exp(exponent))


def _curve(x: NDArray[np.float64], window: Window) -> NDArray[np.float64]:
    """The table spread over the window: at the window of its preset every value finds its own entry."""
    assert window.curve is not None
    entries = window.curve.values
    place = _ramp(x, window.center, window.width) / WHITE * (len(entries) - 1)
    whitest = max((1 << min(max(window.curve.bits, 1), 16)) - 1, int(entries.max()))
    return np.take(entries, np.rint(place).astype(np.intp)).astype(np.float64) * (WHITE / whitest)
