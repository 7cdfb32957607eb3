"""A second series over a picture: which places its pixels lie at, what of them the second one reaches.

Pure geometry and wishes; values are cut by `viewer.render.reslicer`, drawn by `viewer.render.fusion_layer`.
Must never lay a series over another without being told how the two lie against each other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.description import FrameDescription, Window
from vetpacs_desktop.viewer.geometry.planes import Vector
from vetpacs_desktop.viewer.volume.grid import EDGE, Grid
from vetpacs_desktop.viewer.volume.section import Cut, vector

STEP = 0.1
"""Of the opacity, for keys."""
USUAL = 0.5


class Pattern(Enum):
    """How the second series lies over the picture."""

    BLEND = "blend"
    CHECKER = "checker"
    """In every other square: edges must run on from one to the next."""


@dataclass(frozen=True, slots=True)
class FusionWish:
    """How the reader wants to see the second series."""

    window: Window | None = None
    """None is the series' own."""
    colours: str = "hot_iron"
    """The name of a colour map; empty for grey."""
    opacity: float = USUAL
    """0 to 1."""
    clear: bool = True
    """What is darkest in it lets the picture through."""
    pattern: Pattern = Pattern.BLEND
    shown: bool = True

    def fainter(self, by: float) -> FusionWish:
        """Less of it (or more, where `by` is negative); never beyond 0 and 1, and seen again."""
        return replace(self, opacity=min(max(round(self.opacity - by, 4), 0.0), 1.0), shown=True)


def cut_of(facts: FrameDescription, columns: int, rows: int, pixel: tuple[float, float]) -> Cut | None:
    """A picture's rectangle in the animal; None where it has no place there.

    `pixel` is its pixels' width and height with the smaller one 1, as pictures are drawn; the cut's own are
    square and as fine as the finer side.
    """
    if facts.position is None or facts.orientation is None or facts.pixel_spacing is None:
        return None
    return Cut(
        corner=facts.position,
        right=unit(facts.orientation[:3]),
        down=unit(facts.orientation[3:]),
        mm=min(facts.pixel_spacing),
        width=math.ceil((columns - 1) * pixel[0] - 1e-6) + 1,
        height=math.ceil((rows - 1) * pixel[1] - 1e-6) + 1,
    )


def unit(way: Vector) -> Vector:
    """As long as 1."""
    length = math.sqrt(sum(part * part for part in way)) or 1.0
    return way[0] / length, way[1] / length, way[2] / length


def reached(grid: Grid, cut: Cut) -> NDArray[np.bool_]:
    """(height, width): where a picture's pixels lie inside a volume, its outer half voxels included.

    A slab reaches half its thickness to each side; its middle is what counts, so that it never seems larger.
    """
    slices, rows, columns = grid.shape
    start = grid.to_index(cut.corner)
    right = grid.to_index(np.asarray(cut.corner) + np.asarray(cut.right) * cut.mm) - start
    down = grid.to_index(np.asarray(cut.corner) + np.asarray(cut.down) * cut.mm) - start
    across, below = np.arange(cut.width), np.arange(cut.height)[:, np.newaxis]
    inside = np.ones((cut.height, cut.width), np.bool_)
    for axis, count in enumerate((columns, rows, slices)):
        at = start[axis] + right[axis] * across + down[axis] * below
        inside &= (at >= -EDGE) & (at <= count - 1 + EDGE)
    return inside


def middle_of(cut: Cut) -> Vector:
    """The place in the middle of a picture, mm."""
    x, y = (cut.width - 1) / 2 * cut.mm, (cut.height - 1) / 2 * cut.mm
    return vector(np.asarray(cut.corner) + np.asarray(cut.right) * x + np.asarray(cut.down) * y)
