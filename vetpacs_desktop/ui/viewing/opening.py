"""Reads the headers and thumbnails of an exam behind the scenes and hands them over as they come.

Owns the background jobs of one exam: `stop()` ends them. Never touches a widget.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.jobs import CancelToken, Job, Report
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.description import ImageDescription, Medium
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.loading import FrameKey, LoadedFrame
from vetpacs_desktop.viewer.pixels.thumbnail import reduced_values, small_picture
from vetpacs_desktop.viewer.session import Describe, FrameStack, arranged, first_look

SetStacks = Callable[[int, tuple[FrameStack, ...]], object]
Awaited = Callable[[FrameKey], LoadedFrame | None]
SetThumbnail = Callable[[int, int, NDArray[np.uint8]], object]


class Opening:
    """The background work of one exam."""

    def __init__(
        self,
        bridge: Bridge,
        exam: Exam,
        set_stacks: SetStacks,
        set_thumbnail: SetThumbnail,
        describe: Describe = read_description,
        awaited: Awaited = lambda _: None,
    ) -> None:
        """`awaited` knows the frames that are decoded for the screen anyhow, and may take its time."""
        self._describe = describe
        self._awaited = awaited
        self._bridge = bridge
        self._exam = exam
        self._set_stacks = set_stacks
        self._set_thumbnail = set_thumbnail
        self._known: dict[Path, ImageDescription] = {}
        self._jobs: list[Job[None] | Job[FrameStack]] = []
        self._stopped = False
        self._arranged: set[int] = set()
        self._dear: tuple[int, ...] = ()

    def learn(self, description: ImageDescription) -> None:
        """A header that came with a frame need not be read again."""
        self._known[description.path] = description

    def look(self, wanted: Iterable[int]) -> None:
        """The quick look at series in sight: their first images wait for it, a slow disc holds nobody up."""
        self._dear = tuple(dict.fromkeys(wanted))
        for number in self._dear:
            self._jobs.append(
                self._bridge.start(partial(self._first_look, number), partial(self._looked, number))
            )

    def start(self) -> None:
        """Begin the rest: series after series, headers first, then their thumbnails."""
        self._jobs.append(self._bridge.start(self._read, lambda _: None))

    def read_further(self, exam: Exam, numbers: Iterable[int]) -> None:
        """Series of the exam are new, or hold more than before: read their headers and thumbnails."""
        self._exam = exam
        self._jobs.append(self._bridge.start(partial(self._read_some, tuple(numbers)), lambda _: None))

    def stop(self) -> None:
        """Deliver nothing more."""
        self._stopped = True
        for job in self._jobs:
            job.cancel()

    def _first_look(self, number: int, _report: Report, _cancel: CancelToken) -> FrameStack:
        """In a thread."""
        return first_look(self._exam.series_at(number))

    def _looked(self, number: int, stack: FrameStack) -> None:
        if not self._stopped and number not in self._arranged:
            self._set_stacks(number, (stack,))

    def _arrange(self, number: int, stacks: tuple[FrameStack, ...]) -> None:
        self._arranged.add(number)
        self._set_stacks(number, stacks)

    def _read(self, report: Report, cancel: CancelToken) -> None:
        """In a thread."""
        self._read_some(tuple(dict.fromkeys((*self._dear, *range(len(self._exam.series))))), report, cancel)

    def _read_some(self, numbers: tuple[int, ...], _report: Report, cancel: CancelToken) -> None:
        """In a thread."""
        for number in numbers:
            stacks = arranged(self._exam.series_at(number), self._known, cancel, self._describe)
            self._post(partial(self._arrange, number, stacks))
            for n, stack in enumerate(stacks):
                cancel.check()
                self._draw(number, n, stack)

    def _draw(self, series: int, number: int, stack: FrameStack) -> None:
        """The middle frame, or the first or last where that is a broken one."""
        for key in dict.fromkeys(stack.keys[place] for place in (len(stack.keys) // 2, 0, -1)):
            picture = self._small(key, stack.medium)
            if picture is not None:
                self._post(partial(self._set_thumbnail, series, number, picture))
                return

    def _small(self, key: FrameKey, medium: Medium) -> NDArray[np.uint8] | None:
        """A large picture that is on its way to the screen is not decoded twice: that would delay it."""
        frame = self._awaited(key) if medium is Medium.IMAGES else None
        if frame is not None:
            return reduced_values(frame.values, frame.padding_mask, frame.description, key.frame)
        return small_picture(key.path, key.frame if medium is Medium.IMAGES else None).picture

    def _post(self, call: Callable[[], object]) -> None:
        self._bridge.post(lambda: None if self._stopped else call())
