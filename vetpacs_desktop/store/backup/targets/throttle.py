"""A target that is given no more than a number of MiB a second, in both directions together.

Whatever is faster waits; over a few seconds the rate is exact. Everything else is the target's own.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator

from vetpacs_desktop.store.backup.target import Entry, Space, Target
from vetpacs_desktop.store.backup.targets.lanes import write_each

PIECE = 64 * 1024
"""Bytes that pass at once, so that a slow line is used evenly."""
SAVED_SECONDS = 0.1
"""How much unused time may be made up for: a burst after a pause."""


class Budget:
    """Time that bytes take at a rate, shared by all threads."""

    def __init__(
        self,
        bytes_per_second: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._seconds_per_byte = 1.0 / bytes_per_second
        self._clock = clock
        self._sleep = sleep
        self._free_at = clock()
        self._lock = threading.Lock()

    def spend(self, size: int) -> None:
        """Wait until `size` more bytes have had their time."""
        with self._lock:
            now = self._clock()
            self._free_at = max(self._free_at, now - SAVED_SECONDS) + size * self._seconds_per_byte
            wait = self._free_at - now
        if wait > 0:
            self._sleep(wait)

    def paced(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """The same bytes in pieces, each in its time."""
        for block in blocks:
            view = memoryview(block)
            for start in range(0, len(view), PIECE):
                piece = view[start : start + PIECE]
                self.spend(len(piece))
                yield bytes(piece)


class Throttled:
    """See `Target`."""

    def __init__(self, target: Target, mib_per_second: float, budget: Budget | None = None) -> None:
        self.name = target.name
        self.lanes = target.lanes
        self._target = target
        self._budget = budget or Budget(mib_per_second * (1 << 20))

    def write(self, name: str, blocks: Iterable[bytes], size: int | None = None) -> int:
        return self._target.write(name, self._budget.paced(blocks), size)

    def write_many(self, files: Iterable[tuple[str, Iterable[bytes], int]]) -> Iterator[tuple[str, int]]:
        return write_each(self.write, files, self.lanes)

    def read(self, name: str, block: int = 1 << 20) -> Iterator[bytes]:
        for data in self._target.read(name, block):
            self._budget.spend(len(data))
            yield data

    def create(self, name: str, data: bytes) -> bool:
        return self._target.create(name, data)

    def size(self, name: str) -> int | None:
        return self._target.size(name)

    def entries(self, folder: str) -> Iterator[Entry]:
        return self._target.entries(folder)

    def folders(self, folder: str) -> Iterator[str]:
        return self._target.folders(folder)

    def rename(self, name: str, new: str) -> None:
        self._target.rename(name, new)

    def delete(self, name: str) -> None:
        self._target.delete(name)

    def remove_folder(self, name: str) -> None:
        self._target.remove_folder(name)

    def space(self) -> Space | None:
        return self._target.space()

    def identity(self) -> str:
        return self._target.identity()

    def close(self) -> None:
        self._target.close()
