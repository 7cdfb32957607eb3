"""What one object's header says, as records: who the animal is, which exam and series it belongs to.

The only home of tolerance for bad headers. It reads no pixels, trusts no UID before it is checked, and never
writes. Attributes: PS3.3 C.7.1.1 (with the veterinary ones), C.7.2.1, C.7.3.1, C.7.5.1, C.12.1.
"""

from __future__ import annotations

import re
import struct
from io import BytesIO
from pathlib import Path

from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from vetpacs_desktop.errors import KnownError, NotAnImage
from vetpacs_desktop.store.reading import values
from vetpacs_desktop.store.reading.scan import PIXEL_TAGS, Scanned, scan_file, scan_stream
from vetpacs_desktop.store.records import (
    Header,
    Instance,
    InstanceUID,
    Patient,
    Series,
    SeriesUID,
    Study,
    StudyUID,
)

MEDIA_DIRECTORY = "1.2.840.10008.1.3.10"
_UID = re.compile(r"[0-9]+(?:\.[0-9]+)*")
_HUMAN = "HOMO SAPIENS"
_CHIP_TYPES = ("RFID",)
_NEUTERED = ("ALTERED", "UNALTERED")
_ORIENTATIONS = ("BIPED", "QUADRUPED")
ORIGINAL_MARK = b"VETPACS ORIGINAL 1"

CHARSET = 0x00080005
SOP_CLASS, SOP_INSTANCE = 0x00080016, 0x00080018
STUDY_DATE, SERIES_DATE, ACQUISITION_DATE, CONTENT_DATE = 0x00080020, 0x00080021, 0x00080022, 0x00080023
ACQUIRED = 0x0008002A
STUDY_TIME, SERIES_TIME, ACQUISITION_TIME, CONTENT_TIME = 0x00080030, 0x00080031, 0x00080032, 0x00080033
ACCESSION, MODALITY, MANUFACTURER = 0x00080050, 0x00080060, 0x00080070
INSTITUTION, REFERRING = 0x00080080, 0x00080090
CODE_VALUE, CODE_SCHEME, CODE_MEANING = 0x00080100, 0x00080102, 0x00080104
STATION, STUDY_DESCRIPTION, SERIES_DESCRIPTION = 0x00081010, 0x00081030, 0x0008103E
NAME, PATIENT_ID, ISSUER, BIRTH_DATE, SEX = 0x00100010, 0x00100020, 0x00100021, 0x00100030, 0x00100040
OTHER_ID, OTHER_IDS, OTHER_NAMES = 0x00101000, 0x00101002, 0x00101001
ID_TYPE = 0x00100022
AGE, WEIGHT = 0x00101010, 0x00101030
SPECIES, SPECIES_CODE, NEUTERED, ORIENTATION = 0x00102201, 0x00102202, 0x00102203, 0x00102210
BREED, BREED_CODE, REGISTRATIONS, REGISTRATION = 0x00102292, 0x00102293, 0x00102294, 0x00102295
RESPONSIBLE, ROLE, ORGANISATION = 0x00102297, 0x00102298, 0x00102299
BODY_PART, VIEW = 0x00180015, 0x00185101
ORIGINAL_CREATOR, ORIGINAL_DIGEST = 0x00110010, 0x00111002
"""Our own mark of an object that was made from a picture, document or video: `intake/foreign/original.py`."""
STUDY_UID, SERIES_UID, STUDY_ID = 0x0020000D, 0x0020000E, 0x00200010
SERIES_NUMBER, INSTANCE_NUMBER = 0x00200011, 0x00200013
LATERALITY, IMAGE_LATERALITY = 0x00200060, 0x00200062
FRAMES, ROWS, COLUMNS = 0x00280008, 0x00280010, 0x00280011
META_CLASS, META_INSTANCE, META_SYNTAX = 0x00020002, 0x00020003, 0x00020010

