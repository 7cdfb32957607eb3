"""Planes through a volume as stacks of their own: where each lies, how it is turned, what its pixels are.

A turned set of body axes and one point that all three planes may pass through say everything. Pure geometry
in patient millimetres (PS3.3 C.7.6.2.1.1); the values are cut by `viewer.render.reslicer`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vetpacs_desktop.viewer.description import FrameDescription, ImageDescription
from vetpacs_desktop.viewer.geometry.planes import Vector
from vetpacs_desktop.viewer.loading import FrameKey
from vetpacs_desktop.viewer.volume.grid import Floats, Grid
from vetpacs_desktop.viewer.volume.volume import Volume

MOST_PIXELS = 1400
"""Along the longer side of a plane: finer voxels than that are wider than the screen's pixels anyway."""
ALIGNED = 0.9999
"""Cosine from which a direction counts as an axis of the volume."""


class PlaneName(Enum):
    """The three planes of a body; the values are the words of the command line."""

    AXIAL = "axial"
    """Transverse, in an animal."""
    SAGITTAL = "sagittal"
    CORONAL = "coronal"
    """Dorsal, in an animal."""


class Slab(Enum):
    """What becomes of the values through a slab's thickness."""

    MEAN = "mean"
    MIP = "mip"
    MINIP = "minip"


@dataclass(frozen=True, slots=True)
class Cut:
    """A rectangle in the animal that is seen as a picture."""

    corner: Vector
    """The centre of the first pixel, mm."""
    right: Vector
    """Unit vector along the picture's rows."""
    down: Vector
    """Unit vector along its columns, at a right angle to `right`."""
    mm: float
    """Width and height of a pixel."""
    width: int
    height: int
    thickness_mm: float = 0.0
    """Of the slab, half to each side; 0 is a thin plane."""
    slab: Slab = Slab.MEAN
    smooth: bool = True
    """Blend between voxels; else the nearest one."""

    @property
    def normal(self) -> Vector:
        """Unit vector away from the reader, through the slab."""
        return crossed(self.right, self.down)


@dataclass(frozen=True, slots=True)
class BodyAxes:
    """Left, dorsal (posterior) and cranial (head) as the planes take them: unit vectors."""

    left: Vector = (1.0, 0.0, 0.0)
    dorsal: Vector = (0.0, 1.0, 0.0)
    cranial: Vector = (0.0, 0.0, 1.0)

    def turned(self, about: ArrayLike, degrees: float) -> BodyAxes:
        """Turned about a direction, counter-clockwise when it points at the reader."""
        spin = rotation(about, degrees)
        moved = [spin @ np.asarray(axis) for axis in (self.left, self.dorsal, self.cranial)]
        # Many small turns add up rounding errors: keep the angles right.
        left = moved[0] / np.linalg.norm(moved[0])
        dorsal = moved[1] - left * (moved[1] @ left)
        dorsal = dorsal / np.linalg.norm(dorsal)
        return BodyAxes(vector(left), vector(dorsal), vector(np.cross(left, dorsal)))

    def plane(self, name: PlaneName, quadruped: bool) -> tuple[Vector, Vector]:
        """The directions to the right and down on the screen.

        Animals: dorsal up in transverse planes, with left on the right of the screen; cranial to the left in
        sagittal planes and up in dorsal ones. People: as radiologists hang them, front up, head up.
        """
        if name is PlaneName.CORONAL:
            return self.left, minus(self.cranial)
        if name is PlaneName.AXIAL:
            return self.left, minus(self.dorsal) if quadruped else self.dorsal
        return (minus(self.cranial), minus(self.dorsal)) if quadruped else (self.dorsal, minus(self.cranial))


def natural_axes(volume: Volume) -> BodyAxes:
    """Those of the body; where the scan was angled, its own directions, each named by the nearest of them.

    A stack sheared by a tilted gantry has no right-angled directions of its own.
    """
    grid = volume.grid
    if not grid.upright:
        return BodyAxes()
    own = [np.asarray(way) / np.linalg.norm(way) for way in (grid.across, grid.down, grid.step)]
    named: dict[int, Floats] = {}
    for way in own:
        axis = int(np.argmax(np.abs(way)))
        named[axis] = way * np.sign(way[axis])
    if len(named) < 3:
        return BodyAxes()
    left, dorsal = named[0], named[1]
    return BodyAxes(vector(left), vector(dorsal), vector(np.cross(left, dorsal)))


@dataclass(frozen=True, slots=True)
class Thickness:
    """How thick a plane is and what is made of its thickness."""

    mm: float = 0.0
    slab: Slab = Slab.MIP


