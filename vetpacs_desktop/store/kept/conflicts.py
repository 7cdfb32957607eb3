"""Images that came twice with different content: which they are, what differs, and what a person decided.

Nothing is ever overwritten: a version that is not wanted goes to the trash, one that is wanted beside the
other becomes an image of its own by a recorded decision. Each decision can be undone.
"""

from __future__ import annotations

import builtins
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from itertools import groupby
from pathlib import Path
from typing import TypeAlias

from vetpacs_desktop.jobs import CancelToken, Progress, Report, ignore
from vetpacs_desktop.log import private
from vetpacs_desktop.store.database import Database, Row
from vetpacs_desktop.store.index import Index
from vetpacs_desktop.store.kept import remaining
from vetpacs_desktop.store.kept.trash import Trash
from vetpacs_desktop.store.objects import Objects
from vetpacs_desktop.store.records import InstanceUID, SeriesUID, StudyUID

LOG = logging.getLogger(__name__)
Key: TypeAlias = tuple[str, str, str, str]
"""Study, series, instance and digest of a version."""
OWN = "own"
"""The recorded choice: this version is an image of its own."""
_VERSIONS = """
SELECT study_uid, series_uid, instances.*, studies.animal_name, studies.owner_name, studies.species,
    studies.study_date, studies.study_time, studies.description AS study_description,
    series.description AS series_description, series.modality
FROM studies JOIN series USING (study_key) JOIN instances USING (series_id)
WHERE studies.conflict_count > 0 AND series.conflict_count > 0 {more}
    AND sop_uid IN (SELECT sop_uid FROM instances AS other
        WHERE other.series_id = series.series_id AND other.conflict = 1)
ORDER BY studies.list_key DESC, series.number, series.series_id, sop_uid,
    instances.received_at, length(path), path
"""


class Choice(Enum):
    """What a person can decide about the versions of an image."""

    FIRST = "first"
    """Keep what is shown now; the later version goes to the trash."""
    NEWER = "newer"
    """Show the later version; the earlier goes to the trash."""
    BOTH = "both"
    """Show both as images of their own."""


