"""Long work: progress that can be watched, a token that cancels it, a pool that runs it.

Work never touches the screen; it reports `Progress` from its own thread and asks its `CancelToken` often.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event as Flag
from typing import Generic, TypeVar

from vetpacs_desktop.errors import Cancelled

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is: `done` of `total` steps (`total` None while unknown) and what is being done."""

    done: int = 0
    total: int | None = None
    text: str = ""


Report = Callable[[Progress], None]


def ignore(_: Progress) -> None:
    """A report nobody reads."""


class CancelToken:
    """Set once by whoever waits, asked often by whoever works."""

    def __init__(self) -> None:
        self._flag = Flag()

    @property
    def cancelled(self) -> bool:
        return self._flag.is_set()

    def cancel(self) -> None:
        self._flag.set()

    def check(self) -> None:
        """Raise `Cancelled` if somebody asked to stop."""
        if self._flag.is_set():
            raise Cancelled()


class Job(Generic[T]):
    """One running piece of work."""

    def __init__(self, future: Future[T], cancel: CancelToken) -> None:
        self.future = future
        self._cancel = cancel

    def cancel(self) -> None:
        self._cancel.cancel()
        self.future.cancel()


class Jobs:
    """The threads that do long work; closed once, by the composition root."""

    def __init__(self, workers: int = 3) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="job")
        self._tokens: set[CancelToken] = set()

    def start(self, work: Callable[[Report, CancelToken], T], report: Report = ignore) -> Job[T]:
        """Run `work(report, cancel)` in the pool."""
        token = CancelToken()
        self._tokens.add(token)
        future = self._pool.submit(work, report, token)
        future.add_done_callback(lambda _: self._tokens.discard(token))
        return Job(future, token)

    def close(self) -> None:
        """Ask everything to stop and wait until it has."""
        for token in tuple(self._tokens):
            token.cancel()
        self._pool.shutdown(wait=True, cancel_futures=True)
