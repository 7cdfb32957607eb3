"""Which moment is which frame: every frame's time in a stream, and where decoding can begin.

Made by a walk through the packets, which decodes nothing. A value: shared between threads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_ASK_EVERY = 512
_TRIES = 3


class Abandoned(Exception):
    """Nobody waits for this any more."""


@dataclass(frozen=True, eq=False, slots=True)
class FilmIndex:
    """Frames in the order in which they are shown."""

    count: int
    times: NDArray[np.int64] | None
    """Presentation times, rising, in the stream's time base; None where the stream has none that can be
    trusted: its frames can only be counted from the start."""
    keys: NDArray[np.int64]
    """The times of key frames."""

    def time_of(self, frame: int) -> int:
        """The presentation time of a frame, from 0."""
        assert self.times is not None
        return int(self.times[frame])

    def frame_at(self, time: int) -> int | None:
        """The frame shown from exactly this time on."""
        assert self.times is not None
        place = int(np.searchsorted(self.times, time))
        return place if place < self.count and self.times[place] == time else None

    def keys_before(self, frame: int) -> tuple[int, ...]:
        """The frames from which decoding may begin to reach `frame`: the nearest, some before, the first."""
        if self.times is None:
            return (0,)
        place = int(np.searchsorted(self.keys, self.time_of(frame), side="right"))
        found = [self.frame_at(int(time)) for time in self.keys[max(0, place - _TRIES) : place][::-1]]
        return (*(number for number in found if number), 0)


def walk(container: Any, stream: Any, go_on: Callable[[], bool]) -> FilmIndex:
    """Read all packets of a stream. Raises `Abandoned`; where PyAV stumbles, the stream ends."""
    import av

    times: list[int | None] = []
    keys: list[int] = []
    started = False
    """A recording may begin between two key frames; what comes before the first one is no picture yet."""
    try:
        for packet in container.demux(stream):
            started = started or packet.is_keyframe
            if started and packet.size and not packet.is_discard:
                times.append(packet.pts)
                if packet.is_keyframe and packet.pts is not None:
                    keys.append(packet.pts)
            if len(times) % _ASK_EVERY == 0 and not go_on():
                raise Abandoned
    except av.FFmpegError:
        pass  # cut off: what came before can be shown
    known = [time for time in times if time is not None]
    if len(known) < len(times) or len(set(known)) < len(known) or not keys:
        return FilmIndex(len(times), None, np.zeros(0, np.int64))
    return FilmIndex(len(known), np.sort(np.array(known, np.int64)), np.sort(np.array(keys, np.int64)))
