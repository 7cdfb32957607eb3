"""Numbers that rows had are not given to others: a window that still holds an old one must find nothing, not
another animal's images. Only counts; it knows no meaning of a row.
"""

from __future__ import annotations

from vetpacs_desktop.store.database import Database

_COLUMNS = (("studies", "study_key"), ("series", "series_id"), ("instances", "instance_id"))


def highest(database: Database) -> int:
    """The highest number that a removed row may have had."""
    return int(database.value("SELECT max(highest) FROM numbers") or 0)


def remember(database: Database) -> None:
    """Before rows are removed, inside the transaction that does it."""
    database.write("INSERT OR REPLACE INTO numbers (name, highest) VALUES ('rows', ?)", (in_use(database),))


def in_use(database: Database) -> int:
    """The highest number that any row has or had."""
    found = [int(database.value(f"SELECT max({column}) FROM {table}") or 0) for table, column in _COLUMNS]
    return max(highest(database), *found)
