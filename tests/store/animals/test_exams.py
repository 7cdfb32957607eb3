"""The other exams of an animal: by who it is, never by its name alone; and the one to compare with."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.ui.exams import file_exam, write_exam
from vetpacs_desktop.errors import NotFound
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.animals.exams import before, regions, suits
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.records import StudyUID

File = Callable[..., StudyUID]


@pytest.fixture
def library(home: Home) -> Iterator[Library]:
    opened = Library.open(home)
    yield opened
    opened.close()


@pytest.fixture
def filed(library: Library, tmp_path: Path) -> File:
    """File one small exam of Rex Smith's, a radiograph of the thorax unless told otherwise."""

    def file(animal: str = "Rex", owner: str = "Smith", **values: str) -> StudyUID:
        said = {"StudyDescription": "Thorax", "date": "20260309", **values}
        uid, paths = write_exam(tmp_path, animal, owner, **said)  # type: ignore[arg-type]
        file_exam(library, paths)
        return uid

    return file


def others(library: Library, uid: str) -> list[str]:
    return [one.study.study_uid for one in library.exams_of_animal.others(uid)]


def best(library: Library, uid: str) -> str | None:
    exams = library.exams_of_animal
    found = before(exams.one(uid), exams.others(uid))
    return found.study.study_uid if found is not None else None


def test_the_newest_comes_first_and_other_animals_never(library: Library, filed: File) -> None:
    now = filed()
    oldest = filed(date="20240101")
    later = filed(date="20270101")
    undated = filed(date="")
    filed("Luna")
    filed("Rex", "Jones")
    assert others(library, now) == [later, oldest, undated]
    with pytest.raises(NotFound):
        others(library, "1.2.3.4")


def test_a_name_alone_is_no_animal(library: Library, filed: File) -> None:
    now = filed("Rex", "", PatientID="", date="20260309")
    filed("Rex", "", PatientID="", date="20250309")
    assert others(library, now) == []


def test_a_number_alone_is_no_animal_either(library: Library, filed: File) -> None:
    """It may be the owner's telephone, which all of the owner's pets have."""
    now = filed("", "", PatientID="0170-123", PatientName="", date="20260309")
    filed("", "", PatientID="0170-123", PatientName="", date="20250309")
    assert others(library, now) == []


def test_an_exam_that_a_person_gave_to_the_animal_belongs_to_it(library: Library, filed: File) -> None:
    now = filed()
    misspelt = filed("Rexx", "Smyth", date="20250101")
    assert others(library, now) == []
    library.animals.move(misspelt, library.study(now).animal_id)
    assert others(library, now) == [misspelt]
    assert best(library, now) == misspelt


def test_the_exam_to_compare_with_is_the_latest_before_of_the_same_region(
    library: Library, filed: File
) -> None:
    now = filed()
    older = filed(date="20240101")
    wanted = filed(date="20250601")
    filed(date="20260101", StudyDescription="Pelvis, hips extended")
    filed(date="20260201", StudyDescription="CT thorax", modality="CT")
    filed(date="20270101")
    assert best(library, now) == wanted
    assert best(library, wanted) == older
    assert best(library, older) is None


def test_another_way_of_imaging_the_region_is_better_than_nothing(library: Library, filed: File) -> None:
    now = filed()
    scan = filed(date="20250601", StudyDescription="CT chest", modality="CT")
    filed(date="20250901", StudyDescription="Pelvis")
    assert best(library, now) == scan


def test_a_day_says_before_and_the_time_on_the_same_day(library: Library, filed: File) -> None:
    morning = filed(time="080000")
    evening = filed(time="180000")
    assert best(library, evening) == morning
    assert best(library, morning) is None


def test_an_exam_without_a_date_is_before_nothing(library: Library, filed: File) -> None:
    now = filed()
    undated = filed(date="")
    assert best(library, now) is None
    assert best(library, undated) is None


def test_body_parts_and_everyday_words_name_the_same_regions() -> None:
    assert regions(["CHEST", "Thorax, three views"]) == {"thorax"}
    assert regions(["Hüfte", "PELVIS VD", "Abdomen"]) == {"pelvis", "abdomen"}
    assert regions([""]) == frozenset()


def test_a_radiograph_goes_with_any_kind_of_radiograph(library: Library, filed: File) -> None:
    plate, panel = filed(modality="CR"), filed(date="20250101")
    exams = library.exams_of_animal
    assert suits(exams.one(plate), exams.one(panel)) == 3
