"""The strip of words under a picture that leaves the clinic: never over the animal, never cut off.

Draws on plain arrays with whatever letters it is given. The picture's own pixels stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.render.lettering import Lettering, Piece, Rgba

SMALLEST_TYPE = 13
LARGEST_TYPE = 64
TYPE_PER_WIDTH = 1 / 75
"""The type grows with the picture: a radiograph of 4000 pixels is looked at as small as one of 800."""
NARROWEST = 320
"""Pixels; a smaller picture stands in the middle of a strip this wide."""

LINE = 70
"""Grey of the thin line between picture and words."""

Rgb = NDArray[np.uint8]


def labelled(picture: Rgb, words: Sequence[str], lettering: Lettering) -> Rgb:
    """(height, width, 3) with the strip of `words` below; as wide as the picture, or `NARROWEST`."""
    width = max(picture.shape[1], NARROWEST)
    return np.concatenate([_centred(picture, width), label_strip(words, width, lettering)])


def label_strip(words: Sequence[str], width: int, lettering: Lettering) -> Rgb:
    """Black, `width` wide and as high as its lines: as many words side by side as there is room for."""
    size = int(min(max(width * TYPE_PER_WIDTH, SMALLEST_TYPE), LARGEST_TYPE))
    margin, gap = size // 2, 2 * size
    room = width - 2 * margin
    blocks = [block for block in (_block(word, size, room, lettering) for word in words) if block.size]
    rows = _rows([block.shape[1] for block in blocks], room, gap)
    step = max((block.shape[0] for block in blocks), default=0) + size // 5
    strip = np.zeros((step * len(rows) + margin if rows else 0, width, 3), np.uint8)
    for line, row in enumerate(rows):
        for number, left in row:
            _put(strip, blocks[number], margin + left, margin // 2 + line * step)
    strip[:1] = LINE
    return strip


def _block(word: str, size: int, room: int, lettering: Lettering) -> Rgba:
    block = lettering.draw(Piece((word,), size, room=room))
    return block[:, :room]


def _rows(widths: Sequence[int], room: int, gap: int) -> list[list[tuple[int, int]]]:
    """Lines of (number of the block, its left end): a block that has no room begins a new line."""
    rows: list[list[tuple[int, int]]] = []
    left = room + 1
    for number, width in enumerate(widths):
        if left + width > room:
            rows.append([])
            left = 0
        rows[-1].append((number, left))
        left += width + gap
    return rows


def _put(strip: Rgb, block: Rgba, left: int, top: int) -> None:
    height, width = block.shape[:2]
    place = strip[top : top + height, left : left + width]
    alpha = block[: place.shape[0], : place.shape[1], 3:].astype(np.uint16)
    colours = block[: place.shape[0], : place.shape[1], :3]
    place[:] = (colours * alpha + place * (255 - alpha) + 127) // 255


def _centred(picture: Rgb, width: int) -> Rgb:
    missing = width - picture.shape[1]
    if not missing:
        return picture
    return np.pad(picture, ((0, 0), (missing // 2, missing - missing // 2), (0, 0)))
