"""How one series lies against another: a turn and a move, no stretching, in patient millimetres.

Pure geometry (PS3.3 C.20.2.1.1, RIGID). Must never decide whether two series belong together.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vetpacs_desktop.viewer.geometry.planes import Cosines, Vector
from vetpacs_desktop.viewer.volume.grid import Floats
from vetpacs_desktop.viewer.volume.section import Cut, rotation, vector

Rows = tuple[Vector, Vector, Vector]
UNMOVED: Rows = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
TOLERANCE = 1e-4
"""How far a matrix may be from a pure turn: what is written in decimals is rounded."""


@dataclass(frozen=True, slots=True)
class Rigid:
    """Place x of the one series is place turn @ x + move of the other."""

    turn: Rows = UNMOVED
    """A rotation matrix, row by row."""
    move: Vector = (0.0, 0.0, 0.0)
    """mm, after the turn."""

    def place(self, at: ArrayLike) -> Floats:
        """(..., 3) places of the other series, mm."""
        moved: Floats = np.asarray(at, dtype=np.float64) @ np.asarray(self.turn).T + np.asarray(self.move)
        return moved

    def way(self, direction: ArrayLike) -> Floats:
        """(..., 3) directions in the other series."""
        turned: Floats = np.asarray(direction, dtype=np.float64) @ np.asarray(self.turn).T
        return turned

    @property
    def inverse(self) -> Rigid:
        """From the other series back to the one."""
        turn = np.asarray(self.turn).T
        return Rigid(_rows(turn), vector(-turn @ np.asarray(self.move)))

    def then(self, after: Rigid) -> Rigid:
        """This one, and `after` on what comes out."""
        turn = np.asarray(after.turn) @ np.asarray(self.turn)
        return Rigid(_rows(turn), vector(after.place(self.move)))

    @property
    def degrees(self) -> float:
        """How far it turns about its own axis, 0 to 180."""
        turn = np.asarray(self.turn)
        sine = np.linalg.norm([turn[2, 1] - turn[1, 2], turn[0, 2] - turn[2, 0], turn[1, 0] - turn[0, 1]])
        return math.degrees(math.atan2(float(sine), float(np.trace(turn)) - 1))

    def moved_mm(self, at: ArrayLike) -> float:
        """How far a place of the one series lies from the same numbers in the other, mm."""
        return float(np.linalg.norm(self.place(at) - np.asarray(at, dtype=np.float64)))

    @property
    def matrix(self) -> Floats:
        """(4, 4) from (x, y, z, 1) of the one to that of the other."""
        whole = np.eye(4)
        whole[:3, :3], whole[:3, 3] = self.turn, self.move
        return whole

    def cut(self, cut: Cut) -> Cut:
        """The same rectangle of the animal in the other series."""
        return replace(
            cut,
            corner=vector(self.place(cut.corner)),
            right=vector(self.way(cut.right)),
            down=vector(self.way(cut.down)),
        )

    def orientation(self, cosines: Cosines) -> Cosines:
        """Row and column directions in the other series."""
        return (*vector(self.way(cosines[:3])), *vector(self.way(cosines[3:])))


STILL = Rigid()
"""Both series share one frame of reference."""


def shift(start: ArrayLike, end: ArrayLike) -> Rigid:
    """Only moved: the place `start` of the one is `end` of the other."""
    return Rigid(move=vector(np.asarray(end, dtype=np.float64) - np.asarray(start, dtype=np.float64)))


def turn_about(about: ArrayLike, degrees: float, fixed: ArrayLike) -> Rigid:
    """Turned about a direction through a place that stays; counter-clockwise as it points at the reader."""
    turn = rotation(about, degrees)
    at = np.asarray(fixed, dtype=np.float64)
    return Rigid(_rows(turn), vector(at - turn @ at))


def rigid_of(matrix: ArrayLike) -> Rigid:
    """From (4, 4). Raises `ValueError` for one that stretches, shears or mirrors."""
    whole = np.asarray(matrix, dtype=np.float64).reshape(4, 4)
    turn = whole[:3, :3]
    upright = np.allclose(turn @ turn.T, np.eye(3), atol=TOLERANCE) and np.linalg.det(turn) > 0
    if not upright or not np.allclose(whole[3], (0, 0, 0, 1), atol=TOLERANCE) or not np.isfinite(whole).all():
        raise ValueError("the matrix is not a turn and a move")
    # The nearest pure turn: decimals of a file are rounded.
    left, _, right = np.linalg.svd(turn)
    return Rigid(_rows(left @ right), vector(whole[:3, 3]))


def chained(steps: Iterable[Rigid]) -> Rigid:
    """One after the other."""
    found = STILL
    for step in steps:
        found = found.then(step)
    return found


def way_between(links: dict[tuple[str, str], Rigid], start: str, end: str) -> Rigid | None:
    """From one frame of reference to another through known alignments, the fewest of them; None without."""
    both = {**{(b, a): one.inverse for (a, b), one in links.items()}, **links}
    paths: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    while paths:
        path = paths.pop(0)
        if path[-1] == end:
            return chained(both[step] for step in pairwise(path))
        for a, b in both:
            if a == path[-1] and b not in seen:
                seen.add(b)
                paths.append((*path, b))
    return None


def _rows(turn: NDArray[np.float64]) -> Rows:
    return vector(turn[0]), vector(turn[1]), vector(turn[2])
