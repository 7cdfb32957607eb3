"""Fetches single objects that are missing or damaged here from any backup that holds them, and puts them
back.

A damaged file is kept in the quarantine, never deleted. What no backup gives back is told of with its reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vetpacs_desktop.jobs import CancelToken, Progress, Report, ignore
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup import places
from vetpacs_desktop.store.backup.credentials import Secrets, SecretsUnusable, secrets_of
from vetpacs_desktop.store.backup.manifest import ManifestDamaged
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.returning import placing, sources
from vetpacs_desktop.store.backup.returning.fetching import Fetched, Piece, Source, fetched
from vetpacs_desktop.store.backup.sealing.keys import BadKey
from vetpacs_desktop.store.backup.sealing.sealing import WrongKey
from vetpacs_desktop.store.backup.target import TargetError
from vetpacs_desktop.store.database import Database
from vetpacs_desktop.store.objects import Objects

NO_TARGET = "no backup target is set up"
AT_ONCE = 128
NOT_FROM_HERE = (
    TargetError,
    sources.NoBackupThere,
    sources.KeyNeeded,
    BadKey,
    WrongKey,
    ManifestDamaged,
    SecretsUnusable,
)
"""What keeps one target from giving anything, while another may."""


@dataclass(frozen=True, slots=True)
class Healed:
    """What came of it; paths are relative to the objects folder."""

    healed: tuple[str, ...] = ()
    left: tuple[tuple[str, str], ...] = ()
    """(path, reason) of what no backup gave back."""


def heal(
    home: Home,
    paths: Iterable[str],
    secrets: Secrets | None = None,
    report: Report = ignore,
    cancel: CancelToken | None = None,
) -> Healed:
    """Heal objects that a check (`Library.verify`) found missing or damaged, from all targets in turn.

    A target that can't be reached is left out, and its sentence told of what it might have given. Raises
    `Cancelled`, `DiskFull`, `LibraryDamaged`, `BadPlaces`; what was healed until then is healed.
    """
    work = _Healing(home, report, cancel or CancelToken())
    try:
        return work.run(list(paths), places.read(home), secrets or secrets_of(home))
    finally:
        work.close()


class _Healing:
    """The objects that are still to be healed, and what was said of each."""

    def __init__(self, home: Home, report: Report, cancel: CancelToken) -> None:
        self._home, self._report, self._cancel = home, report, cancel
        self._database, self._objects = Database(home.database), Objects(home)
        self._healed: dict[str, None] = {}
        self._total = 0

    def close(self) -> None:
        self._database.close()

    def run(self, paths: Sequence[str], targets: Sequence[Place], secrets: Secrets) -> Healed:
        pieces = self._pieces(paths)
        self._total = len(pieces)
        reasons = dict.fromkeys(paths, "it is in the list no more")
        reasons.update({piece.path.partition("/")[2]: NO_TARGET for piece in pieces})
        for place in targets:
            left = [piece for piece in pieces if piece.path.partition("/")[2] not in self._healed]
            if not left:
                break
            try:
                with sources.opened(place, secrets) as source:
                    self._from(source, left, reasons)
            except NOT_FROM_HERE as error:
                for piece in left:
                    reasons[piece.path.partition("/")[2]] = error.sentence
        still = tuple((path, reasons[path]) for path in paths if path not in self._healed)
        return Healed(tuple(self._healed), still)

    def _from(self, source: Source, pieces: Sequence[Piece], reasons: dict[str, str]) -> None:
        batch: list[Fetched] = []
        try:
            for one in fetched(source, pieces, self._objects, self._cancel):
                if one.staged is None:
                    reasons[one.piece.path.partition("/")[2]] = f"{source.target.name}: {one.fault}"
                else:
                    batch.append(one)
                if len(batch) >= AT_ONCE:
                    batch = self._mend(batch)
            batch = self._mend(batch)
        finally:
            self._objects.discard([one.staged for one in batch if one.staged is not None])

    def _mend(self, batch: list[Fetched]) -> list[Fetched]:
        placing.mend(self._home, self._database, self._objects, batch)
        for one in batch:
            path = one.piece.path.partition("/")[2]
            if placing.whole(self._objects.path(path), one.piece.sha256, one.piece.bytes):
                self._healed[path] = None
        self._report(Progress(len(self._healed), self._total, "Fetching images from the backup"))
        return []

    def _pieces(self, paths: Sequence[str]) -> list[Piece]:
        rows = self._database.rows(
            "SELECT path, size, sha256, received_at FROM instances "
            "WHERE path IN (SELECT value FROM json_each(?)) ORDER BY instance_id DESC",
            (json.dumps(list(paths)),),
        )
        return [
            Piece(f"objects/{row['path']}", row["sha256"], row["size"], "", row["received_at"])
            for row in rows
        ]
