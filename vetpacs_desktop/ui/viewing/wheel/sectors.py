"""Where on the tool wheel a place is: the geometry of two rings of sectors, in logical pixels. No Qt."""

from __future__ import annotations

import math
from dataclasses import dataclass

HUB = 46.0
INNER_EDGE = 138.0
OUTER_EDGE = 190.0


@dataclass(frozen=True, slots=True)
class Sectors:
    """`inner` and `outer` entries, each ring from the top and clockwise; numbered in this order."""

    inner: int
    outer: int

    @property
    def radius(self) -> float:
        """Of the whole wheel."""
        return OUTER_EDGE if self.outer else INNER_EDGE

    @property
    def count(self) -> int:
        """Of all entries."""
        return self.inner + self.outer

    def at(self, right: float, down: float, *, flick: bool = False) -> int | None:
        """The entry at a place measured from the middle; None in the hub and beyond the rim.

        With `flick` a mark that is longer than the wheel takes the inner ring, by its direction alone.
        """
        distance = math.hypot(right, down)
        if distance < HUB:
            return None
        if distance > self.radius:
            return self._turn(right, down, self.inner) if flick else None
        if distance <= INNER_EDGE:
            return self._turn(right, down, self.inner)
        number = self._turn(right, down, self.outer)
        return None if number is None else self.inner + number

    def middle(self, number: int) -> tuple[float, float]:
        """The middle of an entry (right, down), measured from the middle of the wheel."""
        first, radius = self._ring(number)
        count, place = (self.inner, number) if first else (self.outer, number - self.inner)
        angle = 2 * math.pi * place / count
        return radius * math.sin(angle), -radius * math.cos(angle)

    def span(self, number: int) -> tuple[float, float, float, float]:
        """Inner radius, outer radius, first angle and width in degrees, clockwise from the top."""
        first, _ = self._ring(number)
        count, place = (self.inner, number) if first else (self.outer, number - self.inner)
        width = 360 / count
        edges = (HUB, INNER_EDGE) if first else (INNER_EDGE, OUTER_EDGE)
        return (*edges, width * (place - 0.5), width)

    def step(self, number: int | None, by: int) -> int:
        """The next entry of the same ring, round and round; the first one to begin with."""
        if number is None:
            return 0
        if number < self.inner:
            return (number + by) % self.inner
        return self.inner + (number - self.inner + by) % self.outer

    def across(self, number: int | None, *, outwards: bool) -> int:
        """The entry of the other ring in the same direction; where there is none, the same one."""
        if number is None:
            return 0
        if (number < self.inner) != outwards or not self.outer:
            return number
        right, down = self.middle(number)
        found = self._turn(right, down, self.outer if outwards else self.inner) or 0
        return self.inner + found if outwards else found

    def _ring(self, number: int) -> tuple[bool, float]:
        first = number < self.inner
        return first, (HUB + INNER_EDGE) / 2 if first else (INNER_EDGE + OUTER_EDGE) / 2

    @staticmethod
    def _turn(right: float, down: float, count: int) -> int | None:
        if not count:
            return None
        return round(math.atan2(right, -down) / (2 * math.pi) * count) % count
