"""The library: index and object files together, the one door of the store for everybody else.

Thread-safe: writers queue behind one lock, each thread reads through a connection of its own. Several
processes may hold the same library open. It never shows half of a batch and never changes a filed object.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from vetpacs_desktop.errors import LibraryDamaged
from vetpacs_desktop.jobs import CancelToken, Report, ignore
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store import changes
from vetpacs_desktop.store.admission import Admission
from vetpacs_desktop.store.animals.corrections import Corrections
from vetpacs_desktop.store.animals.exams import AnimalExams
from vetpacs_desktop.store.animals.register import Animals
from vetpacs_desktop.store.annotations import Annotations
from vetpacs_desktop.store.archives.dispatch import Dispatch
from vetpacs_desktop.store.archives.nodes import Nodes
from vetpacs_desktop.store.archives.outbox import Outbox
from vetpacs_desktop.store.archives.routing import Routes
from vetpacs_desktop.store.changes import Changes
from vetpacs_desktop.store.database import Database
from vetpacs_desktop.store.journal import Journal
from vetpacs_desktop.store.kept import trash_table
from vetpacs_desktop.store.kept.conflicts import Conflicts
from vetpacs_desktop.store.kept.retention import Retention
from vetpacs_desktop.store.kept.set_aside import SetAside
from vetpacs_desktop.store.kept.trash import Trash
from vetpacs_desktop.store.kept.trash_files import alone
from vetpacs_desktop.store.listing import Listing
from vetpacs_desktop.store.machines.devices import Devices
from vetpacs_desktop.store.matching.query import Queries
from vetpacs_desktop.store.migrations import STEPS
from vetpacs_desktop.store.objects import Objects
from vetpacs_desktop.store.records import (
    Arrival,
    Arrived,
    Change,
    Copied,
    Filed,
    Held,
    InstanceRow,
    SeriesRow,
    StudyRow,
    StudyUID,
    Verification,
)
from vetpacs_desktop.store.recovery import before_update, rebuild, suspicion, verify


class Library:
    """One library, open. Made by `Library.open`."""

    def __init__(self, home: Home, database: Database, objects: Objects) -> None:
        self.home = home
        self._database = database
        self._objects = objects
        self._admission = Admission(database, objects)
        self._listing = Listing(database, objects)
        self._changes = Changes(database)
        self.nodes = Nodes(database)
        """The other archives (see `archives.nodes`), what is on its way to them, and the rules that send."""
        self.outbox, self.dispatch, self.routes = Outbox(database), Dispatch(database), Routes(database)
        self.queries = Queries(database, objects)
        """What other archives ask for (see `matching.query`)."""
        journal = Journal(home.corrections)
        self.corrections = Corrections(database, journal)
        """What people say better than a device did."""
        self.animals = Animals(database, journal, self.corrections)
        self.exams_of_animal = AnimalExams(database)
        """The exams of one animal beside each other."""
        self.annotations = Annotations(database, home)
        """What readers drew on images."""
        self.devices = Devices(home, database, objects)
        """The clinic's machines (see `machines.devices`)."""
        self.trash = Trash(home, database, objects, self._admission)
        self.conflicts = Conflicts(database, objects, self.trash)
        self.retention = Retention(database, self.trash)
        self.set_aside = SetAside(home, self.file, self.trash, self._listing.study_of_series)

    @classmethod
    def open(cls, home: Home) -> Library:
        """Open or create the library of `home`.

        Raises `LibraryDamaged` (also when there are objects but no index: an empty list would look like a
        loss) and `LibraryTooNew`.
        """
        home.make()
        objects = Objects(home)
        fresh = not _has_bytes(home.database)
        if fresh and next(objects.files(), None) is not None:
            raise LibraryDamaged(path=home.database, reason="it is missing while there are images")
        database = Database(home.database)
        database.on_damage = partial(suspicion.leave, home)
        try:
            if database.is_behind(STEPS):
                before_update.keep(home)
            database.migrate(STEPS)
        except BaseException:
            database.close()
            raise
        if fresh:
            trash_table.adopt(home, database)
        library = cls(home, database, objects)
        library.trash.recover()
        return library

    def close(self) -> None:
        """End every connection; safe to call twice."""
        self._admission.close()
        self._database.close()

    def file(self, arrivals: Sequence[Arrival]) -> list[Filed]:
        """Take a batch into the library in one transaction; the answers are in its order.

        Spool files that were stored, or are duplicates, are gone afterwards; refused ones stay for the
        quarantine, and sources with `keep_source` are never touched. Raises `DiskFull`, `LibraryDamaged`,
        `LibraryBusy` and `OSError`; then nothing of the batch was filed and it can be tried again.
        """
        return self._admission.admit(arrivals) if arrivals else []

    def copied(self, source: Path) -> Copied:
        """A durable copy of a file, made ahead of its filing by who has threads to spare: file it with its
        path, digest and without `keep_source`, or remove it. Raises `SourceUnreadable`, `OSError`."""
        staged = self._objects.copy(source)
        return Copied(staged.path, staged.sha256, staged.size)

    def written(self, data: bytes) -> Copied:
        """As `copied`, from memory; `volume.make_durable` must follow before it is filed."""
        staged = self._objects.write(data)
        return Copied(staged.path, staged.sha256, staged.size)

    def search(
        self, text: str, *, limit: int | None = None, offset: int = 0, order: str = "newest"
    ) -> list[StudyRow]:
        """One page of what `text` finds (see `search`); `order` is a name of `listing.ORDERS`, turned by
        ``"-"`` before it or ``" desc"`` behind it."""
        return self._listing.search(text, limit, offset, order)

    def count(self, text: str) -> int:
        """How many studies `text` finds."""
        return self._listing.count(text)

    def study(self, uid: str) -> StudyRow:
        """One line of the list. Raises `NotFound`."""
        return self._listing.study(uid)

    def study_rows(self, uids: Sequence[str]) -> list[StudyRow]:
        """The lines of these studies, in their order; unknown ones are left out."""
        return self._listing.study_rows(uids)

    def series(self, study_uid: str) -> list[SeriesRow]:
        """The series of a study, by number. Raises `NotFound`."""
        return self._listing.series(study_uid)

    def instances(self, *, study_uid: str | None = None, series_id: int | None = None) -> list[InstanceRow]:
        """The instances of a study or of one series, by instance number."""
        if series_id is not None:
            return self._listing.instances("series_id = ?", (series_id,))
        return self._listing.instances("study_uid = ?", (study_uid,))

    def locate(self, uid: str) -> list[InstanceRow]:
        """The instances behind a study, series or instance UID. Raises `NotFound`."""
        return self._listing.locate(uid)

    def held(self, sop_uids: Sequence[str]) -> list[Held]:
        """The filed objects of these instance UIDs."""
        return self._listing.held(sop_uids)

    def made_from(self, digests: Sequence[str]) -> dict[str, StudyUID]:
        """Those foreign files, by SHA-256, that were taken before, and the exam each is in."""
        return self._listing.made_from(digests)

    def mark_seen(self, study_uid: str) -> None:
        """Somebody opened the exam: it is no longer new, in any window."""
        with self._database.atomic():
            sql = "UPDATE studies SET seen = 1 WHERE study_uid = ? AND seen = 0"
            if self._database.write(sql, (study_uid,)).rowcount:
                self._changes.append([(changes.CHANGED, StudyUID(study_uid))])

    def last_arrival(self) -> Arrived | None:
        """The newest arrival, None while the library is empty."""
        return self._listing.last_arrival()

    def counts(self) -> tuple[int, int]:
        """How many studies and instances are kept."""
        return self._listing.counts()

    def newest_change(self) -> int:
        """The number of the newest entry of the changes feed."""
        return self._changes.newest()

    def changes_since(self, number: int) -> list[Change]:
        """The entries of the changes feed after `number`, oldest first."""
        return self._changes.since(number)

    def data_version(self) -> int:
        """Differs from an earlier answer as soon as anybody, in any process, committed something."""
        return self._database.data_version()

    def verify(self, report: Report = ignore, cancel: CancelToken | None = None) -> Verification:
        """Read every object and compare it with the index. Raises `Cancelled`, `LibraryDamaged`."""
        self.trash.recover()
        return verify.verify(self._database, self._objects, report, cancel or CancelToken())

    def rebuild_index(self, report: Report = ignore, cancel: CancelToken | None = None) -> int:
        """Make the index anew from the files; what only the index knew is kept. Answers how many objects are
        indexed. Raises `Cancelled`; then the index is as it was."""
        with alone(self.home, rebuild.LOCK_SECONDS):
            self.trash.recover_locked()
            return rebuild.refresh(self.home, self._database, self._objects, report, cancel or CancelToken())


def _has_bytes(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0
