"""Moving exams to the trash, bringing them back, emptying it; and saying what came of it, with an undo.

Starts the work as a transfer and turns its outcome into one sentence. It touches no widget.
"""

from __future__ import annotations

import getpass
from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication

from vetpacs_desktop.jobs import CancelToken, Report
from vetpacs_desktop.store.kept.trash import Restored, Trash
from vetpacs_desktop.store.kept.trash_table import FILE, TrashEntry
from vetpacs_desktop.store.records import StudyRow
from vetpacs_desktop.ui import words
from vetpacs_desktop.ui.notices import GOOD, PROBLEM, Notice
from vetpacs_desktop.ui.operations.telling import Tell, failures
from vetpacs_desktop.ui.transfers import Transfers

PLACE = "trash"


def account() -> str:
    """Who is logged in to this computer, for the record; empty where the system doesn't say."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def move_exams(
    trash: Trash, transfers: Transfers, studies: Sequence[StudyRow], tell: Tell, done: Callable[[], object]
) -> None:
    """Take exams out of the list."""
    uids = [study.study_uid for study in studies]

    def work(report: Report, cancel: CancelToken) -> tuple[TrashEntry, ...]:
        return trash.put(uids, who=account(), report=report, cancel=cancel)

    _move(trash, transfers, work, tell, done)


def move_series(
    trash: Trash,
    transfers: Transfers,
    study_uid: str,
    series_uid: str,
    tell: Tell,
    done: Callable[[], object],
) -> None:
    """Take one series out of an exam."""

    def work(_report: Report, _cancel: CancelToken) -> tuple[TrashEntry, ...]:
        return (trash.put_series(study_uid, series_uid, who=account()),)

    _move(trash, transfers, work, tell, done)


def move_images(
    trash: Trash,
    transfers: Transfers,
    study_uid: str,
    digests: Sequence[str],
    tell: Tell,
    done: Callable[[], object],
) -> None:
    """Take single images out of an exam."""

    def work(_report: Report, _cancel: CancelToken) -> tuple[TrashEntry, ...]:
        return (trash.put_images(study_uid, set(digests), who=account()),)

    _move(trash, transfers, work, tell, done)


def restore(
    trash: Trash, transfers: Transfers, ids: Sequence[str], tell: Tell, done: Callable[[], object]
) -> None:
    """Bring entries back to the list (or a file to those that were set aside)."""

    def finish(back: list[Restored]) -> None:
        tell(brought_back(back))
        done()

    transfers.start(
        _tr("Restoring"),
        lambda report, cancel: trash.restore(ids, report, cancel),
        finish,
        _teller(tell, done),
        place=PLACE,
    )


def empty(
    trash: Trash, transfers: Transfers, ids: Sequence[str], tell: Tell, done: Callable[[], object]
) -> None:
    """Delete entries for good; whoever calls it has warned."""

    def finish(number: int) -> None:
        one, many = _tr("{n} entry was deleted for good."), _tr("{n} entries were deleted for good.")
        tell(Notice(GOOD, words.counted(number, one, many)))
        done()

    transfers.start(
        _tr("Emptying the trash"),
        lambda report, cancel: trash.empty(ids, who=account(), report=report, cancel=cancel),
        finish,
        _teller(tell, done),
        place=PLACE,
    )


def warning(entries: Sequence[TrashEntry], unproved: int) -> str:
    """What emptying means, in plain words."""
    size = words.size(sum(entry.bytes for entry in entries))
    one, many = _tr("Delete {n} entry ({size}) for good?"), _tr("Delete {n} entries ({size}) for good?")
    question = words.counted(len(entries), one, many).format(size=size)
    if unproved == 0:
        return f"{question}\n\n" + _tr("A backup that was read back and compared holds all of it.")
    if unproved == len(entries):
        rest = _tr(
            "No backup holds them that was read back and compared. Nobody will be able to bring them back."
        )
    else:
        rest = words.counted(
            unproved,
            _tr("{n} of them is in no backup that was read back. Nobody will be able to bring it back."),
            _tr("{n} of them are in no backup that was read back. Nobody will be able to bring them back."),
        )
    return f"{question}\n\n{rest}"


def title_of(entry: TrashEntry) -> str:
    """What an entry is called: the animal and its owner, or the file's name."""
    if entry.kind == FILE:
        return entry.name
    animal = entry.animal_name or _tr("No name")
    return f"{animal} ({entry.owner_name})" if entry.owner_name else animal


def moved(entries: Sequence[TrashEntry]) -> str:
    """The sentence after moving."""
    if len(entries) == 1:
        entry = entries[0]
        text = {
            "series": _tr("The series “{name}” of {title} was moved to the trash."),
            "images": words.counted(
                entry.count,
                _tr("{n} image of {title} was moved to the trash."),
                _tr("{n} images of {title} were moved to the trash."),
            ),
        }.get(entry.kind, _tr("{title} was moved to the trash."))
        return text.replace("{name}", entry.name).replace("{title}", title_of(entry))
    return words.counted(
        len(entries), _tr("{n} exam was moved to the trash."), _tr("{n} exams were moved to the trash.")
    )


def brought_back(back: Sequence[Restored]) -> Notice:
    """The sentence after restoring."""
    refused = sum(one.refused for one in back)
    if refused:
        text = words.counted(
            refused,
            _tr("{n} file can't be read any more; it stays in the trash. All others are back."),
            _tr("{n} files can't be read any more; they stay in the trash. All others are back."),
        )
        return Notice(PROBLEM, text)
    if len(back) == 1:
        one = back[0]
        if not one.back and one.here:
            text = _tr("{title} had come again meanwhile; nothing was doubled.")
        else:
            text = _tr("{title} is back where it was.")
        return Notice(GOOD, text.format(title=title_of(one.entry)))
    one_text, many = _tr("{n} entry is back where it was."), _tr("{n} entries are back where they were.")
    return Notice(GOOD, words.counted(len(back), one_text, many))


def _move(
    trash: Trash,
    transfers: Transfers,
    work: Callable[[Report, CancelToken], tuple[TrashEntry, ...]],
    tell: Tell,
    done: Callable[[], object],
) -> None:
    def finish(entries: tuple[TrashEntry, ...]) -> None:
        if entries:
            ids = [entry.id for entry in entries]
            undo = (_tr("Undo"), lambda: restore(trash, transfers, ids, tell, done))
            tell(Notice(GOOD, moved(entries), action=undo))
        done()

    transfers.start(_tr("Moving to the trash"), work, finish, _teller(tell, done), place=PLACE)


def _teller(tell: Tell, done: Callable[[], object]) -> Callable[[BaseException], None]:
    return failures(tell, done, _tr("It is not there any more; somebody else was quicker."))


def _tr(text: str) -> str:
    return QCoreApplication.translate("trashing", text)
