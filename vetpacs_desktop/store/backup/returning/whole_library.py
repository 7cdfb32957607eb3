"""Puts a library back as it was, into an empty home: its small files, its list, then the images, those of the
newest exam first and before them those somebody waits for.

A file that stands under its name is whole and on the disk, so that whatever interrupted it, it goes on from
what is there. It replaces no list that holds exams.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vetpacs_desktop.errors import Cancelled, KnownError, LibraryDamaged
from vetpacs_desktop.jobs import CancelToken, Progress, Report
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup import layout, places, reading
from vetpacs_desktop.store.backup.manifest import FileRef, Manifest
from vetpacs_desktop.store.backup.returning import coming_back, placing
from vetpacs_desktop.store.backup.returning.fetching import (
    ATTEMPTS,
    DAMAGED,
    MISSING,
    Fetched,
    Piece,
    Source,
    fetched,
)
from vetpacs_desktop.store.backup.sealing.sealing import SealBroken
from vetpacs_desktop.store.backup.target import NotThere, TargetError
from vetpacs_desktop.store.database import Database, Row, mark_of, refill
from vetpacs_desktop.store.migrations import STEPS
from vetpacs_desktop.store.objects import Objects, fsync_folder

BATCH_FILES = 128
BATCH_BYTES = 64 * 1024 * 1024
BATCH_SECONDS = 1.0
LOOK_SECONDS = 0.2
"""How often it is looked for exams that somebody waits for."""
PAGE = 200
BLOCK = 1 << 20
ALIKE = 50
_TABLES = ("studies", "instances", "trash", "drawn", "corrections", "clinic_animals")
"""A library with rows in none of these is empty."""
_IMAGES = (
    "SELECT study_uid, path, size, sha256, instances.received_at FROM studies "
    "JOIN series USING (study_key) JOIN instances USING (series_id) "
    "WHERE study_uid = ? ORDER BY series.number, instances.number, instance_id"
)
LARGE = ("trash/", "quarantine/")
"""Folders of the home that come back last."""


class ListLost(KnownError):
    """The list of exams in the backup made {generation} can't be used ({reason}). Choose an older backup, or
    another target; nothing was changed here."""


@dataclass(slots=True)
class Back:
    """What is back, counted while it goes on."""

    restored: int = 0
    """Files of the generation that are here and whole."""
    bytes: int = 0
    """Fetched."""
    here: int = 0
    """Bytes that were here already."""
    coming: int = 0
    """Files that are fetched and not yet in their place."""
    failed: list[tuple[str, str]] = field(default_factory=list)
    """(path in the home, reason)"""


def is_empty(home: Home) -> bool:
    """Whether the home holds no library, or one in which nobody did anything yet. Raises `LibraryDamaged`."""
    if mark_of(home.database) is None:
        return True
    database = Database(home.database)
    try:
        database.migrate(STEPS)
        return not any(database.value(f"SELECT 1 FROM {table} LIMIT 1") for table in _TABLES)
    finally:
        database.close()


def fetch_list(home: Home, manifest: Manifest, source: Source, report: Report, cancel: CancelToken) -> Path:
    """The generation's list (its database), proved, sound and of this program's schema, below
    `Home.restoring`; what was fetched before an interruption is not fetched again.

    Raises `ListLost`, `LibraryTooNew`, `Cancelled`, `OSError`, `TargetError`.
    """
    ready = home.restoring / f"{manifest.id}.sqlite"
    if ready.exists():
        return ready
    part = ready.with_suffix(".part")
    for end in ("", "-wal", "-shm"):
        Path(f"{part}{end}").unlink(missing_ok=True)
    _download(
        part, layout.database_name(manifest.database.sha256, source.sealer), manifest, source, report, cancel
    )
    database = Database(part)
    try:
        database.migrate(STEPS)
        database.check()
    except LibraryDamaged as error:
        raise ListLost(generation=manifest.id, reason="it is damaged") from error
    finally:
        database.close()
    part.replace(ready)
    return ready


def _download(
    part: Path, name: str, manifest: Manifest, source: Source, report: Report, cancel: CancelToken
) -> None:
    fault = MISSING
    for _ in range(ATTEMPTS):
        digest, size = hashlib.sha256(), 0
        try:
            with part.open("wb") as file:
                for block in source.read(name):
                    cancel.check()
                    file.write(block)
                    digest.update(block)
                    size += len(block)
                    report(Progress(size, manifest.database.bytes, "Bringing back the list of exams"))
                file.flush()
                os.fsync(file.fileno())
        except NotThere:
            break
        except SealBroken:
            fault = DAMAGED
            continue
        if digest.hexdigest() == manifest.database.sha256:
            return
        fault = DAMAGED
    part.unlink(missing_ok=True)
    raise ListLost(generation=manifest.id, reason=fault)


def put_list_in_place(home: Home, ready: Path) -> bool:
    """Make the backup's list the library's; False when the home has one of its own that is not empty.

    It may be called again after a crash: a list that is in place already is recognised.
    """
    if not is_empty(home):
        return _is_same(home.database, ready)
    if mark_of(home.database) is None:
        home.database.touch(mode=0o600)
    refill(home.database, ready)
    fsync_folder(home.root)
    return True


def _is_same(here: Path, ready: Path) -> bool:
    """Whether the first objects of the backup's list are rows of this one, under their numbers."""
    sql = "SELECT instance_id, path, sha256 FROM instances ORDER BY instance_id"
    there, mine = Database(ready), Database(here)
    try:
        first = [tuple(row) for row in there.rows(f"{sql} LIMIT {ALIKE}")]
        found = {tuple(row) for row in mine.rows(f"{sql} LIMIT {100 * ALIKE}")}
    finally:
        there.close()
        mine.close()
    return bool(first) and sum(row in found for row in first) * 2 >= len(first)


