"""The trash on the disk: one folder for each entry, with a note that would bring the entry back if the index
were lost.

Owns the moves between an object's place and the trash, each of which can be repeated after a crash. It knows
no index and decides nothing; it never overwrites a file.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.lock import ProcessLock
from vetpacs_desktop.store.objects import SUFFIX, digest_of, fsync_folder

LOCK = "trash.lock"
LOCK_SECONDS = 30.0
MOVING, KEPT, RESTORING, EMPTYING = "moving", "kept", "restoring", "emptying"
"""What is being done with an entry; also the name of its note. What was begun is finished after a crash."""
STATES = (MOVING, KEPT, RESTORING, EMPTYING)


class TrashBusy(KnownError):
    """Another part of the program is moving exams or rebuilding the list right now; nothing was changed. Try
    again in a moment."""


@dataclass(frozen=True, slots=True)
class Item:
    """One file of an entry."""

    path: str
    """Where it came from and goes back to, relative to the home, with forward slashes."""
    name: str
    """Its name in the entry's folder."""
    size: int
    sha256: str
    received_at: str = ""
    source: str = ""
    sop_uid: str = ""


@contextmanager
def alone(home: Home, wait_seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """Nobody else, here or in another process, takes exams out of the list meanwhile. Raises `TrashBusy`."""
    lock = ProcessLock(home.run / LOCK)
    if not lock.acquire(wait_seconds):
        raise TrashBusy()
    try:
        yield
    finally:
        lock.release()


class EntryFolder:
    """The files of one entry."""

    def __init__(self, home: Home, entry_id: str) -> None:
        self._home = home
        self.folder = home.trash / entry_id

    def path(self, item: Item) -> Path:
        """Where the item is while it is in the trash."""
        return self.folder / item.name

    def where(self, item: Item) -> Path | None:
        """Where the item is now, None when it is nowhere."""
        inside, outside = self.path(item), self._home.root / item.path
        return inside if inside.exists() else outside if outside.exists() else None

    def note(self, state: str, facts: dict[str, object]) -> None:
        """Write the entry's note, durable, before its first file comes."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        fresh = self.folder / "note.part"
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(facts, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._note(state))
        fsync_folder(self.folder)
        fsync_folder(self._home.trash)

    def mark(self, state: str) -> None:
        """The note says from now on what is being done with the entry."""
        for before in STATES:
            if before != state and self._note(before).exists():
                self._note(before).replace(self._note(state))
        if self.folder.exists():
            fsync_folder(self.folder)

    def take(self, items: Sequence[Item], in_use: Set[str]) -> None:
        """Bring the files here; one that somebody sent again meanwhile (`in_use`) stays there as well.

        Raises `OSError`; then the rest is still where it was.
        """
        left: set[Path] = set()
        for item in items:
            source, target = self._home.root / item.path, self.path(item)
            if target.exists() or not source.exists():
                continue
            if item.path in in_use:
                _duplicate(source, target)
            else:
                source.replace(target)
                left.add(source.parent)
        fsync_folder(self.folder)
        for folder in left:
            fsync_folder(folder)
            _drop_empty(folder, self._home.objects)

    def give_back(self, items: Sequence[Item]) -> None:
        """Return the files to where they came from; other content there stays too. Raises `OSError`."""
        for item in items:
            source, target = self.path(item), self._home.root / item.path
            if not source.exists():
                continue
            if target.exists() and target.suffix == SUFFIX and digest_of(target) != item.sha256:
                target = target.with_name(f"{item.sop_uid}~{item.sha256}{SUFFIX}")
            if not target.exists():
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                source.replace(target)
                fsync_folder(target.parent)

    def remove(self) -> None:
        """The folder with whatever is left in it. Raises `OSError`."""
        if self.folder.exists():
            shutil.rmtree(self.folder)
            fsync_folder(self._home.trash)

    def _note(self, state: str) -> Path:
        return self.folder / f"{state}.json"


def notes(home: Home) -> Iterator[tuple[str, str, dict[str, object]]]:
    """(entry id, state, facts) of every entry whose note can be read."""
    for folder in sorted(path for path in home.trash.iterdir() if path.is_dir()):
        for state in STATES:
            try:
                facts = json.loads((folder / f"{state}.json").read_text(encoding="utf-8"))
            except (OSError, ValueError):
                continue
            if isinstance(facts, dict):
                yield folder.name, state, facts
                break


def items_to_text(items: Sequence[Item]) -> str:
    """As the index and the note keep them."""
    return json.dumps([asdict(item) for item in items])


def items_from_text(text: str) -> tuple[Item, ...]:
    """Raises `ValueError` and `TypeError` for what `items_to_text` did not write."""
    return tuple(Item(**one) for one in json.loads(text))


def _duplicate(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a volume without links
        fresh = target.with_suffix(".part")
        shutil.copyfile(source, fresh)
        fresh.replace(target)


def _drop_empty(folder: Path, root: Path) -> None:
    """An exam's folder without files goes; its neighbours' stays."""
    if folder.parent.parent == root:
        with contextlib.suppress(OSError):
            folder.rmdir()
