"""Solid shapes that can be voxelised and X-rayed: ellipsoids, drums (vertebral bodies) and bent tubes.

Each shape answers two questions: how deep a point lies inside (mm, negative outside; exact near the surface)
and how many millimetres of it a ray crosses. Coordinates are patient coordinates in mm. No anatomy in here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.examples.anatomy import Point
from vetpacs_desktop.examples.texture import Floats

Axes = NDArray[np.float64]
"""Three unit vectors as rows."""


@dataclass(frozen=True, eq=False, slots=True)
class Block:
    """A box of voxel centres: x along the last axis, y along the middle one, z along the first, in mm."""

    x: Floats
    y: Floats
    z: Floats

    @property
    def shape(self) -> tuple[int, int, int]:
        """(slices, rows, columns)."""
        return len(self.z), len(self.y), len(self.x)

    def relative(self, axes: Axes, center: Point) -> list[Floats]:
        """Coordinates along each of `axes` from `center`, broadcastable to the block's shape."""
        dx = (self.x - np.float32(center[0]))[None, None, :]
        dy = (self.y - np.float32(center[1]))[None, :, None]
        dz = (self.z - np.float32(center[2]))[:, None, None]
        return [_weighted((a, dx), (b, dy), (c, dz)) for a, b, c in axes.tolist()]


def _weighted(*terms: tuple[float, Floats]) -> Floats:
    parts = [array if abs(w - 1) < 1e-9 else array * np.float32(w) for w, array in terms if abs(w) > 1e-9]
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


@dataclass(frozen=True, eq=False, slots=True)
class Beam:
    """Nearly parallel rays through a small shape: they pass its centre's plane at `columns` x `rows` (mm
    along the unit vectors `u` and `v`) and run along `along`."""

    u: NDArray[np.float64]
    v: NDArray[np.float64]
    along: NDArray[np.float64]
    columns: Floats
    rows: Floats


class Shape(Protocol):
    """A solid."""

    @property
    def middle(self) -> Point:
        """A point inside, mm."""
        ...

    @property
    def reach(self) -> tuple[Point, Point]:
        """The box that holds it: (lowest, highest) corner, mm."""
        ...

    def depth(self, block: Block) -> Floats:
        """Millimetres under the surface at every voxel, negative outside."""
        ...


@dataclass(frozen=True, eq=False, slots=True)
class Ellipsoid:
    """Centre, semi-axes along `axes`."""

    center: Point
    radii: tuple[float, float, float]
    axes: Axes

    @property
    def middle(self) -> Point:
        """The centre."""
        return self.center

    @property
    def reach(self) -> tuple[Point, Point]:
        """The box that holds it."""
        half = np.sqrt(((self.axes * np.array(self.radii)[:, None]) ** 2).sum(axis=0))
        return box(np.array(self.center), half)

    def depth(self, block: Block) -> Floats:
        """First-order distance to the surface: exact at the surface, which is where edges are drawn."""
        scaled = [
            p / np.float32(r) for p, r in zip(block.relative(self.axes, self.center), self.radii, strict=True)
        ]
        squares = _sum_of_squares(scaled)
        steep = _sum_of_squares([p / np.float32(r) for p, r in zip(scaled, self.radii, strict=True)])
        steep += np.float32(1e-12)
        np.sqrt(steep, out=steep)
        squares -= np.float32(1)
        squares /= steep
        squares *= np.float32(-0.5)
        return np.broadcast_to(squares, block.shape)

    def chord(self, beam: Beam) -> Floats:
        """Millimetres of each ray inside."""
        turn = self.axes / np.array(self.radii)[:, None]
        u, v, d = turn @ beam.u, turn @ beam.v, turn @ beam.along
        uu, vv, uv = u @ u, v @ v, u @ v
        ud, vd, dd = u @ d, v @ d, d @ d
        columns, rows = beam.columns[None, :], beam.rows[:, None]
        a = np.float32(uu - ud * ud / dd) * columns**2
        b = np.float32(vv - vd * vd / dd) * rows**2
        inside = a + b + np.float32(2 * (uv - ud * vd / dd)) * (rows * columns)
        np.subtract(np.float32(1), inside, out=inside)
        np.maximum(inside, 0, out=inside)
        np.sqrt(inside, out=inside)
        chord: Floats = inside * np.float32(2 * np.linalg.norm(beam.along) / np.sqrt(dd))
        return chord


