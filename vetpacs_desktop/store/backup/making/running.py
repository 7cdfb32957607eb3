"""One backup, from the lock on the target to the manifest that publishes it.

Order: whose target it is, the lock, whether somebody changed files there, a snapshot of the database, every
file that it names, lists, the database, and last the manifest; each is read back before the next. Whatever
interrupts it leaves the generations before as they were, and the next run goes on from what was proved. It
holds no lock of the library and never changes a file of it.
"""

from __future__ import annotations

import errno
import json
import logging
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from vetpacs_desktop import __version__
from vetpacs_desktop.errors import Cancelled, DiskFull, KnownError, LibraryDamaged
from vetpacs_desktop.jobs import CancelToken, Report, ignore
from vetpacs_desktop.paths import Home, library_name
from vetpacs_desktop.store.backup import layout
from vetpacs_desktop.store.backup.history import FAILED, OK, PARTLY, STOPPED
from vetpacs_desktop.store.backup.layout import Sealer
from vetpacs_desktop.store.backup.ledger import Book, Ledger, folder_of
from vetpacs_desktop.store.backup.making import contents, copying, lease, publishing, snapshot, tampering
from vetpacs_desktop.store.backup.making.belonging import whose
from vetpacs_desktop.store.backup.making.contents import Bucket, Contents, Item
from vetpacs_desktop.store.backup.making.copying import Copier
from vetpacs_desktop.store.backup.making.lease import Lease
from vetpacs_desktop.store.backup.manifest import DatabaseRef, FileRef, ListRef, Manifest
from vetpacs_desktop.store.backup.outcome import COMPLETE, Generation
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.progress import Teller
from vetpacs_desktop.store.backup.reading import Mark
from vetpacs_desktop.store.backup.target import Target, TargetFull
from vetpacs_desktop.store.database import Still

LOG = logging.getLogger(__name__)

PROGRAM = f"VetPACS {__version__}"
SPARE_BYTES = 16 * 1024 * 1024
"""Room that a target must have beyond what is to be copied."""
_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
_STATE = "database of the newest"


class LedgerDamaged(KnownError):
    """This computer's notes of its backups are damaged. Start the backup once more: it reads back what lies
    on the target and writes the notes anew. Nothing is lost by that."""


def run(
    home: Home,
    place: Place,
    target: Target,
    *,
    sealer: Sealer | None = None,
    report: Report = ignore,
    cancel: CancelToken | None = None,
    pause: Callable[[], None] = lambda: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    stale_seconds: float = lease.STALE_SECONDS,
) -> Generation:
    """Make a generation on `target`.

    `pause()` is called between files: it may wait (out of hours, on battery) or raise. Raises `Cancelled`,
    kinds of `TargetError` (unreachable, full, changed, tampered, busy), `BackupRunning`, `LibraryDamaged`,
    `LibraryBusy`, `DiskFull`; each is in the ledger with its sentence, and earlier generations stay.
    """
    cancel = cancel or CancelToken()
    moment = now().astimezone(UTC).isoformat(timespec="seconds")
    with Ledger.open(home) as ledger:
        known = ledger.book(place.backup_id) if place.backup_id else None
        with _told(known, now):
            mark = whose(home, place, target, sealer, moment)
        book = ledger.book(mark.backup_id)
        with _told(book, now, but=lease.BackupRunning):
            held = lease.take(
                home,
                target,
                mark.backup_id,
                program=PROGRAM,
                now=moment,
                stale_seconds=stale_seconds,
                wait=lambda seconds: _wait(cancel, seconds),
            )
        teller = Teller(home, mark.backup_id, report, moment)
        try:
            book.history.broken(_seconds(now))
            making = _Making(home, target, sealer, ledger, book, mark, held, teller, cancel, pause, now)
            return making.recorded()
        finally:
            held.release()
            teller.end()


