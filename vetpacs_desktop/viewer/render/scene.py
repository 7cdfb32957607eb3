"""One viewport's picture: compares the new snapshot with the last and touches only what differs.

All of it is put together on the processor: without a graphics card, a frame of OpenGL and reading it back
took longer than all the rest. Hands out pixels, so that the same scene serves a Qt widget, the `render`
command and tests, with or without a window system.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.corner_texts import CornerTexts
from vetpacs_desktop.viewer.mark import Look, Mark, Stroke
from vetpacs_desktop.viewer.render.bar_layer import BarLayer
from vetpacs_desktop.viewer.render.cover_layer import CoverLayer
from vetpacs_desktop.viewer.render.detail_layer import DetailLayer
from vetpacs_desktop.viewer.render.fusion_layer import FusionLayer
from vetpacs_desktop.viewer.render.lettering import FreeTypeLettering, Lettering
from vetpacs_desktop.viewer.render.mark_layer import MarkLayer
from vetpacs_desktop.viewer.render.slice_layer import SliceLayer
from vetpacs_desktop.viewer.render.text_layer import TextLayer
from vetpacs_desktop.viewer.snapshot import Camera, Picture, Resolved, Viewport
from vetpacs_desktop.viewer.transfer import Transfer


class SliceScene:
    """A picture with its texts on black."""

    def __init__(self, lettering: Lettering | None = None) -> None:
        self._slice = SliceLayer()
        self._detail = DetailLayer()
        self._fusion = FusionLayer()
        self._cover = CoverLayer()
        letters = lettering or FreeTypeLettering()
        self._bar = BarLayer(letters)
        self._marks = MarkLayer(letters)
        self._texts = TextLayer(letters)
        self._pixels = np.zeros((0, 0, 4), np.uint8)
        self._shown: Resolved | None = None
        self._faded = False

    def apply(self, new: Resolved) -> bool:
        """Bring the scene to `new`; True when anything changed."""
        old, self._shown = self._shown, new
        if old == new:
            return False
        if old is None or old.picture != new.picture:
            self._slice.show(new.picture)
        if old is None or old.detail != new.detail:
            self._detail.show(new.detail)
        if old is None or (old.fused, old.smooth) != (new.fused, new.smooth):
            self._fusion.show(new.fused, new.smooth)
        if old is None or (old.picture, old.cover) != (new.picture, new.cover):
            self._cover.show(new.cover, new.picture)
        if old is None or old.transfer != new.transfer:
            self._slice.paint(new.transfer)
            self._detail.paint(new.transfer)
        self._slice.smoothen(new.smooth)
        if old is None or (old.marks, old.viewport) != (new.marks, new.viewport):
            self._marks.show(new.marks, new.viewport)
        if old is None or (old.bar, old.viewport) != (new.bar, new.viewport):
            self._bar.show(new.bar, new.viewport)
        if old is None or _words(old) != _words(new):
            self._texts.show(new)
        return True

    def fade_texts(self, faded: bool) -> bool:
        """Let the texts step back while the reader drags; True when that changed anything."""
        changed, self._faded = faded != self._faded, faded
        if changed:
            self._texts.fade(faded)
        return changed

    def draw(self) -> NDArray[np.uint8]:
        """The viewport's pixels, (height, width, 4), bottom row first; valid until the scene draws again."""
        shown = self._shown
        camera, viewport = (shown.camera, shown.viewport) if shown is not None else (Camera(*_PLAIN), _LEAST)
        viewport = replace(viewport, width=max(1, viewport.width), height=max(1, viewport.height))
        if self._pixels.shape[:2] != (viewport.height, viewport.width):
            self._pixels = np.zeros((viewport.height, viewport.width, 4), np.uint8)
        self._compose(self._pixels, camera, viewport, 0)
        return self._pixels[::-1]

    def draw_rows(self, top: int, height: int) -> NDArray[np.uint8]:
        """Like `draw`, but `height` rows of the viewport from `top` on: a large picture in pieces."""
        shown = self._shown
        if shown is None:
            return self.draw()
        full, part = shown.viewport, replace(shown.viewport, height=height)
        middle = shown.camera.image_point((full.width / 2, top + height / 2), full)
        pixels = np.zeros((height, full.width, 4), np.uint8)
        self._compose(pixels, replace(shown.camera, center=middle), part, top)
        return pixels[::-1]

    def _compose(self, pixels: NDArray[np.uint8], camera: Camera, viewport: Viewport, top: int) -> None:
        """From the picture up to the words."""
        onto = pixels.view(np.uint32)[..., 0]
        self._slice.draw(onto, camera, viewport)
        self._detail.draw(onto, camera, viewport)
        self._fusion.draw(onto, camera, viewport)
        self._cover.draw(onto, camera, viewport)
        self._marks.draw(pixels, top)
        self._bar.draw(pixels, top)
        self._texts.draw(pixels, top)

    def close(self) -> None:
        """Give the memory back; the scene must not be used afterwards."""
        self._slice.show(None)
        self._detail.show(None)
        self._fusion.show(None, True)
        self._cover.show(None, None)


_PLAIN = (0.0, 0.0), (1.0, 0.0), (0.0, 1.0), 1.0
_LEAST = Viewport(1, 1)


def warm_up(lettering: Lettering) -> None:
    """Draw something small, so that libraries and letters are there when they are needed."""
    scene = SliceScene(lettering)
    corners = CornerTexts(top_left=("0",))
    values = np.zeros((2, 2), np.int16)
    line = Mark("warm", (Stroke(((10.0, 10.0), (20.0, 20.0))),), (), None, Look.PLAIN, 1.0)
    picture = Picture(values, (1.0, 1.0))
    scene.apply(Resolved(Viewport(256, 256), picture, Transfer(0, 1), corners=corners, marks=(line,)))
    scene.draw()
    scene.close()


def _words(resolved: Resolved) -> tuple[object, ...]:
    return resolved.viewport, resolved.corners, resolved.letters, resolved.message
