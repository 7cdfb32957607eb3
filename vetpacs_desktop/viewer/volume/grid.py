"""Where the voxels of a volume lie in the animal: an affine grid, which need not be rectangular.

A tilted gantry makes a sheared stack; its third axis is the true way from slice to slice, so nothing has to
be straightened. Coordinates are DICOM's in mm (PS3.3 C.7.6.2.1.1). Must never look at values.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vetpacs_desktop.viewer.geometry.planes import Vector

EDGE = 0.5 + 1e-6
"""Voxels reach half a voxel beyond their centres."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Grid:
    """Voxel (column, row, slice), from 0, has its centre at origin + column * across + row * down + ..."""

    origin: Vector
    across: Vector
    """From one column to the next, mm."""
    down: Vector
    """From one row to the next, mm."""
    step: Vector
    """From one slice to the next, mm; leans against the plane where the gantry was tilted."""
    shape: tuple[int, int, int]
    """(slices, rows, columns), as the array of values has it."""

    @property
    def axes(self) -> Floats:
        """(3, 3): the ways in mm of one column, one row and one slice, as columns."""
        return np.column_stack([self.across, self.down, self.step]).astype(np.float64)

    @property
    def spacing(self) -> Vector:
        """Lengths in mm of one column, one row and one slice, each along its own axis."""
        a, b, c = (float(length) for length in np.linalg.norm(self.axes, axis=0))
        return a, b, c

    @property
    def voxel_mm3(self) -> float:
        """The volume of one voxel; a sheared one is smaller than the product of its edges."""
        return abs(float(np.linalg.det(self.axes)))

    @property
    def matrix(self) -> Floats:
        """(4, 4): from (column, row, slice, 1) to (x, y, z, 1) mm."""
        whole = np.eye(4)
        whole[:3, :3] = self.axes
        whole[:3, 3] = self.origin
        return whole

    @property
    def middle(self) -> Vector:
        """The place in the middle of all voxels, mm."""
        slices, rows, columns = self.shape
        return _vector(self.to_patient(((columns - 1) / 2, (rows - 1) / 2, (slices - 1) / 2)))

    @property
    def middle_voxel(self) -> Vector:
        """The centre of the voxel in the middle, mm: planes through it show voxels as they are."""
        slices, rows, columns = self.shape
        return _vector(self.to_patient((columns // 2, rows // 2, slices // 2)))

    @property
    def corners(self) -> Floats:
        """(8, 3): the outer corners of the volume in mm, half a voxel beyond the last centres."""
        slices, rows, columns = self.shape
        ends = [(-0.5, n - 0.5) for n in (columns, rows, slices)]
        return self.to_patient([(i, j, k) for i in ends[0] for j in ends[1] for k in ends[2]])

    @property
    def upright(self) -> bool:
        """Whether all three axes stand at right angles, within 0.01 degrees."""
        unit = self.axes / np.linalg.norm(self.axes, axis=0)
        return bool(np.max(np.abs(unit.T @ unit - np.eye(3))) < 1.75e-4)

    def to_patient(self, index: ArrayLike) -> Floats:
        """Places in mm of (..., 3) voxel positions (column, row, slice), which may lie between voxels."""
        places: Floats = np.asarray(index, dtype=np.float64) @ self.axes.T + np.asarray(self.origin)
        return places

    def to_index(self, place: ArrayLike) -> Floats:
        """(..., 3) voxel positions (column, row, slice) of places in mm; not rounded, may lie outside."""
        away = np.asarray(place, dtype=np.float64) - np.asarray(self.origin)
        found: Floats = away @ np.linalg.inv(self.axes).T
        return found

    def holds(self, place: ArrayLike) -> NDArray[np.bool_]:
        """Whether places in mm lie inside the volume, its outer half voxels included."""
        slices, rows, columns = self.shape
        found = self.to_index(place)
        inside: NDArray[np.bool_] = np.all(
            (found >= -EDGE) & (found <= np.array([columns, rows, slices]) - 1 + EDGE), axis=-1
        )
        return inside

    def every(self, times: int) -> Grid:
        """The grid of every `times`-th slice."""
        slices, rows, columns = self.shape
        x, y, z = (part * times for part in self.step)
        return replace(self, step=(x, y, z), shape=((slices + times - 1) // times, rows, columns))


def _vector(place: NDArray[Any]) -> Vector:
    x, y, z = (float(part) for part in place)
    return x, y, z
