"""Pictures, documents and videos that nobody gave an animal: which of them make one exam, and for whom.

Files of one folder and one day are one exam of an animal that is named after where they came from, so that a
person sees what is to be sorted and can correct it. Pure but for the times of files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from vetpacs_desktop.store.intake.foreign.moment import taken_at
from vetpacs_desktop.store.intake.foreign.recognise import Format
from vetpacs_desktop.store.intake.foreign.subject import Subject
from vetpacs_desktop.store.intake.sources.gather import Item
from vetpacs_desktop.store.records import Patient

DESCRIPTION = "Pictures and documents"
NAME = "Unknown ({label})"
NAMELESS = "Unknown animal"
LONGEST_LABEL = 48


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """One foreign file whose animal nobody named."""

    item: Item
    format: Format
    sha256: str


def exams(files: Iterable[Unclaimed]) -> list[tuple[Subject, list[Unclaimed]]]:
    """The files by exam, in their order, with what each exam is called."""
    found: dict[tuple[str, str], list[Unclaimed]] = {}
    for one in files:
        day = taken_at(one.item.path, one.format)[:10]
        found.setdefault((one.item.label, day), []).append(one)
    return [(subject(label, day), group) for (label, day), group in found.items()]


def subject(label: str, day: str) -> Subject:
    """An unknown animal: of its own for each day, so that two animals never share a card."""
    words = " ".join(label.replace("^", " ").replace("=", " ").replace("\\", " ").split())[:LONGEST_LABEL]
    number = hashlib.sha256(f"{words}\0{day}".encode()).hexdigest()[:8].upper()
    name = NAME.format(label=words) if words else NAMELESS
    animal = Patient(animal_name=name, patient_id=f"UNKNOWN-{number}")
    return Subject(animal, date=day, description=DESCRIPTION)
