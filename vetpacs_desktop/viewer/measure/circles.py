"""Circles in true space: through three points, and where they lie in the picture.

Pure geometry; a circle of the animal is an ellipse of pixels where those are not square.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.measure.measured import NotMeasurable

STRAIGHT = 1e-9
"""Height over length of a triangle below which its corners are taken for a line."""


@dataclass(frozen=True, slots=True)
class Circle:
    """Centre and radius in true space."""

    across: float
    down: float
    radius: float

    def in_pixels(self, column: float, row: float) -> tuple[tuple[float, float], tuple[float, float]]:
        """Centre and radii (across, down) in pixels whose steps have these true lengths."""
        return (self.across / column, self.down / row), (self.radius / column, self.radius / row)


def circle_through(true: NDArray[np.float64]) -> Circle:
    """The circle through three places, (3, 2). Raises `NotMeasurable` when they lie on a line."""
    origin = true[0]
    one, other = true[1] - origin, true[2] - origin
    cross = float(one[0] * other[1] - one[1] * other[0])
    longest = max(math.hypot(*one), math.hypot(*other), math.hypot(*(other - one)))
    if abs(cross) <= STRAIGHT * longest * longest:
        raise NotMeasurable(reason="the three points lie on one line, so no circle runs through them")
    first, second = float(one @ one), float(other @ other)
    across = (other[1] * first - one[1] * second) / (2 * cross)
    down = (one[0] * second - other[0] * first) / (2 * cross)
    return Circle(float(origin[0] + across), float(origin[1] + down), math.hypot(across, down))
