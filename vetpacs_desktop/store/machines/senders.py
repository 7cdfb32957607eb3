"""Who sends to this computer: name, address, when last, how many objects, what was refused.

A small JSON in the home's run folder, for the System page and for support. It holds machines, never animals
or people, and losing it loses nothing.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from vetpacs_desktop.paths import Home

FILE = "senders.json"
SAVE_SECONDS = 2.0
KEPT_REFUSALS = 10
MOST = 200
"""More machines than any clinic has; beyond it the one unseen for longest is forgotten."""


@dataclass(frozen=True, slots=True)
class Sender:
    """One machine that connected, or tried to."""

    name: str
    address: str
    last_at: str
    """ISO 8601 with offset."""
    associations: int = 0
    objects: int = 0
    refused: int = 0
    last_refusal: str = ""
    welcomed_at: str = ""
    """When it was last let in, ISO 8601 with offset."""
    refusals: tuple[tuple[str, str], ...] = ()
    """(when, why) of the newest `KEPT_REFUSALS`, the latest first; one reason in a row counts once."""


class Senders:
    """The receiver's own view; safe from any thread."""

    def __init__(self, home: Home) -> None:
        self._path = home.run / FILE
        self._lock = threading.Lock()
        self._rows = {row.name: row for row in senders(home)}
        self._saved = 0.0

    def seen(self, name: str, address: str) -> None:
        """A machine connected."""
        with self._lock:
            row = self._row(name, address)
            self._rows[name] = replace(
                row,
                address=address,
                last_at=_now(),
                welcomed_at=_now(),
                associations=row.associations + 1,
            )
        self.save()

    def stored(self, name: str) -> None:
        """An object of it was kept."""
        with self._lock:
            row = self._row(name, "")
            self._rows[name] = replace(row, objects=row.objects + 1, last_at=_now())
        if time.monotonic() - self._saved > SAVE_SECONDS:
            self.save()

    def refused(self, name: str, address: str, reason: str) -> None:
        """It, or an object of it, was turned away."""
        with self._lock:
            row = self._row(name, address)
            earlier = row.refusals[1:] if row.last_refusal == reason else row.refusals
            self._rows[name] = replace(
                row,
                address=address,
                last_at=_now(),
                refused=row.refused + 1,
                last_refusal=reason,
                refusals=((_now(), reason), *earlier)[:KEPT_REFUSALS],
            )
        self.save()

    def save(self) -> None:
        """Write the file, whole or not at all; a disk that is full is no reason to stop receiving."""
        with self._lock:
            self._saved = time.monotonic()
            rows = sorted(self._rows.values(), key=lambda row: row.last_at, reverse=True)[:MOST]
            fresh = self._path.with_suffix(".part")
            try:
                fresh.write_text(json.dumps([asdict(row) for row in rows], indent=1), encoding="utf-8")
                fresh.replace(self._path)
            except OSError:
                return

    def _row(self, name: str, address: str) -> Sender:
        return self._rows.get(name) or Sender(name, address, _now())


def senders(home: Home) -> list[Sender]:
    """Every machine that connected, the latest first; empty while none has."""
    try:
        return [_sender(row) for row in json.loads((home.run / FILE).read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        return []


def _sender(row: dict[str, Any]) -> Sender:
    known = {name: value for name, value in row.items() if name in Sender.__dataclass_fields__}
    sender = Sender(**known)
    return replace(sender, refusals=tuple((str(when), str(why)) for when, why in sender.refusals))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
