"""What leaves the house: an object's own file, or a copy with the corrected words where a person gave some.

The stored file is never touched. In a copy only the animal's attributes differ; pixels and everything behind
them are the same bytes, and the old values travel along in the Original Attributes Sequence (PS3.3 C.12.1).
"""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.filereader import read_partial
from pydicom.sequence import Sequence as Items
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian

from vetpacs_desktop.errors import DiskFull
from vetpacs_desktop.store.animals.corrections import Correction
from vetpacs_desktop.store.header import header_of
from vetpacs_desktop.store.intake.foreign.header import digits, person, text
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.reading.mending import uid_of
from vetpacs_desktop.store.records import InstanceRow, Patient, StudyRow

UTF_8 = "ISO_IR 192"
SYSTEM = "VetPACS Desktop"
_PIXELS = 0x7FE00008
"""The first of the elements that hold pixels; a copy takes over everything from there on."""
_CHIP = "RFID"
_EVEN_EMPTY = (
    "PatientBreedDescription",
    "PatientSexNeutered",
    "ResponsiblePerson",
    "ResponsibleOrganization",
)


def prepared(library: Library, row: InstanceRow, folder: Path) -> Path:
    """The file to send or export for `row`: its own, or a corrected copy in `folder`, theirs to remove.

    Same transfer syntax, same identifiers; only a version that a person declared an image of its own beside
    another gets an identifier of its own, for elsewhere one would take the other's place. Raises `OSError`,
    `DiskFull`.
    """
    correction = library.corrections.of(row.study_uid)
    own = uid_of("version", row.sha256) if library.conflicts.is_own(row.study_uid, row.sha256) else ""
    if correction is None and not own:
        return row.path
    target = folder / row.path.name
    try:
        written = _copy(row.path, target, correction, library.study(row.study_uid), own)
    except OSError as error:
        target.unlink(missing_ok=True)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(path=folder) from error
        raise
    return target if written else row.path


def _copy(source: Path, target: Path, correction: Correction | None, shown: StudyRow, own: str) -> bool:
    """Write the corrected copy; False when the file says it all already. `own`: another SOP instance UID."""
    with source.open("rb") as file:
        dataset = read_partial(file, stop_when=lambda tag, vr, length: tag >= _PIXELS, force=True)
        if dataset.file_meta.get("TransferSyntaxUID") == DeflatedExplicitVRLittleEndian:
            dataset = dcmread(source)
        wanted = _differing(correction, header_of(dataset).patient) if correction is not None else {}
        if not wanted and not own:
            return False
        implicit, little = dataset.original_encoding
        if own:
            dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = UID(own)
        if correction is not None and wanted:
            _correct(dataset, wanted, correction, shown)
        with target.open("wb") as copy:
            dataset.save_as(copy, implicit_vr=implicit, little_endian=little, enforce_file_format=True)
            if dataset.file_meta.TransferSyntaxUID != DeflatedExplicitVRLittleEndian:
                shutil.copyfileobj(file, copy, 1 << 20)
    return True


def _differing(correction: Correction, said: Patient) -> dict[str, str]:
    """The corrected words that the file says otherwise."""
    words = correction.words.stated()
    return {name: value for name, value in words.items() if getattr(said, name) != value}


def _correct(dataset: Dataset, wanted: Mapping[str, str], correction: Correction, shown: StudyRow) -> None:
    words = {**wanted, "animal_name": shown.animal_name, "owner_name": shown.owner_name}
    if not all(value.isascii() for value in words.values()) and UTF_8 not in _charsets(dataset):
        dataset.decode()  # with the charset that it was written in; it is written in the new one
        dataset.SpecificCharacterSet = UTF_8
    old = Dataset()
    if "animal_name" in wanted or "owner_name" in wanted:
        _name(dataset, words, old)
    for name, value in wanted.items():
        if name in _WRITERS:
            _WRITERS[name](dataset, value, old)
    if "microchip" in wanted or correction.animal_id:
        _identifiers(dataset, shown.microchip, old, alone=correction.animal_id is not None)
    _complete(dataset)
    _note(dataset, old, correction)


def _charsets(dataset: Dataset) -> list[str]:
    value = dataset.get("SpecificCharacterSet") or ""
    return [value] if isinstance(value, str) else list(value)


