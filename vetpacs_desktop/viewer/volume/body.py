"""How a volume is seen as a solid body: from where, how large, what is cut away. Frozen, without pixels.

The picture is a parallel projection, so that a millimetre across the line of sight is one everywhere and
letters at its edges are true. Places are patient millimetres (PS3.3 C.7.6.2.1.1).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from enum import Enum

import numpy as np

from vetpacs_desktop.viewer.geometry.planes import Vector
from vetpacs_desktop.viewer.volume.curve import Curve, presets_for
from vetpacs_desktop.viewer.volume.grid import Floats, Grid
from vetpacs_desktop.viewer.volume.section import BodyAxes, minus, rotation, vector
from vetpacs_desktop.viewer.volume.volume import Volume

BODY = "3d"
"""What `ViewState.plane` says of a viewport that shows one, and `--view` of the command line."""
SMALLEST, LARGEST = 0.2, 40.0
FITTED = 0.8
"""Of the volume's diagonal is seen at first: its corners are air."""
Point = tuple[float, float]


class Side(Enum):
    """From where the body is looked at."""

    LEFT = "left"
    RIGHT = "right"
    DORSAL = "dorsal"
    VENTRAL = "ventral"
    CRANIAL = "cranial"
    CAUDAL = "caudal"


@dataclass(frozen=True, slots=True)
class BodyCamera:
    """Where the reader stands."""

    right: Vector = (-1.0, 0.0, 0.0)
    """Unit vectors of the picture; they stand at a right angle."""
    down: Vector = (0.0, 0.0, -1.0)
    zoom: float = 1.0
    """1 shows what matters of the volume from every side."""
    pan: Point = (0.0, 0.0)
    """From the picture's middle to the volume's, in shares of the picture's shorter side (right, down)."""

    @property
    def away(self) -> Vector:
        """From the reader into the picture."""
        return vector(np.cross(self.right, self.down))

    def turned(self, across: float, along: float) -> BodyCamera:
        """The body rolled by degrees: its front to the right, and downwards."""
        spin = rotation(self.down, across) @ rotation(self.right, -along)
        return self._spun(spin)

    def rolled(self, degrees: float) -> BodyCamera:
        """The body turned clockwise in the picture."""
        return self._spun(rotation(self.away, -degrees))

    def _spun(self, spin: Floats) -> BodyCamera:
        right = spin @ np.asarray(self.right)
        right = right / np.linalg.norm(right)
        down = spin @ np.asarray(self.down)
        down = down - right * (down @ right)  # many small turns add up rounding errors
        return replace(self, right=vector(right), down=vector(down / np.linalg.norm(down)))

    def from_side(self, side: Side, axes: BodyAxes, quadruped: bool) -> BodyCamera:
        """As the body is looked at from a side: animals with dorsal up, people with the head up."""
        away = {
            Side.LEFT: minus(axes.left),
            Side.RIGHT: axes.left,
            Side.DORSAL: minus(axes.dorsal),
            Side.VENTRAL: axes.dorsal,
            Side.CRANIAL: minus(axes.cranial),
            Side.CAUDAL: axes.cranial,
        }[side]
        if side in (Side.DORSAL, Side.VENTRAL):
            down = minus(axes.cranial)
        elif side in (Side.CRANIAL, Side.CAUDAL):
            down = minus(axes.dorsal) if quadruped else axes.dorsal
        else:
            down = minus(axes.dorsal) if quadruped else minus(axes.cranial)
        return replace(self, right=vector(np.cross(down, away)), down=down)

    def zoomed(self, ratio: float) -> BodyCamera:
        """Larger or smaller about the picture's middle."""
        zoom = min(max(self.zoom * ratio, SMALLEST), LARGEST)
        kept = zoom / self.zoom
        return replace(self, zoom=zoom, pan=(self.pan[0] * kept, self.pan[1] * kept))

    def panned(self, right: float, down: float) -> BodyCamera:
        """Moved by shares of the picture's shorter side."""
        return replace(self, pan=(self.pan[0] + right, self.pan[1] + down))


@dataclass(frozen=True, slots=True)
class Frame3d:
    """A camera in front of a volume, with a picture of some size: from places to pixels and back."""

    camera: BodyCamera
    middle: Vector
    """Of the volume, mm."""
    mm: float
    """Of one pixel."""
    width: int
    height: int

    def pixel(self, places: Floats) -> Floats:
        """(..., 2) pixel positions of (..., 3) places in mm; (0, 0) is the middle of the first pixel."""
        away = np.asarray(places, np.float64) - np.asarray(self.middle)
        ways = np.column_stack([self.camera.right, self.camera.down]) / self.mm
        found: Floats = away @ ways + self.origin
        return found

    @property
    def origin(self) -> Floats:
        """Pixel position of the volume's middle."""
        short = min(self.width, self.height)
        x, y = self.camera.pan
        return np.array([(self.width - 1) / 2 + x * short, (self.height - 1) / 2 + y * short])

    @property
    def focal(self) -> Vector:
        """The place in the middle of the picture, at the depth of the volume's."""
        away = (np.array([(self.width - 1) / 2, (self.height - 1) / 2]) - self.origin) * self.mm
        ways = np.column_stack([self.camera.right, self.camera.down])
        return vector(np.asarray(self.middle) + ways @ away)

    def plane_mm(self, pixel: Point) -> Point:
        """Where a pixel lies along `right` and `down` from the volume's middle, mm."""
        x, y = (np.asarray(pixel) - self.origin) * self.mm
        return float(x), float(y)


