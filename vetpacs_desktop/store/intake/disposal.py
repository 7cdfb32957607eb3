"""What happens in a watched folder to a file that is in the library: moved aside, or deleted once proved.

A file is only ever deleted here when the object in the library has just been read again, is what was filed,
and is the same object as the file. Nothing is overwritten; what the library does not hold is not touched.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import time
from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import Protocol

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.store.header import read_header
from vetpacs_desktop.store.records import InstanceRow
from vetpacs_desktop.store.sameness import same_object

LOG = logging.getLogger(__name__)

DONE = "VetPACS done"
"""The sub-folder of a watched folder that takes what is done; a folder of this name is never looked into."""
EMPTY_SECONDS = 600.0
"""An empty sub-folder is taken away after so long: a machine may make one and write into it later."""


class Holdings(Protocol):
    """The part of the library that tells what it holds."""

    def locate(self, uid: str) -> list[InstanceRow]: ...


class Disposed(Enum):
    """What became of a file."""

    GONE = "gone"
    UNPROVED = "unproved"
    """The library does not hold the same object, or that can't be told: the file stays."""
    CHANGED = "changed"
    """Somebody has written to it meanwhile: it is looked at again."""


def move_aside(root: Path, path: Path) -> Path:
    """Move `path` below the done folder of `root`, under its own relative name. Raises `OSError`."""
    wanted = root / DONE / path.relative_to(root)
    wanted.parent.mkdir(parents=True, exist_ok=True)
    target, number = wanted, 1
    while target.exists():
        number += 1
        target = wanted.with_name(f"{wanted.stem} ({number}){wanted.suffix}")
    path.rename(target)
    return target


def delete_proved(holdings: Holdings, path: Path, look: tuple[int, int]) -> Disposed:
    """Delete `path` if the library provably holds it and it still has this (size, time). Raises `OSError`."""
    if not is_held(holdings, path):
        return Disposed.UNPROVED
    state = path.stat()
    if (state.st_size, state.st_mtime_ns) != look:
        return Disposed.CHANGED
    path.unlink()
    return Disposed.GONE


def is_held(holdings: Holdings, path: Path) -> bool:
    """Whether the library holds the object in `path`: its copy is read again, and proved by its digest.

    Raises `OSError` when `path` itself can't be read.
    """
    try:
        rows = holdings.locate(read_header(path).instance.sop_uid)
    except KnownError:  # no such object, or no DICOM at all
        return False
    digest = _digest(path)
    return any(_proves(row, path, digest) for row in rows)


def _proves(row: InstanceRow, path: Path, digest: str) -> bool:
    try:
        kept = _digest(row.path)
    except OSError:
        return False
    return kept == row.sha256 and (digest == kept or same_object(row.path, path))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sweep_empty(root: Path, folders: Sequence[Path]) -> None:
    """Take away those of `folders` (below `root`) that have been empty for a while, the deepest first."""
    now = time.time()
    for folder in sorted(folders, key=lambda found: len(found.parts), reverse=True):
        if folder == root:
            continue
        with contextlib.suppress(OSError):
            if now - folder.stat().st_mtime > EMPTY_SECONDS and not any(os.scandir(folder)):
                folder.rmdir()
