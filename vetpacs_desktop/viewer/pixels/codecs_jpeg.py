"""JPEG baseline, extended (8 and 12 bit), progressive and lossless: ISO/IEC 10918-1, PS3.5 A.4.1-2.

Decoders hand out the components as they are coded unless `to_rgb` asks for the conversion, which the faster
library does on its way. Must never look at a DICOM header.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.pixels.colour import ybr_full_to_rgb
from vetpacs_desktop.viewer.pixels.layout import Layout
from vetpacs_desktop.viewer.pixels.optional import imagecodecs, libjpeg


def turbo(data: bytes, layout: Layout, to_rgb: bool) -> NDArray[Any]:
    """libjpeg-turbo through imagecodecs; lossless too (12 and 16 bit, every predictor)."""
    spaces = (
        {"colorspace": "YCBCR", "outcolorspace": "RGB" if to_rgb else "YCBCR"} if layout.samples == 3 else {}
    )
    values: NDArray[Any] = imagecodecs.jpeg8_decode(data, **spaces)
    return values


def lossless(data: bytes, layout: Layout, to_rgb: bool) -> NDArray[Any]:
    """The lossless decoder of imagecodecs that follows process 14 and nothing else."""
    values = imagecodecs.jpegsof3_decode(data)
    return ybr_full_to_rgb(values) if to_rgb else values


def reference(data: bytes, layout: Layout, to_rgb: bool) -> NDArray[Any]:
    """pylibjpeg-libjpeg: every process of the standard, holds the GIL."""
    values: NDArray[Any] = libjpeg.decode(data)
    return ybr_full_to_rgb(np.ascontiguousarray(values)) if to_rgb else values
