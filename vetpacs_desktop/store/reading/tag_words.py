"""What a header says, element by element, in words: for a person who looks at one file or compares two.

Tolerant: a file that is cut off or badly written shows what can be read. Reads no pixels and judges nothing.
The words are for the screen only; they may hold names and must never be logged.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydicom import datadict

from vetpacs_desktop.errors import NotAnImage
from vetpacs_desktop.store.reading import values
from vetpacs_desktop.store.reading.scan import PIXEL_TAGS, Scanned, scan_file

LONGEST = 200
"""Letters of a value that are shown."""
MOST = 2000
"""Elements that are shown."""
_CHARSET = 0x00080005
_BINARY = {
    "US": "H",
    "SS": "h",
    "UL": "L",
    "SL": "l",
    "FL": "f",
    "FD": "d",
    "SV": "q",
    "UV": "Q",
}
_BULK = ("OB", "OW", "OF", "OD", "OL", "OV", "UN")


@dataclass(frozen=True, slots=True)
class TagLine:
    """One element: its name in the standard's words and its value as text."""

    tag: int
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Difference:
    """An element that two files state differently; empty where one does not state it."""

    tag: int
    name: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What tells two files apart."""

    differences: tuple[Difference, ...]
    pixels_differ: bool
    compressed_differently: bool
    """The pictures are written in different ways, so that their bytes tell nothing."""


class _AllButPixels(Set[int]):
    """Every tag there may be, except those whose values are pictures."""

    def __contains__(self, tag: object) -> bool:
        return tag not in PIXEL_TAGS

    def __iter__(self) -> Iterator[int]:
        return iter(())

    def __len__(self) -> int:
        return 1


def tag_lines(path: Path) -> list[TagLine]:
    """The elements of one file in order; empty for what is no DICOM file. Raises `OSError`."""
    try:
        scanned = scan_file(path, _AllButPixels())
    except (NotAnImage, RecursionError):
        return []
    encodings = values.encodings_of(scanned.values.get(_CHARSET, b""))
    tags = sorted(tag for tag in scanned.values if tag & 0xFFFF)[:MOST]
    return [TagLine(tag, name_of(tag), _text(scanned, tag, encodings)) for tag in tags]


def compare(first: Path, second: Path) -> Comparison:
    """What two files state differently, their pictures included. Raises `OSError`."""
    try:
        one, other = scan_file(first, None), scan_file(second, None)
    except (NotAnImage, RecursionError):
        return Comparison((), pixels_differ=True, compressed_differently=False)
    codes = [values.encodings_of(scanned.values.get(_CHARSET, b"")) for scanned in (one, other)]
    found = []
    for tag in sorted((one.values.keys() | other.values.keys()) - PIXEL_TAGS):
        if not tag & 0xFFFF or one.values.get(tag) == other.values.get(tag):
            continue
        texts = [
            _text(scanned, tag, code) if tag in scanned.values else ""
            for scanned, code in zip((one, other), codes, strict=True)
        ]
        if texts[0] != texts[1] or _is_sequence(tag):
            found.append(Difference(tag, name_of(tag), *texts))
    pixels = [[scanned.values.get(tag, b"") for tag in sorted(PIXEL_TAGS)] for scanned in (one, other)]
    syntaxes = [scanned.meta.get(0x00020010, b"").rstrip(b"\0 ") for scanned in (one, other)]
    return Comparison(tuple(found), pixels[0] != pixels[1], syntaxes[0] != syntaxes[1])


def name_of(tag: int) -> str:
    """An element's name in the standard's words, its number for a private one."""
    try:
        return str(datadict.dictionary_description(tag))
    except KeyError:
        return f"({tag >> 16:04X},{tag & 0xFFFF:04X})"


def _is_sequence(tag: int) -> bool:
    return _vr(tag, b"") == "SQ"


def _vr(tag: int, value: bytes) -> str:
    try:
        return str(datadict.dictionary_VR(tag)).split(" ")[0]
    except KeyError:
        return "UN" if any(sign < 0x20 and sign not in b"\r\n\t\x1b\0" for sign in value[:LONGEST]) else "LT"


def _text(scanned: Scanned, tag: int, encodings: tuple[str, ...]) -> str:
    value = scanned.values[tag]
    vr = _vr(tag, value)
    if vr == "SQ":
        return f"{sum(1 for _ in scanned.items(tag))} ×"
    if vr in _BINARY:
        return _numbers(value, _BINARY[vr], scanned.coding.order)
    if vr == "AT":
        return value.hex()
    if vr in _BULK:
        return f"{len(value)} B"
    text = values.decode(value[: LONGEST * 4], encodings).replace("^", " ").strip("\0 \r\n\t")
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"


def _numbers(value: bytes, kind: str, order: str) -> str:
    size = struct.calcsize(f"<{kind}")
    count = min(len(value) // size, 16)
    numbers: tuple[Any, ...] = struct.unpack_from(f"{order}{count}{kind}", value)
    return ", ".join(_number(number) for number in numbers)


def _number(number: int | float) -> str:
    return f"{number:g}" if isinstance(number, float) and math.isfinite(number) else str(number)
