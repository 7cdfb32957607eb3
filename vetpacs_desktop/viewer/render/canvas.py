"""Snapshots drawn one after another off the screen: exports and paper.

The scene stays, so that the frames of a film cost no more than what differs between them. Must be used from
one thread only, the window's where there is a window.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.render.lettering import Lettering
from vetpacs_desktop.viewer.render.quiet import mute
from vetpacs_desktop.viewer.render.scene import SliceScene
from vetpacs_desktop.viewer.snapshot import Resolved


class Canvas:
    """Draws; close it when nothing more is to be drawn."""

    def __init__(self, lettering: Lettering | None = None) -> None:
        mute()
        self._scene = SliceScene(lettering)

    def draw(self, resolved: Resolved) -> NDArray[np.uint8]:
        """A snapshot as (height, width, 3) uint8 RGB, top row first."""
        self._scene.apply(resolved)
        return np.ascontiguousarray(self._scene.draw()[::-1, :, :3])

    def draw_rows(self, resolved: Resolved, top: int, height: int) -> NDArray[np.uint8]:
        """`height` rows of it from row `top` on, as `draw` would draw them."""
        self._scene.apply(resolved)
        return np.ascontiguousarray(self._scene.draw_rows(top, height)[::-1, :, :3])

    def close(self) -> None:
        """Give the memory back; safe to call twice."""
        self._scene.close()
