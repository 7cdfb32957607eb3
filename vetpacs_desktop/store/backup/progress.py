"""How far a running backup is, in a small file of the run folder that the window reads.

Written at most four times a second, whole or not at all; it is gone when nothing runs. It proves nothing: a
program that was killed leaves it behind, and `read` tells that by the lock of the run.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from vetpacs_desktop.jobs import Progress, Report
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.lock import is_held

SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class State:
    """A running backup as people see it."""

    phase: str
    """A sentence part: "Copying"."""
    done: int
    of: int
    bytes: int
    """Copied so far."""
    since: str
    """ISO 8601 with offset: when the run began."""
    sentence: str = ""


class Teller:
    """Tells of one run, to its own process (`report`) and to others (the file)."""

    def __init__(self, home: Home, backup_id: str, report: Report, since: str) -> None:
        self._path = _path(home, backup_id)
        self._report = report
        self._state = State("", 0, 0, 0, since)
        self._next = 0.0

    def phase(self, words: str, of: int = 0) -> None:
        """The next part of the work begins: `of` steps, 0 when that is unknown."""
        self._state = replace(self._state, phase=words, done=0, of=of)
        self._tell(at_once=True)

    def step(self, steps: int, copied: int = 0) -> None:
        """So many more steps are done, and so many bytes were copied."""
        state = self._state
        self._state = replace(state, done=state.done + steps, bytes=state.bytes + copied)
        self._tell(at_once=False)

    def end(self) -> None:
        """Nothing runs any more."""
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _tell(self, *, at_once: bool) -> None:
        now = time.monotonic()
        if not at_once and now < self._next:
            return
        self._next = now + SECONDS
        state = self._state
        self._report(Progress(state.done, state.of or None, state.phase))
        fresh = self._path.with_suffix(".part")
        with contextlib.suppress(OSError):  # a full disk must not end a backup
            fresh.write_text(json.dumps(asdict(state)), encoding="utf-8")
            os.replace(fresh, self._path)  # noqa: PTH105


def read(home: Home, backup_id: str) -> State | None:
    """The backup that runs to that target at this moment, None when none does."""
    if not backup_id or not is_held(home.run / f"backup-{backup_id}.lock"):
        return None
    try:
        return State(**json.loads(_path(home, backup_id).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _path(home: Home, backup_id: str) -> Path:
    return home.run / f"backup-{backup_id}.json"
