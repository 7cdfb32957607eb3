"""Reads a backup back from its target and compares it: a whole generation, or the share whose turn it is.

What is found missing or changed is marked in the ledger, so that the next run copies it anew from the library
while the library still has it. It never writes to the target.
"""

from __future__ import annotations

import logging
import math
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.jobs import CancelToken, Progress, Report, ignore
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup import layout, reading
from vetpacs_desktop.store.backup.copies import Copies
from vetpacs_desktop.store.backup.history import Drill
from vetpacs_desktop.store.backup.layout import Sealer
from vetpacs_desktop.store.backup.ledger import Book, Ledger
from vetpacs_desktop.store.backup.making import copying
from vetpacs_desktop.store.backup.manifest import FileRef, Manifest, ManifestDamaged
from vetpacs_desktop.store.backup.outcome import DAMAGED, VERIFIED, Proof
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.target import NotThere, Target, TargetChanged, TargetError

LOG = logging.getLogger(__name__)

DAY = 86_400
PAGE = 500
"""Proofs written down at once."""
AHEAD = 3
IN_TIME = 0.8
"""The share is measured so that all is read within this part of the time set: runs are missed."""
VERIFY, SHARE = "verify", "share"


class NothingToProve(KnownError):
    """There is no finished backup on {target} yet; make one first."""


