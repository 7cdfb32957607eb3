"""What is on a disc, before and after: a survey changes nothing, a choice is filed for the animals chosen."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from tests.helpers.small_files import ROOT, picture, write
from tests.store.intake.discs import contents, image_bytes, zipped
from tests.store.intake.foreign.files import faults
from tests.store.intake.importing.test_unclaimed import photo
from vetpacs_desktop.errors import Cancelled, PathMissing
from vetpacs_desktop.jobs import CancelToken, Progress
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.animals.corrections import Words
from vetpacs_desktop.store.animals.register import NoSuchAnimal
from vetpacs_desktop.store.intake.foreign.subject import Kind
from vetpacs_desktop.store.intake.importing.survey import (
    Choice,
    Destination,
    Sort,
    Survey,
    import_chosen,
    survey,
)
from vetpacs_desktop.store.library import Library


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """Fluffy with two exams, Minka with one in an archive; a photo, a broken image, a letter, an icon."""
    folder = tmp_path / "stick"
    (folder / "IMAGES").mkdir(parents=True)
    for number in (1, 2, 3):
        write(picture(sop=str(number), InstanceNumber=number), folder / "IMAGES" / f"IM{number}")
    late = picture(study="2", sop="1", Modality="DX", StudyDate="20260401", StudyDescription="Stifle")
    write(late, folder / "IMAGES" / "IM4")
    minka = image_bytes(1, study="3", PatientName="Bauer^Minka", PatientID="8")
    zipped(folder / "minka.zip", {"IM1": minka})
    (folder / "IMAGES" / "IM5").write_bytes(image_bytes(5)[:-7])
    photo(folder / "DCIM" / "IMG_1.JPG")
    (folder / "letter.txt").write_text("Dear vet")
    (folder / "VIEWER").mkdir()
    (folder / "VIEWER" / "run.exe").write_bytes(b"MZ")
    photo(folder / "VIEWER" / "icon.jpg", size=80)
    contents(folder / "DICOMDIR", [*(f"IMAGES\\IM{n}" for n in range(1, 4)), "IMAGES\\IM9"])
    return folder


MANY = 900
"""More than are read ahead before the first is told of."""


def look(library: Library, stick: Path) -> Survey:
    return survey(library, [stick], library.home.run / "survey")


def digests(folder: Path) -> dict[str, str]:
    return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file()}


def test_a_survey_says_what_is_there_and_changes_nothing(library: Library, stick: Path) -> None:
    before = digests(stick)
    found = look(library, stick)
    assert digests(stick) == before
    assert library.counts() == (0, 0)
    fluffy, minka = found.animals
    assert (fluffy.words.animal_name, fluffy.words.owner_name) == ("Fluffy", "Smith")
    assert (minka.words.animal_name, minka.words.patient_id) == ("Minka", "8")
    stifle, thorax = fluffy.studies
    assert (stifle.date, stifle.description, stifle.modalities) == ("2026-04-01", "Stifle", ("DX",))
    assert (thorax.image_count, thorax.already_here, thorax.here_count) == (3, False, 0)
    assert thorax.sample == stick / "IMAGES" / "IM2"
    assert thorax.bytes == sum((stick / "IMAGES" / f"IM{n}").stat().st_size for n in (1, 2, 3))
    (exam,) = minka.studies
    assert exam.shown == (f"{stick}/minka.zip/IM1",)
    assert exam.files[0].read_bytes() == image_bytes(1, study="3", PatientName="Bauer^Minka", PatientID="8")
    taken, icon = found.foreign
    assert (taken.sort, taken.taken_at, taken.furniture) == (Sort.PICTURE, "2026-03-12T09:30:15", False)
    assert icon.furniture
    reasons = dict(found.refused)
    assert "cut off" in reasons[str(stick / "IMAGES" / "IM5")]
    assert "not on the disc" in reasons[f"{stick.as_posix()}/IMAGES/IM9"]
    assert found.ignored == 3


def test_what_is_here_already_is_marked(home: Home, library: Library, stick: Path) -> None:
    first = look(library, stick)
    shutil.rmtree(library.home.run / "survey")
    fluffy, _ = first.animals
    import_chosen(library, home, [Choice(studies=fluffy.studies[1:], foreign=first.foreign[:1])])
    write(picture(sop="7"), stick / "IMAGES" / "IM7")
    again = look(library, stick)
    thorax = again.animals[0].studies[1]
    assert (thorax.image_count, thorax.here_count, thorax.already_here) == (4, 3, False)
    assert [one.already_here for one in again.foreign] == [True, False]
    assert [one.already_here for one in again.animals[0].studies] == [False, False]


def test_the_choice_is_filed_as_the_headers_say(home: Home, library: Library, stick: Path) -> None:
    found = look(library, stick)
    summary = import_chosen(library, home, [Choice(studies=animal.studies) for animal in found.animals])
    assert (summary.stored, summary.rejected, len(summary.studies)) == (5, (), 3)
    assert {row.animal_name for row in library.search("")} == {"Fluffy", "Minka"}
    assert not any(row.corrected for row in library.search(""))
    assert import_chosen(library, home, [Choice(studies=found.animals[0].studies)]).duplicates == 4


def test_exams_go_to_an_animal_of_the_clinic(home: Home, library: Library, stick: Path) -> None:
    rex = library.animals.create(Words(animal_name="Rex", owner_name="Meier", patient_id="77"))
    found = look(library, stick)
    choice = Choice(
        studies=found.animals[1].studies,
        foreign=found.foreign[:1],
        destination=Destination(animal_id=rex.animal_id),
        kind=Kind.ENDOSCOPY,
        date="2026-03-20",
        description="Gastroscopy",
    )
    summary = import_chosen(library, home, [choice], by="Anna")
    assert summary.stored == 2
    rows = library.search("rex")
    assert [(row.animal_id, row.study_date, row.description) for row in rows] == [
        (rex.animal_id, "2026-03-20", "Gastroscopy"),
        (rex.animal_id, "2026-03-12", "Thorax"),
    ]
    assert [row.corrected for row in rows] == [False, True]
    (endoscopic,) = library.instances(study_uid=rows[0].study_uid)
    assert faults(endoscopic.path) == []
    assert library.corrections.history(rows[1].study_uid)[0].by == "Anna"


def test_words_are_edited_before_filing(home: Home, library: Library, stick: Path) -> None:
    found = look(library, stick)
    destination = Destination(words=Words(animal_name="Flocke", owner_name="Schmidt"))
    choice = Choice(studies=found.animals[0].studies[:1], foreign=found.foreign[:1], destination=destination)
    for _ in range(2):
        import_chosen(library, home, [choice])
    rows = library.search("flocke schmidt")
    assert [(row.patient_id, row.corrected) for row in rows] == [("4711", True), ("", False)]
    assert len(library.corrections.history(rows[0].study_uid)) == 1
    assert library.corrections.undo(rows[0].study_uid)
    assert library.study(rows[0].study_uid).animal_name == "Fluffy"


def test_files_are_added_to_an_exam_that_is_here(home: Home, library: Library, stick: Path) -> None:
    found = look(library, stick)
    exam = found.animals[0].studies[1]
    import_chosen(library, home, [Choice(studies=(exam,))])
    words = Words(animal_name="Fluffy", owner_name="Smith", patient_id="4711")
    choice = Choice(foreign=found.foreign[:1], destination=Destination(words=words), study_uid=exam.study_uid)
    assert import_chosen(library, home, [choice]).studies == (exam.study_uid,)
    row = library.study(exam.study_uid)
    assert (row.instance_count, row.animal_name, row.modalities) == (4, "Fluffy", ("CT", "XC"))


def test_a_stick_that_is_pulled_leaves_nothing_half_and_is_taken_up_again(
    home: Home, library: Library, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    for number in range(MANY):
        write(picture(sop=str(number + 1)), stick / f"IM{number:03}")
    found = look(library, stick)
    away = tmp_path / "away"

    def pull(progress: Progress) -> None:
        if progress.done and stick.exists():
            stick.rename(away)

    destination = Destination(words=Words(animal_name="Rex"))
    choices = [Choice(studies=animal.studies, destination=destination) for animal in found.animals]
    summary = import_chosen(library, home, choices, pull)
    assert summary.stored + len(summary.rejected) == MANY
    assert summary.rejected
    assert "taken out" in summary.rejected[-1][1]
    checked = library.verify()
    assert (checked.checked, checked.missing, checked.corrupt, checked.orphans) == (
        summary.stored,
        (),
        (),
        (),
    )
    assert library.study(f"{ROOT}.1").animal_name == "Rex"
    away.rename(stick)
    again = import_chosen(library, home, choices)
    assert (again.stored, again.duplicates) == (MANY - summary.stored, summary.stored)


def test_it_can_be_cancelled(home: Home, library: Library, stick: Path) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        survey(library, [stick], home.run / "s", cancel=token)
    found = look(library, stick)
    with pytest.raises(Cancelled):
        import_chosen(library, home, [Choice(studies=found.animals[0].studies)], cancel=token)
    assert library.counts() == (0, 0)


def test_what_does_not_exist_is_a_sentence_before_anything_is_filed(
    home: Home, library: Library, stick: Path
) -> None:
    with pytest.raises(PathMissing):
        survey(library, [stick / "gone"], home.run / "s")
    found = look(library, stick)
    choices = [
        Choice(studies=found.animals[0].studies),
        Choice(studies=found.animals[1].studies, destination=Destination(animal_id="nobody")),  # type: ignore[arg-type]
    ]
    with pytest.raises(NoSuchAnimal):
        import_chosen(library, home, choices)
    assert library.counts() == (0, 0)
