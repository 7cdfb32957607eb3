"""Watches the queue and the archives in the database, in a thread, and says when something changed."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.operations.sending import Traffic, traffic_of

PERIOD_MS = 700


class TrafficMonitor(QObject):
    """Looks as long as it is started; cheap while nothing changes."""

    changed = Signal(object)
    """Traffic"""
    touched = Signal()
    """Somebody wrote something into the library, about archives or not."""

    def __init__(self, library: Library, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._bridge = bridge
        self._version = -1
        self._asking = False
        self.now = Traffic()
        self._timer = QTimer(self, interval=PERIOD_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Look from now on."""
        self._timer.start()
        self.look()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    def look(self) -> None:
        """Ask whether anything changed."""
        if self._asking:
            return
        self._asking = True
        version = self._version

        def read() -> tuple[int, Traffic | None]:
            newest = self._library.data_version()
            return newest, None if newest == version else traffic_of(self._library)

        self._bridge.start(lambda _report, _cancel: read(), self._came, self._failed)

    def _came(self, found: tuple[int, Traffic | None]) -> None:
        self._asking = False
        self._version, traffic = found
        if traffic is not None:
            self.touched.emit()
        if traffic is not None and traffic != self.now:
            self.now = traffic
            self.changed.emit(traffic)

    def _failed(self, error: BaseException) -> None:
        self._asking = False
        if not isinstance(error, KnownError):
            raise error
