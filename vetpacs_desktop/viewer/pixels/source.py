"""Where one file's pixel data lies and how to read a piece of it, without ever holding the whole file.

Owns finding the pixel element behind the header and reading byte ranges of it. It must never decode a picture
and never keep a file open: an open file can't be moved or deleted on Windows.
"""

from __future__ import annotations

import os
import struct
import zlib
from dataclasses import dataclass, replace
from enum import Enum
from io import BytesIO, FileIO
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset, dcmread
from pydicom.errors import BytesLengthException, InvalidDicomError

from vetpacs_desktop.errors import CannotDecode, NotAnImage, PathMissing
from vetpacs_desktop.viewer import elements as read
from vetpacs_desktop.viewer.mould import Moulds, alike
from vetpacs_desktop.viewer.pixels.overlays import OverlayPlane, overlay_planes
from vetpacs_desktop.viewer.pixels.palette import Palette, palette_of
from vetpacs_desktop.viewer.pixels.room import room
from vetpacs_desktop.viewer.plainheader import PlainHeader

BROKEN_DATA: tuple[type[Exception], ...] = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    RuntimeError,
    EOFError,
    OSError,
    MemoryError,
    BufferError,
    struct.error,
    zlib.error,
    BytesLengthException,
    InvalidDicomError,
)
"""What pydicom, numpy and the codecs raise for damaged bytes: one broken picture, not a bug."""

IMPLICIT_LITTLE = "1.2.840.10008.1.2"
EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
DEFLATED = "1.2.840.10008.1.2.1.99"
EXPLICIT_BIG = "1.2.840.10008.1.2.2"
ENCAPSULATED_UNCOMPRESSED = "1.2.840.10008.1.2.1.98"
NATIVE_SYNTAXES = frozenset({IMPLICIT_LITTLE, EXPLICIT_LITTLE, DEFLATED, EXPLICIT_BIG})

_USUAL_HEADER = 1 << 18
_FEW = 1 << 26
"""Coded bytes that are read in one go."""
_FIRST_GROUPS = (b"\x02\x00", b"\x08\x00", b"\x00\x02", b"\x00\x08")
"""How a file without a preamble begins."""
_UNDEFINED = 0xFFFFFFFF
_LONG_VRS = (b"OB", b"OW", b"OF", b"OD", b"OL", b"OV", b"UN")


class PixelKind(Enum):
    """The three pixel elements of PS3.3 C.7.6.3, C.7.6.24 and C.7.6.25, by tag."""

    INTEGER = 0x7FE00010
    FLOAT = 0x7FE00008
    DOUBLE = 0x7FE00009


@dataclass(frozen=True, eq=False, slots=True)
class PixelSource:
    """The pixel element of one file: `length` is None where it is undefined (encapsulated in fragments)."""

    path: Path
    transfer_syntax: str
    kind: PixelKind
    offset: int
    length: int | None
    big_endian: bool
    words: bool = False
    """The value representation is OW: in a big endian file bytes lie in swapped pairs."""
    data: bytes | None = None
    """The element's bytes where they are in memory already (deflated files, datasets made here)."""
    extended_offsets: tuple[bytes, bytes] | None = None
    """Extended Offset Table and its Lengths (7FE0,0001/0002)."""
    palette: Palette | None = None
    overlays: tuple[OverlayPlane, ...] = ()

    @property
    def embedded_overlays(self) -> bool:
        """An overlay lives in unused bits of the pixels (retired, but old ultrasound and CT do it)."""
        return any(plane.data is None for plane in self.overlays)

    @property
    def empty(self) -> bool:
        """The element is there and holds nothing."""
        return self.length == 0

    def size(self) -> int:
        """Bytes from the element's value to the end of the file (or of the element, where that is known)."""
        whole = len(self.data) if self.data is not None else self.path.stat().st_size - self.offset
        return max(whole if self.length is None else min(whole, self.length), 0)

    def stream(self) -> BinaryIO:
        """An open stream; positions in it are file positions (for memory: `offset` is 0). Close it soon."""
        return BytesIO(self.data) if self.data is not None else self.path.open("rb", buffering=0)

    def read(self, start: int, count: int) -> NDArray[np.uint8]:
        """`count` bytes from `start` behind the element's first byte; fewer where the data ends.

        The array is the caller's own to change. Nothing is allocated for bytes that are not there, and file
        input releases the GIL.
        """
        if self.data is not None:
            return np.frombuffer(self.data[start : start + count], np.uint8).copy()
        with self.path.open("rb", buffering=0) as file:
            whole = os.fstat(file.fileno()).st_size - self.offset
            end = min(whole if self.length is None else min(whole, self.length), start + count)
            values = room(max(end - start, 0))
            file.seek(self.offset + start)
            return values[: _filled(file, values)]

    def piece(self, start: int, count: int) -> bytes:
        """The same as bytes: without a copy more where they are in memory."""
        if self.data is not None:
            return self.data[start : start + count]
        return self.read(start, count).tobytes()

    def at_hand(self) -> PixelSource:
        """The same with its bytes in memory, where they are few and in fragments."""
        if self.data is not None or self.length is not None:
            return self
        with self.path.open("rb", buffering=0) as file:
            if os.fstat(file.fileno()).st_size - self.offset > _FEW:
                return self
            file.seek(self.offset)
            return replace(self, data=file.read(), offset=0)


