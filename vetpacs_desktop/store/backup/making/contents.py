"""What a generation must hold: every file of the library that a copy of its database names, and the home's
own files beside it.

Images come from the rows of the snapshot, in buckets by row id, so that an unchanged bucket makes the same
list again. What no row of images names (the trash, the quarantine, documents) comes from the folders. Files
that may still change are drafted first, so that what is listed is what is copied. It copies nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup import layout
from vetpacs_desktop.store.backup.ledger import folder_of
from vetpacs_desktop.store.backup.manifest import (
    FileRef,
    ListRef,
    escaped,
    list_bytes,
    list_rows,
    ref_of,
    safe_path,
)
from vetpacs_desktop.store.database import Database, Still
from vetpacs_desktop.store.kept.trash_files import EMPTYING, items_from_text
from vetpacs_desktop.store.objects import digest_of

DRAFTS = "drafts"
STEADY = frozenset({".dcm", ".kept"})
"""Endings of files that are never written again once they are in their place."""
DRAFT_LIMIT = 64 * 1024 * 1024
"""Bytes of drafts at most. What is more is copied from where it is; should such a file change meanwhile, the
next run has it whole."""
LEFT_OUT = frozenset({"objects", "spool", "cache", "logs", "run", "restoring", "earlier"})
"""Folders of the home that a backup needs nothing of: filed images have rows of their own, the others are on
the way in or can be made anew."""
SECRET = frozenset({"certificates"})
"""Private keys leave this computer only sealed."""
_YOUNG_NS = 3_000_000_000
_ROWS = (
    "SELECT sha256, size, path FROM instances WHERE instance_id >= ? AND instance_id < ? ORDER BY instance_id"
)


@dataclass(frozen=True, slots=True)
class Item:
    """One file of the home that belongs to a generation."""

    path: str
    """Relative to the home, with forward slashes."""
    sha256: str
    bytes: int
    source: Path
    """Where its bytes are now."""

    @property
    def ref(self) -> FileRef:
        return FileRef(self.path, self.sha256, self.bytes)


@dataclass(frozen=True, slots=True)
class Bucket:
    """The files of one list, and the list itself as bytes."""

    data: bytes
    ref: ListRef
    items: tuple[Item, ...] = ()
    """For files of the folders; images are made from `rows` when they are wanted."""
    start: int = -1
    """The first row id of a bucket of images."""

    @property
    def rows(self) -> list[tuple[str, int, str]]:
        """Digest, bytes and path of each of its files."""
        lines = (line.split("\t") for line in self.data.decode().split("\n")[:-1])
        return [(sha256, int(size), path) for sha256, size, path in lines]


class Contents:
    """What one generation holds, asked part by part."""

    def __init__(
        self,
        home: Home,
        still: Still | None,
        work: Path,
        ledger: Database,
        has: Callable[[str, str], bool],
        *,
        sealed: bool,
    ) -> None:
        """`still`: the snapshot, None when nothing changed in the database since the last generation and only
        the folders are asked for; `work`: a folder for drafts; `ledger`: where digests of files of the
        folders are remembered; `has(sha256, path)`: whether the target holds such a file already."""
        self._home = home
        self._has = has
        self._drafted = 0
        self._still = still
        self._digests = Digests(ledger)
        self._drafts = work / DRAFTS
        self._left_out = LEFT_OUT | {folder_of(home).name} | (frozenset() if sealed else SECRET)
        self.unlisted: list[str] = []
        """Files that can't be read, or have names that no list can hold; they are told of as lost."""

    def images(self) -> Iterator[Bucket]:
        """Every row of the images, those that came twice among them, in buckets of row ids."""
        if self._still is None:
            return
        first, last = self._still.rows("SELECT min(instance_id), max(instance_id) FROM instances")[0]
        for start in range((first or 0) // layout.BUCKET * layout.BUCKET, (last or 0) + 1, layout.BUCKET):
            bucket = self.bucket(start)
            if bucket.ref.objects:
                yield bucket

    def bucket(self, start: int) -> Bucket:
        """The images of one bucket, by its first row id."""
        rows = [] if self._still is None else self._still.rows(_ROWS, (start, start + layout.BUCKET))
        made = _bucket([(sha256, size, f"objects/{path}") for sha256, size, path in rows])
        return Bucket(made.data, made.ref, start=start)

    def image(self, path: str, sha256: str, size: int) -> Item:
        """An image of a bucket."""
        return Item(path, sha256, size, self._home.root / path)

    def folders(self) -> list[Bucket]:
        """Trash, quarantine and every other folder of documents, in the order of their paths."""
        items = self._items(self._below_folders())
        parts = [items[n : n + layout.BUCKET] for n in range(0, len(items), layout.BUCKET)]
        buckets = []
        for part in parts:
            bucket = _bucket([(item.sha256, item.bytes, item.path) for item in part])
            buckets.append(Bucket(bucket.data, bucket.ref, tuple(part)))
        return buckets

    def own(self) -> list[Item]:
        """The files directly in the home: settings, journals, names."""
        return self._items(
            {
                path.name: path
                for path in self._home.root.iterdir()
                if path.is_file() and not path.is_symlink() and not _passing(path.name)
            }
        )

    def close(self) -> None:
        """Remember the digests."""
        self._digests.keep()

    def _below_folders(self) -> dict[str, Path]:
        found: dict[str, Path] = {}
        for folder in sorted(self._home.root.iterdir()):
            if folder.is_dir() and not folder.is_symlink() and folder.name not in self._left_out:
                for path in _walk(folder):
                    found[path.relative_to(self._home.root).as_posix()] = path
        self._add_trash(found)
        return found

    def _add_trash(self, found: dict[str, Path]) -> None:
        """What the snapshot says is in the trash and is not there any more (it was just restored), or not
        there yet; and the digests that the index knows of what is there."""
        if self._still is None:
            return
        for entry_id, kind, text in self._still.rows(
            "SELECT id, kind, trash_items.items FROM trash JOIN trash_items USING (id) WHERE state <> ?",
            (EMPTYING,),
        ):
            for item in items_from_text(text):
                path = f"trash/{entry_id}/{item.name}"
                elsewhere = self._home.root / item.path
                if path in found:
                    if kind != "file":
                        self._digests.told(path, item.size, item.sha256)
                elif elsewhere.is_file():
                    found[path] = elsewhere

    def _items(self, found: dict[str, Path]) -> list[Item]:
        items = []
        for path in sorted(found):
            try:
                item = self._item(path, found[path])
            except FileNotFoundError:
                continue  # it has gone since
            except OSError:
                self.unlisted.append(path)
                continue
            if item is not None:
                items.append(item)
        return items

    def _item(self, path: str, source: Path) -> Item | None:
        try:
            safe_path(path)
            path.encode()
        except ValueError:
            self.unlisted.append(path)
            return None
        state = source.stat()
        known = self._digests.known(path, state)
        if known and (source.suffix in STEADY or self._has(known, path)):
            return Item(path, known, state.st_size, source)
        if source.suffix in STEADY or self._drafted + state.st_size > DRAFT_LIMIT:
            digest = digest_of(source)
            self._digests.found(path, state, digest)
            return Item(path, digest, state.st_size, source)
        data = source.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        if source.stat().st_mtime_ns == state.st_mtime_ns and len(data) == state.st_size:
            self._digests.found(path, state, digest)
        return Item(path, digest, len(data), self._draft(digest, data))

    def _draft(self, digest: str, data: bytes) -> Path:
        self._drafts.mkdir(mode=0o700, exist_ok=True)
        draft = self._drafts / digest
        draft.write_bytes(data)
        self._drafted += len(data)
        return draft


class Digests:
    """Digests of files of the folders, remembered with the signs by which an unchanged file is known."""

    def __init__(self, ledger: Database) -> None:
        self._ledger = ledger
        self._known: dict[str, tuple[int, int, int, str]] = {
            row["path"]: (row["size"], row["mtime_ns"], row["inode"], row["sha256"])
            for row in ledger.rows("SELECT path, size, mtime_ns, inode, sha256 FROM digests")
        }
        self._told: dict[str, tuple[int, str]] = {}
        self._used: dict[str, tuple[int, int, int, str]] = {}

    def told(self, path: str, size: int, sha256: str) -> None:
        """The index knows the digest of this file."""
        self._told[path] = (size, sha256)

    def known(self, path: str, state: os.stat_result) -> str:
        """Its digest if the file is as it was, empty otherwise."""
        size, sha256 = self._told.get(path, (-1, ""))
        if size == state.st_size:
            self.found(path, state, sha256)
            return sha256
        before = self._known.get(path)
        if before is None or before[:3] != (state.st_size, state.st_mtime_ns, state.st_ino):
            return ""
        self._used[path] = before
        return before[3]

    def found(self, path: str, state: os.stat_result, sha256: str) -> None:
        """Remember one; not of a file that may change again within one tick of its clock."""
        if abs(time.time_ns() - state.st_mtime_ns) > _YOUNG_NS:
            self._used[path] = (state.st_size, state.st_mtime_ns, state.st_ino, sha256)

    def keep(self) -> None:
        """Write down what changed; files that were not met again are forgotten."""
        gone = [(path,) for path in self._known.keys() - self._used.keys()]
        fresh = [(path, *facts) for path, facts in self._used.items() if self._known.get(path) != facts]
        if gone or fresh:
            with self._ledger.atomic():
                self._ledger.write_many("DELETE FROM digests WHERE path = ?", gone)
                self._ledger.write_many("INSERT OR REPLACE INTO digests VALUES (?, ?, ?, ?, ?)", fresh)


def elsewhere(home: Home, item: Item) -> Path | None:
    """Where an image is that was moved to the trash since the snapshot; None where there is no such file."""
    name = item.path.rpartition("/")[2]
    for folder in home.trash.iterdir():
        moved = folder / name
        with contextlib.suppress(OSError):
            if moved.stat().st_size == item.bytes and digest_of(moved) == item.sha256:
                return moved
    return None


def without(bucket: Bucket, lost: Container[str]) -> tuple[bytes, ListRef, bool]:
    """A list without some paths; and whether it named any of them."""
    rows = list_rows(bucket.data, bucket.ref)
    left = [row for row in rows if row.path not in lost]
    if len(left) == len(rows):
        return bucket.data, bucket.ref, False
    data = list_bytes(left)
    return data, ref_of(data, left), True


def _bucket(rows: Sequence[tuple[str, int, str]]) -> Bucket:
    text = "".join([f"{sha256}\t{size}\t{path}\n" for sha256, size, path in rows])
    if text.count("\t") != 2 * len(rows) or text.count("\n") != len(rows) or "\\" in text or "\r" in text:
        text = "".join([f"{sha256}\t{size}\t{escaped(path)}\n" for sha256, size, path in rows])
    data = text.encode()
    return Bucket(data, ListRef(hashlib.sha256(data).hexdigest(), len(rows), sum(row[1] for row in rows)))


def _walk(folder: Path) -> Iterator[Path]:
    """Every file below a folder that is no link and not just being made."""
    waiting = [folder]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(Path(entry.path))
                elif entry.is_file(follow_symlinks=False) and not _passing(entry.name):
                    yield Path(entry.path)


def _passing(name: str) -> bool:
    """Files of the index (copied by its own way), and drafts of files that are just being written."""
    if name.startswith("library.") and ".sqlite" in name:
        return True
    return name.endswith((".part", ".lock", ".mended", ".tmp"))
