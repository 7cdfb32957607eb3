"""Writes what is stored into the index: one study's row is merged once per batch, however many images came.

It never touches files and decides no duplicate; it is handed objects that are already in place. All of it
runs inside the caller's transaction.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from vetpacs_desktop.store import changes, correcting, numbers
from vetpacs_desktop.store.changes import Changes
from vetpacs_desktop.store.database import Database, Value
from vetpacs_desktop.store.merging import (
    HIDDEN_COLUMNS,
    WORD_COLUMNS,
    Columns,
    Placed,
    StudyRows,
    animal_row,
    merge_instance,
    merge_study,
    moved,
    new_series,
    new_study,
    summarise,
    words_of,
)
from vetpacs_desktop.store.records import Header, StudyUID


@dataclass(frozen=True, slots=True)
class Known:
    """What the index knows of an object with the same identity."""

    path: str
    size: int
    sha256: str
    conflict: bool


ObjectKey: TypeAlias = tuple[str, str, str]
"""Study, series and SOP instance UID: some devices use one of the last in two series."""


def key_of(header: Header) -> ObjectKey:
    return header.study.study_uid, header.series.series_uid, header.instance.sop_uid


class Index:
    """The writing side of the index; `listing.Listing` is the reading side."""

    def __init__(self, database: Database, floor: int = 0) -> None:
        """`floor`: study and series numbers are given above it."""
        self._database = database
        self._floor = floor
        self._changes = Changes(database)

    def known(self, headers: Iterable[Header]) -> dict[ObjectKey, list[Known]]:
        """The filed objects that share an identity with `headers`, the first filed first."""
        uids = json.dumps([header.instance.sop_uid for header in headers])
        found: dict[ObjectKey, list[Known]] = {}
        for row in self._database.rows(
            """
            SELECT studies.study_uid, series.series_uid, sop_uid, path, size, sha256, conflict
            FROM instances JOIN series USING (series_id) JOIN studies USING (study_key)
            WHERE sop_uid IN (SELECT value FROM json_each(?)) ORDER BY instance_id
            """,
            (uids,),
        ):
            known = Known(row["path"], row["size"], row["sha256"], bool(row["conflict"]))
            found.setdefault((row["study_uid"], row["series_uid"], row["sop_uid"]), []).append(known)
        return found

    def add(self, batch: Sequence[Placed]) -> None:
        """Enter objects that are in place, in the order they came; one entry in the feed for each study."""
        if not batch:
            return
        studies = self._load({placed.header.study.study_uid for placed in batch})
        next_study = self._next("studies", "study_key")
        for placed in batch:
            uid = placed.header.study.study_uid
            if uid not in studies:
                studies[uid] = StudyRows(new_study(placed, next_study))
                next_study += 1
        self._merge(batch, studies, {})

    def replace(self, study_uid: StudyUID, batch: Sequence[Placed]) -> None:
        """Make an exam's rows anew from what is left of it, in the order it came; with nothing left it leaves
        the list. It keeps its numbers, and whether somebody opened it."""
        old = self._load({study_uid}).get(study_uid)
        if old is None or old.before is None:
            return
        key = int(old.row["study_key"] or 0)
        numbers.remember(self._database)
        self._database.write(
            "DELETE FROM instances WHERE series_id IN (SELECT series_id FROM series WHERE study_key = ?)",
            (key,),
        )
        if not batch:
            self._remove(old.before)
            return
        left = json.dumps(sorted({placed.header.series.series_uid for placed in batch}))
        self._database.write(
            "DELETE FROM series WHERE study_key = ? AND series_uid NOT IN (SELECT value FROM json_each(?))",
            (key, left),
        )
        fresh = StudyRows(new_study(batch[0], key), old.before, words_before=old.words_before)
        series_ids = {uid: int(row["series_id"] or 0) for uid, row in old.series.items()}
        self._merge(batch, {study_uid: fresh}, series_ids, seen=old.before["seen"])

    def _merge(
        self,
        batch: Sequence[Placed],
        studies: dict[str, StudyRows],
        series_ids: Mapping[str, int],
        seen: Value = 0,
    ) -> None:
        """`series_ids`: numbers that series had before; `seen`: what the exams' own say afterwards."""
        next_series = self._next("series", "series_id")
        instances: list[Columns] = []
        for placed in batch:
            study = studies[placed.header.study.study_uid]
            merge_study(study.row, placed)
            series_uid = placed.header.series.series_uid
            if series_uid not in study.series:
                number = series_ids.get(series_uid, next_series)
                study.series[series_uid] = new_series(placed.header, study.row, number)
                next_series += number == next_series
            study.touched.add(series_uid)
            instances.append(merge_instance(study.series[series_uid], placed))
        for study in studies.values():
            study.row["seen"] = seen
        self._finish(studies, instances)

    def refresh(self, study_uids: Iterable[StudyUID]) -> None:
        """Make the rows of these exams anew, as a person said something of them; unknown ones are left."""
        studies = self._load(set(study_uids))
        if studies:
            self._finish(studies, [])

    def _finish(self, studies: dict[str, StudyRows], instances: list[Columns]) -> None:
        holding = correcting.holding(self._database, list(studies))
        for uid, study in studies.items():
            study.holding = holding.get(uid)
            summarise(study)
        self._write(list(studies.values()), instances)

    def _remove(self, row: Columns) -> None:
        """Take an exam without objects out of the list."""
        key, animal = row["study_key"], row["animal_id"]
        self._database.write("DELETE FROM study_words WHERE rowid = ?", (row["list_key"],))
        self._database.write("DELETE FROM series WHERE study_key = ?", (key,))
        self._database.write("DELETE FROM stated_words WHERE study_uid = ?", (row["study_uid"],))
        self._database.write("DELETE FROM studies WHERE study_key = ?", (key,))
        self._forget([animal])
        self._changes.append([(changes.REMOVED, StudyUID(str(row["study_uid"])))])

    def _next(self, table: str, column: str) -> int:
        newest = int(self._database.value(f"SELECT max({column}) FROM {table}") or 0)
        return max(newest, self._floor, numbers.highest(self._database)) + 1

    def _load(self, uids: set[StudyUID]) -> dict[str, StudyRows]:
        wanted = (json.dumps(sorted(uids)),)
        found: dict[str, StudyRows] = {}
        by_key: dict[Value, StudyRows] = {}
        for row in self._database.rows(
            "SELECT * FROM studies WHERE study_uid IN (SELECT value FROM json_each(?))", wanted
        ):
            study = StudyRows(dict(row), dict(row))
            found[row["study_uid"]] = by_key[row["study_key"]] = study
        if found:
            for row in self._database.rows(
                "SELECT * FROM series WHERE study_key IN (SELECT value FROM json_each(?)) ORDER BY series_id",
                (json.dumps(list(by_key)),),
            ):
                by_key[row["study_key"]].series[row["series_uid"]] = dict(row)
            for study in found.values():
                study.words_before = words_of(study)
            self._unhide(found)
        return found

    def _unhide(self, studies: dict[str, StudyRows]) -> None:
        """Under a correction the device's own words go on being merged."""
        hidden = json.dumps([uid for uid, study in studies.items() if study.row["corrected"]])
        if hidden == "[]":
            return
        for row in self._database.rows(
            "SELECT * FROM stated_words WHERE study_uid IN (SELECT value FROM json_each(?))", (hidden,)
        ):
            studies[row["study_uid"]].row.update({name: row[name] for name in HIDDEN_COLUMNS})

    def _write(self, studies: list[StudyRows], instances: list[Columns]) -> None:
        # No savepoint around this: SQLite would keep a copy of every page that each row touches.
        animals = {str(study.row["animal_id"]): animal_row(study.row) for study in studies}
        series = [row for study in studies for uid, row in study.series.items() if uid in study.touched]
        self._database.upsert("animals", "animal_id", list(animals.values()))
        self._database.upsert("studies", "study_key", [study.row for study in studies])
        self._database.upsert("series", "series_id", series)
        self._database.upsert("instances", "instance_id", instances)
        self._write_words([study for study in studies if study.words != study.words_before or moved(study)])
        self._write_stated(studies)
        self._forget_animals(studies)
        self._changes.append(
            (changes.CHANGED if study.before else changes.ADDED, StudyUID(str(study.row["study_uid"])))
            for study in studies
        )

    def _write_words(self, studies: list[StudyRows]) -> None:
        old = [(study.before["list_key"],) for study in studies if study.before]
        # FTS5 flushes what it has gathered whenever a row id is smaller than the one before.
        studies.sort(key=lambda study: int(study.row["list_key"] or 0))
        self._database.write_many("DELETE FROM study_words WHERE rowid = ?", old)
        marks = ", ".join("?" * (len(WORD_COLUMNS) + 1))
        self._database.write_many(
            f"INSERT INTO study_words (rowid, {', '.join(WORD_COLUMNS)}) VALUES ({marks})",
            [(study.row["list_key"], *study.words) for study in studies],
        )

    def _write_stated(self, studies: list[StudyRows]) -> None:
        """Only exams that are corrected, or were, have something there."""
        shown = [
            (s.row["study_uid"],) for s in studies if s.before and s.before["corrected"] and not s.stated
        ]
        self._database.write_many("DELETE FROM stated_words WHERE study_uid = ?", shown)
        hidden = [{"study_uid": s.row["study_uid"], **s.stated} for s in studies if s.stated]
        self._database.upsert("stated_words", "study_uid", hidden)

    def _forget_animals(self, studies: list[StudyRows]) -> None:
        """An animal whose only exam turned out to be another animal's leaves no empty record."""
        old = {
            study.before["animal_id"]
            for study in studies
            if study.before and study.before["animal_id"] != study.row["animal_id"]
        }
        self._forget(old)

    def _forget(self, animals: Iterable[Value]) -> None:
        self._database.write_many(
            "DELETE FROM animals WHERE animal_id = ? AND NOT EXISTS "
            "(SELECT 1 FROM studies WHERE studies.animal_id = animals.animal_id)",
            [(animal,) for animal in animals],
        )