@dataclass(frozen=True, slots=True)
class Version:
    """One of the contents that came under the same identity."""

    path: Path
    sha256: str
    size: int
    received_at: str
    source: str
    shown: bool
    """Whether the exam shows it now."""
    has_pixels: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """An image with versions that wait for a decision; versions in the order they came."""

    study_uid: StudyUID
    series_uid: SeriesUID
    sop_uid: InstanceUID
    versions: tuple[Version, ...]
    animal_name: str
    owner_name: str
    species: str
    study_date: str
    study_time: str
    study_description: str
    series_description: str
    modality: str
    number: int | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What `resolve` did, for `undo`."""

    choice: Choice
    images: int
    trash_ids: tuple[str, ...] = ()
    own: tuple[Key, ...] = ()
    """Versions that became images of their own."""


class Conflicts:
    """The conflicts of one library: `library.conflicts`."""

    def __init__(self, database: Database, objects: Objects, trash: Trash) -> None:
        self._database = database
        self._objects = objects
        self._trash = trash

    def count(self) -> tuple[int, int]:
        """How many versions wait for a decision, and in how many exams."""
        rows = self._database.rows(
            "SELECT coalesce(sum(conflict_count), 0), count(*) FROM studies WHERE conflict_count > 0"
        )
        return int(rows[0][0]), int(rows[0][1])

    def list(self, study_uid: str | None = None) -> list[Conflict]:
        """All that wait, those of the newest exam first; or one exam's."""
        more, values = ("AND study_uid = ?", (study_uid,)) if study_uid is not None else ("", ())
        rows = self._database.rows(_VERSIONS.format(more=more), values)
        return list(self._grouped(rows))

    def resolve(
        self,
        conflicts: Sequence[Conflict],
        choice: Choice,
        *,
        who: str = "",
        why: str = "",
        report: Report = ignore,
        cancel: CancelToken | None = None,
    ) -> Decision:
        """Decide the same for all of `conflicts`; those that changed since they were listed go on waiting.

        Exam by exam; stopped in the middle it answers what was decided until then. Raises `TrashBusy`.
        """
        trash_ids: builtins.list[str] = []
        own: builtins.list[Key] = []
        done = 0
        by_study: dict[StudyUID, builtins.list[Conflict]] = {}
        for one in conflicts:
            by_study.setdefault(one.study_uid, []).append(one)
        for study_uid, listed in by_study.items():
            if cancel is not None and cancel.cancelled:
                break
            waiting = set(self.list(study_uid))
            group = [one for one in listed if one in waiting]  # not what somebody else has decided meanwhile
            if choice is Choice.BOTH:
                own += self._accept(study_uid, group, who)
            elif group:
                going = {v.sha256 for one in group for v in one.versions if _goes(v, one, choice)}
                trash_ids.append(self._trash.put_images(study_uid, going, who=who, why=why).id)
            done += len(group)
            report(Progress(done, len(conflicts), "Deciding"))
        LOG.info("Decided by %s on %d images with two versions: %s", private(who), done, choice.value)
        return Decision(choice, done, tuple(trash_ids), tuple(own))

    def undo(self, decision: Decision) -> None:
        """Take a decision back: the versions wait again. Raises `NotFound` once the trash was emptied."""
        if decision.trash_ids:
            self._trash.restore(decision.trash_ids)
        if decision.own:
            with self._trash.alone(), self._database.atomic():
                self._database.write_many(
                    "DELETE FROM decisions "
                    "WHERE study_uid = ? AND series_uid = ? AND sop_uid = ? AND sha256 = ?",
                    decision.own,
                )
                for study_uid in sorted({key[0] for key in decision.own}):
                    self._renew(StudyUID(study_uid))

    def is_own(self, study_uid: str, sha256: str) -> bool:
        """Whether a person declared this content an image of its own, beside another of its identity."""
        sql = "SELECT 1 FROM decisions WHERE study_uid = ? AND sha256 = ? AND choice = ?"
        return self._database.value(sql, (study_uid, sha256, OWN)) is not None

    def _accept(self, study_uid: StudyUID, group: Sequence[Conflict], who: str) -> Sequence[Key]:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        own = [
            (study_uid, one.series_uid, one.sop_uid, version.sha256)
            for one in group
            for version in one.versions
            if not version.shown
        ]
        with self._trash.alone(), self._database.atomic():
            self._database.write_many(
                "INSERT OR REPLACE INTO decisions (study_uid, series_uid, sop_uid, sha256, choice, who, at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(*key, OWN, who, now) for key in own],
            )
            self._renew(study_uid)
        return own

    def _renew(self, study_uid: StudyUID) -> None:
        left = remaining.placed_objects(self._database, self._objects, study_uid)
        Index(self._database).replace(study_uid, left)

    def _grouped(self, rows: Sequence[Row]) -> Iterator[Conflict]:
        for (study_uid, series_uid, sop_uid), group in groupby(
            rows, key=lambda row: (row["study_uid"], row["series_uid"], row["sop_uid"])
        ):
            versions = list(group)
            first = versions[0]
            yield Conflict(
                StudyUID(study_uid),
                SeriesUID(series_uid),
                InstanceUID(sop_uid),
                tuple(self._version(row) for row in versions),
                animal_name=first["animal_name"],
                owner_name=first["owner_name"],
                species=first["species"],
                study_date=first["study_date"],
                study_time=first["study_time"],
                study_description=first["study_description"],
                series_description=first["series_description"],
                modality=first["modality"],
                number=first["number"],
            )

    def _version(self, row: Row) -> Version:
        return Version(
            self._objects.path(row["path"]),
            row["sha256"],
            row["size"],
            row["received_at"],
            row["source"],
            not row["conflict"],
            bool(row["has_pixels"]),
        )


def _goes(version: Version, conflict: Conflict, choice: Choice) -> bool:
    """Whether a version leaves: all but what was shown, or all but the last that came."""
    if choice is Choice.FIRST:
        return not version.shown
    return version is not conflict.versions[-1]
