"""DICOM's own run-length coding (PS3.5 G): one segment for each byte of each sample, high bytes first.

The segments' table is checked here before any library sees the bytes: fed with a damaged one, imagecodecs'
own reader of it crashes the program, and pylibjpeg's panics. Must never look at a DICOM header.
"""

from __future__ import annotations

import struct
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.pixels.colour import ybr_full_to_rgb
from vetpacs_desktop.viewer.pixels.layout import Layout
from vetpacs_desktop.viewer.pixels.optional import imagecodecs, rle

_HEADER = 64
_BEST_RATIO = 64
"""Two coded bytes make at most 128: a picture that promises more is not there."""


def packed(data: bytes, layout: Layout, to_rgb: bool) -> NDArray[Any]:
    """imagecodecs, one segment after the other; releases the GIL."""
    width = max(layout.bits_allocated // 8, 1)
    planes = np.empty((layout.samples, layout.pixels, width), np.uint8)
    for number, segment in enumerate(_segments(data, layout)):
        values = np.frombuffer(imagecodecs.packbits_decode(segment), np.uint8)
        if values.size < layout.pixels:
            raise ValueError(f"a run-length segment of {values.size} bytes")
        # The first segment of a sample is its highest byte; the array is little endian.
        planes[number // width, :, width - 1 - number % width] = values[: layout.pixels]
    return _arranged(planes.reshape(-1).view(f"<u{width}"), layout, to_rgb)


def reference(data: bytes, layout: Layout, to_rgb: bool) -> NDArray[Any]:
    """pylibjpeg-rle; holds the GIL, which at half a millisecond for a CT slice is no harm."""
    for segment in _segments(data, layout):
        _check_runs(segment, layout.pixels)
    sizes = {"rows": layout.rows, "columns": layout.columns, "bits_allocated": layout.bits_allocated}
    try:
        values = rle.decode_pixel_data(data, version=2, **sizes)
    except BaseException as error:
        # A panic of its Rust code is no Exception, so that it would end the thread.
        if type(error).__name__ == "PanicException":
            raise ValueError(str(error)) from error
        raise
    return _arranged(np.frombuffer(values, f"<u{max(layout.bits_allocated // 8, 1)}"), layout, to_rgb)


def _segments(data: bytes, layout: Layout) -> list[bytes]:
    """The coded bytes of every segment. Raises ValueError where the table does not fit the picture."""
    expected = layout.samples * max(layout.bits_allocated // 8, 1)
    if len(data) < _HEADER or layout.frame_bytes > len(data) * _BEST_RATIO:
        raise ValueError("too few bytes for this picture")
    count, *offsets = struct.unpack_from("<16L", data)
    if count != expected or count > len(offsets):
        raise ValueError(f"{count} segments do not make this picture")
    edges = [*offsets[:count], len(data)]
    if edges[0] < _HEADER or any(low >= high for low, high in pairwise(edges)):
        raise ValueError("a table of segments that leads out of the frame")
    return [data[low:high] for low, high in pairwise(edges)]


def _check_runs(segment: bytes, pixels: int) -> None:
    """Raise ValueError where runs lead out of the segment or the picture: the Rust code would print its panic
    to standard error, where the program says one sentence and no more."""
    place, filled = 0, 0
    while filled < pixels and place < len(segment):
        code = segment[place]
        length = code + 1 if code < 128 else 257 - code if code > 128 else 0
        place += 1 + (length if code < 128 else int(code > 128))
        filled += length
    padding = segment[place:]
    if filled != pixels or place > len(segment) or padding not in (b"", b"\0"):
        raise ValueError("runs that do not make the picture")


def _arranged(flat: NDArray[Any], layout: Layout, to_rgb: bool) -> NDArray[Any]:
    """Samples come plane by plane."""
    if layout.samples == 1:
        return flat[: layout.pixels].reshape(layout.rows, layout.columns)
    planes = flat[: layout.pixels * layout.samples].reshape(layout.samples, layout.rows, layout.columns)
    colours = np.ascontiguousarray(planes.transpose(1, 2, 0))
    return ybr_full_to_rgb(colours) if to_rgb else colours
