"""Sheets of exams as files that other programs read: written into the library when drawing comes to rest.

Owns when that happens (an exam is closed, some quiet minutes, or at once) and the name by which this
library's own documents are known. What stands in them is the viewer's; that they are kept, the store's.
Never logs a word of them.
"""

from __future__ import annotations

import logging
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Condition, Lock, Thread
from typing import TYPE_CHECKING, TypeAlias

from pydicom.dataset import Dataset

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.paths import Home, library_name
from vetpacs_desktop.store.conformance import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.records import Arrival, Outcome
from vetpacs_desktop.viewer.annotations import Sheet

if TYPE_CHECKING:  # what reads and writes documents is imported when one is, for the start's sake
    from vetpacs_desktop.viewer.standard.layers import Layers
    from vetpacs_desktop.viewer.standard.looks import Look

_log = logging.getLogger(__name__)
QUIET_SECONDS = 180.0
"""After the last stroke; then an exam that is still open is written, too."""
PATIENCE_SECONDS = 20.0
"""What the end of the program waits for exams that are still to be written."""
SOURCE = "drawn here"
DOCUMENT_MODALITIES = frozenset(("PR", "KO", "SR"))
"""Series that hold documents about images."""
Looks: TypeAlias = "Mapping[str, Look]"
"""By image."""


@dataclass(slots=True)
class _Waiting:
    """An exam that is to be written."""

    due: float
    looks: dict[str, Look]


class StandardFiles:
    """The documents of one library's exams."""

    def __init__(
        self, library: Library, home: Home, sheet_of: Callable[[str], Sheet], author: Callable[[], str]
    ) -> None:
        self._library, self._home = library, home
        self._sheet_of, self._author = sheet_of, author
        self._change, self._writing = Condition(), Lock()
        self._waiting: dict[str, _Waiting] = {}
        self._thread: Thread | None = None
        self._closing = False

    def changed(self, study_uid: str) -> None:
        """Something was drawn on an exam; it is written after some quiet minutes."""
        self._wait(study_uid, QUIET_SECONDS, {})

    def left(self, study_uid: str, looks: Looks | None = None) -> None:
        """An exam is closed, its images as in `looks`: it is written soon, if anything is new. Returns at
        once."""
        self._wait(study_uid, 0.0, looks or {})

    def write(self, study_uid: str, looks: Looks | None = None) -> int:
        """Write what is new of an exam now; answers how many documents that were.

        Raises `NotFound`, `DiskFull`, `LibraryBusy`, `LibraryDamaged`, `OSError`; then nothing was written.
        """
        with self._change:
            waiting = self._waiting.pop(study_uid, None)
        # Only now: an exam whose writing fails, here too, must not stay due, or the thread would never rest.
        from vetpacs_desktop.viewer.standard.reading import document
        from vetpacs_desktop.viewer.standard.writing import written

        said = {**(waiting.looks if waiting is not None else {}), **(looks or {})}
        with self._writing:
            images, papers, series = self._files(study_uid)
            earlier = [one for path in papers if (one := document(path)) is not None]
            sheet = self._sheet_of(study_uid)
            if not (sheet.annotations or sheet.keys or said or earlier):
                return 0
            made = written(
                sheet, images, self._author(), earlier, looks=said, series=series, library=self.name()
            )
            return self._file(made, study_uid)

    def layers(self, study_uid: str) -> Layers:
        """What others said of an exam's images. Raises `NotFound`."""
        from vetpacs_desktop.viewer.standard.reading import document, layers_of

        papers = self._files(study_uid)[1]
        return layers_of([one for path in papers if (one := document(path)) is not None], library=self.name())

    def name(self) -> str:
        """By what this library's documents are known; made when it is first asked for."""
        return library_name(self._home)

    def close(self) -> None:
        """Write what waits, then end; safe to call twice."""
        with self._change:
            self._closing = True
            self._change.notify_all()
        if self._thread is not None:
            self._thread.join(PATIENCE_SECONDS)

    # --- the thread ---

    def _wait(self, study_uid: str, seconds: float, looks: Looks) -> None:
        with self._change:
            before = self._waiting.pop(study_uid, None)
            kept = before.looks if before is not None else {}
            self._waiting[study_uid] = _Waiting(time.monotonic() + seconds, {**kept, **looks})
            if self._thread is None:
                self._thread = Thread(target=self._work, name="standard-files", daemon=True)
                self._thread.start()
            self._change.notify_all()

    def _work(self) -> None:
        while (study_uid := self._next()) is not None:
            try:
                self.write(study_uid)
            except KnownError as error:
                _log.warning("An exam's drawings could not be handed on: %s", type(error).__name__)
            except Exception as error:  # noqa: BLE001 - the edge of the thread; its message may hold names
                _log.error("An exam's drawings could not be handed on: %s", _where(error))

    def _next(self) -> str | None:
        """The next exam that is due; all of them are when the program ends."""
        with self._change:
            while True:
                now = time.monotonic()
                due = min(self._waiting, key=lambda uid: self._waiting[uid].due, default=None)
                if due is None and self._closing:
                    return None
                if due is not None and (self._closing or self._waiting[due].due <= now):
                    return due
                self._change.wait(None if due is None else self._waiting[due].due - now)

    # --- the library ---

    def _files(self, study_uid: str) -> tuple[dict[str, Path], list[Path], dict[str, list[str]]]:
        """The images by their UIDs, the documents, and the images' UIDs by series."""
        kinds = {one.series_uid: one.modality for one in self._library.series(study_uid)}
        images: dict[str, Path] = {}
        papers: list[Path] = []
        series: dict[str, list[str]] = {}
        for row in self._library.instances(study_uid=study_uid):
            if row.conflict:
                continue
            if kinds.get(row.series_uid) in DOCUMENT_MODALITIES:
                papers.append(row.path)
            elif row.has_pixels:
                images[row.sop_uid] = row.path
                series.setdefault(row.series_uid, []).append(row.sop_uid)
        return images, papers, series

    def _file(self, made: list[Dataset], study_uid: str) -> int:
        if not made:
            return 0
        with tempfile.TemporaryDirectory(prefix="documents-", dir=self._home.run) as folder:
            paths = [_saved(one, Path(folder) / f"{number}.dcm") for number, one in enumerate(made)]
            now = datetime.now(UTC)
            seen = self._library.study(study_uid).seen
            filed = self._library.file([Arrival(path, SOURCE, now, keep_source=True) for path in paths])
        if seen:  # nothing came that the reader has not seen
            self._library.mark_seen(study_uid)
        return sum(one.outcome is Outcome.STORED for one in filed)


def _where(error: Exception) -> str:
    """What went wrong and in which lines, without the words of the error."""
    places = [f"{Path(one.filename).name}:{one.lineno}" for one in traceback.extract_tb(error.__traceback__)]
    return f"{type(error).__name__} at {' > '.join(places[-6:])}"


def _saved(made: Dataset, path: Path) -> Path:
    made.file_meta.ImplementationClassUID = IMPLEMENTATION_CLASS_UID
    made.file_meta.ImplementationVersionName = IMPLEMENTATION_VERSION
    made.save_as(path, enforce_file_format=True)
    return path
