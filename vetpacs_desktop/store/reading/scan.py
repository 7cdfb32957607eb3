"""Walks the elements of a DICOM file (PS3.5 section 7, PS3.10 section 7) and keeps the few asked for.

It owns speed and tolerance of the encoding: it never decodes text, never reads pixels, never recurses, and
reads a file by seeking, so that neither a 4 GB object nor a disc that is pulled out can hurt the process.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from typing import BinaryIO

from vetpacs_desktop.errors import NotAnImage

CHUNK = 32 * 1024
MAX_DEPTH = 64
"""Nested sequences deeper than this come from no device and would exhaust the stack of later readers."""
MAX_INFLATED = 64 * 1024 * 1024
"""A deflated header larger than this is not believed."""
MAX_VALUE = 1024 * 1024
"""No attribute the index keeps is longer; a longer value is cut."""

DEFLATED = "1.2.840.10008.1.2.1.99"
BIG_ENDIAN = "1.2.840.10008.1.2.2"
PIXEL_TAGS = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010})
_LONG_VRS = frozenset(
    {b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"}
)
_SHORT_VRS = frozenset(
    {b"AE", b"AS", b"AT", b"CS", b"DA", b"DS", b"DT", b"FL", b"FD", b"IS", b"LO", b"LT", b"PN", b"SH", b"SL"}
    | {b"SS", b"ST", b"TM", b"UI", b"UL", b"US"}
)
"""Anything else where a VR should be is an element written without one."""
_LITTLE_HEAD = struct.Struct("<HHL").unpack_from
_BIG_HEAD = struct.Struct(">HHL").unpack_from
_UNDEFINED = 0xFFFFFFFF
_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_PIXEL_GROUP = 0x7FE00000


@dataclass(frozen=True, slots=True)
class Coding:
    """How the elements of one stretch are written down."""

    explicit: bool
    order: str = "<"
    """The byte order in the notation of `struct`."""


@dataclass(slots=True)
class Scanned:
    """The wanted elements of one data set: tag -> value bytes as written (sequences with their items)."""

    coding: Coding
    values: dict[int, bytes] = field(default_factory=dict)
    meta: dict[int, bytes] = field(default_factory=dict)
    vrs: dict[int, bytes] = field(default_factory=dict)
    """The VRs as written, where everything was asked for and they are written at all."""
    has_pixels: bool = False

    def items(self, tag: int) -> Iterator[Scanned]:
        """The items of a sequence among the wanted elements, each scanned in full."""
        value = self.values.get(tag, b"")
        position = 0
        while position + 8 <= len(value):
            group, element, length = struct.unpack_from(self.coding.order + "HHL", value, position)
            if (group << 16) | element != _ITEM:
                return
            start = position + 8
            body = value[start:] if length == _UNDEFINED else value[start : start + length]
            item = Scanned(_coding_of(body, self.coding))
            consumed = _Walk(_Bytes(body), item).run(0)
            position = start + (consumed if length == _UNDEFINED else length)
            yield item


class _Bytes:
    """A source of bytes that is already in memory."""

    def __init__(self, data: bytes) -> None:
        self.data, self.base = data, 0

    def load(self, position: int) -> None:
        """Nothing more can be loaded."""

    def slice(self, start: int, length: int) -> bytes:
        return self.data[start : start + length]


class _File(_Bytes):
    """A source that holds one stretch of a file and moves it along; `base` is the stretch's file offset."""

    def __init__(self, file: BinaryIO | FileIO) -> None:
        super().__init__(file.read(CHUNK))
        self._file = file
        self._size = file.seek(0, os.SEEK_END)

    def load(self, position: int) -> None:
        self._file.seek(position)
        self.data, self.base = self._file.read(CHUNK), position

    def slice(self, start: int, length: int) -> bytes:
        at = start - self.base
        if at >= 0 and at + length <= len(self.data):
            return self.data[at : at + length]
        self._file.seek(start)
        # A stated length may be nonsense, and memory for it would be taken before the first byte is read.
        return self._file.read(max(0, min(length, self._size - start)))


class TooDeep(Exception):
    """Sequences are nested deeper than `MAX_DEPTH`."""


