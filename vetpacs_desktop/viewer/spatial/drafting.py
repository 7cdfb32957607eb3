"""A figure of the animal in the making: its points on the picture under the mouse, as places.

Points that were clicked on another plane are carried over to the one that the mouse is on, with their
distance from it. Pure; holds nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from vetpacs_desktop.viewer.annotations import Point
from vetpacs_desktop.viewer.spatial.pane import Pane, lifted
from vetpacs_desktop.viewer.spatial.placed import Placed


@dataclass(frozen=True, slots=True)
class Stroke:
    """One finished outline on one picture."""

    pane: Pane
    points: tuple[Point, ...]


def placed_of(pane: Pane, points: Sequence[Point], aways: Sequence[float]) -> Placed | None:
    """The places of points; those beyond `aways` lie in the picture itself. None without a point."""
    if not points:
        return None
    distances = (*aways[: len(points)], *(0.0,) * max(len(points) - len(aways), 0))
    return lifted(pane, points, distances)


def carried(
    before: Pane, points: Sequence[Point], aways: Sequence[float], to: Pane
) -> tuple[tuple[Point, ...], tuple[float, ...]]:
    """The same places as points of another picture, and their distances from it."""
    placed = placed_of(before, points, aways)
    found = [to.pixel(place) for place in placed.places] if placed is not None else []
    return tuple((column, row) for column, row, _ in found), tuple(away for _, _, away in found)


def gathered(strokes: Sequence[Stroke]) -> Placed:
    """Outlines as one collection, in the plane of the first. The thickness of its planes is the true way
    from one plane of the stack to the next, as far as the outlines tell: no thicker than their least way."""
    parts = [lifted(stroke.pane, stroke.points) for stroke in strokes]
    first = parts[0]
    depths = np.unique(np.round([float(np.dot(part.middle, first.normal)) for part in parts], 2))
    gaps = np.diff(depths)
    thickness = min([first.thickness_mm, *gaps[gaps > 0.05].tolist()])
    return replace(
        first,
        places=tuple(place for part in parts for place in part.places),
        rings=tuple(len(part.places) for part in parts),
        thickness_mm=thickness,
    )
