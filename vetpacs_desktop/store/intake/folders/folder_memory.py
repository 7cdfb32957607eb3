"""What is known of the files of a watched folder, kept over restarts; and the state people see of it.

Both are small files in the home's run folder. Losing them loses nothing: every file is looked at once more,
and contents the library has are not stored twice.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from vetpacs_desktop.paths import Home

STATES = "folders.json"
OLD_MEMORY = "watched.json"
"""The one file that earlier versions kept for all folders: path -> [size, time]."""
REMEMBER_SECONDS = 30 * 24 * 3600
"""A file that has gone is remembered so long: a share that comes back brings nothing new."""
TAKEN, REFUSED, LEFT = "taken", "refused", "left"
"""Fates of a file: in the library; not taken, for a reason that is told; no concern of ours, such as a
program, a letter, or a disc's table of contents."""
SHOWN_REFUSALS = 50


@dataclass(frozen=True, slots=True)
class Look:
    """How a file looked: another look is another content."""

    size: int
    changed: int
    """Modification time in ns."""
    number: int = 0
    """The file system's number of the file (inode), which a new name does not change."""

    @property
    def content(self) -> tuple[int, int]:
        """(size, time): the name may have changed, the content has not."""
        return (self.size, self.changed)


@dataclass(frozen=True, slots=True)
class Known:
    """A file whose fate is decided."""

    look: Look
    fate: str = TAKEN
    reason: str = ""
    gone_at: float = 0.0
    """Since when it isn't there, in seconds since 1970; 0 while it is."""


@dataclass(frozen=True, slots=True)
class FolderState:
    """One watched folder as people see it. Times are ISO 8601 with offset, empty when never."""

    folder: str
    policy: str
    paused: bool = False
    network: bool = False
    given: bool = False
    """Named when the service was started, not in the settings."""
    looked_at: str = ""
    missing_since: str = ""
    problem: str = ""
    """Why nothing could be taken at the last attempt, as a sentence."""
    waiting: int = 0
    """Files seen that are not complete yet, or in use."""
    taken: int = 0
    """Files that came since the folder is watched."""
    taken_at: str = ""
    cleared: int = 0
    """Files moved aside or deleted."""
    unproved: int = 0
    """Files that stay because it can't be proved that the library holds them."""
    stuck: int = 0
    """Files that could not be moved or deleted; it is tried again."""
    stuck_reason: str = ""
    left: int = 0
    """Files that are no images and are left alone."""
    refused: int = 0
    refusals: tuple[tuple[str, str], ...] = ()
    """(name below the folder, reason) of the first of them."""


@dataclass(slots=True)
class Memory:
    """All that is known of one folder."""

    files: dict[str, Known] = field(default_factory=dict)
    """By name below the folder."""
    taken: int = 0
    cleared: int = 0
    taken_at: str = ""
    version: str = ""
    """The program's; another one may take what this one refused."""

    def forget_old(self) -> None:
        """Let go of files that have not been there for long."""
        now = time.time()
        self.files = {
            name: known
            for name, known in self.files.items()
            if not known.gone_at or now - known.gone_at < REMEMBER_SECONDS
        }

    def forget_refusals(self) -> None:
        """Try again what was refused."""
        self.files = {name: known for name, known in self.files.items() if known.fate != REFUSED}


def memory_path(home: Home, folder: Path) -> Path:
    """Where a folder's memory is."""
    return home.run / f"folder-{hashlib.sha256(str(folder).encode(errors='replace')).hexdigest()[:16]}.json"


def recall(home: Home, folder: Path, version: str) -> Memory:
    """A folder's memory, empty when there is none; what another version refused is forgotten."""
    memory = _read(memory_path(home, folder)) or Memory(files=_from_old(home, folder), version=version)
    if memory.version != version:
        memory.forget_refusals()
        memory.version = version
    return memory


def remember(home: Home, folder: Path, memory: Memory) -> None:
    """Write a folder's memory, whole or not at all; a full disk costs a second look, no more."""
    rows = {
        name: [*asdict(known.look).values(), known.fate, known.reason, known.gone_at]
        for name, known in memory.files.items()
    }
    document = {
        "folder": str(folder),
        "files": rows,
        "taken": memory.taken,
        "cleared": memory.cleared,
        "taken_at": memory.taken_at,
        "version": memory.version,
    }
    _write(memory_path(home, folder), json.dumps(document))


def write_states(home: Home, states: list[FolderState]) -> None:
    """Say how the folders are."""
    _write(home.run / STATES, json.dumps([asdict(state) for state in states], indent=1))


def read_states(home: Home) -> tuple[FolderState, ...]:
    """How the folders are, as the service last said; empty when it never did."""
    try:
        rows = json.loads((home.run / STATES).read_text(encoding="utf-8"))
        states = [FolderState(**row) for row in rows]
        return tuple(
            replace(state, refusals=tuple((str(name), str(why)) for name, why in state.refusals))
            for state in states
        )
    except (OSError, ValueError, TypeError):
        return ()


def _read(path: Path) -> Memory | None:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        files = {
            name: Known(Look(int(size), int(changed), int(number)), str(fate), str(reason), float(gone))
            for name, (size, changed, number, fate, reason, gone) in document["files"].items()
        }
        return Memory(
            files,
            int(document["taken"]),
            int(document["cleared"]),
            str(document["taken_at"]),
            str(document["version"]),
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _from_old(home: Home, folder: Path) -> dict[str, Known]:
    try:
        rows = json.loads((home.run / OLD_MEMORY).read_text(encoding="utf-8"))
        return {
            str(Path(name).relative_to(folder)): Known(Look(int(size), int(changed)))
            for name, (size, changed) in rows.items()
            if Path(name).is_relative_to(folder)
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _write(path: Path, text: str) -> None:
    fresh = path.with_suffix(".part")
    with contextlib.suppress(OSError):
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)
