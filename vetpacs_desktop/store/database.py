"""The index's database file: connections, pragmas, transactions, and what its errors mean for a person.

The only importer of sqlite3 and sqlite-utils. One writing connection behind a lock, one reading connection
for each thread; processes meet in SQLite's write-ahead log. A file that another process put in the place of
the open one (an index made anew) is noticed and used from then on. Nothing here knows a table.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import sqlite_utils
from sqlite_utils.migrations import Migrations

from vetpacs_desktop.errors import DiskFull, KnownError, LibraryDamaged, LibraryTooNew

Value: TypeAlias = str | int | float | bytes | None
Values: TypeAlias = Sequence[Value] | Mapping[str, Value]
Row: TypeAlias = sqlite3.Row
Tables: TypeAlias = sqlite_utils.Database
Step: TypeAlias = Callable[[Tables], None]
Mark: TypeAlias = tuple[int, int] | None

BUSY_SECONDS = 30.0
"""How long a writer waits for the other process's transaction, which lasts well under a second."""
LOG_BYTES = 64 * 1024 * 1024
"""What the write-ahead log may keep on the disk once its contents are in the database."""
READER_CACHE_KIB = 16 * 1024
WRITER_CACHE_KIB = 8 * 1024
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_UNUSABLE = (
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOMEM,
)
_PRIMARY = 0xFF
GONE = "it is missing or empty"


class LibraryBusy(KnownError):
    """The index {path} is held by another program for too long; close other VetPACS windows and try again."""


class LibraryUnusable(KnownError):
    """The index {path} can't be read or written at the moment ({reason}); check the disk and who may write to
    its folder. What arrives is kept and filed later."""


class Steps:
    """The ordered steps that make a schema; each is run once, in a transaction with its record."""

    def __init__(self, name: str) -> None:
        self.migrations = Migrations(name)
        self.names: list[str] = []

    def step(self, function: Step) -> Step:
        """Decorator: `function` is the next step, known by its name for ever."""
        self.migrations()(function)
        self.names.append(function.__name__)
        return function


