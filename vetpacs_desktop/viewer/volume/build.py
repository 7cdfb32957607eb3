"""Puts decoded slices into one array, in whatever order they come, until the volume is whole.

Owns the array while it grows. Slices may come from several threads. Must never decode or read anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.loading import FrameKey, LoadedFrame
from vetpacs_desktop.viewer.volume.plan import NoVolume, Plan, Source
from vetpacs_desktop.viewer.volume.volume import Volume


class Builder:
    """One volume in the making."""

    def __init__(self, made: Plan) -> None:
        self.plan = made
        self.keys: tuple[FrameKey, ...] = tuple(FrameKey(one.path, one.frame) for one in made.frames)
        """The frames that are needed, in the order of their slices."""
        self._places: Mapping[FrameKey, int] = {key: n for n, key in enumerate(self.keys)}
        self._needing = _needing(made.sources, len(self.keys))
        self._lock = Lock()
        self._values: NDArray[Any] | None = None
        self._background: NDArray[np.uint8] | None = None
        self._lowest = np.inf
        self._waiting: dict[int, LoadedFrame] = {}
        """Frames at hand that a blend still needs."""
        self._taken: set[int] = set()
        self._filled: set[int] = set()
        self._window: dict[int, Window | None] = {}
        self._finished: Volume | None = None

    @property
    def done(self) -> int:
        """How many frames are in."""
        return len(self._taken)

    @property
    def whole(self) -> bool:
        """Whether every frame is in."""
        return len(self._taken) == len(self.keys)

    def missing(self) -> tuple[FrameKey, ...]:
        """The frames that are still to come."""
        with self._lock:
            return tuple(key for n, key in enumerate(self.keys) if n not in self._taken)

    def put(self, frame: LoadedFrame) -> LoadedFrame | None:
        """Take a frame in; answers it with its values inside the volume, so that its own can go.

        None for a frame of another stack, one that is in already, and one that is only blended. Raises
        `NoVolume` for a frame of another size than its header promised.
        """
        number = self._places.get(frame.key)
        if number is None:
            return None
        if frame.values.shape != self.plan.grid.shape[1:]:
            raise NoVolume(reason="the pictures are not all of one size")
        with self._lock:
            if number in self._taken:
                return None
            self._make_room(frame.values.dtype)
            self._taken.add(number)
            self._window[number] = frame.default_window
            self._waiting[number] = frame
            own = [self._fill(slot) for slot in self._needing[number]]
            for other in tuple(self._waiting):
                if self._filled.issuperset(self._needing[other]):
                    del self._waiting[other]
            return next((self._shared(frame, slot) for slot in own if slot is not None), None)

    def volume(self) -> Volume:
        """The finished volume, the same one whoever asks. Raises `NoVolume` when slices are missing.

        The threads that bring the last two slices may both find it whole.
        """
        with self._lock:
            if self._finished is None:
                self._finished = self._finish()
            return self._finished

    # --- inside, under the lock ---------------------------------------------------------------------

    def _finish(self) -> Volume:
        if self._values is None or len(self._filled) < len(self.plan.sources):
            raise NoVolume(reason="not all slices could be read")
        self._darken()
        self._values.flags.writeable = False
        return Volume(
            values=self._values,
            grid=self.plan.grid,
            normal=self.plan.normal,
            description=self.plan.frames[0].description,
            window=self._window.get(len(self.keys) // 2),
            notes=self.plan.notes,
            background=self._background,
            lowest=self._lowest if np.isfinite(self._lowest) else None,
        )

    def _make_room(self, kind: np.dtype[Any]) -> None:
        if self._values is None:
            # Not zeros: numpy asks for large pages only for what it need not clear, and small ones cost 1 ms
            # a slice. Every slice is written before anybody sees the volume.
            self._values = np.empty(self.plan.grid.shape, kind if self.plan.whole else np.float32)
        common = np.result_type(self._values.dtype, kind)
        if common.kind == "i" and common.itemsize > 2:  # int16 beside uint16: real numbers hold both
            common = np.dtype(np.float32)
        if common != self._values.dtype:
            self._values = self._values.astype(common)

    def _fill(self, slot: int) -> int | None:
        """Write a slice whose frames are at hand; answers the slot when it is a frame as it is."""
        assert self._values is not None
        source = self.plan.sources[slot]
        first, second = self._waiting.get(source.first), self._waiting.get(source.second)
        if slot in self._filled or first is None or second is None:
            return None
        self._filled.add(slot)
        self._hide(slot, first, second, source)
        if source.exact:
            self._values[slot] = first.values
            return slot
        blend = (1 - source.share) * first.values.astype(np.float32)
        blend += np.float32(source.share) * second.values.astype(np.float32)
        self._values[slot] = np.rint(blend) if self._values.dtype.kind in "iu" else blend
        return None

    def _hide(self, slot: int, first: LoadedFrame, second: LoadedFrame, source: Source) -> None:
        """Remember what is background, and the lowest value of what isn't."""
        parts = [first] if source.exact else [first, second]
        known = [part.padding_mask for part in parts if part.padding_mask is not None]
        hidden = np.logical_or.reduce(known) if known else None
        for part in parts:
            values = part.values if hidden is None else part.values[~hidden]
            if values.size:
                self._lowest = min(self._lowest, float(values.min()))
        if hidden is None:
            return
        if self._background is None:
            slices, rows, columns = self.plan.grid.shape
            self._background = np.zeros((slices, rows, (columns + 7) // 8), np.uint8)
        self._background[slot] = np.packbits(hidden, axis=1)

    def _shared(self, frame: LoadedFrame, slot: int) -> LoadedFrame | None:
        """The frame with values that lie in the volume; None where they are of another kind there."""
        assert self._values is not None
        if self._values.dtype != frame.values.dtype or frame.padding_mask is not None:
            return None  # background is darkened in the volume, not in the picture
        view = self._values[slot]
        view.flags.writeable = False
        return replace(frame, values=view, lent=True)

    def _darken(self) -> None:
        """Background becomes as dark as the darkest of the animal: planes through it blend nothing false."""
        if self._background is None or self._values is None or not np.isfinite(self._lowest):
            return
        columns = self.plan.grid.shape[2]
        for slot in range(len(self._values)):
            if self._background[slot].any():
                hidden = np.unpackbits(self._background[slot], axis=1, count=columns).astype(bool)
                self._values[slot][hidden] = self._lowest


def _needing(sources: Sequence[Source], count: int) -> tuple[tuple[int, ...], ...]:
    """For each frame the slices that it is part of."""
    found: list[list[int]] = [[] for _ in range(count)]
    for slot, source in enumerate(sources):
        for number in {source.first, source.second}:
            found[number].append(slot)
    return tuple(map(tuple, found))