# fmt: off
WANTED = frozenset({
    CHARSET, SOP_CLASS, SOP_INSTANCE, STUDY_DATE, SERIES_DATE, ACQUISITION_DATE, CONTENT_DATE, ACQUIRED,
    STUDY_TIME, SERIES_TIME, ACQUISITION_TIME, CONTENT_TIME, ACCESSION, MODALITY, MANUFACTURER, INSTITUTION,
    REFERRING, STATION, STUDY_DESCRIPTION, SERIES_DESCRIPTION, NAME, PATIENT_ID, ISSUER, BIRTH_DATE, SEX,
    OTHER_ID, OTHER_IDS, OTHER_NAMES, AGE, WEIGHT, SPECIES, SPECIES_CODE, NEUTERED, ORIENTATION, BREED,
    BREED_CODE, REGISTRATIONS, RESPONSIBLE, ROLE, ORGANISATION, BODY_PART, VIEW, STUDY_UID, SERIES_UID,
    STUDY_ID, SERIES_NUMBER, INSTANCE_NUMBER, LATERALITY, IMAGE_LATERALITY, FRAMES, ROWS, COLUMNS,
    ORIGINAL_CREATOR, ORIGINAL_DIGEST,
})
# fmt: on


class DirectoryObject(NotAnImage):
    """{path} is a disc's table of contents, not a picture; the pictures it lists are taken by themselves."""


class BadIdentifier(KnownError):
    """{path} carries no usable {what} ({uid}), so it can't be told apart from other pictures and is kept
    aside; send it again from the machine, or ask the machine's maker."""


def read_header(path: Path) -> Header:
    """The header of a file (about 0.15 ms for a CT slice). Raises `NotAnImage`, `DirectoryObject`,
    `BadIdentifier` and, when the disc can't be read, `OSError`."""
    return _header(scan_file(path, WANTED), path.name)


def header_in(data: bytes, name: str) -> Header:
    """The header of a whole file in memory; raises as `read_header`."""
    return _header(scan_stream(BytesIO(data), name, WANTED), name)


def header_of(dataset: Dataset) -> Header:
    """The header of a data set in memory; raises as `read_header`."""
    part = FileDataset("", Dataset(), file_meta=FileMetaDataset())
    part.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    for tag in WANTED:
        if tag in dataset:
            part[tag] = dataset[tag]
    buffer = BytesIO()
    part.save_as(buffer, enforce_file_format=False, little_endian=True, implicit_vr=False)
    buffer.seek(0)
    scanned = scan_stream(buffer, "the data set", WANTED)
    scanned.has_pixels = any(tag in dataset for tag in PIXEL_TAGS)
    syntax = getattr(dataset, "file_meta", {}).get("TransferSyntaxUID", ExplicitVRLittleEndian)
    scanned.meta[META_SYNTAX] = str(syntax).encode("ascii", "replace")
    return _header(scanned, "the data set")


def described(data: bytes, syntax: str) -> tuple[Patient, Study, Series]:
    """Animal, exam and series as an identifier (a C-FIND answer's data set under `syntax`) describes them;
    whatever is missing is empty, identifiers too. Raises `NotAnImage` for bytes that are no data set."""
    uid = syntax.encode("ascii") + b"\0" * (len(syntax) % 2)
    coding = struct.pack("<HH2sH", 0x0002, 0x0010, b"UI", len(uid)) + uid
    found = _Fields(scan_stream(BytesIO(bytes(128) + b"DICM" + coding + data), "the answer", WANTED))
    return (
        _patient(found),
        _study(found, found.uid(STUDY_UID)),
        _series(found, found.uid(SERIES_UID)),
    )


def _header(scanned: Scanned, name: str) -> Header:
    found = _Fields(scanned)
    sop_class = found.uid(SOP_CLASS) or _meta(scanned, META_CLASS)
    if MEDIA_DIRECTORY in (sop_class, _meta(scanned, META_CLASS)):
        raise DirectoryObject(path=name)
    if not scanned.values:
        raise NotAnImage(path=name, reason="nothing in it can be read")
    return Header(
        _patient(found),
        _study(found, _checked(found.uid(STUDY_UID), "exam identifier", name)),
        _series(found, _checked(found.uid(SERIES_UID), "series identifier", name)),
        _instance(found, sop_class, name),
    )


def _meta(scanned: Scanned, tag: int) -> str:
    return values.identifier(scanned.meta.get(tag, b""))


def _checked(uid: str, what: str, name: str) -> str:
    """`uid` when it is one (PS3.5 section 9) and can safely name a file."""
    if len(uid) <= 64 and _UID.fullmatch(uid):
        return uid
    raise BadIdentifier(path=name, what=what, uid=ascii(uid[:80]) if uid else "it is missing")


