"""What lies over a picture: a black shutter and white drawings, in the picture's own pixels.

Owns one byte for each of them. Untouched by windows and by inversion.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.pixels.overlays import Overlay
from vetpacs_desktop.viewer.render.raster import Raster
from vetpacs_desktop.viewer.snapshot import Camera, Cover, Picture, Viewport

_HIDDEN, _DRAWN = 1, 2
_PAINT = {_HIDDEN: np.uint32(0xFF000000), _DRAWN: np.uint32(0xFFFFFFFF)}


class CoverLayer:
    """Clear where nothing lies over the image."""

    def __init__(self) -> None:
        self._raster: Raster | None = None

    def show(self, cover: Cover | None, picture: Picture | None) -> None:
        """Another cover, or none."""
        self._raster = None
        if cover is None or picture is None:
            return
        over = np.zeros(picture.values.shape[:2], np.uint8)
        for hidden in (cover.background, cover.shutter):
            if hidden is not None:
                over[hidden] = _HIDDEN
        for overlay in cover.overlays:
            _draw(overlay, over)
        self._raster = Raster(over, picture.pixel)

    def draw(self, onto: NDArray[np.uint32], camera: Camera, viewport: Viewport) -> None:
        """Over (height, width) RGBA, top row first."""
        if self._raster is None:
            return
        over, extent = self._raster.cut(camera, viewport, smooth=False)
        box = extent.box
        seen = over if box is not None else np.where(extent.mask(onto.shape[1]), over, 0)
        place = box if box is not None else (slice(None), slice(None))
        for kind, paint in _PAINT.items():
            np.copyto(onto[place], paint, where=seen[place] == kind)


def _draw(overlay: Overlay, over: NDArray[np.uint8]) -> None:
    """Parts of the bitmap that lie outside the image are left out."""
    top, left = max(overlay.top, 0), max(overlay.left, 0)
    bits = overlay.bitmap[top - overlay.top :, left - overlay.left :]
    place = over[top : top + bits.shape[0], left : left + bits.shape[1]]
    place[bits[: place.shape[0], : place.shape[1]]] = _DRAWN
