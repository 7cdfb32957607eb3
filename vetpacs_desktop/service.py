"""The intake service: one process per home that receives exams, with or without a window.

It owns the lock and the state file of a home's service, and the order of starting and stopping its parts.
It has no Qt; it never reads an image. A service that a window started outlives the window's crash; the next
window adopts it and stops it when it quits.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from vetpacs_desktop.errors import KnownError, ServiceAlreadyRunning
from vetpacs_desktop.paths import Home
from vetpacs_desktop.settings import Settings
from vetpacs_desktop.store.lock import ProcessLock, is_held

if TYPE_CHECKING:
    from vetpacs_desktop.store.network.receiving.receiver import Receiver

LOG = logging.getLogger(__name__)

LOCK = "service.lock"
STATE = "service.json"
STOP = "service.stop"
START_LOG = "service-start.txt"
LOOK_SECONDS = 0.25
LOCK_SECONDS = 1.0
START_SECONDS = 30.0
STOP_SECONDS = 75.0
WINDOW = "window"
SYSTEM = "system"


class ServiceNotStarted(KnownError):
    """The receiver could not be started: {reason}"""


@dataclass(frozen=True, slots=True)
class ServiceState:
    """A running service."""

    pid: int
    host: str
    port: int
    ae_title: str
    started_at: str
    """ISO 8601 with offset."""
    owner: str
    """`window`: started by a window, which stops it on quit. `system`: everything else."""
    tls_port: int = 0
    """The port for encrypted connections; 0: there is none."""
    tls_problem: str = ""
    """Why there is none although the settings want one."""


def serve(
    home: Home,
    settings: Settings,
    *,
    host: str,
    port: int,
    ae_title: str,
    watch: Sequence[Path] = (),
    owner: str = SYSTEM,
    on_ready: Callable[[ServiceState], None] = lambda state: None,
    stop: threading.Event | None = None,
) -> None:
    """Receive until `stop` is set. Raises `ServiceAlreadyRunning`, `PortTaken`."""
    home.make()
    lock = ProcessLock(home.run / LOCK)
    if not lock.acquire(LOCK_SECONDS):
        running = state_of(home)
        raise ServiceAlreadyRunning(home=home.root, pid=running.pid if running else "unknown")
    try:
        for leftover in (STATE, STOP):  # of a service that was killed
            (home.run / leftover).unlink(missing_ok=True)
        _serve_locked(home, settings, host, port, ae_title, watch, owner, on_ready, stop or threading.Event())
    finally:
        (home.run / STATE).unlink(missing_ok=True)
        lock.release()


def _serve_locked(
    home: Home,
    settings: Settings,
    host: str,
    port: int,
    ae_title: str,
    watch: Sequence[Path],
    owner: str,
    on_ready: Callable[[ServiceState], None],
    stop: threading.Event,
) -> None:
    from vetpacs_desktop.store.backup.ledger import proved
    from vetpacs_desktop.store.backup.tending.process import BackupProcess
    from vetpacs_desktop.store.intake.filing import FilingProcess
    from vetpacs_desktop.store.intake.spool import Spool
    from vetpacs_desktop.store.network.receiving.receiver import Receiver
    from vetpacs_desktop.store.network.sending.courier import CourierProcess

    Spool(home).sweep()
    filing: FilingProcess | None = None
    receiver = Receiver(
        home,
        settings,
        host=host,
        port=port,
        ae_title=ae_title,
        arrived=lambda _: filing.nudge() if filing else None,
    )
    courier = CourierProcess(home, ae_title)
    backup = BackupProcess(home)
    try:
        filing = FilingProcess(home, watch, proved)
        state = _state_of(receiver, host, ae_title, owner)
        _write_state(home, state)
        LOG.info("Listening as %s on %s port %d", ae_title, host, receiver.port)
        on_ready(state)
        # Not `stop.wait`: a signal handler that sets an event its own thread waits for can lock up.
        while not stop.is_set() and not (home.run / STOP).exists():
            filing.keep_alive()
            courier.keep_alive()
            backup.keep_alive()
            time.sleep(LOOK_SECONDS)
    finally:
        LOG.info("Stopping")
        backup.begin_to_close()
        courier.begin_to_close()
        receiver.stop()
        if filing is not None:
            filing.close()
        courier.close()
        backup.close()
        LOG.info("Stopped; everything acknowledged is filed or in the spool")


def _state_of(receiver: Receiver, host: str, ae_title: str, owner: str) -> ServiceState:
    """What others are told of this service."""
    return ServiceState(
        os.getpid(),
        host,
        receiver.port,
        ae_title,
        datetime.now(UTC).isoformat(timespec="seconds"),
        owner,
        receiver.tls_port,
        receiver.tls_problem,
    )


def state_of(home: Home) -> ServiceState | None:
    """The service that runs for `home` right now, or None."""
    if not is_held(home.run / LOCK):
        return None
    try:
        state = ServiceState(**json.loads((home.run / STATE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None  # it is starting or stopping
    return state if psutil.pid_exists(state.pid) else None


class ServiceChild:
    """A window's service: started when none runs for the home, adopted when one does."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._child: subprocess.Popen[bytes] | None = None

    def state(self) -> ServiceState | None:
        """The running service, whoever started it."""
        return state_of(self._home)

    def ensure(self) -> ServiceState:
        """Start a service unless one runs. Raises `ServiceNotStarted` with the reason."""
        running = state_of(self._home)
        if running is not None:
            return running
        self._home.make()
        (self._home.run / STOP).unlink(missing_ok=True)
        said = self._home.logs / START_LOG
        with said.open("wb") as errors:
            self._child = subprocess.Popen(
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        state = self._wait_until_ready(self._child, said)
        if not _belongs_to(state, self._child):
            self._dismiss_child()  # another window was quicker
        return state

    def stop(self) -> None:
        """Stop the service if a window started it, this one or one before; a system service is left alone."""
        running = state_of(self._home)
        if running is not None and running.owner == WINDOW:
            stop_service(self._home, running)
        self._dismiss_child()

    def _dismiss_child(self) -> None:
        """End the process this window started, if it still lives."""
        if self._child is None:
            return
        if self._child.poll() is None:
            self._child.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(STOP_SECONDS)
        self._child = None

    def _command(self) -> list[str]:
        home = ("--home", str(self._home.root))
        return [sys.executable, "-m", "vetpacs_desktop", *home, "serve", "--json", "--owner", WINDOW]

    def _wait_until_ready(self, child: subprocess.Popen[bytes], said: Path) -> ServiceState:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            state = state_of(self._home)
            if state is not None:
                return state
            if child.poll() is not None and not is_held(self._home.run / LOCK):
                lines = said.read_text(encoding="utf-8", errors="replace").strip().splitlines()
                raise ServiceNotStarted(
                    reason=lines[-1] if lines else f"it ended with code {child.returncode}"
                )
            time.sleep(0.02)
        self._dismiss_child()
        raise ServiceNotStarted(reason=f"it did not listen within {START_SECONDS:.0f} seconds")


def stop_service(home: Home, running: ServiceState) -> None:
    """Ask a service to stop and wait until it has: by SIGTERM, on Windows by a file it looks for."""
    if os.name == "nt":
        (home.run / STOP).touch()
    else:
        with contextlib.suppress(ProcessLookupError):
            os.kill(running.pid, signal.SIGTERM)
    until = time.monotonic() + STOP_SECONDS
    while _still_runs(home, running):
        if time.monotonic() > until:
            LOG.error("The service did not stop in time; it is ended. What it acknowledged is safe")
            with contextlib.suppress(psutil.Error):
                psutil.Process(running.pid).kill()
            return
        time.sleep(0.05)


def _still_runs(home: Home, running: ServiceState) -> bool:
    """Whether it is still this service that holds the home, and not already the next."""
    if not is_held(home.run / LOCK):
        return False
    now = state_of(home)
    return now == running if now is not None else psutil.pid_exists(running.pid)


def _belongs_to(state: ServiceState, child: subprocess.Popen[bytes]) -> bool:
    """Whether `child` is the service, or the launcher that an environment on Windows puts before it."""
    try:
        return child.pid in (state.pid, *(parent.pid for parent in psutil.Process(state.pid).parents()))
    except psutil.Error:
        return False


def addresses() -> list[str]:
    """This computer's addresses in the local network, the likeliest first: what to type into a machine."""
    found = []
    states = psutil.net_if_stats()
    for name, rows in psutil.net_if_addrs().items():
        if name in states and not states[name].isup:
            continue
        for row in rows:
            if row.family == socket.AF_INET and not row.address.startswith(("127.", "169.254.")):
                found.append(row.address)
    return sorted(found, key=lambda address: not address.startswith(("192.168.", "10.", "172.")))


def mask_of(address: str) -> str:
    """The subnet mask that goes with one of this computer's addresses; empty when unknown."""
    for rows in psutil.net_if_addrs().values():
        for row in rows:
            if row.address == address:
                return row.netmask or ""
    return ""


def _write_state(home: Home, state: ServiceState) -> None:
    path = home.run / STATE
    fresh = path.with_suffix(".part")
    fresh.write_text(json.dumps(asdict(state)), encoding="utf-8")
    fresh.replace(path)
