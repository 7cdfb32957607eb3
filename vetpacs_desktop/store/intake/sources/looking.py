"""Finds every file below the paths somebody named. Names and folders only; no file is opened here.

Hidden and system files are left out, a folder reached twice is read once, and links, pipes and locked folders
trap nobody.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from vetpacs_desktop.errors import NotAFile, PathMissing
from vetpacs_desktop.jobs import CancelToken

JUNK = frozenset(
    {
        "thumbs.db",
        "desktop.ini",
        "autorun.inf",
        "__macosx",
        "$recycle.bin",
        "system volume information",
        "lost+found",
    }
)
WINDOWS_HIDDEN = getattr(stat, "FILE_ATTRIBUTE_HIDDEN", 2) | getattr(stat, "FILE_ATTRIBUTE_SYSTEM", 4)


def scan(paths: Sequence[Path], cancel: CancelToken, *, but: Path | None = None) -> Iterator[Path]:
    """Every file below `paths`, folder by folder in name order. Raises `PathMissing`, `NotAFile`.

    Named files are always yielded; inside folders hidden and system files are left out, so is the folder
    `but` (the library must not eat itself), and a folder reached twice (by links) is read once.
    """
    seen: set[tuple[int, int]] = set()
    if but is not None:
        seen.add(_mark(but))
    for path in paths:
        yield from scan_one(path, seen, cancel)


def scan_one(path: Path, seen: set[tuple[int, int]], cancel: CancelToken) -> Iterator[Path]:
    """As `scan`, for one path; `seen`: the marks of folders that were read already."""
    if path.is_dir():
        yield from _below(path, seen, cancel)
    elif path.is_file():
        yield path
    elif path.exists():
        raise NotAFile(path=path)
    else:
        raise PathMissing(path=path)


def is_junk(name: str) -> bool:
    """Whether a file or folder of this name belongs to a system and not to a person."""
    return name.startswith(".") or name.lower() in JUNK


def _below(folder: Path, seen: set[tuple[int, int]], cancel: CancelToken) -> Iterator[Path]:
    waiting = [folder]
    while waiting:
        cancel.check()
        here = waiting.pop()
        try:
            mark = _mark(here)
            if mark in seen:
                continue
            seen.add(mark)
            with os.scandir(here) as entries:
                found = sorted(
                    (entry for entry in entries if not _is_junk(entry)), key=lambda entry: entry.name
                )
        except OSError:
            if here == folder:
                raise
            continue  # a folder that may not be read hides its own files only
        yield from (Path(entry.path) for entry in found if _is_file(entry))
        waiting.extend(Path(entry.path) for entry in reversed(found) if _is_folder(entry))


def _mark(folder: Path) -> tuple[int, int]:
    state = folder.stat()
    return (state.st_dev, state.st_ino)


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Regular files only: reading a pipe or a device would never end."""
    try:
        return entry.is_file()
    except OSError:
        return False


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """A folder, also behind a link; not a link that leads to itself."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_junk(entry: os.DirEntry[str]) -> bool:
    if is_junk(entry.name):
        return True
    if os.name != "nt":
        return False
    attributes = getattr(entry.stat(follow_symlinks=False), "st_file_attributes", 0)
    return bool(attributes & WINDOWS_HIDDEN)
