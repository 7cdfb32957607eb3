"""Images that were made here from others: written as files, then taken into the library like any import.

All of a batch or none of it. Knows nothing of how an image is made; never logs a word of what stands in one.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.conformance import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.records import Arrival, Outcome

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

SOURCE = "made here"
TAKEN_BACK = "Key image taken back"


class NotKept(KnownError):
    """The new images could not be kept: {reason}; nothing else was changed."""


class DerivedImages:
    """The way of new images into one library."""

    def __init__(self, library: Library, home: Home) -> None:
        self._library, self._home = library, home

    def keep(self, study_uid: str, made: Iterable[Dataset]) -> int:
        """File every image of `made`, which may be made while it is asked for; answers how many.

        What `made` raises leaves the library as it was. Raises `NotKept`, `DiskFull`, `LibraryBusy` and
        `OSError`.
        """
        seen = self._library.study(study_uid).seen
        with tempfile.TemporaryDirectory(prefix="made-", dir=self._home.run) as folder:
            paths = [_saved(one, Path(folder) / f"{number}.dcm") for number, one in enumerate(made)]
            now = datetime.now(UTC)
            filed = self._library.file([Arrival(path, SOURCE, now, keep_source=True) for path in paths])
        if seen:  # nothing came that the reader has not seen
            self._library.mark_seen(study_uid)
        refused = [one for one in filed if one.outcome is not Outcome.STORED]
        if refused:
            raise NotKept(reason=refused[0].reason or refused[0].outcome.value)
        return len(filed)

    def put_away(self, study_uid: str, sop_uids: Collection[str], who: str = "") -> str:
        """Move images that were made of an exam into the trash; answers the entry there.

        Raises `NotFound`, `TrashBusy`, `DiskFull`, `LibraryBusy`.
        """
        rows = self._library.instances(study_uid=study_uid)
        digests = [row.sha256 for row in rows if row.sop_uid in sop_uids]
        return self._library.trash.put_images(study_uid, digests, who=who, why=TAKEN_BACK).id

    def bring_back(self, entry_id: str) -> None:
        """Out of the trash again. Raises as `put_away`."""
        self._library.trash.restore([entry_id])


def _saved(made: Dataset, path: Path) -> Path:
    made.file_meta.ImplementationClassUID = IMPLEMENTATION_CLASS_UID
    made.file_meta.ImplementationVersionName = IMPLEMENTATION_VERSION
    made.save_as(path, enforce_file_format=True)
    return path
