"""Plays a stack at the pace of its file. Late frames are dropped: a film must keep time."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

SLOWEST, FASTEST, USUAL_RATE = 1, 60, 15
SLOWEST_FILM, FASTEST_FILM = 0.1, 240
"""Images a second of a film played slowly and fast; a screen shows some of the latter."""
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
    ) -> None:
        """`step(n)` moves on by `n` images, round and round; while not `ready()`, time stands still."""
        super().__init__(parent)
        self._step = step
        self._ready = ready
        self._rate = float(USUAL_RATE)
        self._film = False
        self._done, self._owed = 0, 0
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

    def set_rate(self, rate: float, *, film: bool = False) -> None:
        """Another pace, held between 1 and 60 images a second; videos may be slower and faster."""
        self._film = film
        slowest, fastest = (SLOWEST_FILM, FASTEST_FILM) if film else (SLOWEST, FASTEST)
        self._rate = min(max(rate, slowest), fastest)
        if self.running:
            self.start()

    def start(self) -> None:
        """Play from here."""
        was_running = self.running
        self._done = 0
        self._clock.start()
        self._owed = 0
        self._timer.start(round(1000 / FASTEST) if self._film else round(1000 / self._rate))
        if not was_running:
            self.running_changed.emit(True)

    def stop(self) -> None:
        """Pause."""
        if self.running:
            self._timer.stop()
            self.running_changed.emit(False)

    def _on_time(self) -> None:
        due = int(self._clock.elapsed() * self._rate / 1000) + self._owed
        if due > self._done and not self._ready():
            self._done, self._owed = 0, 1
            self._clock.start()
        elif due > self._done:
            steps, self._done = due - self._done, due
            self._step(steps)
