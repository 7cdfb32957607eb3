"""One viewport's VTK scene: compares the new snapshot with the last and touches only what differs.

Draws on a shared stage and hands out pixels, so that the same scene serves a Qt widget, the `render` command
and tests, with or without a window system.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from vtkmodules.vtkRenderingCore import vtkActor2D, vtkRenderer
from vtkmodules.vtkRenderingImage import vtkImageStack

from vetpacs_desktop.viewer.corner_texts import CornerTexts
from vetpacs_desktop.viewer.render.bar_layer import BarLayer
from vetpacs_desktop.viewer.render.cover_layer import CoverLayer
from vetpacs_desktop.viewer.render.detail_layer import DetailLayer
from vetpacs_desktop.viewer.render.lettering import FreeTypeLettering, Lettering
from vetpacs_desktop.viewer.render.mark_layer import MarkLayer
from vetpacs_desktop.viewer.render.slice_layer import SliceLayer
from vetpacs_desktop.viewer.render.stage import Stage
from vetpacs_desktop.viewer.render.text_layer import TextLayer
from vetpacs_desktop.viewer.snapshot import Camera, Picture, Resolved, Viewport
from vetpacs_desktop.viewer.transfer import Transfer

_DISTANCE = 1000.0


class SliceScene:
    """A picture with its texts on black."""

    def __init__(self, stage: Stage, lettering: Lettering | None = None) -> None:
        self._stage = stage
        self._renderer = vtkRenderer()
        # The picture brings its own grey: lights would only cost time (a third of a software frame).
        self._renderer.AutomaticLightCreationOff()
        self._renderer.SetBackground(0, 0, 0)
        self._renderer.GetActiveCamera().ParallelProjectionOn()
        self._slice = SliceLayer()
        self._detail = DetailLayer()
        self._cover = CoverLayer()
        self._stack = vtkImageStack()
        self._stack.AddImage(self._slice.prop)
        self._stack.AddImage(self._detail.prop)
        self._stack.AddImage(self._cover.prop)
        self._renderer.AddViewProp(self._stack)
        letters = lettering or FreeTypeLettering()
        self._bar = BarLayer(self._renderer, letters)
        self._marks = MarkLayer(self._renderer, letters)
        self._texts = TextLayer(self._renderer, letters)
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
        if old is None or (old.picture, old.cover) != (new.picture, new.cover):
            self._cover.show(new.cover, new.picture)
        if old is None or old.transfer != new.transfer:
            self._slice.paint(new.transfer)
            self._detail.paint(new.transfer)
        if old is None or _size(old) != _size(new):
            self._slice.scale(new.camera.factor, new.smooth)
        if old is None or (old.camera, old.viewport) != (new.camera, new.viewport):
            self._look(new.camera, new.viewport)
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
        """The viewport's pixels, (height, width, 4), bottom row first; valid until the stage draws again."""
        viewport = self._shown.viewport if self._shown is not None else Viewport(1, 1)
        return self._stage.draw(self._renderer, max(1, viewport.width), max(1, viewport.height))

    def draw_rows(self, top: int, height: int) -> NDArray[np.uint8]:
        """Like `draw`, but `height` rows of the viewport from `top` on: a large picture in pieces."""
        shown = self._shown
        if shown is None:
            return self.draw()
        full, part = shown.viewport, replace(shown.viewport, height=height)
        middle = shown.camera.image_point((full.width / 2, top + height / 2), full)
        self._look(replace(shown.camera, center=middle), part)
        self._lift_words(top + height - full.height)
        try:
            return self._stage.draw(self._renderer, full.width, height)
        finally:
            self._look(shown.camera, full)
            self._lift_words(0)

    def _lift_words(self, up: int) -> None:
        """Move all that is placed in pixels, words and marks, from where they were put."""
        for prop in self._renderer.GetViewProps():
            if isinstance(prop, vtkActor2D):
                prop.SetPosition(0, up)

    def close(self) -> None:
        """Give the graphics memory back; the scene must not be used afterwards."""
        self._slice.show(None)
        self._detail.show(None)
        self._cover.show(None, None)
        self._stage.leave(self._renderer)

    def _look(self, camera: Camera, viewport: Viewport) -> None:
        """Place VTK's camera (y up) over the picture (y down).

        The viewing direction is the cross product of up and right, so a mirrored picture is seen from behind.
        """
        right, down = camera.right, camera.down
        toward = -down[0] * right[1] + down[1] * right[0]
        x, y = camera.center
        eye = self._renderer.GetActiveCamera()
        eye.SetFocalPoint(x, y, 0)
        eye.SetPosition(x, y, -toward * _DISTANCE)
        eye.SetViewUp(-down[0], -down[1], 0)
        eye.SetParallelScale(viewport.height / 2 / camera.factor)
        eye.SetClippingRange(1, 2 * _DISTANCE)


def warm_up(stage: Stage, lettering: Lettering) -> None:
    """Draw something small, so that the context and its shaders are there when the first image comes."""
    scene = SliceScene(stage, lettering)
    corners = CornerTexts(top_left=("0",))
    values = np.zeros((2, 2), np.int16)
    scene.apply(Resolved(Viewport(256, 256), Picture(values, (1.0, 1.0)), Transfer(0, 1), corners=corners))
    scene.draw()
    scene.close()


def _size(resolved: Resolved) -> tuple[object, ...]:
    return resolved.picture, resolved.camera.factor, resolved.smooth


def _words(resolved: Resolved) -> tuple[object, ...]:
    return resolved.viewport, resolved.corners, resolved.letters, resolved.message
