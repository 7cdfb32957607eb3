"""Exams beside each other: numbers of their series, whose an image is, and never another animal's."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.viewer.annotations import Annotation, ImageRef, KeyImage, Sheet
from vetpacs_desktop.viewer.comparing import (
    away_words,
    days_between,
    joined_sheet,
    mark_of,
    matching,
    own_sheet,
    parted_sheet,
    span_words,
    subject_on_page,
)
from vetpacs_desktop.viewer.exam import Exam, ExamSeries, OtherAnimal


def series(uid: str, view: str = "", words: str = "", modality: str = "DX", **values: str) -> ExamSeries:
    return ExamSeries(
        uid,
        modality,
        1,
        words,
        (Path(uid),),
        1,
        view_position=view,
        sop_uids=(f"{uid}.1",),
        **values,
    )


def exam(uid: str, day: str = "20260309", animal: str = "a1", count: int = 2) -> Exam:
    own = tuple(series(f"{uid}.{n}") for n in range(count))
    return Exam(
        uid, "Rex", "Smith", "Dog", "", "", "", "7", day, "101500", "Thorax", "", own, animal_id=animal
    )


def test_series_are_numbered_on_and_know_their_exam() -> None:
    page = exam("1").with_beside(exam("2", "20250909")).with_beside(exam("3", "20240101", count=1))
    assert [page.exam_at(n).study_uid for n in range(5)] == ["1", "1", "2", "2", "3"]
    assert page.numbers_of("3") == range(4, 5)
    assert page.numbers_of("9") == range(0)
    assert page.series_at(4).series_uid == "3.0"
    assert page.path_of("2.1.1") == Path("2.1")
    found = page.exam_of_image("2.0.1")
    assert found is not None
    assert found.study_uid == "2"
    left = page.without("2")
    assert [one.study_uid for one in left.exams] == ["1", "3"]
    assert left.numbers_of("3") == range(2, 3)


@pytest.mark.parametrize("animals", [("a1", "b2"), ("", ""), ("a1", ""), ("", "a1")])
def test_an_exam_of_another_animal_or_of_nobody_known_is_refused(animals: tuple[str, str]) -> None:
    with pytest.raises(OtherAnimal):
        exam("1", animal=animals[0]).with_beside(exam("2", animal=animals[1]))


def test_an_exam_lies_beside_itself_never() -> None:
    page = exam("1")
    assert page.with_beside(exam("1")) is page


def test_each_picture_says_which_exam_it_is_of_while_there_are_several() -> None:
    alone = exam("1")
    assert mark_of(alone, alone) is None
    page = alone.with_beside(exam("2", "20250909")).with_beside(exam("3", "20270101"))
    page = page.with_beside(exam("4", ""))
    marks = [mark_of(one, page) for one in page.exams]
    assert [mark.text for mark in marks if mark is not None] == [
        "Current: 2026-03-09",
        "Earlier: 2025-09-09",
        "Later: 2027-01-01",
        "Other exam: no date",
    ]
    assert [mark.other for mark in marks if mark is not None] == [False, True, True, True]
    subject = subject_on_page(page, 2)
    assert (subject.date, subject.away) == ("2025-09-09 10:15", "6 months before")
    assert subject_on_page(page, 0).date == "2026-03-09 10:15"


def test_lateral_lies_beside_lateral() -> None:
    before = [series("a", "VD", "Thorax VD"), series("b", "RL", "Thorax right lateral")]
    assert matching(series("x", "RL", "Thorax right lateral"), before) == 1
    assert matching(series("x", "LL", "Thorax left lateral"), before) == 1
    assert matching(series("x", "DV", "Thorax DV"), before) == 0
    assert matching(series("x", "", "thorax vd"), before) == 0
    assert matching(series("x", "RL", modality="CT"), before) is None
    both = [series("l", "ML", "Stifle", laterality="L"), series("r", "CC", "Stifle", laterality="R")]
    assert matching(series("x", "ML", "Stifle", laterality="R"), both) == 1, "never the other limb"


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ("20260309", "20260309", "0 days"),
        ("20260308", "20260309", "1 day"),
        ("20260209", "20260309", "28 days"),
        ("20250909", "20260309", "6 months"),
        ("20250309", "20260309", "12 months"),
        ("20230309", "20260609", "3 years 3 months"),
        ("", "20260309", ""),
        ("20261399", "20260309", ""),
    ],
)
def test_time_between_exams_in_words(first: str, second: str, words: str) -> None:
    assert span_words(first, second) == words
    assert span_words(second, first) == words


def test_an_exam_of_the_same_day_says_so() -> None:
    page = exam("1").with_beside(exam("2"))
    assert subject_on_page(page, 2).away == "the same day"
    assert away_words("20260301", "20260309", True) == "8 days before"
    assert away_words("", "20260309", True) == ""


@given(st.dates(), st.dates())
def test_days_between_are_those_of_the_calendar(one: object, other: object) -> None:
    first, second = str(one).replace("-", ""), str(other).replace("-", "")
    assert days_between(first, second) == (other - one).days  # type: ignore[operator]


def drawn(id: str, sop_uid: str) -> Annotation:
    return Annotation(id, "length", ImageRef(sop_uid), ((0, 0), (1, 1)))


def test_what_is_drawn_belongs_to_its_images_exam() -> None:
    other = replace(exam("2"), sheet=Sheet((drawn("old", "lost.image"), drawn("o2", "2.0.1"))))
    page = exam("1").with_beside(other)
    sheet = joined_sheet(Sheet((drawn("a", "1.0.1"),), (KeyImage("k", ImageRef("2.1.1")),)), other.sheet)
    sheet = replace(sheet, annotations=(*sheet.annotations, drawn("nowhere", "9.9")))
    now, before = own_sheet(page, page, sheet), own_sheet(page, page.beside[0], sheet)
    assert [one.id for one in now.annotations] == ["a", "nowhere"]
    assert [one.id for one in before.annotations] == ["old", "o2"], "what it was opened with stays its own"
    assert [key.id for key in before.keys] == ["k"]
    assert now.keys == ()
    assert parted_sheet(sheet, page, page.beside[0]) == now
