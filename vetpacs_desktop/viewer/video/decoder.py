"""One open video stream that gives frame after frame, each with its number. PyAV is used here and in `index`.

Frames are numbered by their times where an index of them is at hand, else by counting, which ends at the
first sign that a frame was left out. Used by one thread at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vetpacs_desktop.errors import CannotDecode
from vetpacs_desktop.viewer.pixels.source import PixelSource
from vetpacs_desktop.viewer.video.index import FilmIndex
from vetpacs_desktop.viewer.video.stream import BUFFER, FilmBytes

DAMAGED = "the video is damaged or cut off; send or copy it again"
UNKNOWN = "the video is coded in a way that is not known here"
MOST_FAULTS = 10_000
"""Damaged packets in a row before a stream counts as ended."""
_UNEVEN = 0.5
"""Frames whose distance differs from a frame's length by more than this share can't be counted."""


class LostCount(Exception):
    """A frame may have been left out: only an index of times can tell the number of the next one."""


class Decoder:
    """An open stream and the number of the frame that it gives next. Raises `CannotDecode`."""

    def __init__(self, source: PixelSource, index: FilmIndex | None = None) -> None:
        import av

        self._source = source
        self._index = index
        try:
            self.container = av.open(FilmBytes(source), "r", buffer_size=BUFFER)
        except (av.FFmpegError, ValueError) as error:
            raise CannotDecode(reason=DAMAGED) from error
        self.stream = _moving_picture(self.container)
        context = self.stream.codec_context
        self.rows, self.columns = int(context.height), int(context.width)
        ratio = self.stream.sample_aspect_ratio
        self.pixel = (ratio.numerator, ratio.denominator) if ratio else (1, 1)
        rate = self.stream.average_rate or self.stream.guessed_rate
        self.milliseconds = 1000 / float(rate) if rate else None
        self.stream.thread_type = "AUTO"
        self.next = 0
        self.moved = False
        """It jumped, and gave nothing since."""
        self._pictures: Iterator[Any] | None = None
        self._broken = False
        self._last_time: int | None = None

    @property
    def counting(self) -> bool:
        """Frames are numbered by counting them from the start, not by their times."""
        return self._index is None or self._index.times is None

    def from_frame(self, start: int, index: FilmIndex | None) -> Decoder:
        """This decoder at the key frame `start`, or a new one where it can't be moved there."""
        if index is None or index.times is None or start == 0:
            if self._pictures is None:
                self._index = index
                return self
            self.close()
            return Decoder(self._source, index)
        self.container.seek(index.time_of(start), stream=self.stream, backward=True)
        self.stream.codec_context.flush_buffers()
        self._index, self.moved, self._broken = index, True, False
        self.next, self._pictures = start, self.container.decode(self.stream)
        return self

    def frames(self) -> Iterator[tuple[int, Any]]:
        """(number, frame) from here to the end; None for a frame that can't be trusted.

        Frames are made from others: after one that is damaged or missing, all are wrong until a key frame.
        Raises `LostCount`.
        """
        while (picture := self._picture()) is not None:
            if self.counting:
                if not self._can_count(picture):
                    return
                number: int | None = self.next
            else:
                number = self._number(picture)
            if number is None:
                continue
            self._judge(picture, missed=number > self.next and not self.moved)
            self.next, self.moved = number + 1, False
            yield number, None if self._broken else picture

    def close(self) -> None:
        """Let go of the stream."""
        self.container.close()

    def _picture(self) -> Any:
        """The next decoded picture, or None. Generators are kept: one may hold several pictures already."""
        import av

        for _ in range(MOST_FAULTS):
            if self._pictures is None:
                self._pictures = self.container.decode(self.stream)
            try:
                return next(self._pictures, None)
            except av.EOFError:
                return None
            except av.InvalidDataError:
                self._pictures, self._broken = None, True
        return None

    def _judge(self, picture: Any, *, missed: bool) -> None:
        if picture.key_frame and not picture.is_corrupt:
            self._broken = False
        elif picture.is_corrupt or missed:
            self._broken = True

    def _can_count(self, picture: Any) -> bool:
        """Whether no frame was left out before this one. False where that can never be known again."""
        last, self._last_time = self._last_time, picture.pts
        faulty = self._broken or picture.is_corrupt or self._uneven(last, picture.pts)
        if faulty and self._index is None:
            raise LostCount
        return not (self._broken or picture.is_corrupt)

    def _uneven(self, last: int | None, time: int | None) -> bool:
        if last is None or time is None or self.milliseconds is None:
            return False
        step = float((time - last) * self.stream.time_base) * 1000
        return abs(step - self.milliseconds) > _UNEVEN * self.milliseconds

    def _number(self, picture: Any) -> int | None:
        assert self._index is not None
        return self._index.frame_at(picture.pts) if picture.pts is not None else None


def _moving_picture(container: Any) -> Any:
    """The first video stream that is no cover picture."""
    from av.stream import Disposition

    for one in container.streams.video:
        if not one.disposition & Disposition.attached_pic and one.codec_context and one.codec_context.width:
            return one
    raise CannotDecode(reason=UNKNOWN if container.streams.video else DAMAGED)
