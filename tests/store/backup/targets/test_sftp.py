"""SFTP: keys and passwords, the server's key that is pinned, and what servers refuse."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
from pathlib import Path

import pytest

from tests.helpers.orthanc import free_port
from tests.helpers.small_disk import small_disk
from tests.helpers.sshd import Sshd, account, sshd
from vetpacs_desktop.store.backup.target import (
    TargetChanged,
    TargetError,
    TargetFull,
    TargetNotWritable,
    TargetRefused,
    TargetUnreachable,
)
from vetpacs_desktop.store.backup.targets import url
from vetpacs_desktop.store.backup.targets.known_again import Signs, host_key, parsed
from vetpacs_desktop.store.backup.targets.pool import Watch
from vetpacs_desktop.store.backup.targets.sftp import SftpTarget
from vetpacs_desktop.store.backup.targets.sftp_link import Link, server_key


def target_at(server: Sshd, folder: str, secret: str | None = None, expected: str = "") -> SftpTarget:
    address = url.parse(server.address(folder)).address
    return SftpTarget("Off-site", address, server.key if secret is None else secret, expected)


def fresh_key(folder: Path, kind: str, *words: str) -> str:
    """The text of a private key that was never used."""
    path = folder / f"key-{kind}{len(words)}"
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", str(path), *words], check=True)
    return path.read_text(encoding="ascii")


def test_the_servers_key_can_be_seen_before_anything_is_told_to_it(tmp_path: Path) -> None:
    with sshd(tmp_path / "server") as server:
        address = url.parse(server.address("place")).address
        key = server_key("Off-site", address)
        assert key.startswith("ssh-ed25519 SHA256:")
        target = target_at(server, "place", expected=str(Signs(volume=key)))  # confirmed, not yet set up
        assert host_key(target.identity()) == key
        assert parsed(target.identity()).mark
        target.close()
    with pytest.raises(TargetUnreachable, match="nothing answers"):
        server_key("Off-site", address)


def test_another_key_of_the_server_is_refused_before_anything_is_told_to_it(tmp_path: Path) -> None:
    with sshd(tmp_path / "server") as server:
        first = target_at(server, "place")
        identity = first.identity()
        first.close()
        assert host_key(identity).startswith("ssh-ed25519 SHA256:")
        again = target_at(server, "place", expected=identity)
        server.kill()
        server.new_key()
        server.start()
        before = (server.folder / "log").read_text(encoding="utf-8").count("Accepted")
        with pytest.raises(TargetChanged, match="another key than before, SHA256:"):
            again.write("VetPACS/a", [b"1"])
        with pytest.raises(TargetChanged):
            target_at(server, "place", expected=identity)
        assert (server.folder / "log").read_text(encoding="utf-8").count("Accepted") == before
        again.close()


@pytest.mark.parametrize(
    ("kind", "words"), [("rsa", ("-b", "2048")), ("ecdsa", ()), ("rsa", ("-m", "PEM", "-b", "2048"))]
)
def test_keys_of_every_kind_let_in(
    ssh_server: Sshd, tmp_path: Path, kind: str, words: tuple[str, ...]
) -> None:
    text = fresh_key(tmp_path, kind, *words)
    allowed = ssh_server.folder / "client.pub"
    before = allowed.read_text(encoding="ascii")
    public = next(tmp_path.glob("*.pub")).read_text(encoding="ascii")
    allowed.write_text(before + public, encoding="ascii")
    try:
        target_at(ssh_server, tmp_path.name, text).close()
    finally:
        allowed.write_text(before, encoding="ascii")


def test_a_key_that_is_not_accepted_and_one_that_is_none(ssh_server: Sshd, tmp_path: Path) -> None:
    with pytest.raises(TargetRefused, match="does not accept the key"):
        target_at(ssh_server, "x", fresh_key(tmp_path, "ed25519"))
    with pytest.raises(TargetRefused, match="can't be read"):
        target_at(ssh_server, "x", "-----BEGIN OPENSSH PRIVATE KEY-----\nnothing")
    locked = tmp_path / "locked"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "secret words", "-f", str(locked)], check=True)
    with pytest.raises(TargetRefused, match="locked with a password"):
        target_at(ssh_server, "x", locked.read_text(encoding="ascii"))


def test_without_a_secret_the_accounts_own_keys_are_tried(
    ssh_server: Sshd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    with pytest.raises(TargetRefused, match="neither a password nor an accepted key"):
        target_at(ssh_server, "x", "")
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh/id_ed25519").write_text(ssh_server.key, encoding="ascii")
    target_at(ssh_server, "x", "").close()


def test_a_password(tmp_path: Path) -> None:
    with account() as (user, password), sshd(tmp_path / "server", ["PubkeyAuthentication no"]) as server:
        server.user = user
        for folder in server.shared.parents:  # pytest's own, which nobody else may enter
            if not folder.stat().st_mode & 0o001:
                folder.chmod(folder.stat().st_mode | 0o001)
        server.shared.chmod(0o777)
        target = target_at(server, "place", password)
        target.write("VetPACS/a", [b"1"])
        assert (server.shared / "place/VetPACS/a").owner() == user
        target.close()
        with pytest.raises(TargetRefused, match="the name or the password is wrong") as caught:
            target_at(server, "place", "not the password")
        assert "not the password" not in str(caught.value) + repr(caught.value.facts)
        (server.shared / "closed").mkdir(mode=0o700)
        closed = target_at(server, "closed", password)
        with pytest.raises(TargetNotWritable, match="permission denied"):
            closed.write("VetPACS/a", [b"1"])
        closed.close()


def test_a_server_that_lets_nobody_in_by_a_password(tmp_path: Path) -> None:
    lines = ["PasswordAuthentication no", "KbdInteractiveAuthentication no"]
    with sshd(tmp_path / "server", lines) as server, pytest.raises(TargetRefused, match="only by a key"):
        target_at(server, "x", "password")


def test_a_server_that_can_only_be_read(tmp_path: Path) -> None:
    with sshd(tmp_path / "server") as server:
        target = target_at(server, "place")
        target.write("VetPACS/a", [b"1"])
        target.close()
        server.kill()
        server.lines = ["Match all", "ForceCommand internal-sftp -R"]
        server.start()
        sealed = target_at(server, "place")
        assert b"".join(sealed.read("VetPACS/a")) == b"1"
        with pytest.raises(TargetNotWritable):
            sealed.write("VetPACS/b", [b"2"])
        sealed.close()


def test_a_disk_there_that_is_full(ssh_server: Sshd, tmp_path: Path) -> None:
    with small_disk(tmp_path, 8) as disk:
        address = url.parse(
            f"sftp://{ssh_server.user}@127.0.0.1:{ssh_server.port}{disk.outside}/place"
        ).address
        target = SftpTarget("Off-site", address, ssh_server.key)
        target.write("VetPACS/small", [b"1"])
        with pytest.raises(TargetFull):
            target.write("VetPACS/large", [os.urandom(1 << 20)] * 20)
        assert b"".join(target.read("VetPACS/small")) == b"1"
        assert target.size("VetPACS/large") is None
        target.close()


def test_nothing_listens_and_something_else_answers() -> None:
    with pytest.raises(TargetUnreachable, match="nothing answers"):
        SftpTarget("Off-site", url.parse(f"sftp://vet@127.0.0.1:{free_port()}/x").address, "secret")
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"220 mail here\r\n" * 3)

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(TargetUnreachable):
            SftpTarget(
                "Off-site",
                url.parse(f"sftp://vet@127.0.0.1:{server.getsockname()[1]}/x").address,
                "s",
                patience=5,
            )
        thread.join()


def test_a_server_without_sftp(tmp_path: Path) -> None:
    lines = ["Match all", "MaxSessions 0"]
    with sshd(tmp_path / "server", lines) as server, pytest.raises(TargetError, match="offers no SFTP"):
        target_at(server, "x")


def test_a_folder_of_the_accounts_own(ssh_server: Sshd, tmp_path: Path) -> None:
    where = os.path.relpath(ssh_server.shared / tmp_path.name, Path.home())
    address = url.Address(url.Kind.SFTP, where, "127.0.0.1", ssh_server.port, ssh_server.user)
    target = SftpTarget("Off-site", address, ssh_server.key)
    target.write("VetPACS/a", [b"1"])
    assert (ssh_server.shared / tmp_path.name / "VetPACS/a").read_bytes() == b"1"
    target.close()


def test_a_link_says_whether_it_is_well(ssh_server: Sshd) -> None:
    watch = Watch(20.0)
    link = Link("x", url.parse(ssh_server.address()).address, ssh_server.key, "", watch)
    assert link.is_well(0.0)
    link.close()
    assert not link.is_well(0.0)
    watch.close()


def test_a_server_that_goes_away_while_one_logs_in_has_not_refused_anybody(tmp_path: Path) -> None:
    import paramiko

    key = paramiko.RSAKey.generate(2048)
    with socket.create_server(("127.0.0.1", 0)) as server:

        class Leaving(paramiko.ServerInterface):
            """Cuts the line when it is told a password."""

            def check_auth_password(self, username: str, password: str) -> int:
                transports[0].sock.shutdown(socket.SHUT_RDWR)
                return paramiko.AUTH_FAILED

            def get_allowed_auths(self, username: str) -> str:
                return "password"

        transports = []

        def answer() -> None:
            connection, _ = server.accept()
            transport = paramiko.Transport(connection)
            transports.append(transport)
            transport.add_server_key(key)
            transport.start_server(event=threading.Event(), server=Leaving())

        thread = threading.Thread(target=answer)
        thread.start()
        where = url.parse(f"sftp://vet@127.0.0.1:{server.getsockname()[1]}/x").address
        with pytest.raises(TargetUnreachable, match="cut"):
            SftpTarget("Off-site", where, "secret", patience=10)
        thread.join()
        transports[0].close()
