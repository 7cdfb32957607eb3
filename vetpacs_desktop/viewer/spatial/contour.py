"""The edge of a mask as closed lines along its pixels: what is inside, neither smoothed nor blended."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Corner = tuple[int, int]
MOST_EDGES = 60_000
"""Of a mask that is nothing but noise, no lines are drawn at all."""


def contours(mask: NDArray[np.bool_]) -> list[list[tuple[float, float]]]:
    """Loops of (column, row) corners around what is True in (rows, columns); straight runs are one piece."""
    ways = _edges(mask)
    if len(ways) > MOST_EDGES:
        return []
    following: dict[Corner, list[Corner]] = {}
    for start, end in ways:
        following.setdefault(start, []).append(end)
    loops = []
    while following:
        start = next(iter(following))
        loop, here, before = [], start, (0, 0)
        while here in following:
            ends = following[here]
            end = ends.pop()
            if not ends:
                del following[here]
            way = end[0] - here[0], end[1] - here[1]
            if way != before:
                loop.append((here[0] - 0.5, here[1] - 0.5))
            here, before = end, way
        loops.append(loop)
    return loops


def _edges(mask: NDArray[np.bool_]) -> list[tuple[Corner, Corner]]:
    """Each edge between inside and outside, with the inside at its left; corners are whole numbers."""
    padded = np.pad(mask, 1)
    up, down = padded[:-1, 1:-1], padded[1:, 1:-1]
    left, right = padded[1:-1, :-1], padded[1:-1, 1:]
    found: list[tuple[Corner, Corner]] = []
    for row, column in zip(*(side.tolist() for side in np.nonzero(down & ~up)), strict=True):
        found.append(((column + 1, row), (column, row)))
    for row, column in zip(*(side.tolist() for side in np.nonzero(up & ~down)), strict=True):
        found.append(((column, row), (column + 1, row)))
    for row, column in zip(*(side.tolist() for side in np.nonzero(right & ~left)), strict=True):
        found.append(((column, row), (column, row + 1)))
    for row, column in zip(*(side.tolist() for side in np.nonzero(left & ~right)), strict=True):
        found.append(((column, row + 1), (column, row)))
    return found
