"""Values of a picture at the screen's own pixels: cut on the processor, as VTK's reslicing mapper does it.

Owns one picture, the sizes it was averaged to, and its last cut. Knows no greys, no texts and no OpenGL:
without a graphics card, drawing a picture of the screen's size as a texture takes longer than all the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkCommonMath import vtkMatrix4x4
from vtkmodules.vtkImagingCore import vtkImageReslice, vtkImageShrink3D

from vetpacs_desktop.viewer.snapshot import Camera, Viewport

Point = tuple[float, float]
_AT_EDGE = 1e-6
"""Of a screen pixel: rounding must not decide whether an edge is met."""
_BEYOND = 4.0
"""Pixels beyond its edge for which VTK repeats the outermost value; which of them are seen, `Extent` says."""


@dataclass(frozen=True, slots=True, eq=False)
class Extent:
    """Which screen pixels a picture covers: in row n those from `first[n]` up to, not with, `last[n]`."""

    first: NDArray[np.intp]
    last: NDArray[np.intp]

    @property
    def box(self) -> tuple[slice, slice] | None:
        """Rows and columns, where it is a rectangle with sides along the screen's."""
        rows = np.flatnonzero(self.last > self.first)
        if not len(rows):
            return slice(0), slice(0)
        top, bottom = int(rows[0]), int(rows[-1]) + 1
        left, right = int(self.first[top]), int(self.last[top])
        whole = (self.first[top:bottom] == left).all() and (self.last[top:bottom] == right).all()
        return (slice(top, bottom), slice(left, right)) if whole and len(rows) == bottom - top else None

    def mask(self, width: int) -> NDArray[np.bool_]:
        """(height, width), True where the picture is."""
        across = np.arange(width)
        return (across >= self.first[:, np.newaxis]) & (across < self.last[:, np.newaxis])


class Raster:
    """Of one picture; the values are shared with VTK, and kept alive here."""

    def __init__(self, values: NDArray[Any], pixel: Point, corner: Point = (0.0, 0.0)) -> None:
        """`values` (rows, columns) or (rows, columns, 3), `pixel` the width and height of one of them and
        `corner` the first one's centre, in the picture's square pixels."""
        self._values = np.ascontiguousarray(values)
        self._sizes = {1: _image(self._values, pixel, corner)}
        self._cutter = vtkImageReslice()
        self._cutter.BorderOn()
        self._cutter.SetBorderThickness(_BEYOND)
        self._cutter.SetOutputDimensionality(2)
        self._cutter.SetOutputSpacing(1.0, 1.0, 1.0)
        self._cutter.SetOutputOrigin(0.0, 0.0, 0.0)
        self._last: tuple[object, NDArray[Any], Extent] | None = None

    def cut(
        self, camera: Camera, viewport: Viewport, *, smooth: bool, times: int = 1
    ) -> tuple[NDArray[Any], Extent]:
        """The value under each screen pixel, (height, width) or (height, width, 3), and where they count.

        Each `times` x `times` values are averaged first. Valid until the next cut.
        """
        key = (camera, viewport.width, viewport.height, smooth, times)
        if self._last is None or self._last[0] != key:
            image = self._reduced(times)
            steps = _steps(camera, viewport)
            values = self._resliced(image, steps, viewport, smooth)
            self._last = key, values, _extent(image, steps, viewport)
        return self._last[1], self._last[2]

    def _resliced(
        self, image: vtkImageData, steps: NDArray[np.float64], viewport: Viewport, smooth: bool
    ) -> NDArray[Any]:
        axes = np.eye(4)
        axes[:2, :2], axes[:2, 3] = steps[:, :2], steps[:, 2]
        matrix = vtkMatrix4x4()
        matrix.DeepCopy(axes.ravel().tolist())
        cutter = self._cutter
        cutter.SetInputData(image)
        cutter.SetResliceAxes(matrix)
        cutter.SetOutputExtent(0, viewport.width - 1, 0, viewport.height - 1, 0, 0)
        if smooth:
            cutter.SetInterpolationModeToLinear()
        else:
            cutter.SetInterpolationModeToNearestNeighbor()
        cutter.Update()
        flat: NDArray[Any] = vtk_to_numpy(cutter.GetOutput().GetPointData().GetScalars())
        return flat.reshape(viewport.height, viewport.width, *self._values.shape[2:])

    def _reduced(self, times: int) -> vtkImageData:
        """Made once for each size."""
        if times not in self._sizes:
            self._sizes[times] = _averaged(self._sizes[1], times)
        return self._sizes[times]


def _steps(camera: Camera, viewport: Viewport) -> NDArray[np.float64]:
    """(2, 3): picture = steps @ (column, row, 1) of the centre of a screen pixel."""
    across, down = np.array(camera.right) / camera.factor, np.array(camera.down) / camera.factor
    corner = (
        np.array(camera.center) - across * ((viewport.width - 1) / 2) - down * ((viewport.height - 1) / 2)
    )
    return np.stack([across, down, corner], axis=1)


def _extent(image: vtkImageData, steps: NDArray[np.float64], viewport: Viewport) -> Extent:
    """Pixels whose centre lies in the picture; the left and upper edge belong to it."""
    first = np.zeros(viewport.height)
    last = np.full(viewport.height, float(viewport.width))
    rows = np.arange(viewport.height)
    sides = zip(image.GetOrigin(), image.GetSpacing(), image.GetDimensions(), steps, strict=False)
    for start, pitch, count, (across, down, corner) in sides:
        low, high = start - pitch / 2, start + pitch * (count - 0.5)
        at = corner + down * rows
        if abs(across) * viewport.width < _AT_EDGE * pitch:  # this side runs along the rows
            near, far = (at - low, high - at) if down > 0 else (high - at, at - low)
            slack = _AT_EDGE * abs(down)
            last[(near < -slack) | (far <= slack)] = 0
            continue
        ends = np.sort(np.stack([(low - at) / across, (high - at) / across]), axis=0)
        np.maximum(first, np.ceil(ends[0] - _AT_EDGE), out=first)
        np.minimum(last, np.ceil(ends[1] - _AT_EDGE), out=last)
    np.maximum(last, first, out=last)
    last[last > viewport.width] = first[last > viewport.width]
    return Extent(first.astype(np.intp), last.astype(np.intp))


def _image(values: NDArray[Any], pixel: Point, corner: Point) -> vtkImageData:
    rows, columns = values.shape[:2]
    image = vtkImageData()
    image.SetDimensions(columns, rows, 1)
    image.SetSpacing(pixel[0], pixel[1], 1.0)
    image.SetOrigin(corner[0], corner[1], 0.0)
    flat = values.reshape(-1) if values.ndim == 2 else values.reshape(-1, values.shape[2])
    image.GetPointData().SetScalars(numpy_to_vtk(flat))
    return image


def _averaged(image: vtkImageData, times: int) -> vtkImageData:
    """What is left over at the right and bottom edge is less than a screen pixel, and goes."""
    columns, rows, _ = image.GetDimensions()
    times = min(times, columns, rows)
    shrink = vtkImageShrink3D()
    shrink.SetInputData(image)
    shrink.SetShrinkFactors(times, times, 1)
    shrink.AveragingOn()
    shrink.Update()
    small = vtkImageData()
    small.ShallowCopy(shrink.GetOutput())
    across, down, _ = image.GetSpacing()
    left, top, _ = image.GetOrigin()
    # An averaged pixel's centre lies in the middle of those it stands for.
    small.SetOrigin(left + across * (times - 1) / 2, top + down * (times - 1) / 2, 0.0)
    return small
