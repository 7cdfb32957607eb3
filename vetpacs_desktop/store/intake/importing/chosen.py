"""Takes in what a person chose of a survey, for the animals she chose.

A correction is recorded before the first image of its exam is filed, so that no exam is ever listed under the
wrong animal. What was filed before a stick was pulled is recognised next time and skipped quickly.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from vetpacs_desktop.jobs import CancelToken, Report, ignore
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.animals.corrections import Words, check
from vetpacs_desktop.store.intake.foreign.subject import Subject
from vetpacs_desktop.store.intake.importing import unclaimed
from vetpacs_desktop.store.intake.importing.stages import Import
from vetpacs_desktop.store.intake.importing.survey_records import Choice, Destination, ForeignFile
from vetpacs_desktop.store.intake.sources.gather import Item
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.records import AnimalID, ImportSummary, Patient, StudyUID


def import_chosen(
    library: Library,
    home: Home,
    choices: Sequence[Choice],
    report: Report = ignore,
    cancel: CancelToken | None = None,
    by: str = "",
) -> ImportSummary:
    """Import the choices. Raises `UsageError` and `NoSuchAnimal` before anything is filed, `DiskFull`,
    `Cancelled`; what was filed stays, nothing is half there.

    A file that has gone meanwhile (a pulled stick) is among the rejected with a sentence that says so.
    """
    started = time.monotonic()
    token = cancel or CancelToken()
    whose = [_whose(library, choice.destination) for choice in choices]
    expected = sum(
        sum(len(study.files) for study in choice.studies) + len(choice.foreign) for choice in choices
    )
    with Import(library, home, report, token, expected) as run:
        for choice, (words, animal) in zip(choices, whose, strict=True):
            for study in choice.studies:
                token.check()
                _correct(library, study.study_uid, words, animal, by)
                shown = study.shown or map(str, study.files)
                run.take([_item(path, name) for path, name in zip(study.files, shown, strict=True)])
            for subject, files in _exams(choice, words):
                run.convert(subject, [_item(file.path, file.shown, file.label) for file in files])
        run.finish()
        return run.lane.tally.summary(time.monotonic() - started)


def _whose(library: Library, destination: Destination) -> tuple[Words, AnimalID | None]:
    """All words that hold for a destination; an animal of the clinic brings its own."""
    check(destination.words)
    if destination.animal_id is None:
        return destination.words, None
    animal = library.animals.get(destination.animal_id)
    known = {one.name: getattr(animal.words, one.name) for one in fields(Words)}
    return Words(**{**known, **destination.words.stated()}), animal.animal_id


def _correct(library: Library, study_uid: StudyUID, words: Words, animal: AnimalID | None, by: str) -> None:
    """Record what was said, unless it holds already: an import that is taken up again says nothing new."""
    if not words.stated() and animal is None:
        return
    holds = library.corrections.of(study_uid)
    if holds is None or (holds.words.stated(), holds.animal_id) != (words.stated(), animal):
        library.corrections.record(study_uid, words, by, animal_id=animal)


def _exams(choice: Choice, words: Words) -> list[tuple[Subject, list[ForeignFile]]]:
    """The exams that foreign files become: of the day they were taken unless a day or an exam is said."""
    days: dict[tuple[str, str], list[ForeignFile]] = {}
    patient = _patient(words)
    nobody = not any((patient.animal_name, patient.patient_id, patient.microchip))
    for file in choice.foreign:
        day = choice.date or ("" if choice.study_uid else file.taken_at[:10])
        days.setdefault((file.label if nobody else "", day), []).append(file)
    found = []
    for (label, day), files in days.items():
        animal = unclaimed.subject(label, day).patient if nobody else patient
        subject = Subject(
            animal,
            kind=choice.kind,
            study_uid=choice.study_uid,
            date=day,
            description=choice.description or unclaimed.DESCRIPTION,
        )
        found.append((subject, files))
    return found


def _patient(words: Words) -> Patient:
    said = words.stated()
    return Patient(
        animal_name=said.get("animal_name", ""),
        owner_name=said.get("owner_name", ""),
        species=said.get("species", ""),
        breed=said.get("breed", ""),
        sex=said.get("sex", ""),
        neutered=said.get("neutered", ""),
        birth_date=said.get("birth_date", ""),
        patient_id=said.get("patient_id", ""),
        issuer=said.get("issuer", ""),
        microchip=said.get("microchip", ""),
    )


def _item(path: Path, shown: str, label: str = "") -> Item:
    source = os.fsencode(Path(shown).parent).decode("utf-8", "replace")
    return Item(path, shown, source, label, named=True)
