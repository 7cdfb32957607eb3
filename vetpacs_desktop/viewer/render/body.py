"""Draws a volume as a solid body: VTK's threaded ray caster on the processor, no graphics card needed.

Two models of the volume: a coarse one that is ready at once, a fine one that follows. Voxels that are cut
away are lowered in copies; the values that came are never written to. For one thread of a process that draws
nothing else: a picture holds Python's lock while it is made.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import vtkmodules.vtkRenderingOpenGL2
import vtkmodules.vtkRenderingVolumeOpenGL2  # noqa: F401  (both register what draws)
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkUnsignedCharArray
from vtkmodules.vtkCommonDataModel import vtkImageData, vtkPiecewiseFunction
from vtkmodules.vtkCommonMath import vtkMatrix4x4
from vtkmodules.vtkRenderingCore import (
    vtkColorTransferFunction,
    vtkRenderer,
    vtkRenderWindow,
    vtkVolume,
    vtkVolumeProperty,
)
from vtkmodules.vtkRenderingVolume import vtkFixedPointVolumeRayCastMapper

from vetpacs_desktop.viewer.render import body_masks
from vetpacs_desktop.viewer.volume.body import Edit, Kind, frame3d
from vetpacs_desktop.viewer.volume.carving import carve
from vetpacs_desktop.viewer.volume.curve import Curve, Mode
from vetpacs_desktop.viewer.volume.grid import Grid
from vetpacs_desktop.viewer.volume.wish import BodyWish, Quality

COARSE, MIDDLE, FULL = 1_500_000, 9_000_000, 48_000_000
"""Voxels of the model that is ready in a tenth of a second, of the one that follows in less than one, and of
the one that is drawn at the most: gradients take three bytes more for each."""
ENOUGH = 1.3
"""Pixels that a voxel may be wide before finer ones would be seen."""
LARGE = 400
"""Rows and columns of a slice."""
QUICK_RAYS, FINE_RAYS = 2.0, 1.0
"""Pixels between rays, moving and at rest."""


class Body:
    """One volume to be looked at from anywhere."""

    def __init__(self, values: NDArray[Any], grid: Grid, wanted: Callable[[], bool] = lambda: True) -> None:
        """`values` (slices, rows, columns); `wanted` says whether the picture in the making still is."""
        self.grid = grid
        self.carved = Carved(values, grid)
        self._models = models_of(self.carved)
        self._renderer = vtkRenderer()
        self._renderer.SetBackground(0.0, 0.0, 0.0)
        self._window = vtkRenderWindow()
        self._window.SetOffScreenRendering(True)
        self._window.SetMultiSamples(0)
        self._window.AddRenderer(self._renderer)
        self._wanted = wanted
        self._window.AddObserver("AbortCheckEvent", self._check)
        for model in self._models:
            self._renderer.AddVolume(model.prop)
        self._pixels = vtkUnsignedCharArray()

    def picture(self, wish: BodyWish) -> NDArray[np.uint8] | None:
        """(height, width, 3) RGB; None where it was not wanted any more before it was done."""
        use = self._model_for(wish)
        for model in self._models:
            model.prop.SetVisibility(model is use)
        use.shape(wish)
        self._aim(wish)
        self._window.SetSize(wish.width, wish.height)
        self._window.SetAbortRender(0)
        self._window.Render()
        if wish.quality and not self._wanted():
            return None
        self._window.GetRGBACharPixelData(0, 0, wish.width - 1, wish.height - 1, 0, self._pixels, 0)
        rgba = vtk_to_numpy(self._pixels).reshape(wish.height, wish.width, 4)
        return np.ascontiguousarray(rgba[::-1, :, :3])

    def _model_for(self, wish: BodyWish) -> _Model:
        """The finest one that is ready; at rest the coarsest that is good enough."""
        ready = [model for model in self._models if model.stands(wish.edits)]
        if wish.quality is Quality.QUICK:
            moving = [model for model in self._models[:2] if model in ready]  # the full one is too slow
            return moving[-1] if moving else self._models[0]
        most = self._models[: 2 if wish.quality is Quality.FINE else None]
        pixel = frame3d(self.grid, wish.camera, wish.width, wish.height).mm
        enough = next((model for model in most if model.coarsest <= ENOUGH * pixel), most[-1])
        return ready[-1] if ready and self._models.index(ready[-1]) > most.index(enough) else enough

    def close(self) -> None:
        """Give the graphics memory back."""
        self._renderer.RemoveAllViewProps()
        self._window.Finalize()

    def _aim(self, wish: BodyWish) -> None:
        frame = frame3d(self.grid, wish.camera, wish.width, wish.height)
        camera = self._renderer.GetActiveCamera()
        away, far = np.asarray(wish.camera.away), 4000.0
        focal = np.asarray(frame.focal)
        camera.SetParallelProjection(True)
        camera.SetParallelScale(frame.mm * wish.height / 2)
        camera.SetFocalPoint(*focal)
        camera.SetPosition(*(focal - away * far))
        camera.SetViewUp(*(-part for part in wish.camera.down))
        self._renderer.ResetCameraClippingRange()

    def _check(self, *_: object) -> None:
        """In the middle of a picture: a newer wish ends it."""
        if not self._wanted():
            self._window.SetAbortRender(1)


class Carved:
    """The values with what was cut away lowered; remembers the last few states."""

    def __init__(self, values: NDArray[Any], grid: Grid) -> None:
        self.values, self.grid = values, grid
        self._lowest = values.min()
        self._masks: dict[Edit, NDArray[np.uint8]] = {}
        """Of each edit that is in use, as bits: what it leaves."""
        self._last: tuple[tuple[Edit, ...], NDArray[Any]] = ((), values)

    def after(self, edits: tuple[Edit, ...]) -> NDArray[Any]:
        """The values after these edits; those that came, where there are none."""
        if self._last[0] != edits:
            self._last = (edits, self._made(edits))
        return self._last[1]

    def _made(self, edits: tuple[Edit, ...]) -> NDArray[Any]:
        if not edits:
            return self.values
        made = self.values.copy()
        for edit in edits:
            if edit not in self._masks:
                self._masks[edit] = np.packbits(self._kept(edit), axis=2)
            kept = self._masks[edit]
            columns = made.shape[2]
            for number in range(len(made)):
                gone = np.unpackbits(kept[number], axis=1, count=columns) == 0
                made[number][gone] = self._lowest
        return made

    def _kept(self, edit: Edit) -> NDArray[np.bool_]:
        if edit.kind is Kind.BONE:
            return ~body_masks.bone(self.values)
        if edit.kind is Kind.TABLE:
            return ~self._outside()
        kept = np.ones(self.values.shape, np.bool_)
        carve(kept, self.grid, edit)
        return kept

    def _outside(self) -> NDArray[np.bool_]:
        """Looked for in every second column and row of large slices: tables are no fine things."""
        a, b, c = self.grid.spacing
        step = 2 if min(self.values.shape[1:]) >= LARGE else 1
        found = body_masks.outside(self.values[:, ::step, ::step], (a * step, b * step, c))
        rows, columns = self.values.shape[1:]
        whole: NDArray[np.bool_] = found.repeat(step, axis=1).repeat(step, axis=2)[:, :rows, :columns]
        return whole


class _Model:
    """The volume at one fineness."""

    def __init__(self, carved: Carved, steps: tuple[int, int, int]) -> None:
        self._carved = carved
        self._strides = steps
        self._grid = thinned(carved.grid, self._strides)
        self._edits: tuple[Edit, ...] | None = None
        self._curve: Curve | None = None
        self._held: NDArray[Any] | None = None
        """What VTK reads: kept alive here."""
        self._mapper = vtkFixedPointVolumeRayCastMapper()
        self._mapper.AutoAdjustSampleDistancesOff()
        self._mapper.LockSampleDistanceToInputSpacingOff()
        self._property = vtkVolumeProperty()
        self._property.SetInterpolationTypeToLinear()
        self._property.SetScalarOpacityUnitDistance(1.0)
        self.prop = vtkVolume()
        self.prop.SetMapper(self._mapper)
        self.prop.SetProperty(self._property)
        self.prop.SetVisibility(False)
        self.prop.SetUserMatrix(_directions(self._grid))

    @property
    def coarsest(self) -> float:
        """The longest edge of a voxel, mm."""
        return max(self._grid.spacing)

    def stands(self, edits: tuple[Edit, ...]) -> bool:
        """Whether it is ready for these edits."""
        return self._edits == edits

    def shape(self, wish: BodyWish) -> None:
        """Voxels, colours, box and fineness as wished."""
        if self._edits != wish.edits:
            self._load(self._carved.after(wish.edits))
            self._edits = wish.edits
        if self._curve != wish.curve:
            self._dress(wish.curve)
            self._curve = wish.curve
        finest = min(self._grid.spacing)
        self._mapper.SetImageSampleDistance(FINE_RAYS if wish.quality else QUICK_RAYS)
        self._mapper.SetSampleDistance(finest * (0.8 if wish.quality else 1.5))
        self._crop(wish)

    def _load(self, values: NDArray[Any]) -> None:
        n, m, k = self._strides
        self._held = np.ascontiguousarray(_thin(values, (n, m, k)))
        image = vtkImageData()
        image.SetDimensions(*self._held.shape[::-1])
        image.SetSpacing(*self._grid.spacing)
        image.GetPointData().SetScalars(numpy_to_vtk(self._held.reshape(-1)))
        self._mapper.SetInputData(image)

    def _dress(self, curve: Curve) -> None:
        opacity, colours = vtkPiecewiseFunction(), vtkColorTransferFunction()
        for knot in curve.knots:
            opacity.AddPoint(knot.value, knot.opacity)
            colours.AddRGBPoint(knot.value, *knot.colour)
        self._property.SetScalarOpacity(opacity)
        self._property.SetColor(colours)
        mip = curve.mode is Mode.MIP
        self._mapper.SetBlendMode(
            vtkFixedPointVolumeRayCastMapper.MAXIMUM_INTENSITY_BLEND
            if mip
            else vtkFixedPointVolumeRayCastMapper.COMPOSITE_BLEND
        )
        light = curve.light
        self._property.SetShade(light.on and not mip)
        self._property.SetAmbient(light.ambient)
        self._property.SetDiffuse(light.diffuse)
        self._property.SetSpecular(light.specular)
        self._property.SetSpecularPower(light.power)

    def _crop(self, wish: BodyWish) -> None:
        self._mapper.SetCropping(not wish.clip.whole)
        if wish.clip.whole:
            return
        sizes = self._held.shape[::-1] if self._held is not None else (1, 1, 1)
        planes: list[float] = []
        for low, high, size, mm in zip(wish.clip.low, wish.clip.high, sizes, self._grid.spacing, strict=True):
            planes += [(low * size - 0.5) * mm, (high * size - 0.5) * mm]
        self._mapper.SetCroppingRegionPlanes(planes)
        self._mapper.SetCroppingRegionFlagsToSubVolume()


def models_of(carved: Carved) -> list[_Model]:
    """From coarse to fine; a small volume has fewer."""
    found = dict.fromkeys(strides(carved.grid, most) for most in (COARSE, MIDDLE, FULL))
    return [_Model(carved, steps) for steps in found]


def strides(grid: Grid, most: int) -> tuple[int, int, int]:
    """How many (slices, rows, columns) become one, so that `most` voxels are left, as cubic as can be."""
    steps = [1, 1, 1]
    sizes, spacing = list(grid.shape), list(grid.spacing[::-1])
    while math.prod(-(-size // step) for size, step in zip(sizes, steps, strict=True)) > most:
        lengths = [mm * step for mm, step in zip(spacing, steps, strict=True)]
        steps[int(np.argmin(lengths))] += 1
    return steps[0], steps[1], steps[2]


def thinned(grid: Grid, steps: tuple[int, int, int]) -> Grid:
    """The grid of the blocks' middles."""
    n, m, k = steps
    slices, rows, columns = grid.shape
    first = grid.to_patient(((k - 1) / 2, (m - 1) / 2, (n - 1) / 2))
    across, down, step = (
        tuple(part * times for part in way)
        for way, times in ((grid.across, k), (grid.down, m), (grid.step, n))
    )
    return Grid(
        (float(first[0]), float(first[1]), float(first[2])),
        (across[0], across[1], across[2]),
        (down[0], down[1], down[2]),
        (step[0], step[1], step[2]),
        (slices // n, rows // m, columns // k),
    )


def _thin(values: NDArray[Any], steps: tuple[int, int, int]) -> NDArray[Any]:
    """Means of blocks; the rest at the far ends, less than a block, is left out."""
    if steps == (1, 1, 1):
        return values
    n, m, k = steps
    slices, rows, columns = (size // step for size, step in zip(values.shape, steps, strict=True))
    made = np.empty((slices, rows, columns), values.dtype)
    for number in range(slices):
        block = values[number * n : number * n + n, : rows * m, : columns * k]
        total = np.zeros((rows, columns), np.float32)
        for y in range(m):
            for x in range(k):
                total += block[:, y::m, x::k].sum(axis=0, dtype=np.float32)
        total /= n * m * k
        made[number] = total if values.dtype.kind == "f" else np.rint(total)
    return made


def _directions(grid: Grid) -> vtkMatrix4x4:
    """From the image's own millimetres to the patient's: turned, mirrored or sheared as the stack is."""
    whole = np.eye(4)
    whole[:3, :3] = grid.axes / np.asarray(grid.spacing)
    whole[:3, 3] = grid.origin
    matrix = vtkMatrix4x4()
    matrix.DeepCopy(tuple(whole.ravel()))
    return matrix
