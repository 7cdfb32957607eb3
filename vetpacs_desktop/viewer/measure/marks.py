"""Single points: the value under one, and marks that measure nothing (arrow, text).

In a curve over time a point has a time and a velocity or depth of its own, counted from the curve's zero.
"""

from __future__ import annotations

import math

from vetpacs_desktop.viewer.geometry.scale import Basis
from vetpacs_desktop.viewer.measure.graph import VELOCITY, Axis, Graph, graph_at
from vetpacs_desktop.viewer.measure.image import MeasuredImage
from vetpacs_desktop.viewer.measure.measured import Measured, NotMeasurable
from vetpacs_desktop.viewer.measure.tool import Points


def point(points: Points, image: MeasuredImage) -> Measured:
    """The value of the pixel under a point; in a curve over time its velocity or depth, and its time."""
    graph = graph_at(image, points[0])
    if graph is not None:
        return _on_graph(graph, points[0])
    column, row = (math.floor(number + 0.5) for number in points[0])
    columns, rows = image.size
    if not (0 <= column < columns and 0 <= row < rows):
        raise NotMeasurable(reason="the point lies outside the picture")
    if image.is_document:
        raise NotMeasurable(reason="a page of a document has no values")
    return _of_pixel(image, row, column)


def nothing(_points: Points, _image: MeasuredImage) -> Measured:
    """Arrows and texts point and say; they measure nothing."""
    return Measured(None)


def in_space_only(_points: Points, _image: MeasuredImage) -> Measured:
    """Bodies are measured in a volume, never on one picture alone. Raises `NotMeasurable`."""
    raise NotMeasurable(reason="this needs slices that say where in the animal they lie")


def _of_pixel(image: MeasuredImage, row: int, column: int) -> Measured:
    pixels = image.pixels
    if pixels.left_out is not None and pixels.left_out[row, column]:
        return Measured(None, image.value_unit, note="background: no value was measured here")
    if pixels.values.ndim == 3:
        channels = zip(("red", "green", "blue"), pixels.values[row, column].tolist(), strict=False)
        parts = {name: Measured(float(value)) for name, value in channels}
        return Measured(
            None, parts=parts, note="a colour picture: brightness of its channels, no physical quantity"
        )
    return Measured(float(pixels.values[row, column]), image.value_unit)


def _on_graph(graph: Graph, place: tuple[float, float]) -> Measured:
    across, up = _read(graph.across, place[0]), _read(graph.up, place[1])
    named = ((graph.across, across), (graph.up, up))
    parts = {axis.name: found for axis, found in named if axis is not None and found is not None}
    if up is not None and up.unit == VELOCITY and up.value is not None:
        parts["gradient"] = Measured(
            4 * (up.value / 100) ** 2, "mmHg", Basis.REGION, note="4 v\N{SUPERSCRIPT TWO}"
        )
    chosen = up or across
    if chosen is None:
        return Measured(None, note="the picture does not say where its zero lies")
    return Measured(chosen.value, chosen.unit, Basis.REGION, parts)


def _read(axis: Axis | None, pixel: float) -> Measured | None:
    value = None if axis is None else axis.value(pixel)
    return (
        None
        if axis is None or value is None
        else Measured(value, axis.unit, Basis.REGION, grain=abs(axis.step) / 2)
    )
