"""The three kinds of places with what a test needs to look behind them: their folder, and their server."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.helpers.samba import PASSWORD, Samba, samba
from tests.helpers.sshd import Sshd, sshd
from vetpacs_desktop.store.backup.target import Target
from vetpacs_desktop.store.backup.targets import url
from vetpacs_desktop.store.backup.targets.local import LocalTarget
from vetpacs_desktop.store.backup.targets.sftp import SftpTarget
from vetpacs_desktop.store.backup.targets.smb import SmbTarget

PATIENCE = 1.0
KINDS = ("local", "smb", "sftp")


@dataclass(slots=True)
class Spot:
    """One place of one kind, fresh for each test."""

    kind: str
    root: Path
    """The folder behind it, as this computer sees it."""
    make: Callable[[str, float], Target]
    server: Samba | Sshd | None = None
    opened: list[Target] = field(default_factory=list)

    def open(self, expected: str = "", patience: float = 20.0) -> Target:
        """The target; closed when the test ends."""
        target = self.make(expected, patience)
        self.opened.append(target)
        return target

    def parts(self) -> list[Path]:
        """What is left of files in the making."""
        return [path for path in self.root.rglob(".part/*") if path.is_file()]


@pytest.fixture(scope="session")
def samba_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Samba]:
    """One server for all tests; a test that ends it starts it again."""
    with samba(tmp_path_factory.mktemp("samba")) as server:
        yield server


@pytest.fixture(scope="session")
def ssh_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """One server for all tests; a test that ends it starts it again."""
    with sshd(tmp_path_factory.mktemp("sshd")) as server:
        yield server


def spot_of(kind: str, folder: Path, request: pytest.FixtureRequest) -> Spot:
    """A place in a folder of its own."""
    if kind == "local":
        root = folder / "target"
        return Spot(kind, root, lambda expected, patience: LocalTarget("Place", root, expected, patience))
    inner = folder.name
    if kind == "smb":
        server: Samba = request.getfixturevalue("samba_server")
        where = url.parse(server.address(inner)).address
        return Spot(
            kind,
            server.shared / inner,
            lambda expected, patience: SmbTarget("Place", where, PASSWORD, expected, patience),
            server,
        )
    ssh: Sshd = request.getfixturevalue("ssh_server")
    there = url.parse(ssh.address(inner)).address
    return Spot(
        kind,
        ssh.shared / inner,
        lambda expected, patience: SftpTarget("Place", there, ssh.key, expected, patience),
        ssh,
    )


def closing(spot: Spot) -> Iterator[Spot]:
    """Hand it out; in the end its targets are closed and its server is well again."""
    try:
        yield spot
    finally:
        for target in spot.opened:
            target.close()
        if spot.server is not None:
            with contextlib.suppress(ProcessLookupError):
                spot.server.thaw()
            if spot.server.process is None:
                spot.server.start()


@pytest.fixture(params=KINDS)
def spot(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Spot]:
    """Each kind in turn."""
    yield from closing(spot_of(request.param, tmp_path, request))


@pytest.fixture(params=KINDS[1:])
def far(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Spot]:
    """The kinds that have a server."""
    yield from closing(spot_of(request.param, tmp_path, request))


@pytest.fixture
def target(spot: Spot) -> Target:
    """A target of each kind in turn, open."""
    return spot.open()
