"""Pictures to measure on: any pixels under any tags, without a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.helpers.headers import CAPTURE, CT, DX, US, header, item
from vetpacs_desktop.viewer.describe import describe
from vetpacs_desktop.viewer.measure.image import MeasuredImage, PixelValues
from vetpacs_desktop.viewer.measure.measured import Measured
from vetpacs_desktop.viewer.measure.tool import Points
from vetpacs_desktop.viewer.measure.tools import TOOLS
from vetpacs_desktop.viewer.pixels.grey import modality_values, padding_mask

TISSUE = {
    "RegionSpatialFormat": 1,
    "RegionDataType": 1,
    "RegionFlags": 2,
    "RegionLocationMinX0": 0,
    "RegionLocationMinY0": 0,
    "RegionLocationMaxX1": 199,
    "RegionLocationMaxY1": 199,
    "PhysicalUnitsXDirection": 3,
    "PhysicalUnitsYDirection": 3,
    "PhysicalDeltaX": 0.01,
    "PhysicalDeltaY": 0.02,
}
SPECTRUM = {
    **TISSUE,
    "RegionSpatialFormat": 3,
    "RegionDataType": 3,
    "RegionLocationMinY0": 200,
    "RegionLocationMaxY1": 399,
    "PhysicalUnitsXDirection": 4,
    "PhysicalUnitsYDirection": 7,
    "PhysicalDeltaX": 0.005,
    "PhysicalDeltaY": -1.5,
    "ReferencePixelX0": 0,
    "ReferencePixelY0": 120,
}
"""A Doppler curve: 5 ms a column, 1.5 cm/s a row upwards, its baseline in row 320 of the picture."""
MMODE = {**SPECTRUM, "RegionSpatialFormat": 2, "PhysicalUnitsYDirection": 3, "PhysicalDeltaY": 0.02}
MMODE["ReferencePixelY0"] = 0
"""Depth downwards, 0.2 mm a row from row 200 of the picture."""


def measured_on(
    pixels: NDArray[Any] | None = None, modality: str = "CT", sop_class: str = CT, frame: int = 0, **tags: Any
) -> MeasuredImage:
    """An image of `pixels` (default: 40x60 zeros) under `tags`, keywords as in DICOM."""
    stored = np.zeros((40, 60), np.int16) if pixels is None else pixels
    colour = stored.ndim == 3
    facts = {
        "Rows": stored.shape[0],
        "Columns": stored.shape[1],
        "BitsAllocated": 8 * stored.dtype.itemsize,
        "BitsStored": 8 * stored.dtype.itemsize,
        "HighBit": 8 * stored.dtype.itemsize - 1,
        "PixelRepresentation": int(stored.dtype.kind == "i"),
        **(
            {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB", "PlanarConfiguration": 0}
            if colour
            else {}
        ),
        **tags,
    }
    description = describe(header(modality, sop_class, **facts), Path("picture.dcm"))

    def read() -> PixelValues:
        return PixelValues(modality_values(stored, description, frame), padding_mask(stored, description))

    return MeasuredImage(description, frame, read)


def radiograph(**tags: Any) -> MeasuredImage:
    """A projection."""
    return measured_on(modality="DX", sop_class=DX, **tags)


def capture(**tags: Any) -> MeasuredImage:
    """A picture of unknown size."""
    return measured_on(modality="OT", sop_class=CAPTURE, **tags)


def ultrasound(*regions: dict[str, Any], **tags: Any) -> MeasuredImage:
    """400x400 with these regions."""
    items = [item(**region) for region in regions]
    tags = {"SequenceOfUltrasoundRegions": items, **tags}
    return measured_on(np.zeros((400, 400), np.uint8), "US", US, **tags)


def measure(tool: str, points: Points, image: MeasuredImage) -> Measured:
    """By the tool's name."""
    return TOOLS[tool].measure(points, image)


def part(found: Measured, name: str) -> float:
    """The value of a part that must be there."""
    value = found.parts[name].value
    assert value is not None
    return value
