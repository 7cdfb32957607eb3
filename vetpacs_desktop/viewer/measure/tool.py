"""What a measuring tool is: its words, its points and its arithmetic, as one frozen row of a table.

The window draws and asks for points by it, the command line measures by it. It holds no state.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from vetpacs_desktop.errors import KnownError, UsageError
from vetpacs_desktop.viewer.measure.calibration import Point
from vetpacs_desktop.viewer.measure.image import MeasuredImage
from vetpacs_desktop.viewer.measure.measured import Measured

Points: TypeAlias = Sequence[Point]
Compute: TypeAlias = Callable[[Points, MeasuredImage], Measured]


class Figure(Enum):
    """How points are joined on the screen."""

    PATH = "path"
    """Each with the next."""
    LINES = "lines"
    """Two and two: 0-1, 2-3 ..."""
    RECTANGLE = "rectangle"
    """Between two opposite corners, upright; a third point is the corner beside the first, which turns it."""
    ELLIPSE = "ellipse"
    """Filling such a rectangle."""
    CIRCLE = "circle"
    """Through three points of its edge."""
    POLYGON = "polygon"
    """Each with the next, the last with the first."""
    PERPENDICULAR = "perpendicular"
    """0-1 is a line, 2 is joined with its foot on that line."""
    PARALLEL = "parallel"
    """0-1 is a line, its parallel runs through 2."""
    ARROW = "arrow"
    """The head is at point 0."""
    POINT = "point"
    TEXT = "text"
    GUIDE = "guide"
    """Landmarks whose lines the tool itself describes."""


FURTHEST = 1e6
"""Pixels; a point beyond is a slip, and its square would swamp the others."""
CLOSED = frozenset((Figure.RECTANGLE, Figure.ELLIPSE, Figure.CIRCLE, Figure.POLYGON))

BOXES = frozenset((Figure.RECTANGLE, Figure.ELLIPSE))
"""Figures with corners, which may be turned (see `boxes`)."""


@dataclass(frozen=True, slots=True)
class MeasureTool:
    """One row of the table of tools."""

    name: str
    """The name on the command line."""
    words: str
    """What people call it, in English; the window translates it."""
    figure: Figure
    least: int
    """Fewest points that can be measured."""
    most: int | None
    """Most points; None where a person ends the figure himself."""
    labels: tuple[str, ...]
    """What each point is ("the vertex"); the last one stands for all further points."""
    compute: Compute
    freehand: bool = False
    """Points come from dragging, not from single clicks."""
    body: bool = False
    """It has a body in the animal, which pictures cut: it needs slices that say where they lie."""
    live: Compute | None = None
    """What the first points yield, for tools that know figures before their last point; never raises."""

    @property
    def closed(self) -> bool:
        """Whether the figure has an inside with statistics."""
        return self.figure in CLOSED

    @property
    def fixed(self) -> bool:
        """Whether the figure is complete with its last point."""
        return self.most == self.least

    def label(self, index: int) -> str:
        """What the point number `index`, from 0, is."""
        return self.labels[min(index, len(self.labels) - 1)]

    def measure(self, points: Points, image: MeasuredImage) -> Measured:
        """The measurement. Raises `UsageError` (count of points), `NotMeasurable`, `CannotDecode`."""
        self.check(points)
        return self.compute(points, image)

    def check(self, points: Points) -> None:
        """Raises `UsageError` unless these can be the tool's points."""
        most = self.most + 1 if self.most is not None and self.figure in BOXES else self.most
        if len(points) < self.least or (most is not None and len(points) > most):
            raise UsageError(reason=f"The tool {self.name} takes {self._count()}, and {len(points)} came.")
        if not all(math.isfinite(number) and abs(number) <= FURTHEST for point in points for number in point):
            raise UsageError(reason=f"A point of the tool {self.name} is no place in or near a picture.")

    def preview(self, points: Points, image: MeasuredImage) -> Measured:
        """`measure` while points are still being placed or dragged: what is unknown yet has no value, and the
        note says why."""
        if self.live is not None:
            return self.live(points, image)
        try:
            return self.measure(points, image)
        except KnownError as error:
            return Measured(None, note=error.sentence)

    def _count(self) -> str:
        if self.most is None:
            return f"at least {self.least} points"
        if not self.fixed:
            return f"between {self.least} and {self.most} points"
        return "1 point" if self.most == 1 else f"{self.most} points"