class _Fields:
    """The scanned elements read as values; absent and senseless ones are empty."""

    def __init__(self, scanned: Scanned, encodings: tuple[str, ...] | None = None) -> None:
        self._values = scanned.values
        self.scanned = scanned
        stated = scanned.values.get(CHARSET)
        self.encodings = encodings if encodings and stated is None else values.encodings_of(stated or b"")
        self.order = scanned.coding.order

    def raw(self, tag: int) -> bytes:
        return self._values.get(tag, b"")

    def uid(self, tag: int) -> str:
        value = self._values.get(tag)
        return values.identifier(value) if value else ""

    def text(self, tag: int) -> str:
        """All values of a text, with a comma between them."""
        value = self._values.get(tag)
        return ", ".join(values.texts(value, self.encodings)) if value else ""

    def first(self, tag: int) -> str:
        """The first value only, for identifiers."""
        value = self._values.get(tag)
        found = values.texts(value, self.encodings) if value else ()
        return found[0] if found else ""

    def code(self, tag: int) -> str:
        value = self._values.get(tag)
        return values.code(value) if value else ""

    def number(self, tag: int) -> int | None:
        value = self._values.get(tag)
        return values.whole(value) if value else None

    def names(self, tag: int) -> tuple[tuple[str, ...], ...]:
        value = self._values.get(tag)
        return values.name_groups(value, self.encodings) if value else ()

    def name(self, tag: int) -> str:
        """The first name as written: components and scripts with their signs between."""
        first = values.decode(self.raw(tag), self.encodings).split("\\")[0]
        return values.clean(first).rstrip("^= ")

    def days(self, *tags: int) -> str:
        return next((found for found in map(values.day, map(self.raw, tags)) if found), "")

    def clocks(self, *tags: int) -> str:
        return next((found for found in map(values.clock, map(self.raw, tags)) if found), "")

    def items(self, tag: int) -> list[_Fields]:
        if tag not in self._values:
            return []
        return [_Fields(item, self.encodings) for item in self.scanned.items(tag)]

    def meanings(self, tag: int) -> tuple[str, ...]:
        """The code meanings of a code sequence."""
        return tuple(text for text in (item.text(CODE_MEANING) for item in self.items(tag)) if text)


def _patient(found: _Fields) -> Patient:
    species_codes, breed_codes = found.meanings(SPECIES_CODE), found.meanings(BREED_CODE)
    species = found.text(SPECIES) or ", ".join(species_codes)
    names, responsible = found.names(NAME), found.names(RESPONSIBLE)
    animal, owner, aliases = named(names, responsible, human=species.upper() == _HUMAN)
    organisation = found.text(ORGANISATION)
    chip, others = _other_ids(found)
    sex, neutered = found.code(SEX), found.code(NEUTERED)
    return Patient(
        animal_name=animal,
        owner_name=owner or organisation,
        species=species,
        breed=found.text(BREED) or ", ".join(breed_codes),
        sex=sex if sex in ("M", "F", "O") else "",
        neutered=neutered if neutered in _NEUTERED else "",
        birth_date=found.days(BIRTH_DATE),
        patient_id=found.first(PATIENT_ID),
        issuer=found.first(ISSUER),
        microchip=chip,
        other_ids=others,
        also_known=_distinct(
            (*aliases, organisation, *species_codes, *breed_codes, *map(" ".join, found.names(OTHER_NAMES))),
            but=(owner or organisation, species),
        ),
    )


def named(
    names: tuple[tuple[str, ...], ...], responsible: tuple[tuple[str, ...], ...], *, human: bool
) -> tuple[str, str, tuple[str, ...]]:
    """Animal, owner, and their spellings in other scripts.

    An animal's name has exactly two components, the responsible party's and its own (PS3.5 6.2, VR PN). One
    component is the animal's name alone; more is a person's full name and is kept as it stands.
    """
    main = names[0] if names else ()
    used = [part for part in main if part]
    as_animal = not human and len(used) == 2 and all(main[:2])
    animal = main[1] if as_animal else values.person_in_words(main) if len(used) > 1 else "".join(used)
    owner = values.person_in_words(responsible[0]) if responsible else main[0] if as_animal else ""
    spellings = [" ".join(part for part in group if part) for group in (*names[1:], *responsible[1:])]
    if as_animal and responsible:
        spellings.append(main[0])
    return animal, owner, tuple(spellings)


