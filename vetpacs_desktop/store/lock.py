"""A lock between processes that the system itself releases when its holder dies.

Plain: no waiting queues, no stale files to clean up. The file's content means nothing.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

POLL_SECONDS = 0.05


class ProcessLock:
    """An exclusive lock on `path`; held from a successful `acquire` until `release` or the process' end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = -1

    def acquire(self, wait_seconds: float = 0.0) -> bool:
        """Try for at most `wait_seconds`; False when another holder keeps it."""
        until = time.monotonic() + wait_seconds
        while not self._try():
            if time.monotonic() >= until:
                return False
            time.sleep(POLL_SECONDS)
        return True

    def release(self) -> None:
        """Give it up; harmless when not held."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _try(self) -> bool:
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if sys.platform == "win32":
                msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(file)
            return False
        self._file = file
        return True


def is_held(path: Path) -> bool:
    """Whether somebody holds the lock on `path` right now."""
    if not path.exists():
        return False
    probe = ProcessLock(path)
    free = probe.acquire()
    with contextlib.suppress(OSError):
        probe.release()
    return not free
