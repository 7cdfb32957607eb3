"""The trash: what a person deleted, whole, until a person (or a rule the admin made) empties it.

An exam is in the list or in the trash, never in between: one transaction moves it, and the files follow under
the writer's lock. Whatever a crash interrupts is finished when the library is opened again. Nothing here is
ever asked back: warning is the window's duty, and `unproved` tells it what to warn of.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from vetpacs_desktop.errors import KnownError, NotFound
from vetpacs_desktop.jobs import CancelToken, Progress, Report, ignore
from vetpacs_desktop.log import private
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store import annotations as drawings
from vetpacs_desktop.store import changes
from vetpacs_desktop.store.admission import Admission
from vetpacs_desktop.store.changes import Changes
from vetpacs_desktop.store.database import Database, Row
from vetpacs_desktop.store.index import Index
from vetpacs_desktop.store.kept import remaining
from vetpacs_desktop.store.kept.trash_files import (
    EMPTYING,
    KEPT,
    MOVING,
    RESTORING,
    EntryFolder,
    Item,
    TrashBusy,
    alone,
)
from vetpacs_desktop.store.kept.trash_table import (
    EXAM,
    FACTS,
    FILE,
    IMAGES,
    SERIES,
    TrashEntry,
    TrashTable,
    entry_of,
)
from vetpacs_desktop.store.objects import Objects
from vetpacs_desktop.store.readings import Readings
from vetpacs_desktop.store.records import Arrival, Filed, Outcome, StudyUID

LOG = logging.getLogger(__name__)

Proof = Callable[[Sequence[str]], bool]
"""Whether all files with these digests are in a backup that was read back and compared."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of one restore."""

    entry: TrashEntry
    back: int
    """Images that are in the list again."""
    here: int = 0
    """Images that had come again meanwhile, equal to those in the trash."""
    refused: int = 0
    """Files that can't be read any more; they stay in the trash."""


def _nothing_proved(_: Sequence[str]) -> bool:
    """Without a backup nothing is."""
    return False


