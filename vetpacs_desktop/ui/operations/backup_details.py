"""What is known of one place: its generations, runs, proofs and rehearsals; and what a person starts there.

For threads. Only `drill`, `prove` and `prune` speak to the place.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from vetpacs_desktop.jobs import CancelToken, Report
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup import ledger, progress
from vetpacs_desktop.store.backup.credentials import secrets_of
from vetpacs_desktop.store.backup.history import Drill, Run
from vetpacs_desktop.store.backup.ledger import Ledger
from vetpacs_desktop.store.backup.making import proving
from vetpacs_desktop.store.backup.outcome import Generation
from vetpacs_desktop.store.backup.places import Place, ledger_name
from vetpacs_desktop.store.backup.returning import drill as drills
from vetpacs_desktop.store.backup.sealing import place_keys
from vetpacs_desktop.store.backup.sealing.sealing import AgeSealer
from vetpacs_desktop.store.backup.target import Target
from vetpacs_desktop.store.backup.targets.opening import open_target
from vetpacs_desktop.store.backup.tending import health
from vetpacs_desktop.store.backup.tending.health import Health
from vetpacs_desktop.store.backup.thinning import pruning
from vetpacs_desktop.store.backup.thinning.retention import Preview
from vetpacs_desktop.store.backup.words import amount, many

MOST_RUNS, MOST_DRILLS = 100, 100


@dataclass(frozen=True, slots=True)
class Known:
    """All the ledger knows of a place."""

    place: Place
    health: Health
    generations: tuple[Generation, ...] = ()
    runs: tuple[Run, ...] = ()
    drills: tuple[Drill, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of something that a person started."""

    good: bool
    sentence: str
    details: str = ""


def read(home: Home, place: Place, now: datetime) -> Known:
    """Look it up. Raises `LibraryTooNew`, `DiskFull`, `LibraryUnusable`."""
    running = progress.read(home, place.backup_id) is not None
    if not (ledger.folder_of(home) / ledger.FILE).exists():
        return Known(place, health.judge(health.Facts(), place, now, running=running))
    with Ledger.open(home) as opened:
        book = opened.book(ledger_name(place))
        return Known(
            place,
            health.look(book, place, now, running=running),
            tuple(book.history.generations()),
            tuple(book.history.runs(MOST_RUNS)),
            tuple(book.history.drills(most=MOST_DRILLS)),
        )


def drill(home: Home, place: Place, report: Report, cancel: CancelToken) -> Outcome:
    """Rehearse bringing the newest generation back. Raises as the store's `drill`."""
    found = drills.drill(home, place, secrets_of(home), report=report, cancel=cancel)
    return Outcome(found.ok, found.sentence, "\n".join(found.faults))


def prove(home: Home, place: Place, report: Report, cancel: CancelToken) -> Outcome:
    """Read the newest generation back. Raises as the store's `proving.verify`."""
    with opened(home, place) as (target, sealer):
        proof = proving.verify(home, place, target, sealer=sealer, report=report, cancel=cancel)
    files = many(proof.checked, "file was", "files were")
    if proof.clean:
        return Outcome(good=True, sentence=f"{files} read back from {place.name}; all are as copied.")
    bad = many(len(proof.missing) + len(proof.corrupt), "is", "are")
    sentence = f"{files} read back from {place.name}; {bad} missing or damaged there. The next run mends it."
    return Outcome(good=False, sentence=sentence, details="\n".join((*proof.missing, *proof.corrupt)))


def preview(home: Home, place: Place, now: datetime) -> Preview:
    """What would go by its rule. Raises `BadPolicy`, `EmptyPolicy`."""
    return pruning.preview(home, place, now)


def prune(home: Home, place: Place, report: Report, cancel: CancelToken) -> Outcome:
    """Let go what the rule does not keep. Raises as the store's `pruning.prune`."""
    with opened(home, place) as (target, sealer):
        done = pruning.prune(home, place, target, sealer=sealer, report=report, cancel=cancel)
    parts = []
    if done.set_aside:
        aside = many(len(done.set_aside), "generation is", "generations are")
        parts.append(f"{aside} set aside; a day later, and once there is a newer one, they are deleted.")
    if done.gone:
        parts.append(f"{many(len(done.gone), 'generation was', 'generations were')} deleted.")
    if done.bytes:
        parts.append(f"{amount(done.bytes)} were made free.")
    return Outcome(good=True, sentence=" ".join(parts) or f"Nothing had to go from {place.name}.")


@contextmanager
def opened(home: Home, place: Place) -> Iterator[tuple[Target, AgeSealer | None]]:
    """A place and what seals for it. Raises `TargetError`, `SecretMissing`, `SecretsUnusable`."""
    secrets = secrets_of(home)
    sealer = place_keys.sealer_of(place, secrets)
    target = open_target(place, secrets)
    try:
        yield target, sealer
    finally:
        target.close()
