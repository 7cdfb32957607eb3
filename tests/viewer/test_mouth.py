"""A dental chart is edited by making new ones, and survives being kept with its authors and times."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.errors import UsageError
from vetpacs_desktop.viewer.annotations import ImageRef
from vetpacs_desktop.viewer.measure.veterinary.charting import FINDINGS
from vetpacs_desktop.viewer.measure.veterinary.dental import FORMULAS, Tooth
from vetpacs_desktop.viewer.mouth import (
    CHARTED,
    Mouth,
    cleared,
    found,
    mouth_from,
    of_animal,
    rows_of,
    shows,
    teeth_as_text,
    teeth_in,
)

IMAGE = ImageRef("1.2.3", 1)
DOG = FORMULAS["dog"].adult


def kept(mouth: Mouth) -> Mouth:
    return mouth_from(
        (row.id, row.kind, ImageRef(row.sop_uid, row.frame), row.body, row.author, row.created, row.changed)
        for row in rows_of(mouth)
    )


def test_findings_are_set_changed_and_cleared() -> None:
    mouth = found(Mouth(), Tooth(108), "mobility", 1, "Anna", "10:00", "a")
    again = found(mouth, Tooth(108), "mobility", 1, "Ben", "11:00", "b")
    assert again == mouth, "the same word from somebody else changes nothing"
    (one,) = found(mouth, Tooth(108), "mobility", 2, "Ben", "11:00", "b").findings
    assert (one.id, one.value, one.author, one.created, one.changed) == ("a", 2, "Ben", "10:00", "11:00")
    assert cleared(mouth, Tooth(108), ("mobility",)).empty
    assert cleared(mouth, Tooth(107), ("mobility",)) == mouth


def test_a_picture_shows_teeth_or_none() -> None:
    mouth = shows(Mouth(), IMAGE, [Tooth(109), Tooth(108)], "Anna", "10:00", "a")
    shown = mouth.shown_on(IMAGE)
    assert shown is not None
    assert shown.teeth == (Tooth(108), Tooth(109))
    none = shows(mouth, IMAGE, [], "Ben", "11:00", "b")
    assert len(none.shown) == 1
    assert none.shown[0].teeth == ()
    assert mouth.shown_on(ImageRef("1.2.3", 0)) is None


def test_the_species_is_the_headers_until_a_person_says_otherwise() -> None:
    assert Mouth().species("Canis lupus familiaris") == "dog"
    assert Mouth().species("Parrot") == ""
    mouth = of_animal(Mouth(), "cat", "Anna", "10:00", "a")
    assert mouth.species("Dog") == "cat"
    with pytest.raises(UsageError):
        of_animal(mouth, "parrot", "Anna", "10:00", "a")


def test_another_species_hides_findings_and_throws_none_away() -> None:
    mouth = found(Mouth(), Tooth(105), "missing", True, "Anna", "10:00", "a")
    assert mouth.chart("dog").at(Tooth(105)) == {"missing": True}
    assert mouth.chart("cat").findings == {}
    assert [one.tooth for one in mouth.strays("cat")] == [Tooth(105)]
    extra = found(mouth, Tooth(105), "supernumerary", True, "Anna", "10:01", "b")
    assert extra.strays("cat") == ()
    newer = replace(mouth, findings=(replace(mouth.findings[0], name="from_a_newer_program"),))
    assert newer.strays("dog") == newer.findings
    assert kept(newer) == newer


@given(
    st.dictionaries(
        st.tuples(st.sampled_from(DOG), st.sampled_from([*FINDINGS])), st.integers(0, 3), max_size=12
    ),
    st.sets(st.sampled_from(DOG)),
)
def test_what_is_kept_comes_back_exactly(values: dict[tuple[Tooth, str], int], teeth: set[Tooth]) -> None:
    mouth = of_animal(shows(Mouth(), IMAGE, sorted(teeth), "Anna", "t", "i"), "dog", "Anna", "t", "s")
    for number, ((tooth, name), value) in enumerate(values.items()):
        mouth = found(mouth, tooth, name, True if FINDINGS[name].is_mark else value, "Anna", "t", str(number))
    assert kept(mouth) == mouth


def test_broken_rows_are_left_out() -> None:
    rows: list[tuple[str, str, ImageRef, dict[str, object], str, str, str]] = [
        ("1", CHARTED, IMAGE, {"tooth": 999, "finding": "missing", "value": True}, "", "", ""),
        ("2", CHARTED, IMAGE, {"finding": "missing", "value": True}, "", "", ""),
        ("3", CHARTED, IMAGE, {"tooth": 108, "finding": "missing", "value": "yes"}, "", "", ""),
        ("4", "something else", IMAGE, {}, "", "", ""),
        ("5", CHARTED, IMAGE, {"tooth": 108, "finding": "missing", "value": True}, "", "", ""),
    ]
    assert [one.id for one in mouth_from(rows).findings] == ["5"]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("107-109, 208", [107, 108, 109, 208]),
        ("Dental, 307 – 309", [307, 308, 309]),
        ("109-107", [107, 108, 109]),
        ("104 204", [104, 204]),
        ("104-204", [104, 204]),
        ("1.2.840.108, 2108, 112, 500", []),
        ("", []),
    ],
)
def test_teeth_in_words(text: str, numbers: list[int]) -> None:
    assert [tooth.number for tooth in teeth_in(text)] == numbers


@given(st.sets(st.sampled_from(DOG)))
def test_words_for_teeth_name_the_same_teeth(teeth: set[Tooth]) -> None:
    assert set(teeth_in(teeth_as_text(teeth))) == teeth


def test_a_tooth_that_is_not_there_breaks_no_range() -> None:
    cat = FORMULAS["cat"].adult
    assert teeth_as_text([Tooth(104), Tooth(106), Tooth(107)], cat) == "104-107"
    assert teeth_as_text([Tooth(104), Tooth(107)], cat) == "104, 107"
