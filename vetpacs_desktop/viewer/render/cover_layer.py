"""What lies over a picture in a VTK scene: a black shutter and white drawings, in the picture's own pixels.

Owns one vtkImageSlice above the picture's. Untouched by windows and by inversion.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkRenderingCore import vtkImageSlice
from vtkmodules.vtkRenderingImage import vtkImageResliceMapper

from vetpacs_desktop.viewer.pixels.overlays import Overlay
from vetpacs_desktop.viewer.snapshot import Cover, Picture

_HIDDEN = (0, 0, 0, 255)
_DRAWN = (255, 255, 255, 255)


class CoverLayer:
    """One RGBA picture, clear where nothing lies over the image."""

    def __init__(self) -> None:
        self._mapper = vtkImageResliceMapper()
        self._mapper.SliceFacesCameraOn()
        self._mapper.SliceAtFocalPointOn()
        self._mapper.BorderOn()
        self.prop = vtkImageSlice()
        self.prop.SetMapper(self._mapper)
        look = self.prop.GetProperty()
        look.SetLayerNumber(2)
        look.SetInterpolationTypeToNearest()
        look.SetColorWindow(255)
        look.SetColorLevel(127.5)
        self.prop.VisibilityOff()

    def show(self, cover: Cover | None, picture: Picture | None) -> None:
        """Another cover, or none."""
        self.prop.SetVisibility(cover is not None and picture is not None)
        if cover is None or picture is None:
            self._mapper.SetInputData(None)
            return
        rows, columns = picture.values.shape[:2]
        rgba = np.zeros((rows, columns, 4), np.uint8)
        for hidden in (cover.background, cover.shutter):
            if hidden is not None:
                rgba[hidden] = _HIDDEN
        for overlay in cover.overlays:
            _draw(overlay, rgba)
        image = vtkImageData()
        image.SetDimensions(columns, rows, 1)
        image.SetSpacing(picture.pixel[0], picture.pixel[1], 1.0)
        image.GetPointData().SetScalars(numpy_to_vtk(rgba.reshape(-1, 4), deep=1))
        self._mapper.SetInputData(image)


def _draw(overlay: Overlay, rgba: NDArray[np.uint8]) -> None:
    """Parts of the bitmap that lie outside the image are left out."""
    top, left = max(overlay.top, 0), max(overlay.left, 0)
    bits = overlay.bitmap[top - overlay.top :, left - overlay.left :]
    place = rgba[top : top + bits.shape[0], left : left + bits.shape[1]]
    place[bits[: place.shape[0], : place.shape[1]]] = _DRAWN
