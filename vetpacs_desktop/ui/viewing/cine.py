"""Plays a stack at the pace of its file. Late frames are dropped: a film must keep time."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

SLOWEST, FASTEST, USUAL_RATE = 1, 60, 15
RATES = (2, 5, 10, 15, 20, 25, 30, 45, 60)


class Cine(QObject):
    """A clock that says how many images on the film should be."""

    running_changed = Signal(bool)

    def __init__(self, step: Callable[[int], object], parent: QObject | None = None) -> None:
        """`step(n)` moves on by `n` images, round and round."""
        super().__init__(parent)
        self._step = step
        self._rate = float(USUAL_RATE)
        self._done = 0
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
        """Another pace, held between 1 and 60 images a second."""
        self._rate = min(max(rate, SLOWEST), FASTEST)
        if self.running:
            self.start()

    def start(self) -> None:
        """Play from here."""
        was_running = self.running
        self._done = 0
        self._clock.start()
        self._timer.start(max(1, round(1000 / self._rate)))
        if not was_running:
            self.running_changed.emit(True)

    def stop(self) -> None:
        """Pause."""
        if self.running:
            self._timer.stop()
            self.running_changed.emit(False)

    def _on_time(self) -> None:
        due = int(self._clock.elapsed() * self._rate / 1000)
        if due > self._done:
            steps, self._done = due - self._done, due
            self._step(steps)
