"""Walks the elements of a DICOM file as bytes: are all lengths kept, and which few facts does it state?

One pass, iterative, no copy of any value: pydicom would read a truncated file without a word, and recurses
into nested sequences. This module knows encodings (PS3.5 chapter 7 and annex A), never sentences: `checks.py`
turns a `Walked` into words.
"""

from __future__ import annotations

import mmap
import struct
import zlib
from dataclasses import dataclass, field
from typing import TypeAlias

Buffer: TypeAlias = bytes | bytearray | memoryview | mmap.mmap

IMPLICIT_LITTLE = "1.2.840.10008.1.2"
EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
EXPLICIT_BIG = "1.2.840.10008.1.2.2"
DEFLATED = frozenset({"1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.4.95"})

MEDIA_CLASS = 0x00020002
MEDIA_UID = 0x00020003
TRANSFER_SYNTAX = 0x00020010
DIRECTORY_RECORDS = 0x00041220
SOP_CLASS = 0x00080016
SOP_UID = 0x00080018
STUDY_UID = 0x0020000D
SERIES_UID = 0x0020000E
SAMPLES = 0x00280002
PHOTOMETRIC = 0x00280004
FRAMES = 0x00280008
ROWS = 0x00280010
COLUMNS = 0x00280011
ALLOCATED = 0x00280100
FLOAT_PIXELS = 0x7FE00008
DOUBLE_PIXELS = 0x7FE00009
PIXELS = 0x7FE00010
META_NAMES = {MEDIA_CLASS: "media_class", MEDIA_UID: "media_uid", TRANSFER_SYNTAX: "transfer_syntax"}
WANTED = frozenset(
    {
        DIRECTORY_RECORDS,
        SOP_CLASS,
        SOP_UID,
        STUDY_UID,
        SERIES_UID,
        SAMPLES,
        PHOTOMETRIC,
        FRAMES,
        ROWS,
        COLUMNS,
        ALLOCATED,
    }
)
PIXEL_TAGS = frozenset({FLOAT_PIXELS, DOUBLE_PIXELS, PIXELS})

ITEM = 0xFFFEE000
ITEM_END = 0xFFFEE00D
SEQUENCE_END = 0xFFFEE0DD
UNDEFINED = 0xFFFFFFFF
LONG_VRS = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
SHORT_VRS = frozenset(b"AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US".split())
ITEM_BYTES = (b"\xfe\xff\x00\xe0", b"\xff\xfe\xe0\x00")

DEEPEST = 64
"""Nested sequences deeper than this are refused; structured reports of real machines reach about 20."""
INFLATED_LIMIT = 1 << 30
"""A deflated data set that grows beyond this many bytes is refused (PS3.5 A.5)."""
WANTED_BYTES = 256


@dataclass(slots=True)
class Walked:
    """What one pass over a file found. `values` hold raw bytes of `WANTED` elements at the top level."""

    transfer_syntax: str = ""
    media_class: str = ""
    media_uid: str = ""
    little: bool = True
    values: dict[int, bytes] = field(default_factory=dict)
    pixel_tag: int = 0
    pixel_at: int = 0
    """Where the value of native pixel data starts."""
    pixel_bytes: int = 0
    """Length of native pixel data; 0 when there is none or it is encapsulated."""
    encapsulated: bool = False
    pixel_end: int = 0
    """Where the pixel data ends in the file; 0 while there is no whole one (or the file is deflated)."""
    depth: int = 0
    missing: int = 0
    """How many bytes the file lacks at least; 0 when every length is kept."""
    is_dicom: bool = True

    def text(self, tag: int) -> str:
        """An element's value without padding."""
        return self.values.get(tag, b"").decode("ascii", "replace").strip(" \0\r\n\t")

    def number(self, tag: int) -> int | None:
        """A US value, or the leading number of an IS value; None when absent or broken."""
        value = self.values.get(tag, b"")
        if tag != FRAMES:
            return int.from_bytes(value[:2], "little" if self.little else "big") if len(value) >= 2 else None
        text = self.text(tag).split("\\")[0]
        return int(text) if text.isdecimal() else None


def walk(data: Buffer) -> Walked:
    """Walk a whole file: Part 10, or a bare data set."""
    found = Walked()
    start = _meta(data, found)
    if start is None:
        found.is_dicom = False
        return found
    end = len(data)
    if found.transfer_syntax in DEFLATED:
        data, start, end = _inflated(data, start, found)
        if found.missing:
            return found
    explicit, found.little = _encoding(data, start, found.transfer_syntax)
    _Walk(data, end, found, "<" if found.little else ">").run(start, explicit)
    if found.transfer_syntax in DEFLATED:
        found.pixel_end = 0
    return found


