"""Plays a stack at the pace of its file. Late frames are dropped: a film must keep time."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

SLOWEST, FASTEST, USUAL_RATE = 0.1, 240, 15
"""Images a second, slowly and fast; a screen shows some of the latter."""
SCREEN = 60
"""Images a second that are worth drawing."""
SPEEDS = (0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 4.0)
"""Of a film, against its own pace."""
RATES = (2, 5, 10, 15, 20, 25, 30, 45, 60)


class Cine(QObject):
    """A clock that says how many images on the film should be."""

    running_changed = Signal(bool)

    def __init__(
        self,
        step: Callable[[int], object],
        parent: QObject | None = None,
        ready: Callable[[], bool] = lambda: True,
        length: Callable[[int], float] = lambda _: 1.0,
    ) -> None:
        """`step(n)` moves on by `n` images; while not `ready()`, time stands still.

        `length(n)` is how long the image `n` on from the one that is shown lasts, against the usual one.
        """
        super().__init__(parent)
        self._step = step
        self._ready = ready
        self._length = length
        self._rate = float(USUAL_RATE)
        self._done, self._owed = 0.0, 0.0
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_time)

    @property
    def running(self) -> bool:
        return self._timer.isActive()

    @property
    def rate(self) -> float:
        """Images a second."""
        return self._rate

    def set_rate(self, rate: float) -> None:
        """Another pace in images a second."""
        self._rate = min(max(rate, SLOWEST), FASTEST)
        if self.running:
            self.start()

    def start(self) -> None:
        """Play from here."""
        was_running = self.running
        self._done, self._owed = 0.0, 0.0
        self._clock.start()
        self._timer.start(self._wait(0.0))
        if not was_running:
            self.running_changed.emit(True)

    def stop(self) -> None:
        """Pause."""
        if self.running:
            self._timer.stop()
            self.running_changed.emit(False)

    def _on_time(self) -> None:
        """All images whose time is over are passed at once: late ones are never seen."""
        due = self._due()
        if due < self._length(0):
            self._timer.setInterval(self._wait(due))
            return
        if not self._ready():
            self._done, self._owed = 0.0, self._length(0)
            self._clock.start()
            self._timer.setInterval(round(1000 / SCREEN))
            return
        steps = 0
        while due >= (length := self._length(steps)):
            due -= length
            self._done += length
            steps += 1
        self._step(steps)
        if self.running:
            self._timer.setInterval(self._wait(self._due()))

    def _due(self) -> float:
        """Time that has gone by and is not shown yet, in usual images."""
        return self._clock.nsecsElapsed() * 1e-9 * self._rate + self._owed - self._done

    def _wait(self, due: float) -> int:
        """Milliseconds until the next image, or until the screen can show one."""
        left = max(self._length(0) - due, 0.0) * 1000 / self._rate
        return max(math.ceil(left), 1 if self._rate <= SCREEN else round(1000 / SCREEN))
