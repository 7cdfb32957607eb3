"""The measuring tools find the example animals' true lengths within a thousandth, from their files alone."""

import math
from pathlib import Path

import pytest

from vetpacs_desktop.examples import ANATOMY
from vetpacs_desktop.examples.anatomy import norberg_angle
from vetpacs_desktop.examples.echo import STONE_CENTER, bladder_probe
from vetpacs_desktop.examples.hoof import HOOF, hoof_film
from vetpacs_desktop.examples.landmarks import Pixel, landmarks
from vetpacs_desktop.viewer.geometry.scale import Basis
from vetpacs_desktop.viewer.measure.calibrating import calibrate
from vetpacs_desktop.viewer.measure.image import MeasuredImage
from vetpacs_desktop.viewer.measure.tools import TOOLS

A_THOUSANDTH = 1e-3


def film(folder: Path, exam: str, series: str) -> tuple[MeasuredImage, dict[str, Pixel]]:
    image = MeasuredImage.of_file(folder / exam / f"{series}.dcm")
    pitch = image.description.imager_pixel_spacing
    assert pitch is not None
    return image, landmarks(exam, series, pitch[0])


@pytest.mark.parametrize("series", ["right-lateral", "left-lateral"])
@pytest.mark.parametrize("name", ["T1", "T4", "T8", "T13"])
def test_vertebrae_on_a_lateral_are_as_long_as_they_are(small_set: Path, series: str, name: str) -> None:
    image, at = film(small_set, "dog-thorax", series)
    found = TOOLS["length"].measure([at[f"{name} cranial"], at[f"{name} caudal"]], image)
    assert found.value == pytest.approx(ANATOMY.vertebra(name).length, rel=A_THOUSANDTH)
    assert (found.unit, found.basis) == ("mm", Basis.MAGNIFIED)


def test_the_hips_distance_and_angles_come_out(small_set: Path) -> None:
    image, at = film(small_set, "dog-hips", "ventrodorsal")
    apart = TOOLS["length"].measure([at["left head"], at["right head"]], image)
    assert apart.value == pytest.approx(ANATOMY.hip_distance_mm, rel=A_THOUSANDTH)
    left, right = ANATOMY.hip_left, ANATOMY.hip_right
    angle = TOOLS["angle"].measure([at["right head"], at["left head"], at["left rim"]], image)
    assert angle.value == pytest.approx(norberg_angle(left.center, right.center, left.rim), rel=A_THOUSANDTH)
    ratio = TOOLS["ratio"].measure(
        [at["left head"], at["right head"], at["ball left"], at["ball right"]], image
    )
    assert ratio.value == pytest.approx(ANATOMY.hip_distance_mm / ANATOMY.marker_ball_mm, rel=A_THOUSANDTH)


def test_calibrating_on_the_marker_ball_agrees_with_the_machine(small_set: Path) -> None:
    image, at = film(small_set, "dog-hips", "ventrodorsal")
    (x0, y0), (x1, y1) = at["ball left"], at["ball right"]
    center, radius = ((x0 + x1) / 2, (y0 + y1) / 2), math.hypot(x1 - x0, y1 - y0) / 2
    edge = [(center[0] + radius * math.cos(t), center[1] + radius * math.sin(t)) for t in (0.3, 2.0, 4.4)]
    calibrated = image.calibrated(calibrate(edge, ANATOMY.marker_ball_mm, image))
    apart = TOOLS["length"].measure([at["left head"], at["right head"]], calibrated)
    assert apart.value == pytest.approx(ANATOMY.hip_distance_mm, rel=A_THOUSANDTH)
    assert apart.basis is Basis.USER


def test_the_hoofs_sole_is_as_deep_as_it_is(small_set: Path) -> None:
    image = MeasuredImage.of_file(small_set / "horse-foot" / "lateromedial.dcm")
    pitch = image.description.imager_pixel_spacing
    assert pitch is not None
    tip, left, right = hoof_film(pitch[0]).to_pixels(
        [HOOF.tip, (HOOF.tip[0] - 30, 0.0), (HOOF.tip[0] + 30, 0.0)]
    )
    depth = TOOLS["perpendicular"].measure([tuple(left), tuple(right), tuple(tip)], image)
    assert depth.value == pytest.approx(HOOF.sole_depth_mm, rel=A_THOUSANDTH)


def test_the_bladder_stone_is_measured_by_the_region_of_its_frame(small_set: Path) -> None:
    image = MeasuredImage.of_file(small_set / "cat-bladder" / "bladder.dcm", 2)
    probe = bladder_probe(small=True)
    column, row = probe.apex
    x, y = column + STONE_CENTER[0] / probe.cm_per_pixel, row + STONE_CENTER[1] / probe.cm_per_pixel
    half = ANATOMY.bladder_stone_mm / 20 / probe.cm_per_pixel
    found = TOOLS["length"].measure([(x - half, y), (x + half, y)], image)
    assert found.value == pytest.approx(ANATOMY.bladder_stone_mm, rel=A_THOUSANDTH)
    assert found.basis is Basis.REGION


def test_the_heart_beats_as_fast_as_its_strip_says(small_set: Path) -> None:
    image = MeasuredImage.of_file(small_set / "dog-heart" / "short-axis.dcm")
    columns, rows = image.size
    found = TOOLS["length"].measure([(columns * 0.25, rows - 10), (columns * 0.75, rows - 10)], image)
    assert (found.value, found.unit) == (pytest.approx(0.5, rel=A_THOUSANDTH), "s")
    assert found.parts["rate"].value == pytest.approx(120, rel=A_THOUSANDTH)
