"""The exams of one animal beside each other: which others it has, and which earlier one suits a comparison.

Goes by the animal's identity inside this library and never by a name alone: where nothing but a name tells
the animal, there are no other exams. Reads only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from vetpacs_desktop.errors import NotFound
from vetpacs_desktop.store.database import Database
from vetpacs_desktop.store.folding import fold, words
from vetpacs_desktop.store.listing import study_row
from vetpacs_desktop.store.records import StudyRow

REGIONS: Mapping[str, str] = MappingProxyType(
    {
        "chest": "thorax",
        "thorax": "thorax",
        "thoracic": "thorax",
        "lung": "thorax",
        "lungs": "thorax",
        "heart": "heart",
        "echocardiography": "heart",
        "cardiac": "heart",
        "abdomen": "abdomen",
        "abdominal": "abdomen",
        "bladder": "abdomen",
        "kidney": "abdomen",
        "pelvis": "pelvis",
        "hip": "pelvis",
        "hips": "pelvis",
        "head": "head",
        "skull": "head",
        "brain": "head",
        "teeth": "teeth",
        "dental": "teeth",
        "jaw": "teeth",
        "mandible": "teeth",
        "maxilla": "teeth",
        "neck": "neck",
        "cspine": "neck",
        "spine": "spine",
        "tspine": "spine",
        "lspine": "spine",
        "stifle": "stifle",
        "knee": "stifle",
        "elbow": "elbow",
        "shoulder": "shoulder",
        "carpus": "carpus",
        "tarsus": "tarsus",
        "hock": "tarsus",
        "foot": "foot",
        "hoof": "foot",
        "fetlock": "fetlock",
    }
)
"""Words for regions in headers and descriptions (PS3.16 annex L and everyday ones), by their meaning here."""
_DOCUMENTS = frozenset(("PR", "KO", "SR", "DOC"))
"""Modalities that say nothing of how the images were made."""
_RADIOGRAPHS = frozenset(("CR", "DX", "DR", "RG"))
"""One kind of picture, whatever took it: a clinic with a new panel still compares with its old plates."""


@dataclass(frozen=True, slots=True)
class AnimalExam:
    """One exam of an animal, with the regions that its series and its description name."""

    study: StudyRow
    regions: frozenset[str] = frozenset()

    @property
    def kinds(self) -> frozenset[str]:
        """How the images were made; all radiographs are of one kind."""
        found = (one for one in self.study.modalities if one not in _DOCUMENTS)
        return frozenset("radiograph" if one in _RADIOGRAPHS else one for one in found)

    @property
    def moment(self) -> tuple[str, str]:
        """Day and time as far as they are known; without a day it has no place in the order."""
        return self.study.study_date, self.study.study_time


class AnimalExams:
    """Of one library: `library.exams_of_animal`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def one(self, study_uid: str) -> AnimalExam:
        """An exam with its regions. Raises `NotFound`."""
        found = self._exams("study_uid = ?", study_uid)
        if not found:
            raise NotFound(uid=study_uid)
        return found[0]

    def others(self, study_uid: str) -> list[AnimalExam]:
        """The other exams of the same animal, the newest first, those without a date last.

        None where only a name says which animal it is. Raises `NotFound`.
        """
        with self._database.snapshot():
            study = self.one(study_uid).study
            if not told_apart(study):
                return []
            found = self._exams("animal_id = ?", study.animal_id)
        return [one for one in found if one.study.study_uid != study_uid and told_apart(one.study)]

    def _exams(self, where: str, value: str) -> list[AnimalExam]:
        rows = self._database.rows(
            f"""
            SELECT studies.*, (
                SELECT json_group_array(body_part || ' ' || description) FROM series
                WHERE series.study_key = studies.study_key
            ) AS said
            FROM studies WHERE {where}
            ORDER BY study_date DESC, study_time DESC, list_key DESC
            """,
            (value,),
        )
        return [
            AnimalExam(study_row(row), regions([row["description"], *json.loads(row["said"])]))
            for row in rows
        ]


def told_apart(study: StudyRow) -> bool:
    """Whether more than a name, or than a number, tells which animal it is.

    A number alone is often the owner's telephone, which all pets of that owner share (PMC5788831).
    """
    named = bool(study.animal_name) and bool(study.owner_name or study.patient_id)
    return study.corrected or bool(study.microchip) or named


def regions(texts: Sequence[str]) -> frozenset[str]:
    """The regions that words in headers name."""
    said = (REGIONS.get(word) for text in texts for word in words(fold(text)))
    return frozenset(region for region in said if region is not None)


def before(current: AnimalExam, others: Sequence[AnimalExam]) -> AnimalExam | None:
    """The exam to compare with: the latest before the current one, of the same kind and region.

    Where there is none: the latest of the same region made in another way, then of the same kind where one of
    the two names no region. None where nothing suits.
    """
    best: tuple[tuple[int, tuple[str, str]], AnimalExam] | None = None
    for one in others:
        rank = suits(current, one)
        if not rank or not one.study.study_date or one.moment >= current.moment:
            continue
        if best is None or (rank, one.moment) > best[0]:
            best = (rank, one.moment), one
    return best[1] if best is not None else None


def suits(current: AnimalExam, other: AnimalExam) -> int:
    """How well an exam can be compared with another: 3 the same kind and region, 0 not at all."""
    kind = bool(current.kinds & other.kinds)
    if current.regions & other.regions:
        return 3 if kind else 2
    return int(kind and not (current.regions and other.regions))