def small_files(
    home: Home, files: Sequence[FileRef], source: Source, back: Back, cancel: CancelToken, *, replace: bool
) -> None:
    """Settings, journals, layouts and the like. `replace`: as they were; otherwise only those that are not
    here. What a fresh installation wrote before is kept beside, below ``before-restore``."""
    objects = Objects(home)
    own = places.read(home)
    wanted = [Piece(one.path, one.sha256, one.bytes) for one in files if _is_wanted(home, one, replace)]
    back.restored += len(files) - len(wanted) if replace else 0
    for one in fetched(source, wanted, objects, cancel):
        if one.staged is None:
            back.failed.append((one.piece.path, one.fault))
            continue
        target = home.root / one.piece.path
        if target.exists():
            aside = home.root / "before-restore" / one.piece.path
            aside.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            target.replace(aside)
        placing.place(home, [one])
        back.restored += 1
        back.bytes += one.piece.bytes
    _keep_places(home, own)


def _is_wanted(home: Home, file: FileRef, replace: bool) -> bool:
    target = home.root / file.path
    return not placing.whole(target, file.sha256, file.bytes) if replace else not target.exists()


def _keep_places(home: Home, own: Sequence[places.Place]) -> None:
    """The target that a person has just set up here must still be known, as it was set up here."""
    for place in own:
        names = {one.name.casefold(): one for one in places.read(home)}
        known = names.get(place.name.casefold())
        if known is None:
            places.add(home, place)
        elif known != place:
            places.change(home, place.name, url=place.url, identity=place.identity)


def beside_images(manifest: Manifest, source: Source) -> list[FileRef]:
    """The generation's files that are no images, as far as lists name them: those stand in the last lists.
    Raises as `reading.list_of`."""
    found: list[FileRef] = []
    for ref in reversed(manifest.lists):
        rows = reading.list_of(source.target, ref, source.sealer, manifest.id)
        found = [row for row in rows if not row.path.startswith("objects/")] + found
        if rows and rows[0].path.startswith("objects/"):
            break
    return found