class Database:
    """One database file. Safe to use from any thread; `close` ends every connection."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._readers_lock = threading.Lock()
        self._readers: dict[threading.Thread, sqlite3.Connection] = {}
        self._local = threading.local()
        self._watcher: sqlite3.Connection | None = None
        self._watched: Mark = None
        self._replaced = 0
        self._steps: Steps | None = None
        self.on_damage: Callable[[], None] = lambda: None
        """Called when the file could not be read; it may be called often."""
        with self._known_errors():
            self._open_writer()

    def _open_writer(self) -> None:
        self._writer = self._connect(WRITER_CACHE_KIB)
        self._use_wal()
        self._written: Mark = mark_of(self.path)
        self._tables = sqlite_utils.Database(self._writer, execute_plugins=False)

    def close(self) -> None:
        """End every connection; the last one folds the write-ahead log into the file. Safe to call twice."""
        with self._lock, self._readers_lock:
            for reader in self._readers.values():
                reader.close()
            self._readers.clear()
            if self._watcher is not None:
                self._watcher.close()
                self._watcher = None
            self._writer.close()
            self._local = threading.local()

    def migrate(self, steps: Steps) -> None:
        """Bring the schema up to date: each step and its record in one transaction.

        Raises `LibraryTooNew` when the file knows a step this program doesn't.
        """
        self._steps = steps
        with self._known_errors():
            self._refuse_newer(steps)
            if steps.migrations.pending(self._tables):
                # The outer transaction keeps two processes that start together from both taking a step.
                with self.atomic():
                    steps.migrations.apply(self._tables)

    def is_behind(self, steps: Steps) -> bool:
        """Whether an older program wrote this file and `migrate` will change it. Raises `LibraryTooNew`."""
        with self._known_errors():
            self._refuse_newer(steps)
            return bool(steps.migrations.applied(self._tables)) and bool(
                steps.migrations.pending(self._tables)
            )

    def _refuse_newer(self, steps: Steps) -> None:
        for applied in steps.migrations.applied(self._tables):
            if applied.name not in steps.names:
                raise LibraryTooNew(path=self.path.parent, step=applied.name)

    @contextmanager
    def atomic(self) -> Iterator[Tables]:
        """One write transaction, begun at once (``BEGIN IMMEDIATE``); nested calls are savepoints.

        Raises `LibraryDamaged` when the file is gone: what is written would be lost with it.
        """
        with self._lock, self._known_errors():
            if self._writer.in_transaction:
                with self._tables.atomic() as tables:
                    yield tables
                return
            self.follow()
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._tables
                self._writer.execute("COMMIT")
            except BaseException:
                self._tables.rollback()
                raise

    def follow(self) -> None:
        """Write to the file that stands at `path` now. Raises `LibraryDamaged` when there is none.

        SQLite itself never touches the companions of a file that has moved, so closing is safe
        (pager.c, `databaseIsUnmoved`).
        """
        with self._lock, self._known_errors():
            here = mark_of(self.path)
            if here is None:
                raise LibraryDamaged(path=self.path, reason=GONE)
            if here == self._written or self._writer.in_transaction:
                return
            self._writer.close()
            self._open_writer()
            if self._steps is not None:
                self.migrate(self._steps)

    def write(self, sql: str, values: Values = ()) -> sqlite3.Cursor:
        """One statement on the writing connection; call it inside `atomic`."""
        with self._lock, self._known_errors():
            return self._writer.execute(sql, values)

    def write_many(self, sql: str, rows: Iterable[Values]) -> None:
        """One statement for many rows; call it inside `atomic`."""
        with self._lock, self._known_errors():
            self._writer.executemany(sql, rows)

    def upsert(self, table: str, key: str, rows: Sequence[Mapping[str, Value]]) -> None:
        """Insert rows, or update the one of the same `key`; all rows have the same columns.

        For the tables that grow with every image: sqlite-utils prepares each call anew, this only once.
        """
        if not rows:
            return
        names = list(rows[0])
        updates = ", ".join(f"{name} = excluded.{name}" for name in names if name != key)
        marks = ", ".join(f":{name}" for name in names)
        insert = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"
        self.write_many(f"{insert} ON CONFLICT({key}) DO UPDATE SET {updates}", rows)

    def rows(self, sql: str, values: Values = ()) -> list[Row]:
        """All rows of a query, from this thread's own reading connection (or the open transaction's)."""
        with self._known_errors():
            return self._reading().execute(sql, values).fetchall()

    def value(self, sql: str, values: Values = ()) -> Any:
        """The first column of the first row, or None."""
        with self._known_errors():
            found = self._reading().execute(sql, values).fetchone()
        return found[0] if found else None

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Queries inside see one state of the library, whatever other processes write meanwhile."""
        reading = self._reading()
        if reading.in_transaction:
            yield
            return
        with self._known_errors():
            reading.execute("BEGIN")
            try:
                yield
            finally:
                _end(reading)

    def data_version(self) -> int:
        """A number that differs as soon as anybody, here or in another process, has committed something."""
        with self._readers_lock, self._known_errors():
            here = mark_of(self.path)
            if self._watcher is not None and here not in (None, self._watched):
                self._watcher.close()
                self._watcher = None
                self._replaced += 1
            if self._watcher is None:
                self._watcher, self._watched = self._connect(64, read_only=True), here
            version = int(self._watcher.execute("PRAGMA data_version").fetchone()[0])
            return (self._replaced << 32) + version  # each file counts from 1

    def check(self) -> None:
        """Let SQLite look over the whole file. Raises `LibraryDamaged`."""
        found = self.value("PRAGMA quick_check(1)")
        if found != "ok":
            raise LibraryDamaged(path=self.path, reason=str(found))

    def _reading(self) -> sqlite3.Connection:
        if self._writer_is_mine():
            return self._writer
        reader: sqlite3.Connection | None = getattr(self._local, "reader", None)
        here = mark_of(self.path)
        if reader is not None and not reader.in_transaction and here not in (None, self._local.mark):
            reader.close()
            reader = None
        if reader is None:
            reader = self._connect(READER_CACHE_KIB, read_only=True)
            self._local.reader, self._local.mark = reader, here
            self._keep(reader)
        return reader

    def _writer_is_mine(self) -> bool:
        """Whether this thread is inside `atomic`: then its queries must see what it wrote."""
        if not self._lock.acquire(blocking=False):
            return False
        try:
            return self._writer.in_transaction
        finally:
            self._lock.release()

    def _keep(self, reader: sqlite3.Connection) -> None:
        """Remember this thread's connection, and close those of threads that have ended."""
        with self._readers_lock:
            for thread in [thread for thread in self._readers if not thread.is_alive()]:
                self._readers.pop(thread).close()
            self._readers[threading.current_thread()] = reader

    def _connect(self, cache_kib: int, *, read_only: bool = False) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        connection.row_factory = sqlite3.Row
        connection.execute(f"PRAGMA cache_size = -{cache_kib}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute(f"PRAGMA journal_size_limit = {LOG_BYTES}")
        if read_only:
            connection.execute("PRAGMA query_only = ON")
        return connection

    def _use_wal(self) -> None:
        """Two processes that create the file together may find it locked for a moment."""
        end = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                if self._writer.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                    self._writer.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & _PRIMARY != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                    raise
                time.sleep(0.01)

    @contextmanager
    def _known_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            known = _meaning(self.path, error)
            if known is None:
                raise
            if isinstance(known, LibraryDamaged):
                self.on_damage()
            raise known from error


def _meaning(path: Path, error: sqlite3.DatabaseError) -> KnownError | None:
    """What an error of SQLite means for a person; None for what is a bug."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    if code & _PRIMARY in _DAMAGED:
        return LibraryDamaged(path=path, reason=str(error))
    if code & _PRIMARY == sqlite3.SQLITE_FULL:
        return DiskFull(path=path)
    if code & _PRIMARY in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return LibraryBusy(path=path)
    if code & _PRIMARY == sqlite3.SQLITE_CANTOPEN:
        return LibraryDamaged(path=path, reason="it can't be opened")
    if code & _PRIMARY in _UNUSABLE:
        return LibraryUnusable(path=path, reason=str(error))
    if mark_of(path) is None:  # "no such table"
        return LibraryDamaged(path=path, reason=GONE)
    return None


@contextmanager
def _known(path: Path) -> Iterator[None]:
    """SQLite's errors as the program knows them."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        known = _meaning(path, error)
        if known is None:
            raise
        raise known from error


def mark_of(path: Path) -> Mark:
    """Which file stands at `path`; None when there is none, or an empty one. It costs two microseconds."""
    try:
        state = os.stat(path)  # noqa: PTH116 - half the time of Path.stat, at every query
    except OSError:
        return None
    return (state.st_dev, state.st_ino) if state.st_size else None


def refill(path: Path, source: Path) -> None:
    """Everything of the sound database `source` in the place of what `path` holds, in one transaction: others
    that have `path` open see the old content or the new. Raises `LibraryBusy`, `LibraryDamaged`, `DiskFull`.
    """
    old = Database(path)
    try:
        with old._lock, old._known_errors():
            fresh = sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)
            try:
                fresh.backup(old._writer)
            finally:
                fresh.close()
    finally:
        old.close()


