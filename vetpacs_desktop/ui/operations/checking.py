"""Checking every file, and rebuilding the list from the files; each ends in one sentence.

Starts the work as a transfer; touches no widget.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QCoreApplication

from vetpacs_desktop.errors import Cancelled, KnownError
from vetpacs_desktop.jobs import CancelToken, Report
from vetpacs_desktop.store.records import Verification
from vetpacs_desktop.ui import words
from vetpacs_desktop.ui.notices import ATTENTION, GOOD, PROBLEM, Notice
from vetpacs_desktop.ui.transfers import Transfers

Tell = Callable[[Notice], object]


class Checked(Protocol):
    """What is needed of the library."""

    def verify(self, report: Report, cancel: CancelToken) -> Verification: ...

    def rebuild_index(self, report: Report, cancel: CancelToken) -> int: ...


def verify(library: Checked, transfers: Transfers, tell: Tell) -> None:
    """Read every file and compare it with what was received."""
    transfers.start(
        _tr("Checking all files"),
        library.verify,
        lambda found: tell(verdict(found)),
        _teller(tell),
        place="library",
    )


def rebuild(library: Checked, transfers: Transfers, tell: Tell, done: Callable[[], object]) -> None:
    """Make the list anew from the files."""

    def finish(number: int) -> None:
        tell(Notice(GOOD, _tr("The list was rebuilt from {images}.").format(images=words.images(number))))
        done()

    transfers.start(_tr("Rebuilding the list"), library.rebuild_index, finish, _teller(tell), place="library")


def verdict(found: Verification) -> Notice:
    """What a check found, in words."""
    if not (found.missing or found.corrupt or found.orphans):
        text = _tr("All files are there and unchanged: {images} checked.")
        return Notice(GOOD, text.format(images=words.images(found.checked)))
    parts = [_tr("{images} checked.").format(images=words.images(found.checked))]
    for number, one, many in (
        (len(found.missing), _tr("{n} is missing."), _tr("{n} are missing.")),
        (len(found.corrupt), _tr("{n} is damaged."), _tr("{n} are damaged.")),
        (
            len(found.orphans),
            _tr("{n} file is not in the list; rebuilding the list takes it in."),
            _tr("{n} files are not in the list; rebuilding the list takes them in."),
        ),
    ):
        if number:
            parts.append(words.counted(number, one, many))
    if found.missing or found.corrupt:
        parts.append(_tr("Send these exams again from the machine, or import them from a disc."))
    rows = [
        (_tr("missing"), found.missing),
        (_tr("damaged"), found.corrupt),
        (_tr("not in the list"), found.orphans),
    ]
    details = "\n".join(f"{state}: {name}" for state, names in rows for name in names)
    return Notice(PROBLEM if found.missing or found.corrupt else ATTENTION, " ".join(parts), details)


def _teller(tell: Tell) -> Callable[[BaseException], None]:
    def failed(error: BaseException) -> None:
        if isinstance(error, Cancelled):
            tell(Notice(ATTENTION, error.sentence))
        elif isinstance(error, KnownError):
            tell(Notice(PROBLEM, error.sentence))
        else:
            raise error

    return failed


def _tr(text: str) -> str:
    return QCoreApplication.translate("checking", text)
