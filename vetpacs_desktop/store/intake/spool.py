"""The spool: where everything that arrives is made durable before its sender hears "success".

Order of one object: temporary file -> bytes -> length check (the caller's) -> SHA-256 -> fsync -> rename ->
fsync of the folder. A file under its final name is whole and acknowledged or about to be; one that still ends
in ``.part`` was never acknowledged. Who sent it, when, and the digest are in the file's name, so that one
rename publishes everything at once. The spool never reads an image and never deletes a finished file.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import mmap
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, unquote

from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.objects import fsync_folder
from vetpacs_desktop.store.records import Arrival

PART = ".part"
DONE = ".dcm"
STAMP = "%Y%m%dT%H%M%S.%fZ"
BINARY = getattr(os, "O_BINARY", 0)
PREAMBLE = bytes(128) + b"DICM"


class Incoming:
    """One object being written. Every method may raise `OSError`; `discard` never does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self._digest = hashlib.sha256()
        self._file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | BINARY, 0o600)

    def write(self, data: bytes | memoryview) -> None:
        """Append `data` whole; a write that the system cuts short is continued."""
        self._digest.update(data)
        written = os.write(self._file, data)
        while written < len(data):
            written += os.write(self._file, data[written:])
        self.size += len(data)

    @contextlib.contextmanager
    def content(self) -> Iterator[mmap.mmap | bytes]:
        """The bytes so far, without a copy."""
        if not self.size:
            yield b""
            return
        with mmap.mmap(self._file, self.size, access=mmap.ACCESS_READ) as view:
            yield view

    @property
    def sha256(self) -> str:
        """Hex digest of the bytes so far."""
        return self._digest.hexdigest()

    def make_durable(self) -> None:
        """The bytes are on the disk; nothing more may be written."""
        os.fsync(self._file)
        self.close()

    def close(self) -> None:
        """Leave the file as it is; harmless when called twice."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def discard(self) -> None:
        """Forget the object: nothing was promised."""
        with contextlib.suppress(OSError):
            self.close()
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)


class Spool:
    """The spool of one home. `begin` and `commit` may be called from any thread."""

    def __init__(self, home: Home) -> None:
        self.folder = home.spool
        self._numbers = itertools.count()

    def begin(self) -> Incoming:
        """Start an object under a temporary name. Raises `OSError`."""
        return Incoming(self.folder / f"{os.getpid()}-{next(self._numbers)}{PART}")

    def commit(self, incoming: Incoming, source: str) -> Arrival:
        """Make `incoming` durable under its final name. Raises `OSError`; then nothing was promised."""
        received_at = datetime.now(UTC)
        arrival = Arrival(
            path=self.folder / _name(received_at, next(self._numbers), incoming.sha256, source),
            source=source,
            received_at=received_at,
            sha256=incoming.sha256,
        )
        incoming.make_durable()
        incoming.path.rename(arrival.path)
        fsync_folder(self.folder)
        return arrival

    def pending(self, limit: int | None = None) -> list[Arrival]:
        """What waits to be filed, oldest first: at a start this is the replay after a crash."""
        with os.scandir(self.folder) as entries:
            names = sorted(entry.name for entry in entries if entry.name.endswith(DONE))
        return [self._arrival(name) for name in names[:limit]]

    def count(self) -> int:
        """How many arrivals wait."""
        return sum(name.endswith(DONE) for name in os.listdir(self.folder))  # noqa: PTH208 - names suffice

    def sweep(self) -> int:
        """Delete what was never finished; only while no receiver runs for this home."""
        leftovers = list(self.folder.glob(f"*{PART}"))
        for path in leftovers:
            path.unlink(missing_ok=True)
        return len(leftovers)

    def _arrival(self, name: str) -> Arrival:
        path = self.folder / name
        try:
            stamp, digest, source = name.removesuffix(DONE).split("~", 2)
            received_at = datetime.strptime(stamp.split("_")[0], STAMP).replace(tzinfo=UTC)
        except ValueError:  # put here by hand: as good as any other arrival
            return Arrival(path, "spool", datetime.now(UTC))
        return Arrival(path, unquote(source), received_at, sha256=digest)


def _name(received_at: datetime, number: int, digest: str, source: str) -> str:
    """Sorts by arrival; `source` is quoted so that any system takes it as a file name."""
    return f"{received_at:{STAMP}}_{number:08}~{digest}~{quote(source, safe=' ()')}{DONE}"
