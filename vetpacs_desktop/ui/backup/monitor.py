"""Looks at the backups in a thread, and says when something changed."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.paths import Home
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.operations.backing_up import Backups, Looker

PERIOD_MS = 1000


class BackupMonitor(QObject):
    """Looks as long as it is started."""

    changed = Signal(object)
    """Backups"""

    def __init__(self, home: Home, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._looker = Looker(home)
        self._bridge = bridge
        self._asking = False
        self._anew = False
        self.now = Backups()
        self._timer = QTimer(self, interval=PERIOD_MS)
        self._timer.timeout.connect(lambda: self.look())

    def start(self) -> None:
        """Look from now on."""
        self._timer.start()
        self.look()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    def close(self) -> None:
        """After the threads have ended."""
        self._looker.close()

    def look(self, *, anew: bool = False) -> None:
        """Look once; `anew`: something was changed, nothing of the last look is used again."""
        self._anew = self._anew or anew
        if self._asking:
            return
        self._asking, fresh, self._anew = True, self._anew, False
        moment = datetime.now().astimezone()
        self._bridge.start(
            lambda _report, _cancel: self._looker.look(moment, anew=fresh), self._came, self._failed
        )

    def _came(self, found: Backups) -> None:
        self._asking = False
        if found != self.now:
            self.now = found
            self.changed.emit(found)
        if self._anew:
            self.look()

    def _failed(self, error: BaseException) -> None:
        self._asking = False
        if not isinstance(error, KnownError):
            raise error
