"""One viewport's picture: compares the new snapshot with the last and touches only what differs.

The picture and the words are put together on the processor; lines are drawn by VTK on a shared stage, and
only when they change. Hands out pixels, so that the same scene serves a Qt widget, the `render` command and
tests, with or without a window system.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from vtkmodules.vtkRenderingCore import vtkRenderer

from vetpacs_desktop.viewer.corner_texts import CornerTexts
from vetpacs_desktop.viewer.mark import Look, Mark, Stroke
from vetpacs_desktop.viewer.render.bar_layer import BarLayer
from vetpacs_desktop.viewer.render.cover_layer import CoverLayer
from vetpacs_desktop.viewer.render.detail_layer import DetailLayer
from vetpacs_desktop.viewer.render.fusion_layer import FusionLayer
from vetpacs_desktop.viewer.render.lettering import FreeTypeLettering, Lettering
from vetpacs_desktop.viewer.render.mark_layer import MarkLayer
from vetpacs_desktop.viewer.render.slice_layer import SliceLayer
from vetpacs_desktop.viewer.render.stage import Stage
from vetpacs_desktop.viewer.render.text_layer import TextLayer
from vetpacs_desktop.viewer.snapshot import Camera, Picture, Resolved, Viewport
from vetpacs_desktop.viewer.transfer import Transfer


class SliceScene:
    """A picture with its texts on black."""

    def __init__(self, stage: Stage, lettering: Lettering | None = None) -> None:
        self._stage = stage
        self._renderer = vtkRenderer()
        # Lines bring their own colours: lights would only cost time.
        self._renderer.AutomaticLightCreationOff()
        self._renderer.SetBackground(0, 0, 0)
        self._renderer.SetBackgroundAlpha(0)
        self._slice = SliceLayer()
        self._detail = DetailLayer()
        self._fusion = FusionLayer()
        self._cover = CoverLayer()
        letters = lettering or FreeTypeLettering()
        self._bar = BarLayer(letters)
        self._marks = MarkLayer(self._renderer, letters)
        self._texts = TextLayer(letters)
        self._lines: _Lines | None = None
        """As they were drawn last; None when they must be drawn anew."""
        self._pixels = np.zeros((0, 0, 4), np.uint8)
        stage.enter(self._renderer)
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
            self._lines = None
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
        self._marks.lift(top + height - full.height)
        self._lines = None
        pixels = np.zeros((height, full.width, 4), np.uint8)
        try:
            self._compose(pixels, replace(shown.camera, center=middle), part, top)
        finally:
            self._marks.lift(0)
            self._lines = None
        return pixels[::-1]

    def _compose(self, pixels: NDArray[np.uint8], camera: Camera, viewport: Viewport, top: int) -> None:
        """From the picture up to the words."""
        onto = pixels.view(np.uint32)[..., 0]
        self._slice.draw(onto, camera, viewport)
        self._detail.draw(onto, camera, viewport)
        self._fusion.draw(onto, camera, viewport)
        self._cover.draw(onto, camera, viewport)
        if self._marks.has_lines:
            if self._lines is None:
                self._lines = _Lines(self._stage.draw(self._renderer, viewport.width, viewport.height))
            self._lines.draw(pixels)
        self._marks.draw_words(pixels, top)
        self._bar.draw(pixels, top)
        self._texts.draw(pixels, top)

    def close(self) -> None:
        """Give the memory back; the scene must not be used afterwards."""
        self._slice.show(None)
        self._detail.show(None)
        self._fusion.show(None, True)
        self._cover.show(None, None)
        self._stage.leave(self._renderer)


class _Lines:
    """What the stage drew on nothing: the few pixels that are not clear."""

    def __init__(self, drawn: NDArray[np.uint8]) -> None:
        """`drawn` (height, width, 4), bottom row first, colours multiplied by alpha."""
        height, width = drawn.shape[:2]
        flat = drawn.reshape(-1, 4)
        at = np.flatnonzero(flat.view(np.uint32))
        ink = flat[at].astype(np.uint16)
        self._at = (height - 1 - at // width) * width + at % width
        self._colour, self._rest = ink[:, :3] * np.uint16(255) + np.uint16(128), 255 - ink[:, 3:]

    def draw(self, onto: NDArray[np.uint8]) -> None:
        """Over (height, width, 4) RGBA, top row first."""
        flat = onto.reshape(-1, 4)
        mixed = flat[self._at]
        under = mixed[:, :3] * self._rest
        under += self._colour
        under += under >> 8  # a rounded division by 255
        under >>= 8
        mixed[:, :3] = under
        flat[self._at] = mixed


_PLAIN = (0.0, 0.0), (1.0, 0.0), (0.0, 1.0), 1.0
_LEAST = Viewport(1, 1)


def warm_up(stage: Stage, lettering: Lettering) -> None:
    """Draw something small, so that the context and its shaders are there when they are needed."""
    scene = SliceScene(stage, lettering)
    corners = CornerTexts(top_left=("0",))
    values = np.zeros((2, 2), np.int16)
    line = Mark("warm", (Stroke(((10.0, 10.0), (20.0, 20.0))),), (), None, Look.PLAIN, 1.0)
    picture = Picture(values, (1.0, 1.0))
    scene.apply(Resolved(Viewport(256, 256), picture, Transfer(0, 1), corners=corners, marks=(line,)))
    scene.draw()
    scene.close()


def _words(resolved: Resolved) -> tuple[object, ...]:
    return resolved.viewport, resolved.corners, resolved.letters, resolved.message
