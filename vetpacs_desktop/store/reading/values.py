"""Turns value bytes of a header into text, names, dates and numbers, whatever a device made of them.

The only home of tolerance for single values: nothing here raises, and what can't be understood becomes empty.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from pydicom import charset

_UNSET = ("iso8859", "latin_1")
_STATED = re.compile(r"[^A-Z0-9]")
_CODES = {_STATED.sub("", name.upper()): python for name, python in charset.python_encoding.items()}
_CODES.update({"UTF8": "utf-8", "LATIN1": "latin_1", "ISO88591": "latin_1"})
_FRAGMENTS = re.compile(rb"\x1b[^\x1b]*|[^\x1b]+")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
_DATE = re.compile(r"(\d{4})[.\-/]?(\d{2})[.\-/]?(\d{2})")
_TIME = re.compile(r"(\d{2}):?(\d{2})?:?(\d{2})?")
_AGE = re.compile(r"0*(\d{1,3})([DWMY])")
_YEARS = range(1850, 2201)
MAX_INTEGER = 2**63 - 1
MAX_WEIGHT_KG = 200_000.0
"""Heavier than any animal; a larger figure is in grams or junk."""


@lru_cache(maxsize=256)
def encodings_of(stated: bytes) -> tuple[str, ...]:
    """Python's names for a Specific Character Set (0008,0005); unknown terms and spellings are forgiven."""
    terms = [_STATED.sub("", term.upper()) for term in stated.decode("latin-1").split("\\")]
    return tuple(_CODES.get(term, "latin_1") for term in terms) or ("iso8859",)


def decode(value: bytes, encodings: Sequence[str]) -> str:
    """Text of `value` in `encodings` (PS3.5 6.1.2); a missing or wrong statement is made good.

    UTF-8 is tried first where Latin-1 is stated or nothing is: Latin-1 text that is valid UTF-8 does not
    occur in practice, devices that forget the statement do.
    """
    if b"\x1b" in value:
        return "".join(_fragment(part, encodings) for part in _FRAGMENTS.findall(value))
    if value.isascii():
        return value.decode("ascii")
    first = encodings[0]
    for encoding in ("utf-8", "latin_1") if first in _UNSET else (first, "utf-8", "latin_1"):
        try:
            return value.decode(encoding)
        except (UnicodeError, LookupError):
            continue
    return ""


def _fragment(part: bytes, encodings: Sequence[str]) -> str:
    """One run of bytes behind its escape sequence (ISO 2022 code extension, PS3.5 6.1.2.4)."""
    if not part.startswith(b"\x1b"):
        return decode(part, encodings)
    length = 4 if part[1:3] in (b"$(", b"$)") else 3
    encoding = charset.CODES_TO_ENCODINGS.get(part[:length], encodings[0])
    if encoding in charset.handled_encodings:
        return part.decode(encoding, "replace")
    # A delimiter ends the escape: what follows is in the first character set again.
    text = re.split(rb"(?=[\^=\\])", part[length:], maxsplit=1)
    rest = decode(text[1], encodings) if len(text) > 1 else ""
    return text[0].decode(encoding, "replace") + rest


def clean(text: str) -> str:
    """Without control characters and outer blanks; at most 1,024 characters."""
    return " ".join(_CONTROLS.sub(" ", text).split())[:1024]


def texts(value: bytes, encodings: Sequence[str]) -> tuple[str, ...]:
    """All non-empty values of a multi-valued text."""
    parts = (clean(part) for part in decode(value, encodings).split("\\"))
    return tuple(part for part in parts if part)


def day(value: bytes) -> str:
    """A DA (or the start of a DT) as ``YYYY-MM-DD``; empty when it is no date that exists."""
    found = _DATE.match(value.decode("latin-1").strip("\0 "))
    if not found:
        return ""
    year, month, of_month = (int(part) for part in found.groups())
    try:
        return date(year, month, of_month).isoformat() if year in _YEARS else ""
    except ValueError:
        return ""


def clock(value: bytes) -> str:
    """A TM as ``HH:MM:SS``; empty when it is no time of a day. A leap second counts as :59."""
    found = _TIME.match(value.decode("latin-1").strip("\0 "))
    if not found:
        return ""
    hour, minute, second = (int(part or 0) for part in found.groups())
    if hour > 23 or minute > 59 or second > 60:
        return ""
    return f"{hour:02}:{minute:02}:{min(second, 59):02}"


def moment(value: bytes) -> str:
    """A DT as ``YYYY-MM-DDTHH:MM:SS`` (its offset is left out), or a date alone, or empty."""
    stated = value.strip(b"\0 ")
    date_part, time_part = day(stated), clock(stated[8:])
    return f"{date_part}T{time_part}" if date_part and time_part else date_part


def age(value: bytes) -> str:
    """An AS without leading noughts: ``005Y`` becomes ``5Y``."""
    found = _AGE.fullmatch(value.decode("latin-1").strip("\0 ").upper())
    return "".join(found.groups()) if found else ""


def whole(value: bytes) -> int | None:
    """An IS; the first value of several; None for junk and for what no index column can hold."""
    number = decimal(value)
    return int(number) if number is not None and abs(number) <= 2**31 else None


def decimal(value: bytes) -> float | None:
    """A DS; the first value of several; None for junk."""
    try:
        number = float(value.decode("latin-1").split("\\")[0].strip("\0 ").replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def weight(value: bytes) -> float | None:
    """Patient's Weight in kg, when it can be one."""
    number = decimal(value)
    return number if number is not None and 0 < number <= MAX_WEIGHT_KG else None


def unsigned(value: bytes, order: str) -> int | None:
    """A US; `order` in the notation of `struct`."""
    if len(value) < 2:
        return None
    return int.from_bytes(value[:2], "little" if order == "<" else "big")


def code(value: bytes) -> str:
    """A CS: the first value, in capitals."""
    return clean(value.decode("latin-1").split("\\")[0]).upper()


def identifier(value: bytes) -> str:
    """A UI as written, without its padding."""
    return value.decode("latin-1").strip("\0 ")


def name_groups(value: bytes, encodings: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The non-empty spellings of a PN (alphabetic, ideographic, phonetic), each as up to five components."""
    first = decode(value, encodings).split("\\")[0]
    groups = (tuple(clean(part) for part in group.split("^")[:5]) for group in first.split("="))
    return tuple(group for group in groups if any(group))


def person_in_words(components: Sequence[str]) -> str:
    """``Meier^Anna^^Dr`` becomes ``Meier, Dr Anna``; a single component stays as it is."""
    family, given, middle, prefix, suffix = (*components, "", "", "", "", "")[:5]
    called = " ".join(part for part in (prefix, given, middle, suffix) if part)
    return ", ".join(part for part in (family, called) if part)
