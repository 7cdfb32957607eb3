"""Flat pieces with rounded rims, given by their outline in the picture's plane: feet, skulls, jaws, teeth.

For animals that exist as one radiograph only. Thickness along the beam in mm, exact outlines; no anatomy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.examples.projection import stamp_line
from vetpacs_desktop.examples.texture import Floats

Outline2 = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Film:
    """The plane of the object as the detector sees it: `pitch` mm per pixel there, (u, v) of pixel (0, 0)."""

    rows: int
    columns: int
    pitch: float
    left: float
    top: float
    up: bool = True
    """True: v grows upwards."""

    def to_pixels(self, points: Outline2) -> NDArray[np.float64]:
        """(column, row) of (u, v) points, (n, 2)."""
        array = np.asarray(points, float)
        down = (self.top - array[:, 1]) if self.up else (array[:, 1] - self.top)
        return np.stack([(array[:, 0] - self.left) / self.pitch, down / self.pitch], axis=1)

    def blank(self) -> Floats:
        """An empty picture."""
        return np.zeros((self.rows, self.columns), np.float32)


def smooth(points: Outline2, pieces: int = 5) -> list[tuple[float, float]]:
    """A closed outline rounded by Catmull-Rom through its points."""
    p = np.asarray(points, float)
    before, after, beyond = np.roll(p, 1, 0), np.roll(p, -1, 0), np.roll(p, -2, 0)
    rings = []
    for t in np.arange(pieces) / pieces:
        rings.append(
            0.5
            * (
                2 * p
                + (after - before) * t
                + (2 * before - 5 * p + 4 * after - beyond) * t**2
                + (3 * p - before - 3 * after + beyond) * t**3
            )
        )
    line = np.stack(rings, axis=1).reshape(-1, 2)
    return [(x, y) for x, y in line.tolist()]


def inside(film: Film, outline: Outline2) -> tuple[tuple[slice, slice], Floats]:
    """The window (rows, columns) that holds `outline` and the depth in mm under its rim, negative outside."""
    corners = film.to_pixels(outline)
    low, high = np.floor(corners.min(0)).astype(int) - 3, np.ceil(corners.max(0)).astype(int) + 4
    x0, y0 = max(0, int(low[0])), max(0, int(low[1]))
    x1, y1 = min(film.columns, int(high[0])), min(film.rows, int(high[1]))
    x = np.arange(x0, max(x1, x0), dtype=np.float32)[None, :]
    y = np.arange(y0, max(y1, y0), dtype=np.float32)[:, None]
    nearest = np.full((y.shape[0], x.shape[1]), np.float32(1e9))
    within = np.zeros(nearest.shape, bool)
    for (ax, ay), (bx, by) in zip(corners, np.roll(corners, -1, 0), strict=True):
        ex, ey = float(bx - ax), float(by - ay)
        px, py = x - np.float32(ax), y - np.float32(ay)
        along = np.clip(
            (px * np.float32(ex) + py * np.float32(ey)) / np.float32(max(ex * ex + ey * ey, 1e-9)), 0, 1
        )
        np.minimum(
            nearest, (px - along * np.float32(ex)) ** 2 + (py - along * np.float32(ey)) ** 2, out=nearest
        )
        if ay != by:
            crosses = (y < np.float32(ay)) != (y < np.float32(by))
            within ^= crosses & (px < py * np.float32(ex / ey))
    depth = np.sqrt(nearest) * np.float32(film.pitch)
    depth *= np.where(within, np.float32(1), np.float32(-1))
    return (slice(y0, y1), slice(x0, x1)), depth


def pillow(depth: Floats, thick: float, bevel: float, pitch: float) -> Floats:
    """Thickness of a piece `thick` mm deep whose rim is rounded over `bevel` mm."""
    share = np.clip(1 - depth / np.float32(bevel), 0, 1)
    body = np.sqrt(np.maximum(1 - share * share, 0)) * np.float32(thick)
    body *= np.clip(depth / np.float32(pitch) + np.float32(0.5), 0, 1)
    shape: Floats = body
    return shape


def add_plate(
    total: Floats,
    film: Film,
    outline: Outline2,
    thick: float,
    bevel: float,
    per_mm: float,
    rim: tuple[float, float] = (0, 0),
) -> None:
    """Add a piece of attenuation `per_mm`; `rim` is (width mm, more attenuation per mm) of a denser skin."""
    window, depth = inside(film, outline)
    body = pillow(depth, thick, bevel, film.pitch)
    wide, denser = rim
    if wide > 0:
        inner = pillow(depth - np.float32(wide), max(thick - 2 * wide, 0.0), bevel, film.pitch)
        total[window] += (body - inner) * np.float32(denser)
    total[window] += body * np.float32(per_mm)


def add_rod(total: Floats, film: Film, points: Outline2, radii: Sequence[float], per_mm: float) -> None:
    """Add a bent rod of attenuation `per_mm`; `radii` (mm) are are spread evenly along it."""
    line = film.to_pixels(points)
    known = np.asarray(radii, float) / film.pitch
    size = np.interp(np.linspace(0, 1, len(line)), np.linspace(0, 1, len(known)), known)
    window, thickness = stamp_line(line, size, total.shape, film.pitch)
    thickness *= np.float32(per_mm)
    total[window] += thickness


def curve(points: Outline2, pieces: int = 8) -> list[tuple[float, float]]:
    """An open line rounded through its points."""
    p = np.asarray(points, float)
    padded = np.concatenate([2 * p[:1] - p[1:2], p, 2 * p[-1:] - p[-2:-1]])
    steps = (np.arange(pieces) / pieces)[:, None]
    runs = [
        0.5
        * (
            2 * b
            + (c - a) * steps
            + (2 * a - 5 * b + 4 * c - d) * steps**2
            + (3 * b - a - 3 * c + d) * steps**3
        )
        for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False)
    ]
    line = np.concatenate([*runs, p[-1:]])
    return [(x, y) for x, y in line.tolist()]
