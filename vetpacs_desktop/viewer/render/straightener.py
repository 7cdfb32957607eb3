"""Cuts along a path and lays the cut out flat, with VTK's threaded reslicing. Never copies the voxels.

Every column of the picture is a straight line across the path, so one small grid of ways (VTK bends space by
it) says where each pixel comes from. Works in the volume's own index space, like `reslicer`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkFiltersHybrid import vtkGridTransform
from vtkmodules.vtkImagingCore import vtkImageReslice

from vetpacs_desktop.viewer.volume.section import Slab
from vetpacs_desktop.viewer.volume.track import Track
from vetpacs_desktop.viewer.volume.volume import Volume

_MODES = {
    Slab.MEAN: vtkImageReslice.SetSlabModeToMean,
    Slab.MIP: vtkImageReslice.SetSlabModeToMax,
    Slab.MINIP: vtkImageReslice.SetSlabModeToMin,
}


@dataclass(frozen=True, slots=True)
class Strip:
    """How a path is laid out: x goes along it in its own steps, y across it."""

    track: Track
    rows: int
    """Odd: the path itself is the row in the middle."""
    thickness_mm: float = 0.0
    """Of the slab, at a right angle to the picture, half to each side."""
    slab: Slab = Slab.MIP

    @property
    def mm(self) -> float:
        """Width and height of a pixel."""
        return self.track.step

    @property
    def middle(self) -> int:
        """The row of the path."""
        return self.rows // 2


class Straightener:
    """Cuts one volume along paths."""

    def __init__(self, volume: Volume) -> None:
        self._volume = volume
        self._finest = min(volume.grid.spacing)
        slices, rows, columns = volume.values.shape
        self._input = vtkImageData()
        self._input.SetDimensions(columns, rows, slices)
        self._input.GetPointData().SetScalars(numpy_to_vtk(volume.values.reshape(-1)))
        self._filter = vtkImageReslice()
        self._filter.SetInputData(self._input)
        self._filter.BorderOn()
        self._filter.SetBackgroundLevel(float(volume.values.min()))
        self._filter.SetSlabTrapezoidIntegration(True)
        self._filter.SetInterpolationModeToLinear()
        self._filter.SetOutputOrigin(0.0, 0.0, 0.0)
        self._filter.SetOutputSpacing(1.0, 1.0, 1.0)

    def cut(self, strip: Strip) -> NDArray[Any]:
        """(rows, columns) values of the volume's own kind; its lowest value outside of it."""
        samples = self._samples(strip.thickness_mm)
        self._filter.SetResliceTransform(self._transform(strip, samples))
        self._filter.SetOutputExtent(0, strip.track.count - 1, 0, strip.rows - 1, 0, 0)
        self._filter.SetOutputDimensionality(3 if samples > 1 else 2)
        self._filter.SetSlabNumberOfSlices(samples)
        _MODES[strip.slab](self._filter)
        self._filter.Update()
        flat: NDArray[Any] = vtk_to_numpy(self._filter.GetOutput().GetPointData().GetScalars())
        return flat.reshape(strip.rows, strip.track.count).copy()

    def _samples(self, thickness: float) -> int:
        """Odd, so that one of them lies in the middle."""
        return 1 if thickness <= 0 else max(math.ceil(thickness / self._finest) | 1, 3)

    def _transform(self, strip: Strip, samples: int) -> vtkGridTransform:
        """From (column, row, sample from the middle) of the picture to (column, row, slice) of the volume."""
        track, grid = strip.track, self._volume.grid
        deep = max(samples, 3)
        depth = strip.thickness_mm / (samples - 1) if samples > 1 else self._finest
        rows = np.array([0.0, strip.rows - 1.0])
        sides = np.array([-(deep // 2), deep // 2], dtype=np.float64)
        across = (rows - strip.middle)[:, None, None] * track.across[None] * strip.mm
        away = sides[:, None, None] * track.side[None] * depth
        places = track.places[None, None] + across[None] + away[:, None]
        index = grid.to_index(places)
        own = np.stack(
            np.broadcast_arrays(
                np.arange(track.count)[None, None, :], rows[None, :, None], sides[:, None, None]
            ),
            axis=-1,
        )
        ways = vtkImageData()
        ways.SetDimensions(track.count, 2, 2)
        ways.SetSpacing(1.0, max(rows[1], 1.0), sides[1] - sides[0])
        ways.SetOrigin(0.0, 0.0, sides[0])
        flat = np.ascontiguousarray((index - own).reshape(-1, 3))
        ways.GetPointData().SetScalars(numpy_to_vtk(flat, deep=True))
        made = vtkGridTransform()
        made.SetDisplacementGridData(ways)
        made.SetInterpolationModeToLinear()
        return made
