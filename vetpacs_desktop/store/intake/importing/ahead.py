"""Reads files ahead in a few threads: each once into memory, checked, understood, and copied durably.

Only for the usual file, a whole image of moderate size. Anything else is left to whoever judges files one by
one. Copies that nobody took over are removed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.store.header import header_in
from vetpacs_desktop.store.intake.importing.memory import Look, look_in
from vetpacs_desktop.store.intake.sources.judge import DIRECTORY_NAME
from vetpacs_desktop.store.reading import checks
from vetpacs_desktop.store.records import Copied, Header

READERS = 6
LARGEST = 8 << 20
"""Larger files are not held in memory."""


class Writing(Protocol):
    """The part of the library that is needed here."""

    def written(self, data: bytes) -> Copied: ...


@dataclass(frozen=True, slots=True)
class Ready:
    """An image that is checked, understood and copied."""

    header: Header
    copy: Copied
    look: Look


class Ahead:
    """The readers of one import; `close` removes what was not taken over."""

    def __init__(self, library: Writing) -> None:
        self._library = library
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="reading")
        self._begun: dict[Path, Future[Ready | None]] = {}

    def begin(self, paths: Iterable[Path]) -> None:
        """Read these soon, in this order."""
        for path in paths:
            if path not in self._begun and path.name.upper() != DIRECTORY_NAME:
                self._begun[path] = self._pool.submit(self._read, path)

    def has(self, path: Path) -> bool:
        """Whether a file is being read, or was."""
        return path in self._begun

    def take_over(self, path: Path) -> Ready | None:
        """What was read, from now on the caller's; None for a file that is to be judged by itself.

        Raises `OSError` when our own disk is full.
        """
        future = self._begun.pop(path, None)
        return future.result() if future is not None else None

    def close(self) -> None:
        """Stop reading and remove what nobody took over."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        for future in self._begun.values():
            if not future.cancelled() and future.exception() is None:
                ready = future.result()
                if ready is not None:
                    ready.copy.path.unlink(missing_ok=True)
        self._begun.clear()

    def _read(self, path: Path) -> Ready | None:
        read = _whole(path)
        if read is None:
            return None
        data, state = read
        if checks.check(data).finding is not None:
            return None
        try:
            header = header_in(data, path.name)
        except KnownError:
            return None
        return Ready(header, self._library.written(data), look_in(path, data, state))


def _whole(path: Path) -> tuple[bytes, os.stat_result] | None:
    """A file's bytes and state; None for one that is large, can't be read, or is being written."""
    try:
        with path.open("rb", buffering=0) as file:
            before = os.fstat(file.fileno())
            if not 0 < before.st_size <= LARGEST:
                return None
            data = file.read(before.st_size + 1)
            after = os.fstat(file.fileno())
    except OSError:
        return None
    same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    return (data, after) if same and len(data) == after.st_size else None
