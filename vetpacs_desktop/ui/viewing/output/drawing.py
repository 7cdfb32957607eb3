"""Draws for exports in the window's thread, one picture a turn, so that the window stays at hand.

A worker asks and waits; it hears when somebody stopped. Owns the canvas, which is made with the first
picture. `in_window` must never be called in the window's own thread: it would wait for itself.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.viewing.lettering import QtLettering
from vetpacs_desktop.viewer.render.canvas import Canvas
from vetpacs_desktop.viewer.snapshot import Resolved

Rgb = NDArray[np.uint8]
T = TypeVar("T")
PIXELS_A_TURN = 1_500_000
"""Drawn without a graphics card in a twentieth of a second or so."""
_LEAST_ROWS = 16
_ASKS_EVERY = 0.05
"""Seconds after which a waiting worker asks whether it is still wanted."""


class WindowCanvas:
    """One of each reading page."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._canvas: Canvas | None = None

    def draw(self, resolved: Resolved) -> Rgb:
        """(height, width, 3), in the window's thread."""
        return self._made().draw(resolved)

    def _made(self) -> Canvas:
        if self._canvas is None:
            self._canvas = Canvas(QtLettering())
        return self._canvas

    def for_worker(self, cancel: CancelToken) -> Callable[[Resolved], Rgb]:
        """A function that draws from a worker's thread; it raises `Cancelled` when that is asked for."""
        return lambda resolved: self._in_pieces(resolved, cancel)

    def _in_pieces(self, resolved: Resolved, cancel: CancelToken) -> Rgb:
        """A large picture takes several turns, between which the window answers."""
        width, height = resolved.viewport.width, resolved.viewport.height
        rows = max(_LEAST_ROWS, PIXELS_A_TURN // max(1, width))
        if rows >= height:
            return self.in_window(lambda: self.draw(resolved), cancel)
        whole = np.empty((height, width, 3), np.uint8)
        for top in range(0, height, rows):
            count = min(rows, height - top)
            piece = self.in_window(partial(self._draw_rows, resolved, top, count), cancel)
            whole[top : top + count] = piece
        return whole

    def _draw_rows(self, resolved: Resolved, top: int, height: int) -> Rgb:
        return self._made().draw_rows(resolved, top, height)

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
