"""Which files were imported before: so that a folder is gone through again at many times the pace.

A file is known by its place, its size, its times and a digest of its head and tail, where the image's own
identifier stands; and it counts only while the library still holds what it became, untouched since by size
and times. Anything else is read in full. The memory is a cache: losing it costs time, never an
image. It holds no names, only digests of them.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.database import Database, Steps, Tables
from vetpacs_desktop.store.records import Filed, Held, StudyUID

FILE = "imported.sqlite"
EDGE = 4096
WRITTEN_AT_ONCE = 2_000
STEPS = Steps("vetpacs-imported")


@STEPS.step
def files_that_were_imported(db: Tables) -> None:
    """`place` and `look` are digests, see `Look`."""
    db.execute(
        "CREATE TABLE imported (place TEXT PRIMARY KEY, look TEXT NOT NULL, sop_uid TEXT NOT NULL, "
        "sha256 TEXT NOT NULL) WITHOUT ROWID"
    )


@STEPS.step
def what_they_became(db: Tables) -> None:
    """`kept`: how the object looked from outside when it was last compared, see `_outside`."""
    db.execute("DROP TABLE imported")
    db.execute(
        "CREATE TABLE imported (place TEXT PRIMARY KEY, look TEXT NOT NULL, sop_uid TEXT NOT NULL, "
        "sha256 TEXT NOT NULL, kept TEXT NOT NULL) WITHOUT ROWID"
    )


@dataclass(frozen=True, slots=True)
class Look:
    """What a file looks like from outside."""

    place: str
    look: str


class Holder(Protocol):
    """The part of the library the memory asks."""

    def held(self, sop_uids: Sequence[str]) -> list[Held]: ...


class Memory:
    """The memory of one home; `close` when the import is over. A memory that can't be used knows nothing."""

    def __init__(self, home: Home, holder: Holder) -> None:
        self._holder = holder
        self._path = home.cache / FILE
        self._database = self._opened()
        self._fresh: list[tuple[str, str, str, str, str]] = []

    def strangers(self, paths: Sequence[Path]) -> list[Path]:
        """Those of the files at whose place nothing was imported yet."""
        if self._database is None or not paths:
            return list(paths)
        places = {path: place_of(path) for path in paths}
        with contextlib.suppress(KnownError):
            rows = self._database.rows(
                "SELECT place FROM imported WHERE place IN (SELECT value FROM json_each(?))",
                (json.dumps(list(places.values())),),
            )
            seen = {row["place"] for row in rows}
            return [path for path, place in places.items() if place not in seen]
        return list(paths)

    def known(self, looks: Mapping[Path, Look]) -> dict[Path, StudyUID]:
        """Those of the files that are in the library already, with the exam they belong to."""
        if self._database is None or not looks:
            return {}
        with contextlib.suppress(KnownError):
            return self._known(self._database, looks)
        return {}

    def remember(self, filed: Sequence[tuple[Look, Filed]]) -> None:
        """Files with these looks are in the library now, each compared or copied to its last byte."""
        if self._database is None or not filed:
            return
        held = self._held([one.sop_uid for _, one in filed if one.sop_uid])
        for look, one in filed:
            kept = _outside(held.get((str(one.sop_uid), one.sha256)))
            if kept:
                self._fresh.append((look.place, look.look, str(one.sop_uid), one.sha256, kept))
        if len(self._fresh) >= WRITTEN_AT_ONCE:
            self._write()

    def close(self) -> None:
        """Write down what was learned."""
        self._write()
        if self._database is not None:
            self._database.close()
            self._database = None

    def _known(self, database: Database, looks: Mapping[Path, Look]) -> dict[Path, StudyUID]:
        rows = {
            row["place"]: row
            for row in database.rows(
                "SELECT * FROM imported WHERE place IN (SELECT value FROM json_each(?))",
                (json.dumps([look.place for look in looks.values()]),),
            )
        }
        likely = {
            path: rows[look.place]
            for path, look in looks.items()
            if look.place in rows and rows[look.place]["look"] == look.look
        }
        held = self._held(sorted({row["sop_uid"] for row in likely.values()}))
        found: dict[Path, StudyUID] = {}
        for path, row in likely.items():
            one = held.get((row["sop_uid"], row["sha256"]))
            if one is not None and _outside(one) == row["kept"]:
                found[path] = one.study_uid
        return found

    def _held(self, sop_uids: Sequence[str]) -> dict[tuple[str, str], Held]:
        return {(one.sop_uid, one.sha256): one for one in self._holder.held(sop_uids)}

    def _write(self) -> None:
        if self._database is not None and self._fresh:
            with contextlib.suppress(KnownError), self._database.atomic():
                self._database.write_many(
                    "INSERT OR REPLACE INTO imported VALUES (?, ?, ?, ?, ?)",
                    self._fresh,
                )
        self._fresh.clear()

    def _opened(self) -> Database | None:
        """The memory's file; one that is damaged is made anew."""
        for _ in range(2):
            database: Database | None = None
            try:
                database = Database(self._path)
                database.migrate(STEPS)
                return database
            except (KnownError, OSError):
                if database is not None:
                    database.close()
                for companion in ("", "-wal", "-shm"):
                    with contextlib.suppress(OSError):
                        Path(f"{self._path}{companion}").unlink(missing_ok=True)
        return None


def look_at(path: Path) -> Look | None:
    """A file's look; None when it can't be read."""
    try:
        with path.open("rb", buffering=0) as file:
            state = os.fstat(file.fileno())
            head = file.read(EDGE)
            if state.st_size > 2 * EDGE:
                file.seek(-EDGE, os.SEEK_END)
            tail = file.read(EDGE)
    except OSError:
        return None
    return _look(path, head, tail, state)


def look_in(path: Path, data: bytes, state: os.stat_result) -> Look:
    """The look of a file that was read whole."""
    tail = data[-EDGE:] if len(data) > 2 * EDGE else data[EDGE : 2 * EDGE]
    return _look(path, data[:EDGE], tail, state)


def place_of(path: Path) -> str:
    """A file's place, without its name in it."""
    return hashlib.blake2b(os.fsencode(path.absolute()), digest_size=16).hexdigest()


def _look(path: Path, head: bytes, tail: bytes, state: os.stat_result) -> Look:
    digest = hashlib.blake2b(head, digest_size=16)
    digest.update(tail)
    digest.update(f"{state.st_size} {state.st_mtime_ns} {state.st_ctime_ns}".encode())
    return Look(place_of(path), digest.hexdigest())


def _outside(held: Held | None) -> str:
    """A filed object's size and times; empty when it is gone. A change to its bytes shows in one of them."""
    if held is None:
        return ""
    try:
        state = held.path.stat()
    except OSError:
        return ""
    if state.st_size != held.size:
        return ""
    return f"{state.st_mtime_ns} {state.st_ctime_ns}"
