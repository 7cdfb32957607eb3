"""A real OpenSSH server on a free port of this computer, with its own key and configuration, for SFTP alone.

It lets the account that runs the tests in by a key. Where that is root, an account with a password is made
for a test that wants one, and removed again.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import secrets
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.helpers.orthanc import free_port
from tests.helpers.peers import wait_for

PROGRAM = "/usr/sbin/sshd"
"""It starts itself anew for each connection, so its whole path is needed."""


@dataclass(slots=True)
class Sshd:
    """One server; `start` and `stop` may be called again and again, what it serves stays."""

    folder: Path
    """Its state; what it serves is `shared`."""
    port: int = field(default_factory=free_port)
    lines: Sequence[str] = ()
    """More lines for its configuration."""
    user: str = field(default_factory=getpass.getuser)
    shared: Path = field(init=False)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.shared = self.folder / "shared"

    @property
    def key(self) -> str:
        """The private key that it lets in."""
        return (self.folder / "client").read_text(encoding="ascii")

    def address(self, folder: str = "", password: str = "") -> str:
        """Its address for the program."""
        from urllib.parse import quote

        secret = f":{quote(password, safe='')}" if password else ""
        path = self.shared / folder if folder else self.shared
        return f"sftp://{self.user}{secret}@127.0.0.1:{self.port}{quote(str(path))}"

    def start(self) -> None:
        """Start and wait until it listens."""
        if not Path(PROGRAM).exists() or shutil.which("ssh-keygen") is None:
            pytest.skip("needs OpenSSH's server (apt-get install openssh-server)")
        if not (self.folder / "client").exists():
            self.shared.mkdir(exist_ok=True)
            self.new_key()
            _key(self.folder / "client")
        settings = self.folder / "sshd_config"
        settings.write_text("\n".join(self._settings()) + "\n", encoding="utf-8")
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)  # where it shuts itself in before anybody has logged in
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [PROGRAM, "-D", "-e", "-f", str(settings)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )
        wait_for(self._listens)

    def new_key(self) -> None:
        """Another computer, for whoever knew this one."""
        _key(self.folder / "host")

    def stop(self) -> None:
        """End it, and with it every connection."""
        self.kill()

    def kill(self) -> None:
        """As a power cut would: the server and every process that serves a connection."""
        if self.process is not None:
            for number in self._family():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(number, signal.SIGKILL)
            self.process.wait(30)
            self.process = None
            wait_for(lambda: not self._listens())

    def freeze(self) -> None:
        """It stays connected and answers nothing any more, as behind a cable that was pulled."""
        for number in self._family():
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        for number in self._family():
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGCONT)

    def _family(self) -> list[int]:
        import psutil

        if self.process is None:
            return []
        try:
            own = psutil.Process(self.process.pid)
            return [own.pid, *(child.pid for child in own.children(recursive=True))]
        except psutil.NoSuchProcess:
            return []

    def _listens(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1.0)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def _settings(self) -> Iterator[str]:
        yield f"Port {self.port}"
        yield "ListenAddress 127.0.0.1"
        yield f"HostKey {self.folder / 'host'}"
        yield f"PidFile {self.folder / 'pid'}"
        yield f"AuthorizedKeysFile {self.folder / 'client.pub'}"
        yield "StrictModes no"
        yield "PermitRootLogin yes"
        yield "UsePAM no"
        yield "MaxStartups 100"
        yield "Subsystem sftp internal-sftp"
        yield "ForceCommand internal-sftp"
        yield from self.lines


def _key(path: Path) -> None:
    path.unlink(missing_ok=True)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)


@contextlib.contextmanager
def sshd(folder: Path, lines: Sequence[str] = ()) -> Iterator[Sshd]:
    """A server that is stopped in the end, whatever happens."""
    folder.mkdir(parents=True, exist_ok=True)
    server = Sshd(folder, lines=lines)
    server.start()
    try:
        yield server
    finally:
        server.thaw()
        server.kill()


@contextlib.contextmanager
def account() -> Iterator[tuple[str, str]]:
    """(name, password) of an account of the system that lives as long as the test; root can make one."""
    if os.geteuid() != 0 or shutil.which("useradd") is None or shutil.which("chpasswd") is None:
        pytest.skip("only root can make an account for a moment")
    name, password = f"vet{secrets.token_hex(4)}", f"corgi@7 #%:{secrets.token_hex(4)}"
    subprocess.run(["useradd", "--no-create-home", "--shell", "/bin/sh", name], check=True)
    try:
        subprocess.run(["chpasswd"], input=f"{name}:{password}\n".encode(), check=True)
        yield name, password
    finally:
        subprocess.run(["userdel", name], check=True, stderr=subprocess.DEVNULL)
