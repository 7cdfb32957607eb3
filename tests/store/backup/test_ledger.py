"""The ledger believes nothing but what was read back, and survives its own loss."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

import pytest

from tests.helpers.backing_up import Clinic
from vetpacs_desktop.app import App
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup import layout
from vetpacs_desktop.store.backup.copies import Copy
from vetpacs_desktop.store.backup.history import BROKEN, OK
from vetpacs_desktop.store.backup.ledger import Book, Ledger, proved
from vetpacs_desktop.store.backup.making.tampering import expect
from vetpacs_desktop.store.backup.outcome import Generation

DIGESTS = [f"{number:064x}" for number in range(1200)]


def copy(digest: str, at: int = 100, suffix: str = ".dcm") -> Copy:
    return Copy(layout.object_name(digest, f"a{suffix}"), digest, digest, 10, at, at)


@pytest.fixture
def ledger(home: Home) -> Iterator[Ledger]:
    with Ledger.open(home) as opened:
        yield opened


@pytest.fixture
def book(ledger: Ledger) -> Book:
    return ledger.book("first")


def ended(book: Book, at: int) -> None:
    book.history.end_run(book.history.begin_run(at - 1), at, OK)


def test_copies_come_back_as_they_were_entered(book: Book) -> None:
    sealed = Copy(f"{layout.OBJECTS}/{'e' * 2}/{'e' * 64}.age", "a" * 64, "b" * 64, 300, 5, 6)
    others = [
        Copy(layout.list_name("c" * 64), "c" * 64, "c" * 64, 9, 5, 6),
        Copy(layout.database_name("d" * 64), "d" * 64, "d" * 64, 9, 5, 6),
    ]
    made = [sealed, *others, *(copy(digest) for digest in DIGESTS)]
    book.copies.enter(made)
    assert sorted(book.copies.all(page=100), key=lambda one: one.name) == sorted(
        made, key=lambda one: one.name
    )
    assert book.copies.whole([one.name for one in made]) == {one.name for one in made}
    assert book.copies.get(sealed.name) == sealed
    assert book.copies.amount() == (1203, 12_000 + 318, 0)
    assert len(book.copies.in_folder(0)) == 1200
    assert book.copies.in_folder(0xEE) == [sealed]
    assert book.copies.in_folder(255) == []


def test_the_same_digest_with_another_ending_is_another_file(book: Book) -> None:
    book.copies.enter([copy(DIGESTS[0])])
    assert not book.copies.whole([copy(DIGESTS[0], suffix=".kept").name])


def test_what_is_in_doubt_is_not_whole_until_it_is_copied_again(book: Book) -> None:
    book.copies.enter([copy(digest) for digest in DIGESTS[:3]])
    book.copies.complete(["list"])
    name = copy(DIGESTS[1]).name
    book.copies.doubt([name])
    assert name not in book.copies.whole([name])
    assert [one.name for one in book.copies.suspects()] == [name]
    assert book.copies.complete_lists(["list"]) == set()
    assert name not in {one.name for one in book.copies.oldest(10, 1000, 1000)}
    book.copies.enter([copy(DIGESTS[1], 200)])
    assert book.copies.suspects() == []


def test_what_was_pruned_is_forgotten_and_lists_that_stay_stay_complete(book: Book) -> None:
    lists = [Copy(layout.list_name(one * 64), one * 64, one * 64, 9, 5, 6) for one in "cd"]
    book.copies.enter([copy(DIGESTS[0]), copy(DIGESTS[1]), *lists])
    book.copies.complete(["c" * 64, "d" * 64])
    book.copies.forget([copy(DIGESTS[0]).name, lists[0].name])
    assert {one.name for one in book.copies.all()} == {copy(DIGESTS[1]).name, lists[1].name}
    assert book.copies.complete_lists(["c" * 64, "d" * 64]) == {"d" * 64}


def test_the_oldest_proof_comes_first_and_one_from_the_future_before_it(book: Book) -> None:
    book.copies.enter([copy(digest, at) for digest, at in zip(DIGESTS, (30, 10, 20, 5000), strict=False)])
    order = [one.sha256 for one in book.copies.oldest(4, 1000, 1000)]
    assert order == [DIGESTS[3], DIGESTS[1], DIGESTS[2], DIGESTS[0]]


def test_proved_means_read_back_and_in_a_published_generation(ledger: Ledger, book: Book) -> None:
    book.copies.enter([copy(digest) for digest in DIGESTS[:3]])
    assert not ledger.proved(DIGESTS[:3])  # no generation yet
    ended(book, 200)
    assert ledger.proved(DIGESTS[:3])
    assert not ledger.proved(DIGESTS[:4])
    second = ledger.book("second")
    second.copies.enter([copy(DIGESTS[3])])
    ended(second, 200)
    assert ledger.proved(DIGESTS[:4])
    second.copies.doubt([copy(DIGESTS[3]).name])
    assert not ledger.proved(DIGESTS[:4])
    assert proved(ledger.home, DIGESTS[:3])
    assert ledger.backup_ids() == ["first", "second"]


def test_without_a_ledger_nothing_is_proved_and_none_is_made(home: Home) -> None:
    assert not proved(home, DIGESTS[:1])
    assert not (home.root / "backup").exists()


def test_a_run_that_never_ended_is_told_of(book: Book) -> None:
    book.history.begin_run(10)
    assert not book.history.ended_well()
    book.history.broken(20)
    assert [run.outcome for run in book.history.runs()] == [BROKEN]
    ended(book, 30)
    assert book.history.ended_well()


def test_alarms_stay_until_they_are_over(book: Book) -> None:
    book.history.alarm("full", "It is full.", 1)
    book.history.alarm("full", "It is still full.", 2)
    assert [(one.at, one.sentence) for one in book.history.alarms()] == [(1, "It is still full.")]
    book.history.end_alarm("full", 3)
    assert book.history.alarms() == []


def test_generations_come_newest_first(book: Book) -> None:
    for number in (1, 3, 2):
        book.history.enter(Generation(f"2026112{number}T020000Z-000000", "2026", lost=("a", "b")))
    assert [one.id[7] for one in book.history.generations()] == ["3", "2", "1"]
    newest = book.history.newest()
    assert newest is not None
    assert newest.lost == ("a", "b")
    assert newest.partly


def test_facts_by_their_beginning(book: Book) -> None:
    expect(book, "one", "1")
    expect(book, "two", "2")
    expect(book, "one", "")
    assert book.history.facts("expected ") == {"two": "2"}


def test_a_list_of_ten_thousand_is_asked_quickly(book: Book) -> None:
    book.copies.enter([copy(f"{number * 2:064x}") for number in range(20_000)])
    names = [copy(f"{number:064x}").name for number in range(10_000)]
    began = time.monotonic()
    assert len(book.copies.whole(names)) == 5_000
    assert time.monotonic() - began < 2


def test_a_run_of_a_clinic_is_in_the_ledger(clinic: Clinic) -> None:
    clinic.exam(2)
    made = clinic.back_up()
    history = clinic.book().history
    assert history.newest() == made
    run = history.runs()[0]
    assert (run.outcome, run.generation, run.copied) == (OK, made.id, made.copied)
    assert len(history.rooms()) == 1


def test_the_trash_of_the_program_asks_the_ledger(clinic: Clinic) -> None:
    clinic.exam(2)
    clinic.back_up()
    clinic.exam(1)
    clinic.library.trash.put([clinic.study("1"), clinic.study("2")])
    with contextlib.closing(App.open(clinic.home)) as app:
        entries = {entry.study_uid: entry.id for entry in app.library.trash.entries()}
        assert app.library.trash.unproved(entries.values()) == [entries[clinic.study("2")]]
