"""A video as a stack of pictures: any frame by its number, exactly, within a bound of memory and time.

Owns one decoder, which goes on from where it is or begins anew at a key frame; frames on the way are kept for
a moment, since readers step back as often as on. Sound is never decoded. Must never run in the GUI thread.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Event, Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.errors import CannotDecode
from vetpacs_desktop.viewer.description import FrameDescription, ImageDescription, SameFrames
from vetpacs_desktop.viewer.pixels.overlays import Overlay
from vetpacs_desktop.viewer.pixels.source import BROKEN_DATA, PixelSource
from vetpacs_desktop.viewer.video.colours import rgb
from vetpacs_desktop.viewer.video.decoder import DAMAGED, Decoder, LostCount
from vetpacs_desktop.viewer.video.index import Abandoned, FilmIndex, walk

_log = logging.getLogger(__name__)
GONE = "this moment of the video is damaged or cut off; others may be whole"
KEPT_BYTES = 96 << 20
"""Of decoded frames kept beside the loader's, for steps back."""
SHORT_WAY = 250
"""Frames that are decoded on the way from the start before an index is worth its walk."""


def always() -> bool:
    """Somebody waits."""
    return True


class Film:
    """One video opened for its frames; like `pixels.files.ImageFile` to its users. For several threads."""

    def __init__(self, source: PixelSource, description: ImageDescription) -> None:
        self.source = source
        self.description = description
        self._ended = Event()
        self._turn = Lock()
        self._index: FilmIndex | None = None
        self._decoder: Decoder | None = None
        self._kept: OrderedDict[int, Any] = OrderedDict()
        self._kept_bytes = 0

    def stored(
        self, frame: int, *, may_hold_gil: bool = True, wanted: Callable[[], bool] = always
    ) -> NDArray[np.uint8]:
        """One frame, (rows, columns, 3) RGB. Raises `CannotDecode`, and `Abandoned` once not `wanted`."""
        try:
            with self._turn:
                decoded = self._frame(frame, wanted)
            return rgb(decoded)
        except (Abandoned, CannotDecode):
            raise
        except BROKEN_DATA as error:
            _log.info("a video could not be decoded: %s", type(error).__name__)
            raise CannotDecode(reason=DAMAGED) from error

    def exact_description(self) -> ImageDescription:
        """The description with the frames that are truly there. Raises `CannotDecode`, `Abandoned`."""
        try:
            with self._turn:
                self._need_index(always)
        except BROKEN_DATA as error:
            raise CannotDecode(reason=DAMAGED) from error
        return self.description

    def end(self) -> None:
        """Whatever is under way ends soon; nothing can be asked for any more."""
        self._ended.set()

    def overlays(self, frame: int) -> tuple[Overlay, ...]:
        """Videos have none."""
        return ()

    def hidden(self) -> NDArray[np.bool_] | None:
        """Videos have no shutter."""
        return None

    # --- with `_turn` ---------------------------------------------------------------------------

    def _frame(self, number: int, wanted: Callable[[], bool]) -> Any:
        kept = self._kept.get(number)
        if kept is not None:
            self._kept.move_to_end(number)
            return kept
        try:
            return self._decoded(number, wanted)
        except LostCount:
            self._decoder = None
            self._need_index(wanted)
            return self._decoded(number, wanted)

    def _decoded(self, number: int, wanted: Callable[[], bool]) -> Any:
        for decoder in self._ways_to(number, wanted):
            picture, missed = self._search(decoder, number, wanted)
            if picture is not None:
                return picture
            if missed:
                break
        self._decoder = None
        raise CannotDecode(reason=self._why_missing(number))

    def _search(self, decoder: Decoder, number: int, wanted: Callable[[], bool]) -> tuple[Any, bool]:
        """Decode until `number` comes; else None, and whether its place went by without it."""
        before = decoder.next > 0 and not decoder.moved
        for at, picture in decoder.frames():
            if picture is not None:
                self._keep(at, picture)
            if at >= number:
                return (picture, picture is None) if at == number else (None, before)
            before = True
            if self._ended.is_set() or not wanted():
                raise Abandoned
        return None, before

    def _ways_to(self, number: int, wanted: Callable[[], bool]) -> Iterator[Decoder]:
        """Decoders that may come by `number`: the one at work where it is near, else from key frames, nearest
        first: in some streams a jump lands too late.
        """
        if self._index is None and not self._reached_without_index(number):
            self._need_index(wanted)
        index = self._index
        if index is not None and number >= index.count:
            raise CannotDecode(reason=self._why_missing(number))
        starts = index.keys_before(number) if index is not None else (0,)
        if self._decoder is not None and starts[0] <= self._decoder.next <= number:
            yield self._decoder
            if self._decoder.counting:
                return
        for start in starts:
            if self._decoder is None:
                self._decoder = Decoder(self.source)
                self._learn_stream(self._decoder)
            self._decoder = self._decoder.from_frame(start, index)
            yield self._decoder

    def _reached_without_index(self, number: int) -> bool:
        place = self._decoder.next if self._decoder is not None else 0
        place = place if place <= number else 0
        return number - place <= SHORT_WAY and self._decoder_counts()

    def _decoder_counts(self) -> bool:
        return self._decoder is None or self._decoder.counting

    def _need_index(self, wanted: Callable[[], bool]) -> None:
        if self._index is not None:
            return
        walker = Decoder(self.source)
        self._index = walk(walker.container, walker.stream, lambda: not self._ended.is_set() and wanted())
        walker.close()
        self._learn_stream(walker)
        count = self._index.count
        if count < 1:
            raise CannotDecode(reason=DAMAGED)
        if count != self.description.number_of_frames:
            first = self.description.frames[0]
            self.description = replace(
                self.description, number_of_frames=count, frames=SameFrames(first, count)
            )

    def _learn_stream(self, decoder: Decoder) -> None:
        """What the stream knows better than the header: size, shape of a pixel, pace."""
        known, changes = self.description, dict[str, Any]()
        if (decoder.rows, decoder.columns) != (known.rows, known.columns) and decoder.rows:
            # No length can be trusted where header and stream don't agree on the size.
            changes.update(rows=decoder.rows, columns=decoder.columns, imager_pixel_spacing=None)
            changes["frames"] = SameFrames(FrameDescription(index=0), known.number_of_frames)
        if known.pixel_aspect_ratio is None and decoder.pixel[0] != decoder.pixel[1]:
            changes["pixel_aspect_ratio"] = (decoder.pixel[1], decoder.pixel[0])
        if known.frame_time_ms is None and decoder.milliseconds:
            changes["frame_time_ms"] = decoder.milliseconds
        if changes:
            self.description = replace(known, **changes)

    def _keep(self, number: int, picture: Any) -> None:
        if number in self._kept:
            return
        self._kept[number] = picture
        self._kept_bytes += _bytes_of(picture)
        while self._kept_bytes > KEPT_BYTES and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self._kept_bytes -= _bytes_of(oldest)

    def _why_missing(self, number: int) -> str:
        count = self._index.count if self._index is not None else self.description.number_of_frames
        if number >= count:
            return f"the video has {count:,} frames, there is no number {number + 1:,}"
        return GONE


def _bytes_of(picture: Any) -> int:
    return sum(plane.buffer_size for plane in picture.planes)
