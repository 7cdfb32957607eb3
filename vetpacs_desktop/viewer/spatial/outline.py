"""Closed figures in their own plane, in mm: what lies inside, however they were drawn.

Pure plane geometry. A place on the edge lies inside, as in pictures (`measure.spans`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vetpacs_desktop.viewer.measure.boxes import box_of
from vetpacs_desktop.viewer.measure.circles import circle_through
from vetpacs_desktop.viewer.measure.tool import Figure, Points

Floats = NDArray[np.float64]
Inside = NDArray[np.bool_]
EDGE_MM = 1e-6
"""How far a place may miss the edge and still lie on it: the noise of doubles."""


class Outline(Protocol):
    """A closed figure."""

    @property
    def reach(self) -> tuple[Floats, Floats]:
        """Its lowest and highest (right, down)."""
        ...

    def holds(self, right: Floats, down: Floats) -> Inside:
        """Which of (n,) places lie inside."""
        ...


@dataclass(frozen=True, eq=False, slots=True)
class Polygon:
    """Everything that a closed line surrounds, also where it crosses itself (non-zero winding)."""

    corners: Floats
    """(n, 2)."""

    @property
    def reach(self) -> tuple[Floats, Floats]:
        """Its lowest and highest corners."""
        return self.corners.min(axis=0), self.corners.max(axis=0)

    def holds(self, right: Floats, down: Floats) -> Inside:
        """Edge by edge, each over the places at its height."""
        order = np.argsort(down, kind="stable")
        x, y = right[order], down[order]
        winding, edge = np.zeros(len(x), np.int64), np.zeros(len(x), np.bool_)
        for a, b in zip(self.corners, np.roll(self.corners, -1, axis=0), strict=True):
            low, high = (a, b) if a[1] <= b[1] else (b, a)
            first, last = np.searchsorted(y, (low[1] - EDGE_MM, high[1] + EDGE_MM), side="left")
            part = slice(int(first), int(last))
            way = b - a
            length = float(np.hypot(*way))
            if not length:
                edge[part] |= np.hypot(x[part] - a[0], y[part] - a[1]) <= EDGE_MM
            else:
                along = ((x[part] - a[0]) * way[0] + (y[part] - a[1]) * way[1]) / length
                aside = np.abs((x[part] - a[0]) * way[1] - (y[part] - a[1]) * way[0]) / length
                edge[part] |= (aside <= EDGE_MM) & (along >= -EDGE_MM) & (along <= length + EDGE_MM)
            if low[1] < high[1]:
                here = (y[part] >= low[1]) & (y[part] < high[1])
                cut = low[0] + (y[part] - low[1]) * (high[0] - low[0]) / (high[1] - low[1])
                winding[part] += np.where(here & (x[part] < cut), 1 if a[1] < b[1] else -1, 0)
        inside = np.zeros(len(x), np.bool_)
        inside[order] = (winding != 0) | edge
        return inside


@dataclass(frozen=True, eq=False, slots=True)
class Oval:
    """An ellipse by its middle and two half diameters that halve each other's chords."""

    middle: Floats
    one: Floats
    other: Floats

    @property
    def reach(self) -> tuple[Floats, Floats]:
        """The box around it."""
        half = np.hypot(self.one, self.other)
        return self.middle - half, self.middle + half

    def holds(self, right: Floats, down: Floats) -> Inside:
        """By the coordinates along both half diameters."""
        axes = np.stack((self.one, self.other), axis=1)
        if abs(np.linalg.det(axes)) < EDGE_MM * EDGE_MM:
            return np.zeros(len(right), np.bool_)
        across, along = np.linalg.solve(axes, np.stack((right - self.middle[0], down - self.middle[1])))
        slack = EDGE_MM / max(float(np.linalg.norm(self.one)), float(np.linalg.norm(self.other)))
        inside: Inside = across**2 + along**2 <= (1 + slack) ** 2
        return inside


def outline_of(figure: Figure, points: Points) -> Outline:
    """The outline of a figure's points, (right, down) in mm. Raises `NotMeasurable` for no true circle."""
    if figure is Figure.CIRCLE:
        found = circle_through(np.asarray(points, np.float64))
        return Oval(np.array((found.across, found.down)), *(found.radius * np.eye(2)))
    if figure is Figure.POLYGON:
        return polygon(points)
    box = box_of(points)
    flat = min(np.hypot(*box.side), np.hypot(*box.down)) <= EDGE_MM  # an ellipse without width is a line
    if figure is Figure.RECTANGLE or flat:
        return polygon(box.corners)
    return Oval(np.asarray(box.center), np.asarray(box.side) / 2, np.asarray(box.down) / 2)


def polygon(points: ArrayLike) -> Polygon:
    """Of (n, 2) corners."""
    return Polygon(np.asarray(points, np.float64))
