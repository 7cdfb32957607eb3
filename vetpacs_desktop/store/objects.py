"""The object files: how they come into place whole and durable, and where they are.

A file is linked or renamed into place only when its bytes are on the disk, and is never changed afterwards.
This module knows no index: whoever calls it enters the rows after `Placement.settle`.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import itertools
import logging
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path

from vetpacs_desktop.errors import DiskFull
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.records import Arrival, Header

LOG = logging.getLogger(__name__)

PART_FOLDER = ".part"
"""Copies in the making, below the objects folder so that a rename stays on the volume."""
SUFFIX = ".dcm"
BLOCK = 1024 * 1024
COPIERS = 4
STALE_SECONDS = 24 * 3600.0
_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


class SourceUnreadable(Exception):
    """The file of an arrival can't be read to its end; `args[0]` says why."""


class Hold(Enum):
    """Whose file a staged one is, which says how it may come into place."""

    SPOOL = "spool"
    """The spool's, on our volume: linked, so that it can still be replayed."""
    COPY = "copy"
    """Our own durable copy: renamed."""
    SOURCE = "source"
    """Somebody else's: copied if it is needed at all."""


@dataclass(frozen=True, slots=True)
class Staged:
    """An arrival's bytes, read to their end once."""

    path: Path
    size: int
    sha256: str
    hold: Hold


