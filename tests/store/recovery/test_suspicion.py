"""A doubt about the index reaches whoever mends it, once, also from another process's library."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.helpers.small_files import from_folder, picture, write
from vetpacs_desktop.errors import LibraryDamaged
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.recovery import suspicion


def test_a_word_is_left_once_and_taken_once(home: Home) -> None:
    assert not suspicion.take(home)
    suspicion.leave(home)
    suspicion.leave(home)
    assert suspicion.take(home)
    assert not suspicion.take(home)


def test_leaving_never_fails(home: Home) -> None:
    shutil.rmtree(home.run)
    suspicion.leave(home)
    assert not suspicion.take(home)


def test_a_library_that_meets_damage_says_so(home: Home, tmp_path: Path) -> None:
    library = Library.open(home)
    library.file([from_folder(write(picture(), tmp_path / "image.dcm"))])
    library.close()
    damage(home.database, "studies")
    library = Library.open(home)
    assert not suspicion.take(home)
    with pytest.raises(LibraryDamaged):
        library.search("")
    library.close()
    assert suspicion.take(home)


def damage(database: Path, table: str) -> None:
    """Make a table's first page unreadable, and nothing else."""
    with closing(sqlite3.connect(database)) as connection:
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        sql = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        (page,) = connection.execute(sql, (table,)).fetchone()
    with database.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xa5" * size)
