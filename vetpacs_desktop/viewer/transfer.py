"""From modality values to grey levels, as numbers that a renderer can apply without knowing DICOM.

The formulas themselves are `pixels.curves`' (PS3.3 C.11.2.1); this only says where they run and samples them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.description import VoiFunction, Window
from vetpacs_desktop.viewer.pixels.curves import usable
from vetpacs_desktop.viewer.pixels.voi import levels

STEPS = 4096
"""Entries of a table that stands for a smooth curve: within 0.53 of a grey level of the exact value."""
SIGMOID_REACH = 2.0
"""A sigmoid is drawn over center +/- 2 widths, where it is within 0.1 of a grey level of black and white."""
NARROWEST = 1e-3
"""Of a step between two whole numbers: LINEAR of width 1, which is black up to its centre less a half."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """Values up to `lower` take the table's first entry, from `upper` its last; without a table 0 to 255."""

    lower: float
    upper: float
    table: bytes | None = None
    """Grey levels at equal steps between `lower` and `upper`; None is the straight line from 0 to 255."""
    colours: bytes | None = None
    """256 times red, green, blue: what each grey level is shown as; None is grey."""

    @property
    def levels(self) -> NDArray[np.uint8]:
        """The grey levels at equal steps, also where they are a straight line."""
        return _RAMP if self.table is None else np.frombuffer(self.table, np.uint8)

    @property
    def rgb(self) -> NDArray[np.uint8]:
        """(n, 3): what is shown at equal steps between `lower` and `upper`."""
        grey = self.levels
        if self.colours is None:
            return np.repeat(grey[:, np.newaxis], 3, axis=1)
        return np.frombuffer(self.colours, np.uint8).reshape(-1, 3)[grey]


COLOUR = Transfer(0.0, 255.0)
"""Colour pictures as they are."""
COLOUR_INVERTED = Transfer(0.0, 255.0, bytes(range(255, -1, -1)))
_RAMP = np.rint((np.arange(STEPS) + 0.5) * (255 / STEPS)).astype(np.uint8)
_WHOLE = Window(0.0, 65536.0)


def transfer_of(window: Window, *, inverted: bool, colours: bytes | None = None) -> Transfer:
    """The transfer of a window; `inverted` when its low values are white, or the last of the `colours`."""
    window = window if usable(window) else _WHOLE
    lower, upper = limits(window)
    straight = window.curve is None and window.function is not VoiFunction.SIGMOID
    if straight and not inverted:
        return Transfer(lower, upper, colours=colours)
    count = STEPS if window.curve is None else len(window.curve.values)
    at = lower + (np.arange(count) + 0.5) * ((upper - lower) / count)
    grey = levels(at, window)
    return Transfer(lower, upper, (255 - grey if inverted else grey).tobytes(), colours)


def limits(window: Window) -> tuple[float, float]:
    """The values between which the window's curve runs; a look-up curve with half an entry on both sides."""
    middle, width = window.center, window.width
    if window.curve is not None:
        entries = len(window.curve.values)
        width *= entries / max(entries - 1, 1)
    elif window.function is VoiFunction.SIGMOID:
        width *= 2 * SIGMOID_REACH
    elif window.function is VoiFunction.LINEAR and width >= 1:
        middle, width = middle - 0.5, width - 1
    half = max(width, NARROWEST) / 2
    return middle - half, middle + half
