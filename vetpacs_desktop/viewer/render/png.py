"""Writes pictures as PNG files (ISO/IEC 15948), so that no picture library is needed for it."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_EIGHT_BIT_RGB = (8, 2, 0, 0, 0)


def write_png(rgb: NDArray[np.uint8], path: Path) -> None:
    """Write (height, width, 3) uint8, top row first. Raises OSError."""
    height, width, _ = rgb.shape
    lines = np.zeros((height, 1 + 3 * width), np.uint8)  # each line starts with its filter: 0, none
    lines[:, 1:] = rgb.reshape(height, 3 * width)
    header = struct.pack(">II5B", width, height, *_EIGHT_BIT_RGB)
    path.write_bytes(
        _SIGNATURE
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(lines.tobytes(), 6))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
