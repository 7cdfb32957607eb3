"""The b-value of diffusion images where only the maker's private elements state it.

Diffusion b-value (0018,9087; PS3.3 C.8.13.5.9) came late: classic MR images of most makers have it in
elements of their own, which their conformance statements name. A block is found by its private creator
(PS3.5 7.8.1), never by its number alone. Must never answer for what a header does not state.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from vetpacs_desktop.viewer.elements import UNREADABLE, Header

LARGEST = 100_000.0
"""s/mm2; what is beyond, or below nothing, is a code of the maker's and no b-value."""
GE_OFFSET = 1_000_000_000
"""Newer GE software adds this to what it states."""
_LAST_CREATOR = 0xFF


@dataclass(frozen=True, slots=True)
class _Maker:
    group: int
    creator: str
    element: int
    """Its last byte."""
    code: str
    """How `struct` reads a value whose VR the file does not state; empty for text."""
    value: Callable[[float], float] = float


def _without_offset(stated: float) -> float:
    return stated - GE_OFFSET if stated >= GE_OFFSET else stated


_MAKERS = (
    _Maker(0x0019, "SIEMENS MR HEADER", 0x0C, ""),
    _Maker(0x0043, "GEMS_PARM_01", 0x39, "", _without_offset),
    _Maker(0x2001, "Philips Imaging DD 001", 0x03, "f"),
    _Maker(0x0065, "Image Private Header", 0x09, "d"),  # United Imaging
)
_CODES = {"FL": "f", "FD": "d"}


def private_b_value(header: Header) -> float | None:
    """The b-value in s/mm2 by the maker's own element, to a whole number; None where none states one."""
    tags = header.keys()
    creators = [int(tag) for tag in tags if 0x10 <= int(tag) & 0xFFFF <= _LAST_CREATOR]
    for maker in _MAKERS:
        for tag in creators:
            if tag >> 16 == maker.group and _text(_stored(header, tag)[1]) == maker.creator:
                found = _b_value(header, maker, tag & 0xFF)
                if found is not None:
                    return found
    return None


def _b_value(header: Header, maker: _Maker, block: int) -> float | None:
    vr, stored, little = _stored(header, maker.group << 16 | block << 8 | maker.element)
    number = _first(stored, _CODES.get(vr, maker.code if vr in ("", "UN") else ""), little)
    if number is None or not math.isfinite(number):
        return None
    value = maker.value(number)
    return float(round(value)) if 0 <= value <= LARGEST else None


def _first(stored: Any, code: str, little: bool) -> float | None:
    """The first value, be it bytes, text or a number by now."""
    try:
        if isinstance(stored, bytes | bytearray) and code:
            return float(struct.unpack_from(f"{'<' if little else '>'}{code}", stored)[0])
        if isinstance(stored, bytes | bytearray | str):
            return float(_text(stored).split("\\")[0])
        if isinstance(stored, Iterable):
            return float(next(iter(stored)))
        return None if stored is None else float(stored)
    except (struct.error, StopIteration, TypeError, ValueError):
        return None


def _stored(header: Header, tag: int) -> tuple[str, Any, bool]:
    """(VR, value, little endian) as it is in the file; the value is None where there is none to read."""
    try:
        element = header.get_item(tag)
    except UNREADABLE:
        return "", None, True
    if element is None:
        return "", None, True
    return str(element.VR or ""), element.value, bool(getattr(element, "is_little_endian", True))


def _text(stored: Any) -> str:
    plain = stored.decode("latin-1") if isinstance(stored, bytes | bytearray) else str(stored or "")
    return plain.strip(" \0")
