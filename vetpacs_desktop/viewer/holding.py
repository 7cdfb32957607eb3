"""Where a point may go: inside the picture and, on ultrasound, inside the region of the figure's first point.

Pure. Says in a sentence why a point was held back. Never moves a point that is allowed to be where it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from vetpacs_desktop.viewer.corner_texts import Translate, as_written
from vetpacs_desktop.viewer.description import ImageDescription, Region
from vetpacs_desktop.viewer.geometry.scale import region_at
from vetpacs_desktop.viewer.measure.tool import Figure

Point = tuple[float, float]

FREE = frozenset((Figure.ARROW, Figure.TEXT, Figure.POINT))
"""Figures that measure no way between points may lie anywhere in the picture."""
ONE_REGION = "All points of a measurement lie in one region of the ultrasound picture: here the scale ends"
NO_REGION = "Outside the regions with a scale: what is measured here is in pixels"


def held(
    description: ImageDescription,
    frame: int,
    figure: Figure,
    others: Sequence[Point],
    wished: Point,
    translate: Translate = as_written,
) -> tuple[Point, str]:
    """Where the point may go, and why it is not where it was `wished`, or what to know of that place.

    `others` are the figure's further points; the first one chooses the region.
    """
    inside = _into(wished, (0.0, 0.0, description.columns - 1.0, description.rows - 1.0))
    regions = description.frames[min(frame, len(description.frames) - 1)].regions
    if not regions or figure in FREE:
        return inside, ""
    home = region_at(regions, *others[0]) if others else region_at(regions, *inside)
    if home is None:
        return inside, translate(NO_REGION)
    if others and region_at(regions, *inside) != home:
        return _into(inside, _edges(home)), translate(ONE_REGION)
    return inside, ""


def held_way(
    description: ImageDescription, frame: int, figure: Figure, points: Sequence[Point], way: Point
) -> Point:
    """How far a whole figure may be moved: no point of it leaves the picture, or its region."""
    regions = description.frames[min(frame, len(description.frames) - 1)].regions
    home = region_at(regions, *points[0]) if regions and figure not in FREE else None
    edges = (0.0, 0.0, description.columns - 1.0, description.rows - 1.0) if home is None else _edges(home)
    columns, rows = [point[0] for point in points], [point[1] for point in points]
    return (
        _shift(way[0], min(columns), max(columns), edges[0], edges[2]),
        _shift(way[1], min(rows), max(rows), edges[1], edges[3]),
    )


def _shift(way: float, low: float, high: float, least: float, most: float) -> float:
    """A figure that reaches beyond already may come back."""
    return max(min(way, max(most - high, 0.0)), min(least - low, 0.0))


def _edges(region: Region) -> tuple[float, float, float, float]:
    return float(region.x0), float(region.y0), float(region.x1), float(region.y1)


def _into(point: Point, edges: tuple[float, float, float, float]) -> Point:
    left, top, right, bottom = edges
    return min(max(point[0], left), right), min(max(point[1], top), bottom)
