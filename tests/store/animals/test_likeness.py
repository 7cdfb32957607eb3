"""Which animals a device's words may mean: by chip, number and names, spelt as people and machines spell."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.exams import file_exam, write_exam
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.animals.likeness import SURE, WORTH_SHOWING, Reason, likely, likeness
from vetpacs_desktop.store.animals.register import AnimalRow
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.records import AnimalID, Patient

CHIP = "276098100012345"


def animal(name: str, owner: str = "", **facts: str) -> AnimalRow:
    words = dict.fromkeys(
        ("species", "breed", "sex", "neutered", "birth_date", "patient_id", "microchip"), ""
    )
    return AnimalRow(AnimalID(f"{name}/{owner}/{facts}"), name, owner, **{**words, **facts})


REX = animal("Rex", "Smith", species="Canis lupus familiaris", patient_id="4711", microchip=CHIP)


def test_the_same_chip_is_the_same_animal_whatever_its_name() -> None:
    found = likeness(Patient("Sir Rexalot", "Jones", microchip="276 098 100 012 345"), REX)
    assert (found.reason, found.score) == (Reason.CHIP, 100.0)


def test_the_same_number_counts_with_a_similar_name_only() -> None:
    assert likeness(Patient("Rexx", "Smith", patient_id="4711"), REX).reason is Reason.ID_AND_NAME
    assert likeness(Patient("Rexx", "Smith", patient_id="4711"), REX).score >= SURE
    other_pet = likeness(Patient("Mimi", "Smith", patient_id="4711"), REX)
    assert other_pet.score < SURE, "the number may be the owner's telephone"


@pytest.mark.parametrize(
    ("name", "owner", "reason"),
    [
        ("rex", "SMITH", Reason.NAMES),
        ("Rex", "Smyth", Reason.ALIKE),
        ("Rexi", "Smith", Reason.ALIKE),
        ("Smith", "Rex", Reason.SWAPPED),
    ],
)
def test_names_as_machines_get_them(name: str, owner: str, reason: Reason) -> None:
    found = likeness(Patient(name, owner), REX)
    assert found.reason is reason
    assert found.score >= WORTH_SHOWING


@pytest.mark.parametrize(("name", "owner"), [("Luna", "Garcia"), ("Bella", "Smith"), ("", "Smith"), ("", "")])
def test_another_animal_is_not_offered(name: str, owner: str) -> None:
    assert likeness(Patient(name, owner), REX).score < WORTH_SHOWING


def test_what_contradicts_counts_against_it() -> None:
    cat = Patient("Rex", "Smith", species="Felis catus", microchip="999000000000001")
    assert likeness(cat, REX).score < likeness(Patient("Rex", "Smith"), REX).score - 30


def test_in_a_library_the_right_one_comes_first(tmp_path: Path) -> None:
    library = Library.open(Home(tmp_path / "home"))
    for name, owner in (("Rex", "Smith"), ("Rexi", "Smithers"), ("Luna", "García"), ("Mimi", "Smith")):
        file_exam(library, write_exam(tmp_path / "in", name, owner)[1])
    found = likely(Patient("Rxe", "Smith"), library.animals.find)
    assert [one.animal.animal_name for one in found][:1] == ["Rex"]
    assert likely(Patient("Lunna", "Garcia"), library.animals.find)[0].animal.owner_name == "García"
    assert likely(Patient("Garcia", "Luna"), library.animals.find)[0].reason is Reason.SWAPPED
    assert likely(Patient("Xaver", "Maier"), library.animals.find) == []
    assert likely(Patient(), library.animals.find) == []
    library.close()


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_any_words_give_a_score_and_never_an_error(name: str, owner: str, number: str) -> None:
    found = likeness(Patient(name, owner, patient_id=number), REX)
    assert -100 <= found.score <= 100
    assert (
        likely(Patient(name, owner, patient_id=number, microchip=name), lambda text, limit: [REX]) is not None
    )
