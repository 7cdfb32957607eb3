"""Which animals of the clinic a device's words may mean, the likeliest first, each with the reason.

It proposes, a person decides: never is an exam given to an animal because of a likeness. Pure, apart from the
`find` it is handed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from rapidfuzz import fuzz

from vetpacs_desktop.store.animals.register import AnimalRow
from vetpacs_desktop.store.folding import fold, words
from vetpacs_desktop.store.records import AnimalID, Patient

Find: TypeAlias = Callable[[str, int], list[AnimalRow]]
"""(text as typed in the search line, how many at most) -> animals."""

WORTH_SHOWING = 68.0
SURE = 95.0
CANDIDATES = 200
BEGINNING = 3
"""A misspelt name mostly begins as the right one."""


class Reason(Enum):
    """What is alike, for a person."""

    CHIP = "the same chip"
    ID_AND_NAME = "the same number and name"
    ID = "the same number"
    NAMES = "the same animal and owner"
    ALIKE = "similar names"
    SWAPPED = "animal and owner changed places"


@dataclass(frozen=True, slots=True)
class Likeness:
    """One animal that may be meant."""

    animal: AnimalRow
    reason: Reason
    score: float
    """0 to 100; from `SURE` on there is hardly a doubt."""


def likely(patient: Patient, find: Find, limit: int = 5) -> list[Likeness]:
    """The animals that `patient` may be, the likeliest first; at most `limit`."""
    seen: dict[AnimalID, Likeness] = {}
    for text in _queries(patient):
        for animal in find(text, CANDIDATES):
            if animal.animal_id not in seen:
                seen[animal.animal_id] = likeness(patient, animal)
    found = [one for one in seen.values() if one.score >= WORTH_SHOWING]
    return sorted(found, key=lambda one: (-one.score, one.animal.animal_name))[:limit]


def likeness(patient: Patient, animal: AnimalRow) -> Likeness:
    """How much an animal's words are those of `patient`."""
    same_number = _same(patient.patient_id, animal.patient_id)
    straight = _names(patient.animal_name, patient.owner_name, animal)
    crossed = _names(patient.owner_name, patient.animal_name, animal)
    if _same(patient.microchip, animal.microchip):
        return Likeness(animal, Reason.CHIP, 100.0)
    if same_number and straight >= WORTH_SHOWING:
        return Likeness(animal, Reason.ID_AND_NAME, max(straight, SURE))
    doubt = _doubt(patient, animal)
    if straight >= crossed and straight >= WORTH_SHOWING:
        reason = Reason.NAMES if straight >= SURE else Reason.ALIKE
        return Likeness(animal, reason, straight - doubt)
    if crossed >= 85 and crossed > straight:
        return Likeness(animal, Reason.SWAPPED, crossed - 5 - doubt)
    # A number alone is often the owner's telephone: every pet of that owner has it (PMC5788831).
    return Likeness(animal, Reason.ID, (75.0 if same_number else 0.0) - doubt)


def _names(animal_name: str, owner_name: str, animal: AnimalRow) -> float:
    """0 to 100 for both names together; a name that one side lacks counts little, none at all nothing."""
    parts = [
        (_alike(animal_name, animal.animal_name), 0.55),
        (_alike(owner_name, animal.owner_name), 0.45),
    ]
    if parts[0][0] is None:
        return 0.0
    return sum((70.0 if score is None else score) * weight for score, weight in parts)


def _alike(one: str, other: str) -> float | None:
    first, second = " ".join(words(fold(one))), " ".join(words(fold(other)))
    if not first or not second:
        return None
    return max(fuzz.ratio(first, second), fuzz.token_sort_ratio(first, second))


def _doubt(patient: Patient, animal: AnimalRow) -> float:
    """What speaks against it: another chip, species, sex or birthday is stated."""
    doubt = 0.0
    for one, other, weight in (
        (patient.microchip, animal.microchip, 40.0),
        (patient.birth_date, animal.birth_date, 12.0),
        (patient.species, animal.species, 15.0),
        (patient.sex, animal.sex, 8.0),
    ):
        if one and other and not _same(one, other):
            doubt += weight
    return doubt


def _same(one: str, other: str) -> bool:
    return bool(one) and "".join(words(fold(one))) == "".join(words(fold(other)))


def _queries(patient: Patient) -> Iterator[str]:
    for field, value in (("chip", patient.microchip), ("id", patient.patient_id)):
        if value:
            yield f'{field}:"{_plain(value)}"'
    for value in (patient.animal_name, patient.owner_name):
        folded = words(fold(value))
        if folded:
            yield " ".join(folded)
    for one in (patient.animal_name, patient.owner_name):
        for word in words(fold(one))[:3]:
            for field in ("animal", "owner"):
                yield f"{field}:{word[:BEGINNING]}"


def _plain(text: str) -> str:
    return text.replace('"', " ").strip()
