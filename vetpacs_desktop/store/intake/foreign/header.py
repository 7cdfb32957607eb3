"""The words of a subject as a DICOM header: patient with the veterinary attributes, exam, series, equipment.

What `store/header.py` reads back is what the subject said, so that converted files join the animal's exams.
Everything follows from the subject and the file: the same input gives the same bytes, so a file that is taken
twice is a duplicate. This module knows no pixels.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items
from pydicom.uid import UID

from vetpacs_desktop.store.intake.foreign.anatomy import WHOLE, has_sides, region_item
from vetpacs_desktop.store.intake.foreign.source import Source
from vetpacs_desktop.store.intake.foreign.subject import Kind, Subject
from vetpacs_desktop.store.records import Patient

MAKER = "VetPACS"
SOFTWARE = "VetPACS Desktop"
_NAME_SIGNS = str.maketrans({"^": " ", "=": " ", "\\": "/"})
_CODE_SIGNS = re.compile(r"[^A-Z0-9 _]+")
_LAST_NUMBER = re.compile(r"(\d{1,9})\D*$")

_SERIES_WORDS = {
    Kind.ENDOSCOPY: "Endoscopy",
    Kind.PHOTO: "Photos",
    Kind.DENTAL: "Dental sensor",
    Kind.MICROSCOPE: "Microscopy",
    Kind.DOCUMENT: "Documents",
    Kind.ULTRASOUND: "Ultrasound",
}
_SERIES_NUMBERS = {kind: 9000 + 10 * place for place, kind in enumerate(Kind, 1)}
"""Far behind the numbers of an exam's own series."""


@dataclass(frozen=True, slots=True)
class Device:
    """What a file says of the device that made it, and when (EXIF or a video's own notes)."""

    maker: str = ""
    model: str = ""
    serial: str = ""
    software: str = ""
    taken_at: str = ""
    """DICOM DT without fraction, ``YYYYMMDDHHMMSS`` and perhaps ``+ZZXX``; empty when unknown."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in the exam an object goes: what it is, its series and its number there."""

    sop_class: str
    modality: str
    form: str
    """still, pages, video or document; a series holds one of them."""
    number: int = 1
    part: str = ""
    """Which part of the file this object is, when it is not all of it."""
    own_series: bool = False
    """Loops, documents and page by page files each have a series of their own."""
    secondary: bool = False
    """A capture of something else, as opposed to a picture of the animal."""
    words: str = ""


def header(subject: Subject, source: Source, device: Device, spot: Spot) -> Dataset:
    """All that is said of animal, exam, series, device and object; the converters add the rest."""
    dataset = Dataset()
    dataset.SpecificCharacterSet = "ISO_IR 192"
    _object(dataset, subject, source, spot)
    _patient(dataset, subject.patient)
    _study(dataset, subject)
    _series(dataset, subject, source, device, spot)
    _times(dataset, subject, device)
    return dataset


def anatomy(dataset: Dataset, subject: Subject, *, coded: bool, required: bool = False) -> None:
    """Part of the body and side (PS3.3 C.7.3.1, C.8.12.1).

    `coded` where the object has a place for a code, `required` where that must be filled even if unknown.
    """
    words = subject.body_part or (WHOLE if required else "")
    if has_sides(words):
        dataset.Laterality = subject.laterality
    elif subject.laterality:
        dataset.ImageLaterality = subject.laterality
    if not coded:
        return
    item = region_item(subject.body_part) or (region_item(WHOLE) if required else None)
    if item is not None:
        dataset.AnatomicRegionSequence = Items([item])


def study_uid(subject: Subject) -> UID:
    """The exam's own UID, or one that follows from the animal, the visit and the date."""
    if subject.study_uid is not None:
        return UID(subject.study_uid)
    animal = subject.patient
    return _uid(
        "study",
        *(animal.patient_id, animal.issuer, animal.microchip, animal.animal_name, animal.owner_name),
        *(subject.date, subject.time, subject.visit, subject.accession, subject.description),
    )


def sop_uid(subject: Subject, source: Source, spot: Spot) -> UID:
    """The object's UID: the same file in the same exam always has the same."""
    return _uid("object", study_uid(subject), source.sha256, spot.form, spot.part)


def number_in(name: str, otherwise: int) -> int:
    """The number a device gave a file (``IMG_4711.JPG``), its order however files come; or `otherwise`."""
    found = _LAST_NUMBER.search(name.rsplit(".", 1)[0])
    return int(found.group(1)) if found else otherwise


def _uid(*names: str) -> UID:
    """A UID under 2.25 (PS3.5 B.2): a version 8 UUID (RFC 9562) of the names' digest."""
    digest = hashlib.sha256("\0".join(("vetpacs foreign", *names)).encode()).digest()
    number = int.from_bytes(digest[:16], "big")
    number = number & ~(0xF000 << 64) | 0x8000 << 64
    number = number & ~(0xC000 << 48) | 0x8000 << 48
    return UID(f"2.25.{number}")


def _object(dataset: Dataset, subject: Subject, source: Source, spot: Spot) -> None:
    dataset.SOPClassUID = UID(spot.sop_class)
    dataset.SOPInstanceUID = sop_uid(subject, source, spot)
    dataset.InstanceNumber = spot.number


