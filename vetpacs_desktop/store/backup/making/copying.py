"""Brings files to a target and believes none of them before it was read back and compared.

Each is written by the target, read back after it was closed, hashed, and only then entered in the ledger, in
batches: what a kill interrupts is read back and adopted by the next run, or copied again. A file that can't
be read here is told of and left out; the rest goes on. It decides nothing about generations.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.store.backup import layout
from vetpacs_desktop.store.backup.copies import Copies, Copy
from vetpacs_desktop.store.backup.layout import Sealer
from vetpacs_desktop.store.backup.making.contents import Item
from vetpacs_desktop.store.backup.target import NotThere, Target, TargetError
from vetpacs_desktop.store.objects import digest_of

LOG = logging.getLogger(__name__)

BLOCK = 1 << 20
BATCH = 256
"""Proofs entered in the ledger at once."""
BATCH_SECONDS = 2.0
AHEAD = 3
"""Read-backs that may wait for each lane."""
ATTEMPTS = 3


class TargetUnreliable(TargetError):
    """What is written to the backup target {target} comes back changed ({name}). Don't trust this disk or
    share: have it checked, or choose another one. What was proved before is kept."""


class DraftDamaged(KnownError):
    """What was made ready for the backup in {path} came back changed: this computer's own disk fails. Nothing
    was published. Have the disk checked before anything else."""


class SourceFault(Exception):
    """The file of an item can't be read to its end here."""

    def __init__(self, job: Job) -> None:
        super().__init__(job.item.path)
        self.job = job


@dataclass(slots=True)
class Job:
    """One file on its way."""

    item: Item
    name: str
    size: int
    """Bytes on the target."""
    stored: str = ""
    """Digest of the bytes as they go to the target; of plain files the item's."""
    plain: str = ""
    """Digest of what was read here; empty when it was not worked out."""
    attempts: int = 0


@dataclass(slots=True)
class Tally:
    """What came of copying."""

    copied: int = 0
    bytes: int = 0
    adopted: int = 0
    """Files that lay there already and were read back."""
    faulty: list[Item] = field(default_factory=list)
    """Files that are missing or damaged here and were not copied."""


