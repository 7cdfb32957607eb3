"""Rehearses a restore: a backup becomes a library in a temporary folder, is opened there, asked and compared,
and removed again. The clinic's own library is only read.

Of a large archive the whole list comes back and a share of the images, chosen by chance each time; the
outcome says how many.
"""

from __future__ import annotations

import random
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from vetpacs_desktop.errors import KnownError, LibraryDamaged
from vetpacs_desktop.jobs import CancelToken, Progress, Report, ignore
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup import reading
from vetpacs_desktop.store.backup.credentials import Secrets
from vetpacs_desktop.store.backup.history import Drill
from vetpacs_desktop.store.backup.ledger import Ledger
from vetpacs_desktop.store.backup.manifest import FileRef, Manifest
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.returning import placing, sources
from vetpacs_desktop.store.backup.returning.fetching import Fetched, Piece, Source, fetched
from vetpacs_desktop.store.backup.returning.whole_library import (
    Back,
    ListLost,
    fetch_list,
    put_list_in_place,
    small_files,
)
from vetpacs_desktop.store.backup.words import amount, many
from vetpacs_desktop.store.database import Database
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.lock import ProcessLock
from vetpacs_desktop.store.objects import Objects
from vetpacs_desktop.store.records import StudyUID

KIND = "drill"
LOCK = "drill.lock"
PREFIX = "restore-drill-"
SAMPLE_BYTES = 4 * 1000**3
SPARE_BYTES = 512 * 1024 * 1024
BATCH = 128
PAGE = 500
ROWS = 5000
COMPARED = 20_000
"""Exams at most whose lines are compared with this library's, the newest: the list itself is proved whole."""


class DrillRunning(KnownError):
    """A restore is being rehearsed already; wait for its end."""


class NoRoomToDrill(KnownError):
    """There is no room on this computer to rehearse a restore: {needed} are needed and {free} are free. Make
    room, or name another folder."""


@dataclass(frozen=True, slots=True)
class Drilled:
    """What the rehearsal has shown."""

    generation: str
    ok: bool
    exams: int
    images: int
    """In the backup's list."""
    checked: int
    """Files that were brought back, read again and compared."""
    bytes: int
    whole: bool
    """All files were; otherwise a share of them."""
    faults: tuple[str, ...]
    seconds: float
    sentence: str


