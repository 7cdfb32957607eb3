"""The structure of a JPEG file: its process, its colours, and where the picture really ends.

Walks markers (ITU-T T.81 annex B), decodes nothing. A file without its end marker is cut off.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})
_IN_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
BASELINE, EXTENDED, PROGRESSIVE = 0xC0, 0xC1, 0xC2


@dataclass(frozen=True, slots=True)
class JpegFacts:
    """What the markers say."""

    process: int
    """The frame header's marker: 0xC0 baseline, 0xC2 progressive, ..."""
    precision: int
    rows: int
    columns: int
    components: int
    is_rgb: bool
    """Three components that are red, green and blue themselves, not YBR."""
    end: int | None
    """Offset behind the end marker; None for a file that is cut off."""


def facts_of(data: bytes) -> JpegFacts | None:
    """Facts of a JPEG file, None when its markers make no sense."""
    position, frame, transform, jfif = 2, b"", -1, False
    process, end = 0, None
    while (found := _marker(data, position)) is not None:
        marker, position = found
        if marker == 0xD9:
            end = position
            break
        if marker in _BARE:
            continue
        length = int.from_bytes(data[position : position + 2], "big")
        if length < 2 or position + length > len(data):
            break
        body = data[position + 2 : position + length]
        if marker in _FRAMES and not frame:
            process, frame = marker, body
        elif marker == 0xEE and body.startswith(b"Adobe") and len(body) >= 12:
            transform = body[11]
        elif marker == 0xE0 and body.startswith(b"JFIF"):
            jfif = True
        position += length
        if marker == 0xDA and (following := _IN_SCAN.search(data, position)) is None:
            break
        elif marker == 0xDA:
            position = following.start() if following else position
    return _facts(process, frame, transform, jfif, end)


def _marker(data: bytes, position: int) -> tuple[int, int] | None:
    """The marker at `position` and where its segment starts; fill bytes are skipped."""
    if data[position : position + 1] != b"\xff":
        return None
    while data[position : position + 1] == b"\xff":
        position += 1
    return (data[position], position + 1) if position < len(data) else None


def _facts(process: int, frame: bytes, transform: int, jfif: bool, end: int | None) -> JpegFacts | None:
    if len(frame) < 6 or len(frame) < 6 + 3 * frame[5]:
        return None
    components = frame[5]
    names = bytes(frame[6 + 3 * one] for one in range(components))
    is_rgb = components == 3 and (transform == 0 or (transform < 0 and not jfif and names == b"RGB"))
    return JpegFacts(
        process=process,
        precision=frame[0],
        rows=int.from_bytes(frame[1:3], "big"),
        columns=int.from_bytes(frame[3:5], "big"),
        components=components,
        is_rgb=is_rgb,
        end=end,
    )
