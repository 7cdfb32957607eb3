"""Corrections stand beside what a device sent: shown and found at once, undone at will, and never lost."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.asking import answer
from tests.helpers.small_files import picture, write
from vetpacs_desktop.errors import UsageError
from vetpacs_desktop.jobs import CancelToken, ignore
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.animals.corrections import Words
from vetpacs_desktop.store.animals.register import NoSuchAnimal
from vetpacs_desktop.store.intake.importing.stages import import_paths
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.recovery.rebuild import rebuild

STUDY = "1.2.826.0.1.3680043.10.1500.9.1"
OTHER = "1.2.826.0.1.3680043.10.1500.9.2"


@pytest.fixture
def library(home: Home, tmp_path: Path) -> Iterator[Library]:
    """Rex of Meier in one exam, Minka of Bauer in another."""
    disc = tmp_path / "disc"
    disc.mkdir()
    write(picture(PatientName="Meier^Rex", PatientID="7", sop="1"), disc / "1.dcm")
    write(picture(PatientName="Meier^Rex", PatientID="7", sop="2"), disc / "2.dcm")
    write(picture(PatientName="Bauer^Minka", PatientID="8", sop="3", study="2"), disc / "3.dcm")
    opened = Library.open(home)
    import_paths(opened, home, [disc])
    yield opened
    opened.close()


def found(library: Library, text: str) -> set[str]:
    return {row.study_uid for row in library.search(text)}


def objects(home: Home) -> dict[str, str]:
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in home.objects.rglob("*")
        if path.is_file()
    }


def test_corrected_words_are_shown_and_found_and_the_files_untouched(home: Home, library: Library) -> None:
    before = objects(home)
    library.corrections.record(STUDY, Words(animal_name="Bello", owner_name="Schulz"), "Anna")
    row = library.study(STUDY)
    assert (row.animal_name, row.owner_name, row.patient_id, row.corrected) == ("Bello", "Schulz", "7", True)
    assert found(library, "animal:bello owner:schulz") == {STUDY}
    assert found(library, "rex") == set()
    assert objects(home) == before
    stated = library.corrections.stated(STUDY)
    assert stated is not None
    assert (stated.animal_name, stated.owner_name) == ("Rex", "Meier")
    listed = {study["study_uid"]: study["animal_name"] for study in answer(home.root, "studies")}
    assert listed == {STUDY: "Bello", OTHER: "Minka"}


def test_what_comes_later_is_shown_corrected_too(home: Home, library: Library, tmp_path: Path) -> None:
    library.corrections.record(STUDY, Words(animal_name="Bello"))
    late = write(picture(PatientName="Meier^Rex", PatientID="7", PatientSex="M", sop="4"), tmp_path / "l.dcm")
    import_paths(library, home, [late])
    row = library.study(STUDY)
    assert (row.animal_name, row.sex, row.instance_count) == ("Bello", "M", 3)
    library.corrections.undo(STUDY)
    row = library.study(STUDY)
    assert (row.animal_name, row.sex, row.corrected) == ("Rex", "M", False)


def test_a_correction_waits_for_its_exam(home: Home, library: Library, tmp_path: Path) -> None:
    library.corrections.record("1.2.826.0.1.3680043.10.1500.9.5", Words(animal_name="Bello"))
    import_paths(library, home, [write(picture(sop="9", study="5"), tmp_path / "x.dcm")])
    assert found(library, "bello") == {"1.2.826.0.1.3680043.10.1500.9.5"}


def test_undo_brings_back_the_correction_before_and_then_the_device(library: Library) -> None:
    before = library.study(STUDY)
    library.corrections.record(STUDY, Words(animal_name="Bello"), "Anna")
    library.corrections.record(STUDY, Words(animal_name="Belo"), "Ben")
    assert library.study(STUDY).animal_name == "Belo"
    assert library.corrections.undo(STUDY, "Anna")
    assert library.study(STUDY).animal_name == "Bello"
    assert library.corrections.undo(STUDY)
    assert library.study(STUDY) == before
    assert not library.corrections.undo(STUDY)
    assert [(one.by, one.undone_by) for one in library.corrections.history(STUDY)] == [
        ("Ben", "Anna"),
        ("Anna", ""),
    ]


def test_the_feed_tells_of_corrections(library: Library) -> None:
    newest = library.newest_change()
    library.corrections.record(STUDY, Words(animal_name="Bello"))
    assert [(change.kind, change.study_uid) for change in library.changes_since(newest)] == [
        ("study-changed", STUDY)
    ]


@pytest.mark.parametrize("harm", ["sound", "damaged", "gone"])
def test_corrections_survive_a_rebuilt_index(home: Home, library: Library, harm: str) -> None:
    library.corrections.record(STUDY, Words(animal_name="Bellow"))
    library.corrections.record(STUDY, Words(animal_name="Bello"))
    library.corrections.record(OTHER, Words(owner_name="Nobody"))
    library.corrections.undo(OTHER)
    made = library.animals.create(Words(animal_name="Luna", owner_name="Krause"))
    if harm == "sound":
        library.rebuild_index()
    else:
        library.close()
        for companion in ("", "-wal", "-shm"):
            path = Path(f"{home.database}{companion}")
            if harm == "gone":
                path.unlink(missing_ok=True)
            elif path.exists():
                path.write_bytes(b"nonsense" * 512)
        rebuild(home, ignore, CancelToken())
    again = Library.open(home)
    try:
        assert again.study(STUDY).animal_name == "Bello"
        assert again.study(OTHER).owner_name == "Bauer"
        assert again.animals.get(made.animal_id).owner_name == "Krause"
        assert again.corrections.undo(STUDY)
        assert again.study(STUDY).animal_name == "Bellow"
        assert again.corrections.undo(STUDY)
        assert again.study(STUDY).animal_name == "Rex"
    finally:
        again.close()


def test_a_journal_with_a_torn_line_still_gives_the_others(home: Home, library: Library) -> None:
    library.corrections.record(STUDY, Words(animal_name="Bello"))
    with home.corrections.open("ab") as journal:
        journal.write(b'{"event": "correct", "id": "half')
    library.corrections.record(OTHER, Words(animal_name="Mia"))
    library.close()
    for companion in ("", "-wal", "-shm"):
        Path(f"{home.database}{companion}").unlink(missing_ok=True)
    rebuild(home, ignore, CancelToken())
    again = Library.open(home)
    assert {row.animal_name for row in again.search("")} == {"Bello", "Mia"}
    again.close()


def test_an_exam_is_moved_to_an_animal_of_the_clinic(library: Library) -> None:
    minka = library.study(OTHER)
    library.animals.move(STUDY, minka.animal_id, "Anna")
    row = library.study(STUDY)
    assert (row.animal_id, row.animal_name, row.patient_id) == (minka.animal_id, "Minka", "8")
    (animal,) = library.animals.find("minka")
    assert animal.exam_count == 2
    assert library.animals.find("rex") == []
    library.corrections.undo(STUDY)
    assert library.animals.find("rex")[0].exam_count == 1


def test_animals_are_made_before_their_first_exam(library: Library) -> None:
    luna = library.animals.create(Words(animal_name="Luna", owner_name="Krause", species="Feline"), "Anna")
    assert library.animals.create(Words(animal_name="Luna", owner_name="Krause")) == luna
    assert [row.animal_id for row in library.animals.find("lun kra")] == [luna.animal_id]
    assert library.animals.find("luna meier") == []
    library.animals.move(STUDY, luna.animal_id)
    (row,) = library.animals.find("luna")
    assert (row.exam_count, row.species) == (1, "Feline")
    assert len(library.animals.find("")) == 2
    with pytest.raises(NoSuchAnimal):
        library.animals.get("nobody")
    with pytest.raises(UsageError):
        library.animals.create(Words(owner_name="Krause"))


@pytest.mark.parametrize(
    "words",
    [Words(sex="male"), Words(birth_date="12.3.2019"), Words(animal_name="x" * 65), Words(neutered="yes")],
)
def test_words_that_no_header_can_hold_are_refused(library: Library, words: Words) -> None:
    with pytest.raises(UsageError):
        library.corrections.record(STUDY, words)
    assert not library.study(STUDY).corrected