@dataclass(frozen=True, eq=False, slots=True)
class Drum:
    """An elliptic cylinder with flat ends: `half` its half length along axes[2], `radii` across at the ends,
    `waist` the share by which it is thinner in the middle."""

    center: Point
    radii: tuple[float, float]
    half: float
    axes: Axes
    waist: float = 0.0

    @property
    def middle(self) -> Point:
        """The centre."""
        return self.center

    @property
    def reach(self) -> tuple[Point, Point]:
        """The box that holds it."""
        across = np.sqrt(((self.axes[:2] * np.array(self.radii)[:, None]) ** 2).sum(axis=0))
        return box(np.array(self.center), across + abs(self.axes[2]) * self.half)

    def depth(self, block: Block) -> Floats:
        """The nearer of side and end."""
        p, q, along = block.relative(self.axes, self.center)
        inner = self._girth(along)
        side = np.sqrt((p / np.float32(self.radii[0])) ** 2 + (q / np.float32(self.radii[1])) ** 2)
        side = (inner - side) * np.float32(sum(self.radii) / 2)
        end = np.float32(self.half) - np.abs(along)
        return np.broadcast_to(np.minimum(side, end), block.shape)

    def chord(self, beam: Beam) -> Floats:
        """Millimetres of each ray inside: the overlap of its stay in the side wall and between the ends."""
        turn = self.axes / np.array([self.radii[0], self.radii[1], 1.0])[:, None]
        d = turn @ beam.along
        columns, rows = beam.columns[None, :], beam.rows[:, None]
        p, q, s = (
            np.float32(a) * columns + np.float32(b) * rows
            for a, b in zip(turn @ beam.u, turn @ beam.v, strict=True)
        )
        aa = np.float32(d[0] ** 2 + d[1] ** 2)
        bb = p * np.float32(d[0]) + q * np.float32(d[1])
        inner = self._girth(np.clip(s, -self.half, self.half))
        root = np.sqrt(np.maximum(bb * bb - aa * (p * p + q * q - inner * inner), 0)) / aa
        near, far = -bb / aa - root, -bb / aa + root
        if abs(d[2]) > 1e-6:
            first, second = (-self.half - s) / np.float32(d[2]), (self.half - s) / np.float32(d[2])
            near = np.maximum(near, np.minimum(first, second))
            far = np.minimum(far, np.maximum(first, second))
            stay = far - near
        else:
            stay = np.where(np.abs(s) <= self.half, far - near, 0)
        result: Floats = np.maximum(stay, 0).astype(np.float32) * np.float32(np.linalg.norm(beam.along))
        return result

    def _girth(self, along: Floats) -> Floats:
        rest = np.float32(1) - (along / np.float32(self.half)) ** 2
        girth: Floats = np.float32(1) - np.float32(self.waist) * np.maximum(rest, 0)
        return girth


