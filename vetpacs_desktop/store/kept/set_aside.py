"""What a person does with files that were set aside: try again, mend, export, discard.

Nothing is lost by any of it: what is mended stays as it came, what is discarded goes to the trash. It decides
no reason; `checks` and `mending` do.
"""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from vetpacs_desktop.jobs import CancelToken, Progress, Report, ignore
from vetpacs_desktop.log import private
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.kept.quarantine import Kept, Quarantine
from vetpacs_desktop.store.kept.trash import Trash
from vetpacs_desktop.store.kept.trash_table import TrashEntry
from vetpacs_desktop.store.objects import digest_of
from vetpacs_desktop.store.reading import checks
from vetpacs_desktop.store.reading.mending import LARGEST, Remedy, StudyOf, mended
from vetpacs_desktop.store.records import Arrival, Filed, Outcome, StudyUID

LOG = logging.getLogger(__name__)
File = Callable[[Sequence[Arrival]], list[Filed]]
_NUMBERS = re.compile(r"\d+")
_UNFIT = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')
LIST_NAME = "why-set-aside.txt"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of trying again or mending."""

    filed: tuple[StudyUID, ...] = ()
    """The exams that files went to, each once."""
    images: int = 0
    """Files that are in the library now."""
    left: int = 0
    """Files that still can't be filed."""


