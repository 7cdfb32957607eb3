"""Puts a freshly built index in the place of the old one: by rows when the old one is sound and in use, by
file when it is damaged or gone.

It never deletes an old index file and never leaves the library without one of the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from vetpacs_desktop.paths import Home
from vetpacs_desktop.store import changes
from vetpacs_desktop.store.changes import Changes
from vetpacs_desktop.store.database import Database
from vetpacs_desktop.store.objects import fsync_folder
from vetpacs_desktop.store.records import StudyUID

COMPANIONS = ("", "-wal", "-shm")
"""A database file and what SQLite keeps beside it."""
_TABLES = ("animals", "studies", "series", "instances", "stated_words")
_OWN_NUMBERS = ("study_key", "list_key")
"""Columns that differ from one build to the next without meaning anything."""


def fresh_path(home: Home) -> Path:
    """Where the new index is built: on the library's volume, so that it can be renamed into place."""
    return home.root / "library.rebuilding.sqlite"


def remove_fresh(home: Home) -> None:
    """Remove a new index that was taken over, or that an interrupted rebuild left."""
    for companion in COMPANIONS:
        Path(f"{fresh_path(home)}{companion}").unlink(missing_ok=True)


def set_aside(home: Home) -> Path | None:
    """Rename the old index; answers its new name, None when there was none."""
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")  # noqa: DTZ005 - a name for people
    aside = home.root / f"library.damaged-{stamp}.sqlite"
    number = 1
    while aside.exists():
        number += 1
        aside = home.root / f"library.damaged-{stamp}-{number}.sqlite"
    if home.database.exists() and not home.database.stat().st_size:
        home.database.unlink()  # there is nothing in it to keep
    for companion in COMPANIONS:
        old = Path(f"{home.database}{companion}")
        if old.exists():
            old.rename(f"{aside}{companion}")
    return aside if aside.exists() else None


def put_in_place(home: Home) -> None:
    """The new index, closed before, becomes the library's."""
    fresh_path(home).replace(home.database)
    remove_fresh(home)
    fsync_folder(home.root)


def mark_seen(database: Database, study_uids: Sequence[str]) -> None:
    """Exams that somebody had opened are not new again."""
    with database.atomic():
        database.write_many("UPDATE studies SET seen = 1 WHERE study_uid = ?", ((uid,) for uid in study_uids))


@contextmanager
def attached(database: Database, path: Path) -> Iterator[None]:
    """The writing connection also sees `path`, as ``fresh``."""
    database.write("ATTACH DATABASE ? AS fresh", (str(path),))
    try:
        yield
    finally:
        database.write("DETACH DATABASE fresh")


def take_over(database: Database) -> None:
    """Replace every row by the attached index's, inside one transaction; the feed says what that changed."""
    database.write("PRAGMA defer_foreign_keys = ON")
    database.write(
        "UPDATE fresh.studies SET seen = 1 WHERE study_uid IN "
        "(SELECT study_uid FROM main.studies WHERE seen = 1)"
    )
    entries = _differences(database)
    for table in reversed(_TABLES):
        database.write(f"DELETE FROM main.{table}")
    for table in _TABLES:
        database.write(f"INSERT INTO main.{table} SELECT * FROM fresh.{table}")
    _take_over_words(database)
    Changes(database).append(entries)


def _take_over_words(database: Database) -> None:
    """Dropped and made again: to delete the words of 100,000 exams one by one would take minutes."""
    made = database.value("SELECT sql FROM main.sqlite_master WHERE name = 'study_words'")
    database.write("DROP TABLE main.study_words")
    database.write(str(made))
    names = [row["name"] for row in database.rows("SELECT name FROM pragma_table_info('study_words')")]
    columns = ", ".join(["rowid", *names])
    database.write(f"INSERT INTO main.study_words ({columns}) SELECT {columns} FROM fresh.study_words")


def _differences(database: Database) -> list[tuple[str, StudyUID]]:
    names = [row["name"] for row in database.rows("SELECT name FROM pragma_table_info('studies')")]
    columns = ", ".join(name for name in names if name not in _OWN_NUMBERS)

    def uids(sql: str) -> list[StudyUID]:
        return [StudyUID(row["study_uid"]) for row in database.rows(sql)]

    added = uids("SELECT study_uid FROM fresh.studies EXCEPT SELECT study_uid FROM main.studies")
    removed = uids("SELECT study_uid FROM main.studies EXCEPT SELECT study_uid FROM fresh.studies")
    differing = uids(
        f"SELECT study_uid FROM "
        f"(SELECT {columns} FROM fresh.studies EXCEPT SELECT {columns} FROM main.studies)"
    )
    changed = set(differing) - set(added)
    return [
        *((changes.REMOVED, uid) for uid in removed),
        *((changes.ADDED, uid) for uid in added),
        *((changes.CHANGED, uid) for uid in sorted(changed)),
    ]