class _Walk:
    """One pass over a flat run of elements; nested sequences of undefined length are stepped through."""

    def __init__(
        self, source: _Bytes, into: Scanned, wanted: Set[int] | None = None, stop: int = 1 << 32
    ) -> None:
        """`wanted` None: every element, the pixels' too, at its full length."""
        self._source, self._into, self._wanted, self._stop = source, into, wanted, stop
        self._longest = _UNDEFINED if wanted is None else MAX_VALUE
        self._values = into.values
        self._codings: list[Coding] = []
        self._open: tuple[int, int] | None = None

    def run(self, position: int) -> int:
        """Walk from `position` until the data, the item or the run ends; returns where that was."""
        coding = self._into.coding
        while True:
            head = self._head(position, coding)
            if head is None:
                return position
            tag, vr, start, length = head
            if not self._codings:
                if tag >= self._stop or tag == _SEQUENCE_END:
                    return position
                if tag == _ITEM_END:
                    return start
                if _PIXEL_GROUP <= tag < _ITEM and tag in PIXEL_TAGS:
                    self._into.has_pixels = length > 0
                    if self._wanted is None:
                        self._values[tag] = self._source.slice(start, length)
                        self._into.vrs[tag] = vr
                    return position
            if length == _UNDEFINED:
                coding = self._enter(tag, vr, start, coding)
                position = start
            elif self._codings and tag in (_ITEM_END, _SEQUENCE_END):
                coding = self._leave(position)
                position = start
            else:
                if not self._codings and (self._wanted is None or tag in self._wanted):
                    self._values[tag] = self._source.slice(start, min(length, self._longest))
                    if self._wanted is None:
                        self._into.vrs[tag] = vr
                position = start + length

    def _head(self, position: int, coding: Coding) -> tuple[int, bytes, int, int] | None:
        """Tag, VR, start and length of the element at `position`; None at the end of the data."""
        source = self._source
        at = position - source.base
        if at < 0 or at + 12 > len(source.data):
            source.load(position)
            at = position - source.base
            if at + 8 > len(source.data):
                return None
        data = source.data
        little = coding.order == "<"
        group, element, length = (_LITTLE_HEAD if little else _BIG_HEAD)(data, at)
        tag = (group << 16) | element
        vr = data[at + 4 : at + 6]
        if not coding.explicit or group == 0xFFFE:
            return tag, b"", position + 8, length
        if vr in _SHORT_VRS:
            # The length is the upper half of what was read as one number, which begins with the VR.
            return tag, vr, position + 8, length >> 16 if little else length & 0xFFFF
        if vr in _LONG_VRS:
            if at + 12 > len(data):
                return None
            return tag, vr, position + 12, struct.unpack_from(coding.order + "L", data, at + 8)[0]
        return tag, b"", position + 8, length

    def _enter(self, tag: int, vr: bytes, start: int, coding: Coding) -> Coding:
        if len(self._codings) >= 2 * MAX_DEPTH:
            raise TooDeep
        if not self._codings:
            self._open = (tag, start)
        self._codings.append(coding)
        # An unknown element of undefined length holds implicit VR whatever surrounds it (PS3.5 6.2.2 note 4).
        return Coding(explicit=False, order=coding.order) if vr == b"UN" else coding

    def _leave(self, position: int) -> Coding:
        coding = self._codings.pop()
        if not self._codings and self._open is not None:
            tag, start = self._open
            if self._wanted is None or tag in self._wanted:
                self._values[tag] = self._source.slice(start, min(position - start, self._longest))
        return coding


def scan_file(path: Path, wanted: Set[int] | None) -> Scanned:
    """The `wanted` top-level elements of a DICOM file (None: all, with the pixels) and its meta group.

    Raises `NotAnImage` for what is no DICOM file, and `OSError` when the disc can't be read.
    """
    with path.open("rb", buffering=0) as file:
        return scan_stream(file, path.name, wanted)


def scan_stream(file: BinaryIO | FileIO, name: str, wanted: Set[int] | None) -> Scanned:
    """As `scan_file`, for an open file; `name` is for the sentence of an error."""
    try:
        return _scan(_File(file), name, wanted)
    except TooDeep:
        raise NotAnImage(path=name, reason="its sequences are nested too deeply to be real") from None


def _scan(source: _File, name: str, wanted: Set[int] | None) -> Scanned:
    start = _start_of(name, source.data)
    meta = Scanned(Coding(explicit=True))
    start = _Walk(source, meta, stop=0x00030000).run(start)
    syntax = meta.values.get(0x00020010, b"").rstrip(b"\0 ").decode("latin-1")
    body: _Bytes = source
    if syntax == DEFLATED:
        body, start = _Bytes(_inflated(name, source, start)), 0
    first = body.slice(start, 8)
    order = ">" if syntax == BIG_ENDIAN or first[:2] == b"\0\x08" else "<"
    scanned = Scanned(_coding_of(first, Coding(explicit=True, order=order)), meta=meta.values)
    _Walk(body, scanned, wanted).run(start)
    return scanned


def _start_of(name: str, data: bytes) -> int:
    """Behind the preamble; some old files have none and start with group 0002 or 0008 at once."""
    if data[128:132] == b"DICM":
        return 132
    if data[:2] in (b"\x02\0", b"\x08\0", b"\0\x08") and len(data) > 132:
        return 0
    if not data:
        raise NotAnImage(path=name, reason="the file is empty")
    raise NotAnImage(path=name, reason="it is not a DICOM file")


def _coding_of(data: bytes, stated: Coding) -> Coding:
    """Explicit or implicit VR as the first element shows it: some writers state the other one."""
    vr = data[4:6]
    explicit = vr in _SHORT_VRS or vr in _LONG_VRS if len(vr) == 2 else stated.explicit
    return Coding(explicit=explicit, order=stated.order)


def _inflated(name: str, source: _File, start: int) -> bytes:
    """The data set of a deflated file (PS3.5 A.5), as far as a header can reach."""
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        return engine.decompress(source.slice(start, MAX_INFLATED), MAX_INFLATED)
    except zlib.error as error:
        raise NotAnImage(path=name, reason="its compressed contents are damaged") from error
