"""Memory for one picture that goes back to the system with the picture.

A thousand slices are loaded one by one and then moved into one volume. What the C library hands out for them
it keeps for itself when it is freed, so the process would hold them twice. Must never keep anything.
"""

from __future__ import annotations

import mmap
import sys

import numpy as np
from numpy.typing import NDArray

_SMALL = 1 << 18
"""Bytes below which a mapping of its own costs more than it saves."""
_LARGE = 1 << 22
"""From here on numpy asks for large pages, which is quicker, and there are few of them."""


def room(count: int) -> NDArray[np.uint8]:
    """`count` bytes of any content, the caller's own."""
    if not _SMALL <= count < _LARGE:
        return np.empty(count, np.uint8)
    return np.frombuffer(_mapping(count), np.uint8)


def _mapping(count: int) -> mmap.mmap:
    if sys.platform == "win32":
        return mmap.mmap(-1, count)
    # All pages at once where the system can: one by one they cost nearly twice as much.
    at_once: int = getattr(mmap, "MAP_POPULATE", 0)
    return mmap.mmap(-1, count, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | at_once)
