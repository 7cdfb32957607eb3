"""The ledger's rows of what lies on a target: every object, list and copy of the database, and when each was
last read back and found whole.

A row is entered only after its file was read back. The digest of the bytes as they lie there is kept beside
that of the plain bytes, so that a sealed copy is proved without its key. Only rows; it reads no target.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from vetpacs_desktop.store.backup import layout
from vetpacs_desktop.store.database import Database, Row

AT_ONCE = 500
"""Values in one question; SQLite takes 999 at least."""
_FOLDERS = (layout.OBJECTS, layout.LISTS, layout.DATABASES)
_COLUMNS = "kind, key, suffix, sha256, stored, bytes, copied_at, proved_at, changed, suspect"
_THIS = "target = ? AND kind = ? AND key = ? AND suffix = ?"


@dataclass(frozen=True, slots=True)
class Copy:
    """One file on a target that was read back."""

    name: str
    """Its name there, from the target's root."""
    sha256: str
    """Of the plain bytes."""
    stored: str
    """SHA-256 of the bytes as they lie there; of a plain copy the same as `sha256`."""
    bytes: int
    """As they lie there."""
    copied_at: int
    """Seconds since 1970."""
    proved_at: int
    """When it was last read back and matched."""
    changed: float | None = None
    """The target's own time of the file, once it was seen in a list of its folder."""
    suspect: bool = False
    """It was found missing or changed, and is to be copied anew."""


