"""Every millimetre has its source: the right basis, row first, nothing corrected twice."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers.corpus import images
from tests.helpers.headers import AXIAL, CAPTURE, CT, DX, MR, US, image, item
from tests.viewer.test_describe import REGION, sample
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.geometry.scale import Basis, Scale, region_at, scale_at, scale_of, user_scale

PHOTO = "1.2.840.10008.5.1.4.1.1.77.1.4"
PLACED = {"ImagePositionPatient": [0, 0, 0], "ImageOrientationPatient": list(AXIAL)}


def figures(scale: Scale) -> tuple[float | None, float | None, Basis]:
    row, column = scale.row_mm, scale.column_mm
    return (row and round(row, 9), column and round(column, 9), scale.basis)


@pytest.mark.parametrize(
    ("modality", "sop_class", "values", "expected"),
    [
        ("CT", CT, {"PixelSpacing": [0.5, 0.25], **PLACED}, (0.5, 0.25, Basis.PHYSICAL)),
        ("MR", MR, {"PixelSpacing": [0.5, 0.25]}, (0.5, 0.25, Basis.PHYSICAL)),
        ("CT", CT, {"SliceThickness": 2}, (None, None, Basis.NONE)),
        ("DX", DX, {"ImagerPixelSpacing": [0.2, 0.1]}, (0.2, 0.1, Basis.DETECTOR)),
        (
            "DX",
            DX,
            {"ImagerPixelSpacing": [0.2, 0.1], "PixelSpacing": [0.2, 0.1]},
            (0.2, 0.1, Basis.DETECTOR),
        ),
        (
            "DX",
            DX,
            {"ImagerPixelSpacing": [0.2, 0.1], "PixelSpacing": [0.20001, 0.1]},
            (0.2, 0.1, Basis.DETECTOR),
        ),
        (
            "DX",
            DX,
            {"ImagerPixelSpacing": [0.2, 0.1], "PixelSpacing": [0.18, 0.09]},
            (0.18, 0.09, Basis.CALIBRATED),
        ),
        (
            "DX",
            DX,
            {"ImagerPixelSpacing": [0.22, 0.11], "EstimatedRadiographicMagnificationFactor": 1.1},
            (0.2, 0.1, Basis.MAGNIFIED),
        ),
        (
            "CR",
            DX,
            {
                "ImagerPixelSpacing": [0.2, 0.1],
                "DistanceSourceToDetector": 1000,
                "DistanceSourceToPatient": 800,
            },
            (0.16, 0.08, Basis.MAGNIFIED),
        ),
        (
            "CR",
            DX,
            {
                "ImagerPixelSpacing": [0.2, 0.1],
                "DistanceSourceToDetector": 1000,
                "DistanceSourceToPatient": 0,
            },
            (0.2, 0.1, Basis.DETECTOR),
        ),
        (
            "DX",
            DX,
            {
                "ImagerPixelSpacing": [0.2, 0.1],
                "PixelSpacing": [0.18, 0.09],
                "EstimatedRadiographicMagnificationFactor": 1.111,
            },
            (0.18, 0.09, Basis.CALIBRATED),
        ),
        (
            "DX",
            DX,
            {"PixelSpacing": [0.2, 0.1], "EstimatedRadiographicMagnificationFactor": 2},
            (0.2, 0.1, Basis.UNKNOWN),
        ),
        ("CR", DX, {"PixelSpacing": [0.2, 0.1]}, (0.2, 0.1, Basis.UNKNOWN)),
        (
            "CR",
            DX,
            {"PixelSpacing": [0.2, 0.1], "PixelSpacingCalibrationType": "FIDUCIAL"},
            (0.2, 0.1, Basis.CALIBRATED),
        ),
        ("DX", DX, {}, (None, None, Basis.NONE)),
        (
            "CT",
            CT,
            {"PixelSpacing": [0.5, 0.6], "ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"], **PLACED},
            (0.5, 0.6, Basis.UNKNOWN),
        ),
        ("OT", CAPTURE, {"PixelSpacing": [0.5, 0.6]}, (0.5, 0.6, Basis.UNKNOWN)),
        ("CT", CAPTURE, {"PixelSpacing": [0.5, 0.6]}, (0.5, 0.6, Basis.UNKNOWN)),
        ("OT", CAPTURE, {"NominalScannedPixelSpacing": [0.1, 0.2]}, (0.1, 0.2, Basis.UNKNOWN)),
        (
            "OT",
            CAPTURE,
            {"NominalScannedPixelSpacing": [0.1, 0.2], "PixelSpacing": [0.3, 0.6]},
            (0.3, 0.6, Basis.CALIBRATED),
        ),
        ("CR", CAPTURE, {"NominalScannedPixelSpacing": [0.1, 0.2]}, (0.1, 0.2, Basis.DETECTOR)),
        ("XC", PHOTO, {"PixelAspectRatio": [3, 2]}, (None, None, Basis.NONE)),
        ("US", US, {"PixelSpacing": [0.5, 0.5]}, (None, None, Basis.NONE)),
    ],
)
def test_the_basis(modality: str, sop_class: str, values: dict[str, Any], expected: object) -> None:
    assert figures(scale_of(image(modality, sop_class, **values))) == expected


def test_the_calibration_is_named_as_the_header_names_it() -> None:
    scale = scale_of(
        image(
            "DX",
            DX,
            ImagerPixelSpacing=[0.2, 0.2],
            PixelSpacing=[0.18, 0.18],
            PixelSpacingCalibrationType="FIDUCIAL",
            PixelSpacingCalibrationDescription="25 mm ball",
        )
    )
    assert scale.note == "fiducial, 25 mm ball"


def test_an_aspect_ratio_alone_gives_the_ratio_and_no_millimetres() -> None:
    scale = scale_of(image("XC", PHOTO, PixelAspectRatio=[3, 2]))
    assert not scale.in_mm
    assert scale.aspect == 1.5
    assert scale_of(image(PixelSpacing=[0.5, 0.25])).aspect == 2.0


@settings(deadline=None)
@given(
    spacing=st.floats(0.01, 2),
    imager=st.floats(0.01, 2),
    factor=st.floats(1.01, 3),
)
def test_pixel_spacing_is_never_divided_by_the_magnification(
    spacing: float, imager: float, factor: float
) -> None:
    values = {"PixelSpacing": [spacing] * 2, "EstimatedRadiographicMagnificationFactor": factor}
    alone = scale_of(image("DX", DX, **values))
    assert alone.row_mm == pytest.approx(spacing)
    both = scale_of(image("DX", DX, ImagerPixelSpacing=[imager] * 2, **values))
    allowed = imager / factor if both.basis is Basis.MAGNIFIED else spacing
    assert both.row_mm == pytest.approx(allowed, rel=1e-3)
    assert both.basis in (Basis.MAGNIFIED, Basis.CALIBRATED)


def test_a_real_ct_is_physical() -> None:
    scale = scale_of(read_description(images("ct-thin")[0]))
    assert figures(scale) == (0.451171875, 0.451171875, Basis.PHYSICAL)


def test_a_scale_made_here_is_the_users() -> None:
    assert figures(user_scale(0.2, 0.1)) == (0.2, 0.1, Basis.USER)


# ------------------------------------------------------------------ ultrasound

TISSUE = {**REGION, "RegionLocationMinX0": 0, "RegionLocationMinY0": 0}
OTHER = {
    **REGION,
    "RegionLocationMinX0": 200,
    "RegionLocationMaxX1": 300,
    "PhysicalDeltaX": 0.05,
    "PhysicalDeltaY": -0.05,
}
DOPPLER = {**OTHER, "RegionSpatialFormat": 3, "PhysicalUnitsXDirection": 4, "PhysicalUnitsYDirection": 7}


def ultrasound(*regions: dict[str, Any], **values: Any) -> Any:
    return image(
        "US", US, Rows=400, Columns=400, SequenceOfUltrasoundRegions=[item(**r) for r in regions], **values
    )


def test_inside_a_region_centimetres_become_millimetres_without_their_sign() -> None:
    scale = scale_at(ultrasound(TISSUE), 0, [(5, 5), (100, 200)])
    assert figures(scale) == (0.2, 0.1, Basis.REGION)
    assert scale.aspect == pytest.approx(2)


@pytest.mark.parametrize(
    "points", [[(5, 5), (150, 5)], [(150, 5)], [(5, 5), (250, 50)], [(0, 221)], [(-1, 0)]]
)
def test_a_length_that_leaves_its_region_is_in_pixels(points: list[tuple[float, float]]) -> None:
    scale = scale_at(ultrasound(TISSUE, OTHER), 0, points)
    assert scale.basis is Basis.NONE
    assert not scale.in_mm


def test_regions_of_velocity_measure_no_length() -> None:
    assert scale_at(ultrasound(TISSUE, DOPPLER), 0, [(250, 50)]).basis is Basis.NONE
    assert scale_of(ultrasound(DOPPLER)).basis is Basis.NONE
    assert scale_of(ultrasound(TISSUE, DOPPLER)).basis is Basis.REGION


def test_the_whole_frame_has_a_scale_only_where_its_regions_agree() -> None:
    assert scale_of(ultrasound(TISSUE)).basis is Basis.REGION
    assert scale_of(ultrasound(TISSUE, OTHER)).basis is Basis.NONE


def test_a_region_without_a_pixel_size_measures_nothing() -> None:
    assert scale_of(ultrasound({**TISSUE, "PhysicalDeltaX": 0.0})).basis is Basis.NONE
    assert scale_of(ultrasound()).basis is Basis.NONE


def test_of_overlapping_regions_the_one_of_high_priority_counts() -> None:
    inner = {**TISSUE, "RegionLocationMaxX1": 50, "RegionLocationMaxY1": 50, "PhysicalDeltaX": 0.5}
    regions = ultrasound(TISSUE, inner).frames[0].regions
    assert region_at(regions, 10, 10).delta_x == 0.5  # type: ignore[union-attr]
    regions = ultrasound(TISSUE, {**inner, "RegionFlags": 1}).frames[0].regions
    assert region_at(regions, 10, 10).delta_x == -0.01  # type: ignore[union-attr]
    assert region_at(regions, 399, 399) is None


def test_regions_of_the_frame_that_is_shown_count() -> None:
    other = {**TISSUE, "PhysicalDeltaX": 0.03, "PhysicalDeltaY": 0.03}
    found = ultrasound(
        TISSUE,
        NumberOfFrames=2,
        PerFrameFunctionalGroupsSequence=[item(), item(SequenceOfUltrasoundRegions=[item(**other)])],
    )
    assert scale_of(found, 0).row_mm == pytest.approx(0.2)
    assert scale_of(found, 1).row_mm == pytest.approx(0.3)


def test_a_real_ultrasound_measures_inside_its_region_only() -> None:
    found = read_description(sample("examples_palette.dcm"))
    assert scale_at(found, 0, [(130, 70), (700, 500)]).row_mm == pytest.approx(0.262288, rel=1e-5)
    assert scale_at(found, 0, [(130, 70), (10, 10)]).basis is Basis.NONE