class SetAside:
    """The files of one library that wait for a person: `library.set_aside`."""

    def __init__(self, home: Home, file: File, trash: Trash, study_of: StudyOf) -> None:
        self._study_of = study_of
        self._home = home
        self._file = file
        self._trash = trash
        self._quarantine = Quarantine(home)
        self._tally: tuple[int, int, int] | None = None

    def entries(self) -> list[Kept]:
        """Everything that was set aside, the newest first; originals of mended files among them."""
        return self._quarantine.entries()

    def tally(self) -> tuple[int, int]:
        """How many wait, and how many are originals of mended files; quick while nothing changes."""
        state = self._home.quarantine.stat().st_mtime_ns
        if self._tally is None or self._tally[0] != state:
            entries = self._quarantine.entries()
            mended_ones = sum(bool(kept.mended_as) for kept in entries)
            self._tally = (state, len(entries) - mended_ones, mended_ones)
        return self._tally[1:]

    def remedies(self, kept: Kept) -> tuple[Remedy, ...]:
        """What would make the file whole with certainty; empty when nothing would. Raises `OSError`."""
        path = where(kept)
        if path is None or path.stat().st_size > LARGEST:
            return ()
        found = mended(path.read_bytes(), self._study_of)
        return found.done if found is not None else ()

    def retry(
        self, entries: Sequence[Kept], report: Report = ignore, cancel: CancelToken | None = None
    ) -> Result:
        """Check and file again: the program may have learned something. Raises `DiskFull`, `OSError`."""
        return self._each(entries, self._try_again, report, cancel)

    def mend(
        self, entries: Sequence[Kept], report: Report = ignore, cancel: CancelToken | None = None
    ) -> Result:
        """File a mended copy where that is certain; the original stays here. Raises as `retry`."""
        return self._each(entries, self._mend, report, cancel)

    def export(
        self,
        entries: Sequence[Kept],
        folder: Path,
        report: Report = ignore,
        cancel: CancelToken | None = None,
    ) -> int:
        """Copy the files to `folder` under the names they came with, and a list with the reasons; answers how
        many. Nothing there is overwritten. Raises `OSError`."""
        folder.mkdir(parents=True, exist_ok=True)
        lines = []
        for number, kept in enumerate(entries):
            if cancel is not None:
                cancel.check()
            path = where(kept)
            if path is not None:
                target = _free(folder, _UNFIT.sub("_", kept.name).strip(". ") or kept.sha256[:12])
                shutil.copyfile(path, target)
                lines.append(f"{target.name}\t{kept.source}\t{kept.last_at}\t{kept.reason}")
            report(Progress(number + 1, len(entries), "Exporting"))
        _free(folder, LIST_NAME).write_text("\n".join([*lines, ""]), encoding="utf-8")
        return len(lines)

    def discard(
        self,
        entries: Sequence[Kept],
        *,
        who: str = "",
        report: Report = ignore,
        cancel: CancelToken | None = None,
    ) -> tuple[TrashEntry, ...]:
        """Move files to the trash. Raises `TrashBusy`."""
        moved = []
        for number, kept in enumerate(entries):
            if cancel is not None and cancel.cancelled:
                break
            note = self._quarantine.note_of(kept.sha256)
            paths = [path for path in (kept.path, note) if path is not None and path.exists()]
            if paths:
                moved.append(
                    self._trash.put_files(paths, name=kept.name, sha256=kept.sha256, who=who, why=kept.reason)
                )
            report(Progress(number + 1, len(entries), "Moving to the trash"))
        return tuple(moved)

    def _each(
        self,
        entries: Sequence[Kept],
        step: Callable[[Kept], StudyUID | None],
        report: Report,
        cancel: CancelToken | None,
    ) -> Result:
        studies: dict[StudyUID, None] = {}
        images = 0
        done = 0
        for kept in entries:
            if cancel is not None and cancel.cancelled:
                break
            study = step(kept)
            if study is not None:
                studies[study] = None
                images += 1
            done += 1
            report(Progress(done, len(entries), "Trying again"))
        LOG.info("Of %d files that were set aside %d were filed", done, images)
        return Result(tuple(studies), images, done - images)

    def _try_again(self, kept: Kept) -> StudyUID | None:
        path = where(kept)
        if path is None:
            return None
        checked = checks.check_file(path)
        if checked.finding is not None:
            self._say(kept, checked.finding.reason)
            return None
        filed = self._filed(kept, path)
        if filed.study_uid is None:
            self._say(kept, filed.reason)
            return None
        # The library holds the very bytes now; the note goes last, so that a crash leaves both or none.
        if kept.path is not None:
            kept.path.unlink(missing_ok=True)
        self._quarantine.note_of(kept.sha256).unlink(missing_ok=True)
        return filed.study_uid

    def _mend(self, kept: Kept) -> StudyUID | None:
        path = where(kept)
        if path is None or kept.mended_as or path.stat().st_size > LARGEST:
            return None
        whole = mended(path.read_bytes(), self._study_of)
        if whole is None:
            return None
        copy = self._home.quarantine / f"{kept.sha256}.mended"
        try:
            copy.write_bytes(whole.data)
            filed = self._filed(kept, copy)
        finally:
            copy.unlink(missing_ok=True)
        if filed.study_uid is None:
            return None
        self._quarantine.write(replace(kept, mended_as=filed.study_uid))
        LOG.info("Mended %s: %s", private(kept.sha256), ", ".join(one.value for one in whole.done))
        return filed.study_uid

    def _filed(self, kept: Kept, path: Path) -> Filed:
        came = datetime.fromisoformat(kept.first_at)
        arrival = Arrival(path, kept.source, came if came.tzinfo else came.replace(tzinfo=UTC), True)
        (filed,) = self._file([arrival])
        return filed if filed.outcome is not Outcome.IGNORED else replace(filed, study_uid=None)

    def _say(self, kept: Kept, reason: str) -> None:
        if reason and reason != kept.reason:
            self._quarantine.write(replace(kept, reason=reason))


def where(kept: Kept) -> Path | None:
    """The file itself: in the quarantine, or (a large one that was only noted) where it was found."""
    if kept.path is not None:
        return kept.path if kept.path.exists() else None
    found = Path(kept.source) / kept.name
    try:
        same = found.stat().st_size == kept.size and digest_of(found) == kept.sha256
    except (OSError, ValueError):
        return None
    return found if same else None


def kind_of(reason: str) -> str:
    """The same for all reasons that differ in their numbers only."""
    return _NUMBERS.sub("#", reason)


def _free(folder: Path, name: str) -> Path:
    """A path in `folder` that nothing has yet."""
    target, number = folder / name, 1
    while target.exists():
        number += 1
        target = folder / f"{Path(name).stem}-{number}{Path(name).suffix}"
    return target
