"""A part of a page over the page's own picture, pixel for pixel if drawn for the screen.

Owns the part's values, which it never copies when they lie in one piece.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.render.raster import Raster
from vetpacs_desktop.viewer.render.slice_layer import paint_colours
from vetpacs_desktop.viewer.snapshot import Camera, Detail, Viewport
from vetpacs_desktop.viewer.transfer import COLOUR, Transfer


class DetailLayer:
    """At most one part."""

    def __init__(self) -> None:
        self._raster: Raster | None = None
        self._smooth = False
        self._transfer = COLOUR

    def show(self, detail: Detail | None) -> None:
        """Another part, or none."""
        self._raster = None
        if detail is not None:
            self._smooth = not detail.exact
            self._raster = Raster(detail.values, (detail.pitch, detail.pitch), detail.corner)

    def paint(self, transfer: Transfer) -> None:
        """As the picture below it: inverted or not."""
        self._transfer = transfer

    def draw(self, onto: NDArray[np.uint32], camera: Camera, viewport: Viewport) -> None:
        """Over (height, width) RGBA, top row first."""
        if self._raster is None:
            return
        values, extent = self._raster.cut(camera, viewport, smooth=self._smooth)
        box = extent.box
        if box is not None:
            part = np.empty(onto[box].shape, np.uint32)
            paint_colours(values[box], self._transfer, part)
            onto[box] = part
            return
        whole = np.empty_like(onto)
        paint_colours(values, self._transfer, whole)
        np.copyto(onto, whole, where=extent.mask(onto.shape[1]))
