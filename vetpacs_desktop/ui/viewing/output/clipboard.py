"""The active picture as an image for the clipboard: as on the screen, or alone; labelled either way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from vetpacs_desktop.viewer.corner_texts import CornerTexts
from vetpacs_desktop.viewer.geometry.letters import Letters
from vetpacs_desktop.viewer.snapshot import Cover, Resolved

Rgb = NDArray[np.uint8]


def alone(resolved: Resolved) -> Resolved:
    """A snapshot without words, letters, drawings; what the device hides stays hidden."""
    cover = resolved.cover
    if cover is not None:
        cover = Cover(cover.shutter, (), cover.background)
    return replace(
        resolved,
        corners=CornerTexts(bottom_right=resolved.notes),  # what was done to it is said even so
        letters=Letters(),
        marks=(),
        bar=None,
        cover=cover,
    )


def without_borders(rgb: Rgb, resolved: Resolved) -> Rgb:
    """Cut to the picture's place in its viewport."""
    picture = resolved.picture
    if picture is None:
        return rgb
    left, top = (-side / 2 for side in picture.pixel)
    width, height = picture.size
    corners = [(left + x * width, top + y * height) for x in (0, 1) for y in (0, 1)]
    places = [resolved.camera.screen_point(corner, resolved.viewport) for corner in corners]
    (first, last), (upper, lower) = (
        (max(0, round(min(ends))), min(most, round(max(ends))))
        for ends, most in zip(zip(*places, strict=True), (rgb.shape[1], rgb.shape[0]), strict=True)
    )
    return rgb[upper:lower, first:last] if last > first and lower > upper else rgb


def as_image(rgb: Rgb) -> QImage:
    """(height, width, 3) as a QImage with pixels of its own."""
    whole = np.ascontiguousarray(rgb)
    height, width = whole.shape[:2]
    return QImage(whole.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
