"""What readers drew on exams, row by row: annotations and key images with their author and times.

Owns the table `drawn` and its journal, from which an index that is lost gets them back. Doesn't know what a
row means: its body is the viewer's, joined by the composition root. Never touches an object file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from uuid import uuid4

from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.database import Database, salvage
from vetpacs_desktop.store.journal import Entry, Journal

_EVENT = "drawn"
_ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Drawn:
    """One thing on one picture of one exam."""

    item_id: str
    study_uid: str
    kind: str
    """``annotation`` or ``key``."""
    sop_uid: str
    frame: int
    """From 0."""
    body: str
    """JSON, the viewer's."""
    author: str
    created_at: str
    """ISO 8601 with offset."""
    changed_at: str


_COLUMNS = tuple(one.name for one in fields(Drawn))
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM drawn"
_INSERT = f"INSERT OR REPLACE INTO drawn ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"


class Annotations:
    """The drawings of one library: `library.annotations`."""

    def __init__(self, database: Database, home: Home) -> None:
        self._database = database
        self._journal = Journal(home.drawings)

    def of(self, study_uid: str) -> list[Drawn]:
        """All of an exam, the oldest first."""
        rows = self._database.rows(
            f"{_SELECT} WHERE study_uid = ? ORDER BY created_at, item_id", (study_uid,)
        )
        return [Drawn(*tuple(row)) for row in rows]

    def change(self, study_uid: str, put: Sequence[Drawn], gone: Sequence[str]) -> None:
        """New and changed rows, and the ids of removed ones, as one act that is on the disk afterwards.

        Raises `DiskFull`, `LibraryBusy`, `LibraryUnusable`, `LibraryDamaged`, `OSError`; then nothing
        changed.
        """
        if not put and not gone:
            return
        entry: Entry = {
            "event": _EVENT,
            "id": uuid4().hex,
            "study_uid": study_uid,
            "put": json.dumps([astuple(one) for one in put]),
            "gone": json.dumps(list(gone)),
        }
        with self._journal.entering(entry), self._database.atomic():
            _apply(self._database, put, gone)

    def bring_in(self, rows: Iterable[Drawn]) -> int:
        """Take over what an older state of the library knew and this one never did; answers how many.

        What is here stays as it is, and what was removed here stays removed. Raises as `change`; what was
        taken until then is kept, and it may be called again.
        """
        here = {row["item_id"] for row in self._database.rows("SELECT item_id FROM drawn")}
        here |= {str(item) for entry in self._journal.entries() for item in _listed(entry.get("gone"))}
        fresh: dict[str, list[Drawn]] = {}
        for row in rows:
            if row.item_id not in here:
                fresh.setdefault(row.study_uid, []).append(row)
        for study_uid, put in fresh.items():
            self.change(study_uid, put, [])
        return sum(map(len, fresh.values()))


def all_of(database: Database) -> list[Drawn]:
    """Everything that an index holds."""
    return [Drawn(*tuple(row)) for row in database.rows(f"{_SELECT} ORDER BY created_at, item_id")]


def erase(database: Database, home: Home, study_uid: str) -> None:
    """Forget everything drawn on an exam, in the index and in the journal, as if nobody had drawn.

    For exams that are deleted for good. An older index that is put back learns of it from the journal.
    Raises `LibraryBusy`, `LibraryDamaged`, `OSError`; it may be called again.
    """
    if not home.drawings.exists():
        return
    entry: Entry = {"event": _ERASED, "id": uuid4().hex, "study_uid": study_uid}
    Journal(home.drawings).erase(lambda one: _is_of(one, study_uid), entry)
    with database.atomic():
        database.write("DELETE FROM drawn WHERE study_uid = ?", (study_uid,))


def _is_of(entry: Entry, study_uid: str) -> bool:
    return entry["event"] == _EVENT and entry.get("study_uid") == study_uid


def adopt(fresh: Database, home: Home) -> None:
    """Bring over what a damaged index still tells, then what the journal says, which knows better."""
    adopt_rows(fresh, home.database)
    replay(fresh, home)


def adopt_rows(fresh: Database, old: Path) -> None:
    """The rows of a possibly damaged index that are sound."""
    rows = [found for row in salvage(old, _SELECT) if (found := _sound(row)) is not None]
    with fresh.atomic():
        _apply(fresh, rows, ())


def replay(database: Database, home: Home) -> None:
    """Everything the journal says, in its order: this index may be an old one that was put back."""
    entries = Journal(home.drawings).entries()
    if not entries:
        return
    state: dict[str, Drawn | None] = {}
    erased: set[str] = set()
    for entry in entries:
        if entry["event"] == _ERASED:
            erased.add(str(entry.get("study_uid")))
        for row in _listed(entry.get("put")):
            drawn = _sound(tuple(row)) if isinstance(row, list) else None
            if drawn is not None:
                state[drawn.item_id] = drawn
        for item in _listed(entry.get("gone")):
            state[str(item)] = None
    put = [one for one in state.values() if one is not None]
    with database.atomic():
        database.write_many("DELETE FROM drawn WHERE study_uid = ?", ((uid,) for uid in erased))
        _apply(database, put, [item for item, one in state.items() if one is None])


def _apply(database: Database, put: Iterable[Drawn], gone: Iterable[str]) -> None:
    database.write_many("DELETE FROM drawn WHERE item_id = ?", ((item,) for item in gone))
    database.write_many(_INSERT, (astuple(one) for one in put))


def _listed(text: object) -> list[object]:
    try:
        found = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return []
    return found if isinstance(found, list) else []


def _sound(row: tuple[object, ...]) -> Drawn | None:
    """A row whose values are of the right kinds."""
    if len(row) != len(_COLUMNS):
        return None
    frame = row[_COLUMNS.index("frame")]
    texts = [value for name, value in zip(_COLUMNS, row, strict=True) if name != "frame"]
    if not isinstance(frame, int) or not all(isinstance(text, str) for text in texts):
        return None
    return Drawn(*row)  # type: ignore[arg-type]  # the kinds were looked at just above
