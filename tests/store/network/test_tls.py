"""Encrypted connections, with DCMTK's ``+tls``: the certificate made here, the clinic's own, and callers'."""

from __future__ import annotations

import os
import socket
import ssl
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.helpers.answering import Answering
from tests.helpers.corpus import images
from tests.helpers.dcmtk import echoscu, run, tool
from tests.helpers.orthanc import free_port
from tests.helpers.peers import service, wait_for
from tests.helpers.small_files import ROOT
from vetpacs_desktop import settings
from vetpacs_desktop.paths import Home
from vetpacs_desktop.service import state_of
from vetpacs_desktop.settings import Settings
from vetpacs_desktop.store.archives.nodes import Node
from vetpacs_desktop.store.network import tls
from vetpacs_desktop.store.network.receiving.receiver import Receiver

Begin = Callable[..., Answering]


def encrypted(answering: Begin, **changed: str) -> Answering:
    return answering(tls=True, tls_port=0, **changed)


def made(home: Home) -> Path:
    return home.certificates / "certificate.pem"


def a_certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate of somebody else and its key."""
    folder.mkdir(exist_ok=True)
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        f"/CN={name}",
    ]
    subprocess.run(
        [*command, "-out", str(certificate), "-keyout", str(key)], check=True, capture_output=True, timeout=60
    )
    return certificate, key


@pytest.fixture
def others(tmp_path: Path) -> Path:
    if not tool("openssl"):
        pytest.skip("needs openssl")
    return tmp_path / "others"


def test_the_certificate_made_here_is_ours_alone_and_stays_the_same(home: Home) -> None:
    before = tls.fingerprint(home, Settings())
    assert tls.fingerprint(home, Settings()) == before
    assert len(before.split(":")) == 32
    if os.name == "posix":
        for name in ("certificate.pem", "key.pem"):
            assert stat.S_IMODE((home.certificates / name).stat().st_mode) == 0o600


def test_images_come_and_are_searched_and_fetched_encrypted(
    answering: Begin, home: Home, tmp_path: Path
) -> None:
    here = encrypted(answering)
    here.add()
    port = str(here.receiver.tls_port)
    secure = ("+tla", "+cf", made(home))
    files = images("ct-tilted")[:6]
    assert run("storescu", "-R", *secure, "127.0.0.1", port, *files).returncode == 0
    assert here.receiver.spool.count() == 6
    keys = ("-k", "QueryRetrieveLevel=STUDY", "-k", f"StudyInstanceUID={ROOT}.1")
    told = run("findscu", "-S", *secure, *keys, "127.0.0.1", port)
    assert f"[{ROOT}.1" in told.stdout + told.stderr
    # getscu and movescu of this DCMTK can't be encrypted; our own sending side can.


def test_the_plain_port_stays_plain_and_the_encrypted_one_takes_no_plain_words(
    answering: Begin, home: Home
) -> None:
    here = encrypted(answering)
    assert echoscu(here.receiver.port).returncode == 0
    assert echoscu(here.receiver.tls_port).returncode != 0
    assert run("echoscu", "+tla", "+cf", made(home), "127.0.0.1", str(here.receiver.tls_port)).returncode == 0


def test_a_caller_who_never_shakes_hands_holds_up_nobody(answering: Begin, home: Home) -> None:
    here = encrypted(answering, idle_seconds=5)
    silent = [socket.create_connection(("127.0.0.1", here.receiver.tls_port)) for _ in range(5)]
    try:
        started = time.monotonic()
        told = run("echoscu", "+tla", "+cf", made(home), "127.0.0.1", str(here.receiver.tls_port))
        assert told.returncode == 0
        assert time.monotonic() - started < 4
    finally:
        for one in silent:
            one.close()


def test_the_clinics_own_certificate_is_shown(answering: Begin, others: Path) -> None:
    certificate, key = a_certificate(others, "clinic")
    here = encrypted(answering, tls_certificate=str(certificate), tls_key=str(key))
    told = run("echoscu", "+tla", "+cf", certificate, "127.0.0.1", str(here.receiver.tls_port))
    assert told.returncode == 0, told.stderr
    stranger, _ = a_certificate(others, "stranger")
    refused = run("echoscu", "+tla", "+cf", stranger, "127.0.0.1", str(here.receiver.tls_port))
    assert refused.returncode != 0


def test_only_callers_with_a_known_certificate(answering: Begin, home: Home, others: Path) -> None:
    certificate, key = a_certificate(others, "machine")
    stranger, stranger_key = a_certificate(others, "stranger")
    here = encrypted(answering, tls_clients=str(certificate))
    port = str(here.receiver.tls_port)
    known = run("echoscu", "+tls", key, certificate, "+cf", made(home), "127.0.0.1", port)
    assert known.returncode == 0, known.stderr
    unknown = run("echoscu", "+tls", stranger_key, stranger, "+cf", made(home), "127.0.0.1", port)
    assert unknown.returncode != 0
    assert run("echoscu", "+tla", "+cf", made(home), "127.0.0.1", port).returncode != 0


@pytest.mark.expects_errors
def test_a_certificate_that_can_not_be_used_is_said_and_machines_go_on_sending(
    answering: Begin, tmp_path: Path
) -> None:
    file = tmp_path / "nonsense.pem"
    file.write_text("no certificate", encoding="utf-8")
    here = encrypted(answering, tls_certificate=str(file))
    assert echoscu(here.receiver.port).returncode == 0
    assert here.receiver.tls_port == 0
    assert "nonsense.pem" in here.receiver.tls_problem


@pytest.mark.expects_errors
def test_a_taken_encrypted_port_is_said(answering: Begin) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        here = answering(tls=True, tls_port=other.getsockname()[1])
        assert "already used by another program" in here.receiver.tls_problem
        assert echoscu(here.receiver.port).returncode == 0


def test_fetched_exams_leave_encrypted_for_an_archive_that_wants_that(
    answering: Begin, home: Home, others: Path, tmp_path: Path
) -> None:
    """DCMTK's storescp with a certificate that is pinned to the archive."""
    here = answering()
    here.add()
    certificate, key = a_certificate(others, "archive")
    port, out = free_port(), tmp_path / "out"
    out.mkdir()
    command = [tool("storescp"), "+tls", str(key), str(certificate), "+cf", str(made(home)), "-od", str(out)]
    tls.identity(home, Settings())
    server = subprocess.Popen([*command, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: is_open(port))
        pinned = certificate.read_text(encoding="ascii")
        here.library.nodes.add(Node("Sink", "SINK", "127.0.0.1", port, tls=True, certificate=pinned))
        said = here.fetch("movescu", None, "-aem", "SINK", StudyInstanceUID=f"{ROOT}.1")
        assert "0x0000" in said
        assert len(list(out.iterdir())) == 1
    finally:
        server.terminate()
        server.wait(10)


def is_open(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def test_an_archive_with_another_certificate_than_the_pinned_one_gets_nothing(
    answering: Begin, home: Home, others: Path
) -> None:
    certificate, _ = a_certificate(others, "expected")
    here = encrypted(answering)
    context = tls.calling(home, Settings(), certificate.read_text(encoding="ascii"))
    with (
        socket.create_connection(("127.0.0.1", here.receiver.tls_port)) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        context.wrap_socket(plain, server_hostname="127.0.0.1")


def test_a_receiver_without_the_wish_opens_no_second_port(answering: Begin) -> None:
    receiver: Receiver = answering().receiver
    assert (receiver.tls_port, receiver.tls_problem) == (0, "")


def test_the_service_says_where_it_listens_encrypted(home: Home) -> None:
    settings.save(Settings({"receiver.tls": True, "receiver.tls_port": 0}), home.settings)
    with service(home):
        state = state_of(home)
        assert state is not None
        assert state.tls_problem == ""
        told = run("echoscu", "+tla", "+cf", made(home), "127.0.0.1", str(state.tls_port))
        assert told.returncode == 0
