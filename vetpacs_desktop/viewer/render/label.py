"""One block of text over a picture, pinned to a place of the viewport; drawn anew when its words change."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.render.lettering import Lettering, Piece, Rgba

_NOTHING = np.zeros((0, 0, 4), np.uint8)


class Block:
    """Pixels whose box has its `anchor`, from (0, 0) top left to (1, 1) bottom right, at a given place."""

    def __init__(self, anchor: tuple[float, float]) -> None:
        self._anchor = anchor
        self._pixels: Rgba = _NOTHING
        self._corner = (0, 0)
        self._opacity = 1.0
        self._ink: tuple[NDArray[np.uint16], NDArray[np.uint16]] | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the block in device pixels."""
        return self._pixels.shape[1], self._pixels.shape[0]

    def show(self, pixels: Rgba) -> None:
        """Other pixels; none hide the block."""
        self._pixels, self._ink = pixels, None

    def place(self, x: float, y: float) -> None:
        """Pin the anchor at (x, y) from the viewport's top left corner, in device pixels."""
        width, height = self.size
        self._corner = round(x - self._anchor[0] * width), round(y - self._anchor[1] * height)

    def fade(self, opacity: float) -> None:
        """1 is fully there."""
        if opacity != self._opacity:
            self._opacity, self._ink = opacity, None

    def draw(self, onto: NDArray[np.uint8], top: int = 0) -> None:
        """Over (height, width, 4) RGBA, top row first, of which the first row is the viewport's row `top`."""
        if not self._pixels.size:
            return
        left, above = self._corner[0], self._corner[1] - top
        width, height = self.size
        rows = slice(max(above, 0), max(min(above + height, onto.shape[0]), 0))
        columns = slice(max(left, 0), max(min(left + width, onto.shape[1]), 0))
        if rows.start >= rows.stop or columns.start >= columns.stop:
            return
        inside = np.s_[rows.start - above : rows.stop - above, columns.start - left : columns.stop - left]
        colour, rest = self._mixed()
        below = onto[rows, columns, :3]
        mixed = below * rest[inside]
        mixed += colour[inside]
        mixed += mixed >> 8  # with the half in `colour`: a rounded division by 255
        mixed >>= 8
        below[...] = mixed

    def _mixed(self) -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
        """Colour times alpha (and a half, to round), and what shows of the picture below; of 255."""
        if self._ink is None:
            alpha = np.rint(self._pixels[..., 3:] * np.float32(self._opacity)).astype(np.uint16)
            self._ink = self._pixels[..., :3] * alpha + np.uint16(128), 255 - alpha
        return self._ink


class Label(Block):
    """A text."""

    def __init__(self, lettering: Lettering, anchor: tuple[float, float]) -> None:
        super().__init__(anchor)
        self._lettering = lettering
        self._piece: Piece | None = None

    def write(self, piece: Piece) -> None:
        """Other words; none hide the block."""
        if piece != self._piece:
            self._piece = piece
            self.show(self._lettering.draw(piece))
