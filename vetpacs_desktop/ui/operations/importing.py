"""Bringing images in: from files and folders, or the example animals; and saying what came of it.

Starts the work as a transfer and turns its outcome into one sentence. It touches no widget.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QCoreApplication

from vetpacs_desktop.errors import Cancelled, KnownError
from vetpacs_desktop.jobs import CancelToken, Report, ignore
from vetpacs_desktop.store.records import ImportSummary
from vetpacs_desktop.ui import words
from vetpacs_desktop.ui.notices import ATTENTION, GOOD, PROBLEM, Notice
from vetpacs_desktop.ui.transfers import Transfers

Tell = Callable[[Notice], object]
Done = Callable[[ImportSummary], object]


class Importing(Protocol):
    """What is needed of the program."""

    def import_paths(
        self, paths: Sequence[Path], report: Report = ignore, cancel: CancelToken | None = None
    ) -> ImportSummary: ...

    def load_examples(self, report: Report = ignore, cancel: CancelToken | None = None) -> ImportSummary: ...


def import_paths(app: Importing, transfers: Transfers, paths: Sequence[Path], tell: Tell, done: Done) -> None:
    """Copy the images of these files and folders into the library."""
    _run(
        transfers,
        _tr("Importing"),
        lambda report, cancel: app.import_paths(paths, report, cancel),
        tell,
        done,
    )


def load_examples(app: Importing, transfers: Transfers, tell: Tell, done: Done) -> None:
    """Make the example animals and import them."""
    _run(
        transfers,
        _tr("Loading the example animals"),
        lambda report, cancel: app.load_examples(report, cancel),
        tell,
        done,
    )


def _run(
    transfers: Transfers,
    title: str,
    work: Callable[[Report, CancelToken], ImportSummary],
    tell: Tell,
    done: Done,
) -> None:
    def finish(summary: ImportSummary) -> None:
        tell(outcome(summary))
        done(summary)

    def fail(error: BaseException) -> None:
        if isinstance(error, Cancelled):
            tell(Notice(ATTENTION, error.sentence))
        elif isinstance(error, KnownError):
            means = _tr("Nothing was lost: what was already copied is in the library.")
            tell(Notice(PROBLEM, f"{error.sentence} {means}"))
        else:
            raise error

    transfers.start(title, work, finish, fail)


def announcement(paths: Sequence[Path]) -> str:
    """What dropping these will do, before it is done."""
    folders = sum(path.is_dir() for path in paths)
    files = len(paths) - folders
    parts = []
    if folders:
        parts.append(
            words.counted(folders, _tr("the images of this folder"), _tr("the images of {n} folders"))
        )
    if files:
        parts.append(words.counted(files, _tr("this file"), _tr("{n} files")))
    what = _tr(" and ").join(parts)
    return _tr(
        "Drop to import {what}.\n"
        "You see what is there before anything is copied; the originals stay as they are."
    ).format(what=what)


def outcome(summary: ImportSummary) -> Notice:
    """One sentence (and details) about an import."""
    parts = []
    if summary.stored:
        came, into = words.images(summary.stored), words.exams(len(summary.studies))
        parts.append(_tr("Imported {images} of {exams}.").format(images=came, exams=into))
    if summary.duplicates:
        parts.append(
            words.counted(
                summary.duplicates,
                _tr("{n} image was already here."),
                _tr("{n} images were already here."),
            )
        )
    if summary.conflicts:
        parts.append(
            words.counted(
                summary.conflicts,
                _tr("{n} image came a second time with different content; both were kept."),
                _tr("{n} images came a second time with different content; both were kept."),
            )
        )
    if summary.rejected:
        parts.append(
            words.counted(
                len(summary.rejected),
                _tr("{n} file could not be imported and stayed where it is."),
                _tr("{n} files could not be imported and stayed where they are."),
            )
        )
    if not parts:
        parts.append(_tr("There were no images in what you chose."))
    details = "\n".join(f"{path}\n    {reason}" for path, reason in summary.rejected)
    return Notice(_tone(summary), " ".join(parts), details)


def _tone(summary: ImportSummary) -> str:
    came = summary.stored or summary.duplicates or summary.conflicts
    if summary.rejected and not came:
        return PROBLEM
    return GOOD if came and not summary.rejected and not summary.conflicts else ATTENTION


def _tr(text: str) -> str:
    return QCoreApplication.translate("importing", text)
