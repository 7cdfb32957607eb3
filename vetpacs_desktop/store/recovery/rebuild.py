"""Makes the index from the object files alone, and puts it in the old one's place.

What no file holds (who sent an image and when, which exams were opened, the digests that prove a file
unchanged) is taken from the old index as far as it can be read. An old index is set aside, never deleted.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from os import stat_result
from pathlib import Path

from vetpacs_desktop.errors import KnownError, LibraryDamaged
from vetpacs_desktop.jobs import CancelToken, Progress, Report
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store import annotations as drawings
from vetpacs_desktop.store import correcting, numbers
from vetpacs_desktop.store.admission import Admission
from vetpacs_desktop.store.database import Database, mark_of, salvage
from vetpacs_desktop.store.header import read_header
from vetpacs_desktop.store.index import Index
from vetpacs_desktop.store.journal import Journal
from vetpacs_desktop.store.kept import remaining, trash_table
from vetpacs_desktop.store.kept.remaining import Accepted
from vetpacs_desktop.store.kept.trash import Trash
from vetpacs_desktop.store.kept.trash_files import alone
from vetpacs_desktop.store.machines import devices
from vetpacs_desktop.store.merging import Placed
from vetpacs_desktop.store.migrations import STEPS
from vetpacs_desktop.store.objects import Objects, digest_of, folder_of
from vetpacs_desktop.store.records import Header, StudyUID, Verification
from vetpacs_desktop.store.recovery import carried, swap

BATCH = 512
_NAME = re.compile(r"(?P<uid>[0-9.]+)(?:~[0-9a-f]{8,64})?\.dcm")
_FACTS = "SELECT path, received_at, source, size, sha256 FROM instances"
_SEEN = "SELECT study_uid FROM studies WHERE seen = 1"
_DECISIONS = "SELECT study_uid, series_uid, sop_uid, sha256, choice, who, at FROM decisions"
LOCK_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Fact:
    """What only the old index knew of a file."""

    received_at: str
    source: str
    size: int
    sha256: str


@dataclass(slots=True)
class Found:
    """What a walk over the files brought."""

    indexed: int = 0
    unreadable: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    """Files that are no objects of this library: another name or another folder than theirs."""


def rebuild(home: Home, report: Report, cancel: CancelToken) -> Verification:
    """Rebuild the index of `home` whatever state it is in. Raises `LibraryTooNew`, `Cancelled`.

    No other program may have the library open when its index is damaged or gone. Raises `TrashBusy` when
    exams are being moved to the trash for too long.
    """
    home.make()
    with alone(home, LOCK_SECONDS):
        return _rebuild(home, report, cancel)


def _rebuild(home: Home, report: Report, cancel: CancelToken) -> Verification:
    started = time.monotonic()
    objects = Objects(home)
    if mark_of(home.database) is not None:
        try:
            return _rebuild_sound(home, objects, report, cancel, started)
        except LibraryDamaged:
            pass  # The rows that can still be read are salvaged.
    facts, seen = _salvaged(home.database)
    said = [*correcting.salvaged(home.database), *Journal(home.corrections).entries()]
    swap.remove_fresh(home)
    fresh = Database(swap.fresh_path(home))
    try:
        fresh.migrate(STEPS)
        correcting.insert_all(fresh, said)
        _keep_decisions(fresh, home.database)
        devices.adopt(fresh, home.database)
        drawings.adopt(fresh, home)
        carried.adopt(fresh, home.database)
        trash_table.adopt(home, fresh)
        floor = carried.floor(home.database)
        found = _build(fresh, objects, facts, remaining.accepted(fresh), report, cancel, floor)
        carried.settle(fresh, home.database)
        swap.mark_seen(fresh, seen)
    finally:
        fresh.close()
    swap.set_aside(home)
    swap.put_in_place(home)
    return _answer(found, facts, objects, started)


def _rebuild_sound(
    home: Home, objects: Objects, report: Report, cancel: CancelToken, started: float
) -> Verification:
    database = Database(home.database)
    try:
        database.migrate(STEPS)
        database.check()
        with closing(Admission(database, objects)) as admission:
            Trash(home, database, objects, admission).recover_locked()
        trash_table.adopt(home, database)
        facts = _facts(database)
        found = _refresh(home, database, objects, facts, report, cancel)
    finally:
        database.close()
    return _answer(found, facts, objects, started)


def refresh(home: Home, database: Database, objects: Objects, report: Report, cancel: CancelToken) -> int:
    """Rebuild a sound index in place, while others use it. Answers how many objects are indexed."""
    return _refresh(home, database, objects, _facts(database), report, cancel).indexed


def _refresh(
    home: Home,
    database: Database,
    objects: Objects,
    facts: Mapping[str, Fact],
    report: Report,
    cancel: CancelToken,
) -> Found:
    newest = int(database.value("SELECT max(instance_id) FROM instances") or 0)
    floor = numbers.in_use(database)
    swap.remove_fresh(home)
    # The journal may know more: this index may be an old one that was put back.
    correcting.insert_all(database, Journal(home.corrections).entries())
    drawings.replay(database, home)
    holding = correcting.state(database)
    fresh = Database(swap.fresh_path(home))
    try:
        fresh.migrate(STEPS)
        correcting.insert_all(fresh, correcting.entries_of(database))
        found = _build(fresh, objects, facts, remaining.accepted(database), report, cancel, floor)
    finally:
        fresh.close()
    with swap.attached(database, swap.fresh_path(home)), database.atomic():
        late = [
            placed
            for row in database.rows(f"{_FACTS} WHERE instance_id > ?", (newest,))
            if (placed := _placed(objects, row["path"], Fact(*tuple(row)[1:]), found)) is not None
        ]
        swap.take_over(database)
        _add_late(database, late)
        Index(database).refresh(_said_late(holding, correcting.state(database)))
    swap.remove_fresh(home)
    return found


def _add_late(database: Database, late: Sequence[Placed]) -> None:
    """What was filed while the files were read: most of it was read already."""
    known = {row["path"] for row in database.rows("SELECT path FROM instances")} if late else set()
    Index(database).add([placed for placed in late if placed.path not in known])


def _said_late(before: correcting.State, now: correcting.State) -> set[StudyUID]:
    """The exams that were corrected while the files were read."""
    return {StudyUID(now[number][0]) for number in now if before.get(number) != now[number]}


def _facts(database: Database) -> dict[str, Fact]:
    return {row["path"]: Fact(*tuple(row)[1:]) for row in database.rows(_FACTS)}


def _salvaged(path: Path) -> tuple[dict[str, Fact], list[str]]:
    """Facts and opened exams that a damaged index still gives; values of the wrong kind are left."""
    rows = salvage(path, _FACTS)
    facts = {
        row[0]: Fact(*row[1:])
        for row in rows
        if isinstance(row[3], int)
        and all(isinstance(row[n], str) for n in (0, 1, 2, 4))
        and _is_moment(row[1])
    }
    return facts, [row[0] for row in salvage(path, _SEEN) if isinstance(row[0], str)]


def _keep_decisions(fresh: Database, old: Path) -> None:
    """What a person decided about versions of an image, as far as a damaged index still tells it."""
    marks = ", ".join("?" * 7)
    rows = [row for row in salvage(old, _DECISIONS) if all(isinstance(value, str) for value in row)]
    with fresh.atomic():
        fresh.write_many(f"INSERT OR IGNORE INTO decisions VALUES ({marks})", rows)


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _build(
    fresh: Database,
    objects: Objects,
    facts: Mapping[str, Fact],
    accepted: Accepted,
    report: Report,
    cancel: CancelToken,
    floor: int = 0,
) -> Found:
    """Fill an empty index from the files, exam by exam as they came, each in the order its images came."""
    found = Found()
    index = Index(fresh, floor)
    folders, total = _folders(objects, facts)
    batch: list[Placed] = []
    for folder in map(objects.inside, folders):
        cancel.check()
        placed = (_placed(objects, path, facts.get(path) or _unknown(state), found) for path, state in folder)
        batch += remaining.in_order((one for one in placed if one is not None), accepted)
        if len(batch) >= BATCH:
            _add(fresh, index, batch)
            found.indexed += len(batch)
            batch = []
            report(Progress(found.indexed, total, "Reading images"))
    _add(fresh, index, batch)
    found.indexed += len(batch)
    report(Progress(total, total, "Reading images"))
    return found


def _add(fresh: Database, index: Index, batch: Sequence[Placed]) -> None:
    with fresh.atomic():
        index.add(batch)


def _folders(objects: Objects, facts: Mapping[str, Fact]) -> tuple[list[str], int]:
    """The folders with files, that of the exam that came first in front, and how many files there are.

    Exams of the same moment keep their places in the list that way.
    """
    first: dict[str, str] = {}
    total = 0
    for path, state in objects.files():
        folder = path.rpartition("/")[0]
        came = (facts.get(path) or _unknown(state)).received_at
        first[folder] = min(first.get(folder, came), came)
        total += 1
    return sorted(first, key=lambda folder: (first[folder], folder)), total


def _unknown(state: stat_result) -> Fact:
    """For a file the old index doesn't know: the file's own time is when it came."""
    moment = datetime.fromtimestamp(state.st_mtime_ns // 1000 / 1_000_000, UTC)
    return Fact(moment.isoformat(timespec="microseconds"), "", state.st_size, "")


def _placed(objects: Objects, path: str, fact: Fact, found: Found) -> Placed | None:
    """The object at `path`, or None with its fault noted.

    A digest the old index held is kept even if the file differs by now: a rebuild must not hide damage.
    """
    name = _NAME.fullmatch(path.rpartition("/")[2])
    try:
        header = read_header(objects.path(path)) if name else None
        digest = fact.sha256 or digest_of(objects.path(path))
    except (KnownError, OSError):
        found.unreadable.append(path)
        return None
    if name is None or header is None or not _belongs(path, name["uid"], header):
        found.strangers.append(path)
        return None
    return Placed(header, path, fact.size, digest, fact.received_at, fact.source)


def _belongs(path: str, named: str, header: Header) -> bool:
    folder = path.rpartition("/")[0]
    return named == header.instance.sop_uid and folder == folder_of(header.study.study_uid)


def _answer(found: Found, facts: Mapping[str, Fact], objects: Objects, started: float) -> Verification:
    missing = sorted(path for path in facts if not objects.path(path).exists())
    return Verification(
        checked=found.indexed,
        missing=tuple(missing),
        corrupt=tuple(sorted(found.unreadable)),
        orphans=tuple(sorted(found.strangers)),
        seconds=time.monotonic() - started,
    )
