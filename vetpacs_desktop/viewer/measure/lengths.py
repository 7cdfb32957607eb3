"""Lengths: straight, along a path, across a line, two at a right angle, and the ratio of two.

Pure functions on points; in a curve over time a length is a difference of time, velocity or depth.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.description import Region
from vetpacs_desktop.viewer.geometry.scale import Basis, region_at
from vetpacs_desktop.viewer.measure.angles import between, grain_of
from vetpacs_desktop.viewer.measure.calibration import Point
from vetpacs_desktop.viewer.measure.graph import SECONDS, Axis, Graph, graph_through
from vetpacs_desktop.viewer.measure.image import MeasuredImage
from vetpacs_desktop.viewer.measure.measured import DEGREES, PX, RATIO, Measured, NotMeasurable
from vetpacs_desktop.viewer.measure.space import space_at
from vetpacs_desktop.viewer.measure.tool import Points

SHORTEST = 1e-9
"""Pixels below which two points are one, so that no direction follows from them."""


def length(points: Points, image: MeasuredImage) -> Measured:
    """Between two points: mm or px; in a curve over time the difference along the longer direction."""
    graph = graph_through(image, tuple(points))
    if graph is not None:
        return _difference(graph, points[0], points[1])
    space = space_at(image, points)
    return space.length(path_length(space.true(points)))


def polyline(points: Points, image: MeasuredImage) -> Measured:
    """Along a path of straight pieces."""
    space = space_at(image, points)
    return space.length(path_length(space.true(points)))


def bidirectional(points: Points, image: MeasuredImage) -> Measured:
    """Two diameters, 0-1 and 2-3: the longer one is the value; parts `long`, `short` and their `angle`."""
    space = space_at(image, points)
    true = space.true(points)
    lengths = sorted((path_length(true[:2]), path_length(true[2:])), reverse=True)
    parts = {"long": space.length(lengths[0]), "short": space.length(lengths[1])}
    if lengths[1] > 0:
        sides = true[1] - true[0], true[3] - true[2]
        parts["angle"] = Measured(acute(between(*sides)), DEGREES, grain=grain_of(space, *sides))
    return replace(parts["long"], parts=parts)


def perpendicular(points: Points, image: MeasuredImage) -> Measured:
    """From point 2 to the line through 0 and 1, at a right angle."""
    space = space_at(image, points)
    true = space.true(points)
    if not path_length(np.asarray(points[:2])) > SHORTEST:
        raise NotMeasurable(reason="the two points of the line are the same")
    return space.length(path_length(np.stack((true[2], _foot(true)))))


def foot(points: Points, image: MeasuredImage) -> Point:
    """(column, row) where the perpendicular from point 2 meets the line through 0 and 1: for drawing."""
    space = space_at(image, points)
    column, row = (_foot(space.true(points)) / (space.column, space.row)).tolist()
    return column, row


def ratio(points: Points, image: MeasuredImage) -> Measured:
    """The length 0-1 divided by the length 2-3."""
    first, second = length(points[:2], image), length(points[2:], image)
    if PX in (first.unit, second.unit) and len({_spot(image, one) for one in points}) > 1:
        raise NotMeasurable(reason="the points lie in different parts of the picture, whose scales differ")
    return ratio_of(first, second)


def ratio_of(first: Measured, second: Measured) -> Measured:
    """`first` divided by `second`, both under `parts`. Raises `NotMeasurable` when they can't be compared."""
    if first.value is None or second.value is None:
        raise NotMeasurable(reason="one of the two has no value")
    if first.unit != second.unit or first.basis is not second.basis:
        raise NotMeasurable(reason="the two lengths have different scales")
    if second.value == 0:
        raise NotMeasurable(reason="the second length is 0")
    value = first.value / second.value
    unsure = first.grain / first.value + second.grain / second.value if first.value else 1.0
    return Measured(value, RATIO, parts={"first": first, "second": second}, grain=abs(value * unsure))


def ellipsoid(points: Points, image: MeasuredImage) -> Measured:
    """The volume of an ellipsoid from its three diameters, 0-1, 2-3 and 4-5."""
    space = space_at(image, points)
    true = space.true(points)
    return ellipsoid_of([space.length(path_length(true[n : n + 2])) for n in (0, 2, 4)])


def ellipsoid_of(diameters: Sequence[Measured]) -> Measured:
    """pi/6 times the product of three diameters in mm, in ml; fewer stand under `parts` alone."""
    names = ("first", "second", "third")
    parts = dict(zip(names, diameters, strict=False))
    if len(diameters) < 3:
        return Measured(None, parts=parts)
    sizes = [one.value or 0.0 for one in diameters]
    if any(one.unit == PX for one in diameters):
        raise NotMeasurable(reason="a volume needs millimetres, and nothing says how large a pixel is")
    value = math.pi / 6 * math.prod(sizes) / 1000
    unsure = sum(one.grain / size for one, size in zip(diameters, sizes, strict=True) if size)
    return Measured(value, "ml", diameters[0].basis, parts=parts, grain=value * unsure)


def path_length(true: NDArray[np.float64]) -> float:
    """Sum of the pieces of a path, (n, 2) true places."""
    return float(np.hypot(*np.diff(true, axis=0).T).sum())


def acute(degrees: float) -> float:
    """The smaller angle of two lines."""
    return min(degrees, 180.0 - degrees)


def _spot(image: MeasuredImage, place: Point) -> Region | None:
    return region_at(image.facts.regions, *place)


def _foot(true: NDArray[np.float64]) -> NDArray[np.float64]:
    along = true[1] - true[0]
    square = float(along @ along)
    share = float((true[2] - true[0]) @ along) / square if square else 0.0
    place: NDArray[np.float64] = true[0] + share * along
    return place


def _difference(graph: Graph, first: Point, second: Point) -> Measured:
    """Time across, velocity or depth upwards, and the slope between: the longer direction is the value."""
    columns, rows = second[0] - first[0], second[1] - first[1]
    parts: dict[str, Measured] = {}
    across = _step(graph.across, columns, parts)
    up = _step(graph.up, rows, parts)
    if across is not None and across.unit == SECONDS and across.value:
        if up is not None and up.value is not None and graph.up is not None and graph.across is not None:
            rise = graph.up.step * rows / abs(graph.across.step * columns)
            forward = rise if columns * graph.across.step > 0 else -rise
            parts["slope"] = Measured(forward, per_second(up.unit), Basis.REGION)
        parts["rate"] = Measured(60.0 / across.value, "1/min", Basis.REGION)
    chosen = across if up is None or (across is not None and abs(columns) > abs(rows)) else up
    assert chosen is not None
    note = "time runs across, so only the difference along the longer direction is the value"
    return replace(chosen, parts=parts, note=note if columns and rows else "")


def _step(axis: Axis | None, pixels: float, parts: dict[str, Measured]) -> Measured | None:
    if axis is None:
        return None
    value, grain = abs(pixels * axis.step), abs(axis.step) / 2
    parts[axis.name] = Measured(value, axis.unit, Basis.REGION, grain=grain)
    return parts[axis.name]


def per_second(unit: str) -> str:
    """The unit of a slope over time."""
    return {"cm/s": "cm/s2", "mm": "mm/s"}.get(unit, f"{unit}/s")
