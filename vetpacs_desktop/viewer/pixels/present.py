"""The last step to the screen, and the exact picture that a screen must show (PS3.3 C.11.6, C.7.6.3.1.2).

MONOCHROME1 inverts after VOI; a presentation LUT shape overrides that. `picture` is the reference that
renderers are tested against. Overlays and shutters are drawn by the viewer: see `overlays` and `shutters`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.description import ImageDescription, Window
from vetpacs_desktop.viewer.pixels.decode import decode_frame
from vetpacs_desktop.viewer.pixels.grey import modality_values, padding_mask
from vetpacs_desktop.viewer.pixels.source import PixelSource
from vetpacs_desktop.viewer.pixels.voi import apply_window, useful_window


def inverted(description: ImageDescription) -> bool:
    """Whether low values are bright: the shape where there is one, else MONOCHROME1."""
    shape = description.presentation_shape.strip().upper()
    if shape in ("IDENTITY", "INVERSE"):
        return shape == "INVERSE"
    return description.photometric.strip().upper() == "MONOCHROME1"


def picture(
    where: Path | PixelSource,
    description: ImageDescription,
    frame: int = 0,
    window: Window | None = None,
    *,
    invert: bool = False,
) -> NDArray[np.uint8]:
    """(rows, cols) grey or (rows, cols, 3) RGB, uint8, one value a stored pixel.

    Padding is black, also in MONOCHROME1; `invert`, the reader's wish, turns everything. `window` None takes
    the frame's first preset or an automatic one. Raises `CannotDecode`, `NotAnImage`.
    """
    stored = decode_frame(where, description, frame)
    mask = padding_mask(stored, description)
    values = modality_values(stored, description, frame)
    if values.ndim == 2 and window is None:
        window = useful_window(description, frame, values, mask)
    return shown(values, mask, window, inverse=inverted(description), invert=invert)


def shown(
    values: NDArray[Any],
    mask: NDArray[np.bool_] | None,
    window: Window | None,
    *,
    inverse: bool = False,
    invert: bool = False,
) -> NDArray[np.uint8]:
    """Modality values (or RGB, which no window touches) as they appear."""
    if values.ndim == 3 or window is None:
        colours = values.astype(np.uint8, copy=True)
        return np.invert(colours, out=colours) if invert else colours
    grey = apply_window(values, window)
    if inverse:
        np.invert(grey, out=grey)
    if mask is not None:
        grey[mask] = 0
    return np.invert(grey, out=grey) if invert else grey
