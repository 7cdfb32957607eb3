"""Usual mistakes of a machine, or of those who type into it, as its own headers betray them.

Pure functions over rows; only facts come out (`Habit`), the advice in words is the window's. A habit needs
more than one slip, except where a single one does harm. Nothing is corrected here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from vetpacs_desktop.store.folding import fold
from vetpacs_desktop.store.records import StudyUID

PHONE_AS_ID = "phone-as-id"
MAIL_AS_ID = "mail-as-id"
NO_ID = "no-id"
SHARED_ID = "shared-id"
NO_ANIMAL = "no-animal"
NO_OWNER = "no-owner"
BOTH_IN_NAME = "both-in-name"
SWAPPED = "swapped"
MIXED_EXAM = "mixed-exam"
CLOCK = "clock"
NO_BODY_PART = "no-body-part"
NO_SPECIES = "no-species"

LEAST_SHARE = 0.2
LEAST_COUNT = 2
"""A slip becomes a habit when it happened twice, and in a fifth of the exams; or in all of them."""
GRAVE = frozenset({MIXED_EXAM, CLOCK})
"""One is enough."""
BODY_PART_MATTERS = frozenset({"CR", "DX", "DR", "CT", "MR", "RF", "XA"})
LATE_DAYS = 180
"""An exam this much older than its arrival, again and again, is no old exam that is sent once more."""
AHEAD_DAYS = 2
RESET_YEARS = frozenset({1970, 1980, 1990, 1999, 2000, 2001})
"""Where clocks start whose battery is empty."""

_DIGITS = re.compile(r"\D")
_DIAL = re.compile(r"^\s*(\+|00[1-9]|\(?0[1-9])[\d\s()./-]*$")
_NATIONAL = re.compile(r"^\s*\(?\d{3}\)?[\s.-]\d{3}[\s.-]\d{4}\s*$")
_MAIL = re.compile(r"^\S+@\S+\.\S+$")
_BOTH = re.compile(r"\w\s*[,/;|_]\s*\w|\w\s+[-\u2013]\s+\w|\w\s+\(\s*\w+")
_TITLE = re.compile(r"^(mr|mrs|ms|miss|dr|herr|frau|familie|family|fam|monsieur|madame|mme|mlle)\b\.?", re.I)
_PET_NAMES = frozenset(
    (
        "bella luna max charlie lucy milo simba nala rocky buddy daisy coco lola molly bailey cooper teddy "
        "oscar leo rex balu lilly felix minka mimi kitty tiger garfield sammy toby rusty shadow smokey "
        "ginger whiskers fluffy snowball princess bandit pepper"
    ).split()
)
"""Names that animals bear and owners' family names hardly ever are."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What one header of an exam says; dates are ISO, empty when unknown."""

    study_uid: StudyUID
    animal_name: str = ""
    owner_name: str = ""
    species: str = ""
    patient_id: str = ""
    study_date: str = ""
    modality: str = ""
    body_part: str = ""
    received_on: str = ""


@dataclass(frozen=True, slots=True)
class Habit:
    """One usual mistake."""

    code: str
    count: int
    """Exams in which it was found."""
    of: int
    """Exams looked at in which it could have been."""
    examples: tuple[StudyUID, ...] = ()


