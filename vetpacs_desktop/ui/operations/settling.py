"""Deciding between two versions of an image, and doing something about files that were set aside.

Starts the work as a transfer and turns its outcome into one sentence. It touches no widget.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from vetpacs_desktop.jobs import CancelToken, Report
from vetpacs_desktop.store.kept.conflicts import Choice, Conflict, Conflicts, Decision
from vetpacs_desktop.store.kept.quarantine import Kept
from vetpacs_desktop.store.kept.set_aside import Result, SetAside
from vetpacs_desktop.store.kept.trash import Trash
from vetpacs_desktop.store.kept.trash_table import TrashEntry
from vetpacs_desktop.ui import words
from vetpacs_desktop.ui.notices import ATTENTION, GOOD, Notice
from vetpacs_desktop.ui.operations import trashing
from vetpacs_desktop.ui.operations.telling import Tell, failures
from vetpacs_desktop.ui.transfers import Transfers

Done = Callable[[], object]
PLACE = "set_aside"


def decide(
    conflicts: Conflicts,
    transfers: Transfers,
    group: Sequence[Conflict],
    choice: Choice,
    tell: Tell,
    done: Done,
) -> None:
    """The same decision for every image of `group`, with an undo."""

    def work(report: Report, cancel: CancelToken) -> Decision:
        return conflicts.resolve(
            group, choice, who=trashing.account(), why=_why(choice), report=report, cancel=cancel
        )

    def finish(decision: Decision) -> None:
        undo = (_tr("Undo"), lambda: _undo(conflicts, transfers, decision, tell, done))
        tell(Notice(GOOD, decided(decision), action=undo, stays=True))
        done()

    transfers.start(_tr("Deciding"), work, finish, _teller(tell, done), place=PLACE)


def decided(decision: Decision) -> str:
    """The sentence after a decision."""
    one, many = {
        Choice.FIRST: (
            _tr("The first version of {n} image stays; the other is in the trash."),
            _tr("The first versions of {n} images stay; the others are in the trash."),
        ),
        Choice.NEWER: (
            _tr("The newer version of {n} image is shown now; the other is in the trash."),
            _tr("The newer versions of {n} images are shown now; the others are in the trash."),
        ),
        Choice.BOTH: (
            _tr("Both versions of {n} image are shown now, as images of their own."),
            _tr("Both versions of {n} images are shown now, as images of their own."),
        ),
    }[decision.choice]
    return words.counted(decision.images, one, many)


def retry(room: SetAside, transfers: Transfers, entries: Sequence[Kept], tell: Tell, done: Done) -> None:
    """Try to file again."""
    _run(room.retry, transfers, entries, _tr("Trying again"), tell, done)


def mend(room: SetAside, transfers: Transfers, entries: Sequence[Kept], tell: Tell, done: Done) -> None:
    """File mended copies where that is certain."""
    _run(room.mend, transfers, entries, _tr("Repairing"), tell, done)


def export(
    room: SetAside, transfers: Transfers, entries: Sequence[Kept], folder: Path, tell: Tell, done: Done
) -> None:
    """Copy the files as they came, with their reasons."""

    def finish(number: int) -> None:
        one, many = _tr("{n} file was copied to {folder}."), _tr("{n} files were copied to {folder}.")
        tell(Notice(GOOD, words.counted(number, one, many).replace("{folder}", folder.name)))
        done()

    transfers.start(
        _tr("Exporting"),
        lambda report, cancel: room.export(entries, folder, report, cancel),
        finish,
        _teller(tell, done),
        place=PLACE,
    )


def discard(
    room: SetAside, trash: Trash, transfers: Transfers, entries: Sequence[Kept], tell: Tell, done: Done
) -> None:
    """Move files to the trash, with an undo."""

    def work(report: Report, cancel: CancelToken) -> tuple[TrashEntry, ...]:
        return room.discard(entries, who=trashing.account(), report=report, cancel=cancel)

    def finish(moved: tuple[TrashEntry, ...]) -> None:
        ids = [entry.id for entry in moved]
        undo = (_tr("Undo"), lambda: trashing.restore(trash, transfers, ids, tell, done))
        one, many = _tr("{n} file was moved to the trash."), _tr("{n} files were moved to the trash.")
        tell(Notice(GOOD, words.counted(len(moved), one, many), action=undo))
        done()

    transfers.start(_tr("Moving to the trash"), work, finish, _teller(tell, done), place=PLACE)


def came_of(result: Result) -> Notice:
    """The sentence after trying again or repairing."""
    filed = words.counted(
        result.images, _tr("{n} file is in the list now."), _tr("{n} files are in the list now.")
    )
    left = words.counted(
        result.left,
        _tr("{n} file still can't be filed; it stays here."),
        _tr("{n} files still can't be filed; they stay here."),
    )
    if not result.images:
        return Notice(ATTENTION, left)
    return Notice(ATTENTION if result.left else GOOD, f"{filed} {left}" if result.left else filed)


def _run(
    work: Callable[[Sequence[Kept], Report, CancelToken], Result],
    transfers: Transfers,
    entries: Sequence[Kept],
    title: str,
    tell: Tell,
    done: Done,
) -> None:
    def finish(result: Result) -> None:
        tell(came_of(result))
        done()

    transfers.start(
        title,
        lambda report, cancel: work(entries, report, cancel),
        finish,
        _teller(tell, done),
        place=PLACE,
    )


def _undo(conflicts: Conflicts, transfers: Transfers, decision: Decision, tell: Tell, done: Done) -> None:
    def finish(_: None) -> None:
        tell(Notice(GOOD, _tr("Taken back: both versions wait for a decision again.")))
        done()

    transfers.start(
        _tr("Taking it back"),
        lambda _report, _cancel: conflicts.undo(decision),
        finish,
        _teller(tell, done),
        place=PLACE,
    )


def _why(choice: Choice) -> str:
    return {
        Choice.FIRST: _tr("came twice; the first was kept"),
        Choice.NEWER: _tr("came twice; the newer was kept"),
    }.get(choice, "")


def _teller(tell: Tell, done: Done) -> Callable[[BaseException], None]:
    return failures(tell, done, _tr("The trash was emptied meanwhile; it can't be taken back."))


def _tr(text: str) -> str:
    return QCoreApplication.translate("settling", text)
