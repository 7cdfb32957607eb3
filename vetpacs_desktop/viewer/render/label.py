"""One block of text in a VTK scene, pinned to a place of the viewport; drawn anew when its words change."""

from __future__ import annotations

import numpy as np
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonCore import vtkFloatArray, vtkPoints
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkImageData, vtkPolyData
from vtkmodules.vtkRenderingCore import vtkPolyDataMapper2D, vtkTexture, vtkTexturedActor2D

from vetpacs_desktop.viewer.render.lettering import Lettering, Piece, Rgba


class Block:
    """Pixels whose box has its `anchor`, from (0, 0) top left to (1, 1) bottom right, at a given place."""

    def __init__(self, anchor: tuple[float, float]) -> None:
        self._anchor = anchor
        self._size = (0, 0)
        self._corners = vtkPoints()
        self._corners.SetNumberOfPoints(4)
        self._texture = vtkTexture()
        self._texture.InterpolateOff()
        self.prop = vtkTexturedActor2D()
        self.prop.SetMapper(_quad(self._corners))
        self.prop.SetTexture(self._texture)
        self.prop.VisibilityOff()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the block in device pixels."""
        return self._size

    def show(self, pixels: Rgba) -> None:
        """Other pixels; none hide the block."""
        self._size = pixels.shape[1], pixels.shape[0]
        self.prop.SetVisibility(pixels.size > 0)
        if pixels.size:
            self._texture.SetInputData(_image(pixels))

    def place(self, x: float, y: float, viewport_height: int) -> None:
        """Pin the anchor at (x, y) from the viewport's top left corner, in device pixels."""
        width, height = self._size
        left = round(x - self._anchor[0] * width)
        bottom = viewport_height - round(y - self._anchor[1] * height) - height
        for i, (right, up) in enumerate(_UNIT_SQUARE):
            self._corners.SetPoint(i, left + right * width, bottom + up * height, 0)
        self._corners.Modified()

    def fade(self, opacity: float) -> None:
        """1 is fully there."""
        self.prop.GetProperty().SetOpacity(opacity)


class Label(Block):
    """A text."""

    def __init__(self, lettering: Lettering, anchor: tuple[float, float]) -> None:
        super().__init__(anchor)
        self._lettering = lettering
        self._piece: Piece | None = None

    def write(self, piece: Piece) -> None:
        """Other words; none hide the block."""
        if piece != self._piece:
            self._piece = piece
            self.show(self._lettering.draw(piece))


_UNIT_SQUARE = ((0, 0), (1, 0), (1, 1), (0, 1))


def _quad(corners: vtkPoints) -> vtkPolyDataMapper2D:
    square, face, texture = vtkPolyData(), vtkCellArray(), vtkFloatArray()
    face.InsertNextCell(4)
    texture.SetNumberOfComponents(2)
    for i, corner in enumerate(_UNIT_SQUARE):
        face.InsertCellPoint(i)
        texture.InsertNextTuple(corner)
    square.SetPoints(corners)
    square.SetPolys(face)
    square.GetPointData().SetTCoords(texture)
    mapper = vtkPolyDataMapper2D()
    mapper.SetInputData(square)
    return mapper


def _image(pixels: Rgba) -> vtkImageData:
    image = vtkImageData()
    image.SetDimensions(pixels.shape[1], pixels.shape[0], 1)
    flat = np.ascontiguousarray(pixels[::-1]).reshape(-1, 4)
    image.GetPointData().SetScalars(numpy_to_vtk(flat, deep=1))
    return image
