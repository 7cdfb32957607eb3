"""What is said of the animal is read back by the store as it was said, whatever signs it holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.store.intake.foreign.files import corners, subject
from vetpacs_desktop.store.header import read_header
from vetpacs_desktop.store.intake.foreign.conversion import convert
from vetpacs_desktop.store.intake.foreign.header import number_in
from vetpacs_desktop.store.intake.foreign.subject import Subject
from vetpacs_desktop.store.records import Patient

WORDS = st.from_regex(
    r"[A-Za-zÄÖÜäöüßéłПриветひらがな漢字0-9'.-]{1,12}( [A-Za-zäöüПрив漢字]{1,10})?", fullmatch=True
)
OWNERS = st.one_of(st.just(""), WORDS, st.tuples(WORDS, WORDS).map(", ".join))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    animal=st.builds(
        Patient,
        animal_name=WORDS,
        owner_name=OWNERS,
        species=st.sampled_from(["", "Canine", "Feline", "Bartagame"]),
        breed=st.sampled_from(["", "Beagle", "Europäisch Kurzhaar"]),
        sex=st.sampled_from(["", "M", "F", "O"]),
        neutered=st.sampled_from(["", "ALTERED", "UNALTERED"]),
        birth_date=st.dates().map(str).filter(lambda day: "1900" < day < "2100") | st.just(""),
        patient_id=WORDS | st.just(""),
        issuer=WORDS | st.just(""),
        microchip=st.from_regex(r"[0-9]{15}", fullmatch=True) | st.just(""),
        other_ids=st.lists(WORDS, max_size=2, unique=True).map(tuple),
    )
)
def test_an_animal_stays_itself(tmp_path: Path, animal: Patient) -> None:
    if not animal.species:
        animal = replace(animal, breed="")
    animal = replace(animal, other_ids=tuple(one for one in animal.other_ids if one != animal.microchip))
    file = tmp_path / "a.png"
    Image.fromarray(corners(2, 2)).save(file)
    (made,) = convert([file], Subject(animal, date="2026-03-12"), tmp_path / "out").converted
    assert replace(read_header(made.path).patient, also_known=()) == animal


@pytest.mark.parametrize("owner", ["O^Neil", "a=b", "Smith\\Jones", "  Smith ,  Anna "])
def test_signs_that_divide_names_do_no_harm(tmp_path: Path, owner: str) -> None:
    file = tmp_path / "a.png"
    Image.fromarray(corners(2, 2)).save(file)
    said = Subject(Patient(animal_name="Rex^II", owner_name=owner, species="Canine"), date="2026-03-12")
    (made,) = convert([file], said, tmp_path / "out").converted
    read = read_header(made.path).patient
    assert read.animal_name == "Rex II"
    assert read.owner_name.split(",")[0].strip() in {"O Neil", "a b", "Smith/Jones", "Smith"}


def test_another_exam_gives_other_objects(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    Image.fromarray(corners(2, 2)).save(file)
    exams = [subject(), subject(time="11:00"), subject(visit="V2"), subject(description="Wound")]
    made = {convert([file], one, tmp_path / "out").converted[0].sop_uid for one in exams}
    assert len(made) == len(exams)


@pytest.mark.parametrize(
    ("name", "number"),
    [("IMG_4711.JPG", 4711), ("photo (2).png", 2), ("IMG-20260312-WA0007.jpg", 7), ("left ear.png", 5)],
)
def test_a_camera_numbers_its_files(name: str, number: int) -> None:
    assert number_in(name, 5) == number
