"""Watches the library's feed of changes from a thread of its own and says what changed, in bursts.

The service files exams in another process; this is how the window learns of them. It never waits for it.
"""

from __future__ import annotations

import logging
from threading import Event as Flag
from threading import Thread
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.store.records import Change
from vetpacs_desktop.ui.bridge import Bridge

LOG = logging.getLogger(__name__)
PERIOD = 0.3
BUSY_PERIOD = 0.8
"""While an exam is arriving the list is renewed about once a second, not with every image."""

AGAIN_SECONDS = 2.0


class Changing(Protocol):
    """What the watch needs of the library."""

    def data_version(self) -> int: ...

    def newest_change(self) -> int: ...

    def changes_since(self, number: int) -> list[Change]: ...


class Watch(QObject):
    """Emits the changes since the last emission, at most about three times a second."""

    changed = Signal(object)
    """list[Change], oldest first; empty at the start and when the index was made anew: all may differ"""

    def __init__(self, library: Changing, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._bridge = bridge
        self._stop = Flag()
        self._thread = Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the thread and wait for it."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    # In the thread

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._poll()
            except KnownError as error:
                # It may be mended while the window is open: the service makes a damaged index anew.
                LOG.warning("The list can't be renewed at the moment: %s", error.sentence)
            except Exception:  # the thread's edge: without it the window would go on, silently stale
                LOG.exception("The list no longer renews itself")
                return
            self._stop.wait(AGAIN_SECONDS)

    def _poll(self) -> None:
        version, number = self._library.data_version(), self._library.newest_change()
        # What came between the list's first search and this moment is in no change that follows.
        self._bridge.post(lambda: self.changed.emit([]))
        wait = PERIOD
        while not self._stop.wait(wait):
            wait = PERIOD
            seen = self._library.data_version()
            if seen == version:
                continue
            version = seen
            if self._library.newest_change() < number:
                return  # another index stands there now
            changes = self._library.changes_since(number)
            if changes:
                number = changes[-1].number
                wait = BUSY_PERIOD
                self._bridge.post(lambda changes=changes: self.changed.emit(changes))  # type: ignore[misc]
