"""Small image files for tests of drawing: any array, any tag."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage, generate_uid


def image_file(folder: Path, values: NDArray[Any], **tags: Any) -> Path:
    """Write grey (rows, columns) or RGB (rows, columns, 3) values as an image with extra `tags`."""
    made = Dataset()
    made.SOPClassUID = SecondaryCaptureImageStorage
    made.SOPInstanceUID = generate_uid()
    made.StudyInstanceUID, made.SeriesInstanceUID = "1.2.3", "1.2.3.4"
    made.PatientName, made.PatientID, made.Modality = "Smith^Fluffy", "7", "OT"
    made.Rows, made.Columns = values.shape[:2]
    made.SamplesPerPixel = values.shape[2] if values.ndim == 3 else 1
    made.PhotometricInterpretation = "RGB" if values.ndim == 3 else "MONOCHROME2"
    if values.ndim == 3:
        made.PlanarConfiguration = 0
    made.BitsAllocated = made.BitsStored = values.dtype.itemsize * 8
    made.HighBit = made.BitsStored - 1
    made.PixelRepresentation = int(values.dtype.kind == "i")
    made.PixelData = values.tobytes() + b"\0" * (values.nbytes % 2)
    for name, value in tags.items():
        setattr(made, name, value)
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    path = folder / f"{made.SOPInstanceUID}.dcm"
    made.save_as(path, enforce_file_format=True)
    return path


def ramp(rows: int = 48, columns: int = 64) -> NDArray[np.int16]:
    """Values that differ in every pixel, from -1000 on."""
    return (np.arange(rows * columns, dtype=np.int16).reshape(rows, columns) - 1000).astype(np.int16)
