"""What the soft parts of an example animal are made of: outline, chest, diaphragm, organs, vessels, airways.

Owns the vocabulary (`Trunk` and its parts) and the shapes that only flesh needs. Where the organs of a given
animal sit is said in dog.py and cat.py; voxels are made in volume.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from vetpacs_desktop.examples.anatomy import Point
from vetpacs_desktop.examples.bones import Bone, Chest
from vetpacs_desktop.examples.shapes import LEVEL, Axes, Block, Bundle, Ellipsoid, Shape, Tube
from vetpacs_desktop.examples.texture import Floats

Rows = tuple[tuple[float, float, float, float, float], ...]


@dataclass(frozen=True, eq=False, slots=True)
class Outline:
    """A body outline by z: rows (z, half width, widest level, top, bottom), cranial first, mm."""

    rows: Rows
    keel: float = 0.0
    """Share by which it is narrower below than above its widest level."""

    def depth(self, block: Block) -> Floats:
        """Millimetres under the surface; negative outside and beyond the first and last row."""
        table = np.array(self.rows, np.float64)[::-1]
        w, level, top, bottom = (self._at(block.z, table, n) for n in range(1, 5))
        v = block.y[None, :] - level[:, None]
        up = np.where(v > 0, (top - level)[:, None], (level - bottom)[:, None])
        v = v / up
        wide = w[:, None] * (1 + np.float32(self.keel) * np.clip(v, -1, 1))
        across: Floats = (block.x[None, None, :] / wide[:, :, None]).astype(np.float32, copy=False)
        steep = (across / wide[:, :, None]) ** 2
        steep += ((v / up) ** 2)[:, :, None]
        np.sqrt(steep, out=steep)
        across *= across
        across += (v * v)[:, :, None]
        np.subtract(np.float32(0.5), across * np.float32(0.5), out=across)
        across /= np.maximum(steep, np.float32(1e-5))
        end = np.minimum(block.z - table[0, 0], table[-1, 0] - block.z).astype(np.float32)
        np.minimum(across, end[:, None, None], out=across)
        return across

    @staticmethod
    def _at(z: Floats, table: np.ndarray[tuple[int, ...], np.dtype[np.float64]], n: int) -> Floats:
        """Column `n` by z, its corners rounded by averaging over +/- 12 mm."""
        spread = np.linspace(-12, 12, 7)
        values = np.interp(z[:, None] + spread[None, :], table[:, 0], table[:, n])
        smooth: Floats = values.mean(axis=1).astype(np.float32)
        return smooth


@dataclass(frozen=True, eq=False, slots=True)
class Dome:
    """The diaphragm: half an ellipsoid bulging along axes[2], open behind. Inside is the abdomen."""

    center: Point
    radii: tuple[float, float, float]
    axes: Axes

    def depth(self, block: Block) -> Floats:
        """Millimetres behind the diaphragm."""
        p, q, s = block.relative(self.axes, self.center)
        a, b, c = self.radii
        beyond = np.maximum(-s, 0) * np.float32(2)
        s = np.maximum(s, 0)
        squares = (p / np.float32(a)) ** 2 + (q / np.float32(b)) ** 2 + (s / np.float32(c)) ** 2
        steep = np.sqrt(
            (p / np.float32(a * a)) ** 2 + (q / np.float32(b * b)) ** 2 + (s / np.float32(c * c)) ** 2
        )
        depth: Floats = (1 - squares) / (2 * steep + np.float32(1e-6)) + beyond
        return depth


@dataclass(frozen=True, eq=False, slots=True)
class Organ:
    """A shape filled with one tissue; `native` is its HU without contrast medium, `enhanced` with it
    (None: only there without, as gas that lies elsewhere in another recumbency)."""

    name: str
    shape: Ellipsoid | Tube
    native: float
    enhanced: float | None
    grain: float = 4.0
    """Deviation of its fine texture, HU."""
    inside_belly: bool = False
    """True: drawn only where the abdomen is (the liver under the diaphragm)."""
    level: tuple[float, float] | None = None
    """(y, HU): above this height y it is filled with HU instead, as gas above fluid."""


@dataclass(frozen=True, eq=False, slots=True)
class Airway:
    """An air-filled tube with a wall."""

    tube: Tube
    wall_mm: float


@dataclass(frozen=True, eq=False, slots=True)
class Trunk:
    """A whole animal's trunk, ready to be voxelised or X-rayed."""

    skin: Outline
    inner: Outline
    """The inner wall of chest and abdomen."""
    chest: Chest
    dome: Dome
    limbs: tuple[Tube, ...]
    organs: tuple[Organ, ...]
    """Drawn in order, later over earlier."""
    lung_vessels: Bundle
    airways: tuple[Airway, ...]
    airway_tubes: Bundle
    """The tubes of `airways`, in the same order."""
    bones: tuple[Bone, ...]
    lung_hu: float = -835.0
    fat_mm: float = 5.0
    lung_back: float = -400.0
    """No lung caudal of this z."""


def ball(center: Point, *radii: float, axes: Axes = LEVEL) -> Ellipsoid:
    """An ellipsoid with semi-axes along x, y, z (one radius: a sphere)."""
    r = radii if len(radii) == 3 else (radii[0],) * 3
    return Ellipsoid(center, (r[0], r[1], r[2]), axes)


def union_depth(shapes: Iterable[Shape], block: Block, start: Floats) -> Floats:
    """The larger depth of `start` and of all `shapes`."""
    total = start
    for shape in shapes:
        np.maximum(total, shape.depth(block), out=total)
    return total
