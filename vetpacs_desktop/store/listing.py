"""Reads the index: pages of the study list, series, instances. It never writes.

Pages stay quick with 100,000 studies because an order is an index and a search is a walk of the word index in
the order of the list; only the rows of the page itself are read whole.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from vetpacs_desktop.errors import NotFound
from vetpacs_desktop.store.database import Database, Row, Value
from vetpacs_desktop.store.merging import list_key
from vetpacs_desktop.store.objects import Objects
from vetpacs_desktop.store.records import (
    AnimalID,
    Arrived,
    Held,
    InstanceRow,
    InstanceUID,
    SeriesRow,
    SeriesUID,
    StudyRow,
    StudyUID,
)
from vetpacs_desktop.store.search import Days, Query, parse

ORDERS: dict[str, tuple[str, bool]] = {
    "newest": ("list_key", True),
    "oldest": ("list_key", False),
    "date": ("list_key", False),
    "animal": ("animal_sort", False),
    "owner": ("owner_sort", False),
    "modality": ("modalities", False),
    "images": ("instance_count", False),
}
"""Name of an order -> column and whether it falls; " desc" behind a name or "-" before it turns it."""
_SERIES_FACTS = (
    "series_id",
    "modality",
    "number",
    "description",
    "body_part",
    "laterality",
    "view_position",
    "orientation_type",
    "instance_count",
    "frame_count",
)
FEW = 2_000
"""Up to so many hits are sorted one by one; beyond, the order's own index is walked."""


