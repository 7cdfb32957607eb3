"""Exams that come back from a backup: the work, what people see of it, and going on after an interruption."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.jobs import CancelToken, Progress, Report
from vetpacs_desktop.store.backup.returning.coming_back import Scope
from vetpacs_desktop.store.backup.returning.restoring import Restored
from vetpacs_desktop.ui.backup import bringing
from vetpacs_desktop.ui.backup.bringing import BringAssistant
from vetpacs_desktop.ui.backup.done_page import Done
from vetpacs_desktop.ui.house import House
from vetpacs_desktop.ui.notices import ATTENTION, GOOD, PROBLEM, Notice
from vetpacs_desktop.ui.operations import bringing_back
from vetpacs_desktop.ui.operations.bringing_back import From
from vetpacs_desktop.ui.transfers import Transfer

Work = Callable[[Report, CancelToken], Restored]
REFRESH_SECONDS = 2.0
"""The list looks again this often while exams come."""


class Coming(QObject):
    """One at a time; it needs no assistant to go on."""

    changed = Signal()

    def __init__(self, house: House, parent: QObject) -> None:
        super().__init__(parent)
        self._house = house
        self._running: Transfer | None = None
        self._named = ""
        self._refreshed = 0.0
        self.assistant: BringAssistant | None = None

    @property
    def busy(self) -> bool:
        """Whether exams come back by this window's work."""
        return self._running is not None

    def attend(self, assistant: BringAssistant) -> None:
        """This window shows it, and asks for it."""
        self.assistant = assistant
        assistant.finished.connect(self._left)
        assistant.stop_requested.connect(self._stop)
        assistant.bring_requested.connect(self.bring)
        if self._running is not None:
            assistant.show_working(self._named)

    def bring(self, wanted: From, generation: str, scope: Scope) -> None:
        """Begin."""
        home = self._house.app.home
        self._begin(
            wanted.place.name,
            lambda report, cancel: bringing_back.bring(home, wanted, generation, scope, report, cancel),
        )

    def go_on(self, name: str) -> None:
        """Go on with what was interrupted."""
        home = self._house.app.home

        def work(report: Report, cancel: CancelToken) -> Restored:
            return bringing_back.go_on(home, report, cancel) or Restored("", 0)

        self._begin(name, work)

    def _begin(self, name: str, work: Work) -> None:
        if self._running is not None:
            return
        self._named = name
        title = self.tr("Bringing back from {name}").format(name=name)
        self._running = self._house.transfers.start(title, work, self._done, self._failed, place="backup")
        self._house.transfers.changed.connect(self._moved)
        if self.assistant is not None:
            self.assistant.show_working(name)
        self.changed.emit()

    def _moved(self) -> None:
        if self._running is None:
            return
        progress: Progress = self._running.progress
        if self.assistant is not None:
            self.assistant.show_progress(progress)
        if time.monotonic() - self._refreshed > REFRESH_SECONDS:
            self._refreshed = time.monotonic()
            self._house.library_changed()

    def _done(self, restored: Restored) -> None:
        done = bringing.outcome_of(self._named, restored)
        self._end(done)
        tone = ATTENTION if restored.failed else GOOD
        self._house.tell(Notice(tone, f"{done.title}. {done.meaning}", "\n".join(done.open_still)))

    def _failed(self, error: BaseException) -> None:
        known = isinstance(error, KnownError | OSError)
        sentence = error.sentence if isinstance(error, KnownError) else str(error)
        done = bringing.stopped(self._named, sentence if known else "")
        name = self._named
        self._end(done)
        if not known:
            raise error
        on = (self.tr("Go on"), lambda: self.go_on(name))
        self._house.tell(Notice(PROBLEM, f"{done.title}. {sentence}", action=on, stays=True))

    def _end(self, done: Done) -> None:
        self._running = None
        self._house.transfers.changed.disconnect(self._moved)
        self._house.library_changed()
        if self.assistant is not None:
            self.assistant.show_end(done)
        self.changed.emit()

    def _stop(self) -> None:
        if self._running is not None:
            self._house.transfers.cancel(self._running)

    def _left(self) -> None:
        self.assistant = None