@dataclass(frozen=True, eq=False, slots=True)
class Tube:
    """A bent tube with round ends through `points`, `radii` (mm) at each point."""

    points: NDArray[np.float64]
    radii: NDArray[np.float64]

    @property
    def middle(self) -> Point:
        """The middle of its box."""
        low, high = self.points.min(axis=0), self.points.max(axis=0)
        x, y, z = ((low + high) / 2).tolist()
        return (x, y, z)

    @property
    def reach(self) -> tuple[Point, Point]:
        """The box that holds it."""
        low = (self.points - self.radii[:, None]).min(axis=0).tolist()
        high = (self.points + self.radii[:, None]).max(axis=0).tolist()
        return (low[0], low[1], low[2]), (high[0], high[1], high[2])

    def depth(self, block: Block) -> Floats:
        """Depth under the nearest of its straight pieces, each drawn in its own small box."""
        best = np.full(block.shape, np.float32(-1e3))
        wide = np.maximum(self.radii[:-1], self.radii[1:])[:, None] + 4.0
        low = np.minimum(self.points[:-1], self.points[1:]) - wide
        high = np.maximum(self.points[:-1], self.points[1:]) + wide
        spans = [
            _spans(axis, low[:, n], high[:, n]) for n, axis in ((2, block.z), (1, block.y), (0, block.x))
        ]
        for n, ((k0, k1), (j0, j1), (i0, i1)) in enumerate(zip(*spans, strict=True)):
            if k0 < k1 and j0 < j1 and i0 < i1:
                view = best[k0:k1, j0:j1, i0:i1]
                piece = Block(block.x[i0:i1], block.y[j0:j1], block.z[k0:k1])
                radii = float(self.radii[n]), float(self.radii[n + 1])
                np.maximum(view, _cone_depth(piece, self.points[n], self.points[n + 1], *radii), out=view)
        return best

    def beads(self, step: float) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """(points, radii, lengths): the tube cut into beads of about `step` mm along its axis."""
        legs = np.linalg.norm(np.diff(self.points, axis=0), axis=1)
        along = np.concatenate([[0.0], np.cumsum(legs)])
        count = max(2, int(along[-1] / step))
        at = (np.arange(count) + 0.5) * (along[-1] / count)
        points = np.stack([np.interp(at, along, self.points[:, axis]) for axis in range(3)], axis=1)
        return points, np.interp(at, along, self.radii), np.full(count, along[-1] / count)


def _cone_depth(block: Block, a: NDArray[np.float64], b: NDArray[np.float64], ra: float, rb: float) -> Floats:
    leg = b - a
    length = float(np.linalg.norm(leg))
    dx, dy, dz = block.relative(np.eye(3), (float(a[0]), float(a[1]), float(a[2])))
    along = (dx * np.float32(leg[0]) + dy * np.float32(leg[1]) + dz * np.float32(leg[2])) / np.float32(
        length**2
    )
    np.clip(along, 0, 1, out=along)
    away = (dx - along * np.float32(leg[0])) ** 2
    away += (dy - along * np.float32(leg[1])) ** 2
    away += (dz - along * np.float32(leg[2])) ** 2
    np.sqrt(away, out=away)
    along *= np.float32(rb - ra)
    along += np.float32(ra)
    along -= away
    depth: Floats = along
    return depth


def box(center: NDArray[np.float64], half: NDArray[np.float64]) -> tuple[Point, Point]:
    """The corners of the box `center` +/- `half`."""
    low, high = (center - half).tolist(), (center + half).tolist()
    return (low[0], low[1], low[2]), (high[0], high[1], high[2])


def _spans(axis: Floats, low: NDArray[np.float64], high: NDArray[np.float64]) -> list[list[int]]:
    """Index ranges of the sorted (either way) coordinates between each `low` and `high`."""
    if axis[0] <= axis[-1]:
        first, last = np.searchsorted(axis, low, "left"), np.searchsorted(axis, high, "right")
    else:
        down = axis[::-1]
        first = len(axis) - np.searchsorted(down, high, "right")
        last = len(axis) - np.searchsorted(down, low, "left")
    ranges: list[list[int]] = np.stack([first, last], axis=1).tolist()
    return ranges


def _span(axis: Floats, low: float, high: float) -> tuple[int, int]:
    first, last = _spans(axis, np.array([low]), np.array([high]))[0]
    return first, last


