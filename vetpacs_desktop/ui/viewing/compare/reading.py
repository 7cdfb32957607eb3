"""Reads headers and thumbnails of the exams beside the one that is read, after everything that one needs.

Owns the background jobs of those exams. What is on the screen is the controller's and the strip's.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer

from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.opening import Opening
from vetpacs_desktop.ui.viewing.strip import SeriesStrip
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.session import Describe, FrameStack

ASK_EVERY_MS = 100
PATIENCE_MS = 5000
"""After so long the other exam is read all the same: a slow disc must not keep it away for ever."""


class Readings:
    """Of one reading page."""

    def __init__(self, owner: QObject, bridge: Bridge, strip: SeriesStrip, describe: Describe) -> None:
        self._owner, self._bridge = owner, bridge
        self._strip, self._describe = strip, describe
        self._openings: dict[str, Opening] = {}
        self._waiting: dict[str, QTimer] = {}

    def read(self, controller: Controller, exam: Exam) -> None:
        """Begin with an exam that is on the page: what is in sight first, the rest when there is time."""
        uid = exam.study_uid
        if uid in self._openings:
            return
        opening = self._openings[uid] = Opening(
            self._bridge,
            exam,
            partial(self._set_stacks, controller, uid),
            partial(self._set_thumbnail, controller, uid),
            self._describe,
        )
        first = controller.exam.numbers_of(uid).start
        views = [controller.grid.views[number].series for number in controller.grid.visible]
        places = [series - first for series in views if series is not None]
        opening.look([place for place in places if 0 <= place < len(exam.series)])
        self._wait(controller, uid, opening)

    def take_away(self, controller: Controller, study_uid: str) -> None:
        """The exam goes from the page, with its jobs, its thumbnails and its memory."""
        self._stop(study_uid)
        self._strip.take_away(controller.exam.numbers_of(study_uid))
        controller.take_away(study_uid)

    def close(self) -> None:
        """All of them go."""
        for uid in tuple(self._openings):
            self._stop(uid)

    def _stop(self, study_uid: str) -> None:
        opening = self._openings.pop(study_uid, None)
        if opening is not None:
            opening.stop()
        waiting = self._waiting.pop(study_uid, None)
        if waiting is not None:
            waiting.stop()
            waiting.deleteLater()

    def _wait(self, controller: Controller, uid: str, opening: Opening) -> None:
        timer = self._waiting[uid] = QTimer(self._owner, interval=ASK_EVERY_MS)
        left = PATIENCE_MS // ASK_EVERY_MS

        def look() -> None:
            nonlocal left
            left -= 1
            if left <= 0 or _is_read(controller):
                timer.stop()
                opening.start()

        timer.timeout.connect(look)
        timer.start()

    def _set_stacks(
        self, controller: Controller, uid: str, place: int, stacks: tuple[FrameStack, ...]
    ) -> None:
        numbers = controller.exam.numbers_of(uid)
        if place < len(numbers):
            controller.set_stacks(numbers[place], stacks)

    def _set_thumbnail(
        self, controller: Controller, uid: str, place: int, stack: int, picture: NDArray[np.uint8]
    ) -> None:
        numbers = controller.exam.numbers_of(uid)
        if place < len(numbers):
            self._strip.set_thumbnail(numbers[place], stack, picture)


def _is_read(controller: Controller) -> bool:
    """Whether the exam that is read has its pictures in sight and its headers."""
    exam, grid = controller.exam, controller.grid
    shown = [n for n in grid.visible if controller.exam_of(n).study_uid == exam.study_uid]
    stacks = [controller.stacks(number) for number in exam.numbers_of(exam.study_uid)]
    return all(map(controller.has_wished, shown)) and all(
        found and all(stack.final for stack in found) for found in stacks
    )
