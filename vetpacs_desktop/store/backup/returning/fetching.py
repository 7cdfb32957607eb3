"""Brings files from a target to this computer: several at once, each compared with its digest before anybody
may use it.

It hands over copies in the making; where they belong, and what is done with a fault, is its callers' matter.
"""

from __future__ import annotations

import contextlib
import errno
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from vetpacs_desktop.errors import DiskFull
from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.store.backup import layout
from vetpacs_desktop.store.backup.layout import Sealer
from vetpacs_desktop.store.backup.sealing.sealing import SealBroken
from vetpacs_desktop.store.backup.target import NotThere, Target
from vetpacs_desktop.store.objects import Objects, Staged

MISSING = "the backup does not hold it"
DAMAGED = "the backup's own copy of it is damaged"
ATTEMPTS = 2
"""A copy that comes damaged is asked for once more: a network can spoil what a disk holds well."""
AHEAD = 2
"""Files under way for each lane of the target."""
_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


@dataclass(frozen=True, slots=True)
class Source:
    """A target and what opens its files; `sealer` is None where they lie plain."""

    target: Target
    sealer: Sealer | None = None

    def read(self, name: str) -> Iterator[bytes]:
        """The plain bytes of a file of the target. Raises `NotThere`, `SealBroken` and what the target
        raises."""
        blocks = self.target.read(name)
        return blocks if self.sealer is None else self.sealer.open(blocks)


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of the home as the backup holds it."""

    path: str
    """Relative to the home, with forward slashes."""
    sha256: str
    bytes: int
    study_uid: str = ""
    """The exam it belongs to, where it belongs to one."""
    received_at: str = ""
    """ISO 8601 with offset: when it first came to the library, where that is known."""
    source: str = ""
    """Who sent it then."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that was asked for: `staged` holds its very bytes, or `fault` says why there are none."""

    piece: Piece
    staged: Staged | None = None
    fault: str = ""


def fetched(
    source: Source, pieces: Iterable[Piece], objects: Objects, cancel: CancelToken
) -> Iterator[Fetched]:
    """Fetch `pieces` in their order, as many at once as suits the target; what is not taken over is removed.

    `pieces` is asked for the next one only when a lane is free. Staged copies are proved but not yet durable
    (`volume.make_durable`). Raises `Cancelled`, `DiskFull`, `OSError`, `WrongKey`, `TargetError`.
    """
    lanes, end = max(1, source.target.lanes), CancelToken()
    waiting: deque[Future[Fetched]] = deque()
    with ThreadPoolExecutor(lanes, thread_name_prefix="fetch") as pool:
        try:
            for piece in pieces:
                cancel.check()
                waiting.append(pool.submit(fetch, source, piece, objects, (cancel, end)))
                while waiting and (len(waiting) >= lanes * AHEAD or waiting[0].done()):
                    yield waiting.popleft().result()
            while waiting:
                cancel.check()
                yield waiting.popleft().result()
        finally:
            end.cancel()
            left = [one for one in waiting if not one.cancel()]
            pool.shutdown(wait=True)
            for one in left:
                with contextlib.suppress(Exception):  # the first fault is the one that is told
                    objects.discard([staged] if (staged := one.result().staged) else [])


def fetch(source: Source, piece: Piece, objects: Objects, ends: Sequence[CancelToken] = ()) -> Fetched:
    """One file; a token of `ends` stops it in the middle of a large one. Raises as `fetched`."""
    name = layout.object_name(piece.sha256, piece.path, source.sealer)
    for _ in range(ATTEMPTS):
        try:
            staged = objects.receive(_until(ends, source.read(name)))
        except NotThere:
            return Fetched(piece, fault=MISSING)
        except SealBroken:
            continue
        except OSError as error:
            raise DiskFull(path=objects.root) if error.errno in _FULL else error from error
        if (staged.sha256, staged.size) == (piece.sha256, piece.bytes):
            return Fetched(piece, staged)
        objects.discard([staged])
    return Fetched(piece, fault=DAMAGED)


def _until(ends: Sequence[CancelToken], blocks: Iterable[bytes]) -> Iterator[bytes]:
    for block in blocks:
        for end in ends:
            end.check()
        yield block
