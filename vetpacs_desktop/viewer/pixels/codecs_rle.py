"""DICOM's own run-length coding (PS3.5 G): one segment for each byte of each sample, high bytes first."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.pixels.colour import ybr_full_to_rgb
from vetpacs_desktop.viewer.pixels.layout import Layout
from vetpacs_desktop.viewer.pixels.optional import imagecodecs, rle

_BEST_RATIO = 64
"""Two coded bytes make at most 128: a picture that promises more is not there."""


def packed(data: bytes, layout: Layout, to_rgb: bool) -> NDArray[Any]:
    """imagecodecs; releases the GIL."""
    _check(data, layout)
    return _arranged(
        imagecodecs.dicomrle_decode(data, np.dtype(f"<u{layout.bits_allocated // 8}")), layout, to_rgb
    )


def reference(data: bytes, layout: Layout, to_rgb: bool) -> NDArray[Any]:
    """pylibjpeg-rle; holds the GIL, which at half a millisecond for a CT slice is no harm."""
    _check(data, layout)
    sizes = {"rows": layout.rows, "columns": layout.columns, "bits_allocated": layout.bits_allocated}
    try:
        values = rle.decode_pixel_data(data, version=2, **sizes)
    except BaseException as error:
        # A panic of its Rust code is no Exception, so that it would end the thread.
        if type(error).__name__ == "PanicException":
            raise ValueError(str(error)) from error
        raise
    return _arranged(values, layout, to_rgb)


def _check(data: bytes, layout: Layout) -> None:
    (segments,) = struct.unpack_from("<L", data)
    if segments != layout.samples * max(layout.bits_allocated // 8, 1):
        raise ValueError(f"{segments} segments do not make this picture")
    if layout.frame_bytes > len(data) * _BEST_RATIO:
        raise ValueError("too few bytes for this picture")


def _arranged(values: bytes | bytearray, layout: Layout, to_rgb: bool) -> NDArray[Any]:
    """Samples come plane by plane; little endian."""
    kind = np.dtype(f"<u{max(layout.bits_allocated // 8, 1)}")
    flat = np.frombuffer(bytearray(values) if isinstance(values, bytes) else values, kind)
    if layout.samples == 1:
        return flat[: layout.pixels].reshape(layout.rows, layout.columns)
    planes = flat[: layout.pixels * layout.samples].reshape(layout.samples, layout.rows, layout.columns)
    colours = np.ascontiguousarray(planes.transpose(1, 2, 0))
    return ybr_full_to_rgb(colours) if to_rgb else colours
