"""Where a millimetre comes from, as ``inspect`` tells it: a wrong length is worse than none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tests.contract.asking import answer
from tests.helpers.small_files import picture, write

DX = {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.1.1", "Modality": "DX"}
US = {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.6.1", "Modality": "US"}
MR = {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.4", "Modality": "MR"}
SECONDARY = {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7", "Modality": "OT"}


def region(**values: Any) -> Dataset:
    """A region over the whole small picture, 0.02 cm a column and 0.03 cm a row."""
    item = Dataset()
    facts = {
        "RegionLocationMinX0": 0,
        "RegionLocationMinY0": 0,
        "RegionLocationMaxX1": 3,
        "RegionLocationMaxY1": 3,
        "RegionSpatialFormat": 1,
        "RegionDataType": 1,
        "RegionFlags": 0,
        "PhysicalUnitsXDirection": 3,
        "PhysicalUnitsYDirection": 3,
        "PhysicalDeltaX": 0.02,
        "PhysicalDeltaY": 0.03,
        **values,
    }
    for keyword, value in facts.items():
        setattr(item, keyword, value)
    return item


CASES: dict[str, tuple[dict[str, Any], tuple[float | None, float | None, str]]] = {
    "CT": ({"PixelSpacing": [0.5, 0.25]}, (0.5, 0.25, "physical")),
    "MR": ({**MR, "PixelSpacing": [0.7, 0.9]}, (0.7, 0.9, "physical")),
    "CT without spacing": ({}, (None, None, "none")),
    "calibrated film": (
        {
            **DX,
            "ImagerPixelSpacing": [0.2, 0.2],
            "PixelSpacing": [0.16, 0.16],
            "PixelSpacingCalibrationType": "FIDUCIAL",
        },
        (0.16, 0.16, "calibrated"),
    ),
    "magnified film": (
        {**DX, "ImagerPixelSpacing": [0.2, 0.3], "EstimatedRadiographicMagnificationFactor": 1.25},
        (0.16, 0.24, "magnified"),
    ),
    "magnified by distances": (
        {
            **DX,
            "ImagerPixelSpacing": [0.2, 0.2],
            "DistanceSourceToDetector": 1000,
            "DistanceSourceToPatient": 800,
        },
        (0.16, 0.16, "magnified"),
    ),
    "a calibrated spacing is not divided again": (
        {
            **DX,
            "ImagerPixelSpacing": [0.2, 0.2],
            "PixelSpacing": [0.16, 0.16],
            "PixelSpacingCalibrationType": "GEOMETRY",
            "EstimatedRadiographicMagnificationFactor": 1.25,
        },
        (0.16, 0.16, "calibrated"),
    ),
    "detector": ({**DX, "ImagerPixelSpacing": [0.2, 0.2]}, (0.2, 0.2, "detector")),
    "spacing that repeats the detector's": (
        {**DX, "ImagerPixelSpacing": [0.2, 0.2], "PixelSpacing": [0.2, 0.2]},
        (0.2, 0.2, "detector"),
    ),
    "film with a spacing of no origin": ({**DX, "PixelSpacing": [0.2, 0.2]}, (0.2, 0.2, "unknown")),
    "film with nothing": (DX, (None, None, "none")),
    "aspect alone gives no lengths": ({**DX, "PixelAspectRatio": [2, 1]}, (None, None, "none")),
    "screen shot with nothing": (SECONDARY, (None, None, "none")),
    "ultrasound region": (
        {**US, "SequenceOfUltrasoundRegions": Sequence([region()])},
        (0.3, 0.2, "region"),
    ),
    "ultrasound region upside down": (
        {**US, "SequenceOfUltrasoundRegions": Sequence([region(PhysicalDeltaY=-0.03)])},
        (0.3, 0.2, "region"),
    ),
    "ultrasound of speeds": (
        {
            **US,
            "SequenceOfUltrasoundRegions": Sequence(
                [region(RegionSpatialFormat=3, PhysicalUnitsXDirection=4, PhysicalUnitsYDirection=7)]
            ),
        },
        (None, None, "none"),
    ),
    "ultrasound with nothing": (US, (None, None, "none")),
    "a spacing of zero": ({"PixelSpacing": [0, 0]}, (None, None, "none")),
    "a negative spacing": ({"PixelSpacing": [-0.5, -0.5]}, (None, None, "none")),
    "half a spacing": ({"PixelSpacing": [0.5]}, (None, None, "none")),
}


@pytest.mark.filterwarnings("ignore::UserWarning:pydicom")
@pytest.mark.parametrize("name", CASES)
def test_each_length_says_where_it_comes_from(tmp_path: Path, name: str) -> None:
    header, (row, column, basis) = CASES[name]
    path = write(picture(**header), tmp_path / "a.dcm")
    scale = answer(tmp_path / "home", "inspect", path)["series"][0]["images"][0]["scale"]
    assert scale["basis"] == basis
    for said, expected in ((scale["row_mm"], row), (scale["column_mm"], column)):
        assert said == (expected if expected is None else pytest.approx(expected))


def test_regions_are_told_in_words(tmp_path: Path) -> None:
    path = write(
        picture(**US, SequenceOfUltrasoundRegions=Sequence([region(), region(RegionLocationMinX0=2)])),
        tmp_path / "a.dcm",
    )
    first, second = answer(tmp_path / "home", "inspect", path)["series"][0]["images"][0]["regions"]
    assert (first["x0"], first["y0"], first["x1"], first["y1"]) == (0, 0, 3, 3)
    assert (first["units_x"], first["units_y"]) == ("cm", "cm")
    assert (first["delta_x"], first["delta_y"]) == (0.02, 0.03)
    assert second["x0"] == 2
