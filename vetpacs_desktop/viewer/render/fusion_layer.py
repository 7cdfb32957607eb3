"""A second series over the picture in a VTK scene: its own colours, as solid as the reader wants it.

Owns one vtkImageSlice between the picture and the shutter. Never touches the picture below.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkRenderingCore import vtkImageSlice
from vtkmodules.vtkRenderingImage import vtkImageResliceMapper

from vetpacs_desktop.viewer.snapshot import FusedPicture

SQUARES = 8
"""Along the longer side of a picture in squares."""
CLEAR_LEVELS = 32
"""Grey levels over which the darkest become solid: an edge there would look like one of the animal."""


class FusionLayer:
    """One RGBA picture, clear where the second series does not reach."""

    def __init__(self) -> None:
        self._rgba: NDArray[np.uint8] | None = None
        self._mapper = vtkImageResliceMapper()
        self._mapper.SliceFacesCameraOn()
        self._mapper.SliceAtFocalPointOn()
        self._mapper.BorderOn()
        self.prop = vtkImageSlice()
        self.prop.SetMapper(self._mapper)
        look = self.prop.GetProperty()
        look.SetLayerNumber(1)
        look.SetColorWindow(255)
        look.SetColorLevel(127.5)
        self.prop.VisibilityOff()

    def show(self, fused: FusedPicture | None, smooth: bool) -> None:
        """Another second series, or none."""
        self.prop.SetVisibility(fused is not None)
        if fused is None:
            self._rgba = None
            self._mapper.SetInputData(None)
            return
        look = self.prop.GetProperty()
        if smooth:
            look.SetInterpolationTypeToLinear()
        else:
            look.SetInterpolationTypeToNearest()
        self._rgba = rgba_of(fused)
        rows, columns = self._rgba.shape[:2]
        image = vtkImageData()
        image.SetDimensions(columns, rows, 1)
        image.GetPointData().SetScalars(numpy_to_vtk(self._rgba.reshape(-1, 4)))
        self._mapper.SetInputData(image)


def rgba_of(fused: FusedPicture) -> NDArray[np.uint8]:
    """(rows, columns, 4): colours and how solid each pixel is."""
    transfer = fused.transfer
    levels, colours = transfer.levels, transfer.rgb
    width = max(transfer.upper - transfer.lower, 1e-9)
    steps = (fused.values.astype(np.float32) - np.float32(transfer.lower)) * np.float32(len(levels) / width)
    at = np.clip(steps, 0, len(levels) - 1).astype(np.intp)
    table = np.empty((len(levels), 4), np.uint8)
    table[:, :3] = colours
    solid = np.minimum(levels / CLEAR_LEVELS, 1.0) if fused.clear else np.ones(len(levels))
    table[:, 3] = np.rint(solid * (255 * fused.opacity))
    rgba: NDArray[np.uint8] = table[at]
    rgba[~fused.reached] = 0
    if fused.squares:
        rgba[_other_squares(*rgba.shape[:2])] = 0
    return rgba


def _other_squares(rows: int, columns: int) -> NDArray[np.bool_]:
    side = max(1, -(-max(rows, columns) // SQUARES))
    odd = (np.arange(rows) // side)[:, np.newaxis] + np.arange(columns) // side
    dark: NDArray[np.bool_] = odd % 2 == 1
    return dark
