"""One import's way into the library: files are copied and batches filed while the caller looks at the next.

Owns the tally, the order of things after a batch is filed (count, remember, remove what was temporary), and
keeping aside what is broken. It judges no file and never changes a source.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from vetpacs_desktop.errors import DiskFull
from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.intake.importing.ahead import Ready
from vetpacs_desktop.store.intake.importing.memory import Look, Memory
from vetpacs_desktop.store.intake.sources.gather import FULL, Item
from vetpacs_desktop.store.intake.sources.judge import GONE
from vetpacs_desktop.store.kept.quarantine import Quarantine
from vetpacs_desktop.store.objects import SourceUnreadable
from vetpacs_desktop.store.records import Arrival, Copied, Filed, Held, ImportSummary, Outcome, StudyUID
from vetpacs_desktop.store.volume import make_durable

BATCH_FILES = 128
BATCH_BYTES = 64 * 1024 * 1024
COPIERS = 3
TAKEN = (Outcome.STORED, Outcome.DUPLICATE, Outcome.CONFLICT)


class Filing(Protocol):
    """The part of the library an import needs."""

    def file(self, arrivals: Sequence[Arrival]) -> list[Filed]: ...

    def copied(self, source: Path) -> Copied: ...

    def written(self, data: bytes) -> Copied: ...

    def held(self, sop_uids: Sequence[str]) -> list[Held]: ...

    def made_from(self, digests: Sequence[str]) -> dict[str, StudyUID]: ...


@dataclass(slots=True)
class Tally:
    """The summary while it grows."""

    counts: dict[Outcome, int] = field(default_factory=dict)
    rejected: list[tuple[str, str]] = field(default_factory=list)
    studies: dict[StudyUID, None] = field(default_factory=dict)

    def add(self, outcome: Outcome, study_uid: StudyUID | None = None) -> None:
        self.counts[outcome] = self.counts.get(outcome, 0) + 1
        if study_uid is not None and outcome is not Outcome.IGNORED:
            self.studies[study_uid] = None

    def reject(self, shown: str, reason: str) -> None:
        self.add(Outcome.REJECTED)
        self.rejected.append((shown, reason))

    def total(self) -> int:
        """How many files have met their fate."""
        return sum(self.counts.values())

    def summary(self, seconds: float) -> ImportSummary:
        return ImportSummary(
            stored=self.counts.get(Outcome.STORED, 0),
            duplicates=self.counts.get(Outcome.DUPLICATE, 0),
            conflicts=self.counts.get(Outcome.CONFLICT, 0),
            ignored=self.counts.get(Outcome.IGNORED, 0),
            rejected=tuple(self.rejected),
            studies=tuple(self.studies),
            seconds=seconds,
        )


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A file that waits to be filed."""

    item: Item
    came: datetime
    look: Look | None
    copy: Future[Copied] | None = None
    """Its copy in the making; None for one that is most likely here already and is only compared."""
    ready: Ready | None = None
    """What was read ahead."""


