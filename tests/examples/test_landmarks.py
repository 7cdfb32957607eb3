"""Clicking the landmarks on a radiograph gives the anatomy's figures."""

import math
from pathlib import Path

import pydicom
import pytest

from vetpacs_desktop.examples import ANATOMY
from vetpacs_desktop.examples.landmarks import Pixel, landmarks


def picture(folder: Path, exam: str, series: str) -> tuple[dict[str, Pixel], float]:
    """The landmarks of a stored radiograph and its true millimetres a pixel."""
    ds = pydicom.dcmread(folder / exam / f"{series}.dcm", stop_before_pixels=True)
    pitch = float(ds.ImagerPixelSpacing[0])
    return landmarks(exam, series, pitch), pitch / float(ds.EstimatedRadiographicMagnificationFactor)


@pytest.mark.parametrize(
    ("exam", "series"), [("dog-thorax", "right-lateral"), ("dog-thorax", "left-lateral")]
)
def test_the_heart_score_comes_out_of_the_lateral(small_set: Path, exam: str, series: str) -> None:
    at, mm = picture(small_set, exam, series)
    long, short = (
        math.dist(at["carina"], at["apex"]) * mm,
        math.dist(at["heart cranial"], at["heart caudal"]) * mm,
    )
    units = ANATOMY.units_from_t4(long) + ANATOMY.units_from_t4(short)
    assert units == pytest.approx(ANATOMY.heart_score.total, abs=0.06)
    assert math.dist(at["T4 cranial"], at["T4 caudal"]) * mm == pytest.approx(ANATOMY.t4_mm, rel=0.005)


def test_cranial_is_left_and_dorsal_is_up_on_both_laterals(small_set: Path) -> None:
    for series in ("right-lateral", "left-lateral"):
        at, _ = picture(small_set, "dog-thorax", series)
        assert at["T1 cranial"][0] < at["T13 caudal"][0]
        assert at["T8 cranial"][1] < at["apex"][1]


def test_hips_and_ball_measure_what_they_are(small_set: Path) -> None:
    at, mm = picture(small_set, "dog-hips", "ventrodorsal")
    assert at["right head"][0] < at["left head"][0]
    assert math.dist(at["left head"], at["right head"]) * mm == pytest.approx(
        ANATOMY.hip_distance_mm, rel=1e-4
    )
    assert math.dist(at["ball left"], at["ball right"]) * mm == pytest.approx(
        ANATOMY.marker_ball_mm, rel=1e-4
    )


def test_another_picture_has_no_landmarks() -> None:
    for exam, series in (("cat-teeth", "left-mandible"), ("cat-thorax", "right-lateral")):
        with pytest.raises(KeyError):
            landmarks(exam, series, 0.16)
