"""Brings exams and notes of a backup into a library that is in use. What is here stays as it is; what is
missing comes, and what is damaged is mended.

Images enter by the library's own door, so that doubles and differing versions are treated as always. It
deletes nothing, and what was moved to the trash here comes back only when it is named.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store import annotations as drawings
from vetpacs_desktop.store import correcting
from vetpacs_desktop.store.archives.nodes import NodeExists, Nodes
from vetpacs_desktop.store.backup.returning import placing
from vetpacs_desktop.store.backup.returning.coming_back import Scope
from vetpacs_desktop.store.backup.returning.fetching import Fetched, Piece, Source, fetched
from vetpacs_desktop.store.database import Database, Row
from vetpacs_desktop.store.index import Index
from vetpacs_desktop.store.journal import Entry
from vetpacs_desktop.store.kept import remaining
from vetpacs_desktop.store.kept.trash_table import TrashTable
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.machines import devices
from vetpacs_desktop.store.objects import Objects
from vetpacs_desktop.store.records import Arrival, Filed, Outcome, StudyUID
from vetpacs_desktop.store.recovery import swap

BATCH = 256
_OBJECTS = (
    "SELECT studies.study_uid, series_uid, sop_uid, path, size, sha256, instances.received_at, "
    "instances.source FROM studies JOIN series USING (study_key) JOIN instances USING (series_id) "
    "WHERE study_uid = ? ORDER BY instance_id"
)


class NotInBackup(KnownError):
    """The backup made {generation} holds nothing with the identifier {uid}; choose an older or newer one."""


@dataclass(slots=True)
class Brought:
    """What came of it, counted while it goes on."""

    restored: int = 0
    """Images that were missing here."""
    mended: int = 0
    here: int = 0
    """Images that are here and whole."""
    in_trash: int = 0
    """Images that were deleted here and stay in the trash."""
    notes: int = 0
    """Corrections, animals and drawings that this library lacked."""
    bytes: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    """(path in the library of the backup, reason)"""


@dataclass(frozen=True, slots=True)
class _New:
    """An image that this library lacks, as it will be filed."""

    piece: Piece
    differs: bool
    """Another version of it is here: that one stays the first."""


@dataclass(slots=True)
class _Group:
    """Exams that are worked on together: a transaction for each small one would cost more than its images."""

    damaged: list[Piece] = field(default_factory=list)
    missing: dict[Piece, _New] = field(default_factory=dict)
    seen: dict[str, object] = field(default_factory=dict)
    """Exams that get images, and whether somebody had opened them here; None for one that is new."""


class MergingIn:
    """One generation on its way into one library. `copy` is its database, brought up to this program's
    schema."""

    def __init__(self, home: Home, library: Library, copy: Database, source: Source) -> None:
        self._home = home
        self._library = library
        self._copy = copy
        self._source = source
        self._database = Database(home.database)
        self._objects = Objects(home)
        self.brought = Brought()

    def close(self) -> None:
        """The library itself stays open."""
        self._database.close()

    def studies(self, scope: Scope, generation: str) -> list[str]:
        """The exams that are wanted, the newest first. Raises `NotInBackup`."""
        rows = self._copy.rows("SELECT study_uid, animal_id FROM studies ORDER BY list_key DESC")
        if scope.everything:
            return [row["study_uid"] for row in rows]
        for named, column in ((scope.studies, "study_uid"), (scope.animals, "animal_id")):
            known = {row[column] for row in rows}
            for uid in named:
                if uid not in known:
                    raise NotInBackup(generation=generation, uid=uid)
        return [
            row["study_uid"]
            for row in rows
            if row["study_uid"] in scope.studies or row["animal_id"] in scope.animals
        ]

    def amount(self, study_uids: Sequence[str]) -> tuple[int, int]:
        """How many images these exams have in the backup, and their bytes."""
        row = self._copy.rows(
            "SELECT count(*), coalesce(sum(size), 0) FROM studies JOIN series USING (study_key) "
            "JOIN instances USING (series_id) WHERE study_uid IN (SELECT value FROM json_each(?))",
            (json.dumps(list(study_uids)),),
        )[0]
        return int(row[0]), int(row[1])

    # --- what people said and drew

    def notes(self, scope: Scope, study_uids: Sequence[str]) -> None:
        """Corrections, animals that were written down, drawings; with everything also archives, machines."""
        wanted = set(study_uids)
        acts = correcting.entries_of(self._copy)
        drawn = drawings.all_of(self._copy)
        if not scope.everything:
            acts = _acts_of(acts, wanted, scope)
            drawn = [one for one in drawn if one.study_uid in wanted]
        self.brought.notes += self._library.corrections.bring_in(acts)
        self.brought.notes += self._library.annotations.bring_in(drawn)
        if scope.everything:
            for node in Nodes(self._copy).list():
                with suppress(NodeExists):
                    self._library.nodes.add(replace(node, node_id=0))
            devices.adopt(self._database, self._copy.path)

    # --- images

    def images(
        self, study_uids: Sequence[str], *, named: bool, tell: Callable[[Piece], None], cancel: CancelToken
    ) -> None:
        """All exams in their order. `named`: a person chose them, so what is in the trash comes back, too.

        `tell` is called with each image that is done with, whatever came of it. Raises as `fetched` and
        `Library.file`.
        """
        trash = frozenset() if named else self._in_trash()
        group = _Group()
        for study_uid in study_uids:
            cancel.check()
            seen = self._database.value("SELECT seen FROM studies WHERE study_uid = ?", (study_uid,))
            damaged, missing = self._sorted(study_uid, trash, tell)
            group.damaged += damaged
            group.missing.update({one.piece: one for one in missing})
            if missing:
                group.seen[study_uid] = seen
            if len(group.missing) + len(group.damaged) >= BATCH:
                self._bring(group, tell, cancel)
                group = _Group()
        self._bring(group, tell, cancel)

    def _bring(self, group: _Group, tell: Callable[[Piece], None], cancel: CancelToken) -> None:
        for batch in self._batches([*group.missing, *group.damaged], tell, cancel):
            mended = [one for one in batch if one.piece not in group.missing]
            self.brought.mended += placing.mend(self._home, self._database, self._objects, mended)
            self._file([(group.missing[one.piece], one) for one in batch if one.piece in group.missing])
        for study_uid, seen in group.seen.items():
            self._settle(study_uid, seen)

    def _sorted(
        self, study_uid: str, trash: frozenset[str], tell: Callable[[Piece], None]
    ) -> tuple[list[Piece], list[_New]]:
        """What must be mended, and what is missing."""
        here = {row["sha256"]: row for row in self._database.rows(_OBJECTS, (study_uid,))}
        names = {(row["series_uid"], row["sop_uid"]) for row in here.values()}
        damaged: list[Piece] = []
        missing: list[_New] = []
        for row in self._copy.rows(_OBJECTS, (study_uid,)):
            piece = _piece(row)
            mine = here.get(piece.sha256)
            if mine is not None and placing.whole(
                self._objects.path(mine["path"]), piece.sha256, piece.bytes
            ):
                self.brought.here += 1
            elif mine is not None:
                damaged.append(replace(piece, path=f"objects/{mine['path']}"))
                continue
            elif piece.sha256 in trash:
                self.brought.in_trash += 1
            else:
                differs = (row["series_uid"], row["sop_uid"]) in names
                missing.append(_New(piece, differs))
                continue
            tell(piece)
        return damaged, missing

    def _batches(
        self, pieces: Sequence[Piece], tell: Callable[[Piece], None], cancel: CancelToken
    ) -> Iterator[list[Fetched]]:
        """Whole copies in batches; what can't be had is noted."""
        batch: list[Fetched] = []
        try:
            for one in fetched(self._source, pieces, self._objects, cancel):
                if one.staged is None:
                    self.brought.failed.append((one.piece.path, one.fault))
                else:
                    self.brought.bytes += one.piece.bytes
                    batch.append(one)
                if len(batch) >= 2 * BATCH:
                    yield batch
                    batch = []
                tell(one.piece)
            if batch:
                yield batch
                batch = []
        finally:
            self._objects.discard([one.staged for one in batch if one.staged is not None])

    def _file(self, found: Sequence[tuple[_New, Fetched]]) -> None:
        """In one transaction, in the order in which the images first came."""
        if not found:
            return
        placing.durable([one for _, one in found])
        arrivals = [_arrival(new, one) for new, one in found if one.staged is not None]
        for (_, one), filed in zip(found, self._library.file(arrivals), strict=True):
            self._count(one.piece, filed)

    def _count(self, piece: Piece, filed: Filed) -> None:
        if filed.outcome in (Outcome.STORED, Outcome.CONFLICT):
            self.brought.restored += 1
        elif filed.outcome is Outcome.DUPLICATE:
            self.brought.here += 1
        else:
            filed.arrival.path.unlink(missing_ok=True)
            self.brought.failed.append((piece.path, filed.reason))

    def _settle(self, study_uid: str, before: object) -> None:
        """Older images came behind newer ones, and the first to state a fact is believed; and an exam that
        somebody had opened, here or there, is not new again."""
        seen = self._copy.value("SELECT seen FROM studies WHERE study_uid = ?", (study_uid,))
        if before is not None:
            with self._database.atomic():
                left = remaining.placed_objects(self._database, self._objects, study_uid)
                Index(self._database).replace(StudyUID(study_uid), left)
        if before if before is not None else seen:
            swap.mark_seen(self._database, [study_uid])

    def _in_trash(self) -> frozenset[str]:
        table = TrashTable(self._database)
        return frozenset(item.sha256 for entry in table.entries() for item in table.items(entry.id))


def _piece(row: Row) -> Piece:
    return Piece(
        f"objects/{row['path']}",
        row["sha256"],
        row["size"],
        row["study_uid"],
        row["received_at"],
        row["source"],
    )


def _arrival(new: _New, one: Fetched) -> Arrival:
    """Of two versions of an image the one that is here stays the first, also when an index is made anew: the
    other one comes now."""
    assert one.staged is not None
    came = datetime.now(UTC) if new.differs else datetime.fromisoformat(one.piece.received_at)
    return Arrival(one.staged.path, new.piece.source, came, sha256=one.staged.sha256, size=one.staged.size)


def _acts_of(acts: Sequence[Entry], studies: set[str], scope: Scope) -> list[Entry]:
    """The acts that belong to chosen exams and animals."""
    corrections = [one for one in acts if one["event"] == correcting.CORRECT and one["study_uid"] in studies]
    numbers = {one["id"] for one in corrections}
    animals = {*scope.animals, *(one["animal_id"] for one in corrections)}
    undone = [one for one in acts if one["event"] == correcting.UNDO and one["id"] in numbers]
    written = [one for one in acts if one["event"] == correcting.ANIMAL and one["id"] in animals]
    return [*written, *corrections, *undone]