class Images:
    """The images of a list that is in place, on their way to their files."""

    def __init__(
        self, home: Home, source: Source, back: Back, tell: Callable[[], None], cancel: CancelToken
    ) -> None:
        """`tell` is called whenever some more are back."""
        self._home, self._source, self._back = home, source, back
        self._tell, self._cancel = tell, cancel
        self._database = Database(home.database)
        self._objects = Objects(home)
        self._begun: set[str] = set()
        self._waiting: set[str] = set()
        """Exams that somebody waits for."""
        self._failed: set[str] = set()
        self._looked = 0.0
        self._batch: list[Fetched] = []
        self._settled = time.monotonic()

    def close(self) -> None:
        self._objects.discard([one.staged for one in self._batch if one.staged is not None])
        self._database.close()

    def bring(self, last: Sequence[FileRef]) -> None:
        """All images of the list, then the files `last`. Raises as `fetched`."""
        try:
            for one in fetched(self._source, self._pieces(last), self._objects, self._cancel):
                self._took(one)
        except (Cancelled, TargetError):
            self._settle()  # what was fetched need not be fetched again
            raise
        self._settle()

    def _took(self, one: Fetched) -> None:
        if one.staged is None:
            self._back.failed.append((one.piece.path, one.fault))
            self._failed.add(one.piece.path)
        else:
            self._batch.append(one)
        if self._is_time():
            self._settle()
        self._back.coming = len(self._batch)
        self._tell()

    def _is_time(self) -> bool:
        waited = time.monotonic() - self._settled
        return (
            len(self._batch) >= BATCH_FILES
            or sum(one.piece.bytes for one in self._batch) >= BATCH_BYTES
            or waited > (LOOK_SECONDS if self._waiting else BATCH_SECONDS)
        )

    def _settle(self) -> None:
        batch, self._batch = self._batch, []
        placing.place(self._home, batch)
        self._back.restored += len(batch)
        self._back.bytes += sum(one.piece.bytes for one in batch)
        for uid in sorted(self._waiting):
            if all(self._is_there(piece) or piece.path in self._failed for piece in self._all(uid)):
                self._waiting.discard(uid)
                coming_back.satisfied(self._home, uid)
        self._settled = time.monotonic()

    # --- in which order

    def _pieces(self, last: Sequence[FileRef]) -> Iterator[Piece]:
        for study_uid in self._studies():
            yield from self._waited_for()
            if study_uid not in self._begun:
                for piece in self._missing(study_uid):
                    yield piece
                    yield from self._waited_for()
        for row in last:
            piece = Piece(row.path, row.sha256, row.bytes)
            if not self._counted(piece):
                yield piece
            yield from self._waited_for()

    def _studies(self) -> Iterator[str]:
        """Every exam of the list as it is by now, the newest first."""
        last: int | None = None
        while True:
            page = self._database.rows(
                "SELECT list_key, study_uid FROM studies WHERE list_key < coalesce(?, list_key + 1) "
                "ORDER BY list_key DESC LIMIT ?",
                (last, PAGE),
            )
            if not page:
                return
            yield from (row["study_uid"] for row in page)
            last = page[-1]["list_key"]

    def _waited_for(self) -> Iterator[Piece]:
        if time.monotonic() - self._looked < LOOK_SECONDS:
            return
        self._looked = time.monotonic()
        self._cancel.check()
        for uid in coming_back.wanted(self._home):
            if uid not in self._waiting:
                self._waiting.add(uid)
                if uid not in self._begun:  # otherwise it is on its way
                    yield from self._missing(uid)

    def _missing(self, study_uid: str) -> list[Piece]:
        self._begun.add(study_uid)
        return [piece for piece in self._all(study_uid) if not self._counted(piece)]

    def _all(self, study_uid: str) -> list[Piece]:
        return [_piece(row) for row in self._database.rows(_IMAGES, (study_uid,))]

    def _counted(self, piece: Piece) -> bool:
        """Whether a file is back already; then it counts."""
        if not self._is_there(piece):
            return False
        self._back.restored += 1
        self._back.here += piece.bytes
        return True

    def _is_there(self, piece: Piece) -> bool:
        try:
            return (self._home.root / piece.path).stat().st_size == piece.bytes
        except OSError:
            return False


def _piece(row: Row) -> Piece:
    return Piece(f"objects/{row['path']}", row["sha256"], row["size"], row["study_uid"], row["received_at"])
