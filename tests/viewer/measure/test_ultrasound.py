"""Ultrasound is measured by region and frame: lengths in pictures, velocity and time in curves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.headers import US, item
from tests.viewer.measure.pictures import MMODE, SPECTRUM, TISSUE, measure, measured_on, part, ultrasound
from tests.viewer.test_describe import sample
from vetpacs_desktop.viewer.geometry.scale import Basis
from vetpacs_desktop.viewer.measure.calibrating import calibrate
from vetpacs_desktop.viewer.measure.image import MeasuredImage
from vetpacs_desktop.viewer.measure.measured import NotMeasurable

INSIDE = st.tuples(st.floats(0, 199), st.floats(200, 399))


def test_inside_a_picture_region_lengths_are_millimetres_of_its_own_steps() -> None:
    for sign in (1, -1):
        image = ultrasound({**TISSUE, "PhysicalDeltaX": sign * 0.01, "PhysicalDeltaY": sign * 0.02})
        found = measure("length", [(10, 10), (40, 30)], image)
        assert found.value == pytest.approx(5)
        assert (found.unit, found.basis) == ("mm", Basis.REGION)
        assert measure("angle", [(40, 10), (10, 10), (40, 25)], image).value == pytest.approx(45)


def test_points_in_different_regions_or_outside_give_no_millimetres() -> None:
    beside = {**TISSUE, "RegionLocationMinX0": 200, "RegionLocationMaxX1": 399}
    image = ultrasound(TISSUE, beside)
    across = measure("length", [(150, 50), (250, 50)], image)
    assert (across.value, across.unit, across.basis) == (100, "px", Basis.NONE)
    assert "different regions" in across.note
    assert measure("polygon", [(150, 50), (250, 50), (150, 60)], image).unit == "px2"
    assert measure("length", [(150, 350), (160, 350)], image).unit == "px"
    assert measure("length", [(250, 50), (260, 50)], image).unit == "mm"


def test_a_ratio_of_lengths_in_two_regions_compares_millimetres() -> None:
    beside = {**TISSUE, "RegionLocationMinX0": 200, "RegionLocationMaxX1": 399, "PhysicalDeltaX": 0.04}
    image = ultrasound(TISSUE, beside)
    assert measure("ratio", [(0, 9), (100, 9), (210, 9), (310, 9)], image).value == pytest.approx(0.25)
    with pytest.raises(NotMeasurable, match="scales differ"):
        measure("ratio", [(150, 9), (250, 9), (150, 19), (350, 19)], image)
    with pytest.raises(NotMeasurable, match="different shapes"):
        measure("angle", [(150, 9), (150, 50), (350, 19)], image)


def test_a_colour_window_inside_the_sector_is_no_border() -> None:
    window = {
        **TISSUE,
        "RegionDataType": 2,
        "RegionFlags": 0,
        "RegionLocationMinX0": 50,
        "RegionLocationMaxX1": 90,
    }
    assert measure("length", [(20, 60), (70, 60)], ultrasound(TISSUE, window)).value == pytest.approx(5)
    other = {**window, "PhysicalDeltaX": 0.013}
    assert measure("length", [(20, 60), (70, 60)], ultrasound(TISSUE, other)).unit == "px"


def test_every_frame_has_regions_of_its_own() -> None:
    deeper = {**TISSUE, "PhysicalDeltaX": 0.03, "PhysicalDeltaY": 0.03}
    frames = [item(), item(SequenceOfUltrasoundRegions=[item(**deeper)])]
    tags = {"NumberOfFrames": 2, "PerFrameFunctionalGroupsSequence": frames}
    points = [(10, 10), (20, 10)]
    regions = {"SequenceOfUltrasoundRegions": [item(**TISSUE)]}
    blank = np.zeros((400, 400), np.uint8)
    values = [
        measure("length", points, measured_on(blank, "US", US, frame=n, **regions, **tags)).value
        for n in (0, 1)
    ]
    assert values == pytest.approx([1, 3])


def test_ultrasound_without_regions_measures_pixels_whatever_spacing_it_states() -> None:
    found = measure("length", [(0, 0), (10, 0)], ultrasound(PixelSpacing=[0.1, 0.1]))
    assert (found.value, found.unit, found.basis) == (10, "px", Basis.NONE)


# --------------------------------------------------------------------- curves


@given(first=INSIDE, second=INSIDE)
def test_in_a_doppler_curve_across_is_time_and_up_is_velocity(first: Any, second: Any) -> None:
    found = measure("length", [first, second], ultrasound(TISSUE, SPECTRUM))
    seconds, velocity = abs(second[0] - first[0]) * 0.005, abs(second[1] - first[1]) * 1.5
    assert part(found, "time") == pytest.approx(seconds)
    assert part(found, "velocity") == pytest.approx(velocity)
    assert found.parts["velocity"].unit == "cm/s"
    longer_across = abs(second[0] - first[0]) > abs(second[1] - first[1])
    assert (found.value, found.unit) == ((seconds, "s") if longer_across else (velocity, "cm/s"))
    assert found.basis is Basis.REGION
    if seconds:
        rise = (second[1] - first[1]) * -1.5 / ((second[0] - first[0]) * 0.005)
        assert part(found, "slope") == pytest.approx(rise)
        assert found.parts["slope"].unit == "cm/s2"
        assert part(found, "rate") == pytest.approx(60 / seconds)


def test_straight_lines_in_a_doppler_curve_have_one_meaning_each() -> None:
    image = ultrasound(TISSUE, SPECTRUM)
    upright = measure("length", [(50, 320), (50, 240)], image)
    assert (upright.value, upright.unit) == (pytest.approx(120), "cm/s")
    level = measure("length", [(50, 320), (150, 320)], image)
    assert (level.value, level.unit) == (pytest.approx(0.5), "s")
    assert part(level, "rate") == pytest.approx(120)


def test_a_point_of_a_doppler_curve_has_a_velocity_from_the_baseline_on() -> None:
    image = ultrasound(TISSUE, SPECTRUM)
    above, below = measure("point", [(100, 240)], image), measure("point", [(100, 360)], image)
    assert (above.value, above.unit, above.basis) == (pytest.approx(120), "cm/s", Basis.REGION)
    assert below.value == pytest.approx(-60)
    assert part(above, "time") == pytest.approx(0.5)
    assert part(above, "gradient") == pytest.approx(4 * 1.2**2)


def test_the_value_at_the_reference_pixel_counts() -> None:
    image = ultrasound({**SPECTRUM, "ReferencePixelPhysicalValueY": 30.0})
    assert measure("point", [(0, 320)], image).value == pytest.approx(30)
    assert measure("point", [(0, 340)], image).value == pytest.approx(0)


def test_without_a_baseline_a_point_has_no_velocity() -> None:
    bare = {name: value for name, value in SPECTRUM.items() if not name.startswith("ReferencePixelY")}
    found = measure("point", [(100, 240)], ultrasound(bare))
    assert found.unit != "cm/s"
    assert measure("length", [(50, 320), (50, 240)], ultrasound(bare)).value == pytest.approx(120)


def test_in_m_mode_up_is_depth_and_across_is_time() -> None:
    image = ultrasound(TISSUE, MMODE)
    wall = measure("length", [(60, 220), (60, 260)], image)
    assert (wall.value, wall.unit, wall.basis) == (pytest.approx(8), "mm", Basis.REGION)
    beat = measure("length", [(20, 300), (120, 300)], image)
    assert (beat.value, beat.unit) == (pytest.approx(0.5), "s")
    slope = measure("length", [(60, 220), (80, 260)], image)
    assert part(slope, "slope") == pytest.approx(8 / 0.1)
    assert slope.parts["slope"].unit == "mm/s"
    assert measure("point", [(60, 250)], image).value == pytest.approx(10)


def test_the_area_under_a_doppler_curve_is_its_velocity_time_integral() -> None:
    found = measure("freehand", [(50, 320), (100, 220), (150, 320)], ultrasound(SPECTRUM))
    assert (found.value, found.unit) == (pytest.approx(0.5 * 0.5 * 150), "cm")
    assert "VTI" in found.note


def test_a_curve_has_no_angles_and_no_areas_in_millimetres() -> None:
    image = ultrasound(TISSUE, SPECTRUM)
    with pytest.raises(NotMeasurable, match="curve over time"):
        measure("angle", [(10, 210), (50, 250), (90, 220)], image)
    assert measure("rectangle", [(10, 210), (50, 250)], image).unit == "px2"
    assert measure("polyline", [(10, 210), (50, 250)], image).unit == "px"


def test_a_length_from_the_picture_into_the_curve_is_in_pixels() -> None:
    found = measure("length", [(100, 150), (100, 250)], ultrasound(TISSUE, SPECTRUM))
    assert (found.value, found.unit) == (100, "px")


def test_an_ecg_strip_measures_time_alone() -> None:
    strip = {**SPECTRUM, "RegionSpatialFormat": 4, "RegionDataType": 10, "PhysicalUnitsYDirection": 0}
    found = measure("length", [(0, 300), (100, 290)], ultrasound(strip))
    assert (found.value, found.unit) == (pytest.approx(0.5), "s")
    assert "velocity" not in found.parts


def test_a_users_scale_holds_in_the_region_that_it_was_drawn_in() -> None:
    bare = ultrasound(TISSUE, SPECTRUM)
    image = bare.calibrated(calibrate([(10, 10), (110, 10)], 50.0, bare))
    inside = measure("length", [(10, 50), (60, 50)], image)
    assert (inside.value, inside.unit, inside.basis) == (pytest.approx(25), "mm", Basis.USER)
    assert measure("length", [(50, 320), (50, 240)], image).unit == "cm/s"
    assert measure("length", [(300, 20), (300, 40)], image).unit == "px"
    with pytest.raises(NotMeasurable):
        calibrate([(50, 320), (50, 240)], 10.0, bare)


def test_a_real_ultrasound_measures_its_tissue_and_its_heartbeat() -> None:
    image = MeasuredImage.of_file(sample("examples_palette.dcm"))
    found = measure("length", [(200, 100), (300, 100)], image)
    assert (found.value, found.basis) == (pytest.approx(26.2288, rel=1e-5), Basis.REGION)
    beat = measure("length", [(200, 550), (300, 550)], image)
    assert (beat.value, beat.unit) == (pytest.approx(0.964274, rel=1e-5), "s")
    assert measure("point", [(0 + 176, 550)], image).value == pytest.approx(176 * 0.009642736608)


def test_neighbouring_regions_leave_no_gap_and_share_no_place() -> None:
    beside = {**TISSUE, "RegionLocationMinX0": 200, "RegionLocationMaxX1": 399, "PhysicalDeltaX": 0.04}
    image = ultrasound(TISSUE, beside)
    assert measure("length", [(190, 9), (199.4, 9)], image).value == pytest.approx(0.94)
    assert measure("length", [(199.5, 9), (210, 9)], image).value == pytest.approx(4.2)
    assert measure("length", [(199.4, 9), (199.6, 9)], image).unit == "px"
