"""A library that answers: filled with animals, and a receiver that other archives can ask."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pynetdicom.transport import AssociationSocket

from tests.helpers.answering import Answering
from vetpacs_desktop.paths import Home
from vetpacs_desktop.settings import Value

Begin = Callable[..., Answering]


@pytest.fixture
def answering(home: Home, tmp_path: Path) -> Iterator[Begin]:
    """Makes a receiver on `home` that anybody may ask, unless the settings say otherwise."""
    running: list[Answering] = []

    def begin(**changed: Value) -> Answering:
        folder = tmp_path / f"files{len(running)}"
        folder.mkdir()
        running.append(Answering.begin(home, folder, changed))
        return running[-1]

    yield begin
    for one in running:
        one.stop()


@pytest.fixture(autouse=True, scope="session")
def _peers_close_their_sockets() -> Iterator[None]:
    """pynetdicom leaves a peer's socket open when the other end was the first to go."""

    def shut(self: AssociationSocket) -> None:
        if self.socket is not None:
            with contextlib.suppress(OSError):
                self.socket.shutdown(socket.SHUT_RDWR)
            self.socket.close()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AssociationSocket, "_shutdown_socket", shut)
        yield
