"""Small schematic pictures as data: outlines in a square of side 1, drawn in any colour and size.

x runs to the right and y downwards. Owns the rounding of corners into curves; colours and pens are the
window's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

Spot: TypeAlias = tuple[float, float]
PIECES = 8
"""Straight pieces that a rounded stretch between two given spots is drawn with."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One outline."""

    spots: tuple[Spot, ...]
    closed: bool = True
    round: bool = True
    """Runs smoothly through its spots; otherwise straight from one to the next."""
    faint: bool = False
    """Drawn weaker: what lies around the thing of interest."""

    def line(self) -> tuple[Spot, ...]:
        """The curve as short straight pieces; a closed one ends where it began."""
        if not self.round or len(self.spots) < 3:
            return (*self.spots, self.spots[0]) if self.closed else self.spots
        count = len(self.spots)
        stretches = range(count if self.closed else count - 1)
        found = [self._between(start, share / PIECES) for start in stretches for share in range(PIECES)]
        return (*found, self.spots[0] if self.closed else self.spots[-1])

    def _between(self, start: int, share: float) -> Spot:
        """Catmull-Rom through four neighbours."""
        a, b, c, d = (self._spot(start + step) for step in (-1, 0, 1, 2))
        return _smooth(a[0], b[0], c[0], d[0], share), _smooth(a[1], b[1], c[1], d[1], share)

    def _spot(self, index: int) -> Spot:
        count = len(self.spots)
        return self.spots[index % count if self.closed else min(max(index, 0), count - 1)]


@dataclass(frozen=True, slots=True)
class Facing:
    """The directions of the animal at the edges of a drawing; several names for one with a space between."""

    left: str
    right: str
    top: str
    bottom: str


LATERAL = Facing("CR", "CD", "D", "V")
"""The trunk from the side."""
ABOVE = Facing("RT", "LE", "CR", "CD")
"""The trunk from above or below, as films are hung."""
LIMB_LATERAL = Facing("CR", "CD", "PR", "DI")
FOOT_LATERAL = Facing("D", "PA PL", "PR", "DI")
LIMB_FRONT = Facing("L", "M", "PR", "DI")


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the reader sees around the place to click."""

    name: str
    curves: tuple[Curve, ...]
    facing: Facing | None = None
    """None where it may lie any way."""


def bone(*spots: Spot) -> Curve:
    """A closed rounded outline."""
    return Curve(spots)


def faint(*spots: Spot) -> Curve:
    """A closed rounded outline in the background."""
    return Curve(spots, faint=True)


def stroke(*spots: Spot) -> Curve:
    """An open rounded line."""
    return Curve(spots, closed=False)


def faint_stroke(*spots: Spot) -> Curve:
    """An open rounded line in the background."""
    return Curve(spots, closed=False, faint=True)


def disc(x: float, y: float, radius: float, *, weak: bool = False) -> Curve:
    """A circle."""
    spots = tuple(on_circle((x, y), radius, hour) for hour in range(12))
    return Curve(spots, faint=weak)


def on_circle(center: Spot, radius: float, hour: int) -> Spot:
    """The spot of a circle at an hour of the clock: 12 is up, 3 is right."""
    turn = math.radians(30 * hour)
    return center[0] + radius * math.sin(turn), center[1] - radius * math.cos(turn)


def _smooth(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
