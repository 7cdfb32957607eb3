"""Planes in the animal: normals, positions along them, and the way between pixels and millimetres.

Coordinates are DICOM's in mm (PS3.3 C.7.6.2.1.1): +x to the left, +y to the back (dorsal), +z to the head
(cranial). Pixel coordinates are (column, row) with pixel centres at integers. Must never read a file.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import cast

import numpy as np

from vetpacs_desktop.viewer.description import FrameDescription

Vector = tuple[float, float, float]
Cosines = tuple[float, float, float, float, float, float]


def normal(orientation: Cosines) -> Vector:
    """Unit normal of a plane: row direction x column direction."""
    return _unit(np.cross(orientation[:3], orientation[3:]))


def along(position: Sequence[float], direction: Sequence[float]) -> float:
    """How far `position` lies along the unit vector `direction`, mm."""
    return float(sum(p * d for p, d in zip(position, direction, strict=True)))


def angle_between(first: Sequence[float], second: Sequence[float]) -> float:
    """Angle between two directions, degrees 0..180; 0 when one of them has no length."""
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    # atan2 keeps its precision near 0 and 180 degrees, where the arc cosine loses it.
    return math.degrees(math.atan2(float(np.linalg.norm(np.cross(a, b))), float(a @ b)))


def index_to_patient(frame: FrameDescription, column: float, row: float) -> Vector | None:
    """The place in the animal of a pixel (PS3.3 equation C.7.6.2.1-1), mm; None without a known plane."""
    if frame.position is None or frame.orientation is None or frame.pixel_spacing is None:
        return None
    row_mm, column_mm = frame.pixel_spacing
    across, down = frame.orientation[:3], frame.orientation[3:]
    place = (
        origin + right * column * column_mm + below * row * row_mm
        for origin, right, below in zip(frame.position, across, down, strict=True)
    )
    return cast("Vector", tuple(place))


def patient_to_index(frame: FrameDescription, place: Sequence[float]) -> Vector | None:
    """(column, row, distance from the plane in mm along its normal) of a place; None without a plane."""
    if frame.position is None or frame.orientation is None or frame.pixel_spacing is None:
        return None
    row_mm, column_mm = frame.pixel_spacing
    offset = [there - here for there, here in zip(place, frame.position, strict=True)]
    # The two axes may be off a right angle by what describe() tolerates: solve instead of projecting.
    axes = np.column_stack([frame.orientation[:3], frame.orientation[3:], normal(frame.orientation)])
    right, down, away = np.linalg.solve(axes, np.asarray(offset, dtype=float))
    return float(right / column_mm), float(down / row_mm), float(away)


def _unit(vector: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Vector:
    length = float(np.linalg.norm(vector)) or 1.0
    x, y, z = (float(part) / length for part in vector)
    return x, y, z
