"""Who may search this archive and fetch exams from it: nobody whom the clinic has not named.

Sending in is another matter (`machines.allowed`). A name alone proves nothing, any machine can give itself
any: the other archives must come from their own address as well. A change of the settings counts at once.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable

from vetpacs_desktop import settings as settings_file
from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.paths import Home
from vetpacs_desktop.settings import Settings
from vetpacs_desktop.store.archives.addresses import Lookup
from vetpacs_desktop.store.archives.nodes import Node

NOBODY, ARCHIVES, ANYONE = "nobody", "archives", "anyone"


class Access:
    """The door of one service; safe from any thread."""

    def __init__(self, home: Home, settings: Settings, nodes: Callable[[], Iterable[Node]]) -> None:
        self._path = home.settings
        self._nodes = nodes
        self._lookup = Lookup()
        self._lock = threading.Lock()
        self._mark = self._look()
        self.settings = settings

    def refusal(self, name: str, address: str) -> str:
        """Why the machine `name` at `address` may not search and fetch; empty when it may.

        Plain ASCII of at most 64 signs, because it travels as an error comment. Raises `KnownError` when the
        library can't be asked.
        """
        settings = self._current()
        who = settings.text("receiver.who_may_fetch")
        if who == ANYONE or self._named(settings, name, address):
            return ""
        if who != ARCHIVES:
            return "Searching and fetching is closed in System > Receiver"
        here = [node for node in self._nodes() if node.ae_title == name and node.may_retrieve]
        if any(self._lookup.is_at(node.host, address) for node in here):
            return ""
        if here:
            return f"{name} is known at another address than {address}"[:64]
        return f"{name} is not among the archives known here"[:64]

    def _named(self, settings: Settings, name: str, address: str) -> bool:
        for line in settings.names("receiver.fetching_machines"):
            machine, at, place = line.strip().partition("@")
            if machine.strip() == name and (not at or self._lookup.is_at(place.strip(), address)):
                return settings.text("receiver.who_may_fetch") != NOBODY
        return False

    def _current(self) -> Settings:
        """The settings of now; a file that can't be used changes nothing."""
        with self._lock:
            mark = self._look()
            if mark != self._mark:
                self._mark = mark
                with contextlib.suppress(KnownError, OSError):
                    self.settings = settings_file.load(self._path)
            return self.settings

    def _look(self) -> tuple[int, int] | None:
        try:
            state = self._path.stat()
        except OSError:
            return None
        return (state.st_mtime_ns, state.st_size)
