"""Working through a large array a piece at a time, so that converting it never needs a multiple of it."""

from __future__ import annotations

from collections.abc import Iterator

BLOCK = 1 << 16
"""Values at a time: half a megabyte of float64 stays in the processor's cache."""


def blocks(size: int) -> Iterator[slice]:
    """Slices that cover `size` values."""
    for start in range(0, size, BLOCK):
        yield slice(start, min(start + BLOCK, size))