def _end(reading: sqlite3.Connection) -> None:
    """Leave a reading transaction; some errors have ended it already."""
    if reading.in_transaction:
        reading.execute("ROLLBACK")


def copy_live(path: Path, target: Path, between: Callable[[int, int], None], pages: int = 1024) -> None:
    """Copy one state of a database that others go on writing into the new file `target` (SQLite's online
    backup), flushed to the disk. `between(left, of)` comes after each `pages` pages and may wait or raise.

    The copy needs no companions (journal mode DELETE), and an unchanged database gives the same bytes again.
    A reading transaction holds the state, so that no writer waits and no copy begins anew. Raises
    `LibraryDamaged`, `LibraryBusy`, `LibraryUnusable`, `DiskFull`.
    """
    if mark_of(path) is None:
        raise LibraryDamaged(path=path, reason=GONE)
    with (
        _known(path),
        closing(sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)) as live,
        closing(sqlite3.connect(target, isolation_level=None)) as copy,
    ):
        copy.execute("PRAGMA synchronous = OFF")
        copy.execute("PRAGMA journal_mode = OFF")
        live.execute("BEGIN")
        live.execute("SELECT count(*) FROM sqlite_master").fetchone()
        live.backup(copy, pages=pages, progress=lambda _, left, of: between(left, of), sleep=0.01)
        copy.execute("PRAGMA journal_mode = DELETE")
    handle = os.open(target, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Still:
    """A database file that nobody writes, open for reading alone; no companion file is made beside it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with _known(path):
            name = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
            self._connection = sqlite3.connect(name, uri=True, check_same_thread=False, isolation_level=None)

    def rows(self, sql: str, values: Values = ()) -> list[tuple[Any, ...]]:
        """All rows of a query. Raises `LibraryDamaged`."""
        with _known(self._path):
            return self._connection.execute(sql, values).fetchall()

    def check(self) -> None:
        """Let SQLite look over the whole file and its indexes. Raises `LibraryDamaged`."""
        found = self.rows("PRAGMA integrity_check(1)")
        if found != [("ok",)]:
            raise LibraryDamaged(path=self._path, reason=str(found[0][0]) if found else "no answer")

    def close(self) -> None:
        self._connection.close()


def salvage(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query as far as a possibly damaged file gives them; never raises for damage."""
    if not path.exists():
        return []
    found: list[tuple[Any, ...]] = []
    try:
        connection = sqlite3.connect(path, timeout=1.0, isolation_level=None)
    except sqlite3.Error:
        return found
    try:
        for row in connection.execute(sql):
            found.append(tuple(row))
    except sqlite3.DatabaseError:
        pass  # What came before the damage is good.
    finally:
        connection.close()
    return found
