"""The surface of all that is denser than a threshold, for printing: closed, smoothed, in patient millimetres.

Flying edges (Schroeder, Maynard, Geveci 2015) in the volume's own index space, so that sheared stacks come
out true; smoothing by a windowed sinc (Taubin, Zhang, Golub 1996), which keeps the volume. Must never change
a value.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import vtkImageData, vtkPolyData
from vtkmodules.vtkFiltersCore import (
    vtkFeatureEdges,
    vtkFlyingEdges3D,
    vtkMassProperties,
    vtkPolyDataConnectivityFilter,
    vtkReverseSense,
    vtkTriangleFilter,
    vtkWindowedSincPolyDataFilter,
)
from vtkmodules.vtkIOGeometry import vtkSTLWriter

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.viewer.volume.body import ClipBox
from vetpacs_desktop.viewer.volume.grid import Grid
from vetpacs_desktop.viewer.volume.surface_wish import SurfaceWish

PASS_BAND = 0.08
"""Of the smoothing: lower is smoother; steps of voxels go, edges of some voxels stay."""


class NoSurface(KnownError):
    """Nothing in this volume is denser than {threshold:g}, so there is no surface to save."""


@dataclass(frozen=True, slots=True)
class SurfaceFacts:
    """What is said of a saved surface."""

    cm3: float
    triangles: int
    closed: bool
    """No open edge and none with three faces: it can be printed."""
    size_mm: tuple[float, float, float]


def surface(
    values: NDArray[Any], grid: Grid, wish: SurfaceWish, clip: ClipBox | None = None
) -> tuple[vtkPolyData, SurfaceFacts]:
    """The surface in patient mm, its faces looking outward. Raises `NoSurface`."""
    image, first = _room(values, grid, clip or ClipBox())
    edges = vtkFlyingEdges3D()
    edges.SetInputData(image)
    edges.SetValue(0, wish.threshold)
    edges.ComputeNormalsOff()
    edges.ComputeGradientsOff()
    edges.ComputeScalarsOff()
    edges.Update()
    mesh = _placed(edges.GetOutput(), grid, first)
    if not mesh.GetNumberOfPolys():
        raise NoSurface(threshold=wish.threshold)
    if wish.largest:
        mesh = _largest(mesh)
    if wish.smoothing:
        mesh = _smoothed(mesh, wish.smoothing)
    return mesh, facts_of(mesh)


def write_stl(mesh: vtkPolyData, path: Path) -> None:
    """Binary STL. Raises `OSError`."""
    with path.open("wb"):  # VTK says nothing when it can't write
        pass
    writer = vtkSTLWriter()
    writer.SetFileTypeToBinary()
    writer.SetInputData(mesh)
    writer.SetFileName(str(path))
    if not writer.Write() or not path.stat().st_size:
        raise OSError(f"{path} could not be written")


def facts_of(mesh: vtkPolyData) -> SurfaceFacts:
    """Volume (divergence theorem over the triangles), size and whether it is closed."""
    mass = vtkMassProperties()
    mass.SetInputData(mesh)
    mass.Update()
    open_ones = vtkFeatureEdges()
    open_ones.SetInputData(mesh)
    open_ones.BoundaryEdgesOn()
    open_ones.NonManifoldEdgesOn()
    open_ones.FeatureEdgesOff()
    open_ones.ManifoldEdgesOff()
    open_ones.Update()
    x0, x1, y0, y1, z0, z1 = mesh.GetBounds()
    return SurfaceFacts(
        cm3=mass.GetVolume() / 1000,
        triangles=mesh.GetNumberOfPolys(),
        closed=open_ones.GetOutput().GetNumberOfCells() == 0,
        size_mm=(x1 - x0, y1 - y0, z1 - z0),
    )


def _room(values: NDArray[Any], grid: Grid, clip: ClipBox) -> tuple[vtkImageData, tuple[int, int, int]]:
    """What the box leaves with a voxel of nothing around it, so that every surface closes."""
    sizes = grid.shape[::-1]
    low = [round(share * size) for share, size in zip(clip.low, sizes, strict=True)]
    high = [max(a + 1, round(share * size)) for a, share, size in zip(low, clip.high, sizes, strict=True)]
    part = values[low[2] : high[2], low[1] : high[1], low[0] : high[0]]
    padded = np.pad(part, 1, constant_values=values.min())
    image = vtkImageData()
    image.SetDimensions(*padded.shape[::-1])
    image.GetPointData().SetScalars(numpy_to_vtk(padded.reshape(-1), deep=True))
    return image, (low[0] - 1, low[1] - 1, low[2] - 1)


def _placed(mesh: vtkPolyData, grid: Grid, first: tuple[int, int, int]) -> vtkPolyData:
    """From voxel positions to the patient's millimetres; faces turned by a mirroring grid are turned back."""
    if not mesh.GetNumberOfPoints():
        return mesh
    index = vtk_to_numpy(mesh.GetPoints().GetData()).astype(np.float64) + np.asarray(first)
    places = np.ascontiguousarray(grid.to_patient(index), np.float32)
    points = vtkPoints()
    points.SetData(numpy_to_vtk(places, deep=True))
    mesh.SetPoints(points)
    if np.linalg.det(grid.axes) > 0:
        return mesh
    turner = vtkReverseSense()
    turner.SetInputData(mesh)
    turner.ReverseCellsOn()
    turner.Update()
    return cast(vtkPolyData, turner.GetOutput())


def _largest(mesh: vtkPolyData) -> vtkPolyData:
    finder = vtkPolyDataConnectivityFilter()
    finder.SetInputData(mesh)
    finder.SetExtractionModeToLargestRegion()
    finder.Update()
    return cast(vtkPolyData, finder.GetOutput())


def _smoothed(mesh: vtkPolyData, rounds: int) -> vtkPolyData:
    smoother = vtkWindowedSincPolyDataFilter()
    smoother.SetInputData(mesh)
    smoother.SetNumberOfIterations(rounds)
    smoother.SetPassBand(PASS_BAND)
    smoother.BoundarySmoothingOff()
    smoother.FeatureEdgeSmoothingOff()
    smoother.NonManifoldSmoothingOn()
    smoother.NormalizeCoordinatesOn()
    triangles = vtkTriangleFilter()
    triangles.SetInputConnection(smoother.GetOutputPort())
    triangles.Update()
    return cast(vtkPolyData, triangles.GetOutput())
