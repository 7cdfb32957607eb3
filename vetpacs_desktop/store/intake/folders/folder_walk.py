"""Looks through a watched folder: which files there are and how they look.

It reads no content and changes nothing.

Left out: hidden and system files, files that are still being made by their name, folders of done files, and
folders that have a watch of their own.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

from vetpacs_desktop.store.intake.folders.disposal import DONE
from vetpacs_desktop.store.intake.folders.folder_memory import Look
from vetpacs_desktop.store.intake.sources.looking import JUNK, WINDOWS_HIDDEN

UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".filepart", ".download", "~")
"""Ends of names that browsers and transfer programs give to what is not complete yet."""


@dataclass(slots=True)
class Seen:
    """What one look found; names are relative to the folder."""

    files: dict[str, Look] = field(default_factory=dict)
    folders: list[Path] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    """Sub-folders that could not be read: nothing is known of what is in them."""

    def unknown(self, name: str) -> bool:
        """Whether `name` may be there though it was not seen."""
        return any(Path(name).is_relative_to(folder) for folder in self.unread)


def look_through(root: Path, but: Collection[Path], check: Callable[[], None]) -> Seen:
    """Every file below `root`. `check` is called at each folder and may raise to end it.

    Raises `OSError` when `root` itself can't be read.
    """
    seen = Seen()
    done: set[tuple[int, int]] = {mark for mark in map(_mark, but) if mark is not None}
    waiting = [root]
    while waiting:
        check()
        here = waiting.pop()
        try:
            state = here.stat()
            if here != root and (state.st_dev, state.st_ino) in done:
                continue
            done.add((state.st_dev, state.st_ino))
            waiting.extend(_look_into(here, root, seen))
        except OSError:
            if here == root:
                raise
            seen.unread.append(str(here.relative_to(root)))
    return seen


def _look_into(here: Path, root: Path, seen: Seen) -> list[Path]:
    """Note the files of one folder; returns its sub-folders, the last first."""
    below: list[Path] = []
    with os.scandir(here) as entries:
        for entry in sorted(entries, key=lambda found: found.name):
            if _is_left_out(entry):
                continue
            path = Path(entry.path)
            try:
                if entry.is_dir():
                    below.append(path)
                elif entry.is_file() and not entry.name.lower().endswith(UNFINISHED):
                    state = entry.stat() if os.name != "nt" else path.stat()  # scandir's is stale there
                    seen.files[str(path.relative_to(root))] = Look(
                        state.st_size, state.st_mtime_ns, state.st_ino
                    )
            except OSError:
                continue  # gone in this moment, or not to be read: the next look tells
    seen.folders.extend(below)
    return below[::-1]


def _is_left_out(entry: os.DirEntry[str]) -> bool:
    if entry.name.startswith(".") or entry.name == DONE or entry.name.lower() in JUNK:
        return True
    if os.name != "nt":
        return False
    try:
        attributes = getattr(entry.stat(follow_symlinks=False), "st_file_attributes", 0)
    except OSError:
        return True
    return bool(attributes & WINDOWS_HIDDEN)


def _mark(folder: Path) -> tuple[int, int] | None:
    try:
        state = folder.stat()
    except OSError:
        return None
    return (state.st_dev, state.st_ino)
