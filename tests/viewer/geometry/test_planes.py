"""Pixels and millimetres lead to each other and back; normals and angles are those of geometry."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers.headers import image
from vetpacs_desktop.viewer.description import FrameDescription
from vetpacs_desktop.viewer.geometry.planes import (
    Cosines,
    along,
    angle_between,
    index_to_patient,
    normal,
    patient_to_index,
)

angles = st.floats(-math.pi, math.pi)
lengths = st.floats(-500, 500)


def turned(a: float, b: float, c: float) -> np.ndarray:
    """A rotation matrix from three angles about z, y, x."""
    z = np.array([[math.cos(a), -math.sin(a), 0], [math.sin(a), math.cos(a), 0], [0, 0, 1]])
    y = np.array([[math.cos(b), 0, math.sin(b)], [0, 1, 0], [-math.sin(b), 0, math.cos(b)]])
    x = np.array([[1, 0, 0], [0, math.cos(c), -math.sin(c)], [0, math.sin(c), math.cos(c)]])
    return z @ y @ x


def cosines(a: float, b: float, c: float) -> Cosines:
    matrix = turned(a, b, c)
    values = tuple(float(v) for v in (*matrix[:, 0], *matrix[:, 1]))
    return values  # type: ignore[return-value]


@settings(deadline=None)
@given(a=angles, b=angles, c=angles, column=lengths, row=lengths, row_mm=st.floats(0.01, 10))
def test_a_pixel_leads_to_a_place_and_back(
    a: float, b: float, c: float, column: float, row: float, row_mm: float
) -> None:
    frame = FrameDescription(
        0, position=(10, -20, 30), orientation=cosines(a, b, c), pixel_spacing=(row_mm, 2 * row_mm)
    )
    place = index_to_patient(frame, column, row)
    assert place is not None
    back = patient_to_index(frame, place)
    assert back is not None
    assert back == pytest.approx((column, row, 0), abs=1e-6)


@settings(deadline=None)
@given(a=angles, b=angles, c=angles)
def test_the_normal_is_the_third_axis(a: float, b: float, c: float) -> None:
    assert normal(cosines(a, b, c)) == pytest.approx(turned(a, b, c)[:, 2], abs=1e-9)


@settings(deadline=None)
@given(a=angles, b=angles, c=angles, away=lengths)
def test_the_distance_from_a_plane_is_along_its_normal(a: float, b: float, c: float, away: float) -> None:
    frame = FrameDescription(0, position=(1, 2, 3), orientation=cosines(a, b, c), pixel_spacing=(1, 1))
    place = np.array([1, 2, 3]) + away * np.asarray(normal(cosines(a, b, c)))
    back = patient_to_index(frame, place.tolist())
    assert back is not None
    assert back[2] == pytest.approx(away, abs=1e-6)
    assert along(place.tolist(), normal(cosines(a, b, c))) - along(
        (1, 2, 3), normal(cosines(a, b, c))
    ) == pytest.approx(away, abs=1e-6)


def test_row_spacing_is_the_vertical_one() -> None:
    frame = image(
        ImagePositionPatient=[0, 0, 0], ImageOrientationPatient=[1, 0, 0, 0, 1, 0], PixelSpacing=[2, 0.5]
    ).frames[0]
    assert index_to_patient(frame, 4, 3) == (2.0, 6.0, 0.0)


def test_no_plane_no_place() -> None:
    assert index_to_patient(FrameDescription(0), 1, 1) is None
    assert patient_to_index(FrameDescription(0), (1, 1, 1)) is None


@settings(deadline=None)
@given(degrees=st.floats(0, 180))
def test_angles(degrees: float) -> None:
    turn = math.radians(degrees)
    assert angle_between((3, 0, 0), (math.cos(turn), math.sin(turn), 0)) == pytest.approx(degrees, abs=1e-6)
