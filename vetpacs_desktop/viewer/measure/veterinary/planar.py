"""Plane geometry on complex numbers: a place or a direction is `across + down * 1j` in true space.

Pure and without a library, so that a value stored with its landmarks comes out again to the last bit. It must
never see pixels: construction.py straightens them first.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

from vetpacs_desktop.viewer.measure.measured import NotMeasurable

Place: TypeAlias = complex
NEARLY_NOTHING = 1e-9
"""Below this share of the figure's size a length counts as none, and two lines as parallel."""


@dataclass(frozen=True, slots=True)
class Circle:
    """Centre and radius in true space."""

    center: Place
    radius: float


def dot(one: complex, other: complex) -> float:
    """Inner product of two directions."""
    return one.real * other.real + one.imag * other.imag


def cross(one: complex, other: complex) -> float:
    """Outer product: positive when `other` lies clockwise of `one` on the screen (down is positive)."""
    return one.real * other.imag - one.imag * other.real


def unit(direction: complex, what: str) -> complex:
    """`direction` with length 1. Raises `NotMeasurable` naming `what` when its ends are one place."""
    length = abs(direction)
    if length <= NEARLY_NOTHING:
        raise NotMeasurable(reason=f"both ends of {what} are the same place")
    return direction / length


def angle(one: complex, other: complex) -> float:
    """Degrees between two directions, 0 to 180, the same in a mirrored picture."""
    return math.degrees(math.atan2(abs(cross(one, other)), dot(one, other)))


def foot(place: Place, start: Place, along: complex) -> Place:
    """Where the perpendicular from `place` meets the line through `start` with unit direction `along`."""
    return start + along * dot(place - start, along)


def meeting(start: Place, along: complex, other_start: Place, other_along: complex) -> Place | None:
    """Where two lines with unit directions meet; None for parallels."""
    sine = cross(along, other_along)
    if abs(sine) <= NEARLY_NOTHING:
        return None
    return start + along * (cross(other_start - start, other_along) / sine)


def height(place: Place, start: Place, along: complex) -> float:
    """Distance of `place` from a line, with the sign of the side that it lies on."""
    return cross(along, place - start)


def turned(direction: complex, degrees: float) -> complex:
    """`direction` turned clockwise on the screen."""
    turn = math.radians(degrees)
    return direction * complex(math.cos(turn), math.sin(turn))


def circle_through(one: Place, two: Place, three: Place, what: str) -> Circle:
    """The circle through three places. Raises `NotMeasurable` when they lie on a line."""
    first, second = two - one, three - one
    sine = cross(first, second)
    longest = max(abs(first), abs(second), abs(second - first))
    if abs(sine) <= NEARLY_NOTHING * longest * longest:
        raise NotMeasurable(
            reason=f"the three points of {what} lie on one line, so no circle runs through them"
        )
    squares = dot(first, first), dot(second, second)
    across = (second.imag * squares[0] - first.imag * squares[1]) / (2 * sine)
    down = (first.real * squares[1] - second.real * squares[0]) / (2 * sine)
    return Circle(one + complex(across, down), math.hypot(across, down))