def drill(
    home: Home,
    place: Place,
    secrets: Secrets,
    *,
    generation: str = "",
    folder: Path | None = None,
    sample_bytes: int = SAMPLE_BYTES,
    report: Report = ignore,
    cancel: CancelToken | None = None,
) -> Drilled:
    """Rehearse the restore of a generation (the newest without a name) below `folder`, or where there is most
    room; the outcome is entered in the ledger.

    Faults of the backup are an outcome. Raises `DrillRunning`, `NoRoomToDrill`, `Cancelled`, `DiskFull`, and
    as `sources.opened` when the target can't be read at all.
    """
    started = time.monotonic()
    with _alone(home), sources.opened(place, secrets) as source:
        manifest = sources.manifest_of(source, generation)
        chosen = _Chosen.of(manifest, source, sample_bytes)
        with _folder(home, folder, chosen.bytes + 2 * manifest.database.bytes) as path:
            rehearsal = _Rehearsal(Home(path).make(), manifest, source, report, cancel or CancelToken())
            drilled = rehearsal.run(home, chosen, started)
        mark = reading.mark(source.target)
    if mark is not None:
        _enter(home, mark.backup_id, drilled)
    return drilled


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The files that come back."""

    files: tuple[FileRef, ...]
    bytes: int
    whole: bool
    listed: int
    """Files of the generation, but for those that the manifest names itself."""
    images: int
    """Images among them."""

    @classmethod
    def of(cls, manifest: Manifest, source: Source, sample_bytes: int) -> _Chosen:
        """Each file has the same chance, whatever list it stands in."""
        dice = random.SystemRandom()
        total = sum(ref.bytes for ref in manifest.lists)
        share = min(1.0, sample_bytes / total) if total else 1.0
        files: list[FileRef] = []
        listed = images = 0
        for ref in manifest.lists:
            rows = reading.list_of(source.target, ref, source.sealer, manifest.id)
            listed += len(rows)
            images += sum(row.path.startswith("objects/") for row in rows)
            files += rows if share >= 1 else [row for row in rows if dice.random() < share]
        return cls(tuple(files), sum(one.bytes for one in files), share >= 1, listed, images)


class _Rehearsal:
    """One generation on its way into a home of its own."""

    def __init__(
        self, own: Home, manifest: Manifest, source: Source, report: Report, cancel: CancelToken
    ) -> None:
        self._own, self._manifest, self._source = own, manifest, source
        self._report, self._cancel = report, cancel
        self._faults: list[str] = []
        self._checked = self._bytes = 0

    def run(self, home: Home, chosen: _Chosen, started: float) -> Drilled:
        """Bring back, open, ask and compare."""
        exams = images = 0
        try:
            self._own.restoring.mkdir(mode=0o700)
            ready = fetch_list(self._own, self._manifest, self._source, self._report, self._cancel)
            put_list_in_place(self._own, ready)
            self._bring_small()
            self._bring(chosen)
            exams, images = self._open(home, chosen)
        except (ListLost, LibraryDamaged) as error:
            self._faults.append(error.sentence)
        drilled = Drilled(
            self._manifest.id,
            not self._faults,
            exams,
            images,
            self._checked,
            self._bytes,
            chosen.whole,
            tuple(self._faults),
            time.monotonic() - started,
            "",
        )
        return _with_sentence(drilled)

    def _bring_small(self) -> None:
        back = Back()
        small_files(self._own, self._manifest.files, self._source, back, self._cancel, replace=True)
        self._checked += back.restored
        self._bytes += back.bytes
        self._faults += [f"{path}: {reason}" for path, reason in back.failed]

    def _bring(self, chosen: _Chosen) -> None:
        objects, batch = Objects(self._own), list[Fetched]()
        pieces = [Piece(one.path, one.sha256, one.bytes) for one in chosen.files]
        for number, one in enumerate(fetched(self._source, pieces, objects, self._cancel), 1):
            if one.staged is None:
                self._faults.append(f"{one.piece.path}: {one.fault}")
            else:
                batch.append(one)
            if len(batch) >= BATCH:
                batch = self._place(batch)
            self._report(Progress(number, len(pieces), "Rehearsing a restore"))
        self._place(batch)

    def _place(self, batch: list[Fetched]) -> list[Fetched]:
        """Put in place as a restore does, and read again from the disk."""
        placing.place(self._own, batch)
        for one in batch:
            if placing.whole(self._own.root / one.piece.path, one.piece.sha256, one.piece.bytes):
                self._checked += 1
                self._bytes += one.piece.bytes
            else:
                self._faults.append(f"{one.piece.path}: it is not as it was read from the backup")
        return []

    def _open(self, home: Home, chosen: _Chosen) -> tuple[int, int]:
        """Open the library as on a new computer and ask it; answers how many exams and images it lists."""
        library = Library.open(self._own)
        try:
            exams, images = library.counts()
            if library.count("") != exams:
                self._faults.append("The list of exams and its search differ.")
            if chosen.images < images - len(self._manifest.lost):
                self._faults.append(f"The list names {images} images, the backup {chosen.images}.")
            self._compare_digests(chosen.files)
            if home.database.exists():
                self._compare(library, home)
        finally:
            library.close()
        return exams, images

    def _compare_digests(self, files: Sequence[FileRef]) -> None:
        """What came back is what the list of exams says it must be."""
        folder = f"{self._own.objects.name}/"
        left = {one.path.removeprefix(folder): one.sha256 for one in files if one.path.startswith(folder)}
        database = Database(self._own.database)
        try:
            last = 0
            while rows := database.rows(
                "SELECT instance_id, path, sha256 FROM instances WHERE instance_id > ? "
                "ORDER BY instance_id LIMIT ?",
                (last, ROWS),
            ):
                for row in rows:
                    if left.get(row["path"]) == row["sha256"]:
                        del left[row["path"]]
                last = rows[-1]["instance_id"]
        finally:
            database.close()
        self._faults += [f"{folder}{path}: it is not what the list of exams names" for path in left]

    def _compare(self, restored: Library, home: Home) -> None:
        """Exams that did not change since then must be told of in the same words by both libraries."""
        here = Library.open(home)
        try:
            then = restored.newest_change()
            if then > here.newest_change():
                return  # the list here was made anew since: nothing says what changed
            changed = {one.study_uid for one in here.changes_since(then)}
            differ = 0
            for uids in _pages(restored):
                self._cancel.check()
                same = [uid for uid in uids if uid not in changed]
                differ += sum(
                    a != b for a, b in zip(restored.study_rows(same), here.study_rows(same), strict=False)
                )
                differ += abs(len(restored.study_rows(same)) - len(here.study_rows(same)))
            if differ:
                self._faults.append(f"{differ} exams are told of in other words than here.")
        finally:
            here.close()


def _pages(library: Library) -> Iterator[list[StudyUID]]:
    for start in range(0, COMPARED, PAGE):
        page = library.search("", limit=PAGE, offset=start)
        if page:
            yield [row.study_uid for row in page]
        if len(page) < PAGE:
            return


def _with_sentence(drilled: Drilled) -> Drilled:
    files = f"{many(drilled.checked, 'file', 'files')} ({amount(drilled.bytes)})"
    what = f"all {files}" if drilled.whole else f"{files}, chosen by chance,"
    listed = f"{many(drilled.exams, 'exam', 'exams')} with {many(drilled.images, 'image', 'images')}"
    if drilled.ok:
        words = (
            f"A restore was rehearsed and came to a good end: the list of {listed} and {what} came back and "
            "are as they were."
        )
    else:
        words = (
            f"A restore was rehearsed and found {many(len(drilled.faults), 'fault', 'faults')}: "
            f"{drilled.faults[0]}"
        )
    return replace(drilled, sentence=words)


def _enter(home: Home, backup_id: str, drilled: Drilled) -> None:
    with Ledger.open(home) as ledger:
        ledger.book(backup_id).history.add_drill(
            Drill(
                int(time.time()),
                KIND,
                drilled.generation,
                drilled.ok,
                drilled.checked,
                drilled.seconds,
                drilled.sentence,
            )
        )


@contextmanager
def _alone(home: Home) -> Iterator[None]:
    """One at a time, which also tells what a rehearsal that was killed left behind from one that runs."""
    lock = ProcessLock(home.make().run / LOCK)
    if not lock.acquire():
        raise DrillRunning()
    try:
        for left in home.run.glob(f"{PREFIX}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield
    finally:
        lock.release()


@contextmanager
def _folder(home: Home, named: Path | None, needed: int) -> Iterator[Path]:
    """A folder of its own where there is room, gone afterwards."""
    places = [named] if named is not None else [home.run, Path(tempfile.gettempdir())]
    free, best = max(((shutil.disk_usage(one).free, one) for one in places), key=lambda one: one[0])
    if free < needed + SPARE_BYTES:
        raise NoRoomToDrill(needed=amount(needed + SPARE_BYTES), free=amount(free))
    path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=best))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
