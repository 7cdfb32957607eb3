"""Ultrasound regions that are curves: Doppler spectra (velocity over time), M-mode (depth over time), ECG.

Owns reading an axis of such a region (PS3.3 C.8.5.5): its unit, its sign and its zero. A picture in
centimetres both ways is no graph; it belongs to space.py.
"""

from __future__ import annotations

from dataclasses import dataclass

from vetpacs_desktop.viewer.description import Region
from vetpacs_desktop.viewer.geometry.scale import region_at, region_through
from vetpacs_desktop.viewer.measure.calibration import Point
from vetpacs_desktop.viewer.measure.image import MeasuredImage
from vetpacs_desktop.viewer.measure.measured import MM

SECONDS, VELOCITY = "s", "cm/s"
_CENTIMETRES = 3
_UNITS = {
    1: ("%", 1.0),
    2: ("dB", 1.0),
    3: (MM, 10.0),
    4: (SECONDS, 1.0),
    5: ("Hz", 1.0),
    6: ("dB/s", 1.0),
    7: (VELOCITY, 1.0),
    8: ("cm2", 1.0),
    9: ("cm2/s", 1.0),
    10: ("cm3", 1.0),
    11: ("cm3/s", 1.0),
    12: ("deg", 1.0),
}
"""Units of PS3.3 C.8.5.5.1.15 and what they are shown in."""
_NAMES = {SECONDS: "time", VELOCITY: "velocity", MM: "depth", "Hz": "frequency"}


@dataclass(frozen=True, slots=True)
class Axis:
    """One direction of a graph: `step` is the change in `unit` from one pixel to the next, with its sign."""

    unit: str
    step: float
    zero: float | None
    """The pixel (fractional) at which the value is 0; None where the image does not say."""

    @property
    def name(self) -> str:
        """What is measured along it."""
        return _NAMES.get(self.unit, "value")

    def value(self, pixel: float) -> float | None:
        """The value at a pixel; None without a zero."""
        return None if self.zero is None else (pixel - self.zero) * self.step


@dataclass(frozen=True, slots=True)
class Graph:
    """A region with a meaning for each direction; None where that direction has none."""

    region: Region
    across: Axis | None
    up: Axis | None

    @property
    def units(self) -> tuple[str, str]:
        """Of both directions, across and up; empty where one has none."""
        return (self.across.unit if self.across else ""), (self.up.unit if self.up else "")

    @property
    def steps(self) -> tuple[float, float]:
        """Change a pixel, across and up; 0 where a direction has no meaning."""
        return (self.across.step if self.across else 0.0), (self.up.step if self.up else 0.0)


def graph_at(image: MeasuredImage, point: Point) -> Graph | None:
    """The graph that a point lies in; None in pictures and outside."""
    region = region_at(image.facts.regions, *point)
    return graph_of(region) if region is not None else None


def graph_through(image: MeasuredImage, points: tuple[Point, ...]) -> Graph | None:
    """The one graph that all points lie in; None where there is none such."""
    region = region_through(image.facts.regions, points)
    return graph_of(region) if region is not None else None


def graph_of(region: Region) -> Graph | None:
    """A region's axes; None for a picture, and for a region neither of whose axes has a unit."""
    if region.units_x == region.units_y == _CENTIMETRES:
        return None
    across = _axis(region.units_x, region.delta_x, region.x0, region.reference_x, region.reference_value_x)
    up = _axis(region.units_y, region.delta_y, region.y0, region.reference_y, region.reference_value_y)
    return None if across is None and up is None else Graph(region, across, up)


def _axis(
    units: int, delta: float, start: int, reference: int | None, at_reference: float | None
) -> Axis | None:
    """The reference pixel counts from the region's own corner; its value is 0 unless said."""
    if units not in _UNITS or not delta:
        return None
    unit, factor = _UNITS[units]
    zero = None if reference is None else start + reference - (at_reference or 0.0) / delta
    return Axis(unit, delta * factor, zero)
