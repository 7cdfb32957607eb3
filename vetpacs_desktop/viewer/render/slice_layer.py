"""The picture itself in a VTK scene: values uploaded once, greys by an exact window, pixels smooth or square.

Owns one vtkImageSlice. Never copies values that can be shown as they are: the numpy array is shared with VTK
and kept alive here. A picture much smaller on the screen than it is large is averaged first: skipping pixels
would make noise of detail, and patterns of a grid.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonCore import vtkLookupTable
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkImagingCore import vtkImageShrink3D
from vtkmodules.vtkRenderingCore import vtkImageProperty, vtkImageSlice
from vtkmodules.vtkRenderingImage import vtkImageResliceMapper

from vetpacs_desktop.viewer.snapshot import Picture
from vetpacs_desktop.viewer.transfer import Transfer

MOST_REDUCED = 16


class SliceLayer:
    """One picture, resliced at the screen's resolution."""

    def __init__(self) -> None:
        self._values: NDArray[Any] | None = None
        self._sizes: dict[int, vtkImageData] = {}
        self._painted: tuple[bytes | None, bytes | None] = None, None
        self._zero = 0.0
        self._transfer: Transfer | None = None
        self._mapper = vtkImageResliceMapper()
        self._mapper.SliceFacesCameraOn()
        self._mapper.SliceAtFocalPointOn()
        # The outer half of the border pixels belongs to the picture too.
        self._mapper.BorderOn()
        self.prop = vtkImageSlice()
        self.prop.SetMapper(self._mapper)
        self.prop.VisibilityOff()

    def show(self, picture: Picture | None) -> None:
        """Another picture, or none; `scale` must follow."""
        self.prop.SetVisibility(picture is not None)
        self._sizes = {}
        if picture is None:
            self._values = None
            self._mapper.SetInputData(None)
            return
        values, zero = near_zero(with_dark_background(picture))
        self._values = np.ascontiguousarray(values)
        if zero != self._zero:
            self._zero = zero
            if self._transfer is not None:
                self.paint(self._transfer)
        self._sizes[1] = _image(self._values, picture.pixel)

    def scale(self, factor: float, smooth: bool) -> None:
        """`factor` screen pixels show one image pixel; blend between pixels, or show them as they are."""
        look: vtkImageProperty = self.prop.GetProperty()
        if smooth:
            look.SetInterpolationTypeToLinear()
        else:
            look.SetInterpolationTypeToNearest()
        if self._sizes:
            self._mapper.SetInputData(self._reduced(reduction(factor) if smooth else 1))

    def paint(self, transfer: Transfer) -> None:
        """Another mapping from values to greys."""
        self._transfer = transfer
        look: vtkImageProperty = self.prop.GetProperty()
        look.SetColorWindow(transfer.upper - transfer.lower)
        look.SetColorLevel((transfer.upper + transfer.lower) / 2 - self._zero)
        wanted = transfer.table, transfer.colours
        if wanted != self._painted:  # dragging a straight window keeps its table
            self._painted = wanted
            look.SetLookupTable(None if wanted == (None, None) else _table(transfer.rgb))

    def _reduced(self, times: int) -> vtkImageData:
        """The picture with each `times` x `times` pixels averaged; made once."""
        if times not in self._sizes:
            self._sizes[times] = _averaged(self._sizes[1], times)
        return self._sizes[times]


def reduction(factor: float) -> int:
    """How many pixels a side to average into one, a power of 2, so that none is skipped on the screen."""
    if factor > 0.5:
        return 1
    return min(1 << math.floor(math.log2(1 / max(factor, 1e-6))), MOST_REDUCED)


def near_zero(values: NDArray[Any]) -> tuple[NDArray[Any], float]:
    """Values and what was taken off them: VTK reslices in single precision, which would blur doubles that
    lie close together far from zero."""
    if values.dtype != np.float64:
        return values, 0.0
    zero = float(values.min()) / 2 + float(values.max()) / 2
    return (values - zero).astype(np.float32), zero


def with_dark_background(picture: Picture) -> NDArray[Any]:
    """The values with padding a whole range beyond the darkest of the animal: black in any usual window.

    Not the type's own limit, for smooth pixels would then smear it over their neighbours.
    """
    values, mask = picture.values, picture.mask
    if mask is None or values.ndim == 3 or bool(mask.all()):
        return values
    animal = values[~mask]
    low, high = float(animal.min()), float(animal.max())
    beyond = 2 * high - low + 1 if picture.inverse else 2 * low - high - 1
    filled = values.copy()
    limits = np.iinfo(values.dtype) if values.dtype.kind in "iu" else np.finfo(values.dtype)
    filled[mask] = min(max(beyond, float(limits.min)), float(limits.max))
    return filled


def _image(values: NDArray[Any], pixel: tuple[float, float]) -> vtkImageData:
    rows, columns = values.shape[:2]
    image = vtkImageData()
    image.SetDimensions(columns, rows, 1)
    image.SetSpacing(pixel[0], pixel[1], 1.0)
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
    # An averaged pixel's centre lies in the middle of those it stands for.
    small.SetOrigin(across * (times - 1) / 2, down * (times - 1) / 2, 0.0)
    return small


def _table(colours: NDArray[np.uint8]) -> vtkLookupTable:
    rgba = np.full((len(colours), 4), 255, np.uint8)
    rgba[:, :3] = colours
    table = vtkLookupTable()
    table.SetTable(numpy_to_vtk(rgba, deep=1))
    return table