class Listing:
    """The reading side of the index."""

    def __init__(self, database: Database, objects: Objects) -> None:
        self._database = database
        self._objects = objects

    def search(self, text: str, limit: int | None, offset: int, order: str) -> list[StudyRow]:
        """One page of the studies that `text` finds, in `order`. Unknown orders count as newest."""
        found = _Found.of(text)
        if found is None:
            return []
        column, falling = _order(order)
        with self._database.snapshot():
            return self._rows(self._page(found, column, falling, -1 if limit is None else limit, offset))

    def count(self, text: str) -> int:
        """How many studies `text` finds."""
        found = _Found.of(text)
        return self._count(found) if found else 0

    def _count(self, found: _Found) -> int:
        source = "study_words" if found.match else "studies"
        return int(
            self._database.value(f"SELECT count(*) FROM {source}{found.where(source)}", found.values) or 0
        )

    def _page(self, found: _Found, column: str, falling: bool, limit: int, offset: int) -> list[int]:
        """The list keys of one page."""
        way = "DESC" if falling else "ASC"
        by_time = column == "list_key"
        ties = "" if by_time else f", list_key {way}"
        cut = " LIMIT ? OFFSET ?"
        values = (*found.values, limit, max(offset, 0))
        if not found.match:
            sql = f"SELECT list_key FROM studies{found.where('studies')} ORDER BY {column} {way}{ties}{cut}"
        elif by_time:
            sql = f"SELECT rowid FROM study_words{found.where('study_words')} ORDER BY rowid {way}{cut}"
        elif self._count(found) <= FEW:
            sql = (
                "SELECT list_key FROM study_words CROSS JOIN studies ON list_key = study_words.rowid"
                f"{found.where('study_words')} ORDER BY {column} {way}{ties}{cut}"
            )
        else:
            sql = (
                f"SELECT list_key FROM studies INDEXED BY studies_by_{column} WHERE +list_key IN "
                f"(SELECT rowid FROM study_words{found.where('study_words')}) "
                f"ORDER BY {column} {way}{ties}{cut}"
            )
        return [row[0] for row in self._database.rows(sql, values)]

    def _rows(self, keys: Sequence[int]) -> list[StudyRow]:
        rows = self._database.rows(
            "SELECT * FROM studies WHERE list_key IN (SELECT value FROM json_each(?))", (json.dumps(keys),)
        )
        by_key = {row["list_key"]: study_row(row) for row in rows}
        return [by_key[key] for key in keys]

    def study_rows(self, uids: Sequence[str]) -> list[StudyRow]:
        """The rows of these studies, in their order; unknown ones are left out."""
        rows = self._database.rows(
            "SELECT * FROM studies WHERE study_uid IN (SELECT value FROM json_each(?))",
            (json.dumps(list(uids)),),
        )
        by_uid = {row["study_uid"]: study_row(row) for row in rows}
        return [by_uid[uid] for uid in uids if uid in by_uid]

    def study(self, uid: str) -> StudyRow:
        """One study. Raises `NotFound`."""
        found = self.study_rows([uid])
        if not found:
            raise NotFound(uid=uid)
        return found[0]

    def series(self, study_uid: str) -> list[SeriesRow]:
        """The series of a study by number, then as they came. Raises `NotFound`."""
        rows = self._database.rows(
            """
            SELECT series.*, study_uid FROM series JOIN studies USING (study_key) WHERE study_uid = ?
            ORDER BY number IS NULL, number, series_id
            """,
            (study_uid,),
        )
        if not rows:
            raise NotFound(uid=study_uid)
        return [series_row(row) for row in rows]

    def study_of_series(self, series_uid: str) -> str:
        """The exam that a series belongs to; empty for an unknown one and for one that two exams claim."""
        rows = self._database.rows(
            "SELECT DISTINCT study_uid FROM series JOIN studies USING (study_key) WHERE series_uid = ?",
            (series_uid,),
        )
        return str(rows[0]["study_uid"]) if len(rows) == 1 else ""

    def instances(self, where: str, values: Sequence[Value]) -> list[InstanceRow]:
        """Instances by `where`: series by series, by number, conflicts behind what they differ from."""
        rows = self._database.rows(
            f"""
            SELECT instances.*, series_uid, study_uid
            FROM studies JOIN series USING (study_key) JOIN instances USING (series_id) WHERE {where}
            ORDER BY series.number IS NULL, series.number, series.series_id,
                instances.number IS NULL, instances.number, sop_uid, conflict, instance_id
            """,
            values,
        )
        return [instance_row(row, self._objects.root) for row in rows]

    def locate(self, uid: str) -> list[InstanceRow]:
        """The instances behind a study, series or instance UID. Raises `NotFound`."""
        for where in ("study_uid = ?", "series_uid = ?", "sop_uid = ?"):
            found = self.instances(where, (uid,))
            if found:
                return found
        raise NotFound(uid=uid)

    def held(self, sop_uids: Sequence[str]) -> list[Held]:
        """The filed objects of these instance UIDs."""
        rows = self._database.rows(
            """
            SELECT study_uid, sop_uid, sha256, path, size, instances.received_at
            FROM instances JOIN series USING (series_id) JOIN studies USING (study_key)
            WHERE sop_uid IN (SELECT value FROM json_each(?))
            """,
            (json.dumps(list(sop_uids)),),
        )
        return [Held(row[0], row[1], row[2], self._objects.root / row[3], row[4], row[5]) for row in rows]

    def made_from(self, digests: Sequence[str]) -> dict[str, StudyUID]:
        """Those of the foreign files, by their SHA-256, that were taken before, and the exam they are in."""
        rows = self._database.rows(
            """
            SELECT original, study_uid
            FROM instances JOIN series USING (series_id) JOIN studies USING (study_key)
            WHERE original <> '' AND original IN (SELECT value FROM json_each(?))
            """,
            (json.dumps(list(digests)),),
        )
        return {row[0]: StudyUID(row[1]) for row in rows}

    def last_arrival(self) -> Arrived | None:
        """The newest arrival, None while the library is empty."""
        rows = self._database.rows(
            "SELECT received_at, source, study_uid FROM studies ORDER BY received_at DESC LIMIT 1"
        )
        return Arrived(rows[0][0], rows[0][1], StudyUID(rows[0][2])) if rows else None

    def counts(self) -> tuple[int, int]:
        """How many studies and instances are kept (objects in conflict included)."""
        rows = self._database.rows(
            "SELECT count(*), coalesce(sum(instance_count + conflict_count), 0) FROM studies"
        )
        return int(rows[0][0]), int(rows[0][1])


