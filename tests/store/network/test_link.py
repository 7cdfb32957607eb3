"""The conversation with another computer: every kind of failure has its sentence, and none hangs or leaks."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from pynetdicom import AE, evt
from pynetdicom.sop_class import Verification

from tests.helpers.orthanc import free_port
from vetpacs_desktop.paths import Home
from vetpacs_desktop.settings import Settings
from vetpacs_desktop.store.archives.nodes import Node
from vetpacs_desktop.store.network import link as link_module
from vetpacs_desktop.store.network import messages, tls, trouble
from vetpacs_desktop.store.network.contact import certificate_of, echo, peer_of
from vetpacs_desktop.store.network.link import Link, Peer, Proposal
from vetpacs_desktop.store.network.trouble import Address, MachineUnreachable

VERIFICATION = str(Verification)
CT, IMPLICIT = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.1.2"


def peer_at(port: int, title: str = "THEM", host: str = "127.0.0.1") -> Peer:
    return Peer(Address("Clinic", host, port, title, "VETPACS"))


@contextmanager
def stranger(talk: Callable[[socket.socket], object]) -> Iterator[int]:
    """Something that listens and does `talk` with whoever connects."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(10)

        def serve() -> None:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(10)
                with suppress(OSError):
                    talk(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(10)


@contextmanager
def entity(**rules: Any) -> Iterator[int]:
    """A pynetdicom archive that answers an echo and is called THEM."""
    made = AE("THEM")
    made.add_supported_context(Verification)
    for name, value in rules.items():
        setattr(made, name, value)
    server = made.start_server(("127.0.0.1", 0), block=False)
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()


def trouble_of(peer: Peer) -> MachineUnreachable:
    with pytest.raises(MachineUnreachable) as told:
        echo(peer)
    assert told.value.sentence.endswith(".")
    return told.value


def test_who_answers_answers() -> None:
    with entity() as port:
        assert 0 < echo(peer_at(port)) < 5


def test_nobody_there() -> None:
    error = trouble_of(peer_at(free_port()))
    assert isinstance(error, trouble.NobodyListens)
    assert "Check the port number" in error.sentence


def test_no_such_computer() -> None:
    error = trouble_of(peer_at(104, host="no-such-computer.invalid"))
    assert isinstance(error, trouble.NoSuchComputer)
    assert "no-such-computer.invalid" in error.sentence


def test_a_wrong_name() -> None:
    with entity(require_called_aet=True) as port:
        assert isinstance(trouble_of(peer_at(port, "OTHER")), trouble.WrongName)


def test_an_archive_that_does_not_know_us() -> None:
    with entity(require_calling_aet=["SOMEBODY"]) as port:
        error = trouble_of(peer_at(port))
        assert isinstance(error, trouble.DoesNotKnowUs)
        assert "calls itself VETPACS" in error.sentence


def test_an_archive_that_is_busy() -> None:
    with entity(maximum_associations=1) as port:
        with Link(peer_at(port), [Proposal(VERIFICATION, ("1.2.840.10008.1.2",))]):
            assert isinstance(trouble_of(peer_at(port)), trouble.TooBusy)
        time.sleep(0.2)
        assert echo(peer_at(port)) > 0


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", trouble.NotDicom),
        (b"SSH-2.0-OpenSSH_9.2\r\n", trouble.NotDicom),
        (b"\x15\x03\x01\x00\x02\x02\x46", trouble.WantsEncryption),
        (b"\x02\x00\x00\x00\x00\x04oops", trouble.NotDicom),
        (b"\x02\x00\xff\xff\xff\xffoops", trouble.NotDicom),
        (b"", trouble.TurnedAway),
        (b"\x02\x00\x00", trouble.TurnedAway),
        (b"\x07\x00\x00\x00\x00\x04\x00\x00\x02\x00", trouble.TurnedAway),
    ],
)
def test_something_else_listens_there(words: bytes, kind: type[MachineUnreachable]) -> None:
    def talk(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(words)

    with stranger(talk) as port:
        assert type(trouble_of(peer_at(port))) is kind


def test_silence_ends_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_module, "NEGOTIATE_SECONDS", 0.5)
    with stranger(lambda connection: time.sleep(2)) as port:
        error = trouble_of(peer_at(port))
    assert "no answer in time" in error.sentence


