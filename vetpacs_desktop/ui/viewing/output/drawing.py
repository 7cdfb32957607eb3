"""Draws for exports in the window's thread, one picture a turn, so that the window stays at hand.

A worker asks and waits; it hears when somebody stopped. Owns the canvas, which is made with the first
picture. `in_window` must never be called in the window's own thread: it would wait for itself.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.viewing.lettering import QtLettering
from vetpacs_desktop.viewer.render.canvas import Canvas
from vetpacs_desktop.viewer.resolve import Resolved

Rgb = NDArray[np.uint8]
T = TypeVar("T")
_ASKS_EVERY = 0.05
"""Seconds after which a waiting worker asks whether it is still wanted."""


class WindowCanvas:
    """One of each reading page."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._canvas: Canvas | None = None

    def draw(self, resolved: Resolved) -> Rgb:
        """(height, width, 3), in the window's thread."""
        if self._canvas is None:
            self._canvas = Canvas(QtLettering())
        return self._canvas.draw(resolved)

    def for_worker(self, cancel: CancelToken) -> Callable[[Resolved], Rgb]:
        """A function that draws from a worker's thread; it raises `Cancelled` when that is asked for."""
        return lambda resolved: self.in_window(lambda: self.draw(resolved), cancel)

    def in_window(self, act: Callable[[], T], cancel: CancelToken) -> T:
        """Do something in the window's thread and wait for it in a worker's."""
        answer: Future[T] = Future()

        def run() -> None:
            if not answer.cancelled():
                try:
                    answer.set_result(act())
                except BaseException as error:  # noqa: BLE001 - handed to the thread that asked
                    answer.set_exception(error)

        self._bridge.post(run)
        while True:
            try:
                return answer.result(_ASKS_EVERY)
            except NotYet:
                if answer.done():
                    raise
                cancel.check()

    def close(self) -> None:
        """Give the graphics memory back."""
        canvas, self._canvas = self._canvas, None
        if canvas is not None:
            canvas.close()