@dataclass(frozen=True, slots=True)
class _Found:
    """A parsed search with the list keys that its days span; `between` None is all of time."""

    match: str
    between: tuple[int, int] | None
    only_new: bool = False
    animal: str = ""

    @classmethod
    def of(cls, text: str) -> _Found | None:
        """None when the days asked for can't be: their end is before their start."""
        query: Query = parse(text, date.today())  # noqa: DTZ011 - the clinic's own day
        days = query.days
        if days.first and days.last and days.first > days.last:
            return None
        return cls(query.match, _between(days), query.only_new, query.animal)

    @property
    def values(self) -> tuple[Value, ...]:
        """The parameters of `where`."""
        animal = (self.animal,) if self.animal else ()
        return ((self.match,) if self.match else ()) + (self.between or ()) + animal

    def where(self, source: str) -> str:
        """The WHERE clause over `source`, ``study_words`` or ``studies``."""
        key = "study_words.rowid" if source == "study_words" else "list_key"
        parts = [f"{source} MATCH ?"] if self.match else []
        parts += [f"{key} BETWEEN ? AND ?"] if self.between else []
        parts += [_row_says(source, "seen = 0")] if self.only_new else []
        parts += [_row_says(source, "animal_id = ?")] if self.animal else []
        return f" WHERE {' AND '.join(parts)}" if parts else ""


def _row_says(source: str, condition: str) -> str:
    """`condition` on the study's own row, from whichever table the search walks."""
    if source == "studies":
        return condition
    return f"EXISTS (SELECT 1 FROM studies AS s WHERE s.list_key = study_words.rowid AND s.{condition})"


def _between(days: Days) -> tuple[int, int] | None:
    """The first and last list key of exams made on `days`."""
    if days == Days():
        return None
    first = _start_of(days.first) if days.first else 0
    last = _start_of(days.last + timedelta(1)) - 1 if days.last and days.last < date.max else 2**62
    return first, last


def _start_of(day: date) -> int:
    # A day before the keys' own beginning counts as that beginning.
    return max(list_key(datetime.combine(day, time()), 0), 0)


def _order(order: str) -> tuple[str, bool]:
    name, _, way = order.strip().lower().replace(":", " ").partition(" ")
    column, falling = ORDERS.get(name.lstrip("-"), ORDERS["newest"])
    if way in ("asc", "desc"):
        return column, way == "desc"
    return column, falling != name.startswith("-")


def study_row(row: Row) -> StudyRow:
    """A line of the study list from the index's row."""
    return StudyRow(
        study_uid=StudyUID(row["study_uid"]),
        animal_id=AnimalID(row["animal_id"]),
        animal_name=row["animal_name"],
        owner_name=row["owner_name"],
        species=row["species"],
        breed=row["breed"],
        patient_id=row["patient_id"],
        study_date=row["study_date"],
        modalities=tuple(row["modalities"].split(",")) if row["modalities"] else (),
        description=row["description"],
        series_count=row["series_count"],
        instance_count=row["instance_count"],
        study_time=row["study_time"],
        sex=row["sex"],
        neutered=row["neutered"],
        birth_date=row["birth_date"],
        age=row["age"],
        weight_kg=row["weight_kg"],
        microchip=row["microchip"],
        accession_number=row["accession_number"],
        institution=row["institution"],
        referring=row["referring"],
        received_at=row["received_at"],
        source=row["source"],
        seen=bool(row["seen"]),
        conflict_count=row["conflict_count"],
        corrected=bool(row["corrected"]),
    )


def series_row(row: Row) -> SeriesRow:
    """A series from the index's row."""
    facts: dict[str, Any] = {name: row[name] for name in _SERIES_FACTS}
    return SeriesRow(study_uid=StudyUID(row["study_uid"]), series_uid=SeriesUID(row["series_uid"]), **facts)


def instance_row(row: Row, root: Path) -> InstanceRow:
    """An instance from the index's row, with its absolute path below `root`."""
    return InstanceRow(
        sop_uid=InstanceUID(row["sop_uid"]),
        series_uid=SeriesUID(row["series_uid"]),
        study_uid=StudyUID(row["study_uid"]),
        sop_class_uid=row["sop_class_uid"],
        transfer_syntax_uid=row["transfer_syntax_uid"],
        number=row["number"],
        rows=row["rows"],
        columns=row["columns"],
        frames=row["frames"],
        has_pixels=bool(row["has_pixels"]),
        path=root / row["path"],
        size=row["size"],
        sha256=row["sha256"],
        conflict=bool(row["conflict"]),
    )
