"""What an inspection wants to know of the backups, gathered from ledger and places; for threads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup import places, reading
from vetpacs_desktop.store.backup.credentials import secrets_of
from vetpacs_desktop.store.backup.outcome import Generation
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.targets.opening import open_target
from vetpacs_desktop.ui.operations import backup_details
from vetpacs_desktop.ui.operations.backup_details import Known


class NothingToCertify(KnownError):
    """There is no backup that could be certified yet; set up a place and let it run once."""


@dataclass(frozen=True, slots=True)
class Certified:
    """One place as the certificate has it."""

    known: Known
    digest: str
    """SHA-256 of the newest manifest as it lies on the place; empty when it could not be read now."""
    trouble: str = ""
    """Why it could not."""

    @property
    def last(self) -> Generation | None:
        """The newest generation that is proved."""
        return self.known.health.last_good


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is certified."""

    clinic: str
    made: datetime
    """With a time zone."""
    exams: int
    images: int
    """In the library here."""
    places: tuple[Certified, ...]


def gather(home: Home, clinic: str, counts: tuple[int, int], now: datetime, only: str = "") -> Certificate:
    """All places, or the one called `only`; each is asked for its newest manifest.

    Raises `NothingToCertify`, `NoSuchPlace`, `BadPlaces`, `SecretsUnusable`.
    """
    wanted = [places.find(home, only)] if only else places.read(home)
    known = [backup_details.read(home, place, now) for place in wanted]
    if not any(one.health.last_good for one in known):
        raise NothingToCertify()
    return Certificate(clinic, now, *counts, tuple(_certified(home, one) for one in known))


def _certified(home: Home, known: Known) -> Certified:
    last = known.health.last_good
    if last is None:
        return Certified(known, "")
    try:
        return Certified(known, _digest(home, known.place, last.id))
    except KnownError as error:
        return Certified(known, "", error.sentence)


def _digest(home: Home, place: Place, generation: str) -> str:
    target = open_target(place, secrets_of(home))
    try:
        return reading.stated_digest(target, generation)
    finally:
        target.close()
