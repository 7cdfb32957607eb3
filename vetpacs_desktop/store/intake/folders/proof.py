"""Does the library provably hold what is in this file? Asked before one is deleted: every doubt is a no.

A DICOM file: its object in the library is read again, its digest is what the index says, and it is the same
object. A picture, document or video: the original inside the object made from it is taken out and compared.
An archive: all of that for everything inside. Nothing is changed here.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from vetpacs_desktop.errors import Cancelled, KnownError
from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.header import read_header
from vetpacs_desktop.store.intake.foreign import original
from vetpacs_desktop.store.intake.sources import gather
from vetpacs_desktop.store.intake.sources.gather import Item, Scratch
from vetpacs_desktop.store.intake.sources.judge import Judged, Sort
from vetpacs_desktop.store.objects import digest_of
from vetpacs_desktop.store.reading.sameness import same_object
from vetpacs_desktop.store.records import InstanceRow, StudyUID


class Holdings(Protocol):
    """The part of the library that tells what it holds."""

    def locate(self, uid: str) -> list[InstanceRow]: ...

    def made_from(self, digests: Sequence[str]) -> dict[str, StudyUID]: ...

    def instances(
        self, *, study_uid: str | None = None, series_id: int | None = None
    ) -> list[InstanceRow]: ...


class Proof:
    """Proves files of one home's library."""

    def __init__(self, holdings: Holdings, home: Home, cancel: CancelToken) -> None:
        self._holdings = holdings
        self._home = home
        self._cancel = cancel

    def holds(self, path: Path) -> bool:
        """Whether the library provably holds all of `path`. Raises `OSError` when it can't be read, and
        `Cancelled`."""
        with path.open("rb"), tempfile.TemporaryDirectory(prefix="proof-", dir=self._home.run) as folder:
            item = Item(path, str(path), "", "")
            pieces = gather.expand(item, Scratch(Path(folder)), self._cancel)
            try:
                proved = [self._proves(one, judged) for one, judged in pieces]
            except Cancelled:
                raise
            except KnownError:
                return False
        return bool(proved) and all(proved)

    def _proves(self, item: Item, judged: Judged) -> bool:
        try:
            if judged.sort is Sort.IMAGE:
                return self._image(item.path)
            if judged.sort is Sort.FOREIGN:
                return self._foreign(item.path)
            return judged.sort is Sort.DIRECTORY and item.temporary  # a disc's table of contents in its image
        finally:
            item.remove()

    def _image(self, path: Path) -> bool:
        """The object with the same identifier, read again."""
        try:
            rows = self._holdings.locate(read_header(path).instance.sop_uid)
        except KnownError:
            return False
        digest = digest_of(path)
        return any(_is_whole(row) and (digest == row.sha256 or same_object(row.path, path)) for row in rows)

    def _foreign(self, path: Path) -> bool:
        """The objects made from it: one of them gives the original back."""
        digest = digest_of(path)
        study_uid = self._holdings.made_from([digest]).get(digest)
        if study_uid is None:
            return False
        return any(
            _is_whole(row) and self._gives_back(row.path, digest)
            for row in self._holdings.instances(study_uid=study_uid)
            if _is_made_from(row.path, digest)
        )

    def _gives_back(self, path: Path, digest: str) -> bool:
        with tempfile.TemporaryDirectory(prefix="proof-", dir=self._home.run) as folder:
            target = Path(folder) / "original"
            with contextlib.suppress(KnownError):
                original.restore(path, target)
                return digest_of(target) == digest
        return False


def _is_whole(row: InstanceRow) -> bool:
    try:
        return digest_of(row.path) == row.sha256
    except OSError:
        return False


def _is_made_from(path: Path, digest: str) -> bool:
    try:
        found = original.original_of(path)
    except OSError:
        return False
    return found is not None and found.sha256 == digest
