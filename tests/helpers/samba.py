"""A real Samba server on a free port of this computer, with its own configuration, account and state.

It needs the right to change accounts (root), as Samba does; elsewhere tests that use it are skipped. What it
serves is a folder that tests look into directly.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.helpers.orthanc import free_port
from tests.helpers.peers import wait_for

PASSWORD = "corgi@7 #%:/x"
"""With signs that an address must encode."""
SHARE = "backup"
PROGRAMS = ("smbd", "/usr/sbin/smbd")


@dataclass(slots=True)
class Samba:
    """One server; `start` and `stop` may be called again and again, what it serves stays."""

    folder: Path
    """Its state; the share is `shared`."""
    port: int = field(default_factory=free_port)
    options: Mapping[str, str] = field(default_factory=dict)
    """More lines for the share."""
    entering: Sequence[str] = ()
    """Words before its command, to start it where another disk is mounted."""
    shared: Path = field(init=False)
    user: str = field(default_factory=getpass.getuser)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.shared = self.folder / "shared"

    def address(self, folder: str = "", *, password: bool = False, share: str = SHARE) -> str:
        """Its address for the program."""
        from urllib.parse import quote

        secret = f":{quote(PASSWORD, safe='')}" if password else ""
        path = f"{share}/{folder}" if folder else share
        return f"smb://{self.user}{secret}@127.0.0.1:{self.port}/{path}"

    def start(self) -> None:
        """Start and wait until it listens."""
        program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
        if program is None or shutil.which("smbpasswd") is None:
            pytest.skip("needs Samba (apt-get install samba)")
        if os.geteuid() != 0:
            pytest.skip("Samba can only be started by root")
        settings = self.folder / "smb.conf"
        if not settings.exists():
            self._prepare(settings)
        self.process = subprocess.Popen(
            [*self.entering, program, "--foreground", "--no-process-group", f"--configfile={settings}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        wait_for(self._listens)

    def stop(self) -> None:
        """End it, and with it every connection."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """As a power cut would: the server and every process that serves a connection."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """It stays connected and answers nothing any more, as behind a cable that was pulled."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def _end(self, number: int) -> None:
        if self.process is not None:
            self._signal(number)
            self._signal(signal.SIGCONT)
            self.process.wait(30)
            self._signal(signal.SIGKILL)
            self.process = None
            wait_for(lambda: not self._listens())

    def _listens(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1.0)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def _prepare(self, settings: Path) -> None:
        state = self.folder / "state"
        state.mkdir(parents=True)
        self.shared.mkdir(exist_ok=True)
        places = ("private dir", "lock directory", "state directory", "cache directory", "pid directory")
        lines = [
            "[global]",
            "server role = standalone server",
            "map to guest = never",
            "interfaces = 127.0.0.1",
            "bind interfaces only = yes",
            f"smb ports = {self.port}",
            "disable netbios = yes",
            "disable spoolss = yes",
            "load printers = no",
            "log level = 0",
            f"log file = {state / 'log'}",
            f"passdb backend = tdbsam:{state / 'passdb.tdb'}",
            f"ncalrpc dir = {state / 'ncalrpc'}",
            *(f"{place} = {state}" for place in places),
            f"[{SHARE}]",
            f"path = {self.shared}",
            f"valid users = {self.user}",
            "read only = no",
            *(f"{name} = {value}" for name, value in self.options.items()),
            "[sealed]",
            f"path = {self.shared}",
            "read only = yes",
        ]
        settings.write_text("\n".join(lines) + "\n", encoding="utf-8")
        subprocess.run(
            ["smbpasswd", "-c", str(settings), "-s", "-a", self.user],
            input=f"{PASSWORD}\n{PASSWORD}\n".encode(),
            stdout=subprocess.DEVNULL,
            check=True,
        )


@contextlib.contextmanager
def samba(folder: Path, **more: object) -> Iterator[Samba]:
    """A server that is stopped in the end, whatever happens."""
    folder.mkdir(parents=True, exist_ok=True)
    server = Samba(folder, **more)  # type: ignore[arg-type]
    server.start()
    try:
        yield server
    finally:
        server.thaw()
        server.kill()
