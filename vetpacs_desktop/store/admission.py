"""How a batch of arrivals enters the library: headers, copies, files in place, rows, and only then the spool.

The order is the promise. Files precede rows, so no row ever points at nothing; a spool file goes only after
the rows are committed, so a crash anywhere leaves something to replay, and a replay finds what was done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.store.database import Database
from vetpacs_desktop.store.header import DirectoryObject, read_header
from vetpacs_desktop.store.index import Index, Known, ObjectKey, key_of
from vetpacs_desktop.store.merging import Placed
from vetpacs_desktop.store.objects import Objects, Placement, SourceUnreadable, Staged, digest_of
from vetpacs_desktop.store.reading.recoded import Recoded
from vetpacs_desktop.store.reading.sameness import same_object
from vetpacs_desktop.store.records import Arrival, Filed, Header, Outcome


@dataclass(frozen=True, slots=True)
class _Ready:
    """An arrival whose header is understood and whose bytes are durable."""

    arrival: Arrival
    header: Header
    staged: Staged
    recoded: frozenset[str] = frozenset()
    """Digests of filed objects that are proved to hold the same picture in another encoding."""


class Admission:
    """The one way into the library; used by one thread at a time (the database's writer lock sees to it)."""

    def __init__(self, database: Database, objects: Objects) -> None:
        self._database = database
        self._objects = objects
        self._index = Index(database)
        self._recoded = Recoded()

    def close(self) -> None:
        """End what was started for it."""
        self._recoded.close()

    def admit(self, arrivals: Sequence[Arrival]) -> list[Filed]:
        """File a batch; the answers are in its order. Raises `DiskFull`, `OSError`; then nothing was filed
        and every spool file is still there."""
        fates: dict[int, Filed] = {}
        ready = self._ready(arrivals, fates)
        staged = [one.staged for one in ready.values()]
        try:
            fates.update(self._enter(ready))
        finally:
            self._objects.discard(staged)
        for number, one in ready.items():
            if not one.arrival.keep_source and fates[number].outcome is not Outcome.REJECTED:
                one.arrival.path.unlink(missing_ok=True)
        return [fates[number] for number in range(len(arrivals))]

    def _ready(self, arrivals: Sequence[Arrival], fates: dict[int, Filed]) -> dict[int, _Ready]:
        """Read headers and stage bytes; what can't be taken gets its fate at once."""
        headers: dict[int, Header] = {}
        for number, arrival in enumerate(arrivals):
            try:
                headers[number] = arrival.header or read_header(arrival.path)
            except DirectoryObject as error:
                fates[number] = Filed(arrival, Outcome.IGNORED, reason=error.sentence)
            except KnownError as error:
                fates[number] = Filed(arrival, Outcome.REJECTED, reason=error.sentence)
            except OSError as error:
                fates[number] = _unreadable(arrival, error.strerror)
        known = self._index.known(headers.values())
        seen = {arrivals[number].path for number, header in headers.items() if key_of(header) in known}
        staging = self._objects.stage([arrivals[number] for number in headers], seen)
        ready: dict[int, _Ready] = {}
        for number, staged in zip(headers, staging, strict=True):
            if isinstance(staged, SourceUnreadable):
                fates[number] = _unreadable(arrivals[number], str(staged))
            else:
                proved = self._proved(staged, known.get(key_of(headers[number]), []))
                ready[number] = _Ready(arrivals[number], headers[number], staged, proved)
        return ready

    def _proved(self, staged: Staged, alike: Sequence[Known]) -> frozenset[str]:
        """Before the transaction: decoding takes its time, and nobody shall wait for it."""
        if any(filed.sha256 == staged.sha256 for filed in alike):
            return frozenset()
        return frozenset(
            filed.sha256
            for filed in alike
            if self._is_whole(filed) and self._recoded.same(self._objects.path(filed.path), staged.path)
        )

    def _enter(self, ready: dict[int, _Ready]) -> dict[int, Filed]:
        """Files in place, then rows, in one transaction that no other process can come between."""
        fates: dict[int, Filed] = {}
        placement = Placement(self._objects)
        placed: list[Placed] = []
        try:
            with self._database.atomic():
                known = self._index.known(one.header for one in ready.values())
                for number, one in ready.items():
                    outcome, digest = self._decide(one, known, placement, placed)
                    fates[number] = _filed(one, outcome, digest)
                placement.settle()
                self._index.add(placed)
        except BaseException:
            placement.undo()
            raise
        return fates

    def _decide(
        self, one: _Ready, known: dict[ObjectKey, list[Known]], placement: Placement, placed: list[Placed]
    ) -> tuple[Outcome, str]:
        """Place what is new; recognise what is here already. Also answers the filed object's digest."""
        alike = known.setdefault(key_of(one.header), [])
        for filed in alike:
            if filed.sha256 == one.staged.sha256:
                if not self._is_whole(filed):
                    placement.replace(one.staged, filed.path)
                return Outcome.DUPLICATE, filed.sha256
        for filed in alike:
            if self._is_whole(filed) and (
                filed.sha256 in one.recoded or same_object(self._objects.path(filed.path), one.staged.path)
            ):
                return Outcome.DUPLICATE, filed.sha256
        path = placement.place(one.staged, one.header, one.arrival.received_at)
        received_at = one.arrival.received_at.astimezone(UTC).isoformat(timespec="microseconds")
        staged = one.staged
        placed.append(
            Placed(one.header, path, staged.size, staged.sha256, received_at, one.arrival.source, bool(alike))
        )
        alike.append(Known(path, staged.size, staged.sha256, bool(alike)))
        return Outcome.CONFLICT if len(alike) > 1 else Outcome.STORED, staged.sha256

    def _is_whole(self, filed: Known) -> bool:
        """Whether the filed copy is still what was filed: only then may another copy be let go."""
        path = self._objects.path(filed.path)
        try:
            return path.stat().st_size == filed.size and digest_of(path) == filed.sha256
        except OSError:
            return False


def _filed(one: _Ready, outcome: Outcome, digest: str) -> Filed:
    header = one.header
    return Filed(one.arrival, outcome, header.study.study_uid, header.instance.sop_uid, sha256=digest)


def _unreadable(arrival: Arrival, reason: str | None) -> Filed:
    return Filed(arrival, Outcome.REJECTED, reason=f"The file can't be read ({reason or 'unknown reason'}).")
