"""One backup, from the lock on the target to the manifest that publishes it.

Order: whose target it is, the lock, whether somebody changed files there, a snapshot of the database, every
file that it names, lists, the database, and last the manifest; each is read back before the next. Whatever
interrupts it leaves the generations before as they were, and the next run goes on from what was proved. It
holds no lock of the library and never changes a file of it.
"""

from __future__ import annotations

import contextlib
import errno
import json
import logging
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from vetpacs_desktop import __version__
from vetpacs_desktop.errors import Cancelled, DiskFull, KnownError, LibraryDamaged
from vetpacs_desktop.jobs import CancelToken, Report, ignore
from vetpacs_desktop.paths import Home, library_name
from vetpacs_desktop.store.backup import contents, copying, layout, lease, reading, snapshot, tampering
from vetpacs_desktop.store.backup.belonging import whose
from vetpacs_desktop.store.backup.contents import Bucket, Contents, Item
from vetpacs_desktop.store.backup.copies import Copy
from vetpacs_desktop.store.backup.copying import Copier
from vetpacs_desktop.store.backup.history import FAILED, OK, PARTLY, STOPPED, Room
from vetpacs_desktop.store.backup.layout import Sealer
from vetpacs_desktop.store.backup.lease import Lease
from vetpacs_desktop.store.backup.ledger import Book, Ledger, folder_of
from vetpacs_desktop.store.backup.manifest import DatabaseRef, FileRef, ListRef, Manifest, summary, to_bytes
from vetpacs_desktop.store.backup.outcome import COMPLETE, DAMAGED, Generation
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.progress import Teller
from vetpacs_desktop.store.backup.reading import Mark
from vetpacs_desktop.store.backup.target import NotThere, Target, TargetError, TargetFull
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
        newest = self._known_generations()
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
        self._adopt_strangers(there)
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
                refs += [self._list(bucket, lost) for bucket in holds.images()]
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
        """Copy what the target lacks; answers what could not be read here."""
        beside = [item for bucket in folders for item in bucket.items] + own
        count, size = 0, 0
        for part in self._wanted(holds, beside):
            count += len(part)
            size += sum(item.bytes for item, name in part if name not in there)
        self._must_fit(size)
        self.teller.phase("Copying", count)
        named = (one for part in self._wanted(holds, beside) for one in part)
        self.copier.copy(named, there.get)
        return self.copier.tally.faulty

    def _wanted(self, holds: Contents, beside: list[Item]) -> Iterator[list[tuple[Item, str]]]:
        """What the target lacks, a list at a time. Asked twice: the items of a whole library are too many to
        be held at once."""
        yield self._missing(beside)
        for bucket in holds.images():
            self._between()
            if not self.book.copies.complete_lists([bucket.ref.sha256]):
                yield self._missing(holds.image_items(bucket))

    def _missing(self, items: list[Item]) -> list[tuple[Item, str]]:
        return copying.missing_of(self.book.copies, [(item, self.copier.name(item)) for item in items])

    def _has(self, sha256: str, path: str) -> bool:
        return bool(self.book.copies.whole([layout.object_name(sha256, path, self.sealer)]))

    def _must_fit(self, size: int) -> None:
        space = self.target.space()
        if space is not None and size + SPARE_BYTES > space.free and size:
            raise TargetFull(target=self.target.name)

    # --- publishing

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
            previous=newest,
            lost=lost,
            clock_note=note,
        )
        self._between()
        self.lease.confirm()
        self._put_manifest(manifest, newest)
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
        self._note_room()
        LOG.info(
            "Backup %s: %d files, %d copied (%d bytes), %d lost",
            generation.id,
            generation.objects,
            tally.copied,
            tally.bytes,
            len(lost),
        )
        return generation

    def _put_manifest(self, manifest: Manifest, newest: str) -> None:
        """The manifest comes last: with it the generation is there."""
        data = to_bytes(manifest)
        name = layout.manifest_name(manifest.id, self.sealer)
        if self.sealer is not None:
            self.copier.put(layout.summary_name(manifest.id), summary(manifest), seal=False)
            data = b"".join(self.sealer.seal([data]))
        digest = copying.digest_of_bytes(data)
        line = f"{digest}  {name.rpartition('/')[2]}\n".encode()
        self.copier.put(layout.digest_name(manifest.id), line, seal=False)
        self.copier.put(name, data, seal=False)
        if newest:
            tampering.expect(self.book, layout.manifest_name(newest, self.sealer), "")
        tampering.expect(self.book, name, digest)
        self._expect_marks()

    def _expect_marks(self) -> None:
        """From now on the mark and the words for people are watched; words that are missing are put back."""
        text = layout.read_me()
        if copying.digest_on(self.target, layout.README) != copying.digest_of_bytes(text):
            self.copier.put(layout.README, text, seal=False)
        tampering.expect(self.book, layout.README, copying.digest_of_bytes(text))
        tampering.expect(self.book, layout.MARK, copying.digest_on(self.target, layout.MARK))

    def _note_room(self) -> None:
        """For the plot of growth; a target that doesn't say is no reason to fail."""
        with contextlib.suppress(TargetError):
            space = self.target.space()
            if space is not None:
                used = self.book.copies.amount()[1]
                self.book.history.add_room(Room(_seconds(self.now), space.free, space.total, used))

    # --- what is there

    def _known_generations(self) -> str:
        """Compare the generations there with the ledger's; answers the newest of all, finished or not.

        One that a kill kept out of the ledger, or that another computer made, is entered; one that has gone
        without this program's doing is marked damaged.
        """
        there = reading.generation_ids(self.target)
        known = {one.id: one for one in self.book.history.generations()}
        for generation in there:
            if generation not in known:
                with contextlib.suppress(NotThere, KnownError):
                    self._enter(reading.manifest(self.target, generation, self.sealer))
        for generation in known.keys() - set(there):
            if known[generation].state != DAMAGED:
                LOG.warning("Generation %s is no longer on %s", generation, self.target.name)
                self.book.history.set_state(generation, DAMAGED)
        return max([*there, *known], default="")

    def _enter(self, manifest: Manifest) -> None:
        self.book.history.enter(
            Generation(
                manifest.id,
                manifest.made,
                manifest.objects,
                manifest.bytes,
                database=manifest.database.sha256,
                lost=manifest.lost,
                note=manifest.clock_note,
            )
        )

    def _adopt_strangers(self, there: dict[str, int]) -> None:
        """After the ledger was lost: objects of older generations alone are entered as not proved yet, so
        that the rolling proof reads them first. A sealed one is known by its name alone and waits for a
        proof of its generation."""
        if not there or self.sealer is not None:
            return
        known = {copy.name for copy in self.book.copies.all()}
        now = _seconds(self.now)
        fresh = []
        for name, size in there.items():
            if name not in known:
                digest = name.rpartition("/")[2][:64]
                fresh.append(Copy(name, digest, digest, size, now, 0))
        if fresh:
            self.book.copies.enter(fresh)

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
