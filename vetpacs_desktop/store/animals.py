"""The animals of the clinic: found by name, owner, chip or number, made by a person, given exams.

An animal exists because an exam says so or because a person wrote it down. This module rewrites no image; an
exam that is moved is corrected (`corrections.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

from vetpacs_desktop.store.corrections import Correction, Corrections, Words
from vetpacs_desktop.store.database import Database
from vetpacs_desktop.store.journal import Journal
from vetpacs_desktop.store.records import AnimalID


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


class Animals:
    """The animals of one library: `library.animals`."""

    def __init__(self, database: Database, journal: Journal, corrections: Corrections) -> None:
        self._database = database
        self._journal = journal
        self._corrections = corrections

    def find(self, text: str, limit: int = 20) -> list[AnimalRow]:
        """Animals whose words `text` finds, by newest exam; without text the newest ones."""
        raise NotImplementedError

    def get(self, animal_id: str) -> AnimalRow:
        """One animal. Raises `NotFound`."""
        raise NotImplementedError

    def create(self, words: Words, by: str = "") -> AnimalRow:
        """Write a new animal down; the same words always make the same. Raises `UsageError` when nothing
        says which animal it is."""
        raise NotImplementedError

    def move(self, study_uid: str, animal_id: str, by: str = "") -> Correction:
        """Give an exam to an animal. Raises `NotFound`."""
        raise NotImplementedError