def walk_head(head: bytes, size: int) -> Walked | None:
    """What `walk` finds in a file of `size` bytes, from its first bytes alone: for the usual image, whose
    header they hold and whose native pixels reach to its end. None where that can't be known from them."""
    found = Walked()
    start = _meta(head, found)
    if start is None or found.missing or found.transfer_syntax in DEFLATED:
        return None
    explicit, found.little = _encoding(head, start, found.transfer_syntax)
    try:
        _Walk(head, size, found, "<" if found.little else ">").run(start, explicit)
    except struct.error:  # it went on behind the head
        return None
    whole = found.pixel_at and found.pixel_at <= len(head) and found.pixel_at + found.pixel_bytes == size
    return found if whole and not found.missing else None


def _meta(data: Buffer, found: Walked) -> int | None:
    """Read group 0002; returns where the data set starts, or None when this is no DICOM."""
    position = 132 if data[128:132] == b"DICM" else 0
    if position == 0 and not _looks_bare(data):
        return None
    end = len(data)
    while position + 8 <= end and data[position : position + 2] == b"\x02\x00":
        tag, length, value = _meta_element(data, position, end)
        if length == UNDEFINED or value + length > end:
            found.missing = max(1, value + length - end)
            return end
        name = META_NAMES.get(tag)
        if name:
            text = bytes(data[value : value + min(length, WANTED_BYTES)]).decode("ascii", "replace")
            setattr(found, name, text.strip(" \0"))
        position = value + length
    return position


def _looks_bare(data: Buffer) -> bool:
    """A data set without preamble starts with group 0002 or 0008 and a believable first length."""
    head = bytes(data[:12])
    if len(head) < 12 or head[:2] not in (b"\x02\x00", b"\x08\x00", b"\x00\x08"):
        return False
    if head[4:6].isalpha() and head[4:6].isupper():
        return True
    return head[0] != 0 and struct.unpack_from("<L", head, 4)[0] < 0x10000


def _encoding(data: Buffer, start: int, transfer_syntax: str) -> tuple[bool, bool]:
    """(explicit, little endian): the first element's own look wins over what the header claims."""
    head = bytes(data[start : start + 6])
    explicit = len(head) == 6 and head[4:6].isalpha() and head[4:6].isupper()
    if transfer_syntax == EXPLICIT_BIG:
        return explicit, False
    return explicit, not (not transfer_syntax and head[:2] == b"\x00\x08")


def _inflated(data: Buffer, start: int, found: Walked) -> tuple[Buffer, int, int]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        plain = inflater.decompress(data[start:], INFLATED_LIMIT)
    except zlib.error:
        found.missing = 1
        return b"", 0, 0
    if not inflater.eof:
        found.missing = 1
    return plain, 0, len(plain)


def _meta_element(data: Buffer, position: int, end: int) -> tuple[int, int, int]:
    """One element of group 0002, always Explicit VR Little Endian: (tag, length, start of the value)."""
    group, element, vr, length = struct.unpack_from("<HH2sH", data, position)
    value = position + 8
    if vr in LONG_VRS:
        if position + 12 > end:
            return (group << 16) | element, UNDEFINED, end
        length = struct.unpack_from("<L", data, value)[0]
        value += 4
    elif not _letters(vr):
        length = struct.unpack_from("<L", data, position + 4)[0]
    return (group << 16) | element, length, value


@dataclass(slots=True)
class _Level:
    """A container being walked: a sequence, an item, or encapsulated fragments."""

    end: int
    defined: bool
    explicit: bool
    kind: int


_SEQUENCE, _ITEM, _FRAGMENTS = range(3)


