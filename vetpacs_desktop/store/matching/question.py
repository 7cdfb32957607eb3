"""What another archive asks for: the identifier of a C-FIND, C-MOVE or C-GET, read and checked (PS3.4 C.4).

It reads bytes and raises in words; it knows neither the index nor the network.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from io import BytesIO

from pydicom.charset import encode_string
from pydicom.datadict import dictionary_VR
from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset
from pydicom.uid import UID

from vetpacs_desktop.store.matching.patterns import is_universal
from vetpacs_desktop.store.reading import values

CHARSET, LEVEL = 0x00080005, 0x00080052
PATIENT_ID = 0x00100020
STUDY_UID, SERIES_UID, SOP_UID = 0x0020000D, 0x0020000E, 0x00080018
UNKNOWN_VR = "UN"
TEXTS = frozenset({"LO", "SH", "PN", "LT", "ST", "UC", "UT"})
"""Value representations whose letters follow the Specific Character Set (PS3.5 6.1.2.2)."""
_SINGLE = frozenset({"LT", "ST", "UT", "UR"})


class Level(IntEnum):
    """The levels of the information models (PS3.4 C.6)."""

    PATIENT = 0
    STUDY = 1
    SERIES = 2
    IMAGE = 3


UNIQUE_KEYS = {
    PATIENT_ID: Level.PATIENT,
    STUDY_UID: Level.STUDY,
    SERIES_UID: Level.SERIES,
    SOP_UID: Level.IMAGE,
}


class BadQuestion(ValueError):
    """The identifier can't be understood; the text says why, in at most 64 plain characters."""


@dataclass(frozen=True, slots=True)
class Key:
    """One attribute that must match any of `values`; `inner` is the one within a sequence, else 0."""

    tag: int
    values: tuple[str, ...]
    inner: int = 0


@dataclass(frozen=True, slots=True)
class Question:
    """One identifier."""

    level: Level
    keys: tuple[Key, ...]
    """Those with something to match."""
    wanted: tuple[tuple[int, str], ...]
    """(tag, VR) of every attribute that was named, in order of tags."""
    charset: str = ""
    """The Specific Character Set it was written in."""
    combined: bool = False
    """A date and its time are one moment (PS3.4 C.5.1.1.1, when negotiated)."""

    def values_of(self, tag: int) -> tuple[str, ...]:
        """What must match at `tag`; empty where nothing is said."""
        return next((key.values for key in self.keys if key.tag == tag and not key.inner), ())


def parse(data: bytes, syntax: str, levels: frozenset[Level], *, combined: bool = False) -> Question:
    """Read an identifier under an uncompressed transfer syntax. Raises `BadQuestion`."""
    uid = UID(syntax)
    try:
        dataset = read_dataset(BytesIO(data), uid.is_implicit_VR, uid.is_little_endian)
        elements = list(_elements(dataset))
    except Exception as error:
        raise BadQuestion("The identifier can't be read") from error
    by_tag = {tag: found for tag, _, found in elements if isinstance(found, bytes)}
    charset = by_tag.get(CHARSET, b"")
    level = _level(values.code(by_tag.get(LEVEL, b"")), levels)
    encodings = values.encodings_of(charset)
    keys: list[Key] = []
    for tag, vr, found in elements:
        if tag not in (CHARSET, LEVEL):
            keys += _keys(tag, vr, found, encodings)
    wanted = tuple((tag, vr) for tag, vr, _ in elements if tag not in (CHARSET, LEVEL))
    return Question(level, tuple(keys), wanted, charset.decode("latin-1").strip("\0 "), combined)


def _level(said: str, levels: frozenset[Level]) -> Level:
    if said not in Level.__members__:
        raise BadQuestion("Query/Retrieve Level is missing or unknown")
    level = Level[said]
    if level not in levels:
        raise BadQuestion(f"The level {said} is not part of this model")
    return level


def _elements(dataset: Dataset) -> Iterator[tuple[int, str, bytes | list[Dataset]]]:
    """(tag, VR, value bytes, or the items of a sequence); group lengths are left out."""
    for tag in sorted(dataset.keys()):
        if tag.element == 0:
            continue
        item = dataset.get_item(tag)
        vr = str(item.VR or "") if item is not None else ""
        if vr in ("", UNKNOWN_VR):
            vr = _vr(int(tag))
        if vr == "SQ":
            yield int(tag), vr, list(dataset[tag].value or ())
        elif isinstance(item.value, bytes) or item.value is None:
            yield int(tag), vr, item.value or b""
        else:
            yield int(tag), vr, encode_string(str(item.value), ["utf-8"])


def _vr(tag: int) -> str:
    try:
        return str(dictionary_VR(tag)).split()[0]
    except KeyError:
        return UNKNOWN_VR


def _keys(
    tag: int, vr: str, found: bytes | list[Dataset], encodings: tuple[str, ...], inside: int = 0
) -> Iterator[Key]:
    if isinstance(found, list):
        for item in found[:1] if not inside else ():
            for inner, inner_vr, value in _elements(item):
                yield from _keys(inner, inner_vr, value, encodings, inside=tag)
        return
    if vr in ("US", "UL", "SS", "SL", "FD", "FL", "OB", "OW", "AT", UNKNOWN_VR):
        return
    given = _given(found, vr, encodings)
    if given and not any(map(is_universal, given)):
        yield Key(inside, given, tag) if inside else Key(tag, given)


def _given(value: bytes, vr: str, encodings: tuple[str, ...]) -> tuple[str, ...]:
    text = values.decode(value, encodings) if vr in TEXTS else value.decode("latin-1")
    parts = [text] if vr in _SINGLE else text.split("\\")
    return tuple(part for part in (part.strip("\0 ") for part in parts) if part)
