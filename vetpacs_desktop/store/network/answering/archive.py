"""What the services of the listening side share: the library, opened when first needed, and the door.

It keeps one library open for the process. It answers nothing itself.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from vetpacs_desktop.paths import Home
from vetpacs_desktop.settings import Settings
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.network.answering.access import Access
from vetpacs_desktop.store.network.talk import Talk

LOG = logging.getLogger(__name__)

Refused = Callable[[str, str, str], None]
"""Told of a machine (name, address) that was turned away, and why."""


class Archive:
    """The archive as the services see it; safe from any thread."""

    def __init__(self, home: Home, settings: Settings, ae_title: str, refused: Refused) -> None:
        self.home = home
        self.ae_title = ae_title
        self._refused = refused
        self._lock = threading.Lock()
        self._library: Library | None = None
        self._file: tuple[int, int] | None = None
        self._outdated: list[Library] = []
        self._access = Access(home, settings, lambda: self.library().nodes.list())

    @property
    def settings(self) -> Settings:
        """The settings as they were read last."""
        return self._access.settings

    def library(self) -> Library:
        """The library; another one once its index has been replaced by a rebuilt one.

        Raises `LibraryDamaged` and its kin as long as it can't be opened.
        """
        with self._lock:
            if self._library is not None and self._file != self._identity():
                self._outdated.append(self._library)  # somebody may be reading in it
                self._library = None
            if self._library is None:
                self._library = Library.open(self.home)
                self._file = self._identity()
            return self._library

    def refusal(self, talk: Talk, what: str) -> str:
        """Why the machine may not `search` or `fetch`, empty when it may; a refusal is written down."""
        reason = self._access.refusal(talk.name, talk.address)
        if reason:
            LOG.warning("%s at %s may not %s: %s", talk.name, talk.address, what, reason)
            self._refused(talk.name, talk.address, f"It wanted to {what} exams. {reason}.")
        return reason

    def close(self) -> None:
        """Let go of the library."""
        with self._lock:
            for library in (*self._outdated, *filter(None, (self._library,))):
                library.close()
            self._outdated.clear()
            self._library = None

    def _identity(self) -> tuple[int, int] | None:
        """Which file the index is, whatever its name."""
        try:
            state = self.home.database.stat()
        except OSError:
            return None
        return (state.st_dev, state.st_ino)
