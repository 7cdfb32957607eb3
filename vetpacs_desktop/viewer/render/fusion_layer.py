"""A second series over the picture: its own colours, as solid as the reader wants it.

Values are cut at the screen's pixels like the picture's own, then coloured. Never touches the picture below.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.render.raster import Raster
from vetpacs_desktop.viewer.render.slice_layer import reduction
from vetpacs_desktop.viewer.snapshot import Camera, FusedPicture, Viewport
from vetpacs_desktop.viewer.transfer import Transfer

SQUARES = 8
"""Along the longer side of a picture in squares."""
CLEAR_LEVELS = 32
"""Grey levels over which the darkest become solid: an edge there would look like one of the animal."""


class FusionLayer:
    """One second series, or none."""

    def __init__(self) -> None:
        self._shown: FusedPicture | None = None
        self._values: Raster | None = None
        self._reached: Raster | None = None
        self._smooth = True

    def show(self, fused: FusedPicture | None, smooth: bool) -> None:
        """Another second series, or none."""
        before, self._shown, self._smooth = self._shown, fused, smooth
        if fused is None:
            self._values, self._reached = None, None
            return
        if before is None or before.values is not fused.values or before.squares != fused.squares:
            seen = fused.reached & ~_other_squares(*fused.reached.shape) if fused.squares else fused.reached
            self._values = Raster(fused.values, (1.0, 1.0))
            self._reached = Raster(seen.astype(np.uint8), (1.0, 1.0))

    def draw(self, onto: NDArray[np.uint32], camera: Camera, viewport: Viewport) -> None:
        """Over (height, width) RGBA, top row first."""
        if self._shown is None or self._values is None or self._reached is None:
            return
        times = reduction(camera.factor) if self._smooth else 1
        values, extent = self._values.cut(camera, viewport, smooth=self._smooth, times=times)
        seen, _ = self._reached.cut(camera, viewport, smooth=False)
        box = extent.box
        place = box if box is not None else (slice(None), slice(None))
        inside = seen[place] > 0
        if box is None:
            inside &= extent.mask(onto.shape[1])
        blend(onto[place], values[place], inside, self._shown)


def blend(
    onto: NDArray[np.uint32], values: NDArray[Any], inside: NDArray[np.bool_], fused: FusedPicture
) -> None:
    """Mix the colours of `values` into RGBA where `inside` is true; all of one shape."""
    steps, table = _table(fused)
    transfer = fused.transfer
    at = (values[inside].astype(np.float32) - np.float32(transfer.lower)) * np.float32(steps)
    ink = table[np.fmax(np.minimum(at, len(table) - 1), 0).astype(np.intp)]
    below = onto[inside].view(np.uint8).reshape(-1, 4)
    mixed = below.astype(np.uint16) * (255 - ink[:, 3:]) + ink * ink[:, 3:] + np.uint16(127)
    mixed //= 255
    result = mixed.astype(np.uint8)
    result[:, 3] = 255
    onto[inside] = result.view(np.uint32)[:, 0]


def _table(fused: FusedPicture) -> tuple[float, NDArray[np.uint16]]:
    """Steps for each unit of value, and (n, 4) red, green, blue and how solid."""
    transfer: Transfer = fused.transfer
    levels = transfer.levels
    table = np.empty((len(levels), 4), np.uint16)
    table[:, :3] = transfer.rgb
    solid = np.minimum(levels / CLEAR_LEVELS, 1.0) if fused.clear else np.ones(len(levels))
    table[:, 3] = np.rint(solid * (255 * fused.opacity))
    return len(levels) / max(transfer.upper - transfer.lower, 1e-9), table


def _other_squares(rows: int, columns: int) -> NDArray[np.bool_]:
    side = max(1, -(-max(rows, columns) // SQUARES))
    odd = (np.arange(rows) // side)[:, np.newaxis] + np.arange(columns) // side
    dark: NDArray[np.bool_] = odd % 2 == 1
    return dark
