"""Reads single values out of a DICOM dataset without ever failing: what is garbled is absent.

Bytes are parsed here rather than by pydicom, because its converters raise or warn on exactly the headers that
devices get wrong (comma decimals, numbers in text fields, a wrong VR), and because this is several times
faster. Owns tolerance for single values only; it must never guess a value that the header does not state.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, TypeAlias

from pydicom.charset import decode_bytes
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.valuerep import PersonName

from vetpacs_desktop.viewer.items import Encoding, RawElement, RawItem, split_items

Header: TypeAlias = Dataset | RawItem
"""What values are read from: a file's dataset, or an item of a sequence in it."""

UNREADABLE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    BytesLengthException,
    EOFError,
    InvalidDicomError,
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)
"""What pydicom raises on damaged files, seen with truncated, mutated and deeply nested ones."""

_BINARY = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "FL": "f", "FD": "d", "UV": "Q", "SV": "q", "AT": "H"}
_UNTYPED = {None, "UN", "OB", "OW", "OB or OW", "US or SS", "US or OW", "US or SS or OW"}
_PERSON_DELIMITERS = {0x5C, 0x5E, 0x3D}
_TEXT_DELIMITERS = {0x5C}
_MOST_VALUES = 65_536
"""A number element longer than this is damage; look-up tables are read by `stored()`."""


@lru_cache(maxsize=1024)
def _tag(keyword: str) -> int:
    tag = tag_for_keyword(keyword)
    if tag is None:
        raise KeyError(keyword)
    return int(tag)


@lru_cache(maxsize=1024)
def _standard_vr(tag: int) -> str:
    return str(dictionary_VR(tag))


def stored(dataset: Header, keyword: str) -> tuple[str, Any, bool]:
    """(VR, raw value, little endian) as the file holds it; the value is None when absent or unreadable."""
    tag = _tag(keyword)
    try:
        element = dataset.get_item(tag)
        if element is None:
            return "", None, True
        vr, value = element.VR, element.value
    except UNREADABLE:
        return "", None, True
    if vr in _UNTYPED:
        vr = _standard_vr(tag) if vr is None or vr == "UN" else vr
    return str(vr), value, bool(getattr(element, "is_little_endian", True))


def present(dataset: Header, keyword: str) -> bool:
    """Whether the element is in the file at all, even empty."""
    return _tag(keyword) in dataset


def numbers(dataset: Header, keyword: str, *, signed: bool = False) -> tuple[float | None, ...]:
    """Every value as a finite float, None where a value is garbled. `signed` settles "US or SS" elements."""
    vr, value, little = stored(dataset, keyword)
    if value is None:
        return ()
    if isinstance(value, bytes | bytearray):
        code = _BINARY.get(vr)
        if code is None and vr in _UNTYPED:
            code = _BINARY.get(_standard_vr(_tag(keyword)), "h" if signed else "H")
        return _from_binary(bytes(value), code, little) if code else _from_text(bytes(value))
    if isinstance(value, Iterable) and not isinstance(value, str):
        return tuple(_finite(one) for one in value)
    return (_finite(value),)


def number(dataset: Header, keyword: str) -> float | None:
    """The first value as a finite float, or None."""
    values = numbers(dataset, keyword)
    return values[0] if values else None


def positive(dataset: Header, keyword: str) -> float | None:
    """The first value when it is a finite number above zero, else None."""
    value = number(dataset, keyword)
    return value if value is not None and value > 0 else None


def integer(dataset: Header, keyword: str) -> int | None:
    """The first value when it is a whole number (``1.0`` counts), else None."""
    value = number(dataset, keyword)
    return int(value) if value is not None and value == int(value) else None


def pair(dataset: Header, keyword: str) -> tuple[float, float] | None:
    """Two values above zero (row first, as PixelSpacing), else None: one alone says nothing of the other."""
    values = numbers(dataset, keyword)
    if len(values) < 2:
        return None
    row, column = values[0], values[1]
    if row is None or column is None or row <= 0 or column <= 0:
        return None
    return row, column


def vector(dataset: Header, keyword: str, size: int) -> tuple[float, ...] | None:
    """Exactly `size` finite values, else None."""
    values = numbers(dataset, keyword)
    if len(values) != size:
        return None
    known = tuple(value for value in values if value is not None)
    return known if len(known) == size else None


