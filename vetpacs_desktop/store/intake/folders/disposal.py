"""What happens in a watched folder to a file that is in the library: moved aside, or deleted once proved.

A file is only ever deleted here when it has just been proved that the library holds it (see `proof.py`).
Nothing is overwritten; what the library does not hold is not touched.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Sequence
from enum import Enum
from pathlib import Path

DONE = "VetPACS done"
"""The sub-folder of a watched folder that takes what is done; a folder of this name is never looked into."""
EMPTY_SECONDS = 600.0
"""An empty sub-folder is taken away after so long: a machine may make one and write into it later."""


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


def delete_proved(holds: Callable[[Path], bool], path: Path, look: tuple[int, int]) -> Disposed:
    """Delete `path` if `holds` proves that the library has it, and it still has this (size, time).

    Raises `OSError` when it can't be read or deleted.
    """
    if not holds(path):
        return Disposed.UNPROVED
    state = path.stat()
    if (state.st_size, state.st_mtime_ns) != look:
        return Disposed.CHANGED
    path.unlink()
    return Disposed.GONE


def sweep_empty(root: Path, folders: Sequence[Path]) -> None:
    """Take away those of `folders` (below `root`) that have been empty for a while, the deepest first."""
    now = time.time()
    for folder in sorted(folders, key=lambda found: len(found.parts), reverse=True):
        if folder == root:
            continue
        with contextlib.suppress(OSError):
            if now - folder.stat().st_mtime > EMPTY_SECONDS and not any(os.scandir(folder)):
                folder.rmdir()
