"""Figures of the animal itself as the 3D graphics that DICOM knows: places in mm, in a frame of reference.

Owns which graphic type a tool's figure is (PS3.3 C.18.9). Closed figures are laid exactly into their plane,
for a polygon and an ellipse must be flat. Owns no code and no value.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vetpacs_desktop.viewer.annotations import Annotation
from vetpacs_desktop.viewer.measure.boxes import box_of
from vetpacs_desktop.viewer.measure.circles import circle_through
from vetpacs_desktop.viewer.measure.measured import NotMeasurable
from vetpacs_desktop.viewer.measure.tool import Figure
from vetpacs_desktop.viewer.measure.tools import TOOLS
from vetpacs_desktop.viewer.spatial.crossing import paths_of
from vetpacs_desktop.viewer.spatial.pane import corners_of, flat_points
from vetpacs_desktop.viewer.spatial.placed import Placed

Floats = NDArray[np.float64]
LEAST_AXIS = 1e-3
"""mm; an ellipse without width is a line."""


class Kind3d(Enum):
    """Graphic types of SCOORD3D items."""

    POINT = "POINT"
    MULTIPOINT = "MULTIPOINT"
    POLYLINE = "POLYLINE"
    POLYGON = "POLYGON"
    """Flat and closed: the first place stands at the end, too."""
    ELLIPSE = "ELLIPSE"
    """Both ends of the longer axis, then of the shorter one."""


@dataclass(frozen=True, eq=False, slots=True)
class Shape3d:
    """One graphic; `places` are (n, 3) mm."""

    kind: Kind3d
    places: Floats

    @property
    def closed(self) -> bool:
        """Whether it has an inside."""
        return self.kind in (Kind3d.POLYGON, Kind3d.ELLIPSE)


def space_shapes(one: Annotation) -> tuple[Shape3d, ...]:
    """What an annotation with places looks like; empty for one without, and for a tool nobody knows."""
    placed, tool = one.space, TOOLS.get(one.tool)
    if placed is None or tool is None:
        return ()
    places = np.asarray(placed.places, np.float64)
    if placed.grown is not None or tool.figure in (Figure.POINT, Figure.TEXT):
        return (Shape3d(Kind3d.POINT, places[:1]),)
    if placed.rings:
        return tuple(_polygon(placed, ring) for ring in placed.outlines)
    if tool.figure is Figure.GUIDE:
        return (Shape3d(Kind3d.MULTIPOINT if len(places) > 1 else Kind3d.POINT, places),)
    if tool.figure is Figure.POLYGON:
        return (_polygon(placed, places),)
    if tool.figure is Figure.RECTANGLE:
        return (_polygon(placed, _lifted(placed, corners_of(placed))),)
    if tool.figure in (Figure.ELLIPSE, Figure.CIRCLE):
        return (_round(placed, tool.figure),)
    paths = (path for path, _closed in paths_of(one.tool, placed))
    return tuple(Shape3d(Kind3d.POLYLINE, path) for path in paths if len(path) > 1)


def _polygon(placed: Placed, ring: ArrayLike) -> Shape3d:
    """A closed outline, each place moved into the plane of the first one, which rounding left it beside."""
    places = np.asarray(ring, np.float64)
    across = np.asarray(placed.normal)
    flat = places - np.outer((places - places.mean(axis=0)) @ across, across)
    return Shape3d(Kind3d.POLYGON, np.concatenate((flat, flat[:1])))


def _round(placed: Placed, figure: Figure) -> Shape3d:
    """An ellipse; the bare points as a line where they make none."""
    try:
        middle, one, other = _axes(placed, figure)
    except NotMeasurable:
        return Shape3d(Kind3d.POLYLINE, np.asarray(placed.places, np.float64))
    longer, shorter = (one, other) if np.hypot(*one) >= np.hypot(*other) else (other, one)
    if np.hypot(*shorter) < LEAST_AXIS:
        return Shape3d(Kind3d.POLYLINE, _lifted(placed, (middle - longer, middle + longer)))
    ends = (middle - longer, middle + longer, middle - shorter, middle + shorter)
    return Shape3d(Kind3d.ELLIPSE, _lifted(placed, ends))


def _axes(placed: Placed, figure: Figure) -> tuple[Floats, Floats, Floats]:
    """Middle and two half axes, (right, down) in mm. Raises `NotMeasurable` for three points on a line."""
    points = flat_points(placed)
    if figure is Figure.CIRCLE:
        found = circle_through(np.asarray(points, np.float64))
        right, down = found.radius * np.eye(2)
        return np.array((found.across, found.down)), right, down
    box = box_of(points)
    return np.asarray(box.center), np.asarray(box.side) / 2, np.asarray(box.down) / 2


def _lifted(placed: Placed, points: ArrayLike) -> Floats:
    """(right, down) in mm from the first place, along the plane it was drawn on, as places."""
    found: Floats = np.asarray(placed.places[0]) + np.asarray(points, np.float64) @ np.stack(
        (placed.right, placed.down)
    )
    return found
