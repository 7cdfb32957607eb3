"""Import: what stands at some paths becomes filed objects: look, judge, file, and then the pictures.

Sources are read and never changed. What can't be taken is told of with a sentence, and what looks like an
image that broke is copied to the quarantine, while the good ones beside it go on.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from vetpacs_desktop.errors import DiskFull
from vetpacs_desktop.jobs import CancelToken, Progress, Report, ignore
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.intake.foreign import conversion
from vetpacs_desktop.store.intake.foreign.recognise import Format
from vetpacs_desktop.store.intake.foreign.subject import Subject
from vetpacs_desktop.store.intake.importing import unclaimed
from vetpacs_desktop.store.intake.importing.ahead import Ahead
from vetpacs_desktop.store.intake.importing.lane import Filing, Lane
from vetpacs_desktop.store.intake.importing.memory import Look, Memory, look_at
from vetpacs_desktop.store.intake.importing.unclaimed import Unclaimed
from vetpacs_desktop.store.intake.sources import gather, media
from vetpacs_desktop.store.intake.sources.gather import FULL, Item, Scratch
from vetpacs_desktop.store.intake.sources.judge import Judged, Sort
from vetpacs_desktop.store.intake.sources.looking import JUNK, WINDOWS_HIDDEN, scan
from vetpacs_desktop.store.objects import digest_of
from vetpacs_desktop.store.records import ImportSummary, Outcome

__all__ = ["JUNK", "WINDOWS_HIDDEN", "Filing", "Import", "import_paths", "scan"]

CHUNK = 128
"""So many files are asked for in the memory at once, and read ahead."""
TOGETHER = 64
"""So many images are asked for in the library at once."""
SCRATCH = "import-"
STALE_SECONDS = 24 * 3600.0


def import_paths(
    library: Filing,
    home: Home,
    paths: Sequence[Path],
    report: Report = ignore,
    cancel: CancelToken | None = None,
    *,
    as_found: bool = False,
) -> ImportSummary:
    """Bring `paths` into the library: files, folders, discs, a DICOMDIR, zip archives and disc images.

    Pictures, documents and videos become exams of unknown animals.

    `as_found`: files that no person named (a watched folder's) are treated like those found in folders.
    Raises `PathMissing`, `NotAFile` (before anything is read), `DiskFull`, `Cancelled`; what was filed stays.
    """
    started = time.monotonic()
    token = cancel or CancelToken()
    report(Progress(0, None, "Looking for images"))
    items = gather.found(paths, token, but=home.root, as_found=as_found)
    with Import(library, home, report, token, len(items)) as run:
        run.take(items)
        run.take_unclaimed()
        run.tell_missing(items)
        run.finish()
        return run.lane.tally.summary(time.monotonic() - started)


@dataclass(slots=True)
class _Contents:
    """A table of contents that was met: where it stands, and what it lists."""

    folder: str
    listed: list[media.Listed] = field(default_factory=list)


class Import:
    """One import under way; a context manager that removes its scratch files and remembers what it did."""

    def __init__(
        self, library: Filing, home: Home, report: Report, cancel: CancelToken, expected: int
    ) -> None:
        self._library = library
        self._home = home
        self._report = report
        self._cancel = cancel
        self._expected = expected
        self._inside: set[str] = set()
        self._contents: list[_Contents] = []
        self._unclaimed: list[Unclaimed] = []
        self._stack = ExitStack()

    def __enter__(self) -> Import:
        _sweep(self._home.run)
        folder = tempfile.TemporaryDirectory(prefix=SCRATCH, dir=self._home.run)
        self._scratch = Scratch(Path(self._stack.enter_context(folder)))
        self._memory = Memory(self._home, self._library)
        self._stack.callback(self._memory.close)
        self.lane = Lane(self._library, self._home, self._memory, self._cancel)
        self._stack.enter_context(self.lane)
        self._ahead = Ahead(self._library)
        self._stack.callback(self._ahead.close)
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def take(self, items: Sequence[Item]) -> None:
        """Judge and file; pictures without an animal are put by for `take_unclaimed`."""
        chunks = [list(items[start : start + CHUNK]) for start in range(0, len(items), CHUNK)]
        try:
            for number, chunk in enumerate(chunks):
                self._begin(chunk)
                if number + 1 < len(chunks):
                    self._begin(chunks[number + 1])
                self._take_chunk(chunk)
            self.lane.flush()
        except OSError as error:
            raise self._meaning(error) from error

    def take_unclaimed(self) -> None:
        """Pictures, documents and videos that nobody gave an animal."""
        for subject, files in unclaimed.exams(self._unclaimed):
            self.convert(subject, [one.item for one in files])
        self._unclaimed.clear()

    def convert(self, subject: Subject, items: Sequence[Item]) -> None:
        """Make images of foreign files and file them. Raises as `take`."""
        by_path = {item.path: item for item in items}
        try:
            out = self._scratch.place("converted").parent
            made = conversion.convert(list(by_path), subject, out, self._converting, self._cancel)
            for one in made.converted:
                source = by_path[one.source]
                self.lane.put(Item(one.path, source.shown, source.source, source.label))
            for path, reason in made.refused:
                self.lane.refuse(by_path[path], reason, keep=True)
            self.lane.flush()
            for file in (*(one.path for one in made.converted), *map(Path, ())):
                file.unlink(missing_ok=True)
            for item in items:
                item.remove()
        except OSError as error:
            raise self._meaning(error) from error
        self._tell()

    def tell_missing(self, items: Sequence[Item]) -> None:
        """Images that a disc's table of contents lists and that are nowhere."""
        if not self._contents:
            return
        names = media.plain_names([*(item.shown for item in items), *self._inside])
        for contents in self._contents:
            uids = [one.sop_uid for one in contents.listed]
            here = {held.sop_uid for held in self._library.held(uids)}
            for one in media.missing(
                contents.listed, contents.folder, names, here, images=bool(self.lane.tally.studies)
            ):
                self.lane.tally.reject(f"{contents.folder}/{one.name}", media.MISSING)

    def finish(self) -> None:
        """Say that all is done."""
        total = self.lane.tally.total()
        self._report(Progress(total, total, "Importing"))

    def _begin(self, items: Sequence[Item]) -> None:
        """Read ahead what was never imported; not when all of it turns out to be here already."""
        if not self.lane.mostly_here:
            self._ahead.begin(self._memory.strangers([item.path for item in items]))

    def _take_chunk(self, items: Sequence[Item]) -> None:
        self._cancel.check()
        others = [item.path for item in items if not self._ahead.has(item.path)]
        looks = {path: look for path in others if (look := look_at(path)) is not None}
        known = self._memory.known(looks)
        images: list[tuple[Item, Judged]] = []
        for item in items:
            self._cancel.check()
            ready = self._ahead.take_over(item.path)
            if ready is not None:
                self.lane.put_ready(item, ready)
                continue
            if item.path in known:
                self.lane.tally.add(Outcome.DUPLICATE, known[item.path])
                continue
            for one, judged in gather.expand(item, self._scratch, self._cancel):
                if one is not item:
                    self._expected += 1
                    self._inside.add(one.shown)
                if judged.sort is Sort.IMAGE:
                    images.append((one, judged))
                else:
                    self._take_other(one, judged)
                if len(images) >= TOGETHER:
                    self._put(images, looks)
        self._put(images, looks)
        self._tell()

    def _put(self, images: list[tuple[Item, Judged]], looks: Mapping[Path, Look]) -> None:
        """Images to be filed; those whose identity is known already need no copy made ahead."""
        here = {held.sop_uid for held in self._library.held([judged.sop_uid for _, judged in images])}
        for item, judged in images:
            look = None if item.temporary else looks.get(item.path) or look_at(item.path)
            self.lane.put(item, look, here=judged.sop_uid in here)
        images.clear()

    def _take_other(self, item: Item, judged: Judged) -> None:
        """What becomes of a file that is no image."""
        sort = judged.sort
        if sort is Sort.FOREIGN and judged.format is not None and not item.furniture:
            self._put_by(item, judged.format)
            return
        if sort in (Sort.BROKEN, Sort.REFUSED):
            self.lane.refuse(item, judged.reason, keep=sort is Sort.BROKEN)
        else:
            self.lane.tally.add(Outcome.IGNORED)
            if sort is Sort.DIRECTORY:
                self._read_contents(item)
        item.remove()

    def _put_by(self, item: Item, found: Format) -> None:
        """A picture waits for its like; one that was taken before is known by its digest."""
        try:
            digest = digest_of(item.path)
        except OSError as error:
            self.lane.refuse(item, f"The file can't be read ({error.strerror}).", keep=False)
            return
        before = self._library.made_from([digest])
        if before or any(one.sha256 == digest for one in self._unclaimed):
            self.lane.tally.add(Outcome.DUPLICATE, before.get(digest))
            item.remove()
            return
        self._unclaimed.append(Unclaimed(item, found, digest))

    def _read_contents(self, item: Item) -> None:
        try:
            listed = media.listed(item.path)
        except OSError:
            return
        if listed:
            self._contents.append(_Contents(media.folder_of(item.shown), listed))

    def _tell(self) -> None:
        self._report(
            Progress(self.lane.tally.total(), max(self._expected, self.lane.tally.total()), "Importing")
        )

    def _converting(self, progress: Progress) -> None:
        done = self.lane.tally.total() + progress.done
        self._report(Progress(done, max(self._expected, done), "Converting"))

    def _meaning(self, error: OSError) -> Exception:
        return DiskFull(path=self._home.root) if error.errno in FULL else error


def _sweep(folder: Path) -> None:
    """Remove scratch folders that a crash left; recent ones may be another import's."""
    limit = time.time() - STALE_SECONDS
    for left in folder.glob(f"{SCRATCH}*"):
        with contextlib.suppress(OSError):
            if left.stat().st_mtime < limit:
                shutil.rmtree(left)
