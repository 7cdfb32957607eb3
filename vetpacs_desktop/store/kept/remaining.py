"""What an exam consists of at this moment, read from its files in the order they came, so that its rows can
be made anew when some of it leaves.

It only reads. A file that can't be read any more keeps the words the index has for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Set
from dataclasses import replace
from typing import TypeAlias

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.store.database import Database, Row
from vetpacs_desktop.store.header import read_header
from vetpacs_desktop.store.index import ObjectKey, key_of
from vetpacs_desktop.store.merging import (
    INSTANCE_COLUMNS,
    PATIENT_COLUMNS,
    SERIES_COLUMNS,
    STUDY_COLUMNS,
    Placed,
)
from vetpacs_desktop.store.objects import Objects
from vetpacs_desktop.store.records import (
    Header,
    Instance,
    InstanceUID,
    Patient,
    Series,
    SeriesUID,
    Study,
    StudyUID,
)

Accepted: TypeAlias = Set[tuple[ObjectKey, str]]
"""Versions (by their digest) that a person declared to be images of their own."""
_LISTS = ("other_ids", "also_known")


def rows_of(database: Database, study_uid: str) -> list[Row]:
    """Every object of an exam with its series' UID, the first that came in front."""
    return database.rows(
        """
        SELECT instances.*, series_uid FROM studies JOIN series USING (study_key)
        JOIN instances USING (series_id) WHERE study_uid = ?
        ORDER BY instances.received_at, length(path), path
        """,
        (study_uid,),
    )


def placed_objects(
    database: Database, objects: Objects, study_uid: str, but: Collection[str] = ()
) -> list[Placed]:
    """An exam's objects in the order they came, without those at the paths `but`; versions marked anew."""
    rows = [row for row in rows_of(database, study_uid) if row["path"] not in but]
    found = (_placed(database, objects, study_uid, row) for row in rows)
    return list(in_order(found, accepted(database, study_uid)))


def in_order(placed: Iterable[Placed], own: Accepted) -> Iterator[Placed]:
    """Objects in the order of their arrival; a later one of the same identity is a conflict, unless a person
    decided that it is an image of its own."""
    keys: set[ObjectKey] = set()
    for one in sorted(placed, key=lambda one: (one.received_at, len(one.path), one.path)):
        key = key_of(one.header)
        yield replace(one, conflict=key in keys and (key, one.sha256) not in own)
        keys.add(key)


def accepted(database: Database, study_uid: str | None = None) -> Accepted:
    """The decisions of one exam, or of all."""
    where, values = ("WHERE study_uid = ?", (study_uid,)) if study_uid is not None else ("", ())
    rows = database.rows(f"SELECT study_uid, series_uid, sop_uid, sha256 FROM decisions {where}", values)
    return {((row[0], row[1], row[2]), row[3]) for row in rows}


def _placed(database: Database, objects: Objects, study_uid: str, row: Row) -> Placed:
    try:
        header = read_header(objects.path(row["path"]))
    except (KnownError, OSError):
        header = _remembered(database, study_uid, row)
    return Placed(
        header,
        row["path"],
        row["size"],
        row["sha256"],
        row["received_at"],
        row["source"],
        bool(row["conflict"]),
    )


def _remembered(database: Database, study_uid: str, row: Row) -> Header:
    """The header of a file that can't be read, from the index."""
    study = database.rows("SELECT * FROM studies WHERE study_uid = ?", (study_uid,))[0]
    series = database.rows("SELECT * FROM series WHERE series_id = ?", (row["series_id"],))[0]
    patient = {name: study[name] for name in PATIENT_COLUMNS}
    patient.update({name: tuple(str(study[name] or "").split("\n")) for name in _LISTS})
    instance = {name: row[name] for name in INSTANCE_COLUMNS if name != "sop_uid"}
    return Header(
        Patient(**patient),
        Study(StudyUID(study_uid), **{name: study[name] for name in STUDY_COLUMNS}),
        Series(SeriesUID(series["series_uid"]), **{name: series[name] for name in SERIES_COLUMNS}),
        Instance(InstanceUID(row["sop_uid"]), **instance, has_pixels=bool(row["has_pixels"])),
    )
