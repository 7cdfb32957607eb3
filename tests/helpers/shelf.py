"""A library with everything that can be odd about one, and all that a person can see of it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from tests.helpers.small_files import ROOT, from_folder, picture, write
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.records import Outcome

STUDY, SECOND, THIRD = f"{ROOT}.1", f"{ROOT}.2", f"{ROOT}.3"


def fill(library: Library, folder: Path) -> None:
    """Three exams: two series, two versions of an image, a second animal in a study, one without a date."""
    odd = [
        picture(StudyDescription=None),
        picture(pixels=b"\3\4" * 16, SeriesDescription="Later"),
        picture(sop="2", PatientName="Jones^Bella", PatientID="99"),
        picture(series="2", SOPInstanceUID=f"{STUDY}.1.1", SeriesDescription="Bones", Modality="DX"),
        picture(series="2", sop="7", PatientBreedDescription="Kelpie"),
        picture(study="2", PatientName="", PatientID="", StudyDate="", StudyTime=""),
        picture(study="2", sop="2"),
        picture(study="3", PatientName="Smith^Whiskers", PatientID="99", StudyDescription="Abdomen"),
    ]
    files = [write(dataset, folder / f"odd{number}.dcm") for number, dataset in enumerate(odd)]
    filed = library.file([from_folder(path) for path in files])
    assert [one.outcome for one in filed].count(Outcome.CONFLICT) == 1
    library.mark_seen(STUDY)


def contents(library: Library) -> object:
    """All a person can see, without the index's own numbers."""
    studies = sorted(library.search("", order="animal"), key=lambda row: row.study_uid)
    series = [
        dataclasses.replace(one, series_id=0) for row in studies for one in library.series(row.study_uid)
    ]
    # Of two objects that claim one name the first to come back gets it.
    instances = [
        dataclasses.replace(one, path=Path())
        for row in studies
        for one in library.instances(study_uid=row.study_uid)
    ]
    finds = [
        library.count(text) for text in ("fluffy", "modality:ct", "date:2026", "s", "kelpie", "whiskers")
    ]
    return studies, sorted(series, key=str), sorted(instances, key=str), finds, library.counts()


def is_sound(library: Library) -> bool:
    """Every file has its row, every row its file, unchanged."""
    found = library.verify()
    return (found.missing, found.corrupt, found.orphans) == ((), (), ())
