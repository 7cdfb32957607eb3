"""The courier: the service's process that sends what is queued and applies the rules that send by themselves.

It has its own interpreter, so that converting pictures never makes a sending machine wait, and a peer that
hangs never hinders receiving or filing. The queue is in the database: a start goes on where the last one was
cut off. It is started only once an archive has been entered, for most clinics have none. It never listens.
"""

from __future__ import annotations

import logging
import time
from multiprocessing.connection import Connection
from pathlib import Path

from vetpacs_desktop import settings as settings_file
from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store import process
from vetpacs_desktop.store.database import salvage
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.network.sending.carrying import Carrier
from vetpacs_desktop.store.network.sending.router import Router

LOG = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
RETRY_SECONDS = 5.0
CLOSE_SECONDS = 20.0
EXPIRE_SECONDS = 60.0
NAME = "courier"
NICER = 10
"""Priority below receiving and filing (POSIX nice)."""


class CourierProcess(process.WantedProcess):
    """The service's handle on the process; wanted once an archive is entered."""

    def __init__(self, home: Home, own_name: str) -> None:
        def wanted() -> bool:
            return bool(salvage(home.database, "SELECT 1 FROM nodes LIMIT 1"))

        super().__init__(run, (str(home.root), own_name), NAME, wanted, CLOSE_SECONDS)


def run(root: str, own_name: str, bell: Connection) -> None:
    """The process: send until the service closes its end of `bell`, or dies."""
    home = Home(Path(root))
    process.live(home, NAME, NICER, lambda: _send(home, own_name, bell))


def _send(home: Home, own_name: str, bell: Connection) -> None:
    library = Library.open(home)
    try:
        Courier(home, library, own_name).work(bell)
    finally:
        library.close()


class Courier:
    """Sends for one library until told to stop."""

    def __init__(self, home: Home, library: Library, own_name: str) -> None:
        self._home = home
        self._library = library
        self._own_name = own_name
        self._cancel = CancelToken()
        self._carriers: dict[int, Carrier] = {}
        settle = settings_file.load(home.settings).number("sending.settle_seconds")
        self._router = Router(library, settle)
        self._expired = 0.0

    def work(self, bell: Connection) -> None:
        """Until `bell` closes."""
        while process.still_open(bell, LOOK_SECONDS):
            try:
                self.tick()
            except (KnownError, OSError) as error:
                LOG.error("Sending waits: %s", error)
                time.sleep(RETRY_SECONDS)
        self._cancel.cancel()
        for carrier in self._carriers.values():
            carrier.join(CLOSE_SECONDS / 2)

    def tick(self) -> None:
        """Apply the rules, and see that somebody carries to each archive for which something is due."""
        self._router.tick()
        for node_id in self._library.dispatch.due():
            running = self._carriers.get(node_id)
            if running is None or not running.is_alive():
                carrier = Carrier(self._home, self._library, node_id, self._own_name, self._cancel)
                self._carriers[node_id] = carrier
                carrier.start()
        if time.monotonic() - self._expired > EXPIRE_SECONDS:
            self._expired = time.monotonic()
            self._library.dispatch.expire()
