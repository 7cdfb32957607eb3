"""Calibrating: from an object of known size in the picture to the size of a pixel.

Pure arithmetic. The shape of the pixels is taken from the image, so one length is enough for both directions.
"""

from __future__ import annotations

import math

from vetpacs_desktop.errors import UsageError
from vetpacs_desktop.viewer.measure.calibration import Calibration
from vetpacs_desktop.viewer.measure.circles import circle_through
from vetpacs_desktop.viewer.measure.image import MeasuredImage
from vetpacs_desktop.viewer.measure.lengths import path_length
from vetpacs_desktop.viewer.measure.measured import Measured, NotMeasurable
from vetpacs_desktop.viewer.measure.space import shape_space
from vetpacs_desktop.viewer.measure.tool import Points

SMALLEST_PIXELS = 2.0
"""An object smaller than this on the picture is no measure for it."""


def calibrate(points: Points, known_mm: float, image: MeasuredImage) -> Calibration:
    """The scale at which two points are `known_mm` apart, or three lie on the edge of a ball that wide.

    Raises `UsageError` (a size that is none, a wrong number of points) and `NotMeasurable` (the object is too
    small on the picture, or lies in a curve over time).
    """
    if not (math.isfinite(known_mm) and known_mm > 0):
        raise UsageError(reason="The known size must be a number of millimetres above 0.")
    if len(points) not in (2, 3):
        raise UsageError(reason="Calibrating takes the 2 ends of a line or 3 points on the edge of a ball.")
    bare = image.calibrated(None)
    space = shape_space(bare, points)
    aspect = space.row / space.column
    extent = _extent([(column, row * aspect) for column, row in points])
    if extent < SMALLEST_PIXELS:
        raise NotMeasurable(reason="the known object is too small on the picture to calibrate on")
    column_mm = known_mm / extent
    places = tuple((float(column), float(row)) for column, row in points)
    return Calibration(column_mm * aspect, column_mm, places, known_mm, image.frame)


def line_of_known_length(points: Points, image: MeasuredImage) -> Measured:
    """What the line measures so far: to compare with the size that a person enters."""
    return _so_far(points, image)


def ball_of_known_size(points: Points, image: MeasuredImage) -> Measured:
    """The ball's diameter so far."""
    return _so_far(points, image)


def _so_far(points: Points, image: MeasuredImage) -> Measured:
    space = shape_space(image, points)
    true = [(column * space.column, row * space.row) for column, row in points]
    return space.length(_extent(true))


def _extent(true: Points) -> float:
    """The length of two places or the diameter of three, in the widths of a pixel or in mm."""
    import numpy as np

    places = np.asarray(true, np.float64)
    return path_length(places) if len(places) == 2 else 2 * circle_through(places).radius
