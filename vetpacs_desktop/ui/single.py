"""One window per home: a second start hands its wish to the first one and ends.

Speaks over a local socket that only this account can open; it carries one line of JSON.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from vetpacs_desktop.paths import Home

WAIT_MS = 2000
LINE_MS = 200
"""So long the window waits for a connection's line; whoever is slower isn't one of ours."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a start was asked to open."""

    study: str | None = None
    animal: str | None = None


def name_of(home: Home) -> str:
    """The socket's name: one per home folder."""
    return "vetpacs-" + hashlib.sha256(str(home.root.resolve()).encode()).hexdigest()[:16]


def hand_over(home: Home, wish: Wish) -> bool:
    """Give `wish` to the window that is open for this home; False when there is none."""
    socket = QLocalSocket()
    socket.connectToServer(name_of(home))
    if not socket.waitForConnected(WAIT_MS):
        return False
    socket.write(json.dumps(asdict(wish)).encode() + b"\n")
    heard = socket.waitForBytesWritten(WAIT_MS) and socket.waitForReadyRead(WAIT_MS)
    socket.disconnectFromServer()
    return heard


class FirstWindow(QObject):
    """Listens for later starts."""

    asked = Signal(object)
    """Wish"""

    def __init__(self, home: Home, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._connected)
        if not self._server.listen(name_of(home)):
            # Left by a window that crashed: nobody answered, so the name is free to take.
            QLocalServer.removeServer(name_of(home))
            self._server.listen(name_of(home))

    def close(self) -> None:
        """Stop listening."""
        self._server.close()

    def _connected(self) -> None:
        """One line, one answer. Read at once: a start writes its line with the connection."""
        socket = self._server.nextPendingConnection()
        wish = _wish(socket)
        if wish is not None:
            socket.write(b"ok\n")
            socket.waitForBytesWritten(LINE_MS)
        socket.disconnectFromServer()
        socket.deleteLater()
        if wish is not None:
            self.asked.emit(wish)


def _wish(socket: QLocalSocket) -> Wish | None:
    if not socket.canReadLine():
        socket.waitForReadyRead(LINE_MS)
    try:
        said = json.loads(bytes(socket.readLine().data()))
        return Wish(_text(said.get("study")), _text(said.get("animal")))
    except (ValueError, AttributeError):
        return None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
