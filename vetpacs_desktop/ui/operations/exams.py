"""What is done with one exam: fetch it for reading, mark it as seen.

Runs in the background; the outcome comes back in the window's thread.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.store.records import StudyUID
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.notices import PROBLEM, Notice
from vetpacs_desktop.viewer.exam import Exam

Tell = Callable[[Notice], object]


class Marking(Protocol):
    """What is needed of the library."""

    def mark_seen(self, study_uid: StudyUID) -> object: ...


class Counting(Protocol):
    """What is needed of the library."""

    def count(self, text: str) -> int: ...


class Opening(Protocol):
    """What is needed of the program."""

    def exam(self, study_uid: StudyUID) -> Exam: ...


def open_exam(
    app: Opening, bridge: Bridge, uid: StudyUID, done: Callable[[Exam], object], tell: Tell
) -> None:
    """Collect the files and words of an exam; `done(exam)` shows it."""
    bridge.start(lambda _report, _cancel: app.exam(uid), done, _teller(tell))


def find_animal(
    library: Counting, bridge: Bridge, animal: str, done: Callable[[str], object], tell: Tell
) -> None:
    """The search that shows an animal's exams: by our own id, else by any other it was given."""

    def search() -> str:
        own = f"animalid:{animal}"
        return own if library.count(own) else f'id:"{animal}"'

    bridge.start(lambda _report, _cancel: search(), done, _teller(tell))


def mark_seen(library: Marking, bridge: Bridge, uid: StudyUID, tell: Tell) -> None:
    """Take the dot away; the list learns of it through the feed of changes."""
    bridge.start(lambda _report, _cancel: library.mark_seen(uid), lambda _: None, _teller(tell))


def _teller(tell: Tell) -> Callable[[BaseException], None]:
    def failed(error: BaseException) -> None:
        if not isinstance(error, KnownError):
            raise error
        tell(Notice(PROBLEM, error.sentence))

    return failed
