"""The picture itself in a VTK scene: values uploaded once, greys by an exact window, pixels smooth or square.

Owns one vtkImageSlice. Never copies values: the numpy array is shared with VTK and kept alive here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonCore import vtkLookupTable
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkRenderingCore import vtkImageProperty, vtkImageSlice
from vtkmodules.vtkRenderingImage import vtkImageResliceMapper

from vetpacs_desktop.viewer.resolve import Picture
from vetpacs_desktop.viewer.transfer import Transfer


class SliceLayer:
    """One picture, resliced at the screen's resolution."""

    def __init__(self) -> None:
        self._image = vtkImageData()
        self._values: NDArray[np.generic] | None = None
        self._mapper = vtkImageResliceMapper()
        self._mapper.SliceFacesCameraOn()
        self._mapper.SliceAtFocalPointOn()
        # The outer half of the border pixels belongs to the picture too.
        self._mapper.BorderOn()
        self.prop = vtkImageSlice()
        self.prop.SetMapper(self._mapper)
        self.prop.VisibilityOff()

    def show(self, picture: Picture | None) -> None:
        """Another picture, or none."""
        self.prop.SetVisibility(picture is not None)
        if picture is None:
            self._values = None
            self._mapper.SetInputData(None)
            return
        self._share(with_dark_background(picture))
        self._image.SetSpacing(picture.pixel[0], picture.pixel[1], 1.0)
        self._mapper.SetInputData(self._image)

    def paint(self, transfer: Transfer) -> None:
        """Another mapping from values to greys."""
        look: vtkImageProperty = self.prop.GetProperty()
        look.SetColorWindow(transfer.upper - transfer.lower)
        look.SetColorLevel((transfer.upper + transfer.lower) / 2)
        look.SetLookupTable(None if transfer.table is None else _table(transfer.table))

    def smooth(self, smooth: bool) -> None:
        """Blend between pixels, or show them as they are."""
        look: vtkImageProperty = self.prop.GetProperty()
        if smooth:
            look.SetInterpolationTypeToLinear()
        else:
            look.SetInterpolationTypeToNearest()

    def _share(self, values: NDArray[np.generic]) -> None:
        rows, columns = values.shape[:2]
        self._values = np.ascontiguousarray(values)
        flat = self._values.reshape(-1) if values.ndim == 2 else self._values.reshape(-1, 3)
        self._image.SetDimensions(columns, rows, 1)
        self._image.GetPointData().SetScalars(numpy_to_vtk(flat))
        self._image.Modified()


def with_dark_background(picture: Picture) -> NDArray[np.generic]:
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


def _table(levels: bytes) -> vtkLookupTable:
    grey = np.frombuffer(levels, np.uint8)
    rgba = np.full((len(grey), 4), 255, np.uint8)
    rgba[:, :3] = grey[:, None]
    table = vtkLookupTable()
    table.SetTable(numpy_to_vtk(rgba, deep=1))
    return table