def texts(dataset: Header, keyword: str) -> tuple[str, ...]:
    """Every value as text without padding, in the file's character set."""
    vr, value, _ = stored(dataset, keyword)
    if value is None:
        return ()
    if isinstance(value, bytes | bytearray):
        if vr in _BINARY:
            return tuple(f"{one:g}" for one in numbers(dataset, keyword) if one is not None)
        return tuple(_clean(part) for part in _decode(dataset, bytes(value), vr).split("\\"))
    if isinstance(value, str | PersonName) or not isinstance(value, Iterable):
        return tuple(_clean(part) for part in str(value).split("\\"))
    return tuple(_clean(str(part)) for part in value)


def text(dataset: Header, keyword: str) -> str:
    """The first value as text, or ""."""
    values = texts(dataset, keyword)
    return values[0] if values else ""


def person(dataset: Header, keyword: str) -> str:
    """A person's name in its first non-empty form (PS3.5 6.2.1): alphabetic, ideographic, phonetic."""
    return next((form.strip() for form in text(dataset, keyword).split("=") if form.strip(" ^")), "")


def items(dataset: Header, keyword: str) -> tuple[Header, ...]:
    """The items of a sequence; empty when it is absent or can't be parsed."""
    tag = _tag(keyword)
    if tag not in dataset:
        return ()
    try:
        if (quickly := _split(dataset, tag)) is not None:
            return quickly
        value = dataset[tag].value
        return tuple(item for item in value if isinstance(item, Dataset))
    except UNREADABLE:
        return ()


def item(dataset: Header, keyword: str) -> Header | None:
    """The first item of a sequence, or None."""
    found = items(dataset, keyword)
    return found[0] if found else None


def meaning(dataset: Header, keyword: str) -> str:
    """The Code Meaning of a code sequence's first item, or ""."""
    code = item(dataset, keyword)
    return text(code, "CodeMeaning") if code is not None else ""


def _split(dataset: Header, tag: int) -> tuple[Header, ...] | None:
    """The items of a sequence that is still bytes; None where pydicom has to take it apart."""
    element = dataset.get_item(tag)
    if not isinstance(element, RawDataElement | RawElement) or not isinstance(element.value, bytes):
        return None
    if element.VR not in (None, "SQ"):
        return None
    encoding = Encoding(element.is_implicit_VR, element.is_little_endian, dataset.original_character_set)
    try:
        return split_items(element.value, encoding)
    except ValueError:
        return None


def _finite(value: object) -> float | None:
    if isinstance(value, str):
        return _parse(value.encode("ascii", "replace"))
    try:
        known = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return known if math.isfinite(known) else None


def _from_text(value: bytes) -> tuple[float | None, ...]:
    if len(value) > 32 * _MOST_VALUES or not value.strip(b" \0"):
        return ()
    return tuple(_parse(part) for part in value.split(b"\\"))


def _parse(part: bytes) -> float | None:
    part = part.strip(b" \0\t\r\n")
    if b"," in part:  # some devices write the decimal sign of their country
        part = part.replace(b",", b".") if part.count(b",") == 1 and b"." not in part else b""
    if not part or b"_" in part:
        return None
    try:
        known = float(part)
    except ValueError:
        return None
    return known if math.isfinite(known) else None


def _from_binary(value: bytes, code: str, little: bool) -> tuple[float | None, ...]:
    size = struct.calcsize(code)
    count = min(len(value) // size, _MOST_VALUES)
    found = struct.unpack(f"{'<' if little else '>'}{count}{code}", value[: count * size])
    return tuple(float(one) if math.isfinite(one) else None for one in found)


def _decode(dataset: Header, value: bytes, vr: str) -> str:
    if value.isascii() and b"\x1b" not in value:
        return value.decode("ascii")
    delimiters = _PERSON_DELIMITERS if vr == "PN" else _TEXT_DELIMITERS
    try:
        encodings = dataset.original_character_set
        encodings = [encodings] if isinstance(encodings, str) else list(encodings or ["iso8859"])
        return str(decode_bytes(value, encodings, delimiters))
    except UNREADABLE:
        return value.decode("latin-1")


def _clean(part: str) -> str:
    return part.strip(" \0\t\r\n")
