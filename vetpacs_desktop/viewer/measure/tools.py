"""The table of all measuring tools: the one list that the window, the command line and the archive read.

A tool is one row here and one pure function elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from vetpacs_desktop.errors import UsageError
from vetpacs_desktop.viewer.measure.angles import angle, open_angle
from vetpacs_desktop.viewer.measure.areas import circle, ellipse, polygon, rectangle
from vetpacs_desktop.viewer.measure.calibrating import ball_of_known_size, line_of_known_length
from vetpacs_desktop.viewer.measure.lengths import (
    bidirectional,
    ellipsoid,
    length,
    perpendicular,
    polyline,
    ratio,
)
from vetpacs_desktop.viewer.measure.marks import in_space_only, nothing, point
from vetpacs_desktop.viewer.measure.tool import Figure, MeasureTool
from vetpacs_desktop.viewer.measure.veterinary.guides import GUIDES

__all__ = ["CALIBRATION_TOOLS", "TOOLS", "Figure", "MeasureTool", "tool_named"]

_ENDS = ("one end", "the other end")
_LINE = ("one point of the line", "another point of the line")
_TWO_LINES = (
    "one end of the first line",
    "its other end",
    "one end of the second line",
    "its other end",
)
_DIAMETERS = ("one end of the long diameter", "its other end", "one end of the short one", "its other end")
_AXES = (
    "one end of the first diameter",
    "its other end",
    "one end of the second diameter, across the first",
    "its other end",
    "one end of the third diameter, on this plane or another one",
    "its other end",
)
_LENGTHS = ("one end of the first length", "its other end", "one end of the length below", "its other end")
_SIDES = ("a point on one side", "the vertex", "a point on the other side")
_CORNERS = ("one corner", "the opposite corner")
_EDGE = ("a point on its edge", "a second point on its edge", "a third point on its edge")

PLAIN_TOOLS: tuple[MeasureTool, ...] = (
    MeasureTool("length", "Length", Figure.PATH, 2, 2, _ENDS, length),
    MeasureTool("polyline", "Path", Figure.PATH, 2, None, ("the start", "the next point"), polyline),
    MeasureTool("angle", "Angle", Figure.PATH, 3, 3, _SIDES, angle),
    MeasureTool("open_angle", "Open angle", Figure.LINES, 4, 4, _TWO_LINES, open_angle),
    MeasureTool("rectangle", "Rectangle", Figure.RECTANGLE, 2, 2, _CORNERS, rectangle),
    MeasureTool("ellipse", "Ellipse", Figure.ELLIPSE, 2, 2, _CORNERS, ellipse),
    MeasureTool("circle", "Circle", Figure.CIRCLE, 3, 3, _EDGE, circle),
    MeasureTool("polygon", "Polygon", Figure.POLYGON, 3, None, ("a corner", "the next corner"), polygon),
    MeasureTool(
        "freehand",
        "Freehand",
        Figure.POLYGON,
        3,
        None,
        ("the outline, drawn in one stroke",),
        polygon,
        freehand=True,
    ),
    MeasureTool("bidirectional", "Two diameters", Figure.LINES, 4, 4, _DIAMETERS, bidirectional),
    MeasureTool(
        "perpendicular",
        "Distance from a line",
        Figure.PERPENDICULAR,
        3,
        3,
        (*_LINE, "the point away from it"),
        perpendicular,
    ),
    MeasureTool(
        "parallel",
        "Distance of parallels",
        Figure.PARALLEL,
        3,
        3,
        (*_LINE, "a point of the parallel"),
        perpendicular,
    ),
    MeasureTool(
        "arrow", "Arrow", Figure.ARROW, 2, 2, ("what the arrow points at", "the arrow's other end"), nothing
    ),
    MeasureTool("text", "Text", Figure.TEXT, 1, 1, ("the place of the text",), nothing),
    MeasureTool("point", "Value", Figure.POINT, 1, 1, ("the pixel",), point),
    MeasureTool("ratio", "Ratio of two lengths", Figure.LINES, 4, 4, _LENGTHS, ratio),
    MeasureTool("ellipsoid", "Volume of an ellipsoid", Figure.LINES, 6, 6, _AXES, ellipsoid),
    MeasureTool(
        "volume",
        "Volume from outlines",
        Figure.POLYGON,
        3,
        None,
        ("the outline; then leaf on and draw the next one",),
        in_space_only,
        freehand=True,
        body=True,
    ),
    MeasureTool(
        "grow", "Volume from one point", Figure.POINT, 1, 1, ("the tissue",), in_space_only, body=True
    ),
    MeasureTool("calibrate_line", "Calibrate on a length", Figure.PATH, 2, 2, _ENDS, line_of_known_length),
    MeasureTool("calibrate_ball", "Calibrate on a ball", Figure.CIRCLE, 3, 3, _EDGE, ball_of_known_size),
)

CALIBRATION_TOOLS = frozenset(("calibrate_line", "calibrate_ball"))
"""Drawn like the others; then a person says the known size, and `calibrating.calibrate` makes the scale."""

TOOLS: Mapping[str, MeasureTool] = MappingProxyType(
    {tool.name: tool for tool in (*PLAIN_TOOLS, *(guide.tool() for guide in GUIDES.values()))}
)
"""By name: the plain ones, then the veterinary guides."""


def tool_named(name: str) -> MeasureTool:
    """The tool called `name`. Raises `UsageError` with the names there are."""
    found = TOOLS.get(name)
    if found is None:
        raise UsageError(reason=f"There is no tool {name!r}; there are: {', '.join(TOOLS)}.")
    return found