@dataclass(slots=True)
class _Making:
    """One generation in the making."""

    home: Home
    target: Target
    sealer: Sealer | None
    ledger: Ledger
    book: Book
    mark: Mark
    lease: Lease
    teller: Teller
    cancel: CancelToken
    pause: Callable[[], None]
    now: Callable[[], datetime]
    started: float = field(default_factory=time.monotonic)
    planned: list[tuple[int, ListRef, bool]] = field(default_factory=list)
    """Of each list of images: its first row id, itself, and whether all of it lies on the target."""
    copier: Copier = field(init=False)
    work: Path = field(init=False)
    """For drafts; of this target alone, and gone when the run ends."""

    def __post_init__(self) -> None:
        self.work = folder_of(self.home) / f"drafts-{self.mark.backup_id}"
        self.copier = Copier(
            self.target,
            self.book.copies,
            self.sealer,
            now=lambda: self.now().timestamp(),
            between=self._between,
            step=self.teller.step,
            find=lambda item: contents.elsewhere(self.home, item),
        )

    def recorded(self) -> Generation:
        """Make it, and write down how that ended."""
        history = self.book.history
        unclean = not history.ended_well()
        number = history.begin_run(_seconds(self.now))
        outcome, sentence, made = FAILED, "An error of the program ended it.", ""
        try:
            with _local_faults(self.home), _emptied(self.work):
                generation = self._make(unclean)
            made = generation.id
            outcome = PARTLY if generation.partly else OK
            sentence = _lost_words(generation) if generation.partly else ""
            return generation
        except KnownError as error:
            outcome = STOPPED if isinstance(error, Cancelled) else FAILED
            sentence = error.sentence
            if isinstance(error, tampering.TargetTampered):
                history.alarm(tampering.ALARM, sentence, _seconds(self.now))
            raise
        finally:
            tally = self.copier.tally
            history.end_run(
                number,
                _seconds(self.now),
                outcome,
                sentence,
                generation=made,
                copied=tally.copied,
                bytes_copied=tally.bytes,
            )

    def _make(self, unclean: bool) -> Generation:
        self.teller.phase("Looking for changes on the target")
        tampering.look(self.target, self.book, self._between)
        newest = publishing.known(self.target, self.book, self.sealer)
        there = copying.sizes_there(self.target) if unclean else {}
        self.teller.phase("Looking for what is new")
        state = snapshot.state_of(self.home)
        before = self._unchanged(state)
        if before is not None:
            refs, database = before
            generation = self._from(None, refs, database, there, newest)
        else:
            self.teller.phase("Copying the list of exams")
            with (
                snapshot.taken(self.home, self.work, self._between) as shot,
                closing(Still(shot.path)) as still,
            ):
                state = shot.state
                name = layout.database_name(shot.sha256, self.sealer)
                self.copier.copy_one(name, shot.sha256, shot.path)
                refs = []
                database = DatabaseRef(shot.sha256, shot.bytes)
                generation = self._from(still, refs, database, there, newest)
        if not generation.partly:
            facts = {"state": state, "lists": [asdict(ref) for ref in refs], "database": asdict(database)}
            self.book.history.keep_fact(_STATE, json.dumps(facts) if state else "")
        if self.sealer is None:
            publishing.adopt(self.book, there, _seconds(self.now))
        tampering.settled(self.book, _seconds(self.now))
        return generation

    def _from(
        self,
        still: Still | None,
        refs: list[ListRef],
        database: DatabaseRef,
        there: dict[str, int],
        newest: str,
    ) -> Generation:
        """Everything after the snapshot; `refs` gets the lists of images unless they are known."""
        sealed = self.sealer is not None
        holds = Contents(self.home, still, self.work, self.ledger.database, self._has, sealed=sealed)
        with closing(holds):
            self.teller.phase("Looking for what is new")
            folders, own = holds.folders(), holds.own()
            faulty = self._copy(holds, folders, own, there)
            lost = {item.path for item in faulty}
            if still is not None:
                refs += self._image_lists(holds, lost)
            lists = [*refs, *(self._list(bucket, lost) for bucket in folders)]
            files = tuple(item.ref for item in own if item.path not in lost)
            lost.update(holds.unlisted)
        return self._publish(lists, files, database, tuple(sorted(lost)), newest)

    # --- what is new

    def _unchanged(self, state: str) -> tuple[list[ListRef], DatabaseRef] | None:
        """The lists and the database of the newest generation, when the library's database is still the same
        and all of it lies on the target, whole."""
        try:
            facts = json.loads(self.book.history.fact(_STATE) or "{}")
            if not state or facts.get("state") != state:
                return None
            refs = [ListRef(**one) for one in facts["lists"]]
            database = DatabaseRef(**facts["database"])
        except (ValueError, TypeError, KeyError):
            return None
        digests = [ref.sha256 for ref in refs]
        names = [layout.list_name(digest, self.sealer) for digest in digests]
        names.append(layout.database_name(database.sha256, self.sealer))
        copies = self.book.copies
        whole = len(copies.whole(names)) == len(set(names))
        return (refs, database) if whole and len(copies.complete_lists(digests)) == len(digests) else None

    def _copy(
        self, holds: Contents, folders: list[Bucket], own: list[Item], there: dict[str, int]
    ) -> list[Item]:
        """Copy what the target lacks; answers what could not be read here. The items of a whole library are
        too many to be held at once: they are counted first, and made again when it is their turn."""
        beside = self._missing([item for bucket in folders for item in bucket.items] + own)
        count, size = 0, 0
        for part in (beside, *self._planned(holds)):
            count += len(part)
            size += sum(item.bytes for item, name in part if name not in there)
        self._must_fit(size)
        self.teller.phase("Copying", count)
        starts = [start for start, _, complete in self.planned if not complete]
        images = (one for start in starts for one in self._missing_images(holds, holds.bucket(start)))
        self.copier.copy(chain(beside, images), there.get)
        return self.copier.tally.faulty

    def _planned(self, holds: Contents) -> Iterator[list[tuple[Item, str]]]:
        """Go through the images, remember their lists, and give out what the target lacks."""
        for bucket in holds.images():
            self._between()
            complete = bool(self.book.copies.complete_lists([bucket.ref.sha256]))
            self.planned.append((bucket.start, bucket.ref, complete))
            if not complete:
                yield self._missing_images(holds, bucket)

    def _missing_images(self, holds: Contents, bucket: Bucket) -> list[tuple[Item, str]]:
        """Each name once: some devices send an image twice."""
        named = {layout.object_name(row[0], row[2], self.sealer): row for row in bucket.rows}
        whole = self.book.copies.whole(list(named))
        return [
            (holds.image(path, sha256, size), name)
            for name, (sha256, size, path) in named.items()
            if name not in whole
        ]

    def _image_lists(self, holds: Contents, lost: set[str]) -> Iterator[ListRef]:
        names = [layout.list_name(ref.sha256, self.sealer) for _, ref, _ in self.planned]
        whole = self.book.copies.whole(names)
        for name, (start, ref, complete) in zip(names, self.planned, strict=True):
            yield ref if complete and name in whole else self._list(holds.bucket(start), lost)

    def _missing(self, items: list[Item]) -> list[tuple[Item, str]]:
        return copying.missing_of(self.book.copies, [(item, self.copier.name(item)) for item in items])

    def _has(self, sha256: str, path: str) -> bool:
        return bool(self.book.copies.whole([layout.object_name(sha256, path, self.sealer)]))

    def _must_fit(self, size: int) -> None:
        space = self.target.space()
        if space is not None and size + SPARE_BYTES > space.free and size:
            raise TargetFull(target=self.target.name)

    # --- publishing

    def _previous(self) -> str:
        before = self.book.history.newest()
        return before.id if before is not None else ""

    def _list(self, bucket: Bucket, lost: set[str]) -> ListRef:
        """Put a list on the target, without the files that are not there."""
        self._between()
        data, ref = bucket.data, bucket.ref
        gone = False
        if lost:
            data, ref, gone = contents.without(bucket, lost)
        self.copier.put_list(layout.list_name(ref.sha256, self.sealer), data, ref.sha256)
        if not gone:
            self.book.copies.complete([ref.sha256])
        return ref

    def _publish(
        self,
        lists: list[ListRef],
        files: tuple[FileRef, ...],
        database: DatabaseRef,
        lost: tuple[str, ...],
        newest: str,
    ) -> Generation:
        self.teller.phase("Finishing")
        made, note = layout.after(self.now(), newest)
        manifest = Manifest(
            id=layout.new_id(made),
            made=made.isoformat(),
            program=PROGRAM,
            library=library_name(self.home),
            database=database,
            lists=tuple(ref for ref in lists if ref.objects),
            files=files,
            objects=sum(ref.objects for ref in lists) + len(files),
            bytes=sum(ref.bytes for ref in lists) + sum(one.bytes for one in files),
            previous=self._previous(),
            lost=lost,
            clock_note=note,
        )
        self._between()
        self.lease.confirm()
        publishing.publish(self.target, self.copier, self.book, manifest, self.sealer)
        tally = self.copier.tally
        generation = Generation(
            manifest.id,
            manifest.made,
            manifest.objects,
            manifest.bytes,
            tally.copied,
            time.monotonic() - self.started,
            COMPLETE,
            database.sha256,
            lost,
            note,
        )
        self.book.history.enter(generation)
        publishing.note_room(self.target, self.book, _seconds(self.now))
        LOG.info(
            "Backup %s: %d files, %d copied (%d bytes), %d lost",
            generation.id,
            generation.objects,
            tally.copied,
            tally.bytes,
            len(lost),
        )
        return generation

    def _between(self) -> None:
        self.cancel.check()
        self.lease.check()
        self.pause()


