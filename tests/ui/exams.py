"""Small exams as real files for the window's tests, and the library they go into."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.records import Arrival, StudyUID

DX = "1.2.840.10008.5.1.4.1.1.1.1"
SIDE = 32


def write_exam(
    folder: Path,
    animal: str = "Rex",
    owner: str = "Smith",
    *,
    study: str = "",
    images: int = 1,
    first: int = 1,
    date: str = "20260504",
    time: str = "103000",
    modality: str = "DX",
    **values: str,
) -> tuple[StudyUID, list[Path]]:
    """One exam of one series with tiny but real pictures; `values` are further DICOM keywords."""
    folder.mkdir(parents=True, exist_ok=True)
    uid = study or generate_uid()[:56]
    paths = []
    for number in range(first, first + images):
        dataset = _image(uid, number, modality)
        dataset.PatientName = f"{owner}^{animal}"
        dataset.PatientID = f"{owner}-{animal}"
        dataset.StudyDate, dataset.StudyTime = date, time
        dataset.StudyDescription = "Thorax"
        dataset.PatientSpeciesDescription = "Canis lupus familiaris"
        for keyword, value in values.items():
            setattr(dataset, keyword, value)
        path = folder / f"{uid}.{number}.dcm"
        dataset.save_as(path, enforce_file_format=True)
        paths.append(path)
    return StudyUID(uid), paths


def file_exam(library: Library, paths: Sequence[Path], source: str = "XRAY1") -> None:
    """Take the files into the library as if a machine had sent them."""
    library.file([Arrival(path, source, datetime.now(UTC), keep_source=True) for path in paths])


def _image(study: str, number: int, modality: str) -> Dataset:
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID = DX
    dataset.SOPInstanceUID = f"{study}.1.{number}"
    dataset.StudyInstanceUID = study
    dataset.SeriesInstanceUID = f"{study}.1"
    dataset.Modality = modality
    dataset.SeriesNumber, dataset.InstanceNumber = 1, number
    dataset.Rows = dataset.Columns = SIDE
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated = dataset.BitsStored = 16
    dataset.HighBit, dataset.PixelRepresentation = 15, 0
    ramp = np.arange(SIDE * SIDE, dtype=np.uint16).reshape(SIDE, SIDE)
    dataset.PixelData = ramp.tobytes()
    return dataset
