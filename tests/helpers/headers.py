"""Headers for tests: small datasets with just the values a test is about, and ways to damage them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.tag import Tag
from pydicom.uid import UID, ExplicitVRLittleEndian

from vetpacs_desktop.viewer.describe import describe
from vetpacs_desktop.viewer.description import ImageDescription

CT = "1.2.840.10008.5.1.4.1.1.2"
MR = "1.2.840.10008.5.1.4.1.1.4"
DX = "1.2.840.10008.5.1.4.1.1.1.1"
US = "1.2.840.10008.5.1.4.1.1.6.1"
CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
SAGITTAL = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)
CORONAL = (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)
ANYWHERE = Path("image.dcm")


def header(modality: str = "CT", sop_class: str = CT, number: int = 1, **values: Any) -> Dataset:
    """A grey 4x6 image's header without pixels; `values` are DICOM keywords, None leaves one out."""
    dataset = Dataset()
    facts: dict[str, Any] = {
        "SOPClassUID": sop_class,
        "SOPInstanceUID": f"1.2.3.{number}",
        "SeriesInstanceUID": "1.2.4",
        "StudyInstanceUID": "1.2.5",
        "Modality": modality,
        "InstanceNumber": number,
        "Rows": 4,
        "Columns": 6,
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "BitsAllocated": 16,
        "BitsStored": 12,
        "HighBit": 11,
        "PixelRepresentation": 0,
        **values,
    }
    for keyword, value in facts.items():
        if value is not None:
            setattr(dataset, keyword, value)
    return dataset


def image(modality: str = "CT", sop_class: str = CT, number: int = 1, **values: Any) -> ImageDescription:
    """The description of `header(...)`, in a file named after its number."""
    return describe(header(modality, sop_class, number, **values), Path(f"{number:04d}.dcm"))


def slice_at(
    place: float | Sequence[float],
    number: int,
    *,
    orientation: Sequence[float] = AXIAL,
    **values: Any,
) -> ImageDescription:
    """A CT slice at z = `place` (or at a whole position), 0.5 mm pixels."""
    position = [0.0, 0.0, place] if isinstance(place, int | float) else list(place)
    facts = {"PixelSpacing": [0.5, 0.5], "FrameOfReferenceUID": "1.2.6", **values}
    return image(
        number=number, ImagePositionPatient=position, ImageOrientationPatient=list(orientation), **facts
    )


def garbled(dataset: Dataset, keyword: str, value: bytes, vr: str | None = None) -> Dataset:
    """The same dataset with raw bytes where a value was, as if a device had written them."""
    tag = Tag(keyword)
    standard = dataset[tag].VR if tag in dataset else "DS"
    dataset[tag] = RawDataElement(tag, vr or standard, len(value), value, 0, False, True)
    return dataset


def item(**values: Any) -> Dataset:
    """One sequence item."""
    dataset = Dataset()
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset


def file_of(dataset: Dataset, *, syntax: str = ExplicitVRLittleEndian) -> bytes:
    """The dataset as the bytes of a DICOM file."""
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = UID(syntax)
    dataset.file_meta.MediaStorageSOPClassUID = dataset.get("SOPClassUID", CT)
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.get("SOPInstanceUID", "1.2.3")
    stream = io.BytesIO()
    dataset.save_as(stream, enforce_file_format=True)
    return stream.getvalue()
