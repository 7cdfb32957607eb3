"""From any colour coding to the screen's RGB, 8 bits a channel (PS3.3 C.7.6.3.1.2, C.7.6.3.1.3).

Pure functions on arrays of shape (rows, cols, 3). Must never touch files or headers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_BLOCK = 1 << 16
"""Pixels converted at a time: the floats stay in the processor's cache and the peak of memory stays low."""

_FROM_FULL = np.array([[1.0, 1.0, 1.0], [0.0, -0.344136, 1.772], [1.402, -0.714136, 0.0]], np.float32)
_FROM_PARTIAL = np.array([[1.1644, 1.1644, 1.1644], [0.0, -0.3917, 2.0173], [1.596, -0.813, 0.0]], np.float32)


def ybr_full_to_rgb(values: NDArray[Any]) -> NDArray[np.uint8]:
    """YBR_FULL (rows, cols, 3), 8 bits, to RGB; the inverse of PS3.3 C.7.6.3.1.2's equations, rounded."""
    return _converted(values, _FROM_FULL, 0.0)


def ybr_partial_to_rgb(values: NDArray[Any]) -> NDArray[np.uint8]:
    """YBR_PARTIAL (Y 16..235, CB and CR 16..240) to RGB (ITU-R BT.601)."""
    return _converted(values, _FROM_PARTIAL, 16.0)


def _converted(values: NDArray[Any], matrix: NDArray[np.float32], black: float) -> NDArray[np.uint8]:
    if values.ndim != 3 or values.shape[2] != 3:
        raise ValueError(f"colour with the shape {values.shape}")
    flat = np.ascontiguousarray(to_eight_bits(values)).reshape(-1, 3)
    out = np.empty_like(flat)
    zero = np.array([black, 128.0, 128.0], np.float32)
    for start in range(0, len(flat), _BLOCK):
        block = (flat[start : start + _BLOCK].astype(np.float32) - zero) @ matrix
        np.rint(block, out=block)
        out[start : start + _BLOCK] = block.clip(0, 255)
    return out.reshape(values.shape)


def to_eight_bits(values: NDArray[Any], bits: int = 0) -> NDArray[np.uint8]:
    """Colour of `bits` bits (0: all of its type) as 8: white stays white, rounded to the nearest level."""
    bits = bits or values.dtype.itemsize * 8
    if values.dtype == np.uint8 and bits == 8:
        return values
    highest = (1 << bits) - 1
    flat = np.ascontiguousarray(values).reshape(-1)
    out = np.empty(flat.shape, np.uint8)
    for start in range(0, len(flat), _BLOCK * 3):
        block = np.minimum(flat[start : start + _BLOCK * 3], highest).astype(np.float64)
        out[start : start + _BLOCK * 3] = np.rint(block * (255.0 / highest))
    return out.reshape(values.shape)


def spread_422(pairs: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Y1 Y2 CB CR (rows, cols / 2, 4) -> (rows, cols, 3): both pixels share their colour difference."""
    rows, half = pairs.shape[:2]
    out = np.empty((rows, half * 2, 3), np.uint8)
    out[:, 0::2, 0], out[:, 1::2, 0] = pairs[..., 0], pairs[..., 1]
    out[:, :, 1:] = np.repeat(pairs[..., 2:], 2, axis=1)
    return out
