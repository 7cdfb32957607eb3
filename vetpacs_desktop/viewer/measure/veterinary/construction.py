"""A measurement in the making: takes the points as they come, keeps every figure and every line on the way.

A guide's arithmetic is written once, from the first point to the last; it stops by itself where the points
end, and what was found so far is the preview. It must never resample, round or guess a scale.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from vetpacs_desktop.viewer.geometry.scale import Basis
from vetpacs_desktop.viewer.measure.calibration import Point
from vetpacs_desktop.viewer.measure.image import MeasuredImage
from vetpacs_desktop.viewer.measure.measured import DEGREES, MM, PX, RATIO, Measured, NotMeasurable, joined
from vetpacs_desktop.viewer.measure.space import Space, shape_space, space_at
from vetpacs_desktop.viewer.measure.veterinary.planar import Circle, Place, circle_through, dot, unit

VERTEBRAE = "v"
"""The unit of lengths laid along the spine."""
COUNTED_TO = 0.1
"""Vertebrae are counted to a tenth, as published (Buchanan and Buecheler 1995)."""

FARTHEST = 40.0
"""Lengths of a line beyond which its continuation is not drawn: the other one is nearly parallel."""


class Role(Enum):
    """What a line is there for."""

    MEASURED = "measured"
    """Its length or direction is a figure of the result."""
    HELPER = "helper"
    """It only shows how the figure comes about: thin or dashed."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """Straight pieces from point to point, (column, row) of the image."""

    points: tuple[Point, ...]
    role: Role = Role.MEASURED


@dataclass(frozen=True, slots=True)
class Ring:
    """A circle of the animal: an upright ellipse of pixels where those are not square."""

    center: Point
    radii: tuple[float, float]
    """(columns, rows)."""
    role: Role = Role.HELPER


@dataclass(frozen=True, slots=True)
class Dot:
    """A place that was constructed, not clicked: a circle's centre, a meeting of lines, a laid axis' end."""

    point: Point
    role: Role = Role.HELPER


Mark: TypeAlias = Stroke | Ring | Dot


class PointsEnd(Exception):
    """The construction needs a point that is not there yet; no error, and never seen outside the guide."""


@dataclass(eq=False, slots=True)
class Construction:
    """Lives during one computation only."""

    space: Space
    places: tuple[Place, ...]
    parts: dict[str, Measured] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    value: Measured | None = None
    notes: str = ""
    used: int = 0

    @classmethod
    def on(cls, points: Sequence[Point], image: MeasuredImage) -> Construction:
        """Of these points, in the true shape of the image's pixels. Raises `NotMeasurable` where there is
        none: curves over time, or points in parts of the picture with different scales."""
        if not points:
            return cls(Space(1.0, 1.0, Basis.NONE), ())
        shape, space = shape_space(image, points), space_at(image, points)
        if space.unit == PX and shape.unit == MM:
            raise NotMeasurable(
                reason="the points lie in different parts of the picture, whose scales differ"
            )
        places = tuple(complex(column * space.column, row * space.row) for column, row in points)
        return cls(space, places)

    def take(self, count: int) -> tuple[Place, ...]:
        """The next points. Raises `PointsEnd` unless all of them are there."""
        if self.used + count > len(self.places):
            raise PointsEnd
        self.used += count
        return self.places[self.used - count : self.used]

    def rest(self) -> tuple[Place, ...]:
        """All points that are left."""
        found = self.places[self.used :]
        self.used = len(self.places)
        return found

    def circle(self, what: str) -> Circle:
        """Through the next three points, drawn with its centre."""
        one, two, three = self.take(3)
        found = circle_through(one, two, three, what)
        radii = (found.radius / self.space.column, found.radius / self.space.row)
        self.marks += [Ring(self.pixel(found.center), radii), Dot(self.pixel(found.center))]
        return found

    def pixel(self, place: Place) -> Point:
        """(column, row) of a place."""
        return place.real / self.space.column, place.imag / self.space.row

    def draw(self, *places: Place, role: Role = Role.HELPER) -> None:
        """A line from place to place."""
        self.marks.append(Stroke(tuple(self.pixel(place) for place in places), role))

    def dot(self, place: Place) -> None:
        """A place that was constructed."""
        self.marks.append(Dot(self.pixel(place)))

    def span(self, name: str, start: Place, end: Place) -> float:
        """The distance of two places as a part, drawn. Raises `NotMeasurable` when they are one."""
        unit(end - start, f"the {name.replace('_', ' ')}")
        self.draw(start, end, role=Role.MEASURED)
        return self.length(name, abs(end - start))

    def length(self, name: str, value: float) -> float:
        """A length as a part."""
        self.parts[name] = self.space.length(value)
        return value

    def degrees(self, name: str, value: float, *sides: complex) -> float:
        """An angle as a part; the shortest of its `sides` tells what half a pixel is worth."""
        shortest = min((abs(side) for side in sides), default=0.0)
        grain = math.degrees(math.atan2(self.space.half_pixel, shortest)) if shortest else 0.0
        self.parts[name] = Measured(value, DEGREES, grain=grain)
        return value

    def ratio(self, name: str, first: float, second: float) -> float:
        """`first` over `second` as a part. Raises `NotMeasurable` when `second` is nothing."""
        if second <= 0:
            raise NotMeasurable(reason="the length to compare with is nothing")
        value = first / second
        unsure = self.space.half_pixel * (1 / first + 1 / second) if first else 0.0
        self.parts[name] = Measured(value, RATIO, grain=abs(value * unsure))
        return value

    def vertebrae(self, name: str, value: float) -> float:
        """A length in vertebrae as a part."""
        self.parts[name] = Measured(value, VERTEBRAE, grain=COUNTED_TO)
        return value

    def remark(self, note: str) -> None:
        """Something that the reader has to know."""
        self.notes = joined(self.notes, note)

    def result(self, name: str) -> None:
        """The part called `name` is the measurement's value as well."""
        self.value = self.parts[name]

    def finish(self, name: str) -> None:
        """The figure called `name` is the measurement's value and no part."""
        self.value = self.parts.pop(name)

    def extended(self, start: Place, end: Place, place: Place) -> None:
        """Draw the line start-end as far as `place`, when that lies beyond its ends but not out of sight."""
        along = unit(end - start, "the line")
        share = dot(place - start, along)
        if abs(share) > FARTHEST * abs(end - start):
            return
        if share < 0:
            self.draw(start, place)
        elif share > abs(end - start):
            self.draw(end, place)
