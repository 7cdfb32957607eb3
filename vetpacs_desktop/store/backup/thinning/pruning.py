"""Thins a backup out by its policy, in two steps: what is to go is set aside and marked, and deleted only
once a grace period has passed and a later backup exists.

Nothing is deleted while anything is in doubt: a manifest or list that can't be read, an alarm, a key that is
missing. References are read anew from the target each time, under the target's lock; an object that any
remaining generation names is never touched. Whatever interrupts it leaves every generation whole.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from vetpacs_desktop import __version__
from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.jobs import CancelToken, Progress, Report, ignore
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup import layout, reading
from vetpacs_desktop.store.backup.layout import Sealer
from vetpacs_desktop.store.backup.ledger import Book, Ledger, folder_of
from vetpacs_desktop.store.backup.making import lease, tampering
from vetpacs_desktop.store.backup.making.lease import Lease
from vetpacs_desktop.store.backup.manifest import Manifest, ManifestDamaged
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.target import Entry, NotThere, Target, TargetChanged
from vetpacs_desktop.store.backup.thinning import retention

LOG = logging.getLogger(__name__)

PROGRAM = f"VetPACS {__version__}"
GRACE_HOURS = 24.0
LEAVING = "leaving-"
DELETED_AT_ONCE = 500
FOLDERS = 256
_OURS = re.compile(r"([0-9a-f]{64})((?:\.[a-z0-9]{1,8}){0,2})")


class PruneRefused(KnownError):
    """No old backup on {target} was deleted: {reason} Let this target be proved, and thin it out after
    that."""


class LastProved(KnownError):
    """The backup {generation} on {target} is the last one that is proved; it is never deleted."""


class NotLeaving(KnownError):
    """The backup {generation} on {target} can't be brought back; it was not set aside or has gone already."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something on the target that is to go, and since when."""

    since: int
    """Seconds since 1970."""
    newest: str
    """The newest generation then; a later one must exist before it goes."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """What one thinning out did."""

    set_aside: tuple[str, ...] = ()
    """Generations that leave from now on; they can be brought back until they are deleted."""
    gone: tuple[str, ...] = ()
    """Generations set aside before, that were deleted."""
    deleted: int = 0
    """Files of images, lists and databases that no generation names."""
    bytes: int = 0
    """What that made free."""
    waiting: int = 0
    """Files that are marked and wait for the end of their grace."""


def preview(home: Home, place: Place, now: datetime) -> retention.Preview:
    """What would stay and go, from the ledger alone, so it answers at once. Raises `BadPolicy`,
    `EmptyPolicy`."""
    policy = retention.parse(place.keep)
    if not place.backup_id:
        return retention.Preview()
    with Ledger.open(home) as ledger:
        return _preview(ledger.book(place.backup_id), policy, now)


def leaving(target: Target) -> list[str]:
    """Generations that were set aside and are still there, the newest first. Raises `TargetError`."""
    found = [name.removeprefix(LEAVING) for name in target.folders(layout.GENERATIONS) if _is_leaving(name)]
    return sorted(found, reverse=True)


def prune(
    home: Home,
    place: Place,
    target: Target,
    *,
    sealer: Sealer | None = None,
    discard: Sequence[str] = (),
    report: Report = ignore,
    cancel: CancelToken | None = None,
    pause: Callable[[], None] = lambda: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC).astimezone(),
    grace_hours: float = GRACE_HOURS,
    stale_seconds: float = lease.STALE_SECONDS,
) -> Pruned:
    """Carry the policy of `place` out. `discard` names generations that a person gives up besides: the only
    way by which a damaged one goes before its time.

    Raises `BadPolicy`, `EmptyPolicy`, `PruneRefused`, `LastProved`, `SecretMissing`, `WrongKey`, `Cancelled`,
    `TargetError`, `BackupRunning`, and what `pause` raises.
    """
    policy = retention.parse(place.keep)
    with _held(home, place, target, now, cancel, stale_seconds) as (book, held):
        work = _Work(
            home, place, target, sealer, book, held, report, cancel or CancelToken(), pause, now, grace_hours
        )
        return work.run(policy, discard)


def bring_back(
    home: Home,
    place: Place,
    target: Target,
    generation: str,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC).astimezone(),
    stale_seconds: float = lease.STALE_SECONDS,
) -> None:
    """Undo that a generation was set aside. Its policy may set it aside again: lengthen it first.

    Raises `NotLeaving`, `TargetError`, `BackupRunning`.
    """
    with _held(home, place, target, now, None, stale_seconds):
        folder = f"{layout.GENERATIONS}/{LEAVING}{generation}"
        names = [entry.name.rpartition("/")[2] for entry in target.entries(folder)]
        if not any(name.startswith(layout.MANIFEST) for name in names):
            raise NotLeaving(generation=generation, target=target.name)
        target.rename(folder, layout.folder_of(generation))


@dataclass(slots=True)
class _Work:
    """One thinning out, under the target's lock."""

    home: Home
    place: Place
    target: Target
    sealer: Sealer | None
    book: Book
    lease: Lease
    report: Report
    cancel: CancelToken
    pause: Callable[[], None]
    now: Callable[[], datetime]
    grace_hours: float
    marks: dict[str, Mark] = field(default_factory=dict)
    newest: str = ""
    deleted: int = 0
    freed: int = 0

    def run(self, policy: retention.Policy, discard: Sequence[str]) -> Pruned:
        self._refuse_in_doubt()
        there = reading.generation_ids(self.target)
        finished = [one for one in there if reading.finished(self.target, one)]
        go = self._going(policy, discard, finished)
        marks_file = _marks_file(self.home, self.place.backup_id)
        self.marks = _read_marks(marks_file)
        aside = leaving(self.target)
        unfinished = [one for one in there if one not in finished]
        if not (go or aside or unfinished or self.marks):
            return Pruned()
        self.newest = max(finished, default="")
        self.report(Progress(0, None, "Reading what is to stay"))
        stays = [one for one in finished if one not in go]
        lists: set[str] = set()
        named = self._named(stays, lists)
        self._mark(self._unnamed(named), self._named_if_readable(go, lists))
        self._mark_generations([*go, *aside, *unfinished])
        _write_marks(marks_file, self.marks)
        self._set_aside(go)
        gone = self._delete_generations([*aside, *unfinished], finished)
        self._delete(named)
        _write_marks(marks_file, self.marks)
        waiting = sum(not name.startswith(layout.GENERATIONS) for name in self.marks)
        return Pruned(tuple(go), tuple(gone), self.deleted, self.freed, waiting)

    # --- what may go

    def _refuse_in_doubt(self) -> None:
        alarms = self.book.history.alarms()
        if alarms:
            raise PruneRefused(target=self.target.name, reason=alarms[0].sentence)
        tampering.look(self.target, self.book, self._between)

    def _going(self, policy: retention.Policy, discard: Sequence[str], finished: Sequence[str]) -> list[str]:
        """Ids of finished generations that go, the newest first; those the ledger doesn't know stay."""
        found = _preview(self.book, policy, self.now())
        last = next((kept.generation.id for kept in found.keep if kept.generation.verified), "")
        given_up = {one for one in discard if one != last}
        if len(given_up) != len(set(discard)):
            raise LastProved(generation=last, target=self.target.name)
        wanted = {one.id for one in found.go} | given_up
        return [one for one in finished if one in wanted]

    def _named(self, generations: Sequence[str], lists: set[str]) -> set[bytes]:
        """The digits of everything that these generations name; `lists` gets the lists that were read.

        Raises `PruneRefused` when one of them can't be read whole.
        """
        named: set[bytes] = set()
        for number, generation in enumerate(generations):
            self.report(Progress(number, len(generations), "Reading what is to stay"))
            try:
                self._add_named(reading.manifest(self.target, generation, self.sealer), named, lists)
            except (ManifestDamaged, NotThere) as error:
                raise PruneRefused(target=self.target.name, reason=error.sentence) from error
        return named

    def _named_if_readable(self, generations: Sequence[str], lists: set[str]) -> set[bytes]:
        """What generations that go name besides the `lists` that were read before."""
        named: set[bytes] = set()
        for generation in generations:
            with contextlib.suppress(ManifestDamaged, NotThere):
                self._add_named(reading.manifest(self.target, generation, self.sealer), named, lists)
        return named

    def _add_named(self, found: Manifest, named: set[bytes], lists: set[str]) -> None:
        named.add(_digits(layout.database_name(found.database.sha256, self.sealer)))
        for ref in found.lists:
            self._between()
            named.add(_digits(layout.list_name(ref.sha256, self.sealer)))
            if ref.sha256 not in lists:
                lists.add(ref.sha256)
                rows = reading.list_of(self.target, ref, self.sealer, found.id)
                named.update(self._digits_of(row.sha256) for row in rows)
        named.update(self._digits_of(row.sha256) for row in found.files)

    def _digits_of(self, sha256: str) -> bytes:
        return bytes.fromhex(sha256 if self.sealer is None else self.sealer.name(sha256))

    def _unnamed(self, named: set[bytes]) -> Iterator[Entry]:
        """Files of ours on the target that no generation names."""
        folders = [layout.share_folder(number) for number in range(FOLDERS)]
        for number, folder in enumerate([*folders, layout.LISTS, layout.DATABASES]):
            self._between()
            self.report(Progress(number, FOLDERS, "Looking for what nobody needs"))
            for entry in self.target.entries(folder):
                if _OURS.fullmatch(entry.name.rpartition("/")[2]) and _digits(entry.name) not in named:
                    yield entry

    # --- marking

    def _mark(self, unnamed: Iterable[Entry], named_until_now: set[bytes]) -> None:
        """Marks of files anew: an old one stays where nothing has named the file since."""
        now = self._mark_of_now()
        marks = {name: mark for name, mark in self.marks.items() if name.startswith(layout.GENERATIONS)}
        for entry in unnamed:
            old = self.marks.get(entry.name)
            fresh = old is None or _digits(entry.name) in named_until_now or old.since > now.since
            marks[entry.name] = now if fresh or old is None else old
        self.marks = marks

    def _mark_generations(self, generations: Sequence[str]) -> None:
        now = self._mark_of_now()
        names = {layout.folder_of(one) for one in generations}
        marks = {name: mark for name, mark in self.marks.items() if not name.startswith(layout.GENERATIONS)}
        for name in names:
            old = self.marks.get(name)
            marks[name] = now if old is None or old.since > now.since else old
        self.marks = marks

    def _mark_of_now(self) -> Mark:
        return Mark(int(self.now().timestamp()), self.newest)

    def _over(self, name: str) -> bool:
        """Whether the grace of something marked has passed."""
        mark = self.marks[name]
        waited = int(self.now().timestamp()) - mark.since
        return waited >= self.grace_hours * 3600 and self.newest > mark.newest

    # --- acting

    def _set_aside(self, go: Sequence[str]) -> None:
        for generation in go:
            self._between()
            self.lease.confirm()
            # The ledger first: a generation it knows and does not find counts as lost.
            self.book.history.forget(generation)
            self._no_longer_watched(generation)
            folder = layout.folder_of(generation)
            self.target.rename(folder, f"{layout.GENERATIONS}/{LEAVING}{generation}")
            LOG.info("Generation %s on %s is set aside", generation, self.target.name)

    def _delete_generations(self, generations: Sequence[str], finished: Sequence[str]) -> list[str]:
        """Folders set aside long enough ago, and what is left of backups that were never finished."""
        gone = []
        for generation in generations:
            name = layout.folder_of(generation)
            if generation in finished or name not in self.marks or not self._over(name):
                continue
            self._between()
            self.lease.confirm()
            for folder in (f"{layout.GENERATIONS}/{LEAVING}{generation}", name):
                self._delete_folder(folder)
            del self.marks[name]
            gone.append(generation)
            LOG.info("Generation %s on %s is deleted", generation, self.target.name)
        return gone

    def _delete_folder(self, folder: str) -> None:
        entries = sorted(self.target.entries(folder), key=lambda one: layout.MANIFEST not in one.name)
        for entry in entries:  # the manifest first: what has none is no backup
            self.target.delete(entry.name)
            self.freed += entry.size
        self.target.remove_folder(folder)

    def _delete(self, named: set[bytes]) -> None:
        """Files whose grace has passed. What is named is asked once more, beside the deed."""
        due = sorted(
            name
            for name in self.marks
            if not name.startswith(layout.GENERATIONS) and self._over(name) and _digits(name) not in named
        )
        for start in range(0, len(due), DELETED_AT_ONCE):
            part = due[start : start + DELETED_AT_ONCE]
            self._between()
            self.lease.confirm()
            self.report(Progress(start, len(due), "Deleting what nobody needs"))
            # The ledger first: a copy it forgot is made anew, one it believes in would be missing.
            self.book.copies.forget(part)
            for name in part:
                size = self.target.size(name)
                self.target.delete(name)
                del self.marks[name]
                self.deleted += 1
                self.freed += size or 0

    def _no_longer_watched(self, generation: str) -> None:
        for name in (layout.manifest_name(generation), layout.manifest_name(generation, self.sealer)):
            tampering.expect(self.book, name, "")

    def _between(self) -> None:
        self.cancel.check()
        self.lease.check()
        self.pause()


