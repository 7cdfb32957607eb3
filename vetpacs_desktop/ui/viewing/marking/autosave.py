"""Saves what is drawn after every finished edit, in a thread of its own, the newest state of each exam.

A state that can't be written is tried again until it can. Knows no widget; what `keep` does is the
composition root's. Nothing is lost between two calls: `close` returns when all is written, or can't be.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from threading import Condition, Thread
from typing import Protocol

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.events import Event
from vetpacs_desktop.viewer.annotations import Sheet
from vetpacs_desktop.viewer.standard.looks import Look

_log = logging.getLogger(__name__)
RETRY_SECONDS = 3.0
PATIENCE_SECONDS = 20.0
"""What `close` waits at most; the library itself waits 30 s for others, once."""

Keep = Callable[[str, Sheet, Sheet], object]


class Hands(Protocol):
    """Who writes what is drawn for other programs, too."""

    def left(self, study_uid: str, looks: Mapping[str, Look]) -> None:
        """An exam is closed, its images as in `looks`: soon."""

    def write(self, study_uid: str, looks: Mapping[str, Look]) -> int:
        """Now; answers how many documents are new. Raises `KnownError`, `OSError`."""


class Autosave:
    """The pen that writes sheets down; made once for all exams."""

    def __init__(self, keep: Keep, author: str = "", hands: Hands | None = None) -> None:
        self.author = author
        """Who draws."""
        self.hands = hands
        """Who hands on what is drawn; None where nobody does."""
        self.failed: Event[str] = Event()
        """A sentence, from the thread; nothing is lost yet."""
        self.saved: Event[str] = Event()
        """The study whose newest state is written, from the thread."""
        self._keep = keep
        self._change = Condition()
        self._written: dict[str, Sheet] = {}
        self._wanted: dict[str, Sheet] = {}
        self._thread: Thread | None = None
        self._closing = False

    def opened(self, study_uid: str, kept: Sheet) -> Sheet:
        """An exam is opened with what was `kept`; answers a newer state that is still to be written."""
        with self._change:
            if study_uid in self._wanted:
                return self._wanted[study_uid]
            self._written[study_uid] = kept
            return kept

    def save(self, study_uid: str, sheet: Sheet) -> None:
        """Write this state soon; returns at once."""
        with self._change:
            self._wanted[study_uid] = sheet
            if self._thread is None:
                self._thread = Thread(target=self._work, name="autosave", daemon=True)
                self._thread.start()
            self._change.notify_all()

    def settle(self, seconds: float = PATIENCE_SECONDS) -> bool:
        """Wait until all is written, not in the window's thread; False when it takes longer."""
        with self._change:
            return self._change.wait_for(lambda: not self._wanted, seconds)

    def close(self) -> None:
        """Write what is left, then end. Harmless twice."""
        with self._change:
            self._closing = True
            self._change.notify_all()
        if self._thread is not None:
            self._thread.join(PATIENCE_SECONDS)

    def _work(self) -> None:
        while (job := self._next()) is not None:
            study_uid, before, after = job
            try:
                self._keep(study_uid, before, after)
            except Exception as error:  # noqa: BLE001 - the edge of the thread: the reader must hear of it
                self._tell(error)
                if self._wait_to_retry():
                    return
                continue
            self._done(study_uid, after)

    def _next(self) -> tuple[str, Sheet, Sheet] | None:
        with self._change:
            while not self._wanted:
                if self._closing:
                    return None
                self._change.wait()
            study_uid, sheet = next(iter(self._wanted.items()))
            return study_uid, self._written.get(study_uid, Sheet()), sheet

    def _done(self, study_uid: str, sheet: Sheet) -> None:
        with self._change:
            self._written[study_uid] = sheet
            newest = self._wanted.get(study_uid) == sheet
            if newest:
                del self._wanted[study_uid]
                self._change.notify_all()
        if newest:
            self.saved.emit(study_uid)

    def _tell(self, error: Exception) -> None:
        _log.warning("What was drawn could not be saved yet", exc_info=error)
        self.failed.emit(error.sentence if isinstance(error, KnownError) else str(error))

    def _wait_to_retry(self) -> bool:
        """True when the program ends."""
        with self._change:
            if not self._closing:
                self._change.wait(RETRY_SECONDS)
            return self._closing
