"""JPEG 2000 part 1 and high-throughput JPEG 2000: ISO/IEC 15444-1 and -15, PS3.5 A.4.4 and A.4.8-10.

Decoders undo the multiple component transform, so that its colours come out as RGB. Must never look at a
DICOM header.
"""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from vetpacs_desktop.viewer.pixels.codestream import END, ended
from vetpacs_desktop.viewer.pixels.colour import ybr_full_to_rgb
from vetpacs_desktop.viewer.pixels.layout import Layout
from vetpacs_desktop.viewer.pixels.optional import imagecodecs, openjpeg


def parallel(data: bytes, layout: Layout, to_rgb: bool) -> NDArray[Any]:
    """OpenJPEG through imagecodecs; releases the GIL."""
    values = imagecodecs.jpeg2k_decode(_with_end(data))
    return ybr_full_to_rgb(values) if to_rgb else values


def reference(data: bytes, layout: Layout, to_rgb: bool) -> NDArray[Any]:
    """pylibjpeg-openjpeg; holds the GIL."""
    values: NDArray[Any] = openjpeg.decode(_with_end(data))
    return ybr_full_to_rgb(values) if to_rgb else values


def _with_end(data: bytes) -> bytes:
    """Some devices forget the end marker; what else is missing shows in the tiles' stated lengths."""
    return data if ended(data) else data + END
