"""What a person asks of a backup when exams come back: what is there, which exams, and the work itself.

For threads. The store's `restoring` decides what is done; it deletes nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from vetpacs_desktop.jobs import CancelToken, Progress, Report
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup import reading
from vetpacs_desktop.store.backup.credentials import Secrets, password_of, secrets_of
from vetpacs_desktop.store.backup.ledger import Ledger
from vetpacs_desktop.store.backup.manifest import Manifest
from vetpacs_desktop.store.backup.outcome import DAMAGED, Generation
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.returning import restoring, sources, whole_library
from vetpacs_desktop.store.backup.returning.coming_back import Scope
from vetpacs_desktop.store.backup.returning.restoring import Restored
from vetpacs_desktop.store.backup.sealing import place_keys
from vetpacs_desktop.store.database import Database
from vetpacs_desktop.store.listing import Listing
from vetpacs_desktop.store.objects import Objects
from vetpacs_desktop.store.records import StudyRow
from vetpacs_desktop.ui.operations.backup_places import Typed

SHOWN = 500
"""Exams at most in the list to choose from; the search narrows it."""


@dataclass(frozen=True, slots=True)
class From:
    """A place to bring back from, and what was typed to get in."""

    place: Place
    password: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Found:
    """What a place has."""

    generations: tuple[Generation, ...]
    """The newest first."""
    empty_here: bool
    """Whether the library here is empty: then everything can be put back as it was."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The list of a generation, here to be looked through."""

    path: Path
    exams: int


def secrets_for(home: Home, wanted: From) -> Secrets:
    """What was typed, over what is kept."""
    name = wanted.place.name
    typed = {password_of(name): wanted.password, place_keys.key_of(name): wanted.secret}
    return Typed(typed, secrets_of(home))


def look(home: Home, wanted: From, report: Report, cancel: CancelToken) -> Found:
    """The generations there. Raises as `sources.opened`: `TargetError`, `NoBackupThere`, `KeyNeeded`,
    `WrongKey`, `BadKey`."""
    known = _known_states(home, wanted.place)
    found = []
    with sources.opened(wanted.place, secrets_for(home, wanted)) as source:
        for one in reading.generations(source.target, source.sealer):
            cancel.check()
            if isinstance(one, Manifest):
                found.append(_generation(one, known))
            else:
                found.append(Generation(str(one.facts["generation"]), "", state=DAMAGED, note=one.sentence))
            report(Progress(len(found)))
    if not found:
        raise sources.NoBackupThere(target=wanted.place.name)
    return Found(tuple(found), whole_library.is_empty(home))


def fetch_list(home: Home, wanted: From, generation: str, report: Report, cancel: CancelToken) -> Listed:
    """Bring the list of a generation here, to choose from it. Raises as `sources.opened` and `ListLost`."""
    home.restoring.mkdir(mode=0o700, parents=True, exist_ok=True)
    with sources.opened(wanted.place, secrets_for(home, wanted)) as source:
        manifest = sources.manifest_of(source, generation)
        path = whole_library.fetch_list(home, manifest, source, report, cancel)
    database = Database(path)
    try:
        count = database.value("SELECT count(*) FROM studies")
    finally:
        database.close()
    return Listed(path, int(str(count or 0)))


def find(home: Home, listed: Listed, text: str) -> list[StudyRow]:
    """Exams of that list that match `text`, the newest first."""
    database = Database(listed.path)
    try:
        return Listing(database, Objects(home)).search(text, SHOWN, 0, "newest")
    finally:
        database.close()


def bring(
    home: Home, wanted: From, generation: str, scope: Scope, report: Report, cancel: CancelToken
) -> Restored:
    """Bring back. Raises as `restoring.restore`."""
    return restoring.restore(
        home,
        wanted.place,
        secrets_for(home, wanted),
        generation=generation,
        scope=scope,
        report=report,
        cancel=cancel,
    )


def go_on(home: Home, report: Report, cancel: CancelToken) -> Restored | None:
    """Go on with what was interrupted. Raises as `restoring.restore`."""
    return restoring.go_on(home, report, cancel)


def give_up(home: Home) -> None:
    """Forget what was interrupted; what is back stays. Raises `RestoreRunning`."""
    restoring.give_up(home)


def _known_states(home: Home, place: Place) -> dict[str, Generation]:
    """What this computer knows of the generations there."""
    if not place.backup_id:
        return {}
    with Ledger.open(home) as ledger:
        return {one.id: one for one in ledger.book(place.backup_id).history.generations()}


def _generation(manifest: Manifest, known: dict[str, Generation]) -> Generation:
    return known.get(manifest.id) or Generation(
        manifest.id,
        manifest.made,
        manifest.objects,
        manifest.bytes,
        database=manifest.database.sha256,
        lost=manifest.lost,
        note=manifest.clock_note,
    )
