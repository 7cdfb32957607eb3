"""Puts files that were fetched and proved under their names in the home, durable before anybody sees them;
and whole copies in the place of damaged ones, which are kept aside.

It fetches nothing and decides nothing.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup.returning.fetching import Fetched
from vetpacs_desktop.store.database import Database
from vetpacs_desktop.store.kept.quarantine import Quarantine
from vetpacs_desktop.store.objects import SUFFIX, Objects, Staged, digest_of, fsync_folder
from vetpacs_desktop.store.volume import make_durable

REASON = "This file was damaged on the disk of this computer; a whole copy from the backup took its place."


def durable(fetched: Iterable[Fetched]) -> None:
    """The bytes of these copies are on the disk when it returns. Raises `OSError`."""
    paths = [one.staged.path for one in fetched if one.staged is not None]
    if paths:
        make_durable(paths)


def place(home: Home, fetched: Sequence[Fetched]) -> None:
    """Bring copies to where they were in the library, and their names to the disk. Raises `OSError`."""
    durable(fetched)
    folders: dict[Path, None] = {}
    for one in fetched:
        if one.staged is None:
            continue
        target = home.root / one.piece.path
        if target.exists():
            if whole(target, one.piece.sha256, one.piece.bytes):
                one.staged.path.unlink()
                continue
            Quarantine(home).keep(target, reason=REASON, source="", move=True)
        for folder in _make(home, target.parent):
            folders[folder] = None
        if one.piece.received_at:
            _stamp(one.staged.path, one.piece.received_at)
        _move(one.staged.path, target)
    for folder in folders:
        fsync_folder(folder)


def mend(home: Home, database: Database, objects: Objects, fetched: Sequence[Fetched]) -> int:
    """Put whole copies where filed objects are missing or damaged; answers how many were.

    One that was deleted or came back meanwhile is left as it is. Raises `OSError`, `LibraryBusy`.
    """
    durable(fetched)
    mended = 0
    for one in fetched:
        if one.staged is None:
            continue
        with database.atomic():  # nobody files, moves or deletes an object meanwhile
            mended += _mend(home, database, objects, one.piece.path, one.staged)
        objects.discard([one.staged])
    return mended


def whole(path: Path, sha256: str, size: int) -> bool:
    """Whether a file is there with these very bytes. A file that can't be read to its end is not."""
    try:
        return path.stat().st_size == size and digest_of(path) == sha256
    except OSError:
        return False


def _mend(home: Home, database: Database, objects: Objects, path: str, staged: Staged) -> bool:
    relative = path.partition("/")[2]
    sop_uid = relative.rpartition("/")[2].removesuffix(SUFFIX).partition("~")[0]
    rows = database.rows(
        "SELECT sha256, received_at FROM instances WHERE sop_uid = ? AND path = ?", (sop_uid, relative)
    )
    target = objects.path(relative)
    if not any(row["sha256"] == staged.sha256 for row in rows) or whole(target, staged.sha256, staged.size):
        return False
    _make(home, target.parent)
    if target.exists():
        Quarantine(home).keep(target, reason=REASON, source="", move=True)
    _stamp(staged.path, rows[0]["received_at"])
    _move(staged.path, target)
    fsync_folder(target.parent)
    return True


def _make(home: Home, folder: Path) -> list[Path]:
    """Make a folder below the home; answers it and those above it that are new."""
    fresh = [folder]
    while not folder.is_dir() and folder != home.root:
        folder = folder.parent
        fresh.append(folder)
    for one in reversed(fresh[:-1] or fresh):
        one.mkdir(mode=0o700, exist_ok=True)
    return fresh


def _stamp(path: Path, received_at: str) -> None:
    """A filed object's time is when it came: an index that is made anew believes it."""
    with contextlib.suppress(ValueError):
        stamp = int(datetime.fromisoformat(received_at).timestamp() * 1_000_000) * 1000
        os.utime(path, ns=(stamp, stamp))


def _move(path: Path, target: Path) -> None:
    """The trash and the quarantine may be on another volume than the objects, where copies are made."""
    try:
        path.replace(target)
    except OSError:
        fresh = target.with_name(f"{target.name}.part")
        shutil.copyfile(path, fresh)
        with fresh.open("r+b") as file:
            os.fsync(file.fileno())
        fresh.replace(target)
        path.unlink()
