"""A library comes back from a backup: whole into an empty home, or what is missing into one that is in use.

The door for windows and commands. What was asked for stands in the home until all of it is back, so that a
crash, a power cut or a closed window only delays it. It never deletes or replaces what is newer here.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.jobs import CancelToken, Progress, Report, ignore
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup.credentials import Secrets, password_of, secrets_of
from vetpacs_desktop.store.backup.manifest import Manifest
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.returning import coming_back, sources
from vetpacs_desktop.store.backup.returning.coming_back import Asked, Scope
from vetpacs_desktop.store.backup.returning.fetching import Piece, Source
from vetpacs_desktop.store.backup.returning.merging_in import MergingIn
from vetpacs_desktop.store.backup.returning.whole_library import (
    LARGE,
    Back,
    Images,
    beside_images,
    fetch_list,
    is_empty,
    put_list_in_place,
    small_files,
)
from vetpacs_desktop.store.backup.sealing.place_keys import key_of, names_of
from vetpacs_desktop.store.backup.targets import url
from vetpacs_desktop.store.backup.words import amount, many
from vetpacs_desktop.store.database import Database
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.lock import ProcessLock, is_held
from vetpacs_desktop.store.objects import Objects
from vetpacs_desktop.store.records import Arrival

SPARE_BYTES = 256 * 1024 * 1024
"""Left free beside what comes back."""
FEW_SECONDS = 3.0
"""Before that, the time that is left is a guess."""
BESIDE = ("hanging/", "alignments/", "readings/", "windows.toml")
"""Small files that an existing library takes over where it has none of that name."""
_HOME_HAS = frozenset({"library.sqlite", "objects", "run", "restoring", "settings.toml"})


class RestoreRunning(KnownError):
    """A restore into {path} is going on in another window or command; wait for its end."""


class OtherRestore(KnownError):
    """Another restore into {path} was begun and is not finished (from {place}, the backup made {generation}).
    Let it come to its end first, or give it up."""


class FolderInUse(KnownError):
    """The folder {path} holds other things; name an empty folder, or the folder of a library."""


class NoRoom(KnownError):
    """There is not enough room for the backup on the disk of {path}: it has {needed}, and {free} are free.
    Choose a larger disk, or bring back chosen animals only."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back."""

    generation: str
    restored: int
    """Files of the generation that are here now (into an empty home), or that were missing or damaged and are
    whole again (into a library in use)."""
    here: int = 0
    """Images that were here and whole."""
    mended: int = 0
    in_trash: int = 0
    """Images that were deleted here and stay in the trash."""
    notes: int = 0
    """Corrections, animals and drawings that were missing here."""
    bytes: int = 0
    """Fetched."""
    failed: tuple[tuple[str, str], ...] = ()
    """(path in the home, reason) of what the backup does not give back."""
    seconds: float = 0.0


def restore(
    home: Home,
    place: Place,
    secrets: Secrets,
    *,
    generation: str = "",
    scope: Scope | None = None,
    report: Report = ignore,
    cancel: CancelToken | None = None,
) -> Restored:
    """Bring a generation (the newest without a name) back into `home`, all of it or what `scope` names.

    One that was interrupted goes on. `secrets` open the target; a home of its own keeps them for going on.
    Raises `RestoreRunning`, `OtherRestore`, `FolderInUse`, `NoRoom`, `NotInBackup`, `ListLost`, `Cancelled`,
    `DiskFull`, and as `sources.opened`.
    """
    _must_be_a_home(home.root)
    with _alone(home), sources.opened(place, secrets) as source:
        before = coming_back.under_way(home)
        manifest = sources.manifest_of(source, generation or (before.generation if before else ""))
        wanted = scope or Scope()
        if before is not None and (before.generation, before.scope) != (manifest.id, wanted):
            raise OtherRestore(path=home.root, place=before.place.name, generation=before.generation)
        asked = before or _begin(home, place, manifest, wanted)
        _keep_secrets(home, place, secrets, sealed=source.sealer is not None)
        return _Work(home, asked, manifest, source, report, cancel or CancelToken()).run()


def go_on(home: Home, report: Report = ignore, cancel: CancelToken | None = None) -> Restored | None:
    """Go on with what was interrupted; None when nothing was. Raises as `restore`."""
    asked = coming_back.under_way(home)
    if asked is None:
        return None
    return restore(
        home,
        asked.place,
        secrets_of(home),
        generation=asked.generation,
        scope=asked.scope,
        report=report,
        cancel=cancel,
    )


def give_up(home: Home) -> None:
    """Forget a restore that is not finished: what is back stays, what is missing is told of by `verify`.
    Raises `RestoreRunning`."""
    with _alone(home):
        coming_back.finished(home)


def is_running(home: Home) -> bool:
    """Whether a restore works on this home right now, in whatever process."""
    return is_held(home.run / coming_back.LOCK)