class Lane:
    """The lane of one import; a context manager that leaves no batch half done."""

    def __init__(self, library: Filing, home: Home, memory: Memory, cancel: CancelToken) -> None:
        self.tally = Tally()
        self.mostly_here = False
        """Most of the last batch was in the library already: copies made ahead would be made for nothing."""
        self._library = library
        self._memory = memory
        self._cancel = cancel
        self._quarantine = Quarantine(home)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="filing")
        self._copiers = ThreadPoolExecutor(COPIERS, thread_name_prefix="copying")
        self._batch: list[_Waiting] = []
        self._bytes = 0
        self._under_way: tuple[list[_Waiting], Future[list[Filed]]] | None = None

    def __enter__(self) -> Lane:
        return self

    def __exit__(self, *error: object) -> None:
        """The batch under way is filed to its end, whatever happened; nothing else is begun."""
        self._copiers.shutdown(wait=True, cancel_futures=True)
        self._pool.shutdown(wait=True)
        _discard(self._batch)

    def put(self, item: Item, look: Look | None = None, *, here: bool = False) -> None:
        """File an image soon; `look` is remembered then; `here`: one of its identity is in the library.

        Raises as `Library.file`, and `Cancelled`.
        """
        try:
            size = item.path.stat().st_size
        except OSError as error:
            self.refuse(item, f"The file can't be read ({error.strerror}).", keep=False)
            return
        copy = None if here else self._copiers.submit(self._library.copied, item.path)
        self._add(_Waiting(item, datetime.now(UTC), look, copy), size)

    def _add(self, waiting: _Waiting, size: int) -> None:
        self._batch.append(waiting)
        self._bytes += size
        if len(self._batch) >= BATCH_FILES or self._bytes >= BATCH_BYTES:
            self._send()

    def put_ready(self, item: Item, ready: Ready) -> None:
        """As `put`, for an image that was read ahead."""
        self._add(_Waiting(item, datetime.now(UTC), ready.look, ready=ready), ready.copy.size)

    def flush(self) -> None:
        """File what waits, and wait for it. Raises as `put`."""
        self._send()
        self._collect()

    def refuse(self, item: Item, reason: str, *, keep: bool) -> None:
        """A file that isn't taken; `keep` it aside. Raises `DiskFull`."""
        self.tally.reject(item.shown, reason)
        if keep:
            self._keep(item, reason)

    def _send(self) -> None:
        """Begin with the next batch when the one before is done."""
        self._collect()
        self._cancel.check()
        if self._batch:
            batch, self._batch, self._bytes = self._batch, [], 0
            self._under_way = batch, self._pool.submit(self._file, batch)

    def _file(self, batch: list[_Waiting]) -> list[Filed]:
        """In the filing thread, when all copies are made; one that can't be made costs one file."""
        try:
            make_durable([one.ready.copy.path for one in batch if one.ready is not None])
            ready = [self._arrival(one) for one in batch]
            filed = iter(self._library.file([one for one in ready if isinstance(one, Arrival)]))
            fates = [next(filed) if isinstance(one, Arrival) else one for one in ready]
            # Those that came in were moved; the library leaves what it did not take.
            _discard([one for one, fate in zip(batch, fates, strict=True) if fate.outcome not in TAKEN])
            return fates
        except BaseException:
            _discard(batch)
            raise

    def _arrival(self, one: _Waiting) -> Arrival | Filed:
        if one.ready is not None:
            copy, header = one.ready.copy, one.ready.header
            return Arrival(copy.path, one.item.source, one.came, False, copy.sha256, copy.size, header)
        if one.copy is None:
            return Arrival(one.item.path, one.item.source, one.came, keep_source=True)
        try:
            copy = one.copy.result()
        except SourceUnreadable as error:
            arrival = Arrival(one.item.path, one.item.source, one.came, keep_source=True)
            return Filed(arrival, Outcome.REJECTED, reason=f"The file can't be read ({error}).")
        return Arrival(copy.path, one.item.source, one.came, False, copy.sha256, copy.size)

    def _collect(self) -> None:
        if self._under_way is None:
            return
        (batch, future), self._under_way = self._under_way, None
        fates = list(zip(batch, future.result(), strict=True))
        again = sum(filed.outcome is Outcome.DUPLICATE for _, filed in fates)
        self.mostly_here = 2 * again > len(fates)
        self._memory.remember(
            [(one.look, filed) for one, filed in fates if one.look is not None and filed.outcome in TAKEN]
        )
        for waiting, filed in fates:
            self._count(waiting, filed)

    def _count(self, waiting: _Waiting, filed: Filed) -> None:
        if filed.outcome is Outcome.REJECTED:
            there = waiting.item.path.exists()
            self.refuse(waiting.item, filed.reason if there else GONE, keep=there)
        else:
            self.tally.add(filed.outcome, filed.study_uid)
        waiting.item.remove()

    def _keep(self, item: Item, reason: str) -> None:
        try:
            self._quarantine.keep(item.path, reason=reason, source=item.source, move=False)
        except OSError as error:
            if error.errno in FULL:  # the one failure that must stop the import
                raise DiskFull(path=self._quarantine.folder) from error


def _discard(batch: Sequence[_Waiting]) -> None:
    """Remove copies that will not be filed; those that were filed are gone already."""
    for one in batch:
        if one.ready is not None:
            one.ready.copy.path.unlink(missing_ok=True)
        elif one.copy is not None and not one.copy.cancelled() and one.copy.exception() is None:
            one.copy.result().path.unlink(missing_ok=True)
