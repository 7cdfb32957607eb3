"""The rows of the trash: what each entry is called, how large it is, what is being done with it.

Only rows; the files are `trash_files`' and the order of both is `trash`'s.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from vetpacs_desktop.errors import NotFound
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.database import Database, Row
from vetpacs_desktop.store.kept.trash_files import (
    EMPTYING,
    KEPT,
    MOVING,
    RESTORING,
    EntryFolder,
    Item,
    items_from_text,
    items_to_text,
    notes,
)
from vetpacs_desktop.store.records import StudyUID

EXAM, SERIES, IMAGES, FILE = "exam", "series", "images", "file"
_COLUMNS = "id, state, kind, study_uid, facts, count, bytes, who, why, at"
FACTS = (
    "animal_name",
    "owner_name",
    "species",
    "breed",
    "patient_id",
    "description",
    "study_date",
    "study_time",
    "modalities",
)


@dataclass(frozen=True, slots=True)
class TrashEntry:
    """One thing that was deleted: an exam, a series, some images, or a file that had been set aside."""

    id: str
    kind: str
    study_uid: StudyUID
    at: str
    """ISO 8601 with offset."""
    who: str
    why: str
    count: int
    bytes: int
    animal_name: str = ""
    owner_name: str = ""
    species: str = ""
    breed: str = ""
    patient_id: str = ""
    description: str = ""
    study_date: str = ""
    study_time: str = ""
    modalities: str = ""
    name: str = ""
    """What the series, the image or the file is called."""


class TrashTable:
    """The entries in one database. Every change is, or joins, a transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def entries(self) -> list[TrashEntry]:
        """All but those that are being emptied, the newest first."""
        rows = self._database.rows(
            f"SELECT {_COLUMNS} FROM trash WHERE state <> ? ORDER BY at DESC, id DESC", (EMPTYING,)
        )
        return [entry_of(row) for row in rows]

    def amount(self) -> tuple[int, int]:
        """How many there are, and their bytes."""
        rows = self._database.rows(
            "SELECT count(*), coalesce(sum(bytes), 0) FROM trash WHERE state <> ?", (EMPTYING,)
        )
        return int(rows[0][0]), int(rows[0][1])

    def unfinished(self) -> list[str]:
        """The entries that something was begun with."""
        rows = self._database.rows("SELECT id FROM trash WHERE state <> 'kept' ORDER BY at")
        return [row["id"] for row in rows]

    def row(self, entry_id: str) -> Row:
        """Raises `NotFound`."""
        found = self._database.rows(f"SELECT {_COLUMNS} FROM trash WHERE id = ?", (entry_id,))
        if not found:
            raise NotFound(uid=entry_id)
        return found[0]

    def entry(self, entry_id: str) -> TrashEntry:
        """Raises `NotFound`."""
        return entry_of(self.row(entry_id))

    def items(self, entry_id: str) -> tuple[Item, ...]:
        """Its files. Raises `NotFound`."""
        text = self._database.value("SELECT items FROM trash_items WHERE id = ?", (entry_id,))
        if text is None:
            raise NotFound(uid=entry_id)
        return items_from_text(text)

    def note(self, entry_id: str) -> dict[str, object]:
        """Everything of an entry, as its folder's note holds it. Raises `NotFound`."""
        return {**dict(self.row(entry_id)), "items": items_to_text(self.items(entry_id))}

    def insert(
        self,
        kind: str,
        study_uid: str,
        facts: Mapping[str, object],
        items: Sequence[Item],
        who: str,
        why: str,
    ) -> str:
        """A new entry whose files are still to be moved; answers its id."""
        now = datetime.now(UTC)
        entry_id = f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
        self._insert(
            {
                "id": entry_id,
                "state": MOVING,
                "kind": kind,
                "study_uid": study_uid,
                "facts": json.dumps(dict(facts)),
                "count": len(items) if kind != FILE else 1,
                "bytes": sum(item.size for item in items),
                "who": who,
                "why": why,
                "at": now.isoformat(timespec="microseconds"),
            },
            items_to_text(items),
        )
        return entry_id

    def adopt(self, note: Mapping[str, object]) -> None:
        """Take an entry over from its note, unless it is known. Raises `ValueError`, `KeyError`, `TypeError`
        for a note that this program did not write."""
        items_from_text(str(note["items"]))
        row: dict[str, str | int] = {name: str(note[name]) for name in _COLUMNS.split(", ")}
        row.update(state=KEPT, count=int(str(note["count"])), bytes=int(str(note["bytes"])))
        self._insert(row, str(note["items"]))

    def set_state(self, entry_id: str, state: str) -> None:
        with self._database.atomic():
            self._database.write("UPDATE trash SET state = ? WHERE id = ?", (state, entry_id))

    def keep_only(self, entry_id: str, items: Sequence[Item]) -> None:
        """The entry rests with these files alone."""
        with self._database.atomic():
            self._database.write(
                "UPDATE trash SET state = ?, count = ?, bytes = ? WHERE id = ?",
                (KEPT, len(items), sum(item.size for item in items), entry_id),
            )
            sql = "UPDATE trash_items SET items = ? WHERE id = ?"
            self._database.write(sql, (items_to_text(items), entry_id))

    def forget(self, entry_id: str) -> None:
        with self._database.atomic():
            self._database.write("DELETE FROM trash WHERE id = ?", (entry_id,))
            self._database.write("DELETE FROM trash_items WHERE id = ?", (entry_id,))

    def _insert(self, row: Mapping[str, str | int], items: str) -> None:
        marks = ", ".join("?" * len(row))
        with self._database.atomic():
            self._database.write(
                f"INSERT OR IGNORE INTO trash ({', '.join(row)}) VALUES ({marks})", tuple(row.values())
            )
            self._database.write("INSERT OR IGNORE INTO trash_items VALUES (?, ?)", (row["id"], items))


def adopt(home: Home, database: Database) -> None:
    """For an index that knows nothing of the trash: its entries from their notes. What a crash interrupted is
    finished by the files alone. Raises `OSError`."""
    table = TrashTable(database)
    for entry_id, state, note in notes(home):
        folder = EntryFolder(home, entry_id)
        try:
            items = items_from_text(str(note["items"]))
            if state in (MOVING, KEPT):
                table.adopt({**note, "id": entry_id})
        except (ValueError, KeyError, TypeError):
            continue  # no note of ours: its files stay where they are
        if state == MOVING:
            folder.take(items, frozenset())
            folder.mark(KEPT)
        elif state == RESTORING:
            folder.give_back(items)
        if state in (RESTORING, EMPTYING):
            folder.remove()


def entry_of(row: Row) -> TrashEntry:
    """An entry from its row."""
    facts = json.loads(row["facts"])
    shown = {name: str(facts.get(name) or "") for name in (*FACTS, "name")}
    return TrashEntry(
        id=row["id"],
        kind=row["kind"],
        study_uid=StudyUID(row["study_uid"]),
        at=row["at"],
        who=row["who"],
        why=row["why"],
        count=row["count"],
        bytes=row["bytes"],
        **shown,
    )
