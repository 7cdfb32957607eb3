"""A user's own scale: drawn on a marker or ball of known size, valid for the picture it was drawn on.

Owns the arithmetic of calibrating and the rule for which points a calibration holds. Keeping it and
undoing it is the annotations' business.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]
"""(column, row) in pixels of the image; pixel centres are at integers, the first is 0."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """The size of a pixel in mm, and the object it was taken from."""

    row_mm: float
    column_mm: float
    points: tuple[Point, ...]
    """Where the object lies: two ends of a line, or three points on the edge of a ball."""
    known_mm: float
    """Its true length or diameter."""
    frame: int = 0
    """The frame it was drawn on; it holds for all frames of the image."""

    @property
    def note(self) -> str:
        """What it rests on, in words."""
        kind = "a ball" if len(self.points) == 3 else "an object"
        return f"calibrated here on {kind} of {self.known_mm:g} mm"
