"""Cuts a plane or a slab out of a volume at the screen's resolution, with VTK's threaded reslicing.

Works in the volume's own index space, so that sheared (tilted) stacks are cut where they truly lie. Never
copies the voxels.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkCommonMath import vtkMatrix4x4
from vtkmodules.vtkImagingCore import vtkImageReslice

from vetpacs_desktop.viewer.volume.grid import Floats, Grid
from vetpacs_desktop.viewer.volume.section import Cut, Slab, vector
from vetpacs_desktop.viewer.volume.slab import axis_of, layer
from vetpacs_desktop.viewer.volume.volume import Volume

SKETCHED, SKETCHED_SLAB = 300_000, 800_000
"""Samples that a sketch of a plane or a slab may take: some milliseconds on two cores. Those of a slab are
the nearest voxels, those of a thin plane blend eight of them."""
MOST_SAMPLES = 4000
"""Through a slab; a whole animal of half a millimetre's voxels needs half of them."""


class Reslicer:
    """Cuts one volume; holds on to it until it is let go of."""

    def __init__(self, volume: Volume) -> None:
        self.volume = volume
        self._finest = min(volume.grid.spacing)
        self._lowest = float(volume.values.min()) if volume.lowest is None else volume.lowest
        self._input = _image(volume.values)
        self._filter = vtkImageReslice()
        self._filter.BorderOn()
        self._filter.SetBackgroundLevel(self._lowest)
        self._filter.SetSlabTrapezoidIntegration(True)

    def twin(self) -> Reslicer:
        """Another one of the same voxels, for another thread: one of them is never used by two at once."""
        return Reslicer(replace(self.volume, lowest=self._lowest))

    def cut(self, cut: Cut) -> NDArray[Any]:
        """(height, width) values of the volume's own kind; the volume's lowest value outside of it."""
        axis = axis_of(self.volume.grid, cut) if cut.thickness_mm > 0 else None
        if axis is None:
            return self._resliced(self._input, self.volume.grid, cut, self._samples(cut))
        flat = layer(self.volume, cut, axis)
        return self._resliced(_image(flat.values), flat.grid, cut, 1, axis)

    def effort(self, cut: Cut) -> int:
        """How many samples a cut takes; few where whole layers of voxels are put together."""
        if cut.thickness_mm > 0 and axis_of(self.volume.grid, cut) is not None:
            return cut.width * cut.height
        return self._area(cut) * self._samples(cut)

    def sketch(self, cut: Cut) -> NDArray[Any]:
        """(height, width) values as `cut` gives them, coarser, with few samples: to be seen while the
        plane moves. Never to be measured in."""
        samples = self._samples(cut)
        if samples > 3:  # every second one, the middle among them
            samples = samples // 2 | 1
        most = SKETCHED if samples == 1 else SKETCHED_SLAB
        every = max(1, math.ceil(math.sqrt(self._area(cut) * samples / most)))
        shift = (every - 1) / 2 * cut.mm
        corner = np.asarray(cut.corner) + shift * (np.asarray(cut.right) + np.asarray(cut.down))
        coarse = replace(
            cut,
            corner=vector(corner),
            mm=cut.mm * every,
            width=-(-cut.width // every),
            height=-(-cut.height // every),
            smooth=samples == 1,
        )
        flat = self._resliced(self._input, self.volume.grid, coarse, samples)
        whole = flat.repeat(every, axis=0).repeat(every, axis=1)
        return np.ascontiguousarray(whole[: cut.height, : cut.width])

    def _area(self, cut: Cut) -> int:
        """Pixels that must be looked at."""
        rows, columns = reached(self.volume.grid, cut, cut.thickness_mm / 2)
        area: int = (rows.stop - rows.start) * (columns.stop - columns.start)
        return area

    def _resliced(
        self, image: vtkImageData, grid: Grid, cut: Cut, samples: int, layered: int | None = None
    ) -> NDArray[Any]:
        """`layered` is the axis that a slab was put together along: the image has one voxel there."""
        whole = np.full((cut.height, cut.width), self._lowest, self.volume.values.dtype)
        axes = _axes(grid, cut, cut.thickness_mm / (samples - 1) if samples > 1 else self._finest)
        half = cut.thickness_mm / 2 if samples > 1 else 0.0
        if layered is not None:
            axes[layered] = 0.0  # the slab as a whole, also where the picture leans a little
        rows, columns = slice(0, cut.height), slice(0, cut.width)
        if layered is None:
            rows, columns = reached(grid, cut, half)
        if rows.start < rows.stop and columns.start < columns.stop:
            whole[rows, columns] = self._part(image, axes, rows, columns, cut, samples)
        return whole

    def _part(
        self, image: vtkImageData, axes: Floats, rows: slice, columns: slice, cut: Cut, samples: int
    ) -> NDArray[Any]:
        """Some rows and columns of the picture."""
        matrix = vtkMatrix4x4()
        matrix.DeepCopy(axes.ravel().tolist())
        self._filter.SetInputData(image)
        self._filter.SetResliceAxes(matrix)
        self._filter.SetOutputSpacing(1.0, 1.0, 1.0)
        self._filter.SetOutputOrigin(0.0, 0.0, 0.0)
        self._filter.SetOutputExtent(columns.start, columns.stop - 1, rows.start, rows.stop - 1, 0, 0)
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
        return flat.reshape(rows.stop - rows.start, columns.stop - columns.start)

    def _samples(self, cut: Cut) -> int:
        """Through a slab, a voxel's size in its direction apart; odd, so that one lies in the middle."""
        if cut.thickness_mm <= 0:
            return 1
        wanted = math.ceil(cut.thickness_mm / _depth(self.volume.grid, cut)) + 1
        return min(max(wanted | 1, 3), MOST_SAMPLES | 1)


def _depth(grid: Grid, cut: Cut) -> float:
    """How far a voxel reaches across a plane, mm: samples this far apart leave no layer of voxels out."""
    way = np.linalg.solve(grid.axes, cut.normal)
    return 1.0 / float(np.max(np.abs(way)))


def reached(grid: Grid, cut: Cut, half_mm: float) -> tuple[slice, slice]:
    """The rows and columns of a picture that a volume reaches, `half_mm` to each side of the plane; or none.

    Around them there is nothing to look for: pictures that may be turned are much larger than the animal.
    """
    index = _CORNERS * np.asarray(grid.shape[::-1]) - 0.5
    away = grid.to_patient(index) - np.asarray(cut.corner)
    ways = np.column_stack([np.asarray(cut.right) / cut.mm, np.asarray(cut.down) / cut.mm, cut.normal])
    seen = away @ ways
    start, end = seen[_EDGES[:, 0]], seen[_EDGES[:, 1]]
    along = end[:, 2] - start[:, 2]
    places = [seen[np.abs(seen[:, 2]) <= half_mm]]
    for side in (-half_mm, half_mm):
        share = np.divide(side - start[:, 2], along, out=np.full(len(along), -1.0), where=along != 0)
        met = (share >= 0) & (share <= 1)
        places.append(start[met] + share[met, np.newaxis] * (end - start)[met])
    found = np.concatenate(places)
    if not len(found):
        return slice(0, 0), slice(0, 0)
    (left, top), (right, bottom) = found[:, :2].min(axis=0), found[:, :2].max(axis=0)
    return _within(top, bottom, cut.height), _within(left, right, cut.width)


def _within(low: float, high: float, count: int) -> slice:
    first = min(max(math.floor(low) - 1, 0), count)
    return slice(first, max(min(math.ceil(high) + 2, count), first))


_CORNERS = np.array([(i, j, k) for i in (0, 1) for j in (0, 1) for k in (0, 1)])
_EDGES = np.array([(a, a | 1 << n) for n in range(3) for a in range(8) if not a & 1 << n])
"""Of a box, by the numbers of its corners."""


def _axes(grid: Grid, cut: Cut, step: float) -> Floats:
    """(4, 4): from (pixel, pixel, sample) of the picture to (column, row, slice) of the volume."""
    plane = np.eye(4)
    plane[:3, 0] = np.asarray(cut.right) * cut.mm
    plane[:3, 1] = np.asarray(cut.down) * cut.mm
    plane[:3, 2] = np.asarray(cut.normal) * step
    plane[:3, 3] = cut.corner
    whole: Floats = np.linalg.inv(grid.matrix) @ plane
    return whole


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
