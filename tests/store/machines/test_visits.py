"""The visitors' book: bounded, forgiving, and read as it grows; and who may send, from the next call on."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.helpers.calling import call
from tests.helpers.peers import Served, service, wait_for
from vetpacs_desktop import settings as settings_file
from vetpacs_desktop.paths import Home
from vetpacs_desktop.settings import Settings
from vetpacs_desktop.store.machines import visits
from vetpacs_desktop.store.machines.visits import Book, Visits, service_of


@pytest.fixture
def served(home: Home) -> Iterator[Served]:
    with service(home) as running:
        yield running


def test_who_may_send_counts_from_the_next_call(home: Home) -> None:
    settings_file.save(Settings({"receiver.allowed_ae_titles": ("DR1",)}), home.settings)
    book = Book(home)
    with service(home) as served:
        call(served, "echoscu")
        wait_for(lambda: book.read()[-1].refusal == visits.NOT_ALLOWED)
        chosen = Settings({"receiver.allowed_ae_titles": ("DR1", "US1"), "receiver.only_own_name": True})
        settings_file.save(chosen, home.settings)
        call(served, "echoscu", called="WRONG")
        wait_for(lambda: book.read()[-1].refusal == visits.OTHER_NAME)
        call(served, "echoscu")
        wait_for(lambda: book.read()[-1].echoes == 1)
        home.settings.write_text("receiver = nonsense [", encoding="utf-8")  # half written: nothing changes
        call(served, "echoscu")
        wait_for(lambda: sum(visit.echoes for visit in book.read()) == 2)


def test_the_book_is_bounded_and_a_reader_misses_nothing(home: Home) -> None:
    writer, reader = Visits(home), Book(home)
    for number in range(6_000):
        one = writer.begin(f"10.0.0.{number % 250}")
        one.note("turned-away", why=visits.TOO_MANY)
        one.end(visits.CLOSED)
        if number % 500 == 0:
            assert reader.read()[-1].refusal == visits.TOO_MANY
    seen = reader.read()
    assert len(seen) == visits.MOST_VISITS
    assert all(visit.refusal == visits.TOO_MANY and visit.ended for visit in seen[-100:])
    assert sum(path.stat().st_size for path in home.run.glob("visits*")) < 3 * visits.MOST_BYTES
    assert [visit.key for visit in Book(home).read()][-50:] == [visit.key for visit in seen][-50:]


def test_damaged_lines_are_passed_over(home: Home) -> None:
    one = Visits(home).begin("10.0.0.5")
    with (home.run / visits.FILE).open("ab") as book:
        book.write(b"\xff\xfe nonsense\n{}\n[1]\n" + json.dumps({"visit": 1, "kind": "x"}).encode() + b"\n")
    one.end(visits.ABORTED)
    (visit,) = Book(home).read()
    assert (visit.address, visit.ended) == ("10.0.0.5", visits.ABORTED)


def test_services_by_their_classes() -> None:
    assert service_of("1.2.840.10008.1.1") == "echo"
    assert service_of("1.2.840.10008.5.1.4.1.1.7") == "store"
    assert service_of("1.2.840.10008.5.1.4.1.2.2.1") == "query"
    assert service_of("1.2.840.10008.5.1.4.1.2.2.2") == "retrieve"
    assert service_of("1.2.840.10008.5.1.1.9") == "print"
    assert service_of("1.3.12.2.1107.5.9.1") == "other"