class _Walk:
    """One walk; a class because its state is shared by the few steps below."""

    def __init__(self, data: Buffer, end: int, found: Walked, order: str) -> None:
        self.data = data
        self.end = end
        self.found = found
        self.order = order
        self.short = struct.Struct(f"{order}HH2sH")
        self.plain = struct.Struct(f"{order}HHL")
        self.long = struct.Struct(f"{order}L")
        self.levels: list[_Level] = []
        self.depth = 0

    def run(self, position: int, explicit: bool) -> None:
        """Walk until the end of the data, a length that isn't kept, or too deep a nest."""
        while not self.found.missing and self.depth <= DEEPEST:
            level = self.levels[-1] if self.levels else None
            limit = level.end if level else self.end
            if position >= limit:
                if level is None:
                    return
                if not level.defined:
                    self.found.missing = 8  # its delimiter, at least
                    return
                self._leave()
            elif level is None or level.kind == _ITEM:
                position = self._elements(position, limit, level.explicit if level else explicit)
            else:
                position = self._item(position, limit, level)

    def _elements(self, position: int, limit: int, explicit: bool) -> int:
        """Elements of one data set until it ends or a container opens."""
        data, short, plain, values = self.data, self.short, self.plain, self.found.values
        top = not self.levels
        while position < limit:
            if position + 8 > limit:
                return self._rest(position, limit, top)
            length: int
            if explicit:
                group, element, vr, length = short.unpack_from(data, position)
                tag = (group << 16) | element
                value = position + 8
                if vr not in SHORT_VRS:
                    if vr in LONG_VRS:
                        if position + 12 > limit:
                            return self._rest(position, limit, top)
                        length = self.long.unpack_from(data, value)[0]
                        value += 4
                    elif group == 0xFFFE or not _letters(vr):
                        length = self.long.unpack_from(data, position + 4)[0]
                        vr = b""
            else:
                group, element, length = plain.unpack_from(data, position)
                tag = (group << 16) | element
                value = position + 8
                vr = b""
            if group == 0xFFFE:
                return self._delimiter(tag, value, length, limit)
            if length == UNDEFINED:
                return self._open_undefined(tag, vr, value, limit, explicit)
            if value + length > limit:
                return self._overrun(value + length, limit)
            if top:
                if tag in WANTED:
                    values[tag] = bytes(data[value : value + min(length, WANTED_BYTES)])
                elif tag in PIXEL_TAGS:
                    self.found.pixel_tag, self.found.pixel_bytes = tag, length
                    self.found.pixel_at = value
                    position = self.found.pixel_end = value + length
                    continue
                elif tag == 0 and length == 0 and not any(data[position:limit]):
                    return limit  # zeros up to the end of a disc sector
            if length >= 8 and (vr == b"SQ" or (not vr and data[value : value + 4] in ITEM_BYTES)):
                self._enter(_Level(value + length, True, explicit, _SEQUENCE))
                return value
            position = value + length
        return position

    def _item(self, position: int, limit: int, level: _Level) -> int:
        """The next item of a sequence, or the next fragment of encapsulated pixel data."""
        if position + 8 > limit:
            return self._rest(position, limit, False)
        group, element, stated = self.plain.unpack_from(self.data, position)
        tag, length, value = (group << 16) | element, int(stated), position + 8
        if tag == SEQUENCE_END:
            if level.kind == _FRAGMENTS and len(self.levels) == 1 and self.found.encapsulated:
                self.found.pixel_end = value
            self._leave()
            return value
        if tag != ITEM:
            return self._leave_broken()
        if level.kind == _FRAGMENTS:
            if length == UNDEFINED or value + length > limit:
                return self._overrun(value + length, limit)
            return value + length
        explicit = level.explicit or _letters(self.data[value + 4 : value + 6])
        if length == UNDEFINED:
            self._enter(_Level(limit, False, explicit, _ITEM))
        elif value + length > limit:
            return self._overrun(value + length, limit)
        else:
            self._enter(_Level(value + length, True, explicit, _ITEM))
        return value

    def _delimiter(self, tag: int, value: int, length: int, limit: int) -> int:
        """A delimiter among elements: the item's end, or a sequence's whose item was not closed."""
        if self.levels:
            self._leave()
            if tag == SEQUENCE_END and self.levels:
                self._leave()
        return value if length in (0, UNDEFINED) else min(limit, value + length)

    def _open_undefined(self, tag: int, vr: bytes, value: int, limit: int, explicit: bool) -> int:
        if tag in PIXEL_TAGS or vr in (b"OB", b"OW", b"OF", b"OD", b"OL", b"OV"):
            if not self.levels and tag in PIXEL_TAGS:
                self.found.pixel_tag, self.found.encapsulated = tag, True
            self._enter(_Level(limit, False, explicit, _FRAGMENTS))
        else:
            # PS3.5 6.2.2: a UN of undefined length holds implicit items; each item's own look decides.
            self._enter(_Level(limit, False, explicit and vr != b"UN", _SEQUENCE))
        return value

    def _overrun(self, wanted: int, limit: int) -> int:
        """A value longer than what holds it: the file is cut off, or a container of known length is wrong."""
        if any(level.defined for level in self.levels):
            return self._leave_broken()
        self.found.missing = max(1, wanted - self.end)
        return limit

    def _rest(self, position: int, limit: int, top: bool) -> int:
        """Too few bytes for an element: padding after the pixels, or a file that is cut off."""
        if any(level.defined for level in self.levels):
            return self._leave_broken()
        if not (top and (self.found.pixel_tag or not any(self.data[position:limit]))):
            self.found.missing = position + 8 - limit
        return limit

    def _leave_broken(self) -> int:
        """Skip to the end of the innermost container whose length is known; none: the rest can't be read."""
        while self.levels:
            level = self.levels[-1]
            self._leave()
            if level.defined:
                return level.end
        self.found.missing = 1
        return self.end

    def _enter(self, level: _Level) -> None:
        self.levels.append(level)
        if level.kind == _SEQUENCE:
            self.depth += 1
            self.found.depth = max(self.found.depth, self.depth)

    def _leave(self) -> None:
        if self.levels.pop().kind == _SEQUENCE:
            self.depth -= 1


def _letters(vr: Buffer) -> bool:
    text = bytes(vr)
    return len(text) == 2 and text.isalpha() and text.isupper()
