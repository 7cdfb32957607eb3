"""Treated pictures, made in a thread and kept within a bound of memory; small ones at once.

Owns that thread, the pictures and which comes next. Callers never wait for a large one: `of` answers what is
at hand and remembers the wish; `on_ready` says (in the thread) when it is made. Must never touch a screen,
and what it hands out must never be measured.
"""

from __future__ import annotations

import logging
import math
from collections import OrderedDict
from dataclasses import dataclass
from threading import Condition, Thread
from typing import Any

from numpy.typing import NDArray

from vetpacs_desktop.events import Event
from vetpacs_desktop.viewer.loading import FrameKey, LoadedFrame
from vetpacs_desktop.viewer.pixels.treatment import UNTREATED, Treatment, treated
from vetpacs_desktop.viewer.presets import WindowMemory, actual_window
from vetpacs_desktop.viewer.state import ViewState
from vetpacs_desktop.viewer.transfer import limits

_log = logging.getLogger(__name__)
AT_ONCE_MS = 16.0
"""What is treated without a thread: it takes less than a frame of the screen, so that cine keeps its pace."""
_BLUR_NS, _EVEN_NS, _COLOUR_NS = 10.0, 55.0, 20.0
"""Cost of a value on a common computer: a blur of usual size, local contrast, the same in colours."""
MOST_BYTES = 384 << 20
MOST_WISHES = 16
"""Older wishes are void: the reader has leafed on, or moved a slider on."""
_STEPS = 64
"""Local contrast is worked out anew when the window moved by more than this share of its width."""

Span = tuple[float, float] | None
_Key = tuple[FrameKey, Treatment, Span]


@dataclass(frozen=True, slots=True, eq=False)
class Treated:
    """A picture for the eye, and what was done to it: for a moment this may differ from what is wished."""

    values: NDArray[Any]
    treatment: Treatment


class Treater:
    """Of one open exam."""

    def __init__(self, memory_bytes: int = MOST_BYTES, at_once_ms: float = AT_ONCE_MS) -> None:
        self.on_ready: Event[FrameKey] = Event()
        """Another treated picture of this frame is there; announced in the thread."""
        self._most, self._at_once = memory_bytes, at_once_ms
        self._windows = WindowMemory()
        self._kept: OrderedDict[_Key, Treated] = OrderedDict()
        self._bytes = 0
        self._last: dict[FrameKey, _Key] = {}
        self._wishes: OrderedDict[_Key, LoadedFrame] = OrderedDict()
        self._under_way: _Key | None = None
        self._lost: set[_Key] = set()
        self._change = Condition()
        self._closed = False
        self._thread: Thread | None = None

    def of(self, frame: LoadedFrame, view: ViewState, *, dragging: bool = False) -> Treated | None:
        """The frame as `view` wants it treated, or the nearest that is at hand; None where there is none.

        While the window is `dragging`, the nearest is enough: local contrast follows when the hand rests.
        """
        if not view.treatment:
            return None
        key = self._key(frame, view)
        with self._change:
            found = self._get(key)
            if found is not None or key in self._lost:
                return found
            last = self._kept.get(self._last.get(frame.key, key))
            if dragging and last is not None and last.treatment == key[1]:
                return last
            if _cost_ms(frame, view.treatment) > self._at_once:
                self._wish(key, frame)
                return last
        made = Treated(treated(frame.values, frame.padding_mask, key[1], key[2]), key[1])
        with self._change:
            self._keep(key, made)
        return made

    def stop(self) -> None:
        """Make nothing more and forget everything; returns at once."""
        with self._change:
            self._closed = True
            self._wishes.clear()
            self._kept.clear()
            self._bytes = 0
            self._change.notify_all()

    def _key(self, frame: LoadedFrame, view: ViewState) -> _Key:
        treatment = view.treatment
        window = actual_window(view, frame, self._windows) if treatment.contrast > 0 else None
        return frame.key, treatment, None if window is None else _rounded(limits(window))

    def _get(self, key: _Key) -> Treated | None:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            self._last[key[0]] = key
        return found

    def _wish(self, key: _Key, frame: LoadedFrame) -> None:
        """The newest wish is made first."""
        if key == self._under_way or self._closed:
            return
        for other in [other for other in self._wishes if other[0] == key[0]]:
            del self._wishes[other]
        self._wishes[key] = frame
        while len(self._wishes) > MOST_WISHES:
            self._wishes.popitem(last=False)
        if self._thread is None:
            self._thread = Thread(target=self._work, name="treating", daemon=True)
            self._thread.start()
        self._change.notify_all()

    def _keep(self, key: _Key, made: Treated) -> None:
        if self._closed:
            return
        self._kept[key] = made
        self._last[key[0]] = key
        self._bytes += made.values.nbytes
        while self._bytes > self._most and len(self._kept) > 1:
            gone, old = self._kept.popitem(last=False)
            self._bytes -= old.values.nbytes
            if self._last.get(gone[0]) == gone:
                del self._last[gone[0]]

    def _work(self) -> None:
        while (wish := self._next()) is not None:
            key, frame = wish
            made = self._made(key, frame)
            with self._change:
                self._under_way = None
                if made is None:
                    self._lost.add(key)
                else:
                    self._keep(key, made)
                announced = not self._closed
            if announced:
                self.on_ready.emit(frame.key)

    def _next(self) -> tuple[_Key, LoadedFrame] | None:
        with self._change:
            while not self._closed:
                if self._wishes:
                    key, frame = self._wishes.popitem()
                    self._under_way = key
                    return key, frame
                self._change.wait()
            return None

    def _made(self, key: _Key, frame: LoadedFrame) -> Treated | None:
        try:
            return Treated(treated(frame.values, frame.padding_mask, key[1], key[2]), key[1])
        except Exception:  # noqa: BLE001 - the edge of the thread; the untreated picture stays on the screen
            _log.exception("a picture could not be treated")
            return None


def treated_at_once(frame: LoadedFrame, view: ViewState, windows: WindowMemory) -> Treated | None:
    """For threads that can wait, such as an export's."""
    if view.treatment == UNTREATED:
        return None
    window = actual_window(view, frame, windows) if view.treatment.contrast > 0 else None
    span = None if window is None else _rounded(limits(window))
    return Treated(treated(frame.values, frame.padding_mask, view.treatment, span), view.treatment)


def _cost_ms(frame: LoadedFrame, treatment: Treatment) -> float:
    blurs = (treatment.smooth > 0) * max(1.0, treatment.smooth) + (treatment.sharpen > 0) * max(
        1.0, treatment.radius / 1.5
    )
    even = _COLOUR_NS if frame.values.ndim == 3 else _EVEN_NS
    return frame.values.size * (_BLUR_NS * blurs + even * (treatment.contrast > 0)) * 1e-6


def _rounded(span: tuple[float, float]) -> tuple[float, float]:
    """Coarse enough that the last bit of a drag needs no new picture."""
    step = 2.0 ** math.floor(math.log2(max(span[1] - span[0], 1e-6) / _STEPS))
    return round(span[0] / step) * step, round(span[1] / step) * step
