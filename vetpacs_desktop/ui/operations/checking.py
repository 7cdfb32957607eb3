"""Checking every file, fetching what is lost from a backup, and rebuilding the list from the files; each
ends in one sentence.

Starts the work as a transfer; touches no widget.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Protocol

from PySide6.QtCore import QCoreApplication

from vetpacs_desktop.errors import Cancelled, KnownError
from vetpacs_desktop.jobs import CancelToken, Report
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup import places
from vetpacs_desktop.store.backup.returning import healing
from vetpacs_desktop.store.backup.returning.healing import Healed
from vetpacs_desktop.store.records import Verification
from vetpacs_desktop.ui import words
from vetpacs_desktop.ui.notices import ATTENTION, GOOD, PROBLEM, Notice
from vetpacs_desktop.ui.transfers import Transfers

Tell = Callable[[Notice], object]


class Checked(Protocol):
    """What is needed of the library."""

    def verify(self, report: Report, cancel: CancelToken) -> Verification: ...

    def rebuild_index(self, report: Report, cancel: CancelToken) -> int: ...


def verify(library: Checked, transfers: Transfers, tell: Tell, home: Home | None = None) -> None:
    """Read every file and compare it with what was received. What is missing or damaged can be fetched from
    the backups of `home`, where there are any."""

    def work(report: Report, cancel: CancelToken) -> tuple[Verification, bool]:
        return library.verify(report, cancel), home is not None and _has_backup(home)

    def finish(outcome: tuple[Verification, bool]) -> None:
        found, backed_up = outcome
        notice = verdict(found, backed_up=backed_up)
        if home is not None and backed_up and (found.missing or found.corrupt):
            act = (_tr("Fetch them from the backup"), partial(heal, home, found, transfers, tell))
            notice = replace(notice, action=act)
        tell(notice)

    transfers.start(_tr("Checking all files"), work, finish, _teller(tell), place="library")


def heal(home: Home, found: Verification, transfers: Transfers, tell: Tell) -> None:
    """Bring back what a check found missing or damaged."""
    paths = [*found.missing, *found.corrupt]
    transfers.start(
        _tr("Fetching images from the backup"),
        lambda report, cancel: healing.heal(home, paths, report=report, cancel=cancel),
        lambda healed: tell(healed_verdict(healed)),
        _teller(tell),
        place="library",
    )


def healed_verdict(healed: Healed) -> Notice:
    """What came back and what did not, in words."""
    parts = []
    if healed.healed:
        back = words.images(len(healed.healed))
        parts.append(_tr("{images} came back from the backup and were compared.").format(images=back))
    if healed.left:
        left = words.images(len(healed.left))
        parts.append(_tr("{images} could not be brought back.").format(images=left))
        parts.append(_tr("Send these exams again from the machine, or import them from a disc."))
    details = "\n".join(f"{path}: {reason}" for path, reason in healed.left)
    return Notice(PROBLEM if healed.left else GOOD, " ".join(parts), details)


def rebuild(library: Checked, transfers: Transfers, tell: Tell, done: Callable[[], object]) -> None:
    """Make the list anew from the files."""

    def finish(number: int) -> None:
        tell(Notice(GOOD, _tr("The list was rebuilt from {images}.").format(images=words.images(number))))
        done()

    transfers.start(_tr("Rebuilding the list"), library.rebuild_index, finish, _teller(tell), place="library")


def verdict(found: Verification, *, backed_up: bool = False) -> Notice:
    """What a check found, in words; `backed_up`: there is a backup that may hold what is missing."""
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
    if (found.missing or found.corrupt) and not backed_up:
        parts.append(_tr("Send these exams again from the machine, or import them from a disc."))
    rows = [
        (_tr("missing"), found.missing),
        (_tr("damaged"), found.corrupt),
        (_tr("not in the list"), found.orphans),
    ]
    details = "\n".join(f"{state}: {name}" for state, names in rows for name in names)
    return Notice(PROBLEM if found.missing or found.corrupt else ATTENTION, " ".join(parts), details)


def _has_backup(home: Home) -> bool:
    try:
        return bool(places.read(home))
    except places.BadPlaces:
        return False


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
