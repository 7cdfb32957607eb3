"""A volume as a value: voxels in modality units, their grid, what must be said about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vetpacs_desktop.viewer.description import ImageDescription, Window
from vetpacs_desktop.viewer.geometry.planes import Vector
from vetpacs_desktop.viewer.volume.grid import Grid


@dataclass(frozen=True, slots=True, eq=False)
class Volume:
    """Voxels of one stack. Two volumes are equal when they are the same one."""

    values: NDArray[Any]
    """(slices, rows, columns) int16, uint16, uint8 or float32, in modality units; background as the lowest
    value of the animal. Not to be written to."""
    grid: Grid
    normal: Vector
    """Across the slices as they were taken."""
    description: ImageDescription
    """Of the first slice: modality, units, orientation of the animal."""
    window: Window | None
    """The one to begin with, that of the slice in the middle."""
    notes: tuple[str, ...] = ()
    """What was corrected, in sentences."""
    background: NDArray[np.uint8] | None = None
    """Bits (np.packbits along the columns) of voxels that are no measurement; None where all are."""
    lowest: float | None = None
    """No value is lower; None where nobody looked."""

    @property
    def nbytes(self) -> int:
        """Memory of the voxels."""
        return self.values.nbytes + (self.background.nbytes if self.background is not None else 0)

    @property
    def frame_of_reference(self) -> str:
        """Places can be compared between volumes that share it; empty where nobody knows."""
        return self.description.frame_of_reference_uid

    @property
    def range(self) -> tuple[float, float]:
        """The lowest and the highest value."""
        return float(self.values.min()), float(self.values.max())

    @property
    def tissue(self) -> tuple[float, float]:
        """The darkest and the brightest value but for rare ones (2nd and 99.8th percentile of a sample)."""
        sample = self.values[:: max(1, len(self.values) // 24), ::4, ::4]
        low, high = (float(edge) for edge in np.percentile(sample, (2.0, 99.8)))
        return low, high

    def value_at(self, place: ArrayLike) -> float | None:
        """The value of the voxel that a place in mm lies in; None outside and in the background."""
        if not bool(self.grid.holds(place)):
            return None
        found = np.rint(self.grid.to_index(place)).astype(int)
        column, row, number = np.clip(found, 0, np.array(self.values.shape[::-1]) - 1)
        return None if self.is_background(number, row, column) else float(self.values[number, row, column])

    def is_background(self, number: int, row: int, column: int) -> bool:
        """Whether a voxel is no measurement."""
        if self.background is None:
            return False
        return bool(self.background[number, row, column >> 3] >> (7 - (column & 7)) & 1)

    def measured(self, number: int) -> NDArray[np.bool_]:
        """(rows, columns) of one slice: True where a voxel is a measurement."""
        rows, columns = self.values.shape[1:]
        if self.background is None:
            return np.ones((rows, columns), np.bool_)
        bits = np.unpackbits(self.background[number], axis=1, count=columns)
        hidden: NDArray[np.bool_] = bits == 0
        return hidden
