"""How two frames of reference lie against each other, as a DICOM Spatial Registration (PS3.3 A.39, C.20.2).

Writes and reads rigid ones. The registered coordinates are those of the first frame of reference: its matrix
is the identity, the second one's sends its places there. Must never decide whether an alignment is right.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.errors import InvalidDicomError
from pydicom.sequence import Sequence as Items
from pydicom.uid import ExplicitVRLittleEndian

from vetpacs_desktop import __version__
from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.viewer.standard.own import MAKER, MODEL
from vetpacs_desktop.viewer.standard.place import new_uid
from vetpacs_desktop.viewer.standard.subject import carry
from vetpacs_desktop.viewer.volume.rigid import STILL, Rigid, rigid_of

_log = logging.getLogger(__name__)
SPATIAL_REGISTRATION = "1.2.840.10008.5.1.4.1.1.66.1"
SERIES_NUMBER = 9504
SUFFIX = ".dcm"


class AlignmentNotSaved(KnownError):
    """The alignment holds while this exam is open, but could not be saved in {path} ({reason})."""


@dataclass(frozen=True, slots=True)
class Registered:
    """Places of frame of reference `start` are `rigid.place` of them in `end`."""

    start: str
    end: str
    rigid: Rigid


def registration_of(header: Dataset, one: Registered, now: datetime) -> Dataset:
    """The document of an alignment; `header` is an image's of the exam."""
    made = Dataset()
    carry(header, made)
    made.SOPClassUID, made.SOPInstanceUID = SPATIAL_REGISTRATION, new_uid()
    made.Modality, made.SeriesInstanceUID = "REG", new_uid()
    made.SeriesNumber, made.InstanceNumber = SERIES_NUMBER, 1
    made.SeriesDescription = "Alignment"
    made.Laterality = ""
    made.Manufacturer, made.ManufacturerModelName = MAKER, MODEL
    made.DeviceSerialNumber, made.SoftwareVersions = "0", __version__
    made.FrameOfReferenceUID, made.PositionReferenceIndicator = one.start, ""
    made.ContentDate, made.ContentTime = now.strftime("%Y%m%d"), now.strftime("%H%M%S")
    made.SeriesDate, made.SeriesTime = made.ContentDate, made.ContentTime
    made.ContentLabel, made.ContentDescription = "ALIGNMENT", "Rigid, accepted by a reader"
    made.ContentCreatorName = ""
    made.RegistrationSequence = Items([_item(one.start, STILL), _item(one.end, one.rigid.inverse)])
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    return made


def registered_in(document: Dataset) -> Registered | None:
    """What a Spatial Registration says of two frames of reference; None where it is not rigid, or of more."""
    if str(document.get("SOPClassUID", "")) != SPATIAL_REGISTRATION:
        return None
    try:
        first, second = [
            (str(item.FrameOfReferenceUID), _rigid(item)) for item in document.RegistrationSequence
        ]
    except (AttributeError, KeyError, IndexError, TypeError, ValueError):
        return None
    # x in the first lies at first(x) in registered coordinates, and so does second(y).
    return Registered(first[0], second[0], first[1].then(second[1].inverse))


def keep_registration(folder: Path, study: str, image: Path, one: Registered) -> Path:
    """Write it in place of an older one of the same two. Raises `AlignmentNotSaved`."""
    path = _path(folder, one.start, one.end)
    try:
        header = pydicom.dcmread(image, stop_before_pixels=True)
        made = registration_of(header, one, datetime.now().astimezone())
        made.StudyInstanceUID = study
        folder.mkdir(parents=True, exist_ok=True)
        made.save_as(path, enforce_file_format=True)
    except (OSError, InvalidDicomError) as error:
        raise AlignmentNotSaved(path=path, reason=getattr(error, "strerror", "") or str(error)) from error
    return path


def read_registrations(folder: Path, study: str) -> list[Registered]:
    """Those of one exam; a file that can't be read is passed over."""
    found = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        try:
            document = pydicom.dcmread(path)
        except (OSError, InvalidDicomError):
            _log.warning("An alignment can't be read: %s", path.name)
            continue
        one = registered_in(document) if str(document.get("StudyInstanceUID", "")) == study else None
        if one is not None:
            found.append(one)
    return found


def drop_registration(folder: Path, start: str, end: str) -> None:
    """Take one away. Raises `AlignmentNotSaved`."""
    path = _path(folder, start, end)
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise AlignmentNotSaved(path=path, reason=error.strerror or str(error)) from error


def _path(folder: Path, start: str, end: str) -> Path:
    name = hashlib.sha256(" ".join(sorted((start, end))).encode()).hexdigest()[:24]
    return folder / f"{name}{SUFFIX}"


def _item(frame_of_reference: str, rigid: Rigid) -> Dataset:
    matrix = Dataset()
    matrix.FrameOfReferenceTransformationMatrixType = "RIGID"
    matrix.FrameOfReferenceTransformationMatrix = [_decimal(value) for value in rigid.matrix.ravel()]
    step = Dataset()
    step.RegistrationTypeCodeSequence = Items([])
    step.MatrixSequence = Items([matrix])
    item = Dataset()
    item.FrameOfReferenceUID = frame_of_reference
    item.MatrixRegistrationSequence = Items([step])
    return item


def _decimal(value: float) -> str:
    """A DS has 16 characters."""
    for digits in range(13, 4, -1):
        text = f"{value:.{digits}g}"
        if len(text) <= 16:
            return text
    return f"{value:.4g}"


def _rigid(item: Dataset) -> Rigid:
    """All matrices of an item, one after the other. Raises `ValueError`."""
    found = STILL
    for step in item.MatrixRegistrationSequence:
        for matrix in step.MatrixSequence:
            found = found.then(rigid_of([float(v) for v in matrix.FrameOfReferenceTransformationMatrix]))
    return found
