"""Archives of every kind as one: is it one, what is in it, and its files on the disk for a moment."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from vetpacs_desktop.store.intake.sources import discs, zips
from vetpacs_desktop.store.intake.sources.members import Member


def is_archive(path: Path) -> bool:
    """Whether `path` is a zip archive or an image of a disc. Raises `OSError`."""
    return zips.is_zip(path) or discs.is_disc(path)


def opened(path: Path) -> AbstractContextManager[list[Member]]:
    """The files in an archive, readable while it is open. Raises `ArchiveRefused`, `OSError`."""
    return zips.opened(path) if zips.is_zip(path) else discs.opened(path)
