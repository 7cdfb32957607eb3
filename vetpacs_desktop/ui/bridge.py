"""Where other threads meet the window: the only place that carries a call into Qt's thread.

It never blocks the window's thread and never swallows a bug: what `failed` does not take is raised there.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from threading import Lock
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from vetpacs_desktop.errors import Cancelled
from vetpacs_desktop.events import Event
from vetpacs_desktop.jobs import CancelToken, Job, Jobs, Progress, Report

T = TypeVar("T")


class Bridge(QObject):
    """Runs work in the threads of `jobs` and its outcome in the window's thread."""

    _posted = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._open = True
        self._posted.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Callable[[], object]) -> None:
        """Run `call` in the window's thread, in the order posted; from any thread. Dropped after close()."""
        if self._open:
            self._posted.emit(call)

    def start(
        self,
        work: Callable[[Report, CancelToken], T],
        done: Callable[[T], object],
        failed: Callable[[BaseException], object] | None = None,
        report: Report | None = None,
        *,
        owner: QObject | None = None,
    ) -> Job[T]:
        """Run `work(report, cancel)` in a thread; then `done(value)` or `failed(error)` in the window's.

        A cancelled job ends in `failed(Cancelled())`. Without `failed` an error is raised in the window's
        thread, where it counts as a bug. Reports reach `report` coalesced: only the newest of a burst. After
        close() nothing begins: a timer may still fire while the widgets go. With an `owner` the outcome is
        dropped once it is deleted, as a dialog is that was left while it waited.
        """
        if not self._open:
            return _never()
        job = self._jobs.start(work, _Newest(self, report) if report is not None else _nobody)

        def deliver(future: Future[T]) -> None:
            if owner is None or isValid(owner):
                _deliver(future, done, failed)

        job.future.add_done_callback(lambda future: self.post(lambda: deliver(future)))
        return job

    def listen(self, event: Event[T], call: Callable[[T], object]) -> Callable[[], None]:
        """Run `call(value)` in the window's thread at each emit; returns the function that ends it."""
        return event.subscribe(lambda value: self.post(lambda: call(value)))

    def close(self) -> None:
        """Deliver nothing more: the widgets are going."""
        self._open = False

    def _run(self, call: Callable[[], object]) -> None:
        if self._open:
            call()


def _never() -> Job[T]:
    """Work that was cancelled before it began."""
    job: Job[T] = Job(Future(), CancelToken())
    job.cancel()
    return job


class _Newest:
    """A report that posts at most one call at a time, with the newest progress."""

    def __init__(self, bridge: Bridge, report: Report) -> None:
        self._bridge = bridge
        self._report = report
        self._lock = Lock()
        self._waiting: Progress | None = None

    def __call__(self, progress: Progress) -> None:
        with self._lock:
            first = self._waiting is None
            self._waiting = progress
        if first:
            self._bridge.post(self._hand_over)

    def _hand_over(self) -> None:
        with self._lock:
            progress, self._waiting = self._waiting, None
        if progress is not None:
            self._report(progress)


def _nobody(_: Progress) -> None:
    """Nobody watches."""


def _deliver(
    future: Future[T], done: Callable[[T], object], failed: Callable[[BaseException], object] | None
) -> None:
    error = _error_of(future)
    if error is None:
        done(future.result())
    elif failed is not None:
        failed(error)
    elif not isinstance(error, Cancelled):
        raise error


def _error_of(future: Future[T]) -> BaseException | None:
    try:
        return future.exception()
    except CancelledError:
        return Cancelled()
