"""Small pictures of series, made in a thread and kept in the cache folder, which may be deleted at any time.

Never runs in the window's thread; a picture that can't be made comes back as the sentence that says why.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from vetpacs_desktop.jobs import CancelToken, Job
from vetpacs_desktop.store.records import InstanceRow, SeriesRow, StudyUID
from vetpacs_desktop.ui.bridge import Bridge

SIDE = 192
"""Pixels of a kept picture: sharp at 150 % and 200 % in a tile of 96."""

DOUBLE_CLICK = 0.4
"""Seconds, the usual time for the second half of a double click."""

Draw = Callable[[Path, int], tuple[NDArray[np.uint8] | None, str]]
"""(path, side) -> RGB picture (side, side, 3) of the middle frame, or None and the sentence why not."""


class SeriesSource(Protocol):
    """What the thumbnails need of the library."""

    def series(self, study_uid: StudyUID) -> list[SeriesRow]: ...

    def instances(
        self, *, study_uid: StudyUID | None = None, series_id: int | None = None
    ) -> list[InstanceRow]: ...


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """The picture of one series, or why there is none."""

    series_id: int
    image: QImage | None
    why_not: str = ""


class Thumbnails(QObject):
    """Fetches the series of one exam at a time; a new wish ends the one before."""

    series_came = Signal(object, object)
    """(StudyUID, list[SeriesRow])"""
    picture_came = Signal(object, object)
    """(StudyUID, Thumbnail)"""
    failed = Signal(object)

    def __init__(
        self,
        library: SeriesSource,
        cache: Path,
        bridge: Bridge,
        draw: Draw,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._library = library
        self._folder = cache / "thumbnails"
        self._bridge = bridge
        self._draw = draw
        self._job: Job[None] | None = None
        self._shown: StudyUID | None = None

    def show(self, study_uid: StudyUID) -> None:
        """Announce this exam's series, then their pictures one by one."""
        self.stop()
        self._shown = study_uid
        self._job = self._bridge.start(
            lambda _report, cancel: self._work(study_uid, cancel), lambda _: None, self.failed.emit
        )

    def stop(self) -> None:
        """End the work under way; nothing more of it arrives."""
        self._pause()
        self._shown = None

    def rest(self) -> None:
        """The exam is read now: its images need the computer more than a small picture does."""
        self._pause()

    def go_on(self) -> None:
        """The list is looked at again; nothing happens when nothing was left undone."""
        if self._shown is not None and self._job is None:
            self.show(self._shown)

    def _pause(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None

    # In the thread

    def _work(self, study_uid: StudyUID, cancel: CancelToken) -> None:
        series = self._library.series(study_uid)
        self._tell(cancel, lambda: self.series_came.emit(study_uid, series))
        calm = False
        for one in series:
            cancel.check()
            instance = middle(self._library.instances(series_id=one.series_id))
            if instance is not None and not calm and not self._place(instance).is_file():
                calm = _calm(cancel)
            picture = self._picture(one, instance)
            self._tell(cancel, lambda picture=picture: self.picture_came.emit(study_uid, picture))  # type: ignore[misc]

    def _tell(self, cancel: CancelToken, emit: Callable[[], None]) -> None:
        """Emit in the window's thread, unless somebody has stopped this work by then."""
        self._bridge.post(lambda: None if cancel.cancelled else emit())

    def _place(self, instance: InstanceRow) -> Path:
        """Where the picture of an image is kept."""
        return self._folder / instance.sha256[:2] / f"{instance.sha256}.png"

    def _picture(self, series: SeriesRow, instance: InstanceRow | None) -> Thumbnail:
        if instance is None:
            return Thumbnail(series.series_id, None)
        kept = self._place(instance)
        image = QImage(str(kept))
        if not image.isNull():
            return Thumbnail(series.series_id, image)
        drawn, why_not = self._draw(instance.path, SIDE)
        if drawn is None:
            return Thumbnail(series.series_id, None, why_not)
        image = to_image(drawn)
        _keep(image, kept)
        return Thumbnail(series.series_id, image)


def _calm(cancel: CancelToken) -> bool:
    """Wait until the click that chose an exam can't be the first half of one that opens it; then True.

    A large compressed image takes seconds, and would take them from the exam that is opened. Raises
    `Cancelled`.
    """
    deadline = monotonic() + DOUBLE_CLICK
    while monotonic() < deadline:
        cancel.check()
        sleep(0.03)
    return True


def middle(instances: Sequence[InstanceRow]) -> InstanceRow | None:
    """The instance that shows most of a series: the middle one of those that have a picture.

    Where none has, the first one: it may be a document with pages, and else it says what it is.
    """
    rows = [row for row in instances if not row.conflict]
    pictures = [row for row in rows if row.has_pixels]
    return pictures[len(pictures) // 2] if pictures else next(iter(rows), None)


def to_image(rgb: NDArray[np.uint8]) -> QImage:
    """A picture (rows, columns, 3) uint8 as a QImage that owns its bytes."""
    rows, columns, _ = rgb.shape
    return QImage(rgb.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()


def _keep(image: QImage, path: Path) -> None:
    """Write whole or not at all; a full disk only costs the picture's being kept."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}.part")
        if image.save(str(fresh), "PNG"):  # type: ignore[call-overload]
            fresh.replace(path)
    except OSError:
        return
