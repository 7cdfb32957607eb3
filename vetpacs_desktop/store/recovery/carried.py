"""What only a damaged index still holds, brought over into the new one: archives, rules, waiting sendings.

It takes the rows that can still be read and are of the right kinds, and never fails for damage. The tables
that can be made from the files are `rebuild`'s; corrections, the trash and machines have their own ways.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from vetpacs_desktop.store.database import Database, Value, salvage

_TABLES: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("nodes", ()),
    ("routes", (("node_id", "nodes"),)),
    ("given", (("node_id", "nodes"),)),
    ("outbox", (("node_id", "nodes"),)),
    ("outbox_items", (("job_id", "outbox"),)),
    ("commitments", ()),
)
"""Each table and what its rows belong to: (column, table with a column of the same name)."""
_KINDS: dict[str, tuple[type, ...]] = {"INTEGER": (int,), "REAL": (int, float), "TEXT": (str,)}
_NUMBERS = (
    "SELECT max(study_key) FROM studies",
    "SELECT max(series_id) FROM series",
    "SELECT max(instance_id) FROM instances",
    "SELECT max(highest) FROM numbers",
)


def adopt(fresh: Database, old: Path) -> None:
    """Bring them over, inside one transaction."""
    with fresh.atomic():
        for table, owners in _TABLES:
            _adopt_table(fresh, old, table, owners)


def settle(fresh: Database, old: Path) -> None:
    """After the index was built: no rule sends everything again just because it was entered anew."""
    if not salvage(old, "SELECT number FROM routed_until") and not fresh.value("SELECT count(*) FROM routes"):
        return
    with fresh.atomic():
        fresh.write(
            "INSERT OR REPLACE INTO routed_until (id, number) SELECT 1, coalesce(max(number), 0) FROM changes"
        )


def floor(old: Path) -> int:
    """A number no row of the damaged index had: what a window holds must find nothing, not another animal.

    Where the index tells nothing any more, the time in seconds: higher than any count of images.
    """
    found = [row[0] for sql in _NUMBERS for row in salvage(old, sql)]
    if len(found) < len(_NUMBERS) or not all(isinstance(one, int | None) for one in found):
        return int(time.time())
    return max(one or 0 for one in found)


def _adopt_table(fresh: Database, old: Path, table: str, owners: tuple[tuple[str, str], ...]) -> None:
    kinds = {row["name"]: row["type"] for row in fresh.rows(f"PRAGMA table_info({table})")}
    columns = ", ".join(kinds)
    allowed = {
        column: {row[0] for row in fresh.rows(f"SELECT {column} FROM {owner}")} for column, owner in owners
    }
    marks = ", ".join("?" * len(kinds))
    fresh.write_many(
        f"INSERT OR IGNORE INTO {table} ({columns}) VALUES ({marks})",
        [
            row
            for row in salvage(old, f"SELECT {columns} FROM {table}")
            if _sound(row, kinds)
            and all(row[list(kinds).index(name)] in ids for name, ids in allowed.items())
        ],
    )


def _sound(row: tuple[Any, ...], kinds: dict[str, str]) -> bool:
    values: tuple[Value, ...] = row
    return all(isinstance(value, _KINDS[kind]) for value, kind in zip(values, kinds.values(), strict=True))