def _set(dataset: Dataset, keyword: str, value: Any, old: Dataset) -> None:
    """Set an attribute and keep what it said; the old value of an absent one is empty (PS3.3 C.12.1.1.9)."""
    if keyword in dataset:
        old[keyword] = dataset[keyword]
        del dataset[keyword]
    elif not isinstance(value, Items):
        setattr(old, keyword, "")
    setattr(dataset, keyword, value)


def _drop(dataset: Dataset, keyword: str, old: Dataset) -> None:
    if keyword in dataset:
        old[keyword] = dataset[keyword]
        del dataset[keyword]


def _name(dataset: Dataset, words: Mapping[str, str], old: Dataset) -> None:
    """An animal's name has two components, the owner's family name and its own (PS3.5 6.2, VR PN)."""
    owner = person(words["owner_name"])
    name = text(words["animal_name"].replace("^", " ").replace("=", " "))
    family = owner.split("^")[0]
    _set(dataset, "PatientName", f"{family}^{name}" if family and name else name, old)
    _set(dataset, "ResponsiblePerson", owner, old)
    if owner:
        _set(dataset, "ResponsiblePersonRole", "OWNER", old)
    else:
        _drop(dataset, "ResponsiblePersonRole", old)
    _drop(dataset, "ResponsibleOrganization", old)  # the reader takes it for the owner
    _drop(dataset, "OtherPatientNames", old)


def _species(dataset: Dataset, value: str, old: Dataset) -> None:
    _drop(dataset, "PatientSpeciesCodeSequence", old)  # it would say another species than the words
    _set(dataset, "PatientSpeciesDescription", text(value), old)


def _breed(dataset: Dataset, value: str, old: Dataset) -> None:
    _set(dataset, "PatientBreedDescription", text(value), old)
    _set(dataset, "PatientBreedCodeSequence", Items([]), old)


def _complete(dataset: Dataset) -> None:
    """What an animal's header has even when it is empty (PS3.3 C.7.1.1)."""
    if "PatientSpeciesDescription" not in dataset and "PatientSpeciesCodeSequence" not in dataset:
        return
    for keyword in _EVEN_EMPTY:
        if keyword not in dataset:
            setattr(dataset, keyword, "")
    for keyword in ("PatientBreedCodeSequence", "BreedRegistrationSequence"):
        if keyword not in dataset:
            setattr(dataset, keyword, Items([]))


def _plain(keyword: str, form: Callable[[str], str] = text) -> Callable[[Dataset, str, Dataset], None]:
    return lambda dataset, value, old: _set(dataset, keyword, form(value), old)


_WRITERS: Mapping[str, Callable[[Dataset, str, Dataset], None]] = {
    "species": _species,
    "breed": _breed,
    "sex": _plain("PatientSex"),
    "neutered": _plain("PatientSexNeutered"),
    "birth_date": _plain("PatientBirthDate", digits),
    "patient_id": _plain("PatientID"),
    "issuer": _plain("IssuerOfPatientID"),
}


def _identifiers(dataset: Dataset, chip: str, old: Dataset, *, alone: bool) -> None:
    """The chip among the other identifiers; `alone`: those of the other animal go."""
    others = [
        item for item in dataset.get("OtherPatientIDsSequence") or () if not alone and not _is_chip(item)
    ]
    if chip:
        item = Dataset()
        item.PatientID, item.TypeOfPatientID = text(chip), _CHIP
        others.insert(0, item)
    if alone:
        _drop(dataset, "OtherPatientIDs", old)
    if others:
        _set(dataset, "OtherPatientIDsSequence", Items(others), old)
    else:
        _drop(dataset, "OtherPatientIDsSequence", old)


def _is_chip(item: Dataset) -> bool:
    return str(item.get("TypeOfPatientID", "")) in (_CHIP, "BARCODE")


def _note(dataset: Dataset, old: Dataset, correction: Correction) -> None:
    """One more item of the Original Attributes Sequence (PS3.3 C.12.1)."""
    item = Dataset()
    item.ModifiedAttributesSequence = Items([old])
    item.SourceOfPreviousValues = ""
    item.AttributeModificationDateTime = _moment(correction.at)
    item.ModifyingSystem = SYSTEM
    item.ReasonForTheAttributeModification = "CORRECT"
    before = list(dataset.get("OriginalAttributesSequence") or ())
    dataset.OriginalAttributesSequence = Items([*before, item])


def _moment(at: str) -> str:
    """An ISO moment in UTC as a DT (PS3.5 6.2)."""
    return at[:19].replace("-", "").replace("T", "").replace(":", "") + "+0000"
