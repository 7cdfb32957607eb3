"""Where the name of a plane's line stands: at an end of the line, clear of the words in the corners.

Pure geometry in device pixels; how wide letters are is only estimated.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from vetpacs_desktop.viewer.snapshot import Resolved
from vetpacs_desktop.viewer.state import Point

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""

LETTER, LINE, MARGIN = 7.5, 18.0, 8.0
"""A letter's width, a line's height and the room at the edge, in logical pixels."""
FIRST, STEP, STEPS = 30.0, 18.0, 12
"""How far from the end of the line a name stands at first, and the steps it gives way by."""


def tag_place(ends: Sequence[Point], middle: Point, words: str, found: Resolved) -> Point:
    """The place of the name on its line, from the first end on, where it hides least of the corners' words.

    `ends` are those of the line on the screen; no name stands beyond the `middle`, where the lines meet.
    """
    taken = words_in_the_corners(found)
    ratio = found.viewport.ratio
    width, height = (LETTER * len(words) + 2 * MARGIN) * ratio, 1.5 * LINE * ratio
    best, least = middle, math.inf
    for at in _along(ends, middle, ratio):
        box = (at[0] - width, at[1] - height, at[0] + width, at[1] + height)
        hidden = sum(_shared(box, other) for other in taken)
        if hidden < least:
            best, least = at, hidden
        if not hidden:
            break
    return best


def words_in_the_corners(found: Resolved) -> list[Box]:
    """About where the words of the corners and the letters at the edges are."""
    width, height, ratio = found.viewport.width, found.viewport.height, found.viewport.ratio
    texts, boxes = found.corners, []
    for lines, right, low in (
        (texts.top_left, False, False),
        (texts.top_right, True, False),
        (texts.bottom_left, False, True),
        (texts.bottom_right, True, True),
    ):
        if lines:
            wide = min(max(map(len, lines)) * LETTER * ratio, width / 2) + MARGIN * ratio
            high = (len(lines) * LINE + MARGIN) * ratio
            left, top = (width - wide if right else 0.0), (height - high if low else 0.0)
            boxes.append((left, top, left + wide, top + high))
    side = 1.5 * LINE * ratio
    letters = found.letters
    for letter, x, y in (
        (letters.left, side / 2, height / 2),
        (letters.right, width - side / 2, height / 2),
        (letters.top, width / 2, side / 2),
        (letters.bottom, width / 2, height - side / 2),
    ):
        if letter:
            boxes.append((x - side / 2, y - side / 2, x + side / 2, y + side / 2))
    return boxes


def _along(ends: Sequence[Point], middle: Point, ratio: float) -> Iterator[Point]:
    """From both ends inwards, the first end first."""
    for n in range(STEPS):
        for end in ends:
            length = math.dist(end, middle)
            by = (FIRST + n * STEP) * ratio
            if (length and by < length - FIRST * ratio) or n == 0:
                share = max(0.0, 1 - by / (length or 1.0))
                yield middle[0] + (end[0] - middle[0]) * share, middle[1] + (end[1] - middle[1]) * share


def _shared(one: Box, other: Box) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return wide * high if wide > 0 and high > 0 else 0.0
