"""How the service's own processes (filing, courier, backup) begin and end.

Each has its own interpreter, a bell that rings for it, one lock a home, and no say in when it ends: the
service closes its end of the bell, or dies. It knows nothing of what they do.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from vetpacs_desktop import log
from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.lock import ProcessLock

LOG = logging.getLogger(__name__)

LOCK_SECONDS = 60.0
"""How long one waits for the one before, of a service that has just ended."""
WANTED_SECONDS = 1.0
RESTART_SECONDS = 5.0


class WantedProcess:
    """The service's handle on a process that most homes don't need: started once it is wanted."""

    def __init__(
        self,
        run: Callable[..., None],
        arguments: tuple[object, ...],
        name: str,
        wanted: Callable[[], bool],
        close_seconds: float,
    ) -> None:
        """`run` and `arguments` as for `start`; `wanted()` is asked once a second until it is true."""
        self._run = run
        self._arguments = arguments
        self._name = name
        self._wanted = wanted
        self._close_seconds = close_seconds
        self._looked = 0.0
        self._started = 0.0
        self._process: BaseProcess | None = None
        self._bell: Connection | None = None

    def keep_alive(self) -> None:
        """Start it when it is wanted, and again when it died; call this often."""
        now = time.monotonic()
        if self._process is not None and not self._process.is_alive():
            if now - self._started < RESTART_SECONDS:
                return
            LOG.error(
                "The %s process ended with code %s; it is started again", self._name, self._process.exitcode
            )
            self.begin_to_close()
            self._start()
        elif self._process is None and now - self._looked >= WANTED_SECONDS:
            self._looked = now
            if self._wanted():
                self._start()

    def begin_to_close(self) -> None:
        """Tell it that the service ends; it finishes the file under way."""
        if self._bell is not None:
            self._bell.close()

    def close(self) -> None:
        """Wait for its end."""
        self.begin_to_close()
        if self._process is not None and not end(self._process, self._close_seconds):
            LOG.warning("The %s process did not end in time; the next start goes on where it was", self._name)

    def _start(self) -> None:
        self._started = time.monotonic()
        self._process, self._bell = start(self._run, self._arguments, self._name)


def start(
    run: Callable[..., None], arguments: tuple[object, ...], name: str
) -> tuple[BaseProcess, Connection]:
    """A fresh interpreter that calls `run` with the arguments and its end of the bell; and our end."""
    context = multiprocessing.get_context("spawn")
    bell, theirs = context.Pipe()
    process = context.Process(target=run, args=(*arguments, theirs), name=name, daemon=True)
    process.start()
    theirs.close()
    return process, bell


def end(process: BaseProcess, seconds: float) -> bool:
    """Wait for its end; False when it had to be ended by force."""
    process.join(seconds)
    if not process.is_alive():
        return True
    process.kill()
    process.join()
    return False


def still_open(bell: Connection, seconds: float) -> bool:
    """In the process: wait so long, or until the bell rings; False when the service has closed its end."""
    with contextlib.suppress(EOFError, OSError):
        if bell.poll(seconds):
            bell.recv_bytes()
        return True
    return False


def live(home: Home, name: str, nicer: int, work: Callable[[], None]) -> None:
    """The whole life of such a process: do `work`, as the only one of its `name` on this home.

    `nicer` is its priority below the service's (POSIX nice). What goes wrong is logged; a bug leaves a crash
    report, and the process ends with code 1, after which the service starts it again.
    """
    for ending in ("SIGINT", "SIGTERM", "SIGBREAK"):
        if hasattr(signal, ending):
            signal.signal(getattr(signal, ending), signal.SIG_IGN)  # the service decides when this ends
    if hasattr(os, "nice"):
        os.nice(nicer)
    log.start(home, name)
    lock = ProcessLock(home.run / f"{name}.lock")
    if not lock.acquire(LOCK_SECONDS):
        LOG.error("Another %s process still works on this home", name)
        return
    try:
        work()
    except Exception as error:
        LOG.exception("The %s process stopped", name)
        if not isinstance(error, KnownError):
            log.crash_report(home, error)
        raise SystemExit(1) from error
    finally:
        lock.release()
