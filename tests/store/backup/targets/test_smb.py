"""A share: what its server refuses ends in a sentence, and a server that demands encryption gets it."""

from __future__ import annotations

import os
import secrets
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.orthanc import free_port
from tests.helpers.samba import PASSWORD, Samba, samba
from tests.helpers.small_disk import small_disk
from vetpacs_desktop.store.backup.target import (
    TargetError,
    TargetFull,
    TargetNotWritable,
    TargetRefused,
    TargetUnreachable,
)
from vetpacs_desktop.store.backup.targets import smb_faults, url
from vetpacs_desktop.store.backup.targets.pool import Watch
from vetpacs_desktop.store.backup.targets.smb import SmbTarget
from vetpacs_desktop.store.backup.targets.smb_link import Link

WRONG = secrets.token_hex(8)


def target_at(address: str, password: str = PASSWORD) -> SmbTarget:
    return SmbTarget("NAS", url.parse(address).address, password)


def test_a_wrong_password_is_told_of_without_repeating_it(samba_server: Samba) -> None:
    with pytest.raises(TargetRefused, match="the name or the password is wrong") as caught:
        target_at(samba_server.address(), WRONG)
    everything = "".join(traceback.format_exception(caught.value)) + repr(caught.value.facts)
    assert WRONG not in everything


def test_an_account_that_is_not_there(samba_server: Samba) -> None:
    with pytest.raises(TargetRefused):
        target_at(samba_server.address().replace(f"//{samba_server.user}@", "//nobody-here@"))


def test_a_share_that_is_not_there(samba_server: Samba) -> None:
    with pytest.raises(TargetError, match="no share of this name"):
        target_at(samba_server.address(share="nothing"))


def test_nothing_listens() -> None:
    with pytest.raises(TargetUnreachable, match="nothing answers at that address and port"):
        target_at(f"smb://vet@127.0.0.1:{free_port()}/backup")


def test_something_else_answers() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 10)

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(TargetUnreachable):
            target_at(f"smb://vet@127.0.0.1:{server.getsockname()[1]}/backup")
        thread.join()


def test_a_share_that_is_read_only_can_be_read_and_says_so(samba_server: Samba, tmp_path: Path) -> None:
    folder = samba_server.shared / tmp_path.name / "VetPACS"
    folder.mkdir(parents=True)
    (folder / "a").write_bytes(b"1")
    target = target_at(samba_server.address(tmp_path.name, share="sealed"))
    try:
        assert b"".join(target.read("VetPACS/a")) == b"1"
        with pytest.raises(TargetNotWritable):
            target.write("VetPACS/b", [b"2"])
        with pytest.raises(TargetNotWritable):
            target.delete("VetPACS/a")
    finally:
        target.close()


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Samba]:
    """A server that takes nothing unencrypted."""
    with samba(tmp_path / "strict", options={"server smb encrypt": "required"}) as server:
        yield server


def test_a_server_that_demands_encryption(strict: Samba) -> None:
    target = target_at(strict.address())
    data = os.urandom(3_000_000)
    try:
        target.write("VetPACS/a", [data])
        assert b"".join(target.read("VetPACS/a")) == data
        assert (strict.shared / "VetPACS/a").read_bytes() == data
    finally:
        target.close()


def test_a_share_that_is_full(tmp_path: Path) -> None:
    folder = tmp_path / "full"
    (folder / "shared").mkdir(parents=True)
    with small_disk(folder / "shared", 8) as disk:
        inside = ("nsenter", "-t", str(disk.holder.pid), "-m", "--")
        with samba(folder, entering=inside) as server:
            target = target_at(server.address())
            target.write("VetPACS/small", [b"1"])
            with pytest.raises(TargetFull):
                target.write("VetPACS/large", [os.urandom(1 << 20)] * 20)
            assert b"".join(target.read("VetPACS/small")) == b"1"
            assert target.size("VetPACS/large") is None
            target.write("VetPACS/another", [b"2" * 100_000])
            target.close()


def test_statuses_are_told_apart() -> None:
    assert isinstance(smb_faults.of_status("NAS", 0xC000007F, "x"), TargetFull)
    assert "locked" in smb_faults.of_status("NAS", 0xC0000234, "x", "login").sentence
    assert "may not use the share" in smb_faults.of_status("NAS", 0xC0000022, "", "share").sentence
    assert "0xc0000001" in smb_faults.of_status("NAS", 0xC0000001, "x").sentence


def test_a_link_can_be_shut_while_nobody_answers(samba_server: Samba) -> None:
    watch = Watch(20.0)
    link = Link(url.parse(samba_server.address()).address, PASSWORD, watch)
    assert link.is_alive
    assert link.is_well(0.0)
    link.shut()
    link.close()
    assert not link.is_well(0.0)
    watch.close()
