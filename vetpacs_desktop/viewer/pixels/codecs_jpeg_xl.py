"""JPEG XL: ISO/IEC 18181-1, PS3.5 A.4.12. Must never look at a DICOM header."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from vetpacs_desktop.viewer.pixels.layout import Layout
from vetpacs_desktop.viewer.pixels.optional import imagecodecs


def libjxl(data: bytes, layout: Layout, to_rgb: bool) -> NDArray[Any]:
    """libjxl through imagecodecs: hands out grey or RGB whatever the coding was; releases the GIL."""
    values: NDArray[Any] = imagecodecs.jpegxl_decode(data)
    return values
