"""Hooks in the receiver: real machines and strangers call, and the book says what they wanted and got."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.calling import call, last
from tests.helpers.corpus import images
from tests.helpers.peers import Served, service, wait_for
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.machines import visits
from vetpacs_desktop.store.machines.visits import Book
from vetpacs_desktop.store.network.receiving.calls import TLS_HANDSHAKE


@pytest.fixture
def served(home: Home) -> Iterator[Served]:
    with service(home) as running:
        yield running


def test_a_machine_s_call_is_written_down_with_what_it_wanted_and_got(home: Home, served: Served) -> None:
    book = Book(home)
    call(served, "echoscu", called="SOMEBODY")
    echo = last(book)
    assert (echo.calling, echo.called, echo.address, echo.echoes) == ("US1", "SOMEBODY", "127.0.0.1", 1)
    assert echo.welcomed
    wait_for(lambda: book.read()[-1].ended == visits.RELEASED)
    files = images("ct-variable-gap")[:6]
    call(served, "storescu", *map(str, files))
    sent = last(book)
    assert (sent.objects, sent.refused) == (6, 0)
    assert sent.size >= sum(path.stat().st_size for path in files) * 0.9
    assert {one.service for one in sent.proposals} == {"store"}
    assert all(one.accepted in one.syntaxes for one in sent.proposals)


def test_what_is_not_offered_is_refused_and_named(home: Home, served: Served) -> None:
    call(served, "findscu", "-W", "-k", "0010,0010")
    book = Book(home)
    wait_for(lambda: any(one.answered for visit in book.read() for one in visit.proposals))
    visit = last(book)
    (proposal,) = visit.proposals
    assert (proposal.service, proposal.accepted) == ("worklist", "")
    assert visit.questions == ()


def test_a_refused_object_is_counted_with_its_reason(home: Home, served: Served, tmp_path: Path) -> None:
    cut = tmp_path / "cut.dcm"
    cut.write_bytes(images("ct-variable-gap")[0].read_bytes())
    from pydicom import dcmread

    dataset = dcmread(cut)
    dataset.PixelData = dataset.PixelData[: len(dataset.PixelData) // 2]
    dataset.save_as(cut)
    call(served, "storescu", str(cut))
    visit = last(Book(home))
    assert (visit.objects, visit.refused) == (0, 1)
    assert "cut off" in visit.last_refusal


@pytest.mark.parametrize(
    ("said", "what"),
    [
        (bytes((TLS_HANDSHAKE, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3)), visits.TLS),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", visits.WEB),
        (b"\x99" * 40, visits.GARBAGE),
        (b"", ""),
    ],
)
def test_strangers_are_told_apart(home: Home, served: Served, said: bytes, what: str) -> None:
    with socket.create_connection(("127.0.0.1", served.port)) as connection:
        connection.sendall(said)
        time.sleep(0.3)
    visit = last(Book(home))
    assert (visit.strange, visit.asked, visit.address) == (what, False, "127.0.0.1")
