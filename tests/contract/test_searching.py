"""The words of ``studies``: every field, odd input of every kind, limits; never a fault, always one list."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tests.contract.asking import answer, ask
from tests.helpers.small_files import picture, write

TODAY = f"{date.today():%Y%m%d}"  # noqa: DTZ011 - the clinic's own day


def chipped(number: str) -> Sequence:
    item = Dataset()
    item.PatientID, item.TypeOfPatientID = number, "RFID"
    return Sequence([item])


ANIMALS = {
    "1": {"PatientName": "Müller-Lüdenscheidt^Bärli", "StudyDate": "20260115", "PatientID": "A-100"},
    "2": {
        "PatientName": "O'Brien^Rex",
        "StudyDate": "20260215",
        "PatientSpeciesDescription": "Feline",
        "PatientBreedDescription": "Maine Coon",
        "Modality": "DX",
        "PatientID": "A-101",
    },
    "3": {
        "PatientName": "Παπαδόπουλος^Άργος",
        "StudyDate": "20260331",
        "PatientID": "100%_off*",
        "OtherPatientIDsSequence": chipped("276098102345678"),
    },
    "4": {"PatientName": "Иванов^Шарик", "StudyDate": "20251231", "StudyDescription": "Hip VD"},
    "5": {
        "PatientName": "Smith^Fluffy",
        "ResponsiblePerson": "Jones^Anna",
        "StudyDate": TODAY,
        "Modality": "US",
        "PatientSpeciesDescription": "Oryctolagus cuniculus",
    },
}
"""Study number -> what its header says."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of five animals."""
    folder = tmp_path_factory.mktemp("five")
    for number, values in ANIMALS.items():
        write(picture(study=number, **values), folder / f"{number}.dcm")
    assert answer(folder / "home", "import", *sorted(folder.glob("*.dcm")))["stored"] == 5
    return folder / "home"


def found(home: Path, *words: str) -> set[str]:
    """The numbers of the studies that `words` find."""
    return {study["study_uid"].rpartition(".")[2] for study in answer(home, "studies", *words)}


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("", "12345"),
        ("   ", "12345"),
        ("bärli", "1"),
        ("BÄRLI", "1"),
        ("barli", "1"),
        ("mueller", "1"),
        ("lüdenscheidt", "1"),
        ("owner:müller", "1"),
        ("animal:müller", ""),
        ("o'brien", "2"),
        ("owner:O'Brien rex", "2"),
        ("species:feline", "2"),
        ("breed:maine", "2"),
        ('breed:"maine coon"', "2"),
        ("αργος", "3"),
        ("Παπαδόπουλος", "3"),
        ("chip:276098102345678", "3"),
        ("chip:276098", "3"),
        ("id:100", "13"),
        ("id:A-101", "2"),
        ("шарик", "4"),
        ("ИВАНОВ", "4"),
        ("hip", "4"),
        ("jones", "5"),
        ("owner:anna", "5"),
        ("animal:fluffy", "5"),
        ("smith", "5"),
        ("modality:DX", "2"),
        ("modality:dx", "2"),
        ("modality:CT", "134"),
        ("date:2026-01", "1"),
        ("date:2026-01..2026-03", "123"),
        ("date:2026-02-15", "2"),
        ("date:20260215", "2"),
        ("date:..2025-12-31", "4"),
        ("date:2025", "4"),
        ("date:today", "5"),
        ("modality:CT date:2026-01..2026-03 id:100", "13"),
        ("fluffy rex", ""),
        ("nobody", ""),
    ],
)
def test_each_word_finds_what_it_should(home: Path, words: str, numbers: str) -> None:
    assert found(home, words) == set(numbers)
    assert found(home, *words.split(" ")) == set(numbers)


@pytest.mark.parametrize(
    "words",
    [
        '"',
        '"unfinished',
        "'",
        "''; DROP TABLE studies; --",
        "a OR b",
        "NOT fluffy",
        "fluffy AND",
        "NEAR(a b)",
        "fluffy*",
        "*",
        "%",
        "_",
        "^",
        "(",
        ")",
        "{animal owner}: x",
        "animal:",
        "date:",
        "date:never",
        "date:2026-13",
        "date:2026-02-30..",
        "date:2027..2025",
        "date:9999-12-31..0001-01-01",
        "owner:owner:owner:",
        ":::",
        "colour:red",
        "\\",
        "\x00",
        "\x1b[31m",
        "\n",
        "\u202e\u200b\ufeff",
        "👨‍👩‍👧‍👦 🐕",
        "x" * 10_240,
        "ä" * 10_240,
        "word " * 2_048,
        '"' * 10_240,
        "date:" * 2_048,
        "a:" + "b" * 10_000,
        "1" * 10_000,
    ],
    ids=lambda words: repr(words[:20]),
)
def test_odd_words_find_nothing_or_something_but_never_fail(home: Path, words: str) -> None:
    said = ask(home, "studies", "--", words)
    assert said.code == 0, said.err
    assert isinstance(said.document, list)
    assert said.err == ""


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=40), max_size=6))
def test_any_words_at_all_are_answered_with_a_list(home: Path, words: list[str]) -> None:
    said = ask(home, "studies", "--", *words)
    assert said.code == 0, said.err
    assert isinstance(said.document, list)


def test_the_newest_come_first_and_a_limit_cuts(home: Path) -> None:
    everything = answer(home, "studies")
    days = [study["study_date"] for study in everything]
    assert days == sorted(days, reverse=True)
    assert days[0] == (date.today()).isoformat()  # noqa: DTZ011 - the clinic's own day
    assert answer(home, "studies", "--limit", "2") == everything[:2]
    assert answer(home, "studies", "--limit", "0") == []
    assert answer(home, "studies", "--limit", "99999999999999999999") == everything
    assert answer(home, "studies", "modality:CT", "--limit", "1") == [
        next(study for study in everything if study["modalities"] == ["CT"])
    ]


def test_yesterday_is_not_today(home: Path) -> None:
    yesterday = date.today() - timedelta(1)  # noqa: DTZ011 - the clinic's own day
    assert found(home, f"date:{yesterday}") == set()
    assert found(home, f"date:{yesterday}..") == {"5"}


def test_the_line_says_who_and_what(home: Path) -> None:
    (study,) = answer(home, "studies", "rex")
    assert study == {
        "study_uid": "1.2.826.0.1.3680043.10.1500.9.2",
        "animal_id": study["animal_id"],
        "animal_name": "Rex",
        "owner_name": "O'Brien",
        "species": "Feline",
        "breed": "Maine Coon",
        "patient_id": "A-101",
        "study_date": "2026-02-15",
        "modalities": ["DX"],
        "description": "Thorax",
        "series_count": 1,
        "instance_count": 1,
    }
    assert study["animal_id"]
    spoken = ask(home, "studies", "rex", json_wanted=False)
    assert "Rex (O'Brien)" in spoken.out
    assert study["study_uid"] in spoken.out
