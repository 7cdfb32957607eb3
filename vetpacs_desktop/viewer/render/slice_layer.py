"""The picture itself: values cut at the screen's pixels, then greys by an exact window, smooth or square.

Never copies values that can be shown as they are. A picture much smaller on the screen than it is large is
averaged first: skipping pixels would make noise of detail, and patterns of a grid. While only the window
changes, the cut stays.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.render.raster import Extent, Raster
from vetpacs_desktop.viewer.snapshot import Camera, Picture, Viewport
from vetpacs_desktop.viewer.transfer import COLOUR, Transfer

MOST_REDUCED = 16
_LOWEST: dict[np.dtype[Any], int] = {
    np.dtype(np.uint8): 0,
    np.dtype(np.uint16): 0,
    np.dtype(np.int16): -0x8000,
}
"""Types whose every value is worth painting once, with the lowest."""
_PATTERNS = {kind: np.arange(1 << 8 * kind.itemsize) + lowest for kind, lowest in _LOWEST.items()}
_ROWS = 64
"""Painted at a time where there is no table: what fits into the cache is quicker."""
_GREY = np.uint32(0x010101)
_OPAQUE = np.uint32(0xFF000000)
"""Red, green, blue, alpha as they lie in memory, lowest byte first."""


class SliceLayer:
    """One picture, or none."""

    def __init__(self) -> None:
        self._raster: Raster | None = None
        self._zero = 0.0
        self._transfer = COLOUR
        self._smooth = True
        self._tables: dict[np.dtype[Any], NDArray[np.uint32]] = {}

    def show(self, picture: Picture | None) -> None:
        """Another picture, or none."""
        if picture is None:
            self._raster = None
            return
        values, zero = near_zero(with_dark_background(picture))
        if zero != self._zero:
            self._zero, self._tables = zero, {}
        self._raster = Raster(values, picture.pixel)

    def smoothen(self, smooth: bool) -> None:
        """Blend between pixels, or show them as they are."""
        self._smooth = smooth

    def paint(self, transfer: Transfer) -> None:
        """Another mapping from values to greys."""
        self._transfer, self._tables = transfer, {}

    def draw(self, onto: NDArray[np.uint32], camera: Camera, viewport: Viewport) -> None:
        """Fill (height, width) RGBA, top row first: the picture, and black around it."""
        if self._raster is None:
            onto[:] = _OPAQUE
            return
        times = reduction(camera.factor) if self._smooth else 1
        values, extent = self._raster.cut(camera, viewport, smooth=self._smooth, times=times)
        if values.ndim == 3:
            paint_colours(values, self._transfer, onto)
        elif values.dtype in _LOWEST:
            _look_up(values, self._table(values.dtype), onto)
        else:
            for top in range(0, len(values), _ROWS):
                part = values[top : top + _ROWS]
                onto[top : top + _ROWS] = painted(part.astype(np.float64) + self._zero, self._transfer)
        blacken(onto, extent)

    def _table(self, kind: np.dtype[Any]) -> NDArray[np.uint32]:
        """RGBA for every bit pattern, in the order of the patterns read as unsigned."""
        if kind not in self._tables:
            table = painted(_PATTERNS[kind] + self._zero, self._transfer)
            self._tables[kind] = np.roll(table, _LOWEST[kind])
        return self._tables[kind]


def painted(values: NDArray[Any], transfer: Transfer) -> NDArray[np.uint32]:
    """RGBA of values in the transfer's own units, same shape."""
    span = transfer.upper - transfer.lower
    if transfer.table is None and transfer.colours is None:
        exact = (values - transfer.lower) * (255 / span)
        grey = np.fmax(np.minimum(exact, 255), 0) + 0.5
        return grey.astype(np.uint32) * _GREY + _OPAQUE
    rgb = transfer.rgb.astype(np.uint32)
    words = rgb[:, 0] + (rgb[:, 1] << np.uint32(8)) + (rgb[:, 2] << np.uint32(16)) + _OPAQUE
    exact = (values - transfer.lower) * (len(words) / span)
    found: NDArray[np.uint32] = words[np.fmax(np.minimum(exact, len(words) - 1), 0).astype(np.intp)]
    return found


def paint_colours(values: NDArray[np.uint8], transfer: Transfer, onto: NDArray[np.uint32]) -> None:
    """(height, width, 3) RGB as it is, or through the transfer's levels."""
    samples = onto.view(np.uint8).reshape(*onto.shape, 4)
    levels = None if transfer == COLOUR else _levels(transfer)
    for n in range(3):  # one after another: much quicker than three of four at a time
        samples[..., n] = values[..., n] if levels is None else levels[values[..., n]]
    samples[..., 3] = 255


def _levels(transfer: Transfer) -> NDArray[np.uint8]:
    return (painted(np.arange(256), transfer) & np.uint32(0xFF)).astype(np.uint8)


def blacken(onto: NDArray[np.uint32], extent: Extent) -> None:
    """Everything around the picture."""
    box = extent.box
    if box is None:
        onto[~extent.mask(onto.shape[1])] = _OPAQUE
        return
    rows, columns = box
    onto[: rows.start or 0] = _OPAQUE
    onto[rows.stop :] = _OPAQUE
    onto[rows, : columns.start or 0] = _OPAQUE
    onto[rows, columns.stop :] = _OPAQUE


def _look_up(values: NDArray[Any], table: NDArray[np.uint32], onto: NDArray[np.uint32]) -> None:
    places = values.view(np.dtype(f"u{values.dtype.itemsize}"))
    np.take(table, places, out=onto, mode="clip")


def reduction(factor: float) -> int:
    """How many pixels a side to average into one, a power of 2, so that none is skipped on the screen."""
    if factor > 0.5:
        return 1
    return min(1 << math.floor(math.log2(1 / max(factor, 1e-6))), MOST_REDUCED)


def near_zero(values: NDArray[Any]) -> tuple[NDArray[Any], float]:
    """Values and what was taken off them: VTK reslices in single precision, which would blur doubles that
    lie close together far from zero."""
    if values.dtype != np.float64:
        return values, 0.0
    zero = float(values.min()) / 2 + float(values.max()) / 2
    return (values - zero).astype(np.float32), zero


def with_dark_background(picture: Picture) -> NDArray[Any]:
    """The values with padding a whole range beyond the darkest of the animal: black in any usual window.

    Not the type's own limit, for smooth pixels would then smear it over their neighbours.
    """
    values, mask = picture.values, picture.mask
    if mask is None or values.ndim == 3 or bool(mask.all()):
        return values
    animal = values[~mask]
    low, high = float(animal.min()), float(animal.max())
    beyond = 2 * high - low + 1 if picture.inverse else 2 * low - high - 1
    filled = values.copy()
    limits = np.iinfo(values.dtype) if values.dtype.kind in "iu" else np.finfo(values.dtype)
    filled[mask] = min(max(beyond, float(limits.min)), float(limits.max))
    return filled
