"""Who may send, as the settings say at this moment: a change made in the window counts from the next caller.

It only reads the settings' file, and only when that has changed; it refuses nobody itself.
"""

from __future__ import annotations

import contextlib
import threading

from vetpacs_desktop import settings as settings_file
from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.paths import Home
from vetpacs_desktop.settings import Settings


class Allowed:
    """The list of one receiver; safe from any thread."""

    def __init__(self, home: Home, settings: Settings) -> None:
        self._path = home.settings
        self._lock = threading.Lock()
        self._mark = self._look()
        self._take(settings)

    def renew(self) -> None:
        """Read the settings again if their file has changed; a file that can't be used changes nothing."""
        with self._lock:
            mark = self._look()
            if mark == self._mark:
                return
            self._mark = mark
            with contextlib.suppress(KnownError, OSError):
                self._take(settings_file.load(self._path))

    def _take(self, settings: Settings) -> None:
        names = settings.names("receiver.allowed_ae_titles")
        self.names = frozenset(name.strip() for name in names if name.strip())
        self.own_name_only = settings.flag("receiver.only_own_name")

    def _look(self) -> tuple[int, int] | None:
        try:
            state = self._path.stat()
        except OSError:
            return None
        return (state.st_mtime_ns, state.st_size)
