"""What could not be taken, kept aside with its reason: nothing that reached this computer is thrown away.

Each content is kept once, named by its digest, with a JSON beside it that says why, from whom and when. This
module never judges a file and never deletes one: what a person does with it is `set_aside`'s.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.objects import fsync_folder

KEPT = ".kept"
COPY_LIMIT = 256 * 1024 * 1024
"""Larger files that stand safely in their own folder are noted but not copied."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One entry: `path` is None for a file that was only noted and stays where it was found."""

    path: Path | None
    reason: str
    source: str
    name: str
    """What the file was called where it came from."""
    first_at: str
    last_at: str
    times: int
    size: int
    sha256: str
    mended_as: str = ""
    """The exam that a mended copy was filed in; this is the original, kept as it came."""


class Quarantine:
    """The quarantine of one home."""

    def __init__(self, home: Home) -> None:
        self.folder = home.quarantine

    def keep(self, path: Path, *, reason: str, source: str, move: bool, sha256: str = "") -> Kept:
        """Keep `path` (moved, or copied and left in place) with its reason. Raises `OSError`."""
        size = path.stat().st_size
        digest = sha256 or _digest(path)
        target = self.folder / f"{digest}{KEPT}"
        if target.exists():
            if move:
                path.unlink(missing_ok=True)
        elif move:
            path.rename(target)
        elif size <= COPY_LIMIT:
            _copy(path, target)
        return self._note(target, digest, reason=reason, source=source, name=path.name, size=size)

    def entries(self) -> list[Kept]:
        """Everything kept, newest first."""
        found = (self._read(note) for note in self.folder.glob("*.json"))
        return sorted(
            (kept for kept in found if kept is not None), key=lambda kept: kept.last_at, reverse=True
        )

    def entry(self, sha256: str) -> Kept | None:
        """One entry by its digest."""
        return self._read(self.note_of(sha256))

    def note_of(self, sha256: str) -> Path:
        """The file that says why something is kept."""
        return self.folder / f"{sha256}.json"

    def write(self, kept: Kept) -> None:
        """Say something else of an entry, whole or not at all. Raises `OSError`."""
        note = self.note_of(kept.sha256)
        facts = {**asdict(kept), "path": kept.path.name if kept.path else None}
        fresh = note.with_suffix(".json.part")
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(facts, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(note)
        fsync_folder(self.folder)

    def _note(self, target: Path, digest: str, *, reason: str, source: str, name: str, size: int) -> Kept:
        before = self.entry(digest)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        kept = Kept(
            path=target if target.exists() else None,
            reason=reason,
            source=source,
            name=before.name if before else name,
            first_at=before.first_at if before else now,
            last_at=now,
            times=before.times + 1 if before else 1,
            size=size,
            sha256=digest,
            mended_as=before.mended_as if before else "",
        )
        self.write(kept)
        return kept

    def _read(self, note: Path) -> Kept | None:
        try:
            facts = json.loads(note.read_text(encoding="utf-8"))
            facts["path"] = self.folder / facts["path"] if facts["path"] else None
            kept = Kept(**facts)
        except (OSError, ValueError, TypeError, KeyError):
            return None
        # A file that went before its note did (the power failed in between) was filed or discarded.
        return kept if kept.path is None or kept.path.exists() else None


def _copy(path: Path, target: Path) -> None:
    """A durable copy under its final name, whole or not at all."""
    fresh = target.with_suffix(".part")
    shutil.copyfile(path, fresh)
    with fresh.open("r+b") as file:
        os.fsync(file.fileno())
    fresh.replace(target)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
