"""Which voxels of a volume lie in a figure: those as stored whose centres do, never resampled ones.

Owns the search for the centres near a plane, which costs the figure's area and not the volume's size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.measure.statistics import Summary, summary
from vetpacs_desktop.viewer.spatial.outline import Floats, Inside, Outline
from vetpacs_desktop.viewer.volume.grid import Grid
from vetpacs_desktop.viewer.volume.volume import Volume

ROUNDING = 1e-6
"""mm by which a centre may miss the plane's edge and still lie on it."""
Whole = NDArray[np.int64]
Holds = Callable[[Floats, Floats, Floats], Inside]
"""Which places (right, down, across in mm) lie inside."""


@dataclass(frozen=True, eq=False, slots=True)
class Axes:
    """A plane's own coordinates: right, down and across in mm from its origin."""

    origin: Floats
    right: Floats
    down: Floats

    @property
    def turn(self) -> Floats:
        """(3, 3): right, down and across as rows."""
        return np.stack((self.right, self.down, np.cross(self.right, self.down)))


def summary_in(volume: Volume, axes: Axes, outline: Outline, half: float) -> Summary | None:
    """Of the voxels inside an outline and within `half` mm of its plane; None where there is none."""
    low, high = outline.reach
    box = np.array((*low, -half)), np.array((*high, half))
    return summary_within(volume, axes, box, lambda right, down, _away: outline.holds(right, down))


def summary_within(volume: Volume, axes: Axes, box: tuple[Floats, Floats], holds: Holds) -> Summary | None:
    """Of the voxels inside a box (right, down, across) for which `holds`."""
    found = [_values(volume, *some) for some in _inside(volume.grid, axes, box, holds)]
    return summary(np.concatenate(found)) if found else None


def _inside(
    grid: Grid, axes: Axes, box: tuple[Floats, Floats], holds: Holds
) -> Iterator[tuple[Whole, Whole, Whole]]:
    """Voxels (column, row, slice) layer by layer."""
    start = axes.turn @ (np.asarray(grid.origin) - axes.origin)
    steps = axes.turn @ grid.axes
    for index in _near(grid, axes, box, start[2], steps[2]):
        right, down, away = start[:, None] + steps @ index
        chosen = holds(right, down, away)
        if chosen.any():
            column, row, number = index[:, chosen]
            yield column, row, number


def _near(grid: Grid, axes: Axes, box: tuple[Floats, Floats], start: float, steps: Floats) -> Iterator[Whole]:
    """(3, n) voxels between the two planes of a box, within the box around them."""
    low, high = _bounds(grid, axes, box)
    if np.any(high < low):
        return
    lead = int(np.argmax(np.abs(steps)))
    one, other = (n for n in range(3) if n != lead)
    first = np.arange(low[one], high[one] + 1)[:, None]
    second = np.arange(low[other], high[other] + 1)[None, :]
    rest = start + steps[one] * first + steps[other] * second
    ends = (box[0][2] - ROUNDING - rest) / steps[lead], (box[1][2] + ROUNDING - rest) / steps[lead]
    begin = np.maximum(np.ceil(np.minimum(*ends)).astype(np.int64), low[lead])
    end = np.minimum(np.floor(np.maximum(*ends)).astype(np.int64), high[lead])
    shape = begin.shape
    for layer in range(int((end - begin).max(initial=-1)) + 1):
        here = begin + layer <= end
        if here.any():
            index = np.empty((3, int(here.sum())), np.int64)
            index[lead] = (begin + layer)[here]
            index[one] = np.broadcast_to(first, shape)[here]
            index[other] = np.broadcast_to(second, shape)[here]
            yield index


def _bounds(grid: Grid, axes: Axes, box: tuple[Floats, Floats]) -> tuple[Whole, Whole]:
    """The lowest and highest voxel (column, row, slice) around a box."""
    ends = np.stack(box)
    corners = np.array([(ends[i, 0], ends[j, 1], ends[k, 2]) for i in (0, 1) for j in (0, 1) for k in (0, 1)])
    index = grid.to_index(corners @ axes.turn + axes.origin)
    slices, rows, columns = grid.shape
    low = np.clip(np.floor(index.min(axis=0)), 0, None).astype(np.int64)
    high = np.minimum(np.ceil(index.max(axis=0)), (columns - 1, rows - 1, slices - 1)).astype(np.int64)
    return low, high


def _values(volume: Volume, column: Whole, row: Whole, number: Whole) -> NDArray[Any]:
    """Of those that are measurements."""
    values: NDArray[Any] = volume.values[number, row, column]
    if volume.background is None:
        return values
    bits = volume.background[number, row, column >> 3] >> (7 - (column & 7)).astype(np.uint8)
    measured: NDArray[Any] = values[(bits & 1) == 0]
    return measured
