"""Frames of uncompressed pixel elements, read by their place in the file (PS3.5 8, A.1-A.3, D).

Reads only the bytes of the frame that is asked for. Arrays come out in the machine's byte order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.errors import CannotDecode
from vetpacs_desktop.viewer.pixels.colour import spread_422
from vetpacs_desktop.viewer.pixels.layout import Layout
from vetpacs_desktop.viewer.pixels.source import PixelKind, PixelSource, truncated

_FLOATS: Mapping[PixelKind, np.dtype[Any]] = {
    PixelKind.FLOAT: np.dtype(np.float32),
    PixelKind.DOUBLE: np.dtype(np.float64),
}


def native_frame(source: PixelSource, layout: Layout, frame: int, frames: int) -> NDArray[Any]:
    """(rows, cols) or (rows, cols, samples) unsigned integers or floats. Raises `CannotDecode`."""
    if source.kind in _FLOATS:
        return _floats(source, layout, frame)
    if layout.bits_allocated == 1:
        return _bits(source, layout, frame)
    if _is_422(source, layout, frames):
        return spread_422(_bytes(source, layout, frame).reshape(layout.rows, layout.columns // 2, 4))
    return arranged(_integers(source, layout, frame), layout)


def arranged(flat: NDArray[Any], layout: Layout) -> NDArray[Any]:
    """Flat samples as an image; colour by plane becomes colour by pixel."""
    if layout.samples == 1:
        return flat.reshape(layout.rows, layout.columns)
    if not layout.planar:
        return flat.reshape(layout.rows, layout.columns, layout.samples)
    planes = flat.reshape(layout.samples, layout.rows, layout.columns)
    return np.ascontiguousarray(planes.transpose(1, 2, 0))


def _take(source: PixelSource, start: int, count: int) -> NDArray[np.uint8]:
    """`count` bytes from `start`, none missing."""
    values = source.read(start, count)
    if len(values) < count:
        raise truncated(len(values), count)
    return values


def _integers(source: PixelSource, layout: Layout, frame: int) -> NDArray[Any]:
    width = layout.bits_allocated // 8
    count = layout.frame_bytes
    if width == 1 and source.big_endian:
        return _swapped_bytes(source, frame * count, count)
    values = _take(source, frame * count, count).view(np.dtype(f"<u{width}"))
    return values.byteswap(inplace=True) if source.big_endian else values


def _swapped_bytes(source: PixelSource, start: int, count: int) -> NDArray[np.uint8]:
    """8-bit pixels of a big endian file: they are as they should be, or (VR OW) in swapped pairs.

    The element's VR decides: OB is in order (PS3.5 7.3, A.3).
    """
    if not source.words:
        return _take(source, start, count)
    low, high = start // 2 * 2, (start + count + 1) // 2 * 2
    pairs = _take(source, low, min(high, source.size() // 2 * 2) - low).reshape(-1, 2)
    swapped = np.ascontiguousarray(pairs[:, ::-1]).ravel()[start - low :]
    if len(swapped) < count:
        raise truncated(len(swapped), count)
    return swapped[:count]


def _bytes(source: PixelSource, layout: Layout, frame: int) -> NDArray[np.uint8]:
    count = layout.pixels * 2
    return (
        _swapped_bytes(source, frame * count, count)
        if source.big_endian
        else _take(source, frame * count, count)
    )


def _is_422(source: PixelSource, layout: Layout, frames: int) -> bool:
    """Native 4:2:2 takes two bytes a pixel; some say so and store all three: the length tells."""
    if not layout.photometric.endswith("_422") or layout.bits_allocated != 8 or layout.columns % 2:
        return False
    return source.size() < layout.pixels * 3 * max(frames, 1)


def _bits(source: PixelSource, layout: Layout, frame: int) -> NDArray[np.uint8]:
    """One bit a pixel, lowest bit first; frames follow each other without a gap (PS3.5 8.1.1 and D)."""
    if layout.samples != 1:
        raise CannotDecode(reason="it is a black and white picture that claims to have colours")
    first = frame * layout.pixels
    start, stop = first // 8, (first + layout.pixels + 7) // 8
    packed = (_swapped_bytes if source.big_endian else _take)(source, start, stop - start)
    bits = np.unpackbits(packed, bitorder="little")[first - start * 8 :][: layout.pixels]
    return bits.reshape(layout.rows, layout.columns)


def _floats(source: PixelSource, layout: Layout, frame: int) -> NDArray[Any]:
    if layout.samples != 1:
        raise CannotDecode(reason="it holds fractional numbers that claim to be colours")
    kind = _FLOATS[source.kind]
    count = layout.pixels * layout.samples * kind.itemsize
    values = _take(source, frame * count, count).view(kind.newbyteorder("<"))
    return arranged(values.byteswap(inplace=True) if source.big_endian else values, layout)