@dataclass(frozen=True, slots=True)
class Section:
    """Parallel planes through a whole volume, `step` mm apart: a stack that is cut when it is looked at."""

    name: PlaneName
    right: Vector
    down: Vector
    corner: Vector
    """The centre of the first pixel of plane 0, mm."""
    mm: float
    """Width and height of a pixel."""
    width: int
    height: int
    step: float
    count: int
    thickness: Thickness = field(default_factory=Thickness)

    @property
    def normal(self) -> Vector:
        """From plane to plane."""
        return crossed(self.right, self.down)

    def cut(self, number: int) -> Cut:
        """The rectangle of one plane."""
        return Cut(
            corner=vector(np.asarray(self.corner) + np.asarray(self.normal) * self.step * number),
            right=self.right,
            down=self.down,
            mm=self.mm,
            width=self.width,
            height=self.height,
            thickness_mm=self.thickness.mm,
            slab=self.thickness.slab,
        )

    def place(self, number: int, column: float, row: float) -> Vector:
        """Where a pixel of a plane lies in the animal, mm."""
        cut = self.cut(number)
        ways = np.asarray(self.right) * column * self.mm + np.asarray(self.down) * row * self.mm
        return vector(np.asarray(cut.corner) + ways)

    def pixel(self, place: ArrayLike) -> tuple[float, float]:
        """(column, row) where a place lies, seen at a right angle to the planes."""
        away = np.asarray(place, dtype=np.float64) - np.asarray(self.corner)
        return float(away @ np.asarray(self.right)) / self.mm, float(away @ np.asarray(self.down)) / self.mm

    def number_at(self, place: ArrayLike) -> float:
        """The plane through a place, counted from 0; not rounded, may lie outside."""
        away = np.asarray(place, dtype=np.float64) - np.asarray(self.corner)
        return float(away @ np.asarray(self.normal)) / self.step

    def nearest(self, place: ArrayLike) -> int:
        """The plane nearest to a place."""
        return min(max(round(self.number_at(place)), 0), self.count - 1)

    def position(self, number: int) -> float:
        """Along the normal, mm, as stacks count it."""
        return float(np.asarray(self.cut(number).corner) @ np.asarray(self.normal))

    @property
    def positions(self) -> tuple[float, ...]:
        """Of all planes."""
        first = self.position(0)
        return tuple(first + self.step * number for number in range(self.count))

    def described(self, volume: Volume, number: int) -> ImageDescription:
        """What a file of this plane would say of itself: size, place and units; no identifier."""
        cut = self.cut(number)
        facts = FrameDescription(
            index=0,
            position=cut.corner,
            orientation=(*self.right, *self.down),
            pixel_spacing=(self.mm, self.mm),
            slice_thickness=self.thickness.mm or self.step,
            windows=(volume.window,) if volume.window is not None else (),
            rescale_type=volume.description.frames[0].rescale_type,
        )
        return replace(
            volume.description,
            sop_uid="",
            rows=self.height,
            columns=self.width,
            number_of_frames=1,
            frames=(facts,),
            padding=None,
            imager_pixel_spacing=None,
            patient_orientation=(),
        )


def section(
    volume: Volume,
    axes: BodyAxes,
    through: Vector,
    name: PlaneName,
    *,
    quadruped: bool,
    roll: float = 0.0,
    roomy: bool = False,
    thickness: Thickness | None = None,
) -> Section:
    """The stack of planes called `name`; one of them passes exactly through the place `through`.

    `roll` turns the picture in its plane (clockwise, degrees), so that it can stand still while axes turn.
    `roomy` makes the picture as large as the volume can be in any direction, with the volume's middle in its
    own: planes that turn keep their size and place on the screen.
    """
    right, down = _rolled(*axes.plane(name, quadruped), roll)
    normal = np.cross(right, down)
    grid = volume.grid
    mm = max(min(_pitch(grid, right), _pitch(grid, down)), _extent(grid, right, down, roomy) / MOST_PIXELS)
    low_x, width = _span(grid, right, mm, roomy)
    low_y, height = _span(grid, down, mm, roomy)
    low_n, high_n = _reach(_centres(grid), normal)
    step = _pitch(grid, normal)
    first = float(np.dot(through, normal))
    first -= math.floor((first - low_n) / step + 1e-6) * step
    corner = np.asarray(right) * low_x + np.asarray(down) * low_y + normal * first
    return Section(
        name=name,
        right=right,
        down=down,
        corner=vector(corner),
        mm=mm,
        width=width,
        height=height,
        step=step,
        count=max(1, math.floor((high_n - first) / step + 1e-6) + 1),
        thickness=_within(grid, thickness or Thickness()),
    )


