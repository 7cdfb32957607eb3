"""Transactions, versions and damage of the index file."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from vetpacs_desktop.errors import LibraryDamaged, LibraryTooNew
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.database import Database, Steps, Still, Tables, copy_live
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.migrations import STEPS


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "test.sqlite")
    with opened.atomic():
        opened.write("CREATE TABLE animals (name TEXT)")
    yield opened
    opened.close()


def names(database: Database) -> list[str]:
    return [row["name"] for row in database.rows("SELECT name FROM animals ORDER BY name")]


def add(database: Database, name: str) -> None:
    database.write("INSERT INTO animals VALUES (?)", (name,))


def fail_after(database: Database, name: str) -> None:
    with database.atomic():
        add(database, name)
        raise RuntimeError


def test_the_file_is_kept_as_the_promise_needs(database: Database) -> None:
    def pragma(name: str) -> object:
        with database.atomic():
            return database.value(f"PRAGMA {name}")

    assert pragma("journal_mode") == "wal"
    assert pragma("synchronous") == 2  # FULL: a commit survives a power cut
    assert pragma("foreign_keys") == 1
    assert pragma("busy_timeout") == 30_000


def test_a_transaction_is_whole_or_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError):
        fail_after(database, "Rex")
    assert names(database) == []
    with database.atomic():
        add(database, "Rex")
    assert names(database) == ["Rex"]


def test_an_inner_failure_takes_back_only_the_inner_part(database: Database) -> None:
    with database.atomic():
        add(database, "Rex")
        with pytest.raises(RuntimeError):
            fail_after(database, "Bella")
        with database.atomic():
            add(database, "Luna")
    assert names(database) == ["Luna", "Rex"]


def test_a_writer_sees_its_own_work_and_others_only_what_is_committed(database: Database) -> None:
    seen: list[list[str]] = []
    with database.atomic():
        add(database, "Rex")
        other = threading.Thread(target=lambda: seen.append(names(database)))
        other.start()
        other.join()
        assert names(database) == ["Rex"]
    assert (seen, names(database)) == ([[]], ["Rex"])


def test_a_snapshot_holds_still_while_others_write(database: Database) -> None:
    with database.atomic():
        add(database, "Rex")

    def write() -> None:
        with database.atomic():
            add(database, "Bella")

    with database.snapshot():
        before = names(database)
        writer = threading.Thread(target=write)
        writer.start()
        writer.join()
        assert names(database) == before == ["Rex"]
    assert names(database) == ["Bella", "Rex"]


def test_steps_run_once_and_a_failing_one_leaves_nothing(tmp_path: Path) -> None:
    steps = Steps("test")
    runs: list[str] = []

    @steps.step
    def first(db: Tables) -> None:
        runs.append("first")
        db.execute("CREATE TABLE one (id INTEGER)")

    database = Database(tmp_path / "steps.sqlite")
    database.migrate(steps)

    @steps.step
    def second(db: Tables) -> None:
        db.execute("CREATE TABLE two (id INTEGER)")
        if len(runs) == 1:
            runs.append("failing")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        database.migrate(steps)
    assert database.value("SELECT count(*) FROM sqlite_master WHERE name = 'two'") == 0
    database.migrate(steps)
    database.migrate(steps)
    assert runs == ["first", "failing"]
    assert database.value("SELECT count(*) FROM sqlite_master WHERE name = 'two'") == 1
    database.close()


def test_a_newer_library_is_refused_by_name(home: Home) -> None:
    Library.open(home).close()
    database = Database(home.database)
    newer = Steps("vetpacs")
    newer.names = [*STEPS.names, "colours_of_collars"]
    newer.step(_colours_of_collars)
    database.migrate(newer)
    database.close()
    with pytest.raises(LibraryTooNew, match="colours_of_collars"):
        Library.open(home)


def _colours_of_collars(db: Tables) -> None:
    db.execute("CREATE TABLE collars (colour TEXT)")


@pytest.mark.parametrize(
    "content", [b"this is no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 4000]
)
def test_a_damaged_index_is_told_in_a_sentence(home: Home, content: bytes) -> None:
    home.database.write_bytes(content)
    with pytest.raises(LibraryDamaged) as caught:
        Library.open(home)
    assert "rebuild-index" in caught.value.sentence


def test_connections_of_ended_threads_are_closed(database: Database) -> None:
    for _ in range(20):
        reader = threading.Thread(target=lambda: names(database))
        reader.start()
        reader.join()
    assert len(database._readers) <= 2


def test_a_copy_of_a_live_database_is_one_state_of_it_and_the_same_each_time(tmp_path: Path) -> None:
    live = Database(tmp_path / "live.sqlite")
    with live.atomic() as tables:
        tables.execute("CREATE TABLE facts (number INTEGER PRIMARY KEY, words TEXT)")
        live.write_many("INSERT INTO facts (words) VALUES (?)", [("x" * 500,) for _ in range(3000)])

    def meanwhile(left: int, _: int) -> None:
        with live.atomic():
            live.write("INSERT INTO facts (words) VALUES (?)", (f"written while {left} pages were left",))

    copy_live(live.path, tmp_path / "first.sqlite", meanwhile, pages=32)
    assert live.value("SELECT count(*) FROM facts") > 3005
    still = Still(tmp_path / "first.sqlite")
    still.check()
    assert still.rows("SELECT count(*) FROM facts") == [(3000,)]
    still.close()
    copy_live(live.path, tmp_path / "second.sqlite", lambda *_: None)
    copy_live(live.path, tmp_path / "third.sqlite", lambda *_: None)
    assert (tmp_path / "second.sqlite").read_bytes() == (tmp_path / "third.sqlite").read_bytes()
    assert sorted(path.name for path in tmp_path.glob("*-wal")) == ["live.sqlite-wal"]
    live.close()


def test_a_damaged_page_of_a_copy_is_found(tmp_path: Path) -> None:
    live = Database(tmp_path / "live.sqlite")
    with live.atomic() as tables:
        tables.execute("CREATE TABLE facts (number INTEGER PRIMARY KEY, words TEXT)")
        live.write_many("INSERT INTO facts (words) VALUES (?)", [("x" * 500,) for _ in range(3000)])
    copy_live(live.path, tmp_path / "copy.sqlite", lambda *_: None)
    live.close()
    with (tmp_path / "copy.sqlite").open("r+b") as file:
        file.seek(20 * 4096)
        file.write(b"\xff" * 4096)
    with closing(Still(tmp_path / "copy.sqlite")) as still, pytest.raises(LibraryDamaged):
        still.check()


def test_nothing_is_copied_where_there_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(LibraryDamaged):
        copy_live(tmp_path / "none.sqlite", tmp_path / "copy.sqlite", lambda *_: None)
    assert list(tmp_path.iterdir()) == []
