"""Whether two files are the same object written down differently.

A device may send the same image again in another uncompressed encoding, or through a relay that rewrote the
file meta group: that is no conflict. Anything else that differs is; what can't be understood counts as other.
"""

from __future__ import annotations

import array
from pathlib import Path

from pydicom.uid import UID, ImplicitVRLittleEndian

from vetpacs_desktop.errors import NotAnImage
from vetpacs_desktop.store.reading.scan import Scanned, TooDeep, scan_file

LARGEST = 512 * 1024 * 1024
"""Larger files are compared by their digest alone: both would have to be in memory."""
_SYNTAX = 0x00020010
_ITEM_STARTS = (b"\xfe\xff\x00\xe0", b"\xff\xfe\xe0\x00")
_NUMBERS: dict[bytes, str] = {
    **dict.fromkeys((b"US", b"SS", b"OW", b"AT"), "H"),
    **dict.fromkeys((b"UL", b"SL", b"FL", b"OF", b"OL"), "I"),
    **dict.fromkeys((b"FD", b"OD", b"SV", b"UV", b"OV"), "Q"),
}
"""The size of the numbers of a VR, in the notation of `array`."""


def same_object(first: Path, second: Path) -> bool:
    """True when both data sets hold the same values; file meta and group lengths don't count.

    Compressed pixels are compared as they are: whether another compression holds the same picture is for
    `recoded` to prove. Raises `OSError`.
    """
    if max(first.stat().st_size, second.stat().st_size) > LARGEST:
        return False
    try:
        one, other = scan_file(first, None), scan_file(second, None)
        syntaxes = syntax_of(one), syntax_of(other)
        if syntaxes[0] != syntaxes[1] and any(map(_is_compressed, syntaxes)):
            return False
        return same_values(one, other)
    except (NotAnImage, TooDeep, RecursionError):
        return False


def syntax_of(scanned: Scanned) -> str:
    """The transfer syntax a file states."""
    return scanned.meta.get(_SYNTAX, b"").rstrip(b"\0 ").decode("latin-1") or str(ImplicitVRLittleEndian)


def _is_compressed(syntax: str) -> bool:
    """A private syntax may be anything."""
    uid = UID(syntax)
    return not uid.is_transfer_syntax or uid.is_private or bool(uid.is_compressed)


def same_values(one: Scanned, other: Scanned) -> bool:
    """Whether two data sets hold the same elements with the same values, group lengths aside."""
    tags = _tags(one)
    return tags == _tags(other) and all(_same_value(one, other, tag) for tag in tags)


def _tags(scanned: Scanned) -> list[int]:
    """All tags but group lengths, in order."""
    return sorted(tag for tag in scanned.values if tag & 0xFFFF)


def _same_value(one: Scanned, other: Scanned, tag: int) -> bool:
    first, second = one.values[tag], other.values[tag]
    turned = one.coding.order != other.coding.order
    if first.startswith(_ITEM_STARTS) and second.startswith(_ITEM_STARTS):
        if first == second and not turned:
            return True
        items, others = list(one.items(tag)), list(other.items(tag))
        return len(items) == len(others) and all(map(same_values, items, others))
    if turned:
        # Big endian is always written with its VRs; the other file may be without.
        second = _turned(second, (one if one.coding.order == ">" else other).vrs.get(tag, b""))
    return first == second or first.rstrip(b"\0 ") == second.rstrip(b"\0 ")


def _turned(value: bytes, vr: bytes) -> bytes:
    """Numbers in the other byte order; texts have none."""
    size = _NUMBERS.get(vr)
    if size is None or len(value) % array.array(size).itemsize:
        return value
    numbers = array.array(size, value)
    numbers.byteswap()
    return numbers.tobytes()
