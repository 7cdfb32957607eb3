"""The feed of what changed: only ever added to, numbered without gaps being reused.

The window and the service meet here: one writes what it filed, the other asks for what is newer than it
knows.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from vetpacs_desktop.store.database import Database
from vetpacs_desktop.store.records import Change, StudyUID

ADDED = "study-added"
CHANGED = "study-changed"
REMOVED = "study-removed"


class Changes:
    """The feed in one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, entries: Iterable[tuple[str, StudyUID]]) -> None:
        """Add (kind, study) entries; inside the transaction that makes the change."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._database.write_many(
            "INSERT INTO changes (kind, study_uid, at) VALUES (?, ?, ?)",
            ((kind, study_uid, now) for kind, study_uid in entries),
        )

    def newest(self) -> int:
        """The number of the newest entry, 0 when nothing ever changed."""
        return int(self._database.value("SELECT max(number) FROM changes") or 0)

    def since(self, number: int) -> list[Change]:
        """Every entry newer than `number`, oldest first."""
        found = self._database.rows(
            "SELECT number, kind, study_uid FROM changes WHERE number > ? ORDER BY number", (number,)
        )
        return [Change(row["number"], row["kind"], StudyUID(row["study_uid"])) for row in found]