def _filled(file: FileIO, values: NDArray[np.uint8]) -> int:
    """Read until the array is full, for a system may hand out less at once; how many bytes there were."""
    done = 0
    while done < len(values):
        got = file.readinto(values[done:].data)
        if not got:
            break
        done += got
    return done


def open_source(path: Path, moulds: Moulds | None = None) -> tuple[read.Header, PixelSource | None]:
    """The header up to the pixels, and where those lie (None: the file has none).

    `moulds` remember the headers of a series, which makes the next one cheap. Raises `PathMissing`,
    `NotAnImage`.
    """
    moulds = Moulds() if moulds is None else moulds
    try:
        with path.open("rb", buffering=0) as file:
            start, plain = _quickly(file, moulds)
            if plain is not None:
                head = start[plain.pixels_at : plain.pixels_at + 12]
                return plain, _element(head, plain.pixels_at, plain, path)
            found = _opened(BytesIO(start), path) if len(start) < _USUAL_HEADER else _from_start(start, path)
            if found is not None:
                return found
        with path.open("rb") as stream:
            return _opened(stream, path)
    except FileNotFoundError:
        raise PathMissing(path=path) from None
    except BROKEN_DATA as error:
        raise NotAnImage(path=path, reason=_why_unreadable(path)) from error


def _quickly(file: BinaryIO, moulds: Moulds) -> tuple[bytes, PlainHeader | None]:
    """A file's first bytes, and its header where they are an ordinary one."""
    usual = moulds.size
    start = file.read(usual or _USUAL_HEADER)
    if usual:
        if (cast := moulds.cast(start)) is not None:
            return start, cast
        start += file.read(max(_USUAL_HEADER - len(start), 0))
        if (cast := moulds.cast(start)) is not None:
            return start, cast
    return start, moulds.header(start)


