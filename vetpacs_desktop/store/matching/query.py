"""Answers a question from the index: the exams, series and images that another archive asks for.

It reads only, page by page, so that the first answers leave before the last are found and a long list takes
no memory. A question over many exams starts where the fewest can be: at identifiers, days or words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vetpacs_desktop.store.database import Database, Row, Value
from vetpacs_desktop.store.listing import instance_row
from vetpacs_desktop.store.matching import conditions
from vetpacs_desktop.store.matching.conditions import Conditions, Part
from vetpacs_desktop.store.matching.question import Level, Question
from vetpacs_desktop.store.objects import Objects
from vetpacs_desktop.store.records import InstanceRow

FIRST_PAGE, PAGE = 32, 512
_PATIENT = "patient_id, issuer, animal_sort, CASE WHEN patient_id = '' THEN animal_id ELSE '' END"
FEW = 2_000
"""Up to so many exams of the days asked for are looked through one by one."""


@dataclass(frozen=True, slots=True)
class Found:
    """One match, with the rows above it."""

    study: Row
    series: Row | None = None
    image: Row | None = None


class Queries:
    """The questions of other archives to one library. Safe from any thread."""

    def __init__(self, database: Database, objects: Objects) -> None:
        self.database = database
        self.objects = objects

    def find(self, question: Question) -> tuple[Iterator[Found], list[int]]:
        """The matches, the newest exams first, and the attributes that could not be looked at.

        Raises `BadQuestion`.
        """
        asked = conditions.of(question)
        return self._find(question.level, asked), asked.ignored

    def images(self, question: Question) -> list[InstanceRow]:
        """Every image behind the unique keys of a C-MOVE or C-GET, exam by exam. Raises `BadQuestion`."""
        asked = conditions.of(question)
        found: list[InstanceRow] = []
        for one in self._find(Level.IMAGE, asked):
            assert one.image is not None
            found.append(instance_row(one.image, self.objects.root))
        return found

    def related(self, study: Row) -> tuple[int, int, int]:
        """How many exams, series and images there are of the patient of an exam."""
        where, values = "animal_id = ?", (study["animal_id"],)
        if study["patient_id"]:
            where = "patient_id = ? COLLATE NOCASE AND patient_id = ? AND issuer = ? AND animal_sort = ?"
            values = (study["patient_id"], *patient_of(study))
        row = self.database.rows(
            "SELECT count(*), coalesce(sum(series_count), 0), coalesce(sum(instance_count), 0) "
            f"FROM studies WHERE {where}",
            values,
        )[0]
        return int(row[0]), int(row[1]), int(row[2])

    def kinds(self, study_key: int) -> list[str]:
        """The SOP classes in an exam."""
        sql = (
            "SELECT DISTINCT sop_class_uid FROM series JOIN instances USING (series_id) "
            "WHERE study_key = ? ORDER BY 1"
        )
        return [row[0] for row in self.database.rows(sql, (study_key,))]

    def first_image(self, found: Found) -> InstanceRow | None:
        """An image that speaks for a match: itself, or the first one below it."""
        where, value = "series.study_key = ?", found.study["study_key"]
        if found.image is not None:
            where, value = "instance_id = ?", found.image["instance_id"]
        elif found.series is not None:
            where, value = "series_id = ?", found.series["series_id"]
        rows = self.database.rows(
            "SELECT instances.*, series_uid, study_uid FROM instances JOIN series USING (series_id) "
            f"JOIN studies USING (study_key) WHERE {where} AND conflict = 0 ORDER BY instance_id LIMIT 1",
            (value,),
        )
        return instance_row(rows[0], self.objects.root) if rows else None

    # -- exams ---------------------------------------------------------------------------------------------

    def _find(self, level: Level, asked: Conditions) -> Iterator[Found]:
        studies = self._studies(asked, patients=level is Level.PATIENT)
        if level is Level.PATIENT:
            yield from _one_for_each_patient(studies)
        elif level is Level.STUDY:
            yield from (Found(row) for page in studies for row in page)
        elif level is Level.SERIES:
            yield from (found for page in studies for found in self._series(page, asked))
        else:
            yield from (found for page in studies for found in self._images(page, asked))

    def _studies(self, asked: Conditions, *, patients: bool) -> Iterator[list[Row]]:
        """The exams that match, a page at a time, the newest first."""
        keys = self._keys(asked, patients=patients)
        start, size = 0, FIRST_PAGE
        while start < len(keys):
            page = self._rows(keys[start : start + size])
            yield [row for row in page if all(test(row) for test in asked.study_tests)]
            start, size = start + size, PAGE

    def _rows(self, keys: Sequence[int]) -> list[Row]:
        rows = self.database.rows(
            "SELECT * FROM studies WHERE list_key IN (SELECT value FROM json_each(?))",
            (json.dumps(list(keys)),),
        )
        by_key = {row["list_key"]: row for row in rows}
        return [by_key[key] for key in keys if key in by_key]

    def _keys(self, asked: Conditions, *, patients: bool) -> list[int]:
        """The list keys of every exam that can match."""
        parts = [*self._start(asked), *asked.study]
        values: list[Value] = []
        for part in parts:
            values += part.values
        where = f" WHERE {' AND '.join(part.sql for part in parts)}" if parts else ""
        if patients and not asked.study_tests:
            sql = f"SELECT max(list_key) FROM studies{where} GROUP BY {_PATIENT} ORDER BY 1 DESC"
        else:
            sql = f"SELECT list_key FROM studies{where} ORDER BY list_key DESC"
        return [row[0] for row in self.database.rows(sql, values)]

    def _start(self, asked: Conditions) -> list[Part]:
        """Where to begin, as conditions that use an index, and the others in a form that uses none."""
        if asked.uids:
            first = [Part("study_uid IN (SELECT value FROM json_each(?))", (json.dumps(asked.uids),))]
            return first + _plain(asked.exact) + _of_days(asked, plain=True)
        if below := _below(asked):
            return below + _plain(asked.exact) + _of_days(asked, plain=True)
        if asked.exact:
            return asked.exact[:1] + _plain(asked.exact[1:]) + _of_days(asked, plain=True)
        if asked.days is not None and (not asked.words or self._few(asked)):
            return _of_days(asked, plain=False)
        if asked.words:
            words = Part(
                "list_key IN (SELECT rowid FROM study_words WHERE study_words MATCH ?)",
                (" AND ".join(asked.words),),
            )
            return [words, *_of_days(asked, plain=True)]
        return []

    def _few(self, asked: Conditions) -> bool:
        days = _of_days(asked, plain=False)
        inner = f"SELECT 1 FROM studies WHERE {' AND '.join(part.sql for part in days)} LIMIT ?"
        sql = f"SELECT count(*) FROM ({inner})"
        values = [value for part in days for value in part.values]
        return int(self.database.value(sql, (*values, FEW + 1))) <= FEW

    # -- below ---------------------------------------------------------------------------------------------

    def _series(self, page: Sequence[Row], asked: Conditions) -> Iterator[Found]:
        by_key = {row["study_key"]: row for row in page}
        sql = (
            f"SELECT * FROM series WHERE {_in('study_key')}{_and(asked.series)}{_with_image(asked)} "
            "ORDER BY number IS NULL, number, series_id"
        )
        values = (json.dumps(list(by_key)), *_values(asked.series), *_values(asked.image))
        series: dict[int, list[Row]] = {}
        for row in self.database.rows(sql, values):
            if all(test(row) for test in asked.series_tests):
                series.setdefault(row["study_key"], []).append(row)
        for key, study in by_key.items():
            yield from (Found(study, row) for row in series.get(key, ()))

    def _images(self, page: Sequence[Row], asked: Conditions) -> Iterator[Found]:
        for found in self._series(page, asked):
            assert found.series is not None
            sql = (
                "SELECT instances.*, series_uid, study_uid FROM instances JOIN series USING (series_id) "
                f"JOIN studies USING (study_key) WHERE series_id = ? AND conflict = 0{_and(asked.image)} "
                "ORDER BY instances.number IS NULL, instances.number, instance_id"
            )
            for row in self.database.rows(sql, (found.series["series_id"], *_values(asked.image))):
                yield Found(found.study, found.series, row)


def _one_for_each_patient(pages: Iterator[list[Row]]) -> Iterator[Found]:
    seen: set[tuple[str, ...]] = set()
    for page in pages:
        for row in page:
            if (patient := patient_of(row)) not in seen:
                seen.add(patient)
                yield Found(row)


def patient_of(study: Row) -> tuple[str, ...]:
    """Whose exam it is, as the patient root model tells patients apart: by identifier, and by the animal's
    name, because devices put the owner's telephone number into the identifier."""
    if not study["patient_id"]:
        return (study["animal_id"],)
    return (study["patient_id"], study["issuer"], study["animal_sort"])


