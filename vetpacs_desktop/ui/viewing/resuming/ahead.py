"""The next exam's headers and first images, loaded while the open exam is read and nothing else is to do.

Owns one loader with its frames until the page takes it over: there is no second cache. Stops at once when
the reader does something; one frame in the making is the most that still comes. Bounded by a budget of bytes.
Must never touch a widget.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.jobs import CancelToken, Job
from vetpacs_desktop.ui.viewing.resuming.house import ReadingHouse
from vetpacs_desktop.viewer import reading_state
from vetpacs_desktop.viewer.description import ImageDescription, Medium
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.loading import FrameKey, FrameLoader, LoadedFrame
from vetpacs_desktop.viewer.session import FrameStack, arranged, first_look

TICK_MS = 250
CALM_SECONDS = 0.7
"""Without a deed of the reader before anything is done ahead."""
MOST_HEADERS = 400
"""Files whose headers are read ahead; longer series get their first look only."""
MOST_FRAMES = 48


@dataclass(slots=True)
class Prepared:
    """An exam that can be shown at once; `loader` is whoever's that takes it."""

    exam: Exam
    loader: FrameLoader
    stacks: dict[int, tuple[FrameStack, ...]]
    known: list[ImageDescription] = field(default_factory=list)

    def fits(self, exam: Exam) -> bool:
        """Whether the exam still has the same images."""
        return exam.study_uid == self.exam.study_uid and exam.series == self.exam.series


class Ahead(QObject):
    """Prepares one exam at a time: the one that the list says comes next."""

    def __init__(
        self,
        house: ReadingHouse,
        loader_factory: Callable[[], FrameLoader],
        quiet: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._house = house
        self._make_loader = loader_factory
        self._quiet = quiet
        self._acted_at = 0.0
        self._study = ""
        self._job: Job[Prepared] | None = None
        self._prepared: Prepared | None = None
        self._wanted: Iterator[FrameKey] = iter(())
        self._asked: FrameKey | None = None
        self._spent = 0
        self._full = False
        self._endings: list[Callable[[], None]] = []
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._look)

    @property
    def ready(self) -> str:
        """The exam that is prepared as far as it will be; empty while there is none."""
        return self._study if self._full else ""

    @property
    def nbytes(self) -> int:
        """Memory of the frames that are kept for the next exam."""
        return self._prepared.loader.nbytes if self._prepared is not None else 0

    def start(self) -> None:
        """An exam is open: look now and then whether there is time."""
        self._acted_at = time.monotonic()
        self._tick.start()

    def stop(self) -> None:
        """No exam is open; what was prepared stays for who takes it."""
        self._tick.stop()
        self._pause()

    def hush(self) -> None:
        """The reader does something: nothing is done ahead for a moment."""
        self._acted_at = time.monotonic()
        self._pause()

    def take(self, exam: Exam) -> Prepared | None:
        """What is prepared of `exam`, to be taken over; anything else is thrown away."""
        found, self._prepared = self._prepared, None
        self._drop()
        if found is None or found.exam.study_uid != exam.study_uid:
            if found is not None:
                found.loader.stop()
            return None
        found.loader.request(())
        if not found.fits(exam):
            # Files are never rewritten, so its frames still hold; what is where does not.
            found.stacks, found.known = {}, []
        found.exam = exam
        return found

    def drop(self) -> None:
        """Throw away what is prepared."""
        if self._prepared is not None:
            self._prepared.loader.stop()
        self._prepared = None
        self._drop()

    # --- in order ---------------------------------------------------------------------------------

    def _look(self) -> None:
        if time.monotonic() - self._acted_at < CALM_SECONDS or self._house.budget() <= 0:
            return
        coming = self._house.coming()
        if coming != self._study:
            self.drop()
            self._study = coming
        if not coming or self._full or self._job is not None or not self._quiet():
            return
        if self._prepared is None:
            self._job = self._house.lane.start(
                lambda _report, cancel: self._read(coming, cancel), self._have, self._failed
            )
        elif self._asked is None:
            self._next_frame()

    def _have(self, prepared: Prepared) -> None:
        self._job = None
        if prepared.exam.study_uid != self._study:
            prepared.loader.stop()
            return
        self._prepared = prepared
        self._wanted = iter(_first_frames(prepared))
        self._endings = [
            self._house.lane.listen(prepared.loader.on_ready, self._frame_came),
            self._house.lane.listen(prepared.loader.on_failed, lambda failure: self._came(failure[0])),
        ]
        self._look()

    def _failed(self, error: BaseException) -> None:
        """Cancelled, or an exam that can't be had: who opens it hears why."""
        self._job = None
        if not isinstance(error, KnownError | OSError):
            raise error

    def _frame_came(self, frame: LoadedFrame) -> None:
        self._came(frame.key)

    def _came(self, key: FrameKey) -> None:
        if key == self._asked:
            self._asked = None
            self._look()

    def _next_frame(self) -> None:
        """One after the other, so that a wish of the reader's finds the decoders free."""
        prepared = self._prepared
        key = next(self._wanted, None)
        if prepared is None or key is None:
            self._full = True
            return
        self._spent += _size(key, prepared.known)
        if self._spent > self._house.budget():
            self._full = True
            return
        self._asked = key
        prepared.loader.request((key,))
        if prepared.loader.get(key) is not None:
            self._came(key)

    def _pause(self) -> None:
        if self._job is not None:
            self._job.cancel()
        if self._prepared is not None and self._asked is not None:
            self._prepared.loader.request(())
            self._wanted = _and_then(self._asked, self._wanted)
            self._spent -= _size(self._asked, self._prepared.known)
            self._asked = None

    def _drop(self) -> None:
        for ending in self._endings:
            ending()
        self._endings = []
        if self._job is not None:
            self._job.cancel()
        self._study, self._asked, self._spent, self._full = "", None, 0, False
        self._wanted = iter(())

    # --- in a thread ------------------------------------------------------------------------------

    def _read(self, study_uid: str, cancel: CancelToken) -> Prepared:
        exam = self._house.fetch(study_uid)
        cancel.check()
        loader = self._make_loader()
        try:
            prepared = _described(exam, loader, cancel)
            cancel.check()
        except BaseException:
            loader.stop()
            raise
        return prepared


