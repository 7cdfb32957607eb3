"""What a window or the command line asks of the backup process: one small file for each wish.

A wish waits until the process takes it, also over a restart of the service. This module starts nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

from vetpacs_desktop.paths import Home

RUN, VERIFY, DRILL, PRUNE, STOP = "run", "verify", "drill", "prune", "stop"
"""Make a backup now, whatever the hours; read the newest one back whole; rehearse a restore; thin out; end
what is under way."""
ALL = (STOP, RUN, VERIFY, DRILL, PRUNE)
LENGTH = 16


def ask(home: Home, place: str, what: str = RUN) -> None:
    """Leave a wish for the target of that name; asking twice is asking once. Raises `OSError`."""
    if what not in ALL:
        raise ValueError(what)
    if what == STOP:
        for other in ALL:
            _path(home, place, other).unlink(missing_ok=True)
    _path(home, place, what).touch(mode=0o600)


def waits(home: Home, place: str, what: str = RUN) -> bool:
    """Whether such a wish has not been taken yet."""
    return _path(home, place, what).exists()


def taken(home: Home, place: str) -> list[str]:
    """The wishes for a target, which are with this fulfilled or forgotten; to end something comes first."""
    found = []
    for what in ALL:
        path = _path(home, place, what)
        with contextlib.suppress(OSError):
            if path.exists():
                path.unlink()
                found.append(what)
    return found


def _path(home: Home, place: str, what: str) -> Path:
    digits = hashlib.sha256(place.casefold().encode()).hexdigest()[:LENGTH]
    return home.run / f"backup-asked-{digits}.{what}"
