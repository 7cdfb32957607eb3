"""Whatever strangers do to the port, a machine with an exam gets through, and the service stays small."""

from __future__ import annotations

import contextlib
import os
import random
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator

import psutil
import pytest
from pynetdicom.pdu import A_ASSOCIATE_RQ

from tests.helpers import dcmtk
from tests.helpers.corpus import images
from tests.helpers.peers import Served, service, wait_for
from tests.helpers.small_files import CT
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.network.link import Proposal, _request
from vetpacs_desktop.store.network.receiving.crowd import STRANGERS
from vetpacs_desktop.store.network.trouble import Address

GOOD_SECONDS = 30
MOST_MEMORY = 400 * 1024 * 1024


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, Served]]:
    home = Home(tmp_path_factory.mktemp("strangers") / "home").make()
    with service(home) as running:
        yield home, running


class Strangers:
    """Connections of one kind, opened in a thread until the test ends."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.stop = threading.Event()
        self.open: list[socket.socket] = []

    def connect(self) -> socket.socket:
        one = socket.create_connection(("127.0.0.1", self.port), 5)
        self.open.append(one)
        return one

    def close(self) -> None:
        for one in self.open:
            one.close()


def association_request(port: int) -> bytes:
    request = A_ASSOCIATE_RQ()
    address = Address("x", "127.0.0.1", port, "VETPACS", "STRANGER")
    request.from_primitive(_request(address, [Proposal(CT, ("1.2.840.10008.1.2.1",))]))
    return bytes(request.encode())


def garbage(strangers: Strangers) -> None:
    dice = random.Random(1)
    while not strangers.stop.is_set():
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", strangers.port), 5) as one:
            one.sendall(dice.randbytes(dice.choice([1, 6, 60, 6000])))
        time.sleep(0.005)


def two_hundred_that_say_nothing(strangers: Strangers) -> None:
    for _ in range(200):
        strangers.connect()
    strangers.stop.wait()


def slow_words(strangers: Strangers) -> None:
    """Each a byte of a proper request now and then."""
    words = association_request(strangers.port)
    for number in range(100):
        strangers.connect().sendall(words[: 7 + number % 20])
    for letter in words[30:]:
        for one in strangers.open:
            with contextlib.suppress(OSError):
                one.sendall(bytes((letter,)))
        if strangers.stop.wait(0.2):
            return


def huge_packets(strangers: Strangers) -> None:
    for kind in (1, 4, 1, 4):
        one = strangers.connect()
        if kind == 4:
            one.sendall(association_request(strangers.port))
            one.recv(8)
        with contextlib.suppress(OSError):
            one.sendall(struct.pack(">BxL", kind, 0xFFFFFFF0) + os.urandom(100_000))
    strangers.stop.wait()


def every_place_taken(strangers: Strangers) -> None:
    """Proper associations, more than there are places, in which nothing is said."""
    request = association_request(strangers.port)
    for _ in range(40):
        with contextlib.suppress(OSError):
            strangers.connect().sendall(request)
    strangers.stop.wait()


@pytest.mark.parametrize(
    "hostile", [garbage, two_hundred_that_say_nothing, slow_words, huge_packets, every_place_taken]
)
def test_a_good_machine_gets_through(
    served: tuple[Home, Served], hostile: Callable[[Strangers], None]
) -> None:
    _, running = served
    strangers = Strangers(running.port)
    thread = threading.Thread(target=hostile, args=(strangers,))
    thread.start()
    try:
        time.sleep(1.0)
        files = images("ct-variable-gap")[:10]
        # As machines do: an exam that was turned away is tried again after a while.
        wait_for(lambda: dcmtk.storescu(running.port, files).returncode == 0, GOOD_SECONDS)
    finally:
        strangers.stop.set()
        thread.join()
        strangers.close()
    process = psutil.Process(running.process.pid)
    assert process.memory_info().rss < MOST_MEMORY
    wait_for(lambda: process.num_threads() < 40, 20)


def test_silent_connections_are_few_and_short_of_life(served: tuple[Home, Served]) -> None:
    _, running = served
    strangers = Strangers(running.port)
    process = psutil.Process(running.process.pid)
    before = process.num_threads()
    for _ in range(200):
        strangers.connect()
    time.sleep(1)
    assert process.num_threads() - before <= 2 * STRANGERS + 4
    assert dcmtk.echoscu(running.port).returncode == 0
    strangers.close()
    wait_for(lambda: process.num_threads() <= before + 2)


def test_everything_the_good_machine_sent_is_there(served: tuple[Home, Served]) -> None:
    home, _ = served
    library = Library.open(home)
    wait_for(lambda: library.counts()[1] == 10)
    found = library.verify()
    library.close()
    assert (found.missing, found.corrupt, found.orphans) == ((), (), ())
    assert list(home.spool.iterdir()) == []
