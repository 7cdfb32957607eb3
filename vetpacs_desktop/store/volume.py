"""Makes many files durable at once: one flush of their volume instead of one for each file.

Every fsync waits for a commit of the file system's journal; a batch of copies needs that wait once. Where the
system has no such call, or would not tell of a failed write, each file is flushed by itself. It owns no file.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

TELLS_OF_ERRORS = (5, 8)
"""The first Linux whose syncfs(2) reports writes that failed (its manual page, HISTORY)."""


def make_durable(paths: Sequence[Path]) -> None:
    """Return when the bytes of these files, all on one volume, are on the disk. Raises `OSError`."""
    flush = _syncfs()
    if flush is None or len(paths) < 2:
        for path in paths:
            _flush_file(path)
        return
    handle = os.open(paths[0], os.O_RDONLY)
    try:
        if flush(handle):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(paths[0]))
    finally:
        os.close(handle)


def _flush_file(path: Path) -> None:
    handle = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@cache
def _syncfs() -> Callable[[int], int] | None:
    """The C library's syncfs, where it is to be trusted."""
    if sys.platform != "linux" or _release() < TELLS_OF_ERRORS:
        return None
    call = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    return call if callable(call) else None


def _release() -> tuple[int, ...]:
    """The kernel's version, (0,) when it can't be read."""
    numbers = os.uname().release.split("-")[0].split(".")[:2] if hasattr(os, "uname") else []
    return tuple(int(one) for one in numbers) if all(one.isdigit() for one in numbers) else (0,)
