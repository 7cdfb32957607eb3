"""A newer program keeps the index as it was before it changes it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from tests.helpers.small_files import from_folder, picture, write
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.database import Database, Still
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.migrations import STEPS
from vetpacs_desktop.store.recovery import before_update


def older(home: Home, tmp_path: Path) -> None:
    """A library with an image, as a program wrote it that did not know the last step."""
    library = Library.open(home)
    library.file([from_folder(write(picture(), tmp_path / "a.dcm"))])
    library.close()
    database = Database(home.database)
    with database.atomic():
        database.write("DELETE FROM _sqlite_migrations WHERE name = ?", (STEPS.names[-1],))
        database.write("DROP TABLE drawn")
    database.close()


def test_the_index_is_kept_before_it_is_changed(home: Home, tmp_path: Path) -> None:
    older(home, tmp_path)
    Library.open(home).close()
    (kept,) = home.earlier.iterdir()
    with closing(Still(kept)) as before:
        tables = {row[0] for row in before.rows("SELECT name FROM sqlite_master")}
        assert before.rows("SELECT count(*) FROM instances")[0][0] == 1
    assert "studies" in tables
    assert "drawn" not in tables
    Library.open(home).close()
    assert list(home.earlier.iterdir()) == [kept], "an index that is up to date is not copied"


def test_a_new_library_has_nothing_to_keep_and_two_states_stay(home: Home, tmp_path: Path) -> None:
    Library.open(home).close()
    assert not home.earlier.exists()
    home.earlier.mkdir()
    for number in (1, 2, 3):
        (home.earlier / f"2020010{number}T000000000000Z.sqlite").touch()
    older(home, tmp_path)
    Library.open(home).close()
    names = sorted(path.name for path in home.earlier.iterdir())
    assert names[0].startswith("20200103")
    assert len(names) == before_update.KEPT


def test_without_room_for_the_copy_the_library_opens(
    home: Home, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    older(home, tmp_path)
    home.earlier.write_text("in the way")
    library = Library.open(home)
    assert library.counts() == (1, 1)
    library.close()
    assert "No copy of the index" in caplog.text