@contextmanager
def _told(
    book: Book | None, now: Callable[[], datetime], but: type[KnownError] | tuple[()] = ()
) -> Iterator[None]:
    """What fails before a run can begin is in the ledger all the same."""
    try:
        yield
    except KnownError as error:
        if book is not None and not isinstance(error, but):
            number = book.history.begin_run(_seconds(now))
            outcome = STOPPED if isinstance(error, Cancelled) else FAILED
            book.history.end_run(number, _seconds(now), outcome, error.sentence)
            if isinstance(error, tampering.TargetTampered):
                book.history.alarm(tampering.ALARM, error.sentence, _seconds(now))
        raise


@contextmanager
def _emptied(folder: Path) -> Iterator[None]:
    """A folder of our own, without what a run that was killed left in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _local_faults(home: Home) -> Iterator[None]:
    """What this computer's own disk does to a run, as sentences."""
    try:
        yield
    except LibraryDamaged as error:
        if error.facts.get("path") != home.database:
            raise LedgerDamaged() from error
        raise
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull(path=home.root) from error
        raise


def _wait(cancel: CancelToken, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        cancel.check()
        time.sleep(min(0.1, seconds))


def _seconds(now: Callable[[], datetime]) -> int:
    return int(now().timestamp())


def _lost_words(generation: Generation) -> str:
    count = len(generation.lost)
    files = "file of the library is" if count == 1 else "files of the library are"
    return f"{count} {files} missing or damaged here and in no backup; everything else was backed up."
