"""The colour bar at the right side of a picture in colours: which colour means which value.

Owns its strip and its labels; drawn in device pixels, so that it is the same at any zoom.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.render.label import Block, Label
from vetpacs_desktop.viewer.render.lettering import TEXT_COLOR, Lettering, Piece, Rgba
from vetpacs_desktop.viewer.snapshot import ColourBar, Viewport

TYPE = 11
ASIDE = 62
"""Logical pixels to the right edge: the letters of the edge, three of an oblique picture, have that place."""
WIDTH = 12
GAP = 5
SHARE = 0.42
"""Of the viewport's height: the corners keep theirs."""
TALLEST = 320
LEAST = 240
"""Logical pixels: in a viewport smaller than this the bar would hide the animal."""


class BarLayer:
    """At most one bar."""

    def __init__(self, lettering: Lettering) -> None:
        self._lettering = lettering
        self._strip = Block((1.0, 0.5))
        self._labels: list[Label] = []
        self._title = Label(lettering, (1.0, 1.0))

    def show(self, bar: ColourBar | None, viewport: Viewport) -> None:
        """Another bar, or none."""
        small = min(viewport.width, viewport.height) < LEAST * viewport.ratio
        values = () if bar is None or small else bar.values
        while len(self._labels) < len(values):
            self._labels.append(Label(self._lettering, (1.0, 0.5)))
        for label in self._labels[len(values) :]:
            label.write(Piece((), TYPE))
        if bar is None or small:
            self._strip.show(np.zeros((0, 0, 4), np.uint8))
            self._title.write(Piece((), TYPE))
            return
        ratio = viewport.ratio
        height = round(min(viewport.height * SHARE, TALLEST * ratio))
        right, middle = viewport.width - ASIDE * ratio, viewport.height / 2
        self._strip.show(_strip(bar, round(WIDTH * ratio), height, max(1, round(ratio))))
        self._strip.place(right, middle)
        self._title.write(Piece((bar.title,) if bar.title else (), round(TYPE * ratio), "right"))
        self._title.place(right, middle - height / 2 - TYPE * ratio)
        for number, (label, value) in enumerate(zip(self._labels, values, strict=False)):
            share = number / (len(values) - 1)
            label.write(Piece((value,), round(TYPE * ratio), "right"))
            label.place(right - (WIDTH + GAP) * ratio, middle + height * (0.5 - share))

    def draw(self, onto: NDArray[np.uint8], top: int = 0) -> None:
        """Over (height, width, 4) RGBA, top row first, of which the first row is the viewport's row `top`."""
        for block in (self._strip, self._title, *self._labels):
            block.draw(onto, top)


def _strip(bar: ColourBar, width: int, height: int, line: int) -> Rgba:
    """The highest value on top, in a thin frame that tells black from the black around it."""
    colours = np.frombuffer(bar.colours, np.uint8).reshape(-1, 3)
    at = np.linspace(len(colours) - 1, 0, height).round().astype(np.intp)
    pixels = np.full((height, width, 4), 255, np.uint8)
    pixels[..., :3] = colours[at][:, np.newaxis]
    for edge in (np.s_[:line], np.s_[-line:], np.s_[:, :line], np.s_[:, -line:]):
        pixels[edge] = (*TEXT_COLOR, 255)
    return pixels