class Trash:
    """The trash of one library: `library.trash`."""

    def __init__(self, home: Home, database: Database, objects: Objects, admission: Admission) -> None:
        self._home = home
        self._database = database
        self._objects = objects
        self._admission = admission
        self._index = Index(database)
        self._changes = Changes(database)
        self._table = TrashTable(database)
        self.proved: Proof = _nothing_proved
        """Set by whoever makes backups."""

    def alone(self) -> AbstractContextManager[None]:
        """Nobody rebuilds the list or moves exams meanwhile. Raises `TrashBusy`."""
        return alone(self._home)

    def entries(self) -> list[TrashEntry]:
        """Everything in the trash, the newest first."""
        return self._table.entries()

    def amount(self) -> tuple[int, int]:
        """How many entries there are, and their bytes."""
        return self._table.amount()

    def files(self, entry_id: str) -> list[Path]:
        """The files of an entry that are still there, in the order they came. Raises `NotFound`."""
        folder = EntryFolder(self._home, entry_id)
        found = (folder.where(item) for item in self._table.items(entry_id))
        return [path for path in found if path is not None]

    def unproved(self, entry_ids: Iterable[str]) -> list[str]:
        """Those whose files are in no backup that was read back."""
        return [one for one in entry_ids if not self.proved([item.sha256 for item in self._table.items(one)])]

    def put(
        self,
        study_uids: Sequence[str],
        *,
        who: str = "",
        why: str = "",
        report: Report = ignore,
        cancel: CancelToken | None = None,
    ) -> tuple[TrashEntry, ...]:
        """Move exams here, one entry each; stopped in the middle it answers what was moved until then.

        Raises `NotFound` (an exam that is not there is told of after the others), `TrashBusy`, `DiskFull`.
        """
        moved: list[TrashEntry] = []
        missing: NotFound | None = None
        with alone(self._home):
            for number, uid in enumerate(study_uids):
                if cancel is not None and cancel.cancelled:
                    break
                try:
                    moved.append(self._take(uid, None, EXAM, who, why))
                except NotFound as error:
                    missing = error
                report(Progress(number + 1, len(study_uids), "Moving to the trash"))
        if missing is not None and not moved:
            raise missing
        return tuple(moved)

    def put_series(self, study_uid: str, series_uid: str, *, who: str = "", why: str = "") -> TrashEntry:
        """Move one series here. Raises as `put`."""
        with alone(self._home):
            going = {
                row["path"]
                for row in remaining.rows_of(self._database, study_uid)
                if row["series_uid"] == series_uid
            }
            return self._take(study_uid, going, SERIES, who, why)

    def put_images(
        self, study_uid: str, sha256s: Collection[str], *, who: str = "", why: str = ""
    ) -> TrashEntry:
        """Move single images (by their digests) of one exam here. Raises as `put`."""
        with alone(self._home):
            going = {
                row["path"]
                for row in remaining.rows_of(self._database, study_uid)
                if row["sha256"] in sha256s
            }
            return self._take(study_uid, going, IMAGES, who, why)

    def put_files(
        self, paths: Sequence[Path], *, name: str, sha256: str, who: str = "", why: str = ""
    ) -> TrashEntry:
        """Move files of the home that belong together (one that was set aside, with its note) here."""
        items = [
            Item(path.relative_to(self._home.root).as_posix(), path.name, path.stat().st_size, sha256)
            for path in paths
            if path.exists()
        ]
        with alone(self._home), self._database.atomic():
            entry_id = self._table.insert(FILE, "", {"name": name}, items, who, why)
        self._finish(entry_id)
        return self._table.entry(entry_id)

    def restore(
        self, entry_ids: Sequence[str], report: Report = ignore, cancel: CancelToken | None = None
    ) -> list[Restored]:
        """Bring entries back to where they were. What came again meanwhile is recognised and not doubled.

        Raises `NotFound`, `TrashBusy`, `DiskFull`; entries before the one that failed are back.
        """
        back: list[Restored] = []
        for number, entry_id in enumerate(entry_ids):
            if cancel is not None and cancel.cancelled:
                break
            with alone(self._home):
                back.append(self._restore(entry_id))
            report(Progress(number + 1, len(entry_ids), "Restoring"))
        return back

    def empty(
        self,
        entry_ids: Sequence[str],
        *,
        who: str = "",
        report: Report = ignore,
        cancel: CancelToken | None = None,
    ) -> int:
        """Delete entries for good; answers how many. Raises `TrashBusy`, `OSError`."""
        done = 0
        with alone(self._home):
            for entry_id in entry_ids:
                if cancel is not None and cancel.cancelled:
                    break
                entry = self._table.entry(entry_id)
                self._table.set_state(entry_id, EMPTYING)
                LOG.info("Emptied from the trash by %s: %s", private(who), _said(entry))
                self._finish_locked(entry_id)
                done += 1
                report(Progress(done, len(entry_ids), "Emptying the trash"))
        return done

    def recover(self) -> None:
        """Finish what a crash interrupted; leaves it to the next time when somebody else is at work."""
        if not self._table.unfinished():
            return
        try:
            with alone(self._home, 0.0):
                self.recover_locked()
        except TrashBusy:
            return

    def recover_locked(self) -> None:
        """As `recover`, for who holds the lock."""
        for entry_id in self._table.unfinished():
            try:
                LOG.info("Finishing what was interrupted: trash entry %s", entry_id)
                self._finish_locked(entry_id)
            except (KnownError, OSError) as error:
                LOG.warning("Trash entry %s has to wait: %s", entry_id, error)

    # --- into the trash

    def _take(
        self, study_uid: str, going: Collection[str] | None, kind: str, who: str, why: str
    ) -> TrashEntry:
        """`going`: the paths to move, None for all of the exam."""
        with self._database.atomic():
            rows = remaining.rows_of(self._database, study_uid)
            chosen = [row for row in rows if going is None or row["path"] in going]
            if not chosen:
                raise NotFound(uid=study_uid)
            stays = len(chosen) < len(rows)
            facts = self._facts(study_uid, chosen, kind)
            entry_id = self._table.insert(
                kind if stays else EXAM, study_uid, facts, [self._item(row) for row in chosen], who, why
            )
            paths = {row["path"] for row in chosen}
            left = remaining.placed_objects(self._database, self._objects, study_uid, paths) if stays else []
            self._index.replace(StudyUID(study_uid), left)
        self._finish_locked(entry_id)
        return self._table.entry(entry_id)

    def _facts(self, study_uid: str, chosen: Sequence[Row], kind: str) -> dict[str, object]:
        study = self._database.rows("SELECT * FROM studies WHERE study_uid = ?", (study_uid,))[0]
        facts: dict[str, object] = {name: study[name] for name in FACTS}
        facts["seen"] = study["seen"]
        if kind != EXAM:
            series = {row["series_id"] for row in chosen}
            names = self._database.rows(
                "SELECT description, modality, body_part FROM series WHERE series_id IN "
                "(SELECT value FROM json_each(?))",
                (json.dumps(sorted(series)),),
            )
            facts["name"] = ", ".join(
                row["description"] or row["body_part"] or row["modality"] for row in names
            )
        return facts

    def _item(self, row: Row) -> Item:
        place = self._objects.path(row["path"]).relative_to(self._home.root).as_posix()
        name = row["path"].rpartition("/")[2]
        return Item(
            place, name, row["size"], row["sha256"], row["received_at"], row["source"], row["sop_uid"]
        )

    def _finish(self, entry_id: str) -> None:
        with alone(self._home):
            self._finish_locked(entry_id)

    def _finish_locked(self, entry_id: str) -> None:
        """Take the next step until the entry rests or is gone."""
        state = self._table.row(entry_id)["state"]
        if state == MOVING:
            try:
                self._move(entry_id)
            except OSError as error:  # a file is open elsewhere (Windows), or the disk has a fault
                LOG.warning("Files of trash entry %s are moved later: %s", entry_id, error.strerror)
        elif state == RESTORING:
            self._bring_back(entry_id)
        elif state == EMPTYING:
            folder = EntryFolder(self._home, entry_id)
            folder.mark(EMPTYING)
            self._delete_stragglers(entry_id)
            folder.remove()
            self._forget_drawings(entry_id)
            self._table.forget(entry_id)

    def _forget_drawings(self, entry_id: str) -> None:
        """What was drawn goes for good with the last of an exam, and not before."""
        study_uid = self._table.row(entry_id)["study_uid"]
        left = self._database.rows(
            "SELECT 1 FROM studies WHERE study_uid = ? "
            "UNION ALL SELECT 1 FROM trash WHERE study_uid = ? AND id <> ?",
            (study_uid, study_uid, entry_id),
        )
        if study_uid and not left:
            drawings.erase(self._database, self._home, study_uid)
            Readings(self._home.readings).forget(study_uid)

    def _move(self, entry_id: str) -> None:
        """Under the writer's lock: nobody can file an equal image at a place that is just being left."""
        row, items = self._table.row(entry_id), self._table.items(entry_id)
        folder = EntryFolder(self._home, entry_id)
        with self._database.atomic():
            folder.note(MOVING, self._table.note(entry_id))
            folder.take(items, self._in_use(row["study_uid"]))
            self._table.set_state(entry_id, KEPT)
        folder.mark(KEPT)
        LOG.info("Moved to the trash by %s: %s", private(row["who"]), _said(entry_of(row)))

    def _in_use(self, study_uid: str) -> set[str]:
        """The places, relative to the home, that the list needs."""
        rows = remaining.rows_of(self._database, study_uid) if study_uid else []
        return {self._item(row).path for row in rows}

    # --- out of the trash

    def _restore(self, entry_id: str) -> Restored:
        state = self._table.row(entry_id)["state"]
        if state == EMPTYING:
            raise NotFound(uid=entry_id)
        if state == MOVING:  # files that were in use when it was made
            self._finish_locked(entry_id)
        self._table.set_state(entry_id, RESTORING)
        return self._bring_back(entry_id)

    def _bring_back(self, entry_id: str) -> Restored:
        entry, items = self._table.entry(entry_id), self._table.items(entry_id)
        folder = EntryFolder(self._home, entry_id)
        folder.mark(RESTORING)
        if entry.kind == FILE:
            folder.give_back(items)
            return self._done_with(entry, folder, Restored(entry, 1))
        filed = self._admit(entry, folder, items)
        refused = {one.arrival.path.name for one in filed if one.study_uid is None}
        here = sum(one.outcome is Outcome.DUPLICATE for one in filed)
        if not filed or refused:
            # What can't be read, or is not there at this moment (a disk that is not mounted), waits here.
            left = [item for item in items if not filed or item.name in refused]
            self._keep_only(entry.id, left)
            return Restored(entry, len(filed) - here - len(refused), here, len(left))
        return self._done_with(entry, folder, Restored(entry, len(filed) - here, here))

    def _done_with(self, entry: TrashEntry, folder: EntryFolder, restored: Restored) -> Restored:
        folder.remove()
        self._table.forget(entry.id)
        LOG.info("Restored from the trash: %s", _said(entry))
        return restored

    def _admit(self, entry: TrashEntry, folder: EntryFolder, items: Sequence[Item]) -> list[Filed]:
        """Through the door that every image takes, in one transaction, in the order they first came."""
        arrivals = []
        for item in sorted(items, key=lambda item: (item.received_at, len(item.path), item.path)):
            path = folder.where(item)
            if path is not None:
                came = datetime.fromisoformat(item.received_at)
                outside = path != folder.path(item)
                arrivals.append(Arrival(path, item.source, came, outside, "" if outside else item.sha256))
        before = self._database.value("SELECT seen FROM studies WHERE study_uid = ?", (entry.study_uid,))
        filed = self._admission.admit(arrivals)
        with self._database.atomic():
            if before is not None or any(one.outcome is Outcome.CONFLICT for one in filed):
                # Older images came behind newer ones: the first to state a fact is believed.
                left = remaining.placed_objects(self._database, self._objects, entry.study_uid)
                self._index.replace(entry.study_uid, left)
            self._mark_seen(entry, before)
        return filed

    def _mark_seen(self, entry: TrashEntry, before: object) -> None:
        """An exam that somebody had opened is not new again."""
        facts = json.loads(self._table.row(entry.id)["facts"])
        if before if before is not None else facts.get("seen"):
            sql = "UPDATE studies SET seen = 1 WHERE study_uid = ? AND seen = 0"
            if self._database.write(sql, (entry.study_uid,)).rowcount:
                self._changes.append([(changes.CHANGED, entry.study_uid)])

    def _keep_only(self, entry_id: str, items: Sequence[Item]) -> None:
        self._table.keep_only(entry_id, items)
        folder = EntryFolder(self._home, entry_id)
        folder.mark(KEPT)
        folder.note(KEPT, self._table.note(entry_id))

    def _delete_stragglers(self, entry_id: str) -> None:
        """Files that could not be moved when the entry was made, unless the list needs them again."""
        with self._database.atomic():
            in_use = self._in_use(self._table.row(entry_id)["study_uid"])
            folder = EntryFolder(self._home, entry_id)
            for item in self._table.items(entry_id):
                place = folder.where(item)
                if place is not None and item.path not in in_use and place == self._home.root / item.path:
                    place.unlink(missing_ok=True)


def _said(entry: TrashEntry) -> str:
    """For the diary: no name, no identifier that leads to one."""
    return f"{entry.kind} {private(entry.study_uid or entry.id)} with {entry.count} files, entry {entry.id}"
