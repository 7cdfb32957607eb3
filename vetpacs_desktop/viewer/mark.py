"""A mark over a picture in device pixels: strokes, handles, words. `marks` makes it, `render` draws it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

Point = tuple[float, float]

HANDLE = 4.5
GROWN = 7.5
"""Radii of a handle, and of the one under the mouse, in logical pixels."""


ASIDE = 14.0
"""Between a figure and its words."""


class Look(Enum):
    """How a mark stands out."""

    PLAIN = "plain"
    HOVERED = "hovered"
    CHOSEN = "chosen"
    SLICE = "slice"
    """Where another viewport's slice lies."""
    AXIAL = "axial"
    """Where the transverse plane of a volume cuts this one."""
    SAGITTAL = "sagittal"
    CORONAL = "coronal"
    SPOT = "spot"
    """A place that is pointed at."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A thin line through device pixel positions."""

    points: tuple[Point, ...]
    closed: bool = False
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Handle:
    """A point of the figure that can be taken hold of."""

    at: Point
    number: int
    grown: bool = False


@dataclass(frozen=True, slots=True)
class Tag:
    """The words beside a figure; `at` is the place that they belong to."""

    at: Point
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """One annotation as it is drawn."""

    id: str
    strokes: tuple[Stroke, ...]
    handles: tuple[Handle, ...]
    tag: Tag | None
    look: Look
    ratio: float
    """Device pixels of a logical one: how thick lines are."""
