"""Which pixels of a cut are no measurement: beyond the volume, or background in it. Pure arithmetic."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.volume.section import Cut
from vetpacs_desktop.viewer.volume.volume import Volume


def outside(volume: Volume, cut: Cut) -> NDArray[np.bool_]:
    """(height, width): True where the middle of the cut's thickness holds no voxel that was measured."""
    right = volume.grid.to_index(np.asarray(cut.corner) + np.asarray(cut.right) * cut.mm)
    down = volume.grid.to_index(np.asarray(cut.corner) + np.asarray(cut.down) * cut.mm)
    corner = volume.grid.to_index(cut.corner)
    rows, columns = np.indices((cut.height, cut.width), dtype=np.float32)
    gone = np.zeros((cut.height, cut.width), np.bool_)
    places = []
    for axis, size in enumerate(volume.values.shape[::-1]):
        at = corner[axis] + columns * (right - corner)[axis] + rows * (down - corner)[axis]
        gone |= (at < -0.5 - 1e-3) | (at > size - 0.5 + 1e-3)
        places.append(np.rint(at).clip(0, size - 1).astype(np.intp))
    if volume.background is not None:
        column, row, number = places
        bits = volume.background[number, row, column >> 3] >> (7 - (column & 7)).astype(np.uint8)
        gone |= (bits & 1).astype(np.bool_)
    return gone


def slices_of(volume: Volume, cut: Cut) -> tuple[float, float]:
    """The lowest and the highest slice of the grid that a cut, with its thickness, comes from."""
    half = np.cross(cut.right, cut.down) * cut.thickness_mm / 2
    right = np.asarray(cut.right) * cut.mm * (cut.width - 1)
    down = np.asarray(cut.down) * cut.mm * (cut.height - 1)
    start = np.asarray(cut.corner)
    corners = [start + a * right + b * down + c * half for a in (0, 1) for b in (0, 1) for c in (-1, 1)]
    found = volume.grid.to_index(np.array(corners))[:, 2].clip(0, volume.values.shape[0] - 1)
    return float(found.min()), float(found.max())
