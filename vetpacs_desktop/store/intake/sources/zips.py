"""Zip archives: members one by one, with limits, so that no archive can fill a disk or keep the program busy.

Archives in archives are the caller's matter. Nothing is ever unpacked under a name of the archive's.
"""

from __future__ import annotations

import lzma
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from vetpacs_desktop.store.intake.sources.members import MOST_MEMBERS, ArchiveRefused, Member, safe_name

STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
GROWTH = 200
"""An archive of images shrinks them to a third; one that grows two hundredfold was made to do harm."""
HARMLESS = 100 << 20
"""Whatever unpacks to less than this does no harm."""
_LOCKED = 0x1
_OTHER_KINDS = frozenset({"[content_types].xml", "mimetype", "meta-inf/manifest.mf", "androidmanifest.xml"})
"""Members that make a zip file an Office document, a book, or a program."""
LOCKED = "The zip archive is locked with a password; unpack it with the password and import the folder."
DAMAGED = "The zip archive is damaged or cut off; copy or download it again."
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, ValueError, IndexError, OverflowError)


def is_zip(path: Path) -> bool:
    """Whether it is a zip archive and no document or program in the shape of one. Raises `OSError`."""
    with path.open("rb") as file:
        if not file.read(4).startswith(STARTS):
            return False
    try:
        with zipfile.ZipFile(path) as archive:
            names = {info.filename.lower() for info in archive.infolist()[:2_000]}
    except (*_BROKEN, NotImplementedError):
        return True  # what is broken is told of as an archive
    return not names & _OTHER_KINDS


@contextmanager
def opened(path: Path) -> Iterator[list[Member]]:
    """The files in an archive. Raises `ArchiveRefused`, `OSError`."""
    try:
        archive = zipfile.ZipFile(path)
    except (*_BROKEN, NotImplementedError) as error:
        raise ArchiveRefused(reason=DAMAGED) from error
    with archive:
        files = [info for info in archive.infolist() if not info.is_dir()]
        _check(files, path.stat().st_size)
        yield [
            Member(safe_name(info.filename), info.file_size, _moment(info), partial(_member, archive, info))
            for info in files
        ]


def _check(files: list[zipfile.ZipInfo], size: int) -> None:
    """Refuse what would grow without measure, and what is locked as a whole."""
    if files and all(info.flag_bits & _LOCKED for info in files):
        raise ArchiveRefused(reason=LOCKED)
    if len(files) > MOST_MEMBERS:
        raise ArchiveRefused(
            reason=f"The zip archive holds {len(files)} files, more than any exam; if it is sound, unpack it "
            "and import the folder."
        )
    unpacked = sum(info.file_size for info in files)
    overlapping = sum(info.compress_size for info in files) > size
    if unpacked > HARMLESS and (overlapping or unpacked > GROWTH * size):
        raise ArchiveRefused(
            reason=f"The zip archive would unpack to {unpacked / 2**20:.0f} MB, {unpacked // max(size, 1)} "
            "times its own size, which images never do; if it is sound, unpack it and import the folder."
        )


@contextmanager
def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[BinaryIO]:
    if info.flag_bits & _LOCKED:
        raise ArchiveRefused(reason="This file in the archive is locked with a password; unpack it first.")
    try:
        with archive.open(info) as stream:
            yield cast(BinaryIO, stream)
    except NotImplementedError as error:
        raise ArchiveRefused(
            reason="The archive is packed in a way that is not known here; unpack it and import the folder."
        ) from error
    except (*_BROKEN, RuntimeError) as error:
        raise ArchiveRefused(
            reason="This file in the archive is damaged; copy or download it again."
        ) from error


def _moment(info: zipfile.ZipInfo) -> float | None:
    """When the file was changed, by the clock of whoever packed it."""
    try:
        return time.mktime((*info.date_time, 0, 0, -1))
    except (ValueError, OverflowError):
        return None