class Copier:
    """Copies to one target. For one thread; it uses several of its own while it copies."""

    def __init__(
        self,
        target: Target,
        copies: Copies,
        sealer: Sealer | None,
        *,
        now: Callable[[], float],
        between: Callable[[], None],
        step: Callable[[int, int], None] = lambda steps, copied: None,
        find: Callable[[Item], Path | None] = lambda item: None,
    ) -> None:
        """`between()` is called before each file and may wait or raise; `step(files, bytes)` after; `find`
        looks for a file that is not where it should be."""
        self._target = target
        self._copies = copies
        self._sealer = sealer
        self._now = now
        self._between = between
        self._step = step
        self._find = find
        self.tally = Tally()
        self._done: list[Copy] = []
        self._committed = time.monotonic()
        self._again: deque[Job] = deque()

    def name(self, item: Item) -> str:
        """What an object of the library is called on this target."""
        return layout.object_name(item.sha256, item.path, self._sealer)

    def copy(self, items: Iterable[tuple[Item, str]], there: Callable[[str], int | None]) -> None:
        """Copy each item under its name. `there(name)` says how many bytes of a file may lie there from an
        interrupted run: such a file is read back, not copied.

        Raises `TargetError`, and whatever `between` raises; what was proved until then is in the ledger.
        """
        source = iter(items)
        try:
            with ThreadPoolExecutor(max(2, self._target.lanes), thread_name_prefix="read-back") as pool:
                while self._some(source, there, pool):
                    pass
        finally:
            self._commit()

    def copy_one(self, name: str, sha256: str, source: Path) -> None:
        """One file of the backup itself (a list, the database), unless it lies there whole. Raises
        `TargetError`, `DraftDamaged`."""
        if self._copies.whole([name]):
            return
        item = Item(name, sha256, source.stat().st_size, source)
        before = len(self.tally.faulty)
        self.copy([(item, name)], lambda _: None)
        if len(self.tally.faulty) > before:
            raise DraftDamaged(path=source)

    def put(self, name: str, data: bytes, *, seal: bool = True) -> str:
        """A small file of the backup itself, from memory, read back before it is believed; answers the digest
        of what lies there. It is not entered in the ledger. Raises `TargetError`."""
        sealer = self._sealer if seal else None
        stored = data if sealer is None else b"".join(sealer.seal([data]))
        digest = hashlib.sha256(stored).hexdigest()
        for _ in range(ATTEMPTS):
            self._target.write(name, [stored], len(stored))
            if digest_on(self._target, name) == digest:
                return digest
        raise TargetUnreliable(target=self._target.name, name=name)

    def put_list(self, name: str, data: bytes, sha256: str) -> None:
        """A list, unless it lies there whole; it is entered in the ledger. Raises `TargetError`."""
        if not self._copies.whole([name]):
            stored, now = self.put(name, data), int(self._now())
            size = len(data) if self._sealer is None else self._sealer.size(len(data))
            self._copies.enter([Copy(name, sha256, stored, size, now, now)])

    # --- writing

    def _some(
        self,
        source: Iterator[tuple[Item, str]],
        there: Callable[[str], int | None],
        pool: ThreadPoolExecutor,
    ) -> bool:
        """Copy until the source ends or a file of ours can't be read; True when there may be more."""
        under_way: dict[str, Job] = {}
        waiting: deque[tuple[Job, Future[str]]] = deque()
        most = AHEAD * max(2, self._target.lanes)

        def feed() -> Iterator[tuple[str, Iterable[bytes], int]]:
            for job in self._jobs(source):
                self._between()
                if not job.attempts and there(job.name) == job.size:
                    waiting.append((job, pool.submit(self._adopted, job)))
                    self._settle(waiting, most)
                elif self._ready(job):
                    under_way[job.name] = job
                    job.attempts += 1
                    yield job.name, self._blocks(job), job.size

        try:
            for name, _ in self._target.write_many(feed()):
                waiting.append((job := under_way.pop(name), pool.submit(self._read_back, job.name)))
                self._settle(waiting, most)
        except SourceFault as fault:
            under_way.pop(fault.job.name, None)
            self._give_up(fault.job)
            for job in under_way.values():
                job.attempts -= 1
                self._again.append(job)
            return True
        finally:
            self._settle(waiting, 0)
        return bool(self._again)

    def _jobs(self, source: Iterator[tuple[Item, str]]) -> Iterator[Job]:
        while True:
            while self._again:
                yield self._again.popleft()
            following = next(source, None)
            if following is None:
                return
            item, name = following
            size = item.bytes if self._sealer is None else self._sealer.size(item.bytes)
            yield Job(item, name, size)

    def _ready(self, job: Job) -> bool:
        """Whether its file is here with the right length."""
        try:
            if job.item.source.stat().st_size == job.item.bytes:
                return True
        except OSError:
            pass
        moved = self._find(job.item)
        if moved is None:
            self._give_up(job)
            return False
        job.item = replace(job.item, source=moved)
        return True

    def _blocks(self, job: Job) -> Iterator[bytes]:
        """The bytes that go to the target."""
        if self._sealer is None:
            yield from self._source(job)
            job.stored = job.item.sha256
            return
        plain, stored = hashlib.sha256(), hashlib.sha256()

        def hashed() -> Iterator[bytes]:
            for block in self._source(job):
                plain.update(block)
                yield block

        for block in self._sealer.seal(hashed()):
            stored.update(block)
            yield block
        job.plain, job.stored = plain.hexdigest(), stored.hexdigest()
        if job.plain != job.item.sha256:
            raise SourceFault(job)

    def _source(self, job: Job) -> Iterator[bytes]:
        left = job.item.bytes
        try:
            with job.item.source.open("rb", buffering=0) as file:
                while left:
                    block = file.read(min(BLOCK, left))
                    if not block:
                        break
                    left -= len(block)
                    yield block
        except OSError as error:
            raise SourceFault(job) from error
        if left:
            raise SourceFault(job)

    # --- reading back

    def _read_back(self, name: str) -> str:
        """The digest of what lies there; empty when nothing does."""
        return digest_on(self._target, name)

    def _adopted(self, job: Job) -> str:
        """As `_read_back`, of a file that an earlier run left there: a sealed one is opened as well, where
        that is possible, and believed when its plain bytes are the wanted ones."""
        if self._sealer is None:
            return self._read_back(job.name)
        plain, stored = hashlib.sha256(), hashlib.sha256()

        def hashed() -> Iterator[bytes]:
            for block in self._target.read(job.name, BLOCK):
                stored.update(block)
                yield block

        try:
            for block in self._sealer.open(hashed()):
                plain.update(block)
        except TargetError:
            raise
        except KnownError:  # no secret key here, or a file that was cut off
            return ""
        if plain.hexdigest() != job.item.sha256:
            return ""
        job.stored = stored.hexdigest()
        return job.stored

    def _settle(self, waiting: deque[tuple[Job, Future[str]]], most: int) -> None:
        """Take the results that are there, and wait for the oldest while more than `most` are under way."""
        while waiting and (len(waiting) > most or waiting[0][1].done()):
            job, future = waiting.popleft()
            self._judge(job, future.result())
        if len(self._done) >= BATCH or time.monotonic() - self._committed > BATCH_SECONDS:
            self._commit()

    def _judge(self, job: Job, digest: str) -> None:
        if digest and digest == (job.stored or job.item.sha256):
            self._enter(job)
        elif not job.attempts:
            self._again.append(job)  # what an interrupted run left there is no whole file
            job.attempts = 1
        elif not self._good_here(job):
            self._target.delete(job.name)
            self._give_up(job)
        elif job.attempts < ATTEMPTS:
            LOG.warning("A copy on %s came back changed; it is written again", self._target.name)
            self._again.append(job)
        else:
            raise TargetUnreliable(target=self._target.name, name=job.name)

    def _good_here(self, job: Job) -> bool:
        if job.plain:
            return True  # it was compared while it was sealed
        try:
            return digest_of(job.item.source) == job.item.sha256
        except OSError:
            return False

    def _enter(self, job: Job) -> None:
        now = int(self._now())
        stored = job.stored or job.item.sha256
        self._done.append(Copy(job.name, job.item.sha256, stored, job.size, now, now))
        if job.attempts:
            self.tally.copied += 1
            self.tally.bytes += job.size
        else:
            self.tally.adopted += 1
        self._step(1, job.size if job.attempts else 0)

    def _give_up(self, job: Job) -> None:
        LOG.warning("A file of the library is missing or damaged here and was not copied: %s", job.item.path)
        self.tally.faulty.append(job.item)
        self._step(1, 0)

    def _commit(self) -> None:
        done, self._done = self._done, []
        if done:
            self._copies.enter(done)
        self._committed = time.monotonic()


