"""Small real DICOM files for tests of the store: one grey picture with just the values a test is about."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

from vetpacs_desktop.store.records import Arrival

CT = "1.2.840.10008.5.1.4.1.1.2"
ROOT = "1.2.826.0.1.3680043.10.1500.9"
START = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
_MINUTES = count()


def picture(
    *, study: str = "1", series: str = "1", sop: str = "1", pixels: bytes = b"\1\2" * 16, **values: Any
) -> Dataset:
    """A 4x4 CT slice of the dog Fluffy; `values` are DICOM keywords, None leaves one out."""
    facts: dict[str, Any] = {
        "SpecificCharacterSet": "ISO_IR 192",
        "SOPClassUID": CT,
        "SOPInstanceUID": f"{ROOT}.{study}.{series}.{sop}",
        "StudyInstanceUID": f"{ROOT}.{study}",
        "SeriesInstanceUID": f"{ROOT}.{study}.{series}",
        "PatientName": "Smith^Fluffy",
        "PatientID": "4711",
        "PatientSpeciesDescription": "Canine",
        "PatientBreedDescription": "German Shepherd",
        "StudyDate": "20260312",
        "StudyTime": "093000",
        "StudyDescription": "Thorax",
        "Modality": "CT",
        "InstanceNumber": 1,
        "Rows": 4,
        "Columns": 4,
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "BitsAllocated": 16,
        "BitsStored": 16,
        "HighBit": 15,
        "PixelRepresentation": 0,
        **values,
    }
    dataset = Dataset()
    for keyword, value in facts.items():
        if value is not None:
            setattr(dataset, keyword, value)
    if pixels:
        dataset.add_new("PixelData", "OW", pixels)
    return dataset


def write(dataset: Dataset, path: Path, syntax: str = ExplicitVRLittleEndian) -> Path:
    """Save as a DICOM file in `syntax`; values that break the standard are written as they are."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        meta = FileMetaDataset()
        meta.TransferSyntaxUID = UID(syntax)
        meta.MediaStorageSOPClassUID = dataset.get("SOPClassUID", CT)
        meta.MediaStorageSOPInstanceUID = dataset.get("SOPInstanceUID") or "1.2.3"
        dataset.file_meta = meta
        dataset.save_as(path, enforce_file_format=True)
    return path


def from_folder(path: Path) -> Arrival:
    """An arrival whose source stays; each comes a minute after the last."""
    return Arrival(path, "a test", START + timedelta(minutes=next(_MINUTES)), keep_source=True)


def from_spool(path: Path) -> Arrival:
    """An arrival that the library takes over."""
    return Arrival(path, "a test", START + timedelta(minutes=next(_MINUTES)))
