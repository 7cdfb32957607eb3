"""The bookkeeping of backups on this computer: what lies on which target, when it was read back, what
happened.

A convenience, never a proof of its own: when it is lost, a run reads back what lies on the target and enters
it anew. One file for all targets, beside the library and not in it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from itertools import islice
from pathlib import Path

from vetpacs_desktop.errors import LibraryDamaged
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup.copies import AT_ONCE, Copies
from vetpacs_desktop.store.backup.history import History
from vetpacs_desktop.store.database import Database, Steps, Tables

STEPS = Steps("vetpacs-backup")
FILE = "ledger.sqlite"
SUSPECT = "ledger.suspect"
_COMPANIONS = ("", "-wal", "-shm")


@STEPS.step
def what_lies_where(db: Tables) -> None:
    """Targets by the identity written on them; what lies there; what happened."""
    db.execute(
        "CREATE TABLE targets (target INTEGER PRIMARY KEY AUTOINCREMENT, backup_id TEXT NOT NULL UNIQUE, "
        "since INTEGER NOT NULL)"
    )
    # Blobs and no row ids: a million copies are 90 MB this way, three times as much in words.
    db.execute(
        "CREATE TABLE copies (target INTEGER NOT NULL, kind INTEGER NOT NULL, key BLOB NOT NULL, "
        "suffix TEXT NOT NULL, sha256 BLOB, stored BLOB, bytes INTEGER NOT NULL, copied_at INTEGER NOT NULL, "
        "proved_at INTEGER NOT NULL, changed REAL, suspect INTEGER NOT NULL DEFAULT 0, "
        "PRIMARY KEY (target, kind, key, suffix)) WITHOUT ROWID"
    )
    db.execute("CREATE INDEX copies_by_proof ON copies (target, proved_at)")
    db.execute("CREATE INDEX copies_by_digest ON copies (sha256) WHERE sha256 IS NOT NULL")
    db.execute("CREATE INDEX copies_in_doubt ON copies (target) WHERE suspect = 1")
    db.execute(
        "CREATE TABLE lists (target INTEGER NOT NULL, sha256 TEXT NOT NULL, complete INTEGER NOT NULL, "
        "PRIMARY KEY (target, sha256)) WITHOUT ROWID"
    )
    db.execute(
        "CREATE TABLE generations (target INTEGER NOT NULL, id TEXT NOT NULL, made TEXT NOT NULL, "
        "objects INTEGER NOT NULL, bytes INTEGER NOT NULL, copied INTEGER NOT NULL, seconds REAL NOT NULL, "
        "state TEXT NOT NULL, database TEXT NOT NULL, lost TEXT NOT NULL, "
        "note TEXT NOT NULL, PRIMARY KEY (target, id)) WITHOUT ROWID"
    )
    db.execute(
        "CREATE TABLE runs (number INTEGER PRIMARY KEY AUTOINCREMENT, target INTEGER NOT NULL, "
        "started INTEGER NOT NULL, ended INTEGER, outcome TEXT NOT NULL DEFAULT '', "
        "sentence TEXT NOT NULL DEFAULT '', generation TEXT NOT NULL DEFAULT '', "
        "copied INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0)"
    )
    db.execute("CREATE INDEX runs_by_target ON runs (target, number)")


@STEPS.step
def what_happened(db: Tables) -> None:
    """Proofs and drills, room, alarms, small facts, and digests of files of the home that are no objects."""
    db.execute(
        "CREATE TABLE drills (number INTEGER PRIMARY KEY AUTOINCREMENT, target INTEGER NOT NULL, "
        "at INTEGER NOT NULL, kind TEXT NOT NULL, generation TEXT NOT NULL, ok INTEGER NOT NULL, "
        "checked INTEGER NOT NULL, seconds REAL NOT NULL, sentence TEXT NOT NULL)"
    )
    db.execute(
        "CREATE TABLE rooms (number INTEGER PRIMARY KEY AUTOINCREMENT, target INTEGER NOT NULL, "
        "at INTEGER NOT NULL, free INTEGER NOT NULL, total INTEGER NOT NULL, used INTEGER NOT NULL)"
    )
    db.execute(
        "CREATE TABLE alarms (number INTEGER PRIMARY KEY AUTOINCREMENT, target INTEGER NOT NULL, "
        "at INTEGER NOT NULL, kind TEXT NOT NULL, sentence TEXT NOT NULL, closed_at INTEGER)"
    )
    db.execute(
        "CREATE TABLE facts (target INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, "
        "PRIMARY KEY (target, name)) WITHOUT ROWID"
    )
    db.execute(
        "CREATE TABLE digests (path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, "
        "inode INTEGER NOT NULL, sha256 TEXT NOT NULL) WITHOUT ROWID"
    )


class Book:
    """The ledger of one target."""

    def __init__(self, database: Database, target: int) -> None:
        self.copies = Copies(database, target)
        self.history = History(database, target)


class Ledger:
    """The ledger of one home, open. Safe to use from any thread; several processes may have it open."""

    def __init__(self, home: Home, database: Database) -> None:
        self.home = home
        self.database = database

    @classmethod
    def open(cls, home: Home) -> Ledger:
        """Open it, or make it. One that can't be read is set aside, and a new one begun.

        Raises `LibraryTooNew`, `DiskFull`, `LibraryUnusable`.
        """
        folder = folder_of(home)
        folder.mkdir(mode=0o700, exist_ok=True)
        if (folder / SUSPECT).exists():
            _set_aside(folder)
        try:
            database = _opened(folder)
        except LibraryDamaged:
            _set_aside(folder)
            database = _opened(folder)
        database.on_damage = (folder / SUSPECT).touch
        return cls(home, database)

    def close(self) -> None:
        self.database.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def book(self, backup_id: str) -> Book:
        """The part of the target with that identity (`backup.json`); a new one is entered."""
        sql = "SELECT target FROM targets WHERE backup_id = ?"
        found = self.database.value(sql, (backup_id,))
        if found is None:
            with self.database.atomic():
                self.database.write(
                    "INSERT OR IGNORE INTO targets (backup_id, since) VALUES (?, ?)",
                    (backup_id, int(time.time())),
                )
                found = self.database.value(sql, (backup_id,))
        return Book(self.database, int(found))

    def backup_ids(self) -> list[str]:
        """Of every target that was ever copied to."""
        return [row[0] for row in self.database.rows("SELECT backup_id FROM targets ORDER BY target")]

    def proved(self, digests: Sequence[str]) -> bool:
        """Whether each of these files (SHA-256 of the plain bytes) lies on a target, was read back there, and
        belongs to what a published generation holds."""
        left = {bytes.fromhex(digest) for digest in digests}
        for targets_end in self.database.rows(
            "SELECT target, max(ended) FROM runs WHERE outcome IN ('ok', 'partly') GROUP BY target"
        ):
            asked = iter(sorted(left))
            while part := list(islice(asked, AT_ONCE)):
                left -= self._proved_on(targets_end[0], targets_end[1], part)
        return not left

    def _proved_on(self, target: int, until: int, digests: Sequence[bytes]) -> set[bytes]:
        marks = ", ".join("?" * len(digests))
        whole = "kind = 0 AND +suspect = 0 AND +proved_at > 0 AND copied_at <= ?"
        rows = self.database.rows(
            f"SELECT key FROM copies WHERE target = ? AND {whole} AND sha256 IS NULL AND key IN ({marks}) "
            f"UNION SELECT sha256 FROM copies WHERE target = ? AND {whole} AND sha256 IN ({marks})",
            (target, until, *digests, target, until, *digests),
        )
        return {row[0] for row in rows}


def folder_of(home: Home) -> Path:
    """Where the ledger and the drafts of snapshots lie."""
    return home.root / "backup"


def proved(home: Home, digests: Sequence[str]) -> bool:
    """`Ledger.proved` for who has no ledger open; False where there is none."""
    if not (folder_of(home) / FILE).exists():
        return False
    with Ledger.open(home) as ledger:
        return ledger.proved(digests)


def _opened(folder: Path) -> Database:
    database = Database(folder / FILE)
    try:
        database.migrate(STEPS)
    except BaseException:
        database.close()
        raise
    return database


def _set_aside(folder: Path) -> None:
    """The old file stays for whoever wants to look at it; the last one that was set aside goes."""
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")  # noqa: DTZ005 - a name for people
    for old in folder.glob("ledger.damaged-*"):
        old.unlink(missing_ok=True)
    for companion in _COMPANIONS:
        with suppress(FileNotFoundError):
            (folder / f"{FILE}{companion}").rename(folder / f"ledger.damaged-{stamp}.sqlite{companion}")
    (folder / SUSPECT).unlink(missing_ok=True)