def digest_on(target: Target, name: str) -> str:
    """SHA-256 of a file on a target, empty when there is none. Raises `TargetError`."""
    try:
        return digest_and_size(target.read(name, BLOCK))[0]
    except NotThere:
        return ""


def digest_and_size(blocks: Iterable[bytes]) -> tuple[str, int]:
    """SHA-256 and count of bytes that come in blocks."""
    digest, size = hashlib.sha256(), 0
    for block in blocks:
        digest.update(block)
        size += len(block)
    return digest.hexdigest(), size


def digest_of_bytes(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def sizes_there(target: Target) -> dict[str, int]:
    """Every object on the target with its bytes: what an interrupted run, or a lost ledger, may have left."""
    found: dict[str, int] = {}
    for folder in target.folders(layout.OBJECTS):
        for entry in target.entries(f"{layout.OBJECTS}/{folder}"):
            if layout.is_object(entry.name):
                found[entry.name] = entry.size
    return found


def missing_of(copies: Copies, named: Sequence[tuple[Item, str]]) -> list[tuple[Item, str]]:
    """Those that do not lie on the target, proved; each name once."""
    whole = copies.whole([name for _, name in named])
    wanted: dict[str, tuple[Item, str]] = {}
    for item, name in named:
        if name not in whole:
            wanted.setdefault(name, (item, name))
    return list(wanted.values())
