"""When is a file in a watched folder complete? Once it has stood still, for as long as its kind needs.

Systems tell when a write starts, not when it ends, so the only signs are that nothing moves any more and that
what is there is whole. This module reads files and changes none.
"""

from __future__ import annotations

import os
import time
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from vetpacs_desktop.store.intake.folders.folder_memory import Look
from vetpacs_desktop.store.intake.sources.gather import PROGRAM
from vetpacs_desktop.store.intake.sources.judge import Judged, Sort, judge

SETTLE_SECONDS = 1.0
"""A whole object whose size and time have not changed for this long is taken to be complete."""
SETTLE_ON_SHARE = 3.0
"""The same on a network drive, whose times may be those of a moment ago."""
FOREIGN_SECONDS = 5.0
"""A file that is no DICOM says nothing of its length, so it has to stand still for longer."""
BROKEN_SECONDS = 60.0
"""A DICOM file or archive that is cut off, an empty file, or one that can't be read may still be coming."""
IN_USE = (32, 33)
"""Windows: sharing and lock violations."""


@dataclass(slots=True)
class _Waiting:
    """A file whose fate is not decided yet."""

    look: Look
    since: float
    """When this look was first seen, on the monotonic clock."""
    sort: Sort | None = None
    patience: float = 0.0

    def is_ready(self, now: float, quick: float) -> bool:
        return self.sort is not None and now - self.since >= max(quick, self.patience)


class Settling:
    """The files of one folder that are waited for."""

    def __init__(self, root: Path, quick: float) -> None:
        self.quick = quick
        """Seconds that any file has to stand still."""
        self._root = root
        self._waiting: dict[str, _Waiting] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def __contains__(self, name: str) -> bool:
        return name in self._waiting

    def clear(self) -> None:
        """Forget all: the folder is gone."""
        self._waiting.clear()

    def take(self, name: str) -> Look:
        """Its fate is decided: wait no more, and tell how it looked."""
        return self._waiting.pop(name).look

    def sort_of(self, name: str) -> Sort | None:
        """What a settled file is."""
        return self._waiting[name].sort

    def settled(self, fresh: Mapping[str, Look], names: Iterable[str]) -> list[str]:
        """Those of the `fresh` files that are complete; `names` are all files of the folder."""
        now = time.monotonic()
        waiting: dict[str, _Waiting] = {}
        for name, look in fresh.items():
            before = self._waiting.get(name)
            one = before if before is not None and before.look == look else _Waiting(look, now)
            if one.sort is None and now - one.since >= self.quick:
                self._judge(name, one)
            waiting[name] = one
        self._waiting = waiting
        ready = [name for name, one in waiting.items() if one.is_ready(now, self.quick)]
        if not ready:
            return []
        programs = {_folder(name) for name in names if Path(name).suffix.lower() in PROGRAM}
        busy = {_folder(name) for name in waiting.keys() - set(ready)}
        return [name for name in ready if self._may_go(name, now, programs, busy)]

    def _judge(self, name: str, one: _Waiting) -> None:
        """What a file that stands still is, and for how long it has to; not when somebody else holds it."""
        path = self._root / name
        try:
            with path.open("rb") as file:
                state = os.fstat(file.fileno())  # asked after opening: now a network drive tells the newest
                if (state.st_size, state.st_mtime_ns) != one.look.content:
                    return
            judged = judge(path, named=False)
        except OSError as error:
            if getattr(error, "winerror", 0) not in IN_USE:
                one.sort, one.patience = Sort.BROKEN, BROKEN_SECONDS
            return
        one.sort, one.patience = judged.sort, _patience(path, one.look, judged)

    def _may_go(self, name: str, now: float, programs: set[str], busy: set[str]) -> bool:
        """Whether a settled file is taken now: pictures of one folder wait for each other, for they are one
        exam, and those that belong to a program are left alone."""
        one = self._waiting[name]
        if one.sort is not Sort.FOREIGN:
            return True
        if _folder(name) in programs:
            one.sort = Sort.NOTHING
        return _folder(name) not in busy or now - one.since > BROKEN_SECONDS


def _folder(name: str) -> str:
    return str(Path(name).parent)


def _patience(path: Path, look: Look, judged: Judged) -> float:
    """For how long a file has to stand still: longer, if it does not look complete."""
    if judged.sort is Sort.IMAGE:
        return 0.0
    if judged.is_dicom or not look.size:
        return BROKEN_SECONDS
    if judged.sort is Sort.ARCHIVE and path.suffix.lower() == ".zip" and not zipfile.is_zipfile(path):
        return BROKEN_SECONDS
    return FOREIGN_SECONDS
