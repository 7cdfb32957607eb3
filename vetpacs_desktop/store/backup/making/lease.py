"""Who may write to a target: one program at a time, by a lock that lies on it.

The lock file is made only where there is none, and never written again; its holder shows that it lives by a
second file, the beat, which it alone writes. A lock whose beat stood still while we watched is stale: the
time is counted on our own clock alone, two computers' clocks are never compared. Who of several may then
remove it is decided by a third file, which only one can make.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import platform
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup import layout, reading
from vetpacs_desktop.store.backup.target import NotThere, Target, TargetError
from vetpacs_desktop.store.lock import ProcessLock

LOG = logging.getLogger(__name__)

BEAT_SECONDS = 5.0
STALE_SECONDS = 90.0
"""Eighteen beats that did not come. A computer that slept for so long loses its lock, and notices."""
LOOK_SECONDS = 1.0
MACHINE = "computer"


class BackupRunning(KnownError):
    """A backup to {target} is running already on this computer; wait until it has ended."""


class TargetBusy(KnownError):
    """Another program writes to the backup target {target} at this moment ({holder}). Nothing was done; try
    again once it has ended."""


class LeaseLost(KnownError):
    """Another program took over the backup target {target} while this one was asleep or cut off. What was
    copied is kept; the next run goes on from there."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a target."""

    token: str
    computer: str
    program: str
    process: int
    since: str
    """ISO 8601 with offset, by the holder's clock; for people."""
    machine: str
    """A number of chance of the computer and home: it tells our own dead program from others."""

    @property
    def words(self) -> str:
        return f"{self.program} on {self.computer}, since {self.since}"


class Lease:
    """The right to write to a target, from `take` until `release`. A thread keeps the beat."""

    def __init__(self, target: Target, holder: Holder, beat_seconds: float, local: ProcessLock) -> None:
        self._target = target
        self._holder = holder
        self._seconds = beat_seconds
        self._local = local
        self._lost = False
        self._number = 1
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="backup-beat", daemon=True)
        self._thread.start()

    def check(self) -> None:
        """Raises `LeaseLost` once somebody else holds the target."""
        if self._lost:
            raise LeaseLost(target=self._target.name)

    def confirm(self) -> None:
        """As `check`, after a look at the target: before something is published. Raises `TargetError`."""
        self.check()
        found = _holder_on(self._target)
        if found is None or found.token != self._holder.token:
            self._lost = True
            self.check()

    def release(self) -> None:
        """Give it up; never fails for the target's sake, and safe to call twice."""
        self._end.set()
        if self._thread.is_alive():
            self._thread.join()
        try:
            with contextlib.suppress(TargetError, ValueError):
                found = _holder_on(self._target)
                self._target.delete(_beat_name(self._holder.token))
                if found is not None and found.token == self._holder.token:
                    self._target.delete(layout.LOCK)
        finally:
            self._local.release()

    def _beat(self) -> None:
        while not self._end.wait(self._seconds):
            try:
                found = _holder_on(self._target)
                if found is None or found.token != self._holder.token:
                    self._lost = True
                    LOG.warning(
                        "The lock of backup target %s belongs to somebody else now", self._target.name
                    )
                    return
                self._number += 1
                _write_beat(self._target, self._holder.token, self._number)
            except (TargetError, ValueError) as error:
                # The copying itself will fail for the same reason, with a better sentence.
                LOG.info("No beat on backup target %s: %s", self._target.name, error)
            except Exception:  # the thread's edge
                LOG.exception("The beat on backup target %s failed", self._target.name)