def verify(
    home: Home,
    place: Place,
    target: Target,
    generation: str | None = None,
    *,
    sealer: Sealer | None = None,
    report: Report = ignore,
    cancel: CancelToken | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Proof:
    """Read everything that belongs to a generation (None: the newest) and compare it.

    Raises `NothingToProve`, `NotThere` for a generation that is not on the target, `ManifestDamaged` when the
    manifest itself can't be believed, `Cancelled`, `TargetError`.
    """
    with Ledger.open(home) as ledger:
        book = _book(ledger, place, target)
        wanted = generation or _newest(target)
        with ThreadPoolExecutor(max(2, target.lanes), thread_name_prefix="prove") as pool:
            work = _Reading(target, book.copies, sealer, pool, cancel or CancelToken(), now)
            try:
                proof = work.generation(wanted, report)
            finally:
                work.keep()
        book.history.set_state(wanted, VERIFIED if proof.clean else DAMAGED)
        _note(book, VERIFY, proof, now)
        return proof


def prove_share(
    home: Home,
    place: Place,
    target: Target,
    *,
    report: Report = ignore,
    cancel: CancelToken | None = None,
    pause: Callable[[], None] = lambda: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Proof:
    """Read back the copies that were proved longest ago: so many that all are read within
    `place.prove_days`. No key is needed. Raises `Cancelled`, `TargetError`, and what `pause` raises.
    """
    with Ledger.open(home) as ledger:
        book = _book(ledger, place, target)
        count = due(book, place.prove_days, int(now().timestamp()))
        with ThreadPoolExecutor(max(2, target.lanes), thread_name_prefix="prove") as pool:
            work = _Reading(target, book.copies, None, pool, cancel or CancelToken(), now, pause)
            try:
                proof = work.share(count, report)
            finally:
                work.keep()
        if proof.checked or not book.history.drills(SHARE, 1):
            _note(book, SHARE, proof, now)
        return proof


def due(book: Book, prove_days: int, now: int) -> int:
    """How many copies the rolling proof must read at this moment: those that are overdue, and of the rest the
    part that the time since the last share is of the whole time."""
    of = book.copies.amount()[0]
    whole = max(1.0, prove_days * IN_TIME) * DAY
    last = book.history.drills(SHARE, 1)
    since = min(max(0, now - last[0].at), whole) if last else DAY
    overdue = of - book.copies.proved_since(int(now - whole))
    return min(of, max(math.ceil(of * since / whole), overdue))


def _book(ledger: Ledger, place: Place, target: Target) -> Book:
    """The ledger's part of what lies on the target. Raises `TargetChanged`, `NothingToProve`."""
    mark = reading.mark(target)
    if mark is None:
        if place.backup_id:
            raise TargetChanged(target=target.name, reason="the backup that was there is gone")
        raise NothingToProve(target=target.name)
    if place.backup_id not in ("", mark.backup_id):
        raise TargetChanged(target=target.name, reason="it holds another backup")
    return ledger.book(mark.backup_id)


def _newest(target: Target) -> str:
    for generation in reading.generation_ids(target):
        if reading.finished(target, generation):
            return generation
    raise NothingToProve(target=target.name)


def _note(book: Book, kind: str, proof: Proof, now: Callable[[], datetime]) -> None:
    faults = len(proof.missing) + len(proof.corrupt)
    sentence = (
        "" if proof.clean else f"{len(proof.missing)} files are missing, {len(proof.corrupt)} are damaged."
    )
    LOG.info("Proof (%s): %d files read, %d faults", kind, proof.checked, faults)
    moment = int(now().timestamp())
    book.history.add_drill(
        Drill(moment, kind, proof.generation, proof.clean, proof.checked, proof.seconds, sentence)
    )


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One file to be read back."""

    name: str
    label: str
    """What a person is told of it by."""
    stored: str
    """The digest of the bytes there; empty when only `plain` is known."""
    plain: str


@dataclass(slots=True)
class _Reading:
    """Reading back, several files at once."""

    target: Target
    copies: Copies
    sealer: Sealer | None
    pool: ThreadPoolExecutor
    cancel: CancelToken
    now: Callable[[], datetime]
    pause: Callable[[], None] = lambda: None
    checked: int = 0
    bytes: int = 0
    missing: list[str] = field(default_factory=list)
    corrupt: list[str] = field(default_factory=list)
    good: list[str] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)

    def generation(self, generation: str, report: Report) -> Proof:
        manifest = reading.manifest(self.target, generation, self.sealer)
        report(Progress(0, manifest.objects, "Proving the backup"))

        def step() -> None:
            report(Progress(self.checked, manifest.objects, "Proving the backup"))

        self._read(self._of(manifest), step)
        return self._proof(generation)

    def share(self, count: int, report: Report) -> Proof:
        moment = int(self.now().timestamp())
        report(Progress(0, count, "Proving the backup"))

        def step() -> None:
            report(Progress(self.checked, count, "Proving the backup"))

        while self.checked < count:
            oldest = self.copies.oldest(min(PAGE, count - self.checked), moment, moment)
            if not oldest:
                break
            self._read((_Wanted(one.name, one.name, one.stored, one.sha256) for one in oldest), step)
            self.keep()  # what was read is no longer among the oldest
        return self._proof("")

    def keep(self) -> None:
        """Write down what was found until now."""
        good, self.good = self.good, []
        bad, self.bad = self.bad, []
        if good:
            self.copies.proved(good, int(self.now().timestamp()))
        if bad:
            self.copies.doubt(bad)

    def _of(self, manifest: Manifest) -> Iterator[_Wanted]:
        """The database, the lists, and everything in them. A list that can't be believed is told of by its
        name, and the files that it alone names can't be proved."""
        name = layout.database_name(manifest.database.sha256, self.sealer)
        yield self._wanted([(name, name, manifest.database.sha256)])[0]
        seen: set[str] = set()
        for ref in manifest.lists:
            name = layout.list_name(ref.sha256, self.sealer)
            yield self._wanted([(name, name, ref.sha256)])[0]
            try:
                rows = reading.list_of(self.target, ref, self.sealer, manifest.id)
            except (NotThere, ManifestDamaged):
                continue  # the list itself was just read, and is among the faults
            yield from self._objects(rows, seen)
        yield from self._objects(manifest.files, seen)

    def _objects(self, rows: Iterable[FileRef], seen: set[str]) -> Iterator[_Wanted]:
        named = []
        for row in rows:
            name = layout.object_name(row.sha256, row.path, self.sealer)
            if name not in seen:
                seen.add(name)
                named.append((name, row.path, row.sha256))
        yield from self._wanted(named)

    def _wanted(self, named: list[tuple[str, str, str]]) -> list[_Wanted]:
        if self.sealer is None:
            return [_Wanted(name, label, plain, plain) for name, label, plain in named]
        stored = {name: copy.stored for name, _, _ in named if (copy := self.copies.get(name)) is not None}
        return [_Wanted(name, label, stored.get(name, ""), plain) for name, label, plain in named]

    def _read(self, wanted: Iterable[_Wanted], step: Callable[[], None]) -> None:
        waiting: deque[tuple[_Wanted, Future[tuple[str, int]]]] = deque()
        most = AHEAD * max(2, self.target.lanes)
        for one in wanted:
            self.cancel.check()
            self.pause()
            waiting.append((one, self.pool.submit(self._digest, one)))
            if len(waiting) > most:
                self._judge(*waiting.popleft())
                step()
        while waiting:
            self._judge(*waiting.popleft())
            step()

    def _digest(self, wanted: _Wanted) -> tuple[str, int]:
        """The digest of what lies there (of the plain bytes when only that can be compared) and its bytes;
        an empty one for no file."""
        if wanted.stored or self.sealer is None:
            return copying.digest_and_size(self.target.read(wanted.name))
        try:
            return copying.digest_and_size(self.sealer.open(self.target.read(wanted.name)))
        except TargetError:
            raise
        except KnownError:
            return "broken", 0

    def _judge(self, wanted: _Wanted, future: Future[tuple[str, int]]) -> None:
        try:
            digest, size = future.result()
        except NotThere:
            digest, size = "", 0
        self.checked += 1
        self.bytes += size
        if digest == (wanted.stored or wanted.plain):
            self.good.append(wanted.name)
        else:
            (self.corrupt if digest else self.missing).append(wanted.label)
            self.bad.append(wanted.name)
            LOG.warning("A copy on %s is %s", self.target.name, "damaged" if digest else "missing")
        if len(self.good) + len(self.bad) >= PAGE:
            self.keep()

    def _proof(self, generation: str) -> Proof:
        seconds = time.monotonic() - self.started
        missing, corrupt = tuple(sorted(self.missing)), tuple(sorted(self.corrupt))
        return Proof(generation, self.checked, missing, corrupt, seconds, self.bytes)
