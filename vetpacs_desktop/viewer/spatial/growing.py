"""Growing from a seed: all voxels of a range that hang together with it, by their faces.

Slice by slice, so that it can say how far it is, be stopped, and holds the interpreter only briefly. The same
seed and range always give the same voxels. Reads the voxels as stored; changes none.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import label

from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.viewer.figures import Line
from vetpacs_desktop.viewer.geometry.planes import Vector
from vetpacs_desktop.viewer.measure.image import unit_of
from vetpacs_desktop.viewer.measure.measured import NotMeasurable
from vetpacs_desktop.viewer.spatial.bodies import edges_in
from vetpacs_desktop.viewer.spatial.pane import Pane
from vetpacs_desktop.viewer.spatial.placed import Grown
from vetpacs_desktop.viewer.volume.volume import Volume

AROUND = (2, 6, 6)
"""Slices, rows and columns to each side of the seed whose values make the first range."""
DEVIATIONS = 3.0
"""To each side: noise leaves no more than three of a thousand voxels out."""
OF_HALF = 2.65
"""The deviation of all values against that of the half nearest to the middle, where noise is normal."""
LEAST_SHARE = 0.01
"""Of what the seed's slice ranges over: no range is narrower."""
MOST_VOXELS = 40_000_000
"""More is no organ any more: the range runs over into the surroundings."""
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False, slots=True)
class Region:
    """The voxels that were found: True in a box of the volume that begins at `start`."""

    mask: Mask
    """(slices, rows, columns)."""
    start: tuple[int, int, int]
    """(slice, row, column)."""


def first_range(volume: Volume, seed: Vector, widen: float = 1.0) -> tuple[float, float]:
    """The range from the values around a seed: mean and `widen` times three deviations to both sides.

    Raises `NotMeasurable` where the seed lies outside the volume, or on background.
    """
    number, row, column = seed_voxel(volume, seed)
    places = zip((number, row, column), AROUND, strict=True)
    box = tuple(slice(max(at - away, 0), at + away + 1) for at, away in places)
    near = volume.values[box].astype(np.float64)
    own = float(volume.values[number, row, column])
    # What differs much from the seed's own value is another tissue: the middle half decides.
    order = np.argsort(np.abs(near - own), axis=None)
    usual = near.ravel()[order[: max(near.size // 2, 1)]]
    mean, deviation = float(usual.mean()), float(usual.std())
    least = LEAST_SHARE * float(np.ptp(volume.values[number].astype(np.float64))) / 2
    half = max(DEVIATIONS * OF_HALF * deviation, least) * widen
    return min(mean - half, own), max(mean + half, own)


def seed_voxel(volume: Volume, seed: Vector) -> tuple[int, int, int]:
    """(slice, row, column) of the voxel that a place lies in. Raises `NotMeasurable`."""
    if not bool(volume.grid.holds(seed)):
        raise NotMeasurable(reason="the point lies outside the volume")
    column, row, number = (round(float(at)) for at in volume.grid.to_index(seed))
    slices, rows, columns = volume.values.shape
    place = min(max(number, 0), slices - 1), min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)
    if volume.is_background(*place):
        raise NotMeasurable(reason="nothing was measured at this place")
    return place


def grow(
    volume: Volume,
    seed: Vector,
    low: float,
    high: float,
    tell: Callable[[int], object] = lambda _: None,
    cancel: CancelToken | None = None,
) -> tuple[Grown, Region]:
    """All voxels from `low` to `high` that hang together with the seed.

    `tell` hears how many voxels were found so far. Raises `NotMeasurable` (no place, runs over), `Cancelled`.
    """
    number, row, column = seed_voxel(volume, seed)
    growth = _Growth(volume, low, high)
    first = growth.pieces(number)[row, column]
    if not first:
        raise NotMeasurable(reason="the value at this place does not lie in the range")
    growth.take(number, np.array([first]))
    while growth.waiting:
        if cancel is not None:
            cancel.check()
        growth.go_on()
        tell(growth.count)
        if growth.count > MOST_VOXELS:
            raise NotMeasurable(reason="it runs over into the surroundings; choose a narrower range")
    return growth.result()


class _Growth:
    """One growth under way."""

    def __init__(self, volume: Volume, low: float, high: float) -> None:
        self._volume, self._low, self._high = volume, low, high
        self._pieces: dict[int, NDArray[Any]] = {}
        self._found: dict[int, Mask] = {}
        self._taken: dict[int, set[int]] = {}
        self.waiting: deque[tuple[int, Mask]] = deque()
        self.count = 0

    def pieces(self, number: int) -> NDArray[Any]:
        """(rows, columns): which piece of its slice each voxel of the range belongs to, 0 for none."""
        if number not in self._pieces:
            values = self._volume.values[number]
            mask = (values >= self._low) & (values <= self._high)
            if self._volume.background is not None:
                mask &= self._volume.measured(number)
            self._pieces[number] = label(mask)[0]
        return self._pieces[number]

    def take(self, number: int, wanted: NDArray[Any]) -> None:
        """These pieces of a slice belong to it."""
        taken = self._taken.setdefault(number, set())
        fresh = [int(piece) for piece in wanted.tolist() if piece and piece not in taken]
        if not fresh:
            return
        taken.update(fresh)
        pieces = self.pieces(number)
        chosen = np.zeros(int(pieces.max()) + 1, np.bool_)
        chosen[fresh] = True
        mask: Mask = chosen[pieces]
        self._found[number] = mask | self._found[number] if number in self._found else mask
        self.count += int(mask.sum())
        self.waiting.append((number, mask))

    def go_on(self) -> None:
        """From the slice that waits longest to both of its neighbours."""
        number, mask = self.waiting.popleft()
        for beside in (number - 1, number + 1):
            if 0 <= beside < len(self._volume.values):
                self.take(beside, np.unique(self.pieces(beside)[mask]))

    def result(self) -> tuple[Grown, Region]:
        """The numbers, and the voxels in the smallest box."""
        volume, numbers = self._volume, sorted(self._found)
        values = np.concatenate([volume.values[n][self._found[n]] for n in numbers]).astype(np.float64)
        mask = np.stack([self._found[n] for n in numbers])
        rows, columns = np.flatnonzero(mask.any(axis=(0, 2))), np.flatnonzero(mask.any(axis=(0, 1)))
        tight = mask[:, rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].copy()
        grown = Grown(
            self._low,
            self._high,
            self.count,
            self.count * volume.grid.voxel_mm3,
            float(values.mean()),
            float(values.std()),
            unit_of(volume.description),
        )
        return grown, Region(tight, (numbers[0], int(rows[0]), int(columns[0])))


def edges_of(region: Region, volume: Volume, pane: Pane) -> tuple[Line, ...]:
    """The edge of a region in a picture, by the voxel that each pixel's centre lies in."""
    slices, rows, columns = region.mask.shape
    number, row, column = region.start
    ends = [
        (column + i * columns - 0.5, row + j * rows - 0.5, number + k * slices - 0.5)
        for i in (0, 1)
        for j in (0, 1)
        for k in (0, 1)
    ]

    def holds(places: NDArray[np.float64]) -> Mask:
        index = np.rint(volume.grid.to_index(places)).astype(np.int64).T[::-1]
        i, j, k = (at - first for at, first in zip(index, region.start, strict=True))
        near = (i >= 0) & (i < slices) & (j >= 0) & (j < rows) & (k >= 0) & (k < columns)
        found = np.zeros(len(places), np.bool_)
        found[near] = region.mask[i[near], j[near], k[near]]
        return found

    return edges_in(pane, volume.grid.to_patient(ends), holds)