def frame3d(grid: Grid, camera: BodyCamera, width: int, height: int) -> Frame3d:
    """The camera in front of a volume."""
    radius = float(np.max(np.linalg.norm(grid.corners - np.asarray(grid.middle), axis=1)))
    mm = 2 * FITTED * radius / (min(width, height) * camera.zoom)
    return Frame3d(camera, grid.middle, mm, width, height)


# --- cutting ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClipBox:
    """What of the volume is shown: shares of its columns, rows and slices, low and high."""

    low: Vector = (0.0, 0.0, 0.0)
    high: Vector = (1.0, 1.0, 1.0)

    @property
    def whole(self) -> bool:
        """Whether nothing is hidden."""
        return self == ClipBox()

    def moved(self, axis: int, end: int, to: float) -> ClipBox:
        """Face `end` (0 low, 1 high) of an axis elsewhere; a thin slice always stays."""
        low, high = list(self.low), list(self.high)
        if end:
            high[axis] = min(max(to, low[axis] + 0.01), 1.0)
        else:
            low[axis] = max(min(to, high[axis] - 0.01), 0.0)
        return ClipBox((low[0], low[1], low[2]), (high[0], high[1], high[2]))

    def bounds(self, grid: Grid) -> tuple[float, ...]:
        """Voxel positions (low column, high column, low row, ...), outer half voxels included."""
        sizes = grid.shape[::-1]
        pairs = [
            (low * size - 0.5, high * size - 0.5)
            for low, high, size in zip(self.low, self.high, sizes, strict=True)
        ]
        return tuple(end for pair in pairs for end in pair)

    def corners(self, grid: Grid) -> Floats:
        """(2, 2, 2, 3) mm: by low and high of columns, rows, slices."""
        b = self.bounds(grid)
        index = [[[(b[i], b[2 + j], b[4 + k]) for k in (0, 1)] for j in (0, 1)] for i in (0, 1)]
        return grid.to_patient(index)

    def face(self, grid: Grid, axis: int, end: int) -> Vector:
        """The middle of a face, mm."""
        corners = np.moveaxis(self.corners(grid), axis, 0)[end]
        return vector(corners.reshape(-1, 3).mean(axis=0))


class Kind(Enum):
    """How voxels are taken away."""

    SCALPEL = "scalpel"
    """What lies behind a drawn outline."""
    AROUND = "around"
    """What lies behind everything else."""
    BONE = "bone"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing that was taken away."""

    kind: Kind
    outline: tuple[Point, ...] = ()
    """Of a cut: mm along `right` and `down` from the volume's middle, closed."""
    right: Vector = (1.0, 0.0, 0.0)
    down: Vector = (0.0, 1.0, 0.0)


@dataclass(frozen=True, slots=True)
class BodyState:
    """All that a reader can change."""

    camera: BodyCamera
    curve: Curve
    preset: str = ""
    """The name of the preset that `curve` is; empty for one of the reader's own making."""
    clip: ClipBox = field(default_factory=ClipBox)
    edits: tuple[Edit, ...] = ()
    box: bool = False
    """The faces of the clipping box are shown, to be dragged."""

    @property
    def cutting(self) -> tuple[ClipBox, tuple[Edit, ...]]:
        """What undo gives back."""
        return self.clip, self.edits


START_TURN = (-25.0, 12.0)
"""A little from the side and from above: what is in front and what behind is seen at once."""


def first_state(volume: Volume, axes: BodyAxes, quadruped: bool) -> BodyState:
    """As a body is first seen: with the first preset of its modality."""
    first = presets_for(volume.description.modality)[0]
    camera = BodyCamera().from_side(Side.LEFT, axes, quadruped).turned(*START_TURN)
    return BodyState(camera, first.curve_for(*volume.tissue), first.name)


def cut_through(frame: Frame3d, pixels: tuple[Point, ...], *, around: bool = False) -> Edit | None:
    """The scalpel along an outline on the picture; None where it encloses nothing."""
    outline = tuple(frame.plane_mm(pixel) for pixel in pixels)
    area = abs(
        sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(outline, outline[1:] + outline[:1], strict=True))
    )
    if len(outline) < 3 or area / 2 < 1e-3 or not math.isfinite(area):
        return None
    kind = Kind.AROUND if around else Kind.SCALPEL
    return Edit(kind, outline, frame.camera.right, frame.camera.down)


@dataclass(frozen=True, slots=True)
class History:
    """What was cut before, and what was undone; as long as the reader likes."""

    past: tuple[tuple[ClipBox, tuple[Edit, ...]], ...] = ()
    future: tuple[tuple[ClipBox, tuple[Edit, ...]], ...] = ()

    def done(self, before: BodyState) -> History:
        """A cut was made after `before`."""
        return History((*self.past, before.cutting))

    def undo(self, now: BodyState) -> tuple[History, BodyState]:
        """The last cut is taken back."""
        if not self.past:
            return self, now
        clip, edits = self.past[-1]
        return History(self.past[:-1], (*self.future, now.cutting)), replace(now, clip=clip, edits=edits)

    def redo(self, now: BodyState) -> tuple[History, BodyState]:
        """And made again."""
        if not self.future:
            return self, now
        clip, edits = self.future[-1]
        return History((*self.past, now.cutting), self.future[:-1]), replace(now, clip=clip, edits=edits)
