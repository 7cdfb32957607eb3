"""The value under the mouse, at the end of the line below the pictures.

The value is that of the voxel as stored, or of the picture's own pixel; never of a blended one. It takes no
mouse and no focus.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.viewer.corner_texts import Translate
from vetpacs_desktop.viewer.description import Medium
from vetpacs_desktop.viewer.loading import LoadedFrame
from vetpacs_desktop.viewer.marks import to_image
from vetpacs_desktop.viewer.measure.image import unit_of
from vetpacs_desktop.viewer.measure.measured import Measured
from vetpacs_desktop.viewer.measure.saying import figure
from vetpacs_desktop.viewer.spatial.pane import Pane, pane_of
from vetpacs_desktop.viewer.state import Point
from vetpacs_desktop.viewer.volume.volume import Volume

ASIDE = 16
STEP = 60
"""Logical pixels."""
MODALITIES = frozenset(("CT", "MR", "PT", "NM"))
VolumeOf = Callable[[str, str], Volume | None]


class Probe(QLabel):
    """The end of the line below the pictures: what that line says gives way, and no picture is covered."""

    def __init__(self, line: QWidget) -> None:
        super().__init__(line)
        self.setObjectName("probe")
        self.setProperty("role", "secondary")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._margins = line.contentsMargins()
        self.hide()

    def show_words(self, words: str) -> None:
        """Others, or nothing."""
        line = self.parentWidget()
        if line is None:
            return
        left, top, right, bottom = (
            self._margins.left(),
            self._margins.top(),
            self._margins.right(),
            self._margins.bottom(),
        )
        if not words:
            if self.isVisible():
                self.hide()
                line.setContentsMargins(left, top, right, bottom)
            return
        if words != self.text():
            self.setText(words)
            self.adjustSize()
        # Room in steps, so that the sentence beside it stands still while the mouse moves.
        room = -(-(self.width() + ASIDE) // STEP) * STEP
        if line.contentsMargins().right() != right + room:
            line.setContentsMargins(left, top, right + room, bottom)
        self.move(line.width() - right - self.width(), (line.height() - self.height()) // 2)
        self.show()


def probed(controller: Controller, number: int, at: Point, volume_of: VolumeOf, translate: Translate) -> str:
    """``54 HU   x 12.3  y -4.0  z 101.5 mm`` under a device pixel position; empty where nothing lies."""
    frame, placed = controller.frame(number), controller.placed(number)
    if frame is None or placed.picture is None or frame.description.modality not in MODALITIES:
        return ""
    if frame.description.medium is not Medium.IMAGES or frame.values.ndim != 2:
        return ""
    point = to_image(at, placed.picture, placed.camera, placed.viewport)
    rows, columns = frame.values.shape
    column, row = (math.floor(part + 0.5) for part in point)
    if not (0 <= column < columns and 0 <= row < rows):
        return ""
    pane = pane_of(frame)
    value = value_under(frame, pane, point, volume_of)
    said = translate("background") if value is None else figure(Measured(value, unit_of(frame.description)))
    if pane is None:
        return said
    x, y, z = pane.place(point)
    second = controller.fusions.said(controller.grid.views[number], (x, y, z))
    said = f"{said}   {second}" if second else said
    return f"{said}   x {x:.1f}  y {y:.1f}  z {z:.1f} mm"


def value_under(frame: LoadedFrame, pane: Pane | None, point: Point, volume_of: VolumeOf) -> float | None:
    """The stored value at (column, row); of a plane, that of the voxel there. None where nothing is."""
    if not frame.description.sop_uid:
        volume = None if pane is None else volume_of(pane.space, pane.series_uid)
        return None if volume is None or pane is None else volume.value_at(pane.place(point))
    column, row = (math.floor(part + 0.5) for part in point)
    if frame.padding_mask is not None and frame.padding_mask[row, column]:
        return None
    value = float(frame.values[row, column])
    return value if math.isfinite(value) else None
