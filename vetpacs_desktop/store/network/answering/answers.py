"""Matches as the identifiers of a C-FIND's answers, packed by hand: an answer must cost microseconds.

It says what the index knows; what only an image's own header knows is read from one file, and only when
somebody asks for it. It decides nothing about matching.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_data_element
from pydicom.uid import UID

from vetpacs_desktop.store.database import Row
from vetpacs_desktop.store.matching import names
from vetpacs_desktop.store.matching.query import Found, Queries, patient_of
from vetpacs_desktop.store.matching.question import CHARSET, LEVEL, TEXTS, Level, Question
from vetpacs_desktop.store.reading import values

LATIN, UNICODE = "ISO_IR 100", "ISO_IR 192"
RETRIEVE_AE, AVAILABILITY = 0x00080054, 0x00080056
ONLINE, UNAVAILABLE = "ONLINE", "UNAVAILABLE"
_LONG = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"})
_NUL_PADDED = frozenset({"UI", "OB", "UN"})
_NEVER = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010})

Value = str | list[str] | int
Items = list[list[tuple[int, str, str]]]
Getter = Callable[[Found], Value]


class Answers:
    """Packs the answers to one question under one transfer syntax."""

    def __init__(self, queries: Queries, question: Question, syntax: str, ae_title: str) -> None:
        self._queries = queries
        self._question = question
        self._explicit = not UID(syntax).is_implicit_VR
        self._syntax = syntax
        self._ae_title = ae_title
        self._more = tuple(tag for tag, _ in question.wanted if self._only_in_a_file(tag))
        self._wanted = sorted(dict(question.wanted).items())
        self._sequences = [tag for tag, _ in self._wanted if tag in _SEQUENCES]
        self._related: dict[tuple[str, ...], tuple[int, int, int]] = {}

    def packed(self, found: Found) -> bytes:
        """The identifier that answers with `found`."""
        texts = {tag: self._value(tag, found) for tag, _ in self._wanted if tag not in self._more}
        items = {tag: _SEQUENCES[tag](found) for tag in self._sequences}
        header = self._header(found) if self._more else Dataset()
        charset, encoding = self._charset(texts.values(), items.values(), header)
        level = self._question.level.name.encode()
        parts = [(LEVEL, "CS", level), (RETRIEVE_AE, "AE", self._ae_title.encode())]
        if charset:
            parts.append((CHARSET, "CS", charset.encode()))
        for tag, vr in self._wanted:
            if tag in items:
                parts.append((tag, "SQ", self._sequence(items[tag], encoding)))
            elif tag in self._more:
                parts.append((tag, vr, self._from_header(header, tag, encoding)))
            elif tag != RETRIEVE_AE:
                parts.append((tag, vr, _bytes(texts[tag], vr, encoding)))
        return b"".join(self._element(*part) for part in sorted(parts))

    # -- values --------------------------------------------------------------------------------------------

    def _only_in_a_file(self, tag: int) -> bool:
        known = _level_of(tag)
        if known is not None:
            return False
        private = (tag >> 16) & 1
        return not private and tag not in _NEVER and tag not in _COUNTED and tag not in _SEQUENCES

    def _value(self, tag: int, found: Found) -> Value:
        if tag in _COUNTED:
            return self._counted(tag, found)
        level = _level_of(tag)
        if level is None or level > self._question.level:
            return ""
        return _GETTERS[tag][1](found)

    def _counted(self, tag: int, found: Found) -> Value:
        if tag == 0x00080062:
            below = self._question.level >= Level.STUDY
            return self._queries.kinds(found.study["study_key"]) if below else ""
        if tag == AVAILABILITY:
            return self._availability(found)
        patient = patient_of(found.study)
        if patient not in self._related:
            self._related[patient] = self._queries.related(found.study)
        return str(self._related[patient][_COUNTED[tag]])

    def _availability(self, found: Found) -> str:
        """Whether an image is at hand (PS3.3 C.4.23); above images that is taken for granted."""
        if found.image is None:
            return ONLINE
        return ONLINE if self._queries.objects.path(found.image["path"]).exists() else UNAVAILABLE

    def _header(self, found: Found) -> Dataset:
        """What one file says of the attributes the index does not keep."""
        image = self._queries.first_image(found)
        # What a person corrected must not come back from the file that was corrected.
        hidden = found.study["corrected"]
        wanted = [tag for tag in self._more if not (hidden and tag >> 16 == 0x0010)]
        return _read(image.path, wanted) if image is not None and wanted else Dataset()

    def _from_header(self, header: Dataset, tag: int, encoding: str) -> bytes:
        if tag not in header:
            return b""
        buffer = DicomBytesIO()
        buffer.is_little_endian, buffer.is_implicit_VR = True, not self._explicit
        try:
            write_data_element(buffer, header[tag], [encoding])
        except Exception:  # noqa: BLE001 - whatever a device wrote there, the rest is answered
            return b""
        written = bytes(buffer.getvalue())
        vr = str(header[tag].VR)
        return written[12 if self._explicit and vr in _LONG else 8 :]

    # -- bytes ---------------------------------------------------------------------------------------------

    def _charset(self, texts: Iterable[Value], items: Iterable[Items], header: Dataset) -> tuple[str, str]:
        """(Specific Character Set, Python's name): the asker's where it can hold the answer."""
        all_text = "".join([str(text) for text in texts] + [str(item) for item in items])
        all_text += str(header) if len(header) else ""
        if all_text.isascii():
            return "", "ascii"
        asked = self._question.charset
        for charset in (asked, LATIN if not asked else "", UNICODE):
            encoding = values.encodings_of(charset.encode("latin-1"))[0] if charset else ""
            if encoding and "\\" not in charset and _fits(all_text, encoding):
                return charset, encoding
        return UNICODE, "utf-8"

    def _sequence(self, items: Items, encoding: str) -> bytes:
        found = b""
        for item in items:
            body = b"".join(
                self._element(tag, vr, _bytes(text, vr, encoding)) for tag, vr, text in item if text
            )
            found += struct.pack("<HHL", 0xFFFE, 0xE000, len(body)) + body
        return found

    def _element(self, tag: int, vr: str, value: bytes) -> bytes:
        if len(value) % 2:
            value += b"\0" if vr in _NUL_PADDED else b" "
        group, element = tag >> 16, tag & 0xFFFF
        if not self._explicit:
            return struct.pack("<HHL", group, element, len(value)) + value
        if vr in _LONG:
            return struct.pack("<HH2sHL", group, element, vr.encode(), 0, len(value)) + value
        return struct.pack("<HH2sH", group, element, vr.encode(), len(value)) + value


def _read(path: Path, tags: Sequence[int]) -> Dataset:
    try:
        dataset = dcmread(path, specific_tags=list(tags), stop_before_pixels=True, force=True)
        dataset.decode()
    except (OSError, InvalidDicomError, ValueError, LookupError, AttributeError):
        return Dataset()
    return dataset


def _fits(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True


def _bytes(value: Value, vr: str, encoding: str) -> bytes:
    if vr == "US":
        return struct.pack("<H", value) if isinstance(value, int) and 0 <= value <= 0xFFFF else b""
    text = "\\".join(value) if isinstance(value, list) else str(value)
    return text.encode(encoding if vr in TEXTS else "ascii", "replace")


# -- what each attribute says ------------------------------------------------------------------------------


def _study(column: str) -> Getter:
    return lambda found: str(found.study[column])


def _series(column: str) -> Getter:
    return lambda found: _said(found.series, column)


def _image(column: str) -> Getter:
    return lambda found: _said(found.image, column)


def _number(column: str) -> Getter:
    def number(found: Found) -> Value:
        said = _said(found.image, column)
        return int(said) if said else ""

    return number


def _said(row: Row | None, column: str) -> str:
    return "" if row is None or row[column] is None else str(row[column])


def _day(column: str) -> Getter:
    return lambda found: str(found.study[column]).replace("-", "")


def _time(column: str) -> Getter:
    return lambda found: str(found.study[column]).replace(":", "")


def _age(found: Found) -> str:
    age = str(found.study["age"])
    return age.rjust(4, "0") if age else ""


def _weight(found: Found) -> str:
    weight = found.study["weight_kg"]
    return f"{weight:.10g}"[:16] if weight is not None else ""


def _frames(found: Found) -> str:
    if found.image is None or not found.image["has_pixels"]:
        return ""
    return str(found.image["frames"])


def _other_ids(found: Found) -> Items:
    chip = str(found.study["microchip"])
    others = [text for text in str(found.study["other_ids"]).split("\n") if text]
    items: Items = [[(0x00100020, "LO", chip), (0x00100022, "CS", "RFID")]] if chip else []
    return items + [[(0x00100020, "LO", text), (0x00100022, "CS", "TEXT")] for text in others]


def _codes(kind: str) -> Callable[[Found], Items]:
    def items(found: Found) -> Items:
        return [
            [(0x00080100, "SH", value), (0x00080102, "SH", scheme), (0x00080104, "LO", meaning)]
            for value, scheme, meaning in names.codes(found.study, kind)
        ]

    return items


def _level_of(tag: int) -> Level | None:
    known = _GETTERS.get(tag)
    return known[0] if known else None


_COUNTED = {
    0x00080062: -1,
    AVAILABILITY: -1,
    0x00201200: 0,
    0x00201202: 1,
    0x00201204: 2,
}
"""Attributes that need another look at the index; the number is a place in `Queries.related`."""
_SEQUENCES: dict[int, Callable[[Found], Items]] = {
    0x00101002: _other_ids,
    0x00102202: _codes("species"),
    0x00102293: _codes("breed"),
}
_GETTERS: dict[int, tuple[Level, Getter]] = {
    0x00080016: (Level.IMAGE, _image("sop_class_uid")),
    0x00080018: (Level.IMAGE, _image("sop_uid")),
    0x00080020: (Level.STUDY, _day("study_date")),
    0x00080030: (Level.STUDY, _time("study_time")),
    0x00080050: (Level.STUDY, _study("accession_number")),
    RETRIEVE_AE: (Level.PATIENT, lambda found: ""),
    0x00080060: (Level.SERIES, _series("modality")),
    0x00080061: (Level.STUDY, lambda found: str(found.study["modalities"]).split(",")),
    0x00080070: (Level.SERIES, _series("manufacturer")),
    0x00080080: (Level.STUDY, _study("institution")),
    0x00080090: (Level.STUDY, lambda found: names.as_person(str(found.study["referring"]))),
    0x00081010: (Level.SERIES, _series("station")),
    0x00081030: (Level.STUDY, _study("description")),
    0x0008103E: (Level.SERIES, _series("description")),
    0x00083002: (Level.IMAGE, _image("transfer_syntax_uid")),
    0x00100010: (Level.PATIENT, lambda found: names.patient_name(found.study)),
    0x00100020: (Level.PATIENT, _study("patient_id")),
    0x00100021: (Level.PATIENT, _study("issuer")),
    0x00100030: (Level.PATIENT, _day("birth_date")),
    0x00100040: (Level.PATIENT, _study("sex")),
    0x00101000: (Level.PATIENT, lambda found: [i for i in str(found.study["other_ids"]).split("\n") if i]),
    0x00101010: (Level.STUDY, _age),
    0x00101030: (Level.STUDY, _weight),
    0x00102201: (Level.PATIENT, _study("species")),
    0x00102203: (Level.PATIENT, _study("neutered")),
    0x00102292: (Level.PATIENT, _study("breed")),
    0x00102297: (Level.PATIENT, lambda found: names.responsible(found.study)[0]),
    0x00102298: (Level.PATIENT, lambda found: names.responsible(found.study)[1]),
    0x00102299: (Level.PATIENT, lambda found: names.responsible(found.study)[2]),
    0x00180015: (Level.SERIES, _series("body_part")),
    0x00185101: (Level.SERIES, _series("view_position")),
    0x0020000D: (Level.STUDY, _study("study_uid")),
    0x0020000E: (Level.SERIES, _series("series_uid")),
    0x00200010: (Level.STUDY, _study("study_id")),
    0x00200011: (Level.SERIES, _series("number")),
    0x00200013: (Level.IMAGE, _image("number")),
    0x00200060: (Level.SERIES, _series("laterality")),
    0x00201206: (Level.STUDY, _study("series_count")),
    0x00201208: (Level.STUDY, _study("instance_count")),
    0x00201209: (Level.SERIES, _series("instance_count")),
    0x00280008: (Level.IMAGE, _frames),
    0x00280010: (Level.IMAGE, _number("rows")),
    0x00280011: (Level.IMAGE, _number("columns")),
}


def returned() -> dict[int, Level]:
    """Every attribute that is answered from the index, with its level, for the conformance statement."""
    found = {tag: level for tag, (level, _) in _GETTERS.items()}
    found |= dict.fromkeys(_SEQUENCES, Level.PATIENT) | dict.fromkeys(_COUNTED, Level.PATIENT)
    return {**found, 0x00080062: Level.STUDY}