def _patient(dataset: Dataset, animal: Patient) -> None:
    owner, name = person(animal.owner_name), animal.animal_name.translate(_NAME_SIGNS).strip()
    family = owner.split("^")[0]
    dataset.PatientName = f"{family}^{name}" if family and name else name
    dataset.PatientID = text(animal.patient_id)
    if animal.issuer:
        dataset.IssuerOfPatientID = text(animal.issuer)
    dataset.PatientBirthDate = digits(animal.birth_date)
    dataset.PatientSex = animal.sex
    others = [_identifier(animal.microchip, "RFID")] if animal.microchip else []
    others += [_identifier(one, "TEXT") for one in animal.other_ids]
    if others:
        dataset.OtherPatientIDsSequence = Items(others)
    if owner:
        dataset.ResponsiblePerson, dataset.ResponsiblePersonRole = owner, "OWNER"
    if animal.species:
        _species(dataset, animal)
    if animal.neutered:
        dataset.PatientSexNeutered = animal.neutered


def _species(dataset: Dataset, animal: Patient) -> None:
    """The attributes that an animal's header has even when they are empty (PS3.3 C.7.1.1)."""
    dataset.PatientSpeciesDescription = text(animal.species)
    dataset.PatientBreedDescription = text(animal.breed)
    dataset.PatientBreedCodeSequence = Items([])
    dataset.BreedRegistrationSequence = Items([])
    dataset.PatientSexNeutered = animal.neutered
    if "ResponsiblePerson" not in dataset:
        dataset.ResponsiblePerson = ""
    dataset.ResponsibleOrganization = ""


def _identifier(value: str, kind: str) -> Dataset:
    item = Dataset()
    item.PatientID, item.TypeOfPatientID = text(value), kind
    return item


def _study(dataset: Dataset, subject: Subject) -> None:
    dataset.StudyInstanceUID = study_uid(subject)
    dataset.StudyDate, dataset.StudyTime = digits(subject.date), _clock(subject.time)
    dataset.StudyID = text(subject.study_id, 16)
    dataset.AccessionNumber = text(subject.accession, 16)
    dataset.ReferringPhysicianName = person(subject.referring)
    if subject.description:
        dataset.StudyDescription = text(subject.description)
    if subject.visit:
        dataset.AdmissionID = text(subject.visit)
    if subject.institution:
        dataset.InstitutionName = text(subject.institution)


def _series(dataset: Dataset, subject: Subject, source: Source, device: Device, spot: Spot) -> None:
    own = source.sha256 if spot.own_series else ""
    dataset.SeriesInstanceUID = _uid(
        "series",
        *(study_uid(subject), spot.form, spot.modality, subject.kind.value, own),
        *(() if own else (device.maker, device.model, device.serial)),
    )
    dataset.SeriesNumber = _SERIES_NUMBERS[subject.kind]
    dataset.Modality = spot.modality
    words = subject.series_words or spot.words or _SERIES_WORDS[subject.kind]
    dataset.SeriesDescription = text(words)
    dataset.Manufacturer = text(device.maker)
    for keyword, value in (
        ("ManufacturerModelName", device.model),
        ("DeviceSerialNumber", device.serial),
        ("SoftwareVersions", device.software),
    ):
        if value:
            setattr(dataset, keyword, text(value))
    if subject.operator:
        dataset.OperatorsName = person(subject.operator)
    if body_part := code(subject.body_part):
        dataset.BodyPartExamined = body_part
    if spot.secondary:
        dataset.SecondaryCaptureDeviceManufacturer = MAKER
        dataset.SecondaryCaptureDeviceManufacturerModelName = SOFTWARE


def _times(dataset: Dataset, subject: Subject, device: Device) -> None:
    """The moment the picture was taken where the file says it; else the exam's."""
    if device.taken_at:
        dataset.AcquisitionDateTime = device.taken_at
        dataset.AcquisitionDate = dataset.ContentDate = device.taken_at[:8]
        dataset.AcquisitionTime = dataset.ContentTime = device.taken_at[8:14]
    else:
        dataset.ContentDate, dataset.ContentTime = digits(subject.date), _clock(subject.time)


def person(words: str) -> str:
    """A person's name in words as a PN: ``Meier, Dr Anna`` becomes ``Meier^Dr Anna`` (PS3.5 6.2)."""
    family, _, called = words.translate(_NAME_SIGNS).partition(",")
    return "^".join(part for part in (text(family), text(called)) if part)


def text(words: str, longest: int = 64) -> str:
    """Words as one value of a VR LO or SH: one line, no backslash, not too long."""
    return " ".join(words.replace("\\", "/").split())[:longest].rstrip()


def code(words: str) -> str:
    """Words as a VR CS."""
    return " ".join(_CODE_SIGNS.sub(" ", words.upper()).split())[:16].rstrip()


def digits(iso_date: str) -> str:
    """An ISO date as a DA."""
    return iso_date.replace("-", "")


def _clock(time: str) -> str:
    return time.replace(":", "").ljust(6, "0") if time else ""
