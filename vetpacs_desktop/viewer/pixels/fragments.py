"""Which bytes of an encapsulated pixel element make up which frame (PS3.5 A.4).

Reads only the 8-byte heads of the fragments: a film of 500 MB costs a few thousand tiny reads, once. Offset
tables are believed where they agree with the fragments; many devices write wrong ones.
"""

from __future__ import annotations

import os
import struct
from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO

from vetpacs_desktop.errors import CannotDecode
from vetpacs_desktop.viewer.pixels.source import PixelSource, truncated

_ITEM = 0xE000FFFE
_NO_MORE = 0xE0DDFFFE
"""The sequence delimiter's tag."""
_FEW_FRAGMENTS = 64
_MOST_FRAGMENTS = 1_000_000
_STARTS = (b"\xff\xd8\xff", b"\xff\x4f\xff\x51", b"\x00\x00\x00\x0cjP  ", b"\xff\x0a")
"""JPEG and JPEG-LS, JPEG 2000, its boxed form, JPEG XL."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One fragment: `start` in the source's stream, `head` its first bytes; `whole` False where cut off."""

    start: int
    length: int
    head: bytes
    whole: bool


@dataclass(frozen=True, slots=True)
class FrameIndex:
    """The fragments of every frame that was found, in order."""

    frames: tuple[tuple[Piece, ...], ...]

    def read(self, source: PixelSource, frame: int) -> bytes:
        """One frame's coded bytes. Raises `CannotDecode` where the file ends before them."""
        if frame >= len(self.frames):
            raise CannotDecode(
                reason=f"the file ends before picture {frame + 1}; it holds {len(self.frames)} of them"
            )
        pieces = self.frames[frame]
        if not all(piece.whole for piece in pieces):
            have = sum(piece.length for piece in pieces)
            raise CannotDecode(
                reason=f"the file ends in its middle, after {have:,} bytes; send or copy it again"
            )
        return b"".join([source.piece(piece.start - source.offset, piece.length) for piece in pieces])


def picture_of(source: PixelSource) -> bytes | None:
    """The coded bytes of a file's only picture, read in one go, where its fragments leave nothing to ask.

    None for all others, for cut ones too: `index_of` looks closer.
    """
    if source.data is not None or source.length is not None:
        return None
    with source.path.open("rb", buffering=0) as file:
        rest = os.fstat(file.fileno()).st_size - source.offset
        file.seek(source.offset)
        tag, length = _item(file)
        if tag != _ITEM or length not in (0, 4) or file.read(length).strip(b"\0"):
            return None  # a table that is more than "the first picture begins at the first fragment"
        pieces: list[bytes] = []
        tag, length = _item(file)
        while tag == _ITEM and length <= rest and len(pieces) < _FEW_FRAGMENTS:
            piece = file.read(length)
            if len(piece) < length or (pieces and piece.startswith(_STARTS)):
                return None
            pieces.append(piece)
            tag, length = _item(file)
    if tag != _NO_MORE or not pieces:
        return None
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _item(file: BinaryIO) -> tuple[int, int]:
    """Tag and length of the item that begins here; zeros where the file ends."""
    tag, length = struct.unpack("<LL", file.read(8).ljust(8, b"\0"))
    return tag, length


def index_of(source: PixelSource, frames: int) -> FrameIndex:
    """Find the fragments of `frames` frames. Raises `CannotDecode` where there are none."""
    with source.stream() as stream:
        table, pieces = _scan(stream, source)
    if not pieces:
        raise truncated(0, 1)
    first = pieces[0].start - 8
    offsets = _extended(source) or table
    return FrameIndex(_grouped(pieces, offsets, first, max(frames, 1)))


def _scan(stream: BinaryIO, source: PixelSource) -> tuple[tuple[int, ...], list[Piece]]:
    """The basic offset table's entries and every fragment behind it."""
    end = source.offset + source.size()
    position, table = _first_item(stream, source.offset, end)
    pieces: list[Piece] = []
    while position + 8 <= end and len(pieces) < _MOST_FRAGMENTS:
        stream.seek(position)
        head = stream.read(8 + 12)
        tag, length = struct.unpack("<LL", head[:8])
        if tag != _ITEM:
            break
        have = min(length, end - position - 8)
        pieces.append(Piece(position + 8, have, head[8 : 8 + min(have, 12)], have == length))
        position += 8 + length
    return table, pieces


def _first_item(stream: BinaryIO, start: int, end: int) -> tuple[int, tuple[int, ...]]:
    """Where the fragments begin, and the basic offset table (PS3.5 A.4), which may be empty or missing."""
    stream.seek(start)
    head = stream.read(12)
    if len(head) < 8:
        raise truncated(len(head), 8)
    tag, length = struct.unpack("<LL", head[:8])
    if tag != _ITEM:
        raise CannotDecode(reason="its compressed data is not where it should be; send or copy it again")
    if head[8:].startswith(_STARTS[:2]):
        return start, ()
    if length % 4 or start + 8 + length > end:
        return start + 8 + length, ()
    stream.seek(start + 8)
    return start + 8 + length, struct.unpack(f"<{length // 4}L", stream.read(length))


def _extended(source: PixelSource) -> tuple[int, ...]:
    if source.extended_offsets is None:
        return ()
    offsets = source.extended_offsets[0]
    return struct.unpack(f"<{len(offsets) // 8}Q", offsets[: len(offsets) // 8 * 8])


def _grouped(
    pieces: list[Piece], offsets: tuple[int, ...], first: int, frames: int
) -> tuple[tuple[Piece, ...], ...]:
    if len(pieces) == frames:
        return tuple((piece,) for piece in pieces)
    by_table = _split(pieces, [first + offset + 8 for offset in offsets])
    if len(offsets) == frames and by_table is not None:
        return by_table
    starts = [piece.start for piece in pieces if piece.head.startswith(_STARTS)]
    if frames == 1 and len(starts) <= 1:
        return (tuple(pieces),)
    by_content = _split(pieces, starts) if starts else None
    if by_content is not None:
        return by_content[:frames]
    return tuple((piece,) for piece in pieces)[:frames]


def _split(pieces: list[Piece], starts: list[int]) -> tuple[tuple[Piece, ...], ...] | None:
    """Cut the fragments at `starts`; None where these are not fragments in order, from the first on."""
    known = [piece.start for piece in pieces]
    places = [bisect_left(known, start) for start in starts]
    if not places or places[0] != 0 or places != sorted(set(places)):
        return None
    if any(place >= len(known) or known[place] != start for place, start in zip(places, starts, strict=True)):
        return None
    return tuple(tuple(pieces[low:high]) for low, high in pairwise([*places, len(pieces)]))
