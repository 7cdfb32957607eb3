"""Usual mistakes are recognised in rows as headers give them, and ordinary rows are left in peace."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.store.machines import habits
from vetpacs_desktop.store.machines.habits import Habit, Sample, habits_of, is_phone
from vetpacs_desktop.store.records import StudyUID


def exam(number: int, **facts: str) -> Sample:
    """A row without a fault, except as `facts` say."""
    whole = {
        "animal_name": f"Nero {number}",
        "owner_name": "Miller",
        "species": "Canis lupus familiaris",
        "patient_id": f"P{number:04}",
        "study_date": "2026-03-04",
        "received_on": "2026-03-04",
        "modality": "DX",
        "body_part": "THORAX",
    }
    return Sample(StudyUID(f"1.2.{number}"), **{**whole, **facts})


def found(rows: Sequence[Sample], pairs: Sequence[tuple[str, str]] = ()) -> dict[str, Habit]:
    return {habit.code: habit for habit in habits_of(rows, pairs)}


def test_exams_as_they_should_be_show_no_habit() -> None:
    assert found([exam(number) for number in range(40)]) == {}


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("+44 20 7946 0123", True),
        ("0049 30 901820", True),
        ("030/901820", True),
        ("(020) 7946 0123", True),
        ("555-010-1234", True),
        ("(555) 010-1234", True),
        ("0176 5550 1234", True),
        ("276098102345678", False),
        ("000123456789", False),
        ("P-2026-0031", False),
        ("20260304001", False),
        ("12345", False),
        ("", False),
    ],
)
def test_phone_numbers_are_told_from_chips_and_running_numbers(text: str, phone: bool) -> None:
    assert is_phone(text) is phone


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        (habits.PHONE_AS_ID, {"patient_id": "+44 20 7946 0123"}),
        (habits.MAIL_AS_ID, {"patient_id": "miller@example.org"}),
        (habits.NO_ID, {"patient_id": ""}),
        (habits.NO_ANIMAL, {"animal_name": ""}),
        (habits.NO_OWNER, {"owner_name": ""}),
        (habits.NO_SPECIES, {"species": ""}),
        (habits.NO_BODY_PART, {"body_part": ""}),
        (habits.BOTH_IN_NAME, {"animal_name": "Bella/Smith", "owner_name": ""}),
        (habits.BOTH_IN_NAME, {"animal_name": "Smith, Bella", "owner_name": ""}),
        (habits.BOTH_IN_NAME, {"animal_name": "Bella - Smith", "owner_name": ""}),
        (habits.BOTH_IN_NAME, {"animal_name": "Bella (Smith)", "owner_name": ""}),
        (habits.SWAPPED, {"animal_name": "Mrs. Miller", "owner_name": "Nero"}),
        (habits.SWAPPED, {"animal_name": "Carter", "owner_name": "Bella"}),
        (habits.CLOCK, {"study_date": "2001-01-01"}),
        (habits.CLOCK, {"study_date": "2027-03-04"}),
    ],
)
def test_a_slip_in_a_third_of_the_exams_is_a_habit(code: str, facts: dict[str, str]) -> None:
    rows = [exam(number, **(facts if number % 3 == 0 else {})) for number in range(12)]
    habit = found(rows)[code]
    assert (habit.count, habit.of) == (4, 12)
    assert habit.examples == ("1.2.0", "1.2.3", "1.2.6", "1.2.9")


def test_one_slip_among_many_is_no_habit_unless_it_does_harm() -> None:
    rows = [exam(number) for number in range(20)]
    assert found([*rows, exam(50, patient_id="")]) == {}
    mixed = [*rows, exam(3, animal_name="Luna", patient_id="P9999")]
    assert found(mixed)[habits.MIXED_EXAM].examples == ("1.2.3",)


def test_an_exam_whose_headers_spell_one_animal_in_two_ways_is_not_mixed() -> None:
    assert found([exam(1), exam(1, animal_name="NERO 1"), exam(1, animal_name="Nero-One")]) == {}


def test_other_machines_betray_who_swaps_animal_and_owner() -> None:
    rows = [exam(number, animal_name="Jones", owner_name="Attila") for number in range(3)]
    assert habits.SWAPPED not in found(rows)
    assert found(rows, [("attila", "jones")])[habits.SWAPPED].count == 3
    right = [exam(number, animal_name="Miller", owner_name="Max") for number in range(3)]
    assert habits.SWAPPED not in found(right, [("miller", "max")])


def test_one_number_for_many_animals_is_told() -> None:
    rows = [exam(number, patient_id="1") for number in range(4)]
    assert found(rows)[habits.SHARED_ID].count == 4


def test_old_exams_that_are_sent_once_more_are_no_wrong_clock() -> None:
    old = [exam(number, study_date="2024-05-06") for number in range(2)]
    assert found([*old, *(exam(number) for number in range(10, 20))]) == {}
    assert habits.CLOCK in found([exam(number, study_date="2024-05-06") for number in range(4)])


@given(
    st.lists(
        st.builds(
            Sample,
            study_uid=st.sampled_from(["1.1", "1.2", "1.3"]).map(StudyUID),
            animal_name=st.text(max_size=12),
            owner_name=st.text(max_size=12),
            species=st.sampled_from(["", "DOG"]),
            patient_id=st.text(max_size=16),
            study_date=st.sampled_from(["", "2026-02-30", "2026-01-02", "1970-01-01", "x"]),
            modality=st.sampled_from(["", "US", "DX"]),
            body_part=st.sampled_from(["", "HEAD"]),
            received_on=st.sampled_from(["", "2026-01-03"]),
        )
    )
)
def test_whatever_the_headers_say_the_counts_make_sense(rows: list[Sample]) -> None:
    exams = len({row.study_uid for row in rows})
    for habit in habits_of(rows):
        assert 0 < habit.count <= habit.of <= exams
        assert 0 < len(habit.examples) <= 5
