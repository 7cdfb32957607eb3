"""JPEG-LS, lossless and near-lossless: ISO/IEC 14495-1, PS3.5 A.4.3. Must never look at a DICOM header."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from vetpacs_desktop.viewer.pixels.codestream import END, ended
from vetpacs_desktop.viewer.pixels.colour import ybr_full_to_rgb
from vetpacs_desktop.viewer.pixels.layout import Layout
from vetpacs_desktop.viewer.pixels.optional import imagecodecs, libjpeg


def charls(data: bytes, layout: Layout, to_rgb: bool) -> NDArray[Any]:
    """CharLS through imagecodecs; releases the GIL."""
    if not ended(data):
        data += END  # without it CharLS may look for the next bit for half a minute
    values = imagecodecs.jpegls_decode(data)
    return ybr_full_to_rgb(values) if to_rgb else values


def reference(data: bytes, layout: Layout, to_rgb: bool) -> NDArray[Any]:
    """pylibjpeg-libjpeg; holds the GIL."""
    values: NDArray[Any] = libjpeg.decode(data)
    return ybr_full_to_rgb(values) if to_rgb else values
