"""X-rays through the example animals: cone-beam line integrals, exact for bones, slab by slab for flesh.

`Camera` knows where the tube and the detector stand; what comes out is attenuation (the exponent of
Beer-Lambert's law) on the detector's pixels. Turning that into a radiograph is exposure.py's work.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.examples.anatomy import Point, Shot
from vetpacs_desktop.examples.bones import Bone, BonePart, inner_part
from vetpacs_desktop.examples.shapes import Beam, Block, Tube
from vetpacs_desktop.examples.texture import Floats, resize

WATER_PER_MM = 0.0235
"""Attenuation of water for a beam of about 65 kV after filtering."""
AIR = -1000.0


def attenuation(hu: float) -> float:
    """Attenuation per mm of tissue with `hu`; bone absorbs more at these energies than its HU say."""
    return WATER_PER_MM * (1 + hu / 1000 + max(hu - 100.0, 0.0) / 1000 * 1.1)


@dataclass(frozen=True, eq=False, slots=True)
class Camera:
    """A tube and a flat detector. `aim` is the point of the animal on the central ray, in the true plane."""

    aim: Point
    right: NDArray[np.float64]
    """Unit vector of increasing columns in patient coordinates."""
    down: NDArray[np.float64]
    """Unit vector of increasing rows."""
    away: NDArray[np.float64]
    """Unit vector of the central ray, from the tube to the detector."""
    shot: Shot
    pitch: float
    """Detector pixel, mm."""
    rows: int
    columns: int

    def coarser(self, factor: int) -> Camera:
        """The same view on pixels `factor` times as large; its sides must divide by it."""
        return replace(
            self, pitch=self.pitch * factor, rows=self.rows // factor, columns=self.columns // factor
        )

    @property
    def tube_at(self) -> NDArray[np.float64]:
        """The focal spot, mm."""
        spot: NDArray[np.float64] = np.array(self.aim) - self.away * self.shot.source_to_object
        return spot

    def project(
        self, points: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """(column, row, magnification) of points (n, 3); pixel centres are at integers."""
        rays = points - self.tube_at
        zoom = self.shot.source_to_detector / (rays @ self.away)
        column = rays @ self.right * zoom / self.pitch + (self.columns - 1) / 2
        row = rays @ self.down * zoom / self.pitch + (self.rows - 1) / 2
        return column, row, zoom

    def beam(self, center: Point, columns: slice, rows: slice) -> Beam:
        """Rays of the pixels in `columns`, `rows` as they pass the plane of `center`."""
        column, row, zoom = (float(v[0]) for v in self.project(np.array([center])))
        ray = np.array(center) - self.tube_at
        step = self.pitch / zoom
        across = (np.arange(columns.start, columns.stop, dtype=np.float32) - np.float32(column)) * np.float32(
            step
        )
        upright = (np.arange(rows.start, rows.stop, dtype=np.float32) - np.float32(row)) * np.float32(step)
        return Beam(self.right, self.down, ray / (ray @ self.away), across, upright)


def lateral_camera(aim: Point, shot: Shot, pitch: float, rows: int, columns: int) -> Camera:
    """Right lateral recumbency: the beam runs from left to right, cranial is on the viewer's left."""
    right, down, away = np.array([0.0, 0, -1]), np.array([0.0, -1, 0]), np.array([-1.0, 0, 0])
    return Camera(aim, right, down, away, shot, pitch, rows, columns)


def left_lateral_camera(aim: Point, shot: Shot, pitch: float, rows: int, columns: int) -> Camera:
    """Left lateral recumbency: the beam runs from right to left, hung with cranial on the viewer's left."""
    right, down, away = np.array([0.0, 0, -1]), np.array([0.0, -1, 0]), np.array([1.0, 0, 0])
    return Camera(aim, right, down, away, shot, pitch, rows, columns)


def ventrodorsal_camera(aim: Point, shot: Shot, pitch: float, rows: int, columns: int) -> Camera:
    """On its back, tube above: the animal's right is on the viewer's left, cranial up."""
    right, down, away = np.array([1.0, 0, 0]), np.array([0.0, 0, -1]), np.array([0.0, 1, 0])
    return Camera(aim, right, down, away, shot, pitch, rows, columns)


