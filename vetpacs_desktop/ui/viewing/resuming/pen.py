"""Writes down how exams are left on the screen, in a thread of its own, the newest state of each.

A state that can't be written is given up with a line in the diary: it costs a moment, not a finding. Knows no
widget. Nobody ever waits for it but `close`.
"""

from __future__ import annotations

import logging
from threading import Condition, Thread
from typing import Protocol

_log = logging.getLogger(__name__)
PATIENCE_SECONDS = 5.0
REMEMBERED = 200
"""Exams; what was written longer ago is on the disk."""


class Paper(Protocol):
    """Where it is written."""

    def put(self, study_uid: str, text: str) -> object: ...

    def forget(self, study_uid: str) -> object: ...

    def open_now(self, study_uid: str) -> object: ...


class Pen:
    """Made once for all exams."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper
        self._change = Condition()
        self._wanted: dict[str, str] = {}
        self._newest: dict[str, str] = {}
        """What was written last, for an exam whose file was read before that."""
        self._open: str | None = None
        """The exam to be marked as open; None where the mark on the disk is right."""
        self._closing = False
        self._busy = False
        self._thread: Thread | None = None

    def newest(self, study_uid: str, kept: str) -> str:
        """How an exam was left: what was written last, if need be still on its way, else what was `kept`."""
        with self._change:
            return self._newest.get(study_uid, kept)

    def write(self, study_uid: str, text: str) -> None:
        """Remember this state soon; an empty one forgets the exam. Returns at once."""
        with self._change:
            self._wanted[study_uid] = text
            self._newest.pop(study_uid, None)
            self._newest[study_uid] = text
            while len(self._newest) > REMEMBERED:
                del self._newest[next(iter(self._newest))]
            self._wake()

    def open_now(self, study_uid: str) -> None:
        """An exam is on the screen; an empty name says that none is. Returns at once."""
        with self._change:
            self._open = study_uid
            self._wake()

    def settle(self, seconds: float = PATIENCE_SECONDS) -> bool:
        """Wait until all is written, not in the window's thread; False when it takes longer."""
        with self._change:
            return self._change.wait_for(lambda: not self._busy and self._nothing_due(), seconds)

    def close(self) -> None:
        """Write what is left, then end. Harmless twice."""
        with self._change:
            self._closing = True
            self._change.notify_all()
        if self._thread is not None:
            self._thread.join(PATIENCE_SECONDS)

    def _wake(self) -> None:
        if self._thread is None:
            self._thread = Thread(target=self._work, name="readings", daemon=True)
            self._thread.start()
        self._change.notify_all()

    def _nothing_due(self) -> bool:
        return not self._wanted and self._open is None

    def _work(self) -> None:
        while (due := self._next()) is not None:
            wanted, opened = due
            try:
                self._write_down(wanted, opened)
            except Exception:  # noqa: BLE001 - the edge of the thread: the reader is not to be troubled with this
                _log.warning("How an exam was left could not be written down", exc_info=True)
            with self._change:
                self._busy = False
                for study, text in wanted.items():
                    if self._wanted.get(study) is text:
                        del self._wanted[study]
                self._change.notify_all()

    def _next(self) -> tuple[dict[str, str], str | None] | None:
        with self._change:
            while self._nothing_due():
                if self._closing:
                    return None
                self._change.wait()
            self._busy = True
            opened, self._open = self._open, None
            return dict(self._wanted), opened

    def _write_down(self, wanted: dict[str, str], opened: str | None) -> None:
        """The mark last: where it says that an exam was open, its state is there."""
        for study, text in wanted.items():
            if text:
                self._paper.put(study, text)
            else:
                self._paper.forget(study)
        if opened is not None:
            self._paper.open_now(opened)
