"""How filing is: at work, waiting for something, or making a damaged index anew.

A small JSON in the home's run folder that the filing process writes and anybody reads: the window, the
command line, support. Losing it loses nothing.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import Enum

from vetpacs_desktop.paths import Home

FILE = "filing.json"
SIZE = 2048
"""Bytes, filled up with blanks; a sentence with a path fits well."""


class FilingKind(Enum):
    """What filing is doing."""

    WORKS = "works"
    WAITS = "waits"
    """It can't file at the moment; what arrives is safe in the spool."""
    REBUILDS = "rebuilds"
    """The index was damaged or gone and is being made anew from the files."""


@dataclass(frozen=True, slots=True)
class FilingState:
    """How filing is, since when, and why."""

    kind: FilingKind = FilingKind.WORKS
    reason: str = ""
    """A sentence; empty while it works."""
    since: str = ""
    """ISO 8601 with offset."""
    done: int = 0
    """Images read, while it rebuilds."""
    total: int | None = None
    rebuilt_at: str = ""
    """When the index was last made anew because of damage; empty: never since the service started."""


class FilingDiary:
    """The writing side; for one thread."""

    def __init__(self, home: Home) -> None:
        self._path = home.run / FILE
        self._rebuilt_at = ""
        self._state = FilingState()
        self._write(FilingState(since=_now()))

    def works(self) -> None:
        """Everything is in order."""
        if self._state.kind is not FilingKind.WORKS:
            self._write(FilingState(since=_now(), rebuilt_at=self._rebuilt_at))

    def waits(self, reason: str) -> None:
        """It can't go on for now."""
        if (self._state.kind, self._state.reason) != (FilingKind.WAITS, reason):
            self._write(FilingState(FilingKind.WAITS, reason, _now(), rebuilt_at=self._rebuilt_at))

    def rebuilds(self, reason: str, done: int = 0, total: int | None = None) -> None:
        """The index is being made anew; call it again as it goes on."""
        since = self._state.since if self._state.kind is FilingKind.REBUILDS else _now()
        self._write(FilingState(FilingKind.REBUILDS, reason, since, done, total))

    def rebuilt(self) -> None:
        """The index is whole again."""
        self._rebuilt_at = _now()
        self._write(FilingState(since=self._rebuilt_at, rebuilt_at=self._rebuilt_at))

    def _write(self, state: FilingState) -> None:
        """In place and always of the same size: a full disk is one of the things that must be told."""
        self._state = state
        text = json.dumps({**asdict(state), "kind": state.kind.value}).encode()[:SIZE].ljust(SIZE)
        try:
            file = os.open(self._path, os.O_CREAT | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
            try:
                os.write(file, text)
            finally:
                os.close(file)
        except OSError:
            return


def filing_state(home: Home) -> FilingState:
    """How filing was when it last said so; at work while nothing else is known."""
    try:
        row = json.loads((home.run / FILE).read_text(encoding="utf-8"))
        return FilingState(**{**row, "kind": FilingKind(row["kind"])})
    except (OSError, ValueError, TypeError, KeyError):
        return FilingState()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