def _preview(book: Book, policy: retention.Policy, now: datetime) -> retention.Preview:
    known = book.history.generations()
    return retention.preview(known, policy, now, {one.id for one in known if one.verified})


@contextmanager
def _held(
    home: Home,
    place: Place,
    target: Target,
    now: Callable[[], datetime],
    cancel: CancelToken | None,
    stale_seconds: float,
) -> Iterator[tuple[Book, Lease]]:
    """The ledger's part of a target that is ours, and the target's lock."""
    found = reading.mark(target)
    if found is None or place.backup_id not in ("", found.backup_id):
        raise TargetChanged(target=target.name, reason="the backup that was there is gone")

    def wait(seconds: float) -> None:
        if cancel is not None:
            cancel.check()
        time.sleep(seconds)

    with Ledger.open(home) as ledger:
        moment = now().isoformat(timespec="seconds")
        held = lease.take(
            home,
            target,
            found.backup_id,
            program=PROGRAM,
            now=moment,
            stale_seconds=stale_seconds,
            wait=wait,
        )
        try:
            yield ledger.book(found.backup_id), held
        finally:
            held.release()


def _is_leaving(name: str) -> bool:
    return name.startswith(LEAVING) and layout.is_id(name.removeprefix(LEAVING))


def _digits(name: str) -> bytes:
    return bytes.fromhex(name.rpartition("/")[2][:64])


def _marks_file(home: Home, backup_id: str) -> Path:
    return folder_of(home) / f"leaving-{backup_id}.json"


def _read_marks(path: Path) -> dict[str, Mark]:
    """What was marked; nothing when that can't be read: then the grace begins anew."""
    with contextlib.suppress(OSError, ValueError, TypeError, AttributeError):
        facts = json.loads(path.read_text(encoding="utf-8"))
        return {
            name: Mark(int(since), str(newest))
            for name, (since, newest) in facts.items()
            if name.startswith(layout.GENERATIONS) or _OURS.fullmatch(name.rpartition("/")[2])
        }
    return {}


def _write_marks(path: Path, marks: dict[str, Mark]) -> None:
    fresh = path.with_suffix(".part")
    facts = {name: (mark.since, mark.newest) for name, mark in sorted(marks.items())}
    fresh.write_text(json.dumps(facts), encoding="utf-8")
    fresh.replace(path)
