"""Import: files and folders become filed objects, in generator stages scan -> check -> batch -> file.

Sources are read and never changed. A file that can't be taken is copied to the quarantine with its reason
while the good ones beside it go on. Archives and pictures of other kinds are other modules' work.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from vetpacs_desktop.errors import DiskFull, NotAFile, PathMissing
from vetpacs_desktop.jobs import CancelToken, Progress, Report, ignore
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.intake import checks
from vetpacs_desktop.store.intake.checks import Finding
from vetpacs_desktop.store.intake.quarantine import Quarantine
from vetpacs_desktop.store.records import Arrival, Filed, ImportSummary, Outcome, StudyUID

BATCH_FILES = 64
BATCH_BYTES = 64 * 1024 * 1024
JUNK = frozenset(
    {
        "thumbs.db",
        "desktop.ini",
        "autorun.inf",
        "__macosx",
        "$recycle.bin",
        "system volume information",
        "lost+found",
    }
)
TABLE_OF_CONTENTS = "DICOMDIR"
WINDOWS_HIDDEN = getattr(stat, "FILE_ATTRIBUTE_HIDDEN", 2) | getattr(stat, "FILE_ATTRIBUTE_SYSTEM", 4)


class Filing(Protocol):
    """The part of the library an import needs."""

    def file(self, arrivals: Sequence[Arrival]) -> list[Filed]: ...


@dataclass(slots=True)
class _Tally:
    """The summary while it grows."""

    counts: dict[Outcome, int] = field(default_factory=dict)
    rejected: list[tuple[str, str]] = field(default_factory=list)
    studies: dict[StudyUID, None] = field(default_factory=dict)

    def add(self, outcome: Outcome) -> None:
        self.counts[outcome] = self.counts.get(outcome, 0) + 1

    def total(self) -> int:
        """How many files have met their fate."""
        return sum(self.counts.values())

    def summary(self, seconds: float) -> ImportSummary:
        return ImportSummary(
            stored=self.counts.get(Outcome.STORED, 0),
            duplicates=self.counts.get(Outcome.DUPLICATE, 0),
            conflicts=self.counts.get(Outcome.CONFLICT, 0),
            ignored=self.counts.get(Outcome.IGNORED, 0),
            rejected=tuple(self.rejected),
            studies=tuple(self.studies),
            seconds=seconds,
        )


def import_paths(
    library: Filing,
    home: Home,
    paths: Sequence[Path],
    report: Report = ignore,
    cancel: CancelToken | None = None,
) -> ImportSummary:
    """Bring `paths` into the library. Raises `PathMissing`, `NotAFile` (before anything is read), `DiskFull`,
    `Cancelled`; what was filed stays."""
    started = time.monotonic()
    token = cancel or CancelToken()
    tally = _Tally()
    quarantine = Quarantine(home)
    report(Progress(0, None, "Looking for images"))
    found = list(scan(paths, token, but=home.root))
    try:
        for batch in batches(_good(found, quarantine, tally, token), token):
            for filed in library.file(batch):
                _count(filed, quarantine, tally)
            report(Progress(tally.total(), len(found), "Importing"))
        report(Progress(len(found), len(found), "Importing"))
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(path=home.root) from error
        raise
    return tally.summary(time.monotonic() - started)


def scan(paths: Sequence[Path], cancel: CancelToken, *, but: Path | None = None) -> Iterator[Path]:
    """Every file below `paths`, folder by folder in name order. Raises `PathMissing`, `NotAFile`.

    Named files are always yielded; inside folders hidden and system files are left out, so is the folder
    `but` (the library must not eat itself), and a folder reached twice (by links) is read once.
    """
    seen: set[tuple[int, int]] = set()
    if but is not None:
        seen.add(_mark(but))
    for path in paths:
        if path.is_dir():
            yield from _below(path, seen, cancel)
        elif path.is_file():
            yield path
        elif path.exists():
            raise NotAFile(path=path)
        else:
            raise PathMissing(path=path)


def _below(folder: Path, seen: set[tuple[int, int]], cancel: CancelToken) -> Iterator[Path]:
    waiting = [folder]
    while waiting:
        cancel.check()
        here = waiting.pop()
        try:
            mark = _mark(here)
            if mark in seen:
                continue
            seen.add(mark)
            with os.scandir(here) as entries:
                found = sorted(
                    (entry for entry in entries if not _is_junk(entry)), key=lambda entry: entry.name
                )
        except OSError:
            if here == folder:
                raise
            continue  # a folder that may not be read hides its own files only
        yield from (Path(entry.path) for entry in found if _is_file(entry))
        waiting.extend(Path(entry.path) for entry in reversed(found) if _is_folder(entry))


def _mark(folder: Path) -> tuple[int, int]:
    state = folder.stat()
    return (state.st_dev, state.st_ino)


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Regular files only: reading a pipe or a device would never end."""
    try:
        return entry.is_file()
    except OSError:
        return False


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """A folder, also behind a link; not a link that leads to itself."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_junk(entry: os.DirEntry[str]) -> bool:
    if entry.name.startswith(".") or entry.name.lower() in JUNK:
        return True
    if os.name != "nt":
        return False
    attributes = getattr(entry.stat(follow_symlinks=False), "st_file_attributes", 0)
    return bool(attributes & WINDOWS_HIDDEN)


def _good(
    paths: Sequence[Path], quarantine: Quarantine, tally: _Tally, cancel: CancelToken
) -> Iterator[Arrival]:
    """The check stage: yields what can be filed, sets the rest aside."""
    for path in paths:
        cancel.check()
        if path.name.upper() == TABLE_OF_CONTENTS:
            tally.add(Outcome.IGNORED)
            continue
        try:
            finding = checks.check_file(path).finding
        except OSError as error:
            finding = Finding(Outcome.REJECTED, f"The file can't be read ({error.strerror}).")
        if finding is None:
            yield Arrival(path, _source(path), datetime.now(UTC), keep_source=True)
        elif finding.outcome is Outcome.IGNORED:
            tally.add(Outcome.IGNORED)
        else:
            _reject(path, finding.reason, quarantine, tally)


def _source(path: Path) -> str:
    """Where a file came from, as text that an index can hold: a folder's name may be no text at all."""
    return os.fsencode(path.parent).decode("utf-8", "replace")


def batches(arrivals: Iterator[Arrival], cancel: CancelToken) -> Iterator[list[Arrival]]:
    """Groups that are filed in one transaction: at most `BATCH_FILES` files or about `BATCH_BYTES`."""
    batch: list[Arrival] = []
    size = 0
    for arrival in arrivals:
        batch.append(arrival)
        size += arrival.path.stat().st_size
        if len(batch) >= BATCH_FILES or size >= BATCH_BYTES:
            cancel.check()
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _count(filed: Filed, quarantine: Quarantine, tally: _Tally) -> None:
    if filed.outcome is Outcome.REJECTED:
        _reject(filed.arrival.path, filed.reason, quarantine, tally)
        return
    tally.add(filed.outcome)
    if filed.study_uid is not None and filed.outcome is not Outcome.IGNORED:
        tally.studies[filed.study_uid] = None


def _reject(path: Path, reason: str, quarantine: Quarantine, tally: _Tally) -> None:
    tally.add(Outcome.REJECTED)
    tally.rejected.append((str(path), reason))
    try:
        quarantine.keep(path, reason=reason, source=str(path.parent), move=False)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise  # the one failure that must stop the import