def _other_ids(found: _Fields) -> tuple[str, tuple[str, ...]]:
    """The microchip, and every other identifier the header gives the animal."""
    chip, others = "", list(values.texts(found.raw(OTHER_ID), found.encodings))
    for item in found.items(OTHER_IDS):
        identifier = item.first(PATIENT_ID)
        if identifier and item.code(ID_TYPE) in _CHIP_TYPES and not chip:
            chip = identifier
        elif identifier:
            others.append(identifier)
    others += [item.first(REGISTRATION) for item in found.items(REGISTRATIONS)]
    return chip, _distinct(others, but=(chip,))


def _distinct(texts: tuple[str, ...] | list[str], but: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text for text in dict.fromkeys(texts) if text and text not in but)


def _study(found: _Fields, uid: str) -> Study:
    referring = found.names(REFERRING)
    return Study(
        study_uid=StudyUID(uid),
        study_date=found.days(STUDY_DATE, SERIES_DATE, ACQUISITION_DATE, CONTENT_DATE),
        study_time=found.clocks(STUDY_TIME, SERIES_TIME, ACQUISITION_TIME, CONTENT_TIME),
        description=found.text(STUDY_DESCRIPTION),
        accession_number=found.first(ACCESSION),
        study_id=found.first(STUDY_ID),
        referring=values.person_in_words(referring[0]) if referring else "",
        institution=found.text(INSTITUTION),
        age=values.age(found.raw(AGE)),
        weight_kg=values.weight(found.raw(WEIGHT)),
        name_as_sent=found.name(NAME),
        responsible_as_sent=_responsible(found),
        animal_codes="\n".join(_codes("species", found, SPECIES_CODE) + _codes("breed", found, BREED_CODE)),
    )


def _responsible(found: _Fields) -> str:
    """Who answers for the animal, as written; empty when nobody is named."""
    lines = (found.name(RESPONSIBLE), found.code(ROLE), found.text(ORGANISATION))
    return "\n".join(lines) if any(lines) else ""


def _codes(kind: str, found: _Fields, tag: int) -> list[str]:
    items = found.items(tag)
    rows = [(item.first(CODE_VALUE), item.first(CODE_SCHEME), item.text(CODE_MEANING)) for item in items]
    return ["\t".join((kind, *row)) for row in rows if row[0]]


def _series(found: _Fields, uid: str) -> Series:
    orientation = found.code(ORIENTATION)
    return Series(
        series_uid=SeriesUID(uid),
        modality=found.code(MODALITY),
        number=found.number(SERIES_NUMBER),
        description=found.text(SERIES_DESCRIPTION),
        body_part=found.code(BODY_PART),
        laterality=found.code(LATERALITY) or found.code(IMAGE_LATERALITY),
        view_position=found.code(VIEW),
        station=found.first(STATION),
        manufacturer=found.text(MANUFACTURER),
        orientation_type=orientation if orientation in _ORIENTATIONS else "",
    )


def _instance(found: _Fields, sop_class: str, name: str) -> Instance:
    scanned = found.scanned
    frames = found.number(FRAMES)
    return Instance(
        sop_uid=InstanceUID(
            _checked(found.uid(SOP_INSTANCE) or _meta(scanned, META_INSTANCE), "picture identifier", name)
        ),
        sop_class_uid=_checked(sop_class, "kind of object", name),
        transfer_syntax_uid=_meta(scanned, META_SYNTAX),
        number=found.number(INSTANCE_NUMBER),
        rows=values.unsigned(found.raw(ROWS), found.order),
        columns=values.unsigned(found.raw(COLUMNS), found.order),
        frames=frames if frames and 0 < frames < 1_000_000 else 1,
        has_pixels=scanned.has_pixels,
        acquired_at=_acquired(found),
        original=_original(found),
    )


def _original(found: _Fields) -> str:
    digest = found.raw(ORIGINAL_DIGEST)
    if not digest or found.raw(ORIGINAL_CREATOR).rstrip(b"\0 ") != ORIGINAL_MARK:
        return ""
    return digest.rstrip(b"\0 ").decode("latin-1")


def _acquired(found: _Fields) -> str:
    """Acquisition moment, or when the content came to be."""
    stated = values.moment(found.raw(ACQUIRED)) if found.raw(ACQUIRED) else ""
    if stated:
        return stated
    date_part = found.days(ACQUISITION_DATE, CONTENT_DATE)
    time_part = found.clocks(ACQUISITION_TIME, CONTENT_TIME)
    return f"{date_part}T{time_part}" if date_part and time_part else date_part