@contextmanager
def reader(pause: Callable[[int], float]) -> Iterator[Peer]:
    """An archive that takes CT images and rests so many seconds before the n-th packet."""
    count = 0

    def rest(_: Any) -> None:
        nonlocal count
        count += 1
        time.sleep(pause(count))

    made = AE("THEM")
    made.maximum_pdu_size = 256 * 1024
    made.add_supported_context(CT, IMPLICIT)
    handlers = [(evt.EVT_DATA_RECV, rest), (evt.EVT_C_STORE, lambda event: 0)]
    server = made.start_server(("127.0.0.1", 0), block=False, evt_handlers=handlers)
    try:
        yield peer_at(server.server_address[1])
    finally:
        server.shutdown()


def send(link: Link, megabytes: int) -> int:
    """The answer's status to one large object."""
    element = struct.pack("<HHL", 0x7FE0, 0x0010, megabytes * 2**20)
    pieces = (b"x" * 2**20 for _ in range(megabytes))
    link.send(1, messages.store(1, CT, "1.2.3"), [element, *pieces])
    return link.receive().status


def test_an_object_that_takes_long_on_a_slow_line_is_no_failure() -> None:
    """The time limit counts silence, not the length of an object."""
    with reader(lambda packet: 0.02) as peer:
        started = time.monotonic()
        with Link(peer, [Proposal(CT, (IMPLICIT,))], answer_seconds=1) as link:
            assert send(link, 30) == 0
        assert time.monotonic() - started > 2


def test_a_peer_that_takes_nothing_more_is_left() -> None:
    with (
        reader(lambda packet: 3 if packet == 3 else 0) as peer,
        pytest.raises(trouble.ConnectionLost, match="takes no more data"),
        Link(peer, [Proposal(CT, (IMPLICIT,))], answer_seconds=1) as link,
    ):
        send(link, 100)


@pytest.fixture
def certified(home: Home) -> Iterator[tuple[Home, int]]:
    """An archive that speaks TLS with the certificate this program makes for `home`."""
    made = AE("THEM")
    made.add_supported_context(Verification)
    server = made.start_server(("127.0.0.1", 0), block=False, ssl_context=tls.listening(home, Settings()))
    yield home, server.server_address[1]
    server.shutdown()


def test_encrypted_only_with_whom_we_trust(certified: tuple[Home, int], tmp_path: Path) -> None:
    _, port = certified
    ours = Home(tmp_path / "ours").make()
    node = Node("Clinic", "THEM", "127.0.0.1", port, tls=True)
    error = trouble_of(peer_of(ours, Settings(), node))
    assert isinstance(error, trouble.NotTrusted)
    assert "nothing was sent" in error.sentence
    shown = certificate_of("127.0.0.1", port)
    assert shown.fingerprint == tls.fingerprint(certified[0], Settings())
    trusted = Node("Clinic", "THEM", "127.0.0.1", port, tls=True, certificate=shown.pem)
    assert echo(peer_of(ours, Settings(), trusted)) > 0
    other = tls.identity(ours, Settings()).certificate.read_text()
    wrong = Node("Clinic", "THEM", "127.0.0.1", port, tls=True, certificate=other)
    assert isinstance(trouble_of(peer_of(ours, Settings(), wrong)), trouble.NotTrusted)


def test_encryption_on_one_side_only(certified: tuple[Home, int]) -> None:
    home, port = certified
    plain = trouble_of(peer_of(home, Settings(), Node("Clinic", "THEM", "127.0.0.1", port)))
    assert isinstance(plain, trouble.WantsEncryption | trouble.TurnedAway)
    with entity() as open_port:
        node = Node("Clinic", "THEM", "127.0.0.1", open_port, tls=True)
        assert isinstance(trouble_of(peer_of(home, Settings(), node)), trouble.NoEncryption)


def test_a_certificate_can_only_be_looked_at_where_there_is_one() -> None:
    with entity() as port, pytest.raises((OSError, ssl.SSLError)):
        certificate_of("127.0.0.1", port)