def _why_unreadable(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            start = stream.read(132)
    except OSError as problem:
        return f"it can't be read ({problem.strerror or problem})"
    if not start:
        return "the file is empty"
    if start[128:] != b"DICM" and start[:2] not in _FIRST_GROUPS:
        return "it is not a DICOM file"
    return "the file's header can't be read; send or copy it again"


def _from_start(start: bytes, path: Path) -> tuple[Dataset, PixelSource] | None:
    """Parse the first bytes in memory, which is faster; None where the header goes on behind them."""
    try:
        dataset, source = _opened(BytesIO(start), path)
    except BROKEN_DATA:
        return None
    return None if source is None or source.data is not None else (dataset, source)


def _opened(stream: BinaryIO, path: Path) -> tuple[Dataset, PixelSource | None]:
    dataset = _header(stream)
    if syntax_of(dataset) == DEFLATED:
        stream.seek(0)
        whole = dcmread(stream, force=True)
        return whole, source_of(whole, path)
    return dataset, _element_here(stream, dataset, path)


def source_of(dataset: Dataset, path: Path) -> PixelSource | None:
    """The pixel element of a dataset that is in memory whole."""
    for kind in PixelKind:
        if kind.value in dataset:
            element = dataset[kind.value]
            encapsulated = syntax_of(dataset) not in NATIVE_SYNTAXES
            length = None if encapsulated or element.is_undefined_length else len(element.value or b"")
            data = bytes(element.value or b"")
            return _source(dataset, path, kind, 0, length, data=data, words=element.VR == "OW")
    return None


def syntax_of(dataset: Dataset | PlainHeader) -> str:
    """The transfer syntax: as the file says, else as it was found to be written."""
    stated = getattr(dataset, "file_meta", None)
    uid = read.text(stated, "TransferSyntaxUID") if stated is not None else ""
    if uid:
        return uid
    implicit, little = dataset.original_encoding
    if not little and little is not None:
        return EXPLICIT_BIG
    return EXPLICIT_LITTLE if implicit is False else IMPLICIT_LITTLE


def _header(stream: BinaryIO) -> Dataset:
    try:
        return dcmread(stream, stop_before_pixels=True)
    except InvalidDicomError:
        stream.seek(0)
        dataset = dcmread(stream, stop_before_pixels=True, force=True)
        if "SOPClassUID" not in dataset and "Rows" not in dataset:
            raise ValueError("not a DICOM file") from None
        return dataset


def _element_here(stream: BinaryIO, dataset: Dataset | PlainHeader, path: Path) -> PixelSource | None:
    """Read the pixel element's own header: pydicom leaves the stream in front of it."""
    start = stream.tell()
    return _element(stream.read(12), start, dataset, path)


def _element(head: bytes, start: int, dataset: Dataset | PlainHeader, path: Path) -> PixelSource | None:
    """The pixel element that begins at `start` with the bytes `head`."""
    if len(head) < 8:
        return None
    implicit, little = dataset.original_encoding
    order = ">" if little is False else "<"
    group, element = struct.unpack(order + "HH", head[:4])
    try:
        kind = PixelKind(group << 16 | element)
    except ValueError:
        return None
    # Some files say implicit and are explicit. The letters settle it: as the low half of a length they would
    # make an odd number, which no element has (PS3.5 7.1.1).
    explicit = implicit is not True or head[6:8] == b"\0\0"
    if explicit and head[4:6] in _LONG_VRS and len(head) == 12:
        (length,) = struct.unpack(order + "L", head[8:12])
        begin = start + 12
    else:
        (length,) = struct.unpack(order + "L", head[4:8])
        begin = start + 8
    stated = None if length == _UNDEFINED else length
    return _source(dataset, path, kind, begin, stated, data=None, words=head[4:6] == b"OW")


def _source(
    dataset: Dataset | PlainHeader,
    path: Path,
    kind: PixelKind,
    offset: int,
    length: int | None,
    *,
    data: bytes | None,
    words: bool,
) -> PixelSource:
    syntax = alike(syntax_of, dataset)
    return PixelSource(
        path=path,
        transfer_syntax=syntax,
        kind=kind,
        offset=offset,
        length=length,
        big_endian=dataset.original_encoding[1] is False or syntax == EXPLICIT_BIG,
        words=words,
        data=data,
        extended_offsets=alike(_extended_offsets, dataset),
        palette=alike(palette_of, dataset),
        overlays=alike(overlay_planes, dataset),
    )


def _extended_offsets(dataset: read.Header) -> tuple[bytes, bytes] | None:
    offsets = read.stored(dataset, "ExtendedOffsetTable")[1]
    lengths = read.stored(dataset, "ExtendedOffsetTableLengths")[1]
    return (offsets, lengths) if isinstance(offsets, bytes) and isinstance(lengths, bytes) else None


def needs_source(path: Path) -> PixelSource:
    """Like `open_source`, but a file without pixels raises `NotAnImage`."""
    source = open_source(path)[1]
    if source is None:
        raise NotAnImage(path=path, reason="the file carries no pixel data")
    return source


def truncated(have: int, want: int) -> CannotDecode:
    """The error for pixel data that ends too early (bytes)."""
    return CannotDecode(
        reason=f"the file ends before the picture does ({have:,} of {want:,} bytes are there); "
        "send or copy it again"
    )
