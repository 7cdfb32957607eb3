"""What a compressed frame says of itself in its first bytes: kind, size, bits and colour coding.

Headers lie about compressed data more often than the data does. Reads markers only; must never decode.
Sources: ISO/IEC 10918-1 B.2 (JPEG), 14495-1 (JPEG-LS), 15444-1 A.4-A.6 (JPEG 2000), JFIF 1.02, Adobe TN 5116.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import Enum

END = b"\xff\xd9"
"""The end marker of JPEG, JPEG-LS and JPEG 2000 alike."""
_TAILS = (bytes(64) + END, b"\x5a\xa5\x3c" * 21 + END)


class Coding(Enum):
    """Families of codestreams, by what can decode them."""

    JPEG = "JPEG"
    JPEG_LOSSLESS = "JPEG lossless"
    JPEG_LS = "JPEG-LS"
    JPEG_2000 = "JPEG 2000"
    HTJ2K = "High-throughput JPEG 2000"


class Colours(Enum):
    """What the three components are, where the codestream says it."""

    UNSAID = "unsaid"
    RGB = "RGB"
    YBR = "YBR"


@dataclass(frozen=True, slots=True)
class Codestream:
    """Facts of one frame; `colours` is what the decoder would hand out if it converted nothing."""

    coding: Coding
    rows: int
    columns: int
    components: int
    precision: int
    signed: bool = False
    colours: Colours = Colours.UNSAID


def look_at(data: bytes) -> Codestream | None:
    """The facts, or None where it is none of these codings (RLE has no header) or is cut off."""
    try:
        if data[:2] == b"\xff\xd8":
            return _jpeg(data)
        start = data.find(b"\xff\x4f\xff\x51", 0, 4096)
        if data[:4] == b"\xff\x4f\xff\x51" or (data[4:8] == b"jP  " and start > 0):
            return _jpeg_2000(data, start)
    except (struct.error, IndexError):
        return None
    return None


def ended(data: bytes) -> bool:
    """Whether the end marker is where it should be; fragments may be padded behind it."""
    return END in data[-16:] or data.rstrip(b"\0").endswith(END)


def two_endings(data: bytes) -> tuple[bytes, bytes]:
    """The data with two different ends: both make the same picture only if nothing was missing."""
    return data + _TAILS[0], data + _TAILS[1]


def _jpeg(data: bytes) -> Codestream | None:
    """Walk the marker segments up to the start of frame."""
    position, colours = 2, Colours.UNSAID
    while position + 4 <= len(data):
        if data[position] != 0xFF:
            return None
        marker = data[position + 1]
        if marker in (0xFF, 0x01) or 0xD0 <= marker <= 0xD8:
            position += 1 if marker == 0xFF else 2
            continue
        (length,) = struct.unpack_from(">H", data, position + 2)
        body = data[position + 4 : position + 2 + length]
        if marker == 0xF7 or (0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC)):
            return _frame_header(marker, body, colours)
        colours = _said_by(marker, body) or colours
        position += 2 + length
    return None


def _said_by(marker: int, body: bytes) -> Colours | None:
    """JFIF (APP0) is always YBR; Adobe's APP14 says it in its last byte, if it is long enough to."""
    if marker == 0xE0 and body.startswith(b"JFIF\0"):
        return Colours.YBR
    if marker == 0xEE and body.startswith(b"Adobe") and len(body) >= 12:
        return Colours.RGB if body[11] == 0 else Colours.YBR
    return None


def _frame_header(marker: int, body: bytes, colours: Colours) -> Codestream:
    precision, rows, columns, components = struct.unpack_from(">BHHB", body)
    names = bytes(body[6 + 3 * n] for n in range(components))
    if names.upper() == b"RGB":
        colours = Colours.RGB
    coding = {0xC3: Coding.JPEG_LOSSLESS, 0xF7: Coding.JPEG_LS}.get(marker, Coding.JPEG)
    return Codestream(coding, rows, columns, components, precision, colours=colours)


def _jpeg_2000(data: bytes, start: int) -> Codestream:
    """SIZ (always first) and COD; the multiple component transform of COD means RGB after decoding."""
    right, bottom, left, top = struct.unpack_from(">4L", data, start + 8)
    components, depth = struct.unpack_from(">HB", data, start + 40)
    (length,) = struct.unpack_from(">H", data, start + 4)
    coding, colours = Coding.JPEG_2000, Colours.UNSAID
    position = start + 4 + length
    while data[position] == 0xFF and data[position + 1] not in (0x90, 0x93, 0xD9):
        if data[position + 1] == 0x50:
            coding = Coding.HTJ2K
        elif data[position + 1] == 0x52 and data[position + 8]:
            colours = Colours.RGB
        (length,) = struct.unpack_from(">H", data, position + 2)
        position += 2 + length
    return Codestream(
        coding, bottom - top, right - left, components, (depth & 0x7F) + 1, bool(depth & 0x80), colours
    )
