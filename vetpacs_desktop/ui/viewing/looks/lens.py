"""What the magnifier shows: a part of the picture as it is on the screen, larger, drawn from all its pixels.

Owns a second scene of one viewport; made when first needed.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtGui import QImage

from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.viewer.corner_texts import CornerTexts
from vetpacs_desktop.viewer.geometry.letters import Letters
from vetpacs_desktop.viewer.marks import with_marks
from vetpacs_desktop.viewer.measuring import image_of
from vetpacs_desktop.viewer.render.lettering import Lettering
from vetpacs_desktop.viewer.render.scene import SliceScene
from vetpacs_desktop.viewer.snapshot import Camera, Resolved, Viewport
from vetpacs_desktop.viewer.standard.overlaying import with_others
from vetpacs_desktop.viewer.state import Point


class Lens:
    """Of one viewport."""

    def __init__(self, controller: Controller, number: int, lettering: Lettering) -> None:
        self._controller, self._number = controller, number
        self._lettering = lettering
        self._scene: SliceScene | None = None

    def look(self, at: Point, side: int, times: float) -> QImage | None:
        """`side` x `side` device pixels around the device pixel position `at`, `times` as large as shown."""
        shown = self._resolved(at, side, times)
        if shown is None:
            return None
        if self._scene is None:
            self._scene = SliceScene(self._lettering)
        self._scene.apply(shown)
        pixels = np.ascontiguousarray(self._scene.draw()[::-1])
        height, width = pixels.shape[:2]
        return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBX8888).copy()

    def close(self) -> None:
        """Give the graphics memory back; harmless twice."""
        if self._scene is not None:
            self._scene.close()
        self._scene = None

    def _resolved(self, at: Point, side: int, times: float) -> Resolved | None:
        controller = self._controller
        found, frame = controller.resolved(self._number), controller.frame(self._number)
        if found.picture is None or frame is None:
            return None
        camera = found.camera
        seen = replace(
            found,
            viewport=Viewport(side, side, found.viewport.ratio),
            camera=Camera(
                camera.image_point(at, found.viewport), camera.right, camera.down, camera.factor * times
            ),
            detail=None,
            corners=CornerTexts(),
            letters=Letters(),
            marks=(),
            bar=None,
            message="",
        )
        if not controller.marks_shown:
            return seen
        marking = controller.marking
        seen = with_marks(seen, marking.entries(frame), marking.hovered, marking.held)
        if controller.others_shown:
            seen = with_others(seen, controller.exam_of(self._number).layers, image_of(frame))
        # Values stay beside their figures outside: the lens would cut them at its rim.
        marks = tuple(replace(mark, tag=None) if mark.strokes else mark for mark in seen.marks)
        return replace(seen, marks=marks)
