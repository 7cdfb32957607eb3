"""Wildcards and names: what matches, and that the word index never hides a match."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.store import folding
from vetpacs_desktop.store.matching import patterns
from vetpacs_desktop.store.matching.patterns import Between, NoSuchMoment

LETTERS = st.sampled_from("aeiourstlnmABÄÖüßéñçøłŁИваноαβγ山田太郎ポチ금희0123456789")
WORDS = st.text(LETTERS, min_size=1, max_size=9)
NAMES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    """The index's table of words, as the library makes it."""
    made = sqlite3.connect(":memory:")
    made.execute(
        'CREATE VIRTUAL TABLE study_words USING fts5(animal, tokenize = "unicode61 remove_diacritics 2", '
        "prefix = '1 2 3')"
    )
    yield made
    made.close()


def finds(index: sqlite3.Connection, name: str, expression: str) -> bool:
    """Whether the word index finds a study of that name by the expression."""
    index.execute("DELETE FROM study_words")
    index.execute("INSERT INTO study_words (animal) VALUES (?)", (folding.name_words([name]),))
    found = index.execute("SELECT count(*) FROM study_words WHERE study_words MATCH ?", (expression,))
    return bool(found.fetchone()[0])


@given(name=NAMES, data=st.data())
def test_a_name_is_matched_by_every_pattern_cut_out_of_it_and_the_index_agrees(
    index: sqlite3.Connection, name: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(name)))
    end = data.draw(st.integers(start, len(name)))
    pattern = ("*" if start else "") + name[start:end] + ("*" if end < len(name) else "")
    pattern = data.draw(st.sampled_from([pattern, pattern.upper(), pattern.lower()]))
    assert patterns.name_test([pattern])([name])
    expression = patterns.match_terms([pattern], "animal")
    assert not expression or finds(index, name, expression)


@given(name=NAMES, place=st.integers(0, 30))
def test_a_question_mark_stands_for_one_sign(index: sqlite3.Connection, name: str, place: int) -> None:
    place %= len(name)
    if len(folding.fold(name)) != len(name) or len(folding.spelled_out(name)) != len(name):
        return  # ß and ligatures are two signs once they are folded
    pattern = name[:place] + "?" + name[place + 1 :]
    assert patterns.text_test([pattern])([name])
    expression = patterns.match_terms([pattern], "animal")
    assert not expression or finds(index, name, expression)


@pytest.mark.parametrize(
    ("pattern", "name", "matches"),
    [
        ("smith^fluffy", "Smith^Fluffy", True),
        ("smith^f*", "Smith^Fluffy", True),
        ("^fluffy", "Smith^Fluffy", True),
        ("smith^", "Smith^Fluffy", True),
        ("fluffy^smith", "Smith^Fluffy", False),
        ("smith^*", "Fluffy", False),
        ("sm?th*", "Smith^Fluffy", True),
        ("smith fluffy", "Smith^Fluffy", True),
        ("fluffy, smith", "Smith^Fluffy", True),
        ("fluff", "Smith^Fluffy", False),
        ("MUELLER", "Müller^Rex", True),
        ("müller", "Mueller^Rex", True),
        ("müller", "Muller^Rex", True),
        ("やまだ", "ヤマダ^タロウ", True),
        ("100%*", "100% wool", True),
        ("a.c*", "abc", False),
    ],
)
def test_names(pattern: str, name: str, matches: bool) -> None:
    assert patterns.name_test([pattern])([name]) is matches


def test_a_name_in_two_scripts_must_match_in_each() -> None:
    names = ["Yamada^Tarou", "山田^太郎"]
    assert patterns.name_test(["Yamada*=山田*"])(names)
    assert not patterns.name_test(["Yamada*=鈴木*"])(names)


@pytest.mark.parametrize(
    ("value", "stretch"),
    [
        ("20260312", Between("2026-03-12", "2026-03-12")),
        ("2026.03.12", Between("2026-03-12", "2026-03-12")),
        ("2026-03-12", Between("2026-03-12", "2026-03-12")),
        ("202603*", Between("2026-03-01", "2026-03-31")),
        ("20260101-20260131", Between("2026-01-01", "2026-01-31")),
        ("20260101-", Between("2026-01-01", "")),
        ("-20260131", Between("", "2026-01-31")),
        ("-", Between()),
    ],
)
def test_days(value: str, stretch: Between) -> None:
    assert patterns.days(value) == stretch


@pytest.mark.parametrize(
    ("value", "stretch"),
    [
        ("083000", Between("08:30:00", "08:30:00")),
        ("0830", Between("08:30:00", "08:30:59")),
        ("08", Between("08:00:00", "08:59:59")),
        ("0700-093000.000", Between("07:00:00", "09:30:00")),
        ("1600-", Between("16:00:00", "")),
    ],
)
def test_times(value: str, stretch: Between) -> None:
    assert patterns.times(value) == stretch


@given(st.text(max_size=20))
def test_any_text_is_a_moment_or_said_to_be_none(text: str) -> None:
    for read in (patterns.days, patterns.times):
        with contextlib.suppress(NoSuchMoment):
            read(text)
