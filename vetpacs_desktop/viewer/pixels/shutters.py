"""Display shutters: what a device asks to hide outside of the exposed field (PS3.3 C.7.6.11).

Owns turning the shapes into one mask; must never draw. A bitmap shutter is an overlay: see `overlays`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer import elements as read

_Corner: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shutter:
    """Shapes in pixels counted from 0, borders visible. Several shapes hide whatever any of them hides."""

    rectangle: tuple[float, float, float, float] | None = None
    """Top, bottom, left, right."""
    circle: tuple[float, float, float] | None = None
    """Row and column of the centre, radius."""
    polygon: tuple[_Corner, ...] = ()
    """(row, column) of the corners."""

    def mask(self, rows: int, columns: int) -> NDArray[np.bool_]:
        """(rows, columns), True where the picture is to be hidden."""
        row, column = np.arange(rows)[:, np.newaxis], np.arange(columns)[np.newaxis, :]
        hidden = np.zeros((rows, columns), bool)
        if self.rectangle is not None:
            top, bottom, left, right = self.rectangle
            hidden |= (row < top) | (row > bottom) | (column < left) | (column > right)
        if self.circle is not None:
            middle_row, middle_column, radius = self.circle
            hidden |= (row - middle_row) ** 2 + (column - middle_column) ** 2 > radius**2
        if self.polygon:
            hidden |= ~_inside(self.polygon, rows, columns)
        return hidden


def shutter_of(dataset: read.Header) -> Shutter | None:
    """The shutter that a file asks for; None without one, or where its numbers are missing."""
    shapes = {shape.upper() for shape in read.texts(dataset, "ShutterShape")}
    shutter = Shutter(
        rectangle=_rectangle(dataset) if "RECTANGULAR" in shapes else None,
        circle=_circle(dataset) if "CIRCULAR" in shapes else None,
        polygon=_polygon(dataset) if "POLYGONAL" in shapes else (),
    )
    return None if shutter == Shutter() else shutter


def _rectangle(dataset: read.Header) -> tuple[float, float, float, float] | None:
    names = ("UpperHorizontal", "LowerHorizontal", "LeftVertical", "RightVertical")
    edges = [read.number(dataset, f"Shutter{name}Edge") for name in names]
    top, bottom, left, right = edges
    if top is None or bottom is None or left is None or right is None or top > bottom or left > right:
        return None
    return top - 1, bottom - 1, left - 1, right - 1


def _circle(dataset: read.Header) -> tuple[float, float, float] | None:
    centre, radius = (
        read.vector(dataset, "CenterOfCircularShutter", 2),
        read.positive(dataset, "RadiusOfCircularShutter"),
    )
    return None if centre is None or radius is None else (centre[0] - 1, centre[1] - 1, radius)


def _polygon(dataset: read.Header) -> tuple[_Corner, ...]:
    numbers = read.numbers(dataset, "VerticesOfThePolygonalShutter")
    if len(numbers) < 6 or len(numbers) % 2 or any(number is None for number in numbers):
        return ()
    known = [number - 1 for number in numbers if number is not None]
    return tuple(zip(known[0::2], known[1::2], strict=True))


def _inside(corners: tuple[_Corner, ...], rows: int, columns: int) -> NDArray[np.bool_]:
    """Even-odd rule, row by row; an edge's first row counts, then its last one: borders are inside."""
    edges = [
        edge for edge in zip(corners, (*corners[1:], corners[0]), strict=True) if edge[0][0] != edge[1][0]
    ]
    inside = np.zeros((rows, columns), bool)
    for row in range(rows):
        for first_counts in (True, False):
            crossings = sorted(_crossings(edges, row, first_counts))
            for left, right in zip(crossings[0::2], crossings[1::2], strict=False):
                inside[row, max(ceil(left), 0) : max(floor(right) + 1, 0)] = True
    return inside


def _crossings(edges: list[tuple[_Corner, _Corner]], row: int, first_counts: bool) -> Iterator[float]:
    """Where the row crosses the edges."""
    for (r1, c1), (r2, c2) in edges:
        low, high = min(r1, r2), max(r1, r2)
        if low <= row < high if first_counts else low < row <= high:
            yield c1 + (row - r1) * (c2 - c1) / (r2 - r1)
