"""One state of the library's database in a file of its own: copied while others write, checked, hashed.

A database that did not change since the last time gives the last copy's digest again without being read. The
draft lies on this computer and never on a share: SQLite's checks need a real disk.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from vetpacs_desktop.errors import LibraryDamaged
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.database import Still, copy_live
from vetpacs_desktop.store.objects import digest_of

DRAFT = "snapshot.sqlite"
PAUSE_SECONDS = 0.002
"""After each 4 MiB: the disk and the processor are somebody else's first."""
YOUNG_NS = 3_000_000_000
"""A file that was changed so lately may change again within one tick of its clock, and not show it."""
_HEADER_BYTES = 48
"""The head of SQLite's shared index of the log: each commit changes it (walformat, WAL-index header)."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A copy of the database; `path` can be read until the context ends."""

    path: Path
    sha256: str
    bytes: int
    state: str
    """`state_of` before the copy was made."""


@contextmanager
def taken(home: Home, folder: Path, between: Callable[[], None] = lambda: None) -> Iterator[Snapshot]:
    """A checked copy of the library's database in `folder`; it goes when the context ends.

    `between` is called often; it may wait or raise. Raises `LibraryDamaged` (also when the check finds a
    fault), `LibraryBusy`, `DiskFull`.
    """
    draft = folder / DRAFT
    _remove(draft)
    state = state_of(home)

    def each(_left: int, _of: int) -> None:
        between()
        time.sleep(PAUSE_SECONDS)

    try:
        copy_live(home.database, draft, each)
        with closing(Still(draft)) as still:
            _check(still, home)
        yield Snapshot(draft, digest_of(draft), draft.stat().st_size, state)
    finally:
        _remove(draft)


def _check(still: Still, home: Home) -> None:
    """A fault of the copy is one of the library, for it was copied page by page."""
    try:
        still.check()
    except LibraryDamaged as error:
        raise LibraryDamaged(path=home.database, reason=error.facts["reason"]) from error


def state_of(home: Home) -> str:
    """Words that change with every commit to the database; empty when it changed too lately to be sure.

    The times and sizes of the file and of its log, and the head of the log's index, which has a checksum over
    all commits (https://www.sqlite.org/walformat.html).
    """
    facts: list[object] = []
    for companion in ("", "-wal"):
        path = Path(f"{home.database}{companion}")
        try:
            found = path.stat()
        except FileNotFoundError:
            facts.append(None)
            continue
        if abs(time.time_ns() - found.st_mtime_ns) < YOUNG_NS:
            return ""
        facts.append([found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns])
    head = b""
    with contextlib.suppress(OSError), Path(f"{home.database}-shm").open("rb") as file:
        head = file.read(_HEADER_BYTES)
    facts.append(head.hex())
    return json.dumps(facts)


def _remove(draft: Path) -> None:
    for companion in ("", "-journal", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(f"{draft}{companion}")  # noqa: PTH108 - a companion is no child of the path
