"""A part of a page over the page's own picture in a VTK scene, pixel for pixel if drawn for the screen.

Owns one vtkImageSlice between the picture's and the cover's. The numpy array is shared with VTK and kept
alive here.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkRenderingCore import vtkImageSlice
from vtkmodules.vtkRenderingImage import vtkImageResliceMapper

from vetpacs_desktop.viewer.snapshot import Detail
from vetpacs_desktop.viewer.transfer import Transfer


class DetailLayer:
    """At most one part."""

    def __init__(self) -> None:
        self._values: NDArray[Any] | None = None
        self._mapper = vtkImageResliceMapper()
        self._mapper.SliceFacesCameraOn()
        self._mapper.SliceAtFocalPointOn()
        self._mapper.BorderOn()
        self.prop = vtkImageSlice()
        self.prop.SetMapper(self._mapper)
        self.prop.GetProperty().SetLayerNumber(1)
        self.prop.VisibilityOff()

    def show(self, detail: Detail | None) -> None:
        """Another part, or none."""
        self.prop.SetVisibility(detail is not None)
        if detail is None:
            self._values = None
            self._mapper.SetInputData(None)
            return
        look = self.prop.GetProperty()
        if detail.exact:
            look.SetInterpolationTypeToNearest()
        else:
            look.SetInterpolationTypeToLinear()
        self._values = np.ascontiguousarray(detail.values)
        rows, columns, colours = self._values.shape
        image = vtkImageData()
        image.SetDimensions(columns, rows, 1)
        image.SetOrigin(detail.corner[0], detail.corner[1], 0.0)
        image.SetSpacing(detail.pitch, detail.pitch, 1.0)
        image.GetPointData().SetScalars(numpy_to_vtk(self._values.reshape(-1, colours)))
        self._mapper.SetInputData(image)

    def paint(self, transfer: Transfer) -> None:
        """As the picture below it: inverted or not."""
        look = self.prop.GetProperty()
        look.SetColorWindow(transfer.upper - transfer.lower)
        look.SetColorLevel((transfer.upper + transfer.lower) / 2)
        look.SetLookupTable(None)
