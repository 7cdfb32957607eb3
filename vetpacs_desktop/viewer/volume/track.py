"""A path drawn through an animal: a spline, evenly walked, with directions that do not twist about it.

Pure geometry in patient millimetres (PS3.3 C.7.6.2.1.1). Must never look at voxels; cutting along a track is
`viewer.render.straightener`'s.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vetpacs_desktop.viewer.geometry.planes import Vector

FINE = 16
"""Pieces of each part between two points, for the length."""
SAME_MM = 1e-3
"""Points nearer to each other than this are one."""
MOST_STEPS = 20_000
Floats = NDArray[np.float64]
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(5)


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """Places along a path, `step` mm apart as one walks, each with its own right-angled directions."""

    places: Floats
    """(n, 3) mm."""
    along: Floats
    """(n, 3) unit vectors the way the path goes."""
    across: Floats
    """(n, 3) unit vectors at a right angle to it, carried along without a twist."""
    step: float
    length: float
    """Of the whole path in mm; the last place lies less than a step before its end."""

    @property
    def count(self) -> int:
        return len(self.places)

    @property
    def side(self) -> Floats:
        """(n, 3): at a right angle to both."""
        crossed: Floats = np.cross(self.along, self.across)
        return crossed

    def nearest(self, place: ArrayLike) -> int:
        """The number of the place of the path that is nearest to a place of the animal."""
        return int(np.argmin(np.linalg.norm(self.places - np.asarray(place, dtype=np.float64), axis=1)))


class Spline:
    """The natural cubic spline through points: it bends as little as a thin lath would.

    Its parameter is the length of the straight lines between the points, so that uneven points make no loops.
    """

    def __init__(self, points: ArrayLike) -> None:
        """`points` is (n, 3) mm, n at least 2, each apart from the one before. Raises `ValueError`."""
        self._points = np.asarray(points, dtype=np.float64)
        if len(self._points) < 2:
            raise ValueError("a path has two points at least")
        widths = np.linalg.norm(np.diff(self._points, axis=0), axis=1)
        if np.any(widths < SAME_MM):
            raise ValueError("two points of a path lie in one place")
        self._widths: Floats = widths
        self.knots: Floats = np.concatenate([[0.0], np.cumsum(widths)])
        self._bends = _bends(self._points, widths)

    def at(self, where: ArrayLike) -> Floats:
        """(n, 3) mm of (n,) parameters."""
        n, a, b, h = self._part(where)
        p, m = self._points, self._bends
        found: Floats = (m[n] * a**3 + m[n + 1] * b**3) / (6 * h)
        found += (p[n] / h - m[n] * h / 6) * a + (p[n + 1] / h - m[n + 1] * h / 6) * b
        return found

    def way(self, where: ArrayLike) -> Floats:
        """(n, 3): the derivative at (n,) parameters, not of unit length."""
        n, a, b, h = self._part(where)
        p, m = self._points, self._bends
        found: Floats = (m[n + 1] * b**2 - m[n] * a**2) / (2 * h)
        found += (p[n + 1] - p[n]) / h - (m[n + 1] - m[n]) * h / 6
        return found

    def lengths(self) -> tuple[Floats, Floats]:
        """Parameters from the start to the end and the way walked until each, mm (Gauss-Legendre)."""
        parts = [
            np.linspace(low, high, FINE, endpoint=False)
            for low, high in zip(self.knots[:-1], self.knots[1:], strict=True)
        ]
        where = np.concatenate([*parts, self.knots[-1:]])
        half = np.diff(where) / 2
        inner = (where[:-1] + half)[:, None] + half[:, None] * _NODES[None, :]
        speed = np.linalg.norm(self.way(inner.ravel()), axis=1).reshape(inner.shape)
        return where, np.concatenate([[0.0], np.cumsum(half * (speed @ _WEIGHTS))])

    def _part(self, where: ArrayLike) -> tuple[NDArray[np.intp], Floats, Floats, Floats]:
        """The part that a parameter lies in, the ways to its end and from its start, and its width."""
        t = np.asarray(where, dtype=np.float64)
        n = np.clip(np.searchsorted(self.knots, t, side="right") - 1, 0, len(self._widths) - 1)
        return n, (self.knots[n + 1] - t)[:, None], (t - self.knots[n])[:, None], self._widths[n][:, None]


def track(points: Sequence[Vector], step: float, across: Vector, turn: float = 0.0) -> Track:
    """The path through `points`, walked in steps of `step` mm.

    `across` is where the picture's columns are to go at the start, as far as the path lets them; `turn` turns
    them about the path (degrees). Raises `ValueError` where the points make no path.
    """
    spline = Spline(points)
    where, walked = spline.lengths()
    length = float(walked[-1])
    count = min(int(length / step + 1e-9) + 1, MOST_STEPS)
    wanted = np.arange(count) * step
    t = np.interp(wanted, walked, where)
    for _ in range(3):  # Newton: the table is fine enough to start from
        n = np.clip(np.searchsorted(where, t, side="right") - 1, 0, len(where) - 2)
        half = (t - where[n]) / 2
        inner = (where[n] + half)[:, None] + half[:, None] * _NODES[None, :]
        speed = np.linalg.norm(spline.way(inner.ravel()), axis=1).reshape(inner.shape)
        here = walked[n] + half * (speed @ _WEIGHTS)
        t = np.clip(t - (here - wanted) / np.linalg.norm(spline.way(t), axis=1), 0.0, where[-1])
    ways = spline.way(t)
    along = ways / np.linalg.norm(ways, axis=1, keepdims=True)
    places = spline.at(t)
    return Track(places, along, _turned(_carried(places, along, across), along, turn), step, length)


def whole_length(points: Sequence[Vector]) -> float:
    """Of the path through points, mm; 0 for fewer than two."""
    return 0.0 if len(points) < 2 else float(Spline(points).lengths()[1][-1])


def distinct(points: Sequence[Vector]) -> tuple[Vector, ...]:
    """The points without those that lie where the one before does."""
    kept: list[Vector] = []
    for point in points:
        if not kept or math.dist(kept[-1], point) >= 10 * SAME_MM:
            kept.append(point)
    return tuple(kept)


def _bends(points: Floats, widths: Floats) -> Floats:
    """(n, 3): the second derivatives at the points; none at the ends (natural spline)."""
    count = len(points)
    bends = np.zeros((count, 3))
    if count < 3:
        return bends
    slopes = np.diff(points, axis=0) / widths[:, None]
    rows = np.diag((widths[:-1] + widths[1:]) / 3)
    beside = widths[1:-1] / 6
    rows += np.diag(beside, 1) + np.diag(beside, -1)
    bends[1:-1] = np.linalg.solve(rows, np.diff(slopes, axis=0))
    return bends


def _carried(places: Floats, along: Floats, across: Vector) -> Floats:
    """(n, 3): a direction carried along without turning about the path.

    Double reflection, after Wang, Juettler, Zheng and Liu, "Computation of rotation minimizing frames" (ACM
    Transactions on Graphics 27, 2008).
    """
    found = np.empty_like(places)
    found[0] = _upright(along[0], across)
    for n in range(len(places) - 1):
        step = places[n + 1] - places[n]
        long = float(step @ step)
        mirrored = found[n] - 2 / long * float(step @ found[n]) * step
        way = along[n] - 2 / long * float(step @ along[n]) * step
        second = along[n + 1] - way
        size = float(second @ second)
        if size > 1e-24:
            mirrored = mirrored - 2 / size * float(second @ mirrored) * second
        found[n + 1] = _upright(along[n + 1], mirrored)
    return found


def _upright(along: Floats, wished: ArrayLike) -> Floats:
    """The unit vector at a right angle to `along` that is nearest to the wished one."""
    for way in (np.asarray(wished, dtype=np.float64), np.eye(3)[int(np.argmin(np.abs(along)))]):
        left: Floats = way - along * float(way @ along)
        size = float(np.linalg.norm(left))
        if size > 1e-6:
            return left / size
    raise ValueError("a path needs a direction")


def _turned(across: Floats, along: Floats, degrees: float) -> Floats:
    if not degrees:
        return across
    angle = math.radians(degrees)
    turned: Floats = math.cos(angle) * across + math.sin(angle) * np.cross(along, across)
    return turned