def _of_days(asked: Conditions, *, plain: bool) -> list[Part]:
    if asked.days is None:
        return []
    column = "+study_date" if plain else "study_date"
    first, last = asked.days.first or "0", asked.days.last or "9999-99-99"
    return [Part(f"{column} BETWEEN ? AND ?", (first, last))]


def _plain(parts: Sequence[Part]) -> list[Part]:
    """The same conditions without their index: another one is the better place to begin."""
    return [Part(f"+{part.sql}", part.values) for part in parts]


def _below(asked: Conditions) -> list[Part]:
    """Where UIDs of series or images are asked for without their exam's."""
    for parts, column, sql in (
        (asked.image, "sop_uid", "SELECT study_key FROM series JOIN instances USING (series_id) WHERE {}"),
        (asked.series, "series_uid", "SELECT study_key FROM series WHERE {}"),
    ):
        for part in parts:
            if part.sql.startswith(f"{column} IN"):
                return [Part(f"study_key IN ({sql.format(part.sql)})", part.values)]
    return []


def _with_image(asked: Conditions) -> str:
    if not asked.image:
        return ""
    inner = "SELECT 1 FROM instances WHERE instances.series_id = series.series_id AND conflict = 0"
    return f" AND EXISTS ({inner}{_and(asked.image)})"


def _in(column: str) -> str:
    return f"{column} IN (SELECT value FROM json_each(?))"


def _and(parts: Sequence[Part]) -> str:
    return "".join(f" AND {part.sql}" for part in parts)


def _values(parts: Sequence[Part]) -> list[Value]:
    return [value for part in parts for value in part.values]
