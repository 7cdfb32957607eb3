"""Calls that may never come back (a mounted share whose server is gone), so that nobody waits for ever.

Each runs in a thread that does not keep the program from ending. One that does not come back in time is left
to itself.
"""

from __future__ import annotations

import errno
import os
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar, cast

T = TypeVar("T")


class NoAnswer(TimeoutError):
    """A call did not come back in time."""


class Errands:
    """Threads that make calls for others; safe to use from several."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._idle: list[_Messenger] = []
        self._lock = threading.Lock()

    def call(self, work: Callable[..., T], *words: Any) -> T:
        """What `work(*words)` returns or raises. Raises `NoAnswer`."""
        with self._lock:
            messenger = self._idle.pop() if self._idle else None
        messenger = messenger or _Messenger()
        answer, error = messenger.send(work, words, self._seconds)
        with self._lock:
            self._idle.append(messenger)
        if error is not None:
            raise error
        return cast(T, answer)

    def close(self) -> None:
        """End the threads that wait for work."""
        with self._lock:
            idle, self._idle = self._idle, []
        for messenger in idle:
            messenger.dismiss()


class _Messenger:
    """One thread."""

    def __init__(self) -> None:
        self._work: queue.SimpleQueue[tuple[Callable[..., Any], tuple[Any, ...]] | None] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[tuple[Any, BaseException | None]] = queue.SimpleQueue()
        threading.Thread(target=self._run, name="errand", daemon=True).start()

    def send(
        self, work: Callable[..., Any], words: tuple[Any, ...], seconds: float
    ) -> tuple[Any, BaseException | None]:
        """Raises `NoAnswer`; then it is of no use any more."""
        self._work.put((work, words))
        try:
            return self._answers.get(timeout=seconds)
        except queue.Empty:
            self.dismiss()
            raise NoAnswer(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT)) from None

    def dismiss(self) -> None:
        self._work.put(None)

    def _run(self) -> None:
        while (errand := self._work.get()) is not None:
            work, words = errand
            try:
                self._answers.put((work(*words), None))
            except Exception as error:  # noqa: BLE001 - the edge of a thread: whoever waits gets it
                self._answers.put((None, error))