def _within(grid: Grid, thickness: Thickness) -> Thickness:
    """No slab is thicker than the volume is in any direction."""
    return replace(thickness, mm=min(thickness.mm, math.ceil(_diagonal(grid))))


def _rolled(right: Vector, down: Vector, degrees: float) -> tuple[Vector, Vector]:
    if not degrees:
        return right, down
    spin = rotation(np.cross(right, down), degrees)
    return vector(spin @ np.asarray(right)), vector(spin @ np.asarray(down))


def _extent(grid: Grid, right: Vector, down: Vector, roomy: bool) -> float:
    """The longer side of the picture, mm."""
    if roomy:
        return _diagonal(grid)
    centres = _centres(grid)
    sides = [_reach(centres, way) for way in (right, down)]
    return max(high - low for low, high in sides)


def _span(grid: Grid, way: Vector, mm: float, roomy: bool) -> tuple[float, int]:
    """Where the picture begins along a direction, mm, and how many pixels it has."""
    low, high = _reach(_centres(grid), way)
    if roomy:
        count = math.ceil(_diagonal(grid) / mm) | 1
        middle = float(np.dot(grid.middle, way))
        return middle - (count - 1) / 2 * mm, count
    return low, round((high - low) / mm) + 1


def _diagonal(grid: Grid) -> float:
    centres = _centres(grid)
    return float(2 * np.max(np.linalg.norm(centres - np.asarray(grid.middle), axis=1)))


class PlaneKeys(Sequence[FrameKey]):
    """Keys of the planes of a section, made when they are asked for: turning a volume names hundreds anew."""

    def __init__(self, name: str, count: int) -> None:
        self._folder, self._count = Path(name), count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, at: int) -> FrameKey: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[FrameKey]: ...
    def __getitem__(self, at: int | slice) -> FrameKey | Sequence[FrameKey]:
        numbers = range(self._count)[at]
        if isinstance(numbers, range):
            return tuple(FrameKey(self._folder / str(number)) for number in numbers)
        return FrameKey(self._folder / str(numbers))

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, FrameKey) or key.path.parent != self._folder or not key.path.name.isdigit():
            return False
        return key == FrameKey(key.path) and int(key.path.name) < self._count

    def index(self, value: FrameKey, start: int = 0, stop: int | None = None) -> int:
        """The place of a key. Raises `ValueError`."""
        if value not in self or not start <= int(value.path.name) < (self._count if stop is None else stop):
            raise ValueError(value)
        return int(value.path.name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PlaneKeys) and (self._folder, self._count) == (other._folder, other._count)

    def __hash__(self) -> int:
        return hash((self._folder, self._count))


def keys_of(one: Section, name: str) -> PlaneKeys:
    """Keys for the planes of a section; `name` is its own among all that there were."""
    return PlaneKeys(name, one.count)


def _centres(grid: Grid) -> Floats:
    """(8, 3) mm: the centres of the outermost voxels."""
    slices, rows, columns = grid.shape
    ends = [(i, j, k) for i in (0, columns - 1) for j in (0, rows - 1) for k in (0, slices - 1)]
    return grid.to_patient(ends)


def _reach(places: Floats, way: ArrayLike) -> tuple[float, float]:
    along = places @ np.asarray(way, dtype=np.float64)
    return float(along.min()), float(along.max())


def _pitch(grid: Grid, way: ArrayLike) -> float:
    """The voxel's size along one of its axes; in any other direction the finest."""
    unit = grid.axes / np.linalg.norm(grid.axes, axis=0)
    cosines = np.abs(unit.T @ np.asarray(way, dtype=np.float64))
    best = int(np.argmax(cosines))
    return grid.spacing[best] if cosines[best] > ALIGNED else min(grid.spacing)


def rotation(about: ArrayLike, degrees: float) -> Floats:
    """(3, 3): turns about a direction, counter-clockwise when it points at the reader (Rodrigues)."""
    x, y, z = np.asarray(about, dtype=np.float64) / np.linalg.norm(about)
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    angle = math.radians(degrees)
    turn: Floats = np.eye(3) + math.sin(angle) * cross + (1 - math.cos(angle)) * cross @ cross
    return turn


def minus(way: Vector) -> Vector:
    """The opposite direction."""
    x, y, z = way
    return -x, -y, -z


def crossed(one: Vector, other: Vector) -> Vector:
    """At a right angle to both: asked hundreds of times a second, and many times faster than numpy's."""
    (a, b, c), (x, y, z) = one, other
    return b * z - c * y, c * x - a * z, a * y - b * x


def vector(place: NDArray[np.float64]) -> Vector:
    """Three plain numbers."""
    x, y, z = (float(part) for part in place)
    return x, y, z
