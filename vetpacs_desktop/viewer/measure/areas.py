"""Shapes with an inside: rectangle, ellipse, circle, polygon: area, perimeter and the statistics inside.

Areas are those of the drawn shape in true space, not a count of pixels. In a Doppler spectrum the area under
the curve is velocity times time, a distance.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from vetpacs_desktop.viewer.framing import pixel_shape
from vetpacs_desktop.viewer.geometry.scale import Basis, scale_of
from vetpacs_desktop.viewer.measure.boxes import box_of
from vetpacs_desktop.viewer.measure.calibration import Point
from vetpacs_desktop.viewer.measure.circles import circle_through
from vetpacs_desktop.viewer.measure.graph import SECONDS, VELOCITY, graph_through
from vetpacs_desktop.viewer.measure.image import MeasuredImage
from vetpacs_desktop.viewer.measure.lengths import path_length
from vetpacs_desktop.viewer.measure.measured import COUNT, Histogram, Measured, joined
from vetpacs_desktop.viewer.measure.outlines import enclosed_area
from vetpacs_desktop.viewer.measure.space import Space, space_at
from vetpacs_desktop.viewer.measure.spans import (
    Spans,
    ellipse_spans,
    polygon_spans,
    rectangle_spans,
    slanted_ellipse_spans,
)
from vetpacs_desktop.viewer.measure.statistics import Summary, summaries
from vetpacs_desktop.viewer.measure.tool import Points

CHANNELS = ("red", "green", "blue")
COLOUR_NOTE = "a colour picture: brightness of its channels, no physical quantity"
EMPTY_NOTE = "no pixel's centre with a value lies inside"


def rectangle(points: Points, image: MeasuredImage) -> Measured:
    """Between two opposite corners, with a third point turned (see `boxes`): area; parts also `width`,
    `height`, `perimeter`."""
    if len(points) > 2:
        return _turned_rectangle(points, image)
    (x0, y0), (x1, y1) = points
    space = space_at(image, [(x0, y0), (x1, y0), (x1, y1), (x0, y1)])
    wide, high = abs(x1 - x0) * space.column, abs(y1 - y0) * space.row
    parts = {
        "area": space.area(wide * high),
        "perimeter": space.length(2 * (wide + high)),
        "width": space.length(wide),
        "height": space.length(high),
    }
    return _closed(space, parts, rectangle_spans(points[0], points[1], image.size), image)


def ellipse(points: Points, image: MeasuredImage) -> Measured:
    """Filling the rectangle between two opposite corners, with a third point turned: area; parts also
    `width`, `height`."""
    if len(points) > 2:
        return _turned_ellipse(points, image)
    (x0, y0), (x1, y1) = points
    center, radii = ((x0 + x1) / 2, (y0 + y1) / 2), (abs(x1 - x0) / 2, abs(y1 - y0) / 2)
    space = space_at(image, [(x0, center[1]), (x1, center[1]), (center[0], y0), (center[0], y1)])
    across, down = radii[0] * space.column, radii[1] * space.row
    parts = {
        "area": space.area(math.pi * across * down),
        "perimeter": space.length(ellipse_perimeter(across, down)),
        "width": space.length(2 * across),
        "height": space.length(2 * down),
    }
    return _closed(space, parts, ellipse_spans(center, radii, image.size), image)


def _corners(points: Points, image: MeasuredImage) -> list[Point]:
    """The corners of a turned box, round about: at right angles in the picture as it is drawn."""
    wide, high = pixel_shape(scale_of(image.description, image.frame))
    box = box_of([(column * wide, row * high) for column, row in points])
    return [(x / wide, y / high) for x, y in box.corners]


def _turned_rectangle(points: Points, image: MeasuredImage) -> Measured:
    corners = _corners(points, image)
    space = space_at(image, corners)
    true = space.true(corners)
    side, down = true[1] - true[0], true[3] - true[0]
    wide, high = float(np.hypot(*side)), float(np.hypot(*down))
    parts = {
        "area": space.area(abs(float(side[0] * down[1] - side[1] * down[0]))),
        "perimeter": space.length(2 * (wide + high)),
        "width": space.length(wide),
        "height": space.length(high),
    }
    return _closed(space, parts, polygon_spans(corners, image.size), image)


def _turned_ellipse(points: Points, image: MeasuredImage) -> Measured:
    first, beside, opposite, last = (np.asarray(corner) for corner in _corners(points, image))
    one, other, center = (beside - first) / 2, (last - first) / 2, (first + opposite) / 2
    ends = [tuple((center + way).tolist()) for way in (one, -one, other, -other)]
    space = space_at(image, [(column, row) for column, row in ends])
    halves = np.stack((one, other)) * (space.column, space.row)
    axes = np.linalg.svd(halves, compute_uv=False)  # of the ellipse that they are conjugate in
    parts = {
        "area": space.area(math.pi * abs(float(np.linalg.det(halves)))),
        "perimeter": space.length(ellipse_perimeter(float(axes[0]), float(axes[1]))),
        "width": space.length(2 * float(np.hypot(*halves[0]))),
        "height": space.length(2 * float(np.hypot(*halves[1]))),
    }
    middle = float(center[0]), float(center[1])
    spans = slanted_ellipse_spans(
        middle, (float(one[0]), float(one[1])), (float(other[0]), float(other[1])), image.size
    )
    return _closed(space, parts, spans, image)


def circle(points: Points, image: MeasuredImage) -> Measured:
    """Through three points of its edge, round in true space: area; parts also `diameter`, `radius`."""
    space = space_at(image, points)
    round_ = circle_through(space.true(points))
    parts = {
        "area": space.area(math.pi * round_.radius**2),
        "perimeter": space.length(2 * math.pi * round_.radius),
        "diameter": space.length(2 * round_.radius),
        "radius": space.length(round_.radius),
    }
    center, radii = round_.in_pixels(space.column, space.row)
    return _closed(space, parts, ellipse_spans(center, radii, image.size), image)


def polygon(points: Points, image: MeasuredImage) -> Measured:
    """A closed outline, drawn point by point or in one stroke: area, perimeter and what it surrounds."""
    graph = graph_through(image, tuple(points))
    if graph is not None and graph.units == (SECONDS, VELOCITY):
        area, _ = enclosed_area(np.asarray(points, np.float64))
        distance = area * abs(graph.steps[0] * graph.steps[1])
        return Measured(distance, "cm", Basis.REGION, note="velocity over time, summed (VTI)")
    space = space_at(image, points)
    true = space.true(points)
    area, crossing = enclosed_area(true)
    parts = {
        "area": space.area(area),
        "perimeter": space.length(path_length(np.concatenate((true, true[:1])))),
    }
    found = _closed(space, parts, polygon_spans(points, image.size), image)
    return found.with_note("the outline crosses itself; all it surrounds counts once") if crossing else found


def ellipse_perimeter(first: float, second: float) -> float:
    """Of an ellipse with these half axes, by the arithmetic-geometric mean (Gauss), to double precision."""
    a, b = max(first, second), min(first, second)
    if b <= 0:
        return 4 * a
    total, weight = a * a - b * b, 0.5
    spread = total * weight
    while a - b > 1e-15 * a:
        half = (a - b) / 2
        a, b = (a + b) / 2, math.sqrt(a * b)
        weight *= 2
        spread += weight * half * half
    start = max(first, second)
    return 2 * math.pi * (start * start - spread) / a


def _closed(space: Space, parts: dict[str, Measured], spans: Spans, image: MeasuredImage) -> Measured:
    inside, histogram, note = _inside(spans, image)
    area, every = parts["area"], {**parts, **inside}
    return replace(area, parts=every, note=joined(space.note, note), histogram=histogram)


def _inside(spans: Spans, image: MeasuredImage) -> tuple[dict[str, Measured], Histogram | None, str]:
    """The statistics as parts, the histogram of a grey picture, and what has to be said of them."""
    if image.is_document:
        return {}, None, ""
    found = summaries(image.pixels, spans)
    if not found:
        return {COUNT: Measured(0.0, COUNT)}, None, EMPTY_NOTE
    if image.pixels.values.ndim == 3:
        channels = {
            f"{channel}_{name}": part
            for channel, one in zip(CHANNELS, found, strict=False)
            for name, part in _parts(one, "").items()
        }
        return {COUNT: Measured(float(found[0].count), COUNT), **channels}, None, COLOUR_NOTE
    unit, one = image.value_unit, found[0]
    return figures_of(one, unit), Histogram(one.low, one.step, one.bins, unit), ""


def figures_of(one: Summary, unit: str) -> dict[str, Measured]:
    """What is said of the grey values inside, with their number."""
    return {COUNT: Measured(float(one.count), COUNT), **_parts(one, unit)}


def _parts(one: Summary, unit: str) -> dict[str, Measured]:
    return {
        "mean": Measured(one.mean, unit),
        "sd": Measured(one.deviation, unit),
        "min": Measured(one.least, unit),
        "max": Measured(one.most, unit),
    }
