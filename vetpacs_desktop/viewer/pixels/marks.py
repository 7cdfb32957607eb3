"""Small signs on thumbnails that are no plain picture: a triangle on videos, a page on documents.

Pure functions on arrays. Must never know what a file is.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Shape = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.bool_]]
"""Whether points (x, y), both -1..1 and y down, belong to a sign."""

_SHARE = 0.26
"""Of the thumbnail's side."""
_FINE = 4
"""Samples a pixel and side, for smooth edges."""
_BACK = np.array([24, 28, 33], np.float64)
_FRONT = np.array([255, 255, 255], np.float64)
_STRENGTH = 0.82


def PLAY(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]:  # noqa: N802 - named like PAGE
    """A triangle that points right."""
    return (x > -0.32) & (x + 1.6 * np.abs(y) < 0.56)


def PAGE(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]:  # noqa: N802 - a value to callers
    """A sheet with a cut corner and two lines."""
    sheet = (np.abs(x) < 0.42) & (np.abs(y) < 0.56) & (x - y < 0.66)
    lines = (np.abs(x) < 0.24) & ((np.abs(y - 0.08) < 0.06) | (np.abs(y - 0.32) < 0.06))
    return sheet & ~lines


def marked(picture: NDArray[np.uint8], sign: Shape) -> NDArray[np.uint8]:
    """A copy of (size, size, 3) RGB with a sign on a dark disc in the lower right corner."""
    side = max(round(picture.shape[0] * _SHARE), 8)
    steps = (np.arange(side * _FINE) + 0.5) / (side * _FINE) * 2 - 1
    x, y = np.meshgrid(steps, steps)
    disc, front = _smooth(x * x + y * y < 1, side), _smooth(sign(x, y), side)
    out = picture.copy()
    edge = max(side // 8, 1)
    place = out[-side - edge : -edge, -side - edge : -edge]
    under = place + (_BACK - place) * (disc * _STRENGTH)
    place[...] = np.rint(under + (_FRONT - under) * front)
    return out


def _smooth(inside: NDArray[np.bool_], side: int) -> NDArray[np.float64]:
    """Shares of covered samples, (side, side, 1)."""
    shares: NDArray[np.float64] = inside.reshape(side, _FINE, side, _FINE).mean(axis=(1, 3))
    return shares[..., np.newaxis]
