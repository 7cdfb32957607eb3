"""Palette colour look-up tables, plain and segmented (PS3.3 C.7.6.3.1.5, C.7.6.3.1.6, C.7.9.2).

Owns reading the three tables out of a header and colouring indices with them; never touches files.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.errors import CannotDecode
from vetpacs_desktop.viewer import elements as read

_COLOURS = ("Red", "Green", "Blue")
_MOST_ENTRIES = 65536


@dataclass(frozen=True, eq=False, slots=True)
class Palette:
    """`table` is (entries, 3) uint8 RGB; a stored value of `first` takes row 0; others are clamped."""

    first: int
    table: NDArray[np.uint8]
    missing: int = 0
    """Entries that the header promises and the table lacks at its end."""

    def colour(self, indices: NDArray[np.generic]) -> NDArray[np.uint8]:
        """(rows, cols) stored values -> (rows, cols, 3) uint8 RGB. Raises `CannotDecode` where the picture
        needs entries that are missing: their colours would be invented."""
        lowest, highest = self.first, self.first + len(self.table) - 1
        if self.missing and indices.size and int(np.max(indices)) > highest:
            raise CannotDecode(reason="its table of colours is incomplete; ask for it to be sent again")
        rows = np.clip(indices.astype(np.int32), lowest, highest) - lowest
        return np.take(self.table, rows, axis=0)


def palette_of(dataset: read.Header) -> Palette | None:
    """The palette of a PALETTE COLOR image; None for any other and for a broken one."""
    if read.text(dataset, "PhotometricInterpretation").upper() != "PALETTE COLOR":
        return None
    try:
        return _palette(dataset)
    except read.UNREADABLE:
        return None


def _palette(dataset: read.Header) -> Palette:
    promised, first, _ = _descriptor(dataset, "Red")
    signed = read.integer(dataset, "PixelRepresentation") == 1
    channels = [_channel(dataset, colour) for colour in _COLOURS]
    entries = min(len(channel) for channel in channels)
    table = np.stack([channel[:entries] for channel in channels], axis=1)
    # Entries of 16 bits count by their high byte; many devices say 16 but fill only the low one.
    eight = table >> 8 if table.max() > 0xFF else table
    first = first - 0x10000 if signed and first >= 0x8000 else first
    return Palette(first, eight.astype(np.uint8), max(promised - entries, 0))


def _descriptor(dataset: read.Header, colour: str) -> tuple[int, int, int]:
    """Entries (0 means 65536), first value mapped (raw 16 bits), bits per entry."""
    numbers = read.numbers(dataset, f"{colour}PaletteColorLookupTableDescriptor")
    entries, first, bits = (int(number or 0) & 0xFFFF for number in numbers[:3])
    return entries or _MOST_ENTRIES, first, bits


def _channel(dataset: read.Header, colour: str) -> NDArray[np.uint16]:
    entries, _, bits = _descriptor(dataset, colour)
    plain = f"{colour}PaletteColorLookupTableData"
    _, data, little = read.stored(dataset, plain)
    if data:
        # Tables of 8 bits are stored as bytes or (wrongly, but often) one entry to a word: the length tells.
        return _numbers(data, 8 if len(data) < 2 * entries else 16, little)[:entries]
    _, data, little = read.stored(dataset, f"Segmented{plain}")
    return _Segments(_numbers(data, bits, little), bits).expanded(entries)


def _numbers(data: bytes, bits: int, little: bool) -> NDArray[np.uint16]:
    """Bytes or 16-bit words as numbers; bytes lie in swapped pairs where the file is big endian."""
    if bits > 8:
        return np.frombuffer(data[: len(data) // 2 * 2], "<u2" if little else ">u2").astype(np.uint16)
    if not little:
        data = np.frombuffer(data[: len(data) // 2 * 2], ">u2").astype("<u2").tobytes()
    return np.frombuffer(data, np.uint8).astype(np.uint16)


class _Segments:
    """Expands discrete (0), linear (1) and indirect (2) segments (PS3.3 C.7.9.2)."""

    def __init__(self, numbers: NDArray[np.uint16], bits: int) -> None:
        self._numbers: list[int] = numbers.tolist()
        self._wide = bits > 8
        self._starts: set[int] = set()
        self._values: list[int] = []

    def expanded(self, entries: int) -> NDArray[np.uint16]:
        """The table's values: padded with its last one, or cut, to `entries`."""
        position = 0
        while len(self._values) < entries and position + 2 < len(self._numbers):
            self._starts.add(position)
            position = self._segment(position)
        if not self._values:
            raise ValueError("a segmented colour table without entries")
        self._values.extend([self._values[-1]] * (entries - len(self._values)))
        return np.array(self._values[:entries], np.uint16)

    def _segment(self, position: int) -> int:
        """Append one segment's values; returns where the next one starts."""
        opcode, length = self._numbers[position], self._numbers[position + 1]
        if opcode == 0:
            self._values.extend(self._numbers[position + 2 : position + 2 + length])
            return position + 2 + length
        if opcode == 1:
            start, end = self._values[-1], self._numbers[position + 2]
            self._values.extend(round(start + (end - start) * n / length) for n in range(1, length + 1))
            return position + 3
        if opcode == 2:
            return self._copies(position, length)
        raise ValueError(f"a colour table with an unknown segment {opcode}")

    def _copies(self, position: int, count: int) -> int:
        """Repeat `count` earlier segments; the offset is said in bytes, but some writers count words."""
        parts = self._numbers[position + 2 : position + (4 if self._wide else 6)]
        offset = sum(part << (16 if self._wide else 8) * place for place, part in enumerate(parts))
        target = offset // 2 if self._wide and offset // 2 in self._starts else offset
        for _ in range(count):
            if target not in self._starts or self._numbers[target] == 2:
                raise ValueError("a colour table that points outside of itself")
            target = self._segment(target)
        return position + 2 + len(parts)
