"""What is typed and what is stored fold to the same words, in every script people write names in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.store import folding
from vetpacs_desktop.store.database import Database
from vetpacs_desktop.store.folding import INSIDE, fold, id_words, name_words, species_words, words
from vetpacs_desktop.store.migrations import STEPS
from vetpacs_desktop.store.search import parse

LETTERS = (
    "abcxyzABCXYZ0123456789äöüßÄÖÜéèñçøæåłđşğıİŒœ"
    "αβγδωάέήίόύώϊϋΑΒΓΩΆΈςΣабвгдежзийъэюяАБВЯЙЁёїЄ"
    "あいうがぱゃアイウガパャﾔﾏﾀﾞ山田太郎小東王김희중홍길동אבגשקלםحرفعربيةไทย"
)
WORDS = st.text(alphabet=LETTERS, min_size=1, max_size=12)
TODAY = date(2026, 7, 12)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = Database(tmp_path_factory.mktemp("words") / "words.sqlite")
    opened.migrate(STEPS)
    yield opened
    opened.close()


def finds(database: Database, stored: str, typed: str) -> bool:
    match = parse(typed, TODAY).match
    with database.atomic():
        database.write("DELETE FROM study_words")
        database.write("INSERT INTO study_words (rowid, animal) VALUES (1, ?)", (stored,))
        return bool(database.value("SELECT count(*) FROM study_words WHERE study_words MATCH ?", (match,)))


@given(text=st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert words(fold(text)) == words(" ".join(words(fold(text))))


@given(name=st.lists(WORDS, min_size=1, max_size=3), data=st.data())
def test_the_start_of_every_word_finds_its_name(
    database: Database, name: list[str], data: st.DataObject
) -> None:
    word = data.draw(st.sampled_from(name))
    change = data.draw(st.sampled_from([str, str.upper, str.lower, str.casefold, fold]))
    start = change(word[: data.draw(st.integers(1, len(word)))])
    if words(fold(start)):
        assert finds(database, name_words([" ".join(name)]), start)


@given(word=WORDS, data=st.data())
def test_four_letters_from_inside_find_a_word(database: Database, word: str, data: st.DataObject) -> None:
    for part in words(fold(word)):
        if len(part) > folding.MIN_INSIDE:
            start = data.draw(st.integers(1, len(part) - folding.MIN_INSIDE))
            assert finds(database, name_words([word]), part[start:])


@given(text=st.text(max_size=30))
def test_no_text_smuggles_in_a_tail(text: str) -> None:
    for word in name_words([text.replace(INSIDE, "")]).split():
        assert word.count(INSIDE) <= 1
        assert word.find(INSIDE) <= 0


def test_identifiers_are_found_whole_without_separators_and_by_their_end(database: Database) -> None:
    stored = id_words(["276 098 100 000 042", "VDH-12/345"])
    for typed in ("276098100000042", "276", "098", "0042", "00042", "VDH", "vdh12345", "12/345", "2345"):
        assert finds(database, stored, typed), typed
    for typed in ("98100", "0043", "345678"):
        assert not finds(database, stored, typed), typed


@pytest.mark.parametrize("typed", ["dog", "canine", "Hund", "canis"])
@pytest.mark.parametrize("stored", ["Dog", "Canine", "Canis lupus familiaris", "HUND"])
def test_a_species_is_found_by_its_everyday_and_its_scholarly_word(
    database: Database, stored: str, typed: str
) -> None:
    assert finds(database, species_words(stored), typed)
    assert not finds(database, species_words(stored), "cat")


def test_a_very_long_word_does_not_swell_the_index() -> None:
    assert len(name_words(["x" * 1000])) < 1100