def _described(exam: Exam, loader: FrameLoader, cancel: CancelToken) -> Prepared:
    """The order of the exam's images, as far as that takes a moment."""
    known: dict[Path, ImageDescription] = {}
    stacks: dict[int, tuple[FrameStack, ...]] = {}
    left = MOST_HEADERS
    for number, series in enumerate(exam.series):
        cancel.check()
        left -= len(series.paths)
        if left >= 0:
            stacks[number] = arranged(series, known, cancel, loader.describe)
        elif not stacks.get(number):
            stacks[number] = (first_look(series),)
    return Prepared(exam, loader, stacks, list(known.values()))


def _first_frames(prepared: Prepared) -> list[FrameKey]:
    """As it was left, else the first image of everything that can be hung, in reading order."""
    kept = reading_state.resumed(prepared.exam.left, prepared.exam) if prepared.exam.left else None
    left = [key for key in kept.keys if key is not None] if kept is not None else []
    firsts = [
        stack.keys[0]
        for _, stacks in sorted(prepared.stacks.items())
        for stack in stacks
        if stack.keys and stack.medium is Medium.IMAGES
    ]
    return list(dict.fromkeys((*left, *firsts)))[:MOST_FRAMES]


def _size(key: FrameKey, known: list[ImageDescription]) -> int:
    """About what a frame takes in memory, masks included; 0 where nobody knows."""
    for one in known:
        if one.path == key.path:
            samples = 3 if one.samples_per_pixel > 1 or one.photometric.startswith("PALETTE") else 1
            return one.rows * one.columns * (samples * max(1, one.bits_allocated // 8) + 1)
    return 0


def _and_then(first: FrameKey, rest: Iterator[FrameKey]) -> Iterator[FrameKey]:
    yield first
    yield from rest
