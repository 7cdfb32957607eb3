"""True directions and lengths in the plane of an image, whatever the shape of its pixels.

Owns which scale a set of points is measured by: the user's calibration, else what the image says of these
points. Must never mix the scales of two ultrasound regions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.geometry.scale import Basis, Scale, region_at, region_through, scale_at
from vetpacs_desktop.viewer.measure.calibration import Calibration, Point
from vetpacs_desktop.viewer.measure.graph import graph_at
from vetpacs_desktop.viewer.measure.image import MeasuredImage
from vetpacs_desktop.viewer.measure.measured import MM, MM2, PX, PX2, Measured, NotMeasurable

SAME_ASPECT = 1e-6
"""Relative difference up to which two regions have pixels of one shape."""


@dataclass(frozen=True, slots=True)
class Space:
    """How far a step of one column and of one row goes, in `unit`: mm, or widths of a pixel where nothing
    says how large it is."""

    column: float
    row: float
    basis: Basis
    note: str = ""

    @property
    def unit(self) -> str:
        """mm or px."""
        return PX if self.basis is Basis.NONE else MM

    @property
    def area_unit(self) -> str:
        """mm2 or px2."""
        return PX2 if self.basis is Basis.NONE else MM2

    @property
    def half_pixel(self) -> float:
        """Half of a pixel's longer side."""
        return max(self.column, self.row) / 2

    def true(self, points: Sequence[Point]) -> NDArray[np.float64]:
        """(n, 2) places as (across, down) in `unit`."""
        return np.asarray(points, np.float64) * (self.column, self.row)

    def length(self, value: float) -> Measured:
        """A length of this space."""
        return Measured(float(value), self.unit, self.basis, note=self.note, grain=self.half_pixel)

    def area(self, value: float) -> Measured:
        """An area of this space."""
        grain = self.column * self.row / 2
        return Measured(float(value), self.area_unit, self.basis, note=self.note, grain=grain)


def space_at(image: MeasuredImage, points: Sequence[Point]) -> Space:
    """The space of a length or area through `points`; in px, with the reason, where millimetres are not to
    be had."""
    own = image.calibration
    if own is not None and _holds(own, image, points):
        return Space(own.column_mm, own.row_mm, Basis.USER, own.note)
    scale = scale_at(image.description, image.frame, points)
    if scale.row_mm is None or scale.column_mm is None:
        return Space(1.0, scale.aspect, Basis.NONE, _without_mm(scale))
    return Space(scale.column_mm, scale.row_mm, scale.basis, scale.note)


def shape_space(image: MeasuredImage, points: Sequence[Point]) -> Space:
    """A space for directions alone. Points in several regions will do if those have pixels of one shape.

    Raises `NotMeasurable` where directions mean nothing: curves over time, regions of different shapes.
    """
    if any(graph_at(image, point) is not None for point in points):
        raise NotMeasurable(reason="this part of the picture is a curve over time, it has no true angles")
    found = [space_at(image, [point]) for point in points]
    aspects = [one.row / one.column for one in found]
    if max(aspects) - min(aspects) > SAME_ASPECT * max(aspects):
        raise NotMeasurable(reason="the points lie in regions whose pixels have different shapes")
    return found[0]


def _holds(own: Calibration, image: MeasuredImage, points: Sequence[Point]) -> bool:
    """A calibration holds for the whole picture; on ultrasound for the region that it was drawn in, as
    every region may have another scale."""
    if not image.facts.regions:
        return True
    there = region_at(image.facts.regions, *own.points[0])
    every = (*own.points, *points)
    if there is None:
        return all(region_at(image.facts.regions, *point) is None for point in every)
    return region_through(image.facts.regions, every) is not None and graph_at(image, own.points[0]) is None


def _without_mm(scale: Scale) -> str:
    if math.isclose(scale.aspect, 1.0):
        return scale.note
    return f"{scale.note}; in widths of a pixel, which is {scale.aspect:.4g} times as tall as wide"
