"""In which order the frames of a stack are worth having, seen from the one that is on the screen.

Pure functions. Must never ask what is loaded.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from vetpacs_desktop.viewer.description import Medium
from vetpacs_desktop.viewer.session import FrameStack

FILM_AHEAD = 40
"""Frames of a video: a second and a half. It is decoded in its own order, so more would only cost memory."""
FILM_BEHIND = 3
PAGES_AROUND = 2


def leafed(stack: FrameStack, index: int) -> Iterator[int]:
    """The frames to have ready, dearest first."""
    count = len(stack.keys)
    if stack.medium is Medium.FILM:
        yield from range(max(index, 0), min(index + FILM_AHEAD, count))
        yield from range(index - 1, max(index - 1 - FILM_BEHIND, -1), -1)
    elif stack.medium is Medium.DOCUMENT:
        yield from islice(outward(index, count), 2 * PAGES_AROUND + 1)
    else:
        yield from outward(index, count)


def outward(index: int, count: int) -> Iterator[int]:
    """All indices, nearest to `index` first, forward before backward."""
    if 0 <= index < count:
        yield index
    for step in range(1, count + 1):
        yield from (n for n in (index + step, index - step) if 0 <= n < count)
