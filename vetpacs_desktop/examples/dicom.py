"""Pictures become DICOM files: patient, study, series and image modules with the veterinary attributes.

UIDs come from the seed and the name of the object, dates from cast.py: the same seed writes the same bytes.
Draws nothing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence as Items
from pydicom.uid import UID, ExplicitVRLittleEndian

from vetpacs_desktop.examples.cast import Code, Exam

MAKER, INSTITUTION = "VetPACS Examples", "Tierärztliche Klinik Lindenhof (example)"
IMPLEMENTATION = UID("2.25.104739265011874229835466200341885021")

CT_CLASS = UID("1.2.840.10008.5.1.4.1.1.2")
MR_CLASS = UID("1.2.840.10008.5.1.4.1.1.4")
DX_CLASS = UID("1.2.840.10008.5.1.4.1.1.1.1")
IO_CLASS = UID("1.2.840.10008.5.1.4.1.1.1.3")
US_CLIP_CLASS = UID("1.2.840.10008.5.1.4.1.1.3.1")


@dataclass(frozen=True, slots=True)
class Group:
    """One series of an exam."""

    key: str
    number: int
    modality: str
    description: str
    body_part: str
    station: str
    model: str


def uid_of(seed: int, *names: str) -> UID:
    """A UID under 2.25 (ITU-T X.667) for a named object of this seed."""
    digest = hashlib.sha256("/".join(("vetpacs", str(seed), *names)).encode()).digest()
    number = int.from_bytes(digest[:16], "big")
    number = number & ~(0xF000 << 64) | 0x5000 << 64
    number = number & ~(0xC000 << 48) | 0x8000 << 48
    return UID(f"2.25.{number}")


def code_items(*codes: Code) -> Items:
    """A code sequence."""
    items = []
    for code in codes:
        item = Dataset()
        item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = code.value, code.scheme, code.meaning
        items.append(item)
    return Items(items)


def image_header(seed: int, exam: Exam, group: Group, sop_class: UID, number: int, time: str = "") -> Dataset:
    """All that is said of animal, exam, series and machine; `time` HHMMSS of this image."""
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.file_meta.ImplementationClassUID = IMPLEMENTATION
    ds.file_meta.ImplementationVersionName = "VETPACS_EXAMPLE"
    ds.SpecificCharacterSet = "ISO_IR 192"
    _patient(ds, exam)
    _study(ds, seed, exam)
    _series(ds, seed, exam, group)
    ds.SOPClassUID = sop_class
    name_image(ds, seed, exam, group, number)
    for kind in ("Acquisition", "Content"):
        setattr(ds, f"{kind}Date", exam.date)
        setattr(ds, f"{kind}Time", time or exam.time)
    ds.InstanceCreationDate, ds.InstanceCreationTime = exam.date, time or exam.time
    ds.TimezoneOffsetFromUTC = "+0100"
    return ds


def name_image(ds: Dataset, seed: int, exam: Exam, group: Group, number: int) -> None:
    """Give `ds` the UID and number of one image of its series."""
    ds.InstanceNumber = number
    ds.SOPInstanceUID = uid_of(seed, exam.key, group.key, str(number))


def _patient(ds: Dataset, exam: Exam) -> None:
    animal = exam.animal
    ds.PatientName, ds.PatientID = animal.name, animal.patient_id
    ds.IssuerOfPatientID = "LINDENHOF"
    chip = Dataset()
    chip.PatientID, chip.IssuerOfPatientID, chip.TypeOfPatientID = animal.microchip, "ISO 11784", "RFID"
    ds.OtherPatientIDsSequence = Items([chip])
    ds.PatientBirthDate, ds.PatientSex = animal.birth_date, animal.sex
    ds.PatientSexNeutered = "ALTERED" if animal.neutered else "UNALTERED"
    ds.PatientSpeciesDescription = animal.species.meaning
    ds.PatientSpeciesCodeSequence = code_items(animal.species)
    ds.PatientBreedDescription = animal.breed_text
    ds.PatientBreedCodeSequence = code_items(animal.breed) if animal.breed else Items([])
    ds.BreedRegistrationSequence = Items([])
    ds.ResponsiblePerson, ds.ResponsiblePersonRole = animal.owner, "OWNER"
    ds.ResponsibleOrganization = animal.organization
    ds.AnatomicalOrientationType = "QUADRUPED"


def _study(ds: Dataset, seed: int, exam: Exam) -> None:
    ds.StudyInstanceUID = uid_of(seed, exam.key)
    ds.StudyDate, ds.StudyTime, ds.StudyDescription = exam.date, exam.time, exam.description
    ds.StudyID, ds.AccessionNumber = exam.accession[-4:], exam.accession
    ds.ReferringPhysicianName = "Lindqvist^Åsa^^Dr."
    ds.PatientAge, ds.PatientWeight = exam.age, f"{exam.weight_kg:g}"
    if exam.reason:
        ds.AdditionalPatientHistory = exam.reason


def _series(ds: Dataset, seed: int, exam: Exam, group: Group) -> None:
    ds.SeriesInstanceUID = uid_of(seed, exam.key, group.key)
    ds.SeriesNumber, ds.Modality, ds.SeriesDescription = group.number, group.modality, group.description
    ds.SeriesDate, ds.SeriesTime = exam.date, exam.time
    ds.BodyPartExamined = group.body_part
    ds.Manufacturer, ds.ManufacturerModelName = MAKER, group.model
    ds.InstitutionName, ds.StationName = INSTITUTION, group.station
    ds.DeviceSerialNumber, ds.SoftwareVersions = "EX-0001", "1"
    ds.ProtocolName = group.description


def set_pixels(ds: Dataset, pixels: NDArray[Any], bits: int, photometric: str) -> None:
    """Native pixels: (rows, columns), (frames, rows, columns) or (frames, rows, columns, 3); 8 or 16 bits."""
    color = photometric == "RGB"
    plane = pixels.shape[:-1] if color else pixels.shape
    ds.SamplesPerPixel = 3 if color else 1
    ds.PhotometricInterpretation = photometric
    ds.Rows, ds.Columns = plane[-2:]
    if len(plane) == 3:
        ds.NumberOfFrames = plane[0]
    if color:
        ds.PlanarConfiguration = 0
    ds.BitsAllocated = pixels.dtype.itemsize * 8
    ds.BitsStored, ds.HighBit = bits, bits - 1
    ds.PixelRepresentation = int(np.issubdtype(pixels.dtype, np.signedinteger))
    kind = "OB" if ds.BitsAllocated == 8 else "OW"
    data = np.ascontiguousarray(pixels, pixels.dtype.newbyteorder("<")).tobytes()
    ds.add_new(0x7FE00010, kind, data + b"\0" * (len(data) % 2))


def save(ds: Dataset, path: Path) -> Path:
    """Write `ds` as a DICOM file."""
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    path.parent.mkdir(parents=True, exist_ok=True)
    ds.save_as(path, enforce_file_format=True)
    return path
