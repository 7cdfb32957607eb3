"""Landmarks to click: those of the guides' own drawings, and pictures of any pixel shape to click them on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.viewer.measure.pictures import capture, radiograph
from vetpacs_desktop.viewer.measure.image import MeasuredImage
from vetpacs_desktop.viewer.measure.measured import Measured
from vetpacs_desktop.viewer.measure.veterinary.guides import GUIDES

Spots = list[tuple[float, float]]
SIDE = 600.0
"""Pixels of a drawing's side."""
NAMES = tuple(GUIDES)


def drawn(name: str) -> Spots:
    """The places that a guide's drawing asks to click, as pixels."""
    return [(step.at[0] * SIDE, step.at[1] * SIDE) for step in GUIDES[name].steps]


def moved(spots: Spots, offsets: Sequence[tuple[float, float]]) -> Spots:
    """Each a little elsewhere."""
    return [(x + dx, y + dy) for (x, y), (dx, dy) in zip(spots, offsets, strict=False)]


def on_detector(row_mm: float = 0.2, column_mm: float = 0.2) -> MeasuredImage:
    """A radiograph with pixels of this size."""
    return radiograph(ImagerPixelSpacing=[row_mm, column_mm])


def bare() -> MeasuredImage:
    """A picture of unknown size with square pixels."""
    return capture()


def figures(found: Measured) -> dict[str, tuple[float, str]]:
    """All figures of a measurement with their units."""
    every = {"": found, **found.parts}
    return {name: (one.value, one.unit) for name, one in every.items() if one.value is not None}


Move = Callable[[float, float], tuple[float, float]]