class Objects:
    """The objects folder of one home."""

    def __init__(self, home: Home) -> None:
        self.root = home.objects
        self.trash = home.trash
        self._parts = home.objects / PART_FOLDER
        self._mark = secrets.token_hex(8)
        self._numbers = itertools.count()
        self._parts.mkdir(mode=0o700, exist_ok=True)
        self._sweep()

    def path(self, relative: str) -> Path:
        """The absolute path of an object."""
        return self.root / relative

    def stage(self, arrivals: Sequence[Arrival], seen: Set[Path]) -> list[Staged | SourceUnreadable]:
        """Make each arrival's bytes ready: a spool file as it is, anything else as a durable copy. Those in
        `seen` are most likely here already and are only read.

        Raises `DiskFull`; then no copy is left.
        """
        if sum(one.keep_source for one in arrivals) < 2:
            return self._stage_all(self._stage(one, one.path in seen) for one in arrivals)
        with ThreadPoolExecutor(COPIERS, thread_name_prefix="copy") as pool:
            return self._stage_all(pool.map(lambda one: self._stage(one, one.path in seen), arrivals))

    def _stage_all(
        self, results: Iterable[Staged | SourceUnreadable | OSError]
    ) -> list[Staged | SourceUnreadable]:
        found = list(results)
        staged = [one for one in found if not isinstance(one, OSError)]
        failed = next((one for one in found if isinstance(one, OSError)), None)
        if failed is not None:
            self.discard([one for one in staged if isinstance(one, Staged)])
            raise DiskFull(path=self.root) if failed.errno in _FULL else failed
        return staged

    def _stage(self, arrival: Arrival, seen: bool) -> Staged | SourceUnreadable | OSError:
        """Errors of the source are the arrival's, errors of our own disk are everybody's."""
        try:
            if arrival.keep_source and not seen:
                return self.copy(arrival.path)
            size = arrival.size or arrival.path.stat().st_size
            digest = arrival.sha256 or digest_of(arrival.path)
            return Staged(arrival.path, size, digest, Hold.SOURCE if arrival.keep_source else Hold.SPOOL)
        except SourceUnreadable as error:
            return error
        except OSError as error:
            return error if arrival.keep_source and not seen else SourceUnreadable(error.strerror)

    def copy(self, source: Path) -> Staged:
        """A durable copy below the objects folder. Raises `SourceUnreadable`, `OSError`."""
        return self._write(_blocks(source), durable=True)

    def receive(self, blocks: Iterable[bytes]) -> Staged:
        """As `copy`, of what comes in blocks; it is durable after `volume.make_durable`. Raises `OSError` and
        what `blocks` raises."""
        return self._write(blocks, durable=False)

    def _write(self, blocks: Iterable[bytes], *, durable: bool) -> Staged:
        part = self._parts / f"{self._mark}-{next(self._numbers)}"
        digest, size = hashlib.sha256(), 0
        try:
            with part.open("xb", buffering=0) as copy:
                for block in blocks:
                    digest.update(block)
                    if copy.write(block) != len(block):  # how the last bytes of a full disk are told of
                        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(part))
                    size += len(block)
                if durable:
                    os.fsync(copy.fileno())
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        return Staged(part, size, digest.hexdigest(), Hold.COPY)

    def write(self, data: bytes) -> Staged:
        """A copy of bytes that are in memory; it is durable after `volume.make_durable`. Raises `OSError`."""
        part = self._parts / f"{self._mark}-{next(self._numbers)}"
        try:
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
            try:
                if os.write(handle, data) != len(data):  # how the last bytes of a full disk are told of
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(part))
            finally:
                os.close(handle)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        return Staged(part, len(data), hashlib.sha256(data).hexdigest(), Hold.COPY)

    def discard(self, staged: Sequence[Staged]) -> None:
        """Forget copies that were not placed."""
        for one in staged:
            if one.hold is Hold.COPY:
                one.path.unlink(missing_ok=True)

    def files(self) -> Iterator[tuple[str, os.stat_result]]:
        """Every file below the objects folder, by relative path, folder by folder in order of name."""
        waiting = [self.root]
        while waiting:
            folder = waiting.pop()
            with os.scandir(folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
            for entry in found:
                if entry.is_file(follow_symlinks=False):
                    yield (
                        Path(entry.path).relative_to(self.root).as_posix(),
                        entry.stat(follow_symlinks=False),
                    )
            folders = [Path(entry.path) for entry in found if entry.is_dir(follow_symlinks=False)]
            waiting.extend(folder for folder in reversed(folders) if folder != self._parts)

    def inside(self, folder: str) -> list[tuple[str, os.stat_result]]:
        """The files directly in one folder (its relative path), by name; none when it has gone."""
        try:
            with os.scandir(self.root / folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError:
            return []
        prefix = f"{folder}/" if folder else ""
        return [
            (f"{prefix}{entry.name}", entry.stat(follow_symlinks=False))
            for entry in found
            if entry.is_file(follow_symlinks=False)
        ]

    def _sweep(self) -> None:
        """Remove copies that a crash left behind; recent ones may be another process's work."""
        limit = datetime.now().timestamp() - STALE_SECONDS  # noqa: DTZ005 - compared with a file's own time
        for part in self._parts.iterdir():
            with contextlib.suppress(FileNotFoundError):  # its maker was quicker
                if part.stat().st_mtime < limit:
                    part.unlink()


class Placement:
    """The files of one batch on their way into place; `settle` before their rows are committed."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._folders: dict[Path, None] = {}
        self._made: list[Path] = []

    def place(self, staged: Staged, header: Header, received_at: datetime) -> str:
        """Bring a staged file under a name of its own and return its path relative to the objects folder.

        A file of the same content that already stands there (a crash came between file and row) is adopted.
        A file of other content is never touched: the name then carries the digest.
        """
        folder = folder_of(header.study.study_uid)
        directory = self._directory(folder)
        uid = header.instance.sop_uid
        for name in (
            f"{uid}{SUFFIX}",
            f"{uid}~{staged.sha256[:8]}{SUFFIX}",
            f"{uid}~{staged.sha256}{SUFFIX}",
        ):
            target = directory / name
            if self._put(staged, target):
                stamp = int(received_at.timestamp() * 1_000_000) * 1000
                os.utime(target, ns=(stamp, stamp))
                self._made.append(target)
                return f"{folder}/{name}"
            if target.stat().st_size == staged.size and digest_of(target) == staged.sha256:
                return f"{folder}/{name}"
        raise FileExistsError(errno.EEXIST, "every name of the object is taken", str(target))

    def replace(self, staged: Staged, relative: str) -> None:
        """Put a good copy where the filed one is missing or damaged; a damaged one goes to the trash."""
        target = self._objects.path(relative)
        self._directory(target.parent.relative_to(self._objects.root).as_posix())
        LOG.warning("Object %s was missing or damaged; the copy that came again takes its place", relative)
        if target.exists():
            aside = self._objects.trash / f"damaged-{staged.sha256[:8]}-{os.getpid()}-{target.name}"
            target.replace(aside)
        self._put(staged, target)

    def settle(self) -> None:
        """Make the new names durable."""
        for folder in self._folders:
            fsync_folder(folder)
        self._folders.clear()

    def undo(self) -> None:
        """Take back what was placed, because its rows will never be committed."""
        for target in self._made:
            target.unlink(missing_ok=True)

    def _directory(self, folder: str) -> Path:
        directory = self._objects.path(folder)
        if not directory.is_dir():
            for part in (directory.parent, directory):
                if not part.is_dir():
                    part.mkdir(mode=0o700, exist_ok=True)
                    self._folders[part.parent] = None
        self._folders[directory] = None
        return directory

    def _put(self, staged: Staged, target: Path) -> bool:
        """Whether `target` is now the staged file; False when the name is taken by another."""
        if staged.hold is Hold.SPOOL:
            with contextlib.suppress(OSError):  # a volume without links
                return _linked(staged.path, target)
        if target.exists():
            return False
        copy = staged if staged.hold is Hold.COPY else self._objects.copy(staged.path)
        copy.path.rename(target)
        return True


def _linked(spool_file: Path, target: Path) -> bool:
    """A link and not a move: until the rows are committed the spool can still be replayed. False where the
    name is taken. Raises `OSError` where the volume knows no links."""
    try:
        os.link(spool_file, target)
    except FileExistsError:
        return False
    return True


def folder_of(study_uid: str) -> str:
    """The study's folder, spread over 256 so that no folder grows out of hand."""
    return f"{hashlib.sha256(study_uid.encode()).hexdigest()[:2]}/{study_uid}"


def digest_of(path: Path) -> str:
    """Hex SHA-256 of a file's bytes. Raises `OSError`."""
    with path.open("rb", buffering=0) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fsync_folder(folder: Path) -> None:
    """Make the names in `folder` durable; Windows has no such call, its file systems journal names."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _blocks(source: Path) -> Iterator[bytes]:
    """The bytes of a file that may be on a bad disc or still be growing; raises `SourceUnreadable`."""
    try:
        with source.open("rb", buffering=0) as file:
            before = os.fstat(file.fileno())
            while block := file.read(BLOCK):
                yield block
            after = os.fstat(file.fileno())
    except OSError as error:
        raise SourceUnreadable(error.strerror) from error
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise SourceUnreadable("another program is still writing it")