class Copies:
    """The copies on one target."""

    def __init__(self, database: Database, target: int) -> None:
        self._database = database
        self._target = target

    def whole(self, names: Sequence[str]) -> set[str]:
        """Those of `names` that lie there, were read back, and are not suspect."""
        found: set[str] = set()
        asked = iter([(name, _key(name)) for name in names])
        while part := list(islice(asked, AT_ONCE)):
            marks = ", ".join("?" * len(part))
            for kind in {key[0] for _, key in part}:
                rows = self._database.rows(
                    f"SELECT kind, key, suffix FROM copies WHERE target = ? AND kind = ? AND +suspect = 0 "
                    f"AND +proved_at > 0 AND key IN ({marks})",  # the signs keep it to the primary key
                    (self._target, kind, *(key[1] for _, key in part)),
                )
                here = {tuple(row) for row in rows}
                found.update(name for name, key in part if key in here)
        return found

    def get(self, name: str) -> Copy | None:
        """One copy, suspect or not."""
        rows = self._database.rows(
            f"SELECT {_COLUMNS} FROM copies WHERE {_THIS}", (self._target, *_key(name))
        )
        return _copy(rows[0]) if rows else None

    def enter(self, copies: Iterable[Copy]) -> None:
        """Write down copies that were read back just now; on the disk when it returns."""
        with self._database.atomic():
            self._database.write_many(
                f"INSERT OR REPLACE INTO copies (target, {_COLUMNS}) VALUES (?{', ?' * 10})",
                [self._values(copy) for copy in copies],
            )

    def proved(self, names: Iterable[str], at: int) -> None:
        """These were read back again and matched."""
        with self._database.atomic():
            self._database.write_many(
                f"UPDATE copies SET proved_at = ?, suspect = 0 WHERE {_THIS}",
                [(at, self._target, *_key(name)) for name in names],
            )

    def doubt(self, names: Iterable[str]) -> None:
        """These were found missing or changed: the next run copies them anew. No list counts as complete any
        more until that is done."""
        with self._database.atomic():
            self._database.write_many(
                f"UPDATE copies SET suspect = 1 WHERE {_THIS}",
                [(self._target, *_key(name)) for name in names],
            )
            self._database.write("UPDATE lists SET complete = 0 WHERE target = ?", (self._target,))

    def forget(self, names: Iterable[str]) -> None:
        """These were removed from the target on purpose (pruned). Lists that are still there stay complete:
        nothing that they name is ever removed."""
        gone = [(self._target, *_key(name)) for name in names]
        lists = [one for one in gone if one[1] == _FOLDERS.index(layout.LISTS)]
        with self._database.atomic():
            self._database.write_many(
                "DELETE FROM lists WHERE target = ?1 AND sha256 = (SELECT lower(hex(coalesce(sha256, key))) "
                "FROM copies WHERE target = ?1 AND kind = ?2 AND key = ?3 AND suffix = ?4)",
                lists,
            )
            self._database.write_many(f"DELETE FROM copies WHERE {_THIS}", gone)

    def seen(self, changed: Iterable[tuple[str, float]]) -> None:
        """The target's own times of files, as they were found in a list of their folder."""
        with self._database.atomic():
            self._database.write_many(
                f"UPDATE copies SET changed = ? WHERE {_THIS}",
                [(time, self._target, *_key(name)) for name, time in changed],
            )

    def oldest(self, most: int, before: int, now: int) -> list[Copy]:
        """Copies that were proved before `before` (or, by a clock that was wrong, after `now`), the one
        proved longest ago first. Suspect ones are left out."""
        rows = self._database.rows(
            f"SELECT {_COLUMNS} FROM copies WHERE target = ? AND suspect = 0 "
            "AND (proved_at < ? OR proved_at > ?) ORDER BY proved_at <= ?, proved_at LIMIT ?",
            (self._target, before, now, now, most),
        )
        return [_copy(row) for row in rows]

    def in_folder(self, number: int) -> list[Copy]:
        """The objects of one of the 256 folders."""
        low = bytes([number])
        high = bytes([number + 1]) if number < 255 else b"\xff" * 33
        rows = self._database.rows(
            f"SELECT {_COLUMNS} FROM copies WHERE target = ? AND kind = 0 AND key >= ? AND key < ?",
            (self._target, low, high),
        )
        return [_copy(row) for row in rows]

    def suspects(self) -> list[Copy]:
        """What is to be copied anew."""
        rows = self._database.rows(
            f"SELECT {_COLUMNS} FROM copies WHERE target = ? AND suspect = 1", (self._target,)
        )
        return [_copy(row) for row in rows]

    def amount(self) -> tuple[int, int, int]:
        """Copies, their bytes on the target, and how many are suspect."""
        rows = self._database.rows(
            "SELECT count(*), coalesce(sum(bytes), 0), coalesce(sum(suspect), 0) FROM copies "
            "WHERE target = ?",
            (self._target,),
        )
        return int(rows[0][0]), int(rows[0][1]), int(rows[0][2])

    def proved_since(self, moment: int) -> int:
        """How many copies were read back at or after `moment` and are whole."""
        sql = "SELECT count(*) FROM copies WHERE target = ? AND proved_at >= ? AND suspect = 0"
        return int(self._database.value(sql, (self._target, moment)) or 0)

    def oldest_proof(self) -> int | None:
        """When the copy was proved that was proved longest ago; None without copies."""
        found = self._database.value("SELECT min(proved_at) FROM copies WHERE target = ?", (self._target,))
        return None if found is None else int(found)

    def all(self, page: int = 10_000) -> Iterator[Copy]:
        """Every copy, in the order of names."""
        last: tuple[int, bytes, str] = (-1, b"", "")
        while True:
            rows = self._database.rows(
                f"SELECT {_COLUMNS} FROM copies WHERE target = ? AND (kind, key, suffix) > (?, ?, ?) "
                "ORDER BY kind, key, suffix LIMIT ?",
                (self._target, *last, page),
            )
            if not rows:
                return
            yield from map(_copy, rows)
            last = (rows[-1]["kind"], rows[-1]["key"], rows[-1]["suffix"])

    def complete_lists(self, digests: Sequence[str]) -> set[str]:
        """Those lists whose every file was found whole on the target when the list was written."""
        found: set[str] = set()
        asked = iter(digests)
        while part := list(islice(asked, AT_ONCE)):
            rows = self._database.rows(
                "SELECT sha256 FROM lists WHERE target = ? AND complete = 1 "
                f"AND sha256 IN ({', '.join('?' * len(part))})",
                (self._target, *part),
            )
            found.update(row["sha256"] for row in rows)
        return found

    def complete(self, digests: Iterable[str]) -> None:
        """Every file of these lists lies on the target, whole."""
        with self._database.atomic():
            self._database.write_many(
                "INSERT OR REPLACE INTO lists (target, sha256, complete) VALUES (?, ?, 1)",
                [(self._target, digest) for digest in digests],
            )

    def _values(self, copy: Copy) -> tuple[str | int | float | bytes | None, ...]:
        kind, key, suffix = _key(copy.name)
        plain, stored = bytes.fromhex(copy.sha256), bytes.fromhex(copy.stored)
        return (
            self._target,
            kind,
            key,
            suffix,
            None if plain == key else plain,
            None if stored == key else stored,
            copy.bytes,
            copy.copied_at,
            copy.proved_at,
            copy.changed,
            int(copy.suspect),
        )


def _key(name: str) -> tuple[int, bytes, str]:
    """The folder, the digits of the name as bytes, and the ending."""
    folder, _, last = name.rpartition("/")
    kind = next(number for number, one in enumerate(_FOLDERS) if folder.startswith(one))
    return kind, bytes.fromhex(last[:64]), last[64:]


def _copy(row: Row) -> Copy:
    key: bytes = row["key"]
    digits = key.hex()
    folder = _FOLDERS[row["kind"]]
    place = f"{folder}/{digits[:2]}" if folder == layout.OBJECTS else folder
    return Copy(
        name=f"{place}/{digits}{row['suffix']}",
        sha256=(row["sha256"] or key).hex(),
        stored=(row["stored"] or key).hex(),
        bytes=row["bytes"],
        copied_at=row["copied_at"],
        proved_at=row["proved_at"],
        changed=row["changed"],
        suspect=bool(row["suspect"]),
    )