def xray_volume(camera: Camera, hu: Floats, block: Block, coarse: float = 1.6) -> Floats:
    """Attenuation of a voxel volume (z, y, x) in HU, each plane magnified as the cone beam does.

    `coarse` is the pixel in mm at which flesh is integrated before it is enlarged to the detector's pixels.
    """
    depth_axis = int(np.argmax(np.abs(camera.away)))
    axes = {0: block.x, 1: block.y, 2: block.z}
    step = float(abs(axes[depth_axis][1] - axes[depth_axis][0]))
    factor = max(1, round(coarse / camera.pitch))
    shape = (-(-camera.rows // factor), -(-camera.columns // factor))
    row_axis, column_axis = (int(np.argmax(np.abs(v))) for v in (camera.down, camera.right))
    total = np.zeros(shape, np.float32)
    volume = np.moveaxis(hu, (2 - row_axis, 2 - column_axis, 2 - depth_axis), (1, 2, 0))
    for plane, at in zip(volume, axes[depth_axis], strict=True):
        if plane.max() <= AIR + 1:
            continue
        distance = abs(float(at) - float(camera.tube_at[depth_axis]))
        zoom = camera.shot.source_to_detector / distance
        rows = _gather(camera.down, row_axis, camera, axes[row_axis], shape[0], factor, zoom)
        columns = _gather(camera.right, column_axis, camera, axes[column_axis], shape[1], factor, zoom)
        total += _pick(_pick(_absorbing(plane), rows, 0), columns, 1)
    total *= np.float32(WATER_PER_MM / 1000 * step)
    grown = resize(total, (shape[0] * factor, shape[1] * factor))
    return grown[: camera.rows, : camera.columns]


@dataclass(frozen=True, eq=False, slots=True)
class _Lines:
    """Voxel lines to read for each detector line: the one before and the one after, and their weights."""

    before: NDArray[np.intp]
    after: NDArray[np.intp]
    shares: tuple[Floats, Floats]


def _pick(plane: Floats, lines: _Lines, axis: int) -> Floats:
    """Linear interpolation along one axis."""
    first, second = (s[:, None] if axis == 0 else s[None, :] for s in lines.shares)
    near, far = plane.take(lines.before, axis), plane.take(lines.after, axis)
    near *= first
    far *= second
    picked: Floats = near + far
    return picked


def _absorbing(hu: Floats) -> Floats:
    """HU + 1000, with fat as much more transparent as it is at radiographic energies."""
    fatty = np.minimum(hu, 0)
    np.maximum(fatty, -150, out=fatty)
    fatty *= np.float32(0.55)
    fatty *= hu > np.float32(-400)
    fatty += hu
    fatty += np.float32(1000)
    return fatty


def _gather(
    way: NDArray[np.float64], axis: int, camera: Camera, at: Floats, count: int, factor: int, zoom: float
) -> _Lines:
    """Which of the voxel lines `at` each of `count` coarse detector lines sees; none outside (weight 0)."""
    pixels = camera.rows if way is camera.down else camera.columns
    offsets = ((np.arange(count) + 0.5) * factor - 0.5 - (pixels - 1) / 2) * camera.pitch / zoom
    where = (camera.tube_at[axis] + way[axis] * offsets - at[0]) / (at[1] - at[0])
    low = np.floor(where).astype(np.intp)
    part = (where - low).astype(np.float32)
    last = len(at) - 1
    shares = ((1 - part) * ((low >= 0) & (low <= last)), part * ((low >= -1) & (low < last)))
    return _Lines(np.clip(low, 0, last), np.clip(low + 1, 0, last), shares)


def xray_bones(camera: Camera, bones: Iterable[Bone], total: Floats, grit: Floats | None = None) -> None:
    """Add the attenuation of `bones` (beyond the soft tissue they displace) to `total`.

    `grit` is a periodic square of noise that gives the marrow its trabecular look.
    """
    for bone in bones:
        window = _window(camera, [part.reach for part in bone.parts])
        if window is None:
            continue
        outer = _union(camera, bone.parts, window)
        inner_parts = [p for p in (inner_part(part, bone.shell_mm) for part in bone.parts) if p is not None]
        inner = _union(camera, inner_parts, window)
        soft = attenuation(45.0)
        marrow = inner * np.float32(attenuation(bone.marrow_hu) - attenuation(bone.shell_hu))
        if grit is not None:
            marrow *= 1 - np.float32(0.10) * _patch(grit, window)
        outer *= np.float32(attenuation(bone.shell_hu) - soft)
        outer += marrow
        total[window] += outer


def xray_tubes(camera: Camera, tubes: Iterable[Tube], hu: float, instead_of: float, total: Floats) -> None:
    """Add tubes of `hu` that lie in tissue of `instead_of`: vessels in lung, air in the trachea."""
    change = np.float32(attenuation(hu) - attenuation(instead_of))
    for piece in tubes:
        window = _window(camera, [piece.reach])
        if window is not None:
            total[window] += _thickness(camera, piece, window) * change


def xray_parts(camera: Camera, parts: Iterable[BonePart], per_mm: float, total: Floats) -> None:
    """Add things made of metal or stone, `per_mm` their attenuation, to `total`."""
    for part in parts:
        window = _window(camera, [part.reach])
        if window is not None:
            total[window] += _thickness(camera, part, window) * np.float32(per_mm)


def _window(camera: Camera, boxes: list[tuple[Point, Point]]) -> tuple[slice, slice] | None:
    """The detector window (rows, columns) that holds the shadows of `boxes`; None off the detector."""
    corners = np.array(
        [
            [(lo[0], hi[0])[i & 1], (lo[1], hi[1])[i >> 1 & 1], (lo[2], hi[2])[i >> 2]]
            for lo, hi in boxes
            for i in range(8)
        ]
    )
    column, row, _ = camera.project(corners)
    left, right = max(0, int(column.min()) - 2), min(camera.columns, int(column.max()) + 4)
    top, bottom = max(0, int(row.min()) - 2), min(camera.rows, int(row.max()) + 4)
    return (slice(top, bottom), slice(left, right)) if left < right and top < bottom else None


def _union(camera: Camera, parts: Iterable[BonePart], window: tuple[slice, slice]) -> Floats:
    """Thickness of several overlapping parts of one bone: the thickest counts, not the sum."""
    rows, columns = window
    total = np.zeros((rows.stop - rows.start, columns.stop - columns.start), np.float32)
    for part in parts:
        own = _window(camera, [part.reach])
        if own is None:
            continue
        piece = _thickness(camera, part, own)
        view = total[
            own[0].start - rows.start : own[0].stop - rows.start,
            own[1].start - columns.start : own[1].stop - columns.start,
        ]
        np.maximum(view, piece, out=view)
    return total


def _thickness(camera: Camera, part: BonePart, window: tuple[slice, slice]) -> Floats:
    """Millimetres of `part` behind each pixel of `window`."""
    if isinstance(part, Tube):
        return _tube_thickness(camera, part, window)
    return part.chord(camera.beam(part.middle, window[1], window[0]))


def _tube_thickness(camera: Camera, part: Tube, window: tuple[slice, slice]) -> Floats:
    """A tube as a dense row of discs: each worth its length, they add up to the chord."""
    rows, columns = window
    zoom = camera.shot.magnification
    step = camera.pitch / zoom * float(np.clip(part.radii.min() / camera.pitch * 0.3, 1.0, 4.0))
    points, radii, lengths = part.beads(step)
    column, row, magnify = camera.project(points)
    return _stamp(column, row, radii * magnify / camera.pitch, lengths, rows, columns)


def stamp_line(
    line: NDArray[np.float64], radii: NDArray[np.float64], shape: tuple[int, ...], pitch: float
) -> tuple[tuple[slice, slice], Floats]:
    """A rod through pixels `line` (column, row), `radii` in pixels of `pitch` mm: window and thickness."""
    grow = float(radii.max()) + 2
    low = np.maximum(np.floor(line.min(axis=0) - grow), 0).astype(int).tolist()
    high = np.ceil(line.max(axis=0) + grow).astype(int).tolist()
    columns, rows = (
        slice(min(low[0], shape[1]), min(max(high[0], low[0]), shape[1])),
        slice(min(low[1], shape[0]), min(max(high[1], low[1]), shape[0])),
    )
    legs = np.hypot(*np.diff(line, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(legs)])
    count = max(2, int(along[-1] / float(np.clip(radii.max() * 0.12, 0.7, 4.0))))
    at = (np.arange(count) + 0.5) * (along[-1] / count)
    column, row, size = (np.interp(at, along, values) for values in (line[:, 0], line[:, 1], radii))
    lengths = np.full(count, along[-1] / count * pitch)
    return (rows, columns), _stamp(column, row, size, lengths, rows, columns)


def _stamp(
    column: NDArray[np.float64],
    row: NDArray[np.float64],
    size: NDArray[np.float64],
    lengths: NDArray[np.float64],
    rows: slice,
    columns: slice,
) -> Floats:
    margin = int(np.ceil(size.max())) + 2
    height, width = rows.stop - rows.start, columns.stop - columns.start
    canvas = np.zeros((height + 2 * margin, width + 2 * margin), np.float32)
    across = np.round(column).astype(int) - columns.start + margin
    upright = np.round(row).astype(int) - rows.start + margin
    for x, y, radius, length in zip(
        across.tolist(), upright.tolist(), size.tolist(), lengths.tolist(), strict=True
    ):
        half, disc = _disc(round(radius * 4))
        if half <= x < width + 2 * margin - half and half <= y < height + 2 * margin - half:
            canvas[y - half : y + half + 1, x - half : x + half + 1] += disc * np.float32(length)
    return canvas[margin : margin + height, margin : margin + width]


@lru_cache(maxsize=1024)
def _disc(quarters: int) -> tuple[int, Floats]:
    """(half size, a disc with soft rim) of a radius in quarter pixels; its sum is its area, however small."""
    radius = quarters / 4
    half = int(np.ceil(radius)) + 1
    steps = np.arange(-half, half + 1, dtype=np.float32)
    away = np.sqrt(steps[:, None] ** 2 + steps[None, :] ** 2)
    disc = np.clip(np.float32(radius + 0.5) - away, 0, 1)
    if radius < 2:
        disc *= np.float32(np.pi * radius**2 / max(float(disc.sum()), 1e-6))
    disc.setflags(write=False)
    return half, disc


def _patch(pattern: Floats, window: tuple[slice, slice]) -> Floats:
    rows = np.arange(window[0].start, window[0].stop) % pattern.shape[0]
    columns = np.arange(window[1].start, window[1].stop) % pattern.shape[1]
    patch: Floats = pattern[np.ix_(rows, columns)]
    return patch
