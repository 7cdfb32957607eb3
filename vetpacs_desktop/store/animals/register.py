"""The animals of the clinic: found by name, owner, chip or number, made by a person, given exams.

An animal exists because an exam says so or because a person wrote it down. This module rewrites no image; an
exam that is moved is corrected (`corrections.py`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from vetpacs_desktop.errors import KnownError, UsageError
from vetpacs_desktop.store import correcting
from vetpacs_desktop.store.animals.corrections import Correction, Corrections, Words, check
from vetpacs_desktop.store.correcting import WORDS
from vetpacs_desktop.store.database import Database
from vetpacs_desktop.store.folding import fold, words
from vetpacs_desktop.store.identity import animal_id
from vetpacs_desktop.store.journal import Entry, Journal
from vetpacs_desktop.store.records import AnimalID, StudyUID
from vetpacs_desktop.store.search import parse

_COLUMNS = "animal owner species breed chip patient_id other_ids also_known"
"""What tells animals apart; the words of exams are no words of animals."""
_LOOKED_THROUGH = 50
"""So many exams for each animal wanted are looked at when nothing is typed."""


class NoSuchAnimal(KnownError):
    """There is no animal with the identifier {animal_id} in this library; look for it by name or owner."""


@dataclass(frozen=True, slots=True)
class AnimalRow:
    """One animal, as its newest exam or its card describes it."""

    animal_id: AnimalID
    animal_name: str
    owner_name: str
    species: str
    breed: str
    sex: str
    neutered: str
    birth_date: str
    patient_id: str
    microchip: str
    issuer: str = ""
    exam_count: int = 0
    last_exam: str = ""
    """ISO day of the newest exam, empty when there is none or it has no date."""

    @property
    def words(self) -> Words:
        """All that is known of it, for a correction."""
        return Words(**{name: getattr(self, name) for name in WORDS})


class Animals:
    """The animals of one library: `library.animals`."""

    def __init__(self, database: Database, journal: Journal, corrections: Corrections) -> None:
        self._database = database
        self._journal = journal
        self._corrections = corrections

    def find(self, text: str, limit: int = 20) -> list[AnimalRow]:
        """Animals whose words `text` finds (see `search`): those still without exams first, then by newest
        exam; without text the newest ones."""
        with self._database.snapshot():
            fresh = [row for row in self._written_down() if _answers(row, text)][:limit]
            return fresh + self._rows(self._examined(text, limit - len(fresh)))

    def get(self, animal: str) -> AnimalRow:
        """One animal. Raises `NoSuchAnimal`."""
        with self._database.snapshot():
            found = self._rows([animal])
            found += [row for row in self._written_down() if row.animal_id == animal]
        if not found:
            raise NoSuchAnimal(animal_id=animal)
        return found[0]

    def create(self, said: Words, by: str = "") -> AnimalRow:
        """Write a new animal down; the same words always make the same one. Raises `UsageError` when nothing
        says which animal it is."""
        check(said)
        stated = said.stated()
        if not any(stated.get(name) for name in ("animal_name", "patient_id", "microchip")):
            raise UsageError(reason="an animal needs at least a name, a number or a chip")
        identity = _identity(stated)
        try:
            return self.get(identity)
        except NoSuchAnimal:
            pass
        at = datetime.now(UTC).isoformat(timespec="microseconds")
        entry: Entry = {"event": correcting.ANIMAL, "id": identity, "words": stated, "by": by, "at": at}
        with self._journal.entering(entry), self._database.atomic():
            correcting.insert(self._database, entry)
        return self.get(identity)

    def move(self, study_uid: str, animal: str, by: str = "") -> Correction:
        """Give an exam to an animal: from now on it carries that animal's words. Raises `NoSuchAnimal`."""
        row = self.get(animal)
        return self._corrections.record(study_uid, row.words, by, animal_id=row.animal_id)

    def _examined(self, text: str, limit: int) -> list[str]:
        """Identifiers of animals with exams, the newest exam first."""
        if limit <= 0:
            return []
        query = parse(text, date.today())  # noqa: DTZ011 - the clinic's own day
        if query.match:
            sql = (
                "SELECT animal_id FROM study_words JOIN studies ON list_key = study_words.rowid "
                "WHERE study_words MATCH ? GROUP BY animal_id ORDER BY max(list_key) DESC LIMIT ?"
            )
            values = (f"{{{_COLUMNS}}} : ({query.match})", limit)
            return [row[0] for row in self._database.rows(sql, values)]
        if text.strip():
            return []
        rows = self._database.rows(
            "SELECT animal_id FROM studies ORDER BY list_key DESC LIMIT ?", (limit * _LOOKED_THROUGH,)
        )
        return list(dict.fromkeys(row[0] for row in rows))[:limit]

    def _rows(self, identities: Sequence[str]) -> list[AnimalRow]:
        wanted = (json.dumps(list(identities)),)
        counts = {
            row["animal_id"]: (row["exams"], row["last"])
            for row in self._database.rows(
                "SELECT animal_id, count(*) AS exams, max(study_date) AS last FROM studies "
                "WHERE animal_id IN (SELECT value FROM json_each(?)) GROUP BY animal_id",
                wanted,
            )
        }
        found = {
            row["animal_id"]: _row(row["animal_id"], dict(row), *counts.get(row["animal_id"], (0, "")))
            for row in self._database.rows(
                "SELECT * FROM animals WHERE animal_id IN (SELECT value FROM json_each(?))", wanted
            )
        }
        return [found[one] for one in identities if one in found]

    def _written_down(self) -> list[AnimalRow]:
        """Animals that a person made and that have no exam yet, the newest first."""
        rows = self._database.rows(
            "SELECT animal_id, words FROM clinic_animals "
            "WHERE animal_id NOT IN (SELECT animal_id FROM animals) ORDER BY at DESC"
        )
        return [_row(row["animal_id"], correcting.words_in(row["words"])) for row in rows]


def _identity(stated: Mapping[str, str]) -> AnimalID:
    names = ("issuer", "patient_id", "animal_name", "owner_name", "microchip")
    return animal_id(study_uid=StudyUID(""), **{name: stated.get(name, "") for name in names})


def _row(identity: str, said: Mapping[str, str], exams: int = 0, last: str = "") -> AnimalRow:
    return AnimalRow(
        AnimalID(identity), **{name: said.get(name, "") for name in WORDS}, exam_count=exams, last_exam=last
    )


def _answers(row: AnimalRow, text: str) -> bool:
    """Whether every word of `text` begins a word of the animal; there are few such animals."""
    own = words(fold(" ".join(getattr(row, name) for name in WORDS)))
    return all(any(one.startswith(word) for one in own) for word in words(fold(text)))