def take(
    home: Home,
    target: Target,
    backup_id: str,
    *,
    program: str,
    now: str,
    stale_seconds: float = STALE_SECONDS,
    beat_seconds: float = BEAT_SECONDS,
    look_seconds: float = LOOK_SECONDS,
    wait: Callable[[float], None] = time.sleep,
) -> Lease:
    """Take the target for this program, waiting for a stale lock to show itself.

    `wait(seconds)` may raise to give up. Raises `BackupRunning`, `TargetBusy`, `TargetError`.
    """
    local = ProcessLock(home.run / f"backup-{backup_id}.lock")
    if not local.acquire():
        raise BackupRunning(target=target.name)
    holder = Holder(uuid.uuid4().hex, platform.node() or "?", program, os.getpid(), now, _machine(home))
    try:
        _write_beat(target, holder.token, 1)
        attempt = 0
        while not target.create(layout.LOCK, json.dumps(asdict(holder), indent=1).encode()):
            attempt += 1
            _take_over(target, holder, attempt, stale_seconds, look_seconds, wait)
        return Lease(target, holder, beat_seconds, local)
    except BaseException:
        with contextlib.suppress(TargetError):
            target.delete(_beat_name(holder.token))
        local.release()
        raise


def _take_over(
    target: Target,
    mine: Holder,
    attempt: int,
    stale_seconds: float,
    look_seconds: float,
    wait: Callable[[float], None],
) -> None:
    """Return when the lock in the way is gone, or was not ours to remove. Raises `TargetBusy` when its holder
    lives. `attempt` counts from 1: a claim whose maker died holds others up for one watch more."""
    found = _holder_on(target)
    if found is None:
        return
    # Our own program of before: it had the lock of this home as well, which is ours now, so it is dead.
    if found.machine != mine.machine:
        _watch(target, found, stale_seconds, look_seconds, wait)
    claim = f"{layout.LOCK}.{found.token}.claim{attempt}"
    if not target.create(claim, mine.token.encode()):
        wait(look_seconds)  # another is just removing it
        return
    # Only who holds the claim removes this holder's lock, so it can't be anybody else's by now.
    if _holder_on(target) == found:
        LOG.warning("Took over backup target %s from %s", target.name, found.words)
        target.delete(layout.LOCK)
        target.delete(_beat_name(found.token))
    for number in range(1, attempt + 1):
        target.delete(f"{layout.LOCK}.{found.token}.claim{number}")


def _watch(
    target: Target,
    found: Holder,
    stale_seconds: float,
    look_seconds: float,
    wait: Callable[[float], None],
) -> None:
    """Look at the beat until it stood still for long enough. Raises `TargetBusy` when it goes on."""
    before = _beat_of(target, found.token)
    began = time.monotonic()
    while time.monotonic() - began < stale_seconds:
        wait(min(look_seconds, stale_seconds))
        now = _holder_on(target)
        if now is None or now.token != found.token:
            return
        beat = _beat_of(target, found.token)
        if beat != before:
            raise TargetBusy(target=target.name, holder=found.words)


def _machine(home: Home) -> str:
    """A number of chance that stays with this home on this computer; the folder is in no backup."""
    path = home.run / MACHINE
    with contextlib.suppress(OSError):
        if found := path.read_text(encoding="ascii").strip():
            return found
    made = uuid.uuid4().hex
    path.write_text(made, encoding="ascii")
    return made


def _beat_name(token: str) -> str:
    return f"{layout.LOCK}.{token}.beat"


def _write_beat(target: Target, token: str, number: int) -> None:
    data = f"{number}\n".encode()
    target.write(_beat_name(token), [data], len(data))


def _beat_of(target: Target, token: str) -> bytes:
    try:
        return reading.whole(target, _beat_name(token))
    except NotThere:
        return b""


def _holder_on(target: Target) -> Holder | None:
    return _holder_of(target, layout.LOCK)


def _holder_of(target: Target, name: str) -> Holder | None:
    """Who holds the lock; None when there is none. One that can't be read is nobody's that is known."""
    try:
        facts = json.loads(reading.whole(target, name))
        return Holder(**facts)
    except NotThere:
        return None
    except (ValueError, TypeError):
        return Holder("unreadable", "?", "an unknown program", 0, "?", "?")
