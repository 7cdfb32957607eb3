"""Turned rectangles and ellipses go out as shapes that other programs draw at the same place."""

import math
from pathlib import Path

import numpy as np
import pytest

from tests.viewer.render.files import image_file
from tests.viewer.standard.drawn import annotation
from vetpacs_desktop.viewer.annotations import ImageRef
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.measure.boxes import box_of, turned
from vetpacs_desktop.viewer.standard.shapes import Kind, Shape, shapes_of


def shape(tool: str, folder: Path, **tags: object) -> Shape:
    description = read_description(image_file(folder, np.zeros((50, 60), np.uint16), **tags))
    points = turned(((10.0, 10.0), (40.0, 20.0)), math.radians(30))
    (made,) = shapes_of(annotation(0, tool, ImageRef("1.2.3"), points), description)
    return made


def test_a_rectangle_is_a_closed_line_through_its_corners(tmp_path: Path) -> None:
    made = shape("rectangle", tmp_path)
    corners = box_of(turned(((10.0, 10.0), (40.0, 20.0)), math.radians(30))).corners
    assert made.kind is Kind.POLYLINE
    assert made.closed
    assert made.points[:4] == pytest.approx(np.asarray(corners))


def test_an_ellipse_is_its_axes_the_longer_one_first(tmp_path: Path) -> None:
    made = shape("ellipse", tmp_path)
    assert made.kind is Kind.ELLIPSE
    long, short = np.subtract(made.points[1], made.points[0]), np.subtract(made.points[3], made.points[2])
    assert (np.hypot(*long), np.hypot(*short)) == pytest.approx((30, 10))
    assert np.dot(long, short) == pytest.approx(0, abs=1e-9)
    assert math.degrees(math.atan2(long[1], long[0])) == pytest.approx(30)


def test_with_other_pixels_an_ellipse_is_a_line(tmp_path: Path) -> None:
    made = shape("ellipse", tmp_path, PixelSpacing=[1.0, 0.5], SOPClassUID="1.2.840.10008.5.1.4.1.1.2")
    assert made.kind is Kind.POLYLINE
    assert made.closed
