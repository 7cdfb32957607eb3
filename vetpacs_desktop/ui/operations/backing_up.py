"""What the window asks of the backup: how its places are, a run now, an end to it. All of it for threads.

The store decides everything; nothing here waits for a place that is away.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from vetpacs_desktop import service
from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.jobs import CancelToken, Report
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup import ledger, places, progress
from vetpacs_desktop.store.backup.ledger import Ledger
from vetpacs_desktop.store.backup.making import running
from vetpacs_desktop.store.backup.outcome import Generation
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.progress import State
from vetpacs_desktop.store.backup.returning import coming_back, restoring
from vetpacs_desktop.store.backup.returning.coming_back import Asked
from vetpacs_desktop.store.backup.tending import health, requests
from vetpacs_desktop.store.backup.tending.health import Health
from vetpacs_desktop.ui.operations import backup_details

HEALTH_SECONDS = 15.0
"""A look at a large ledger costs a moment; it is taken so often, and at once when a run began or ended."""
WRITTEN_SECONDS = 3.0
"""So often at most while the ledger is written to."""


@dataclass(frozen=True, slots=True)
class PlaceNow:
    """A place at one moment."""

    place: Place
    health: Health | None = None
    running: State | None = None
    trouble: str = ""
    """Why nothing is known of it."""
    asked: bool = False
    """Somebody asked for a run, and the service has not begun it yet."""


@dataclass(frozen=True, slots=True)
class Backups:
    """All the window shows of backups at one moment."""

    places: tuple[PlaceNow, ...] = ()
    known: bool = False
    """False until the first look."""
    trouble: str = ""
    """Why the list of places can't be read."""
    coming_back: Asked | None = None
    """A restore that is not finished."""
    bringing: bool = False
    """Whether it works right now, in whatever process."""


class Looker:
    """Looks at one home's backups; used by one thread at a time."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._ledger: Ledger | None = None
        self._health: dict[str, tuple[float, Health]] = {}
        self._before: dict[str, tuple[Place, bool, bool, int]] = {}

    def look(self, now: datetime, *, anew: bool = False) -> Backups:
        """How everything is at `now` (with a time zone); `anew`: nothing of the last look is used again."""
        asked = coming_back.under_way(self._home)
        bringing = asked is not None and restoring.is_running(self._home)
        try:
            found = places.read(self._home)
        except KnownError as error:
            return Backups((), True, error.sentence, asked, bringing)
        if anew:
            self._health.clear()
        return Backups(tuple(self._one(place, now) for place in found), True, "", asked, bringing)

    def close(self) -> None:
        """Let go of the ledger."""
        if self._ledger is not None:
            self._ledger.close()

    def _one(self, place: Place, now: datetime) -> PlaceNow:
        running = progress.read(self._home, place.backup_id)
        asked = requests.waits(self._home, place.name)
        try:
            judged = self._judged(place, now, running=running is not None, asked=asked)
        except KnownError as error:
            return PlaceNow(place, None, running, error.sentence, asked)
        return PlaceNow(place, judged, running, "", asked)

    def _judged(self, place: Place, now: datetime, *, running: bool, asked: bool) -> Health:
        at, kept = time.monotonic(), self._health.get(place.name)
        signs = (place, running, asked, self._written())
        before = self._before.get(place.name)
        if kept is not None and before is not None:
            age, begun_or_ended = at - kept[0], signs[:3] != before[:3]
            written = signs[3] != before[3] and age >= WRITTEN_SECONDS
            if not begun_or_ended and not written and age < HEALTH_SECONDS:
                return kept[1]
        judged = self._fresh(place, now, running=running)
        self._before[place.name] = signs
        self._health[place.name] = (at, judged)
        return judged

    def _written(self) -> int:
        """Changes whenever somebody writes to the ledger."""
        try:
            return (ledger.folder_of(self._home) / f"{ledger.FILE}-wal").stat().st_mtime_ns
        except OSError:
            return 0

    def _fresh(self, place: Place, now: datetime, *, running: bool) -> Health:
        if not (ledger.folder_of(self._home) / ledger.FILE).exists():
            return health.judge(health.Facts(), place, now, running=running)
        if self._ledger is None:
            self._ledger = Ledger.open(self._home)
        return health.look(self._ledger.book(places.ledger_name(place)), place, now, running=running)


def ask_to_run(home: Home, names: Sequence[str]) -> bool:
    """Ask the service for a run to each place, whatever the hours; False when no service is there to do it.
    Raises `OSError`."""
    if service.state_of(home) is None:
        return False
    for name in names:
        requests.ask(home, name, requests.RUN)
    return True


def ask_to_stop(home: Home, name: str) -> None:
    """Ask the service to end what it does for a place. Raises `OSError`."""
    requests.ask(home, name, requests.STOP)


def run_here(home: Home, place: Place, report: Report, cancel: CancelToken) -> Generation:
    """Make a generation now. Raises as the store's `running.run`."""
    with backup_details.opened(home, place) as (target, sealer):
        return running.run(home, place, target, sealer=sealer, report=report, cancel=cancel)
