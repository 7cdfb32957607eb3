"""Whose documents they are: animal, owner and exam, carried from an image's header into a new object.

Only what is sound is carried: a device's faulty date would make our document faulty, too. Species and breed
come along. Names of people pass through here and must never reach a log.
"""

from __future__ import annotations

import re

from pydicom.datadict import dictionary_VR
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence as Items
from pydicom.valuerep import PersonName

from vetpacs_desktop.viewer import elements as read

CHARACTER_SET, LATIN = "ISO_IR 192", "ISO_IR 100"

_ALWAYS = (
    "PatientName PatientID PatientBirthDate PatientSex StudyInstanceUID StudyDate StudyTime AccessionNumber "
    "StudyID ReferringPhysicianName"
).split()
"""Type 1 and 2 of the patient and study modules (PS3.3 C.7.1.1, C.7.2.1)."""
_WHERE_KNOWN = (
    "IssuerOfPatientID OtherPatientNames PatientAge PatientWeight AdmissionID StudyDescription "
    "ResponsiblePerson ResponsiblePersonRole ResponsibleOrganization PatientSpeciesDescription "
    "PatientBreedDescription PatientSexNeutered PatientIdentityRemoved DeidentificationMethod "
    "InstitutionName"
).split()
_OF_ANIMALS = "PatientBreedDescription PatientSexNeutered ResponsiblePerson ResponsibleOrganization".split()
"""Type 2C: there for every animal, even empty."""
_CODES = ("PatientSpeciesCodeSequence", "PatientBreedCodeSequence")
_SOUND = {
    "DA": re.compile(r"\d{8}"),
    "TM": re.compile(r"\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?"),
    "AS": re.compile(r"\d{3}[DWMY]"),
    "CS": re.compile(r"[A-Z0-9 _]{1,16}"),
    "DS": re.compile(r"[+-]?[0-9.]{1,15}"),
}
_LONGEST = {"LO": 64, "SH": 16, "PN": 194}
_VALUES = {
    "PatientSex": ("M", "F", "O"),
    "PatientSexNeutered": ("ALTERED", "UNALTERED"),
    "PatientIdentityRemoved": ("YES", "NO"),
    "ResponsiblePersonRole": (
        "OWNER PARENT CHILD SPOUSE SIBLING RELATIVE GUARDIAN CUSTODIAN AGENT INVESTIGATOR VETERINARIAN"
    ).split(),
}


def carry(header: read.Header, target: Dataset) -> None:
    """Write what `header` says of patient and study into `target`, in its own character set."""
    target.SpecificCharacterSet = CHARACTER_SET
    for keyword in _ALWAYS:
        setattr(target, keyword, sound(header, keyword))
    for keyword in _WHERE_KNOWN:
        if value := sound(header, keyword):
            setattr(target, keyword, value)
    if "DeidentificationMethod" not in target:
        target.pop("PatientIdentityRemoved", None)
    if others := [_identifier(one) for one in read.items(header, "OtherPatientIDsSequence")]:
        target.OtherPatientIDsSequence = Items(others)
    _animal(header, target)


def narrow(made: Dataset) -> None:
    """Say Latin-1 where that is enough: older programs can't read the other set."""
    for element in made.iterall():
        values = element.value if isinstance(element.value, MultiValue) else [element.value]
        if any(isinstance(value, str | PersonName) and not _is_latin(str(value)) for value in values):
            return
    made.SpecificCharacterSet = LATIN


def _is_latin(text: str) -> bool:
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def _animal(header: read.Header, target: Dataset) -> None:
    coded = {keyword: codes_of(header, keyword) for keyword in _CODES}
    if not (coded[_CODES[0]] or "PatientSpeciesDescription" in target or read.text(header, _OF_ANIMALS[0])):
        return
    for keyword in _OF_ANIMALS:
        if keyword not in target:
            setattr(target, keyword, "")
    if coded[_CODES[0]]:
        target.PatientSpeciesCodeSequence = Items(coded[_CODES[0]])
    target.PatientBreedCodeSequence = Items(coded[_CODES[1]])
    target.BreedRegistrationSequence = Items(
        [_registration(one) for one in read.items(header, "BreedRegistrationSequence")]
    )


def codes_of(header: read.Header, keyword: str) -> list[Dataset]:
    """The whole codes of a code sequence."""
    found = []
    for item in read.items(header, keyword):
        code = Dataset()
        for name in ("CodeValue", "CodingSchemeDesignator", "CodingSchemeVersion", "CodeMeaning"):
            if value := sound(item, name):
                setattr(code, name, value)
        if "CodeValue" in code and "CodingSchemeDesignator" in code and "CodeMeaning" in code:
            found.append(code)
    return found


def _identifier(item: read.Header) -> Dataset:
    made = Dataset()
    made.PatientID = sound(item, "PatientID")
    made.TypeOfPatientID = sound(item, "TypeOfPatientID") or "TEXT"
    if issuer := sound(item, "IssuerOfPatientID"):
        made.IssuerOfPatientID = issuer
    return made


def _registration(item: read.Header) -> Dataset:
    made = Dataset()
    made.BreedRegistrationNumber = sound(item, "BreedRegistrationNumber")
    made.BreedRegistryCodeSequence = Items(codes_of(item, "BreedRegistryCodeSequence"))
    return made


def sound(header: read.Header, keyword: str) -> str:
    """The value when it is a legal one of its VR, else ""."""
    vr = dictionary_VR(keyword)
    value = read.text(header, keyword)
    if keyword in _VALUES and value not in _VALUES[keyword]:
        return ""
    if vr in _SOUND:
        return value if _SOUND[vr].fullmatch(value) else ""
    return "".join(sign for sign in value if sign.isprintable())[: _LONGEST.get(vr, 64)]