class _Work:
    """One restore, from where it stands to its end."""

    def __init__(
        self,
        home: Home,
        asked: Asked,
        manifest: Manifest,
        source: Source,
        report: Report,
        cancel: CancelToken,
    ) -> None:
        self._home, self._asked, self._manifest = home, asked, manifest
        self._source, self._report, self._cancel = source, report, cancel
        self._started = time.monotonic()

    def run(self) -> Restored:
        ready = fetch_list(self._home, self._manifest, self._source, self._report, self._cancel)
        restored = self._whole(ready) if self._asked.whole else None
        if restored is None:
            restored = self._merged(ready)
        coming_back.finished(self._home)
        return restored

    def _whole(self, ready: Path) -> Restored | None:
        """None when the home has got a library of its own meanwhile."""
        back, manifest = Back(), self._manifest
        beside = beside_images(manifest, self._source)
        small = [*manifest.files, *(one for one in beside if not one.path.startswith(LARGE))]
        if self._asked.phase == coming_back.DATABASE:
            if not put_list_in_place(self._home, ready):
                return None
            _file_strangers(self._home)
            small_files(self._home, small, self._source, back, self._cancel, replace=True)
            coming_back.enter(self._home, self._asked, coming_back.IMAGES)
        else:
            back.restored += len(small)
        pace = _Pace(manifest.objects, manifest.bytes, self._report)
        images = Images(
            self._home,
            self._source,
            back,
            lambda: pace.tell(back.restored + back.coming, back.here, back.bytes),
            self._cancel,
        )
        try:
            images.bring([one for one in beside if one.path.startswith(LARGE)])
        finally:
            images.close()
        return Restored(
            manifest.id,
            back.restored,
            bytes=back.bytes,
            failed=tuple(back.failed),
            seconds=time.monotonic() - self._started,
        )

    def _merged(self, ready: Path) -> Restored:
        library, copy = Library.open(self._home), Database(ready)
        merging = MergingIn(self._home, library, copy, self._source)
        try:
            return self._merge(merging)
        finally:
            merging.close()
            copy.close()
            library.close()

    def _merge(self, merging: MergingIn) -> Restored:
        scope, back, brought = self._asked.scope, Back(), merging.brought
        studies = merging.studies(scope, self._manifest.id)
        merging.notes(scope, studies)
        if scope.everything:
            beside = [*self._manifest.files, *beside_images(self._manifest, self._source)]
            beside = [one for one in beside if one.path.startswith(BESIDE)]
            small_files(self._home, beside, self._source, back, self._cancel, replace=False)
        pace, done, passed = _Pace(*merging.amount(studies), self._report), 0, 0

        def tell(piece: Piece) -> None:
            nonlocal done, passed
            done, passed = done + 1, passed + piece.bytes
            pace.tell(done, passed - brought.bytes, brought.bytes)

        merging.images(studies, named=not scope.everything, tell=tell, cancel=self._cancel)
        return Restored(
            self._manifest.id,
            brought.restored + brought.mended + back.restored,
            here=brought.here,
            mended=brought.mended,
            in_trash=brought.in_trash,
            notes=brought.notes,
            bytes=brought.bytes + back.bytes,
            failed=(*brought.failed, *back.failed),
            seconds=time.monotonic() - self._started,
        )


class _Pace:
    """Says how far it is, and how long it will take, from what was fetched until now."""

    def __init__(self, files: int, bytes_: int, report: Report) -> None:
        self._files, self._bytes, self._report = files, bytes_, report
        self._started = time.monotonic()

    def tell(self, files: int, here: int, fetched: int) -> None:
        """`here` and `fetched`: bytes that were there already, and bytes that came."""
        self._report(Progress(files, self._files, f"Bringing back images{self._left(here, fetched)}"))

    def _left(self, here: int, fetched: int) -> str:
        seconds = time.monotonic() - self._started
        if seconds < FEW_SECONDS or not fetched:
            return ""
        left = max(self._bytes - here - fetched, 0) * seconds / fetched
        if left < 60:
            return ", less than a minute left"
        minutes = round(left / 60)
        if minutes < 90:
            return f", about {many(minutes, 'minute', 'minutes')} left"
        return f", about {many(round(minutes / 60), 'hour', 'hours')} left"


def _begin(home: Home, place: Place, manifest: Manifest, scope: Scope) -> Asked:
    empty = is_empty(home)
    if empty:
        Library.open(home).close()  # refused when there are images without a list
    whole = empty and scope.everything
    if whole:
        free = shutil.disk_usage(home.root).free
        if free < manifest.bytes + manifest.database.bytes + SPARE_BYTES:
            raise NoRoom(path=home.root, needed=amount(manifest.bytes), free=amount(free))
    return coming_back.begin(home, place, manifest.id, scope, whole=whole)


def _must_be_a_home(folder: Path) -> None:
    """Raise `FolderInUse` for a folder with other things in it."""
    try:
        names = {entry.name for entry in folder.iterdir()}
    except FileNotFoundError:
        return
    except NotADirectoryError as error:
        raise FolderInUse(path=folder) from error
    if names and not names & _HOME_HAS:
        raise FolderInUse(path=folder)


def _keep_secrets(home: Home, place: Place, secrets: Secrets, *, sealed: bool) -> None:
    """The home goes on by itself, and backs up to the same place afterwards."""
    names = [password_of(place.name)] if url.parse(place.url).address.kind is not url.Kind.FOLDER else []
    names += [key_of(place.name), names_of(place.name)] if sealed else []
    own = secrets_of(home)
    for name in names:
        secret = secrets.get(name)
        if secret and own.get(name) != secret:
            own.put(name, secret)


def _file_strangers(home: Home) -> None:
    """Images that a machine sent in the moment before the list was put in place: it doesn't know them yet."""
    database, objects = Database(home.database), Objects(home)
    try:
        known = "SELECT 1 FROM instances WHERE path = ?"
        found = [(path, state) for path, state in objects.files() if not database.rows(known, (path,))]
    finally:
        database.close()
    if found:
        library = Library.open(home)
        try:
            library.file(
                [
                    Arrival(objects.path(path), "", datetime.fromtimestamp(state.st_mtime, UTC), True)
                    for path, state in found
                ]
            )
        finally:
            library.close()


@contextmanager
def _alone(home: Home) -> Iterator[None]:
    home.make()
    lock = ProcessLock(home.run / coming_back.LOCK)
    if not lock.acquire():
        raise RestoreRunning(path=home.root)
    try:
        yield
    finally:
        lock.release()
