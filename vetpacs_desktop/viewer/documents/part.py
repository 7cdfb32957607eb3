"""Which part of a page a viewport shows, and at what resolution: a value, worked out without drawing.

A part lies on the grid of the screen's own pixels: drawn once, it is shown pixel for pixel. Must never
depend on a document: pages are pictures of `size` here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

GRID = 256
"""Screen pixels: a part starts and ends on multiples, so that a small move needs no new one."""


@dataclass(frozen=True, slots=True)
class Part:
    """A rectangle of a page that is shown `factor` times as large as its own picture.

    Edges in pixels of that larger (or smaller) page, from its top left corner; the last ones exclusive.
    """

    factor: float
    left: int
    top: int
    right: int
    bottom: int

    @property
    def columns(self) -> int:
        return self.right - self.left

    @property
    def rows(self) -> int:
        return self.bottom - self.top


def part_seen(
    low: tuple[float, float], high: tuple[float, float], size: tuple[float, float], factor: float
) -> Part | None:
    """The part between two corners in the page's own pixels (edges, not centres), `size` large in all.

    None where the page is out of sight or the factor makes no picture.
    """
    if not (math.isfinite(factor) and factor > 0):
        return None
    edges = []
    for axis in (0, 1):
        whole = max(1, math.ceil(size[axis] * factor))
        first = math.floor(max(low[axis], 0.0) * factor / GRID) * GRID
        last = math.ceil(min(high[axis], size[axis]) * factor / GRID) * GRID
        edges.append((max(0, first), min(last, whole)))
    (left, right), (top, bottom) = edges
    return Part(factor, left, top, right, bottom) if left < right and top < bottom else None
