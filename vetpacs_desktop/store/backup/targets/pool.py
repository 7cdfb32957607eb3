"""Connections that wait to be used again, and a watch that ends those whose time is over.

It knows no protocol. A connection is used by one call at a time; one that failed is not used again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

IDLE = 5.0
"""Seconds after which a connection is asked whether it still lives before it is used."""


class Closed(Exception):
    """The target was closed."""


class Line(Protocol):
    """One connection."""

    deadline: float | None
    """When whoever waits for an answer waits no longer (`time.monotonic`); None: nobody waits."""
    late: bool
    """Its time was over."""

    @property
    def is_alive(self) -> bool: ...

    def is_well(self, idle: float) -> bool:
        """Whether it can be used; asks the server when it was not used for `idle` seconds."""
        ...

    def shut(self) -> None:
        """Wake whoever waits, with an error. Never waits."""
        ...

    def close(self) -> None:
        """End it."""
        ...


L = TypeVar("L", bound=Line)


class Pool(Generic[L]):
    """The connections of one target that wait, those used last first."""

    def __init__(self, make: Callable[[], L]) -> None:
        self._make = make
        self._idle: list[L] = []
        self._lock = threading.Lock()
        self._closed = False

    def take(self) -> L:
        """A connection of one's own. Raises `Closed`, and what making one raises."""
        while True:
            with self._lock:
                if self._closed:
                    raise Closed
                line = self._idle.pop() if self._idle else None
            if line is None:
                return self._make()
            if line.is_well(IDLE):
                return line
            line.close()

    def give_back(self, line: L, *, whole: bool) -> None:
        """It is not used any more; `whole`: nothing is under way on it."""
        with self._lock:
            keep = whole and not self._closed and line.is_alive
            if keep:
                self._idle.append(line)
        if not keep:
            line.close()

    def close(self) -> None:
        """End those that wait; the others end when they are given back."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for line in idle:
            line.close()


class Watch:
    """Shuts connections whose time is over; one thread for all of a target."""

    def __init__(self, patience: float) -> None:
        self.patience = patience
        self._lines: set[Line] = set()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def until(self) -> float:
        """The deadline of a wait that begins now."""
        return time.monotonic() + self.patience

    def add(self, line: Line) -> None:
        """Look after a connection from now on."""
        with self._lock:
            self._lines.add(line)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="backup-watch", daemon=True)
                self._thread.start()

    def remove(self, line: Line) -> None:
        """Leave a connection alone."""
        with self._lock:
            self._lines.discard(line)

    def close(self) -> None:
        """End the thread, and shut every connection that is left."""
        self._ended.set()
        with self._lock:
            left = list(self._lines)
        for line in left:
            line.shut()

    def _run(self) -> None:
        while not self._ended.wait(min(0.5, self.patience / 4)):
            now = time.monotonic()
            with self._lock:
                late = [one for one in self._lines if one.deadline is not None and one.deadline < now]
            for line in late:
                line.late = True
                line.shut()
