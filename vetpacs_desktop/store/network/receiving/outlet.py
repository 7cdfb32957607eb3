"""Packets ready to be sent over one connection, from the thread that answers to the thread that writes.

Only its connection's own thread writes, so that two messages never mix; it takes what is here between two
looks at what the other side says. It holds little: who answers waits for who reads.
"""

from __future__ import annotations

import queue
import time
from collections.abc import Callable

HELD = 8
"""Runs of packets that may wait."""
WAIT_SECONDS = 0.25


class Outlet:
    """The packets of one connection; `gone`, in each method, raises once the other side has gone."""

    def __init__(self, ring: Callable[[], None]) -> None:
        """`ring` wakes the connection's thread."""
        self._ring = ring
        self._waiting: queue.Queue[bytes] = queue.Queue(HELD)
        self._sent = 0
        self._put = 0

    @property
    def empty(self) -> bool:
        """Whether nothing waits."""
        return self._waiting.empty()

    def put(self, packets: bytes, gone: Callable[[], None]) -> None:
        """Let whole packets be sent, after those before; waits while too many are on their way."""
        while True:
            gone()
            try:
                self._waiting.put(packets, timeout=WAIT_SECONDS)
            except queue.Full:
                continue
            self._put += 1
            self._ring()
            return

    def drain(self, gone: Callable[[], None]) -> None:
        """Wait until everything has been written: what pynetdicom sends next must come behind it."""
        while self._sent < self._put:
            gone()
            time.sleep(0.0005)

    def write_next(self, write: Callable[[bytes], object]) -> None:
        """In the connection's thread: write one run of packets, if one waits."""
        try:
            packets = self._waiting.get_nowait()
        except queue.Empty:
            return
        try:
            write(packets)
        finally:
            self._sent += 1