@dataclass(frozen=True, eq=False, slots=True)
class Bundle:
    """Many tubes with their boxes, so that those near a block are found without asking each."""

    tubes: tuple[Tube, ...]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    @classmethod
    def of(cls, tubes: Sequence[Tube], margin: float = 2.0) -> Bundle:
        """The tubes in their order."""
        boxes = np.array([t.reach for t in tubes]).reshape(-1, 2, 3)
        return cls(tuple(tubes), boxes[:, 0] - margin, boxes[:, 1] + margin)

    def near(self, block: Block) -> list[int]:
        """Numbers of the tubes whose boxes touch `block`."""
        axes = (block.x, block.y, block.z)
        low = np.array([min(a[0], a[-1]) for a in axes])
        high = np.array([max(a[0], a[-1]) for a in axes])
        found: list[int] = np.flatnonzero(((self.low <= high) & (self.high >= low)).all(axis=1)).tolist()
        return found


def cut_block(block: Block, reach: tuple[Point, Point], margin: float) -> tuple[slice, slice, slice]:
    """Where the box `reach`, grown by `margin` mm, lies in `block`: slices for z, y, x, maybe empty."""
    low, high = reach
    return (
        slice(*_span(block.z, low[2] - margin, high[2] + margin)),
        slice(*_span(block.y, low[1] - margin, high[1] + margin)),
        slice(*_span(block.x, low[0] - margin, high[0] + margin)),
    )


def part_of(block: Block, cut: tuple[slice, slice, slice]) -> Block:
    """The piece of `block` that `cut` names."""
    return Block(block.x[cut[2]], block.y[cut[1]], block.z[cut[0]])


def _sum_of_squares(parts: list[Floats]) -> Floats:
    a, b, c = (p * p for p in parts)
    total: Floats = a + b
    return total + c


LEVEL: Axes = np.eye(3)
"""Axes along x, y, z."""


def axes_along(direction: Sequence[float]) -> Axes:
    """Axes whose third is `direction` in the sagittal plane and whose first is +x (left to right)."""
    _, y, z = np.asarray(direction, float) / np.linalg.norm(direction)
    return np.array([[1.0, 0.0, 0.0], [0.0, z, -y], [0.0, y, z]])


def axes_towards(direction: Sequence[float]) -> Axes:
    """Any right-handed axes whose third is `direction`."""
    w = np.asarray(direction, float) / np.linalg.norm(direction)
    other = np.array([1.0, 0.0, 0.0]) if abs(w[0]) < 0.8 else np.array([0.0, 1.0, 0.0])
    u = np.cross(other, w)
    u /= np.linalg.norm(u)
    return np.stack([u, np.cross(w, u), w])


def tube(points: Sequence[Sequence[float]], radii: float | Sequence[float]) -> Tube:
    """A tube from plain numbers; one radius serves all points."""
    array = np.asarray(points, float)
    return Tube(array, np.broadcast_to(np.asarray(radii, float), (len(array),)).copy())


def smooth_tube(points: Sequence[Sequence[float]], radii: float | Sequence[float], pieces: int = 6) -> Tube:
    """A tube through `points` by Catmull-Rom, `pieces` straight pieces between two of them."""
    rough = tube(points, radii)
    both = np.concatenate([rough.points, rough.radii[:, None]], axis=1)
    padded = np.concatenate([2 * both[:1] - both[1:2], both, 2 * both[-1:] - both[-2:-1]])
    steps = np.arange(pieces)[:, None] / pieces
    runs = []
    for p0, p1, p2, p3 in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        runs.append(
            0.5
            * (
                2 * p1
                + (p2 - p0) * steps
                + (2 * p0 - 5 * p1 + 4 * p2 - p3) * steps**2
                + (3 * p1 - p0 - 3 * p2 + p3) * steps**3
            )
        )
    line = np.concatenate([*runs, both[-1:]])
    return Tube(line[:, :3], np.maximum(line[:, 3], 0.05))
