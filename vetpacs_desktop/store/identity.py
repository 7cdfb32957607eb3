"""Which animal an exam belongs to, from what its header says.

Never from the name alone or the patient identifier alone: devices put the owner's telephone number in the
latter. Pure, so that a rebuilt index gives every animal the identity it had.
"""

from __future__ import annotations

import hashlib

from vetpacs_desktop.store.folding import fold, words
from vetpacs_desktop.store.records import AnimalID, StudyUID


def animal_id(
    *, issuer: str, patient_id: str, animal_name: str, owner_name: str, microchip: str, study_uid: StudyUID
) -> AnimalID:
    """16 hexadecimal digits. Without identifier, name and chip each exam is an animal of its own."""
    parts = [issuer, patient_id, _plain(animal_name), _plain(owner_name), microchip]
    if not (patient_id or animal_name or microchip):
        parts = ["study", study_uid]
    return AnimalID(hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16])


def contradict(first: dict[str, str], second: dict[str, str]) -> bool:
    """Whether two descriptions can't be of one animal: another identifier, name or chip is stated."""
    return any(
        first[key] and second[key] and _plain(first[key]) != _plain(second[key])
        for key in ("patient_id", "animal_name", "microchip")
    )


def _plain(text: str) -> str:
    return " ".join(words(fold(text)))