def habits_of(samples: Sequence[Sample], pairs: Collection[tuple[str, str]] = ()) -> list[Habit]:
    """The habits in `samples`, those that do most harm first.

    `pairs` are (animal, owner) as other machines write them, folded: they betray who swaps the two.
    """
    exams: dict[StudyUID, list[Sample]] = defaultdict(list)
    for sample in samples:
        exams[sample.study_uid].append(sample)
    first = [rows[0] for rows in exams.values()]
    known = frozenset(pairs)
    shared = _shared_ids(first)
    imaged = [row for row in first if row.modality in BODY_PART_MATTERS]
    found = [
        _habit(MIXED_EXAM, [rows[0] for rows in exams.values() if _is_mixed(rows)], first),
        _clock(first),
        _pick(PHONE_AS_ID, first, lambda row: is_phone(row.patient_id)),
        _pick(MAIL_AS_ID, first, lambda row: bool(_MAIL.match(row.patient_id))),
        _pick(SHARED_ID, first, lambda row: row.patient_id in shared),
        _pick(NO_ID, first, lambda row: not row.patient_id),
        _pick(SWAPPED, first, lambda row: is_swapped(row, known)),
        _pick(BOTH_IN_NAME, first, both_in_name),
        _pick(NO_ANIMAL, first, lambda row: not row.animal_name),
        _pick(NO_OWNER, first, lambda row: not row.owner_name and not both_in_name(row)),
        _pick(NO_SPECIES, first, lambda row: not row.species),
        _pick(NO_BODY_PART, imaged, lambda row: not any(sample.body_part for sample in exams[row.study_uid])),
    ]
    return [habit for habit in found if habit is not None]


def is_phone(text: str) -> bool:
    """Whether an identifier is written as telephone numbers are; a chip's 15 digits (ISO 11784) are not."""
    digits = _DIGITS.sub("", text)
    if not 8 <= len(digits) <= 15 or (len(digits) == 15 and text.strip() == digits):
        return False
    return bool(_DIAL.match(text) or _NATIONAL.match(text))


def both_in_name(row: Sample) -> bool:
    """Whether animal and owner stand in one field, with a sign between them."""
    return not row.owner_name and bool(_BOTH.search(row.animal_name))


def is_swapped(row: Sample, pairs: frozenset[tuple[str, str]]) -> bool:
    """Whether the owner stands where the animal should, as other machines or the names themselves tell."""
    animal, owner = fold(row.animal_name), fold(row.owner_name)
    if not animal:
        return False
    if (animal, owner) in pairs:
        return False
    if owner and (owner, animal) in pairs:
        return True
    return bool(_TITLE.match(row.animal_name)) or (owner in _PET_NAMES and animal not in _PET_NAMES)


def _is_mixed(rows: Sequence[Sample]) -> bool:
    """Whether one exam holds different animals: another identifier as well as another name."""
    names = {fold(row.animal_name) for row in rows if row.animal_name}
    numbers = {row.patient_id for row in rows if row.patient_id}
    return len(names) > 1 and (len(numbers) != 1)


def _shared_ids(rows: Sequence[Sample]) -> frozenset[str]:
    """Identifiers that stand for more than one animal."""
    names: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.patient_id and row.animal_name:
            names[row.patient_id].add(fold(row.animal_name))
    return frozenset(number for number, animals in names.items() if len(animals) > 1)


def _clock(rows: Sequence[Sample]) -> Habit | None:
    """Exams dated in the future, in a year where clocks start anew, or all of them long before they came."""
    dated = [(row, gap) for row in rows if (gap := _days_late(row)) is not None]
    wrong = [row for row, gap in dated if gap < -AHEAD_DAYS or _is_reset(row, gap)]
    late = [row for row, gap in dated if gap > LATE_DAYS]
    if len(late) >= 3 and len(late) >= 0.8 * len(dated):
        wrong = list({row.study_uid: row for row in (*wrong, *late)}.values())
    return _habit(CLOCK, wrong, rows)


def _is_reset(row: Sample, gap: int) -> bool:
    return int(row.study_date[:4]) in RESET_YEARS and gap > 2 * 365


def _days_late(row: Sample) -> int | None:
    try:
        gap = date.fromisoformat(row.received_on) - date.fromisoformat(row.study_date)
    except ValueError:
        return None
    return gap // timedelta(days=1)


def _pick(code: str, rows: Sequence[Sample], slip: Callable[[Sample], bool]) -> Habit | None:
    return _habit(code, [row for row in rows if slip(row)], rows)


def _habit(code: str, slips: Sequence[Sample], rows: Sequence[Sample]) -> Habit | None:
    count, of = len(slips), len(rows)
    often = count >= LEAST_COUNT and count >= LEAST_SHARE * of
    if not count or not (often or count == of or code in GRAVE):
        return None
    return Habit(code, count, of, tuple(row.study_uid for row in slips[:5]))
