"""Cuts a plane or a slab out of a volume at the screen's resolution, with VTK's threaded reslicing.

Works in the volume's own index space, so that sheared (tilted) stacks are cut where they truly lie. Never
copies the voxels.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkCommonMath import vtkMatrix4x4
from vtkmodules.vtkImagingCore import vtkImageReslice

from vetpacs_desktop.viewer.volume.grid import Grid
from vetpacs_desktop.viewer.volume.section import Cut, Slab
from vetpacs_desktop.viewer.volume.slab import axis_of, layer
from vetpacs_desktop.viewer.volume.volume import Volume

FINEST = 0.5
"""A slab is sampled at no less than this share of the finest voxel edge."""
MOST_SAMPLES = 4000
"""Through a slab; a whole animal of half a millimetre's voxels needs half of them."""


class Reslicer:
    """Cuts one volume; holds on to it until it is let go of."""

    def __init__(self, volume: Volume) -> None:
        self.volume = volume
        self._finest = min(volume.grid.spacing)
        self._lowest = float(volume.values.min())
        self._input = _image(volume.values)
        self._filter = vtkImageReslice()
        self._filter.BorderOn()
        self._filter.SetBackgroundLevel(self._lowest)
        self._filter.SetSlabTrapezoidIntegration(True)

    def cut(self, cut: Cut) -> NDArray[Any]:
        """(height, width) values of the volume's own kind; the volume's lowest value outside of it."""
        axis = axis_of(self.volume.grid, cut) if cut.thickness_mm > 0 else None
        if axis is None:
            return self._resliced(self._input, self.volume.grid, cut, self._samples(cut.thickness_mm))
        flat = layer(self.volume, cut, axis)
        return self._resliced(_image(flat.values), flat.grid, cut, 1)

    def _resliced(self, image: vtkImageData, grid: Grid, cut: Cut, samples: int) -> NDArray[Any]:
        step = cut.thickness_mm / (samples - 1) if samples > 1 else self._finest
        self._filter.SetInputData(image)
        self._filter.SetResliceAxes(_axes(grid, cut, step))
        self._filter.SetOutputSpacing(1.0, 1.0, 1.0)
        self._filter.SetOutputOrigin(0.0, 0.0, 0.0)
        self._filter.SetOutputExtent(0, cut.width - 1, 0, cut.height - 1, 0, 0)
        self._filter.SetOutputDimensionality(3 if samples > 1 else 2)
        self._filter.SetSlabNumberOfSlices(samples)
        _MODES[cut.slab](self._filter)
        # VTK 9's short way for planes along the axes takes the first sample twice and drops the last one
        # when it adds them up; a maximum or minimum is right either way (test_reslicer.py).
        self._filter.SetOptimization(samples == 1 or cut.slab is not Slab.MEAN)
        if cut.smooth:
            self._filter.SetInterpolationModeToLinear()
        else:
            self._filter.SetInterpolationModeToNearestNeighbor()
        self._filter.Update()
        flat: NDArray[Any] = vtk_to_numpy(self._filter.GetOutput().GetPointData().GetScalars())
        return flat.reshape(cut.height, cut.width).copy()

    def _samples(self, thickness: float) -> int:
        """Odd, so that one of them lies in the middle."""
        if thickness <= 0:
            return 1
        wanted = math.ceil(thickness / (self._finest * FINEST * 2))
        return min(max(wanted | 1, 3), MOST_SAMPLES | 1)


def _axes(grid: Grid, cut: Cut, step: float) -> vtkMatrix4x4:
    """From (pixel, pixel, sample) of the picture to (column, row, slice) of the volume."""
    plane = np.eye(4)
    plane[:3, 0] = np.asarray(cut.right) * cut.mm
    plane[:3, 1] = np.asarray(cut.down) * cut.mm
    plane[:3, 2] = np.cross(cut.right, cut.down) * step
    plane[:3, 3] = cut.corner
    matrix = vtkMatrix4x4()
    matrix.DeepCopy((np.linalg.inv(grid.matrix) @ plane).ravel().tolist())
    return matrix


_MODES = {
    Slab.MEAN: vtkImageReslice.SetSlabModeToMean,
    Slab.MIP: vtkImageReslice.SetSlabModeToMax,
    Slab.MINIP: vtkImageReslice.SetSlabModeToMin,
}


def _image(values: NDArray[Any]) -> vtkImageData:
    slices, rows, columns = values.shape
    image = vtkImageData()
    image.SetDimensions(columns, rows, slices)
    image.GetPointData().SetScalars(numpy_to_vtk(values.reshape(-1)))
    return image
