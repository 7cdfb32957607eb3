"""The tables behind corrections: acts of people go in, the words that hold for an exam come out.

Runs inside the caller's transaction. Acts are put in by their own identifier, so that the same act may come
from an old index and from the journal.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from vetpacs_desktop.store.database import Database, salvage
from vetpacs_desktop.store.journal import Entry

WORDS = (
    "animal_name",
    "owner_name",
    "species",
    "breed",
    "sex",
    "neutered",
    "birth_date",
    "patient_id",
    "microchip",
    "issuer",
)
"""The columns that a person can correct."""
CORRECT, UNDO, ANIMAL = "correct", "undo", "animal"
State: TypeAlias = dict[str, tuple[str, str]]
"""Identifier of an act -> its exam and when it was undone."""
_CORRECTIONS = (
    "SELECT correction_id, study_uid, words, animal_id, author, at, undone_at, undone_by "
    "FROM corrections ORDER BY number"
)
_ANIMALS = "SELECT animal_id, words, author, at FROM clinic_animals"


@dataclass(frozen=True, slots=True)
class Holding:
    """What holds for one exam: corrected words by column, and the animal it was moved to."""

    words: Mapping[str, str] = field(default_factory=dict)
    animal_id: str = ""


def insert(database: Database, entry: Entry) -> None:
    """Put one act in; one that is known already changes nothing. Acts of a newer program are passed by."""
    if entry["event"] == CORRECT:
        database.write(
            "INSERT OR IGNORE INTO corrections (correction_id, study_uid, words, animal_id, author, at) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (
                _text(entry, "id"),
                _text(entry, "study_uid"),
                json.dumps(entry["words"]),
                _text(entry, "animal_id"),
                _text(entry, "by"),
                _text(entry, "at"),
            ),
        )
    elif entry["event"] == UNDO:
        database.write(
            "UPDATE corrections SET undone_at = ?, undone_by = ? WHERE correction_id = ? AND undone_at = ''",
            (_text(entry, "at"), _text(entry, "by"), _text(entry, "id")),
        )
    elif entry["event"] == ANIMAL:
        database.write(
            "INSERT OR IGNORE INTO clinic_animals (animal_id, words, author, at) VALUES (?, ?, ?, ?)",
            (_text(entry, "id"), json.dumps(entry["words"]), _text(entry, "by"), _text(entry, "at")),
        )


def insert_all(database: Database, entries: Iterable[Entry]) -> None:
    """Put many acts in, those that make sense, in the order they were done; one transaction."""
    sound = [entry for entry in entries if _is_sound(entry)]
    with database.atomic():
        # A correction must be there before it can be undone, and the last one of an exam holds.
        for entry in sorted(sound, key=lambda one: (one["event"] == UNDO, _text(one, "at"))):
            insert(database, entry)


def lacking(database: Database, entries: Iterable[Entry]) -> list[Entry]:
    """Those acts that make sense and that the index doesn't hold, in the order they were done."""
    acts = state(database)
    animals = {row["animal_id"] for row in database.rows("SELECT animal_id FROM clinic_animals")}
    found: list[Entry] = []
    for entry in entries:
        number = _text(entry, "id")
        known = {
            CORRECT: number in acts,
            UNDO: bool(acts.get(number, ("", ""))[1]),
            ANIMAL: number in animals,
        }
        if _is_sound(entry) and not known.get(str(entry["event"]), True):
            found.append(entry)
    return sorted(found, key=lambda one: (one["event"] == UNDO, _text(one, "at")))


def order_anew(database: Database, study_uids: Iterable[str]) -> None:
    """Put the corrections of these exams into the order in which people made them: the last one holds.

    Inside the caller's transaction.
    """
    columns = "correction_id, study_uid, words, animal_id, author, at, undone_at, undone_by"
    for uid in study_uids:
        rows = database.rows(f"SELECT {columns} FROM corrections WHERE study_uid = ? ORDER BY at", (uid,))
        database.write("DELETE FROM corrections WHERE study_uid = ?", (uid,))
        database.write_many(
            f"INSERT INTO corrections ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", map(tuple, rows)
        )


def holding(database: Database, study_uids: Sequence[str]) -> dict[str, Holding]:
    """What holds for those of the exams that are corrected."""
    rows = database.rows(
        "SELECT study_uid, words, animal_id FROM corrections "
        "WHERE study_uid IN (SELECT value FROM json_each(?)) AND undone_at = '' ORDER BY number",
        (json.dumps(list(study_uids)),),
    )
    return {row["study_uid"]: Holding(words_in(row["words"]), row["animal_id"]) for row in rows}


def state(database: Database) -> State:
    """Every act's exam and when it was undone, to see what came meanwhile."""
    rows = database.rows("SELECT correction_id, study_uid, undone_at FROM corrections")
    return {row["correction_id"]: (row["study_uid"], row["undone_at"]) for row in rows}


def entries_of(database: Database) -> list[Entry]:
    """All acts that an index holds."""
    return _entries(
        [tuple(row) for row in database.rows(_CORRECTIONS)], [tuple(row) for row in database.rows(_ANIMALS)]
    )


def salvaged(path: Path) -> list[Entry]:
    """All acts that a damaged index still gives."""
    return _entries(salvage(path, _CORRECTIONS), salvage(path, _ANIMALS))


def words_in(text: str) -> dict[str, str]:
    """Words by column from the text that a row keeps; anything else in it is passed by."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: value for name, value in found.items() if name in WORDS and isinstance(value, str)}


def _entries(corrections: Sequence[tuple[object, ...]], animals: Sequence[tuple[object, ...]]) -> list[Entry]:
    found: list[Entry] = []
    for row in corrections:
        if len(row) == 8 and all(isinstance(value, str) for value in row):
            identifier, study_uid, words, animal, author, at, undone_at, undone_by = map(str, row)
            found.append(
                {
                    "event": CORRECT,
                    "id": identifier,
                    "study_uid": study_uid,
                    "words": words_in(words),
                    "animal_id": animal,
                    "by": author,
                    "at": at,
                }
            )
            if undone_at:
                found.append({"event": UNDO, "id": identifier, "by": undone_by, "at": undone_at})
    for row in animals:
        if len(row) == 4 and all(isinstance(value, str) for value in row):
            animal, words, author, at = map(str, row)
            found.append({"event": ANIMAL, "id": animal, "words": words_in(words), "by": author, "at": at})
    return found


def _is_sound(entry: Entry) -> bool:
    """Whether an act from a file has what its kind needs; a line may have been damaged into nonsense."""
    words = entry.get("words")
    if entry["event"] in (CORRECT, ANIMAL) and not (
        isinstance(words, dict) and all(isinstance(value, str) for value in words.values())
    ):
        return False
    return entry["event"] != CORRECT or bool(_text(entry, "study_uid"))


def _text(entry: Entry, name: str) -> str:
    value = entry.get(name, "")
    return value if isinstance(value, str) else ""
