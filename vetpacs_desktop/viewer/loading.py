"""Loads frames in the order somebody wishes them, off the GUI thread, within a bound of memory.

Owns the worker threads, the frames in memory and which frame comes next. Callers never wait: `request` and
`get` return at once, frames are announced by events (in a worker's thread). Must never touch a screen.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from threading import Condition, Thread, current_thread
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.errors import CannotDecode, KnownError, NotAnImage
from vetpacs_desktop.events import Event
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.description import ImageDescription, Window
from vetpacs_desktop.viewer.documents.part import Part
from vetpacs_desktop.viewer.documents.pdf import PdfFile
from vetpacs_desktop.viewer.pixels.decode import HoldsTheLock
from vetpacs_desktop.viewer.pixels.files import ImageFiles, Opened
from vetpacs_desktop.viewer.pixels.grey import modality_values, padding_mask
from vetpacs_desktop.viewer.pixels.overlays import Overlay
from vetpacs_desktop.viewer.pixels.process import DecodeProcess
from vetpacs_desktop.viewer.pixels.voi import useful_window
from vetpacs_desktop.viewer.video.film import Film, always
from vetpacs_desktop.viewer.video.index import Abandoned
from vetpacs_desktop.viewer.wishes import Wishes

_log = logging.getLogger(__name__)
_LOOK_AGAIN = 0.1
"""Seconds after which `awaited` looks whether its frame came, or is given up."""
_PATIENCE = 3.0
"""Seconds that `close` waits for frames in the making; a larger one is left to end by itself."""


@dataclass(frozen=True, slots=True)
class FrameKey:
    """One picture: a file and the number of its frame, from 0."""

    path: Path
    frame: int = 0
    part: Part | None = None
    """A piece of a page at the screen's resolution; None is the whole picture."""


@dataclass(frozen=True, eq=False, slots=True)
class LoadedFrame:
    """A picture ready to show.

    `values` are (rows, cols) modality values (uint8, int16, uint16, float32, float64) or (rows, cols, 3) RGB
    of uint8.
    """

    key: FrameKey
    description: ImageDescription
    values: NDArray[Any]
    padding_mask: NDArray[np.bool_] | None = None
    """True where a pixel is background."""
    default_window: Window | None = None
    """None for colour."""
    overlays: tuple[Overlay, ...] = ()
    shutter: NDArray[np.bool_] | None = None
    """True where the device asks to hide the picture."""
    lent: bool = False
    """The values lie in a volume, which answers for their memory."""

    @property
    def nbytes(self) -> int:
        """Memory that this frame keeps busy."""
        masks = [mask.nbytes for mask in (self.padding_mask, self.shutter) if mask is not None]
        own = 0 if self.lent else self.values.nbytes
        return own + sum(masks) + sum(overlay.bitmap.nbytes for overlay in self.overlays)


class FrameLoader:
    """`workers` threads that fulfil wishes; `memory_bytes` bounds the pixels that are kept.

    Decoders that would hold the GIL run in processes, one for each worker, started when first needed.
    """

    def __init__(self, workers: int = 2, memory_bytes: int = 2 << 30) -> None:
        self.on_ready: Event[LoadedFrame] = Event()
        self.on_failed: Event[tuple[FrameKey, KnownError]] = Event()
        self.memory_bytes = memory_bytes
        self._wishes: Wishes[FrameKey, LoadedFrame] = Wishes(memory_bytes, lambda frame: frame.nbytes)
        self._files = ImageFiles()
        self._change = Condition()
        self._closed = False
        self._processes = [DecodeProcess() for _ in range(max(workers, 1))]
        self._threads = [
            Thread(target=self._work, args=(process,), name=f"frames-{n}", daemon=True)
            for n, process in enumerate(self._processes)
        ]
        for thread in self._threads:
            thread.start()

    def request(self, keys: Iterable[FrameKey]) -> None:
        """Wish for `keys`, dearest first. What was wished before and is not wished now will not be loaded.

        Frames that are loaded already are not announced again: ask `get` first. A frame that failed is tried
        anew only after `forget`.
        """
        with self._change:
            self._wishes.replace(keys)
            self._change.notify_all()

    def get(self, key: FrameKey) -> LoadedFrame | None:
        """The frame if it is loaded."""
        with self._change:
            return self._wishes.get(key)

    def awaited(self, key: FrameKey) -> LoadedFrame | None:
        """The frame once it is there, for threads that can wait; None where it is not wished, or lost."""
        with self._change:
            while not self._closed:
                frame, lost = self._wishes.get(key), self._wishes.failure(key) is not None
                if frame is not None or lost or not self._wishes.wished(key) or self._wishes.idle:
                    return frame
                self._change.wait(_LOOK_AGAIN)
            return None

    def exchange(self, frame: LoadedFrame) -> None:
        """Keep `frame` in place of the equal one that is loaded; nothing happens where none is."""
        with self._change:
            self._wishes.exchange(frame.key, frame)
            self._change.notify_all()

    @property
    def idle(self) -> bool:
        """Whether all that is wished is loaded, or as much of it as there is room for."""
        with self._change:
            return self._wishes.idle

    @property
    def nbytes(self) -> int:
        """Memory of the frames that are kept."""
        with self._change:
            return self._wishes.nbytes

    def failure(self, key: FrameKey) -> KnownError | None:
        """Why the frame can't be shown, if that is known."""
        with self._change:
            return self._wishes.failure(key)

    def describe(self, path: Path) -> ImageDescription:
        """What a file says of itself, read once for its pictures and for its place. Raises `NotAnImage`."""
        try:
            file = self._files.get(path)
            return file.exact_description() if isinstance(file, Film) else file.description
        except (NotAnImage, CannotDecode, Abandoned):
            # A file without pictures has a description too, which says why.
            return read_description(path)

    def forget(self, path: Path) -> None:
        """Drop what is known of a file, because it was replaced or came back."""
        with self._change:
            self._wishes.forget(lambda key: key.path == path)
            self._files.forget(path)
            self._change.notify_all()

    def forget_all(self, paths: frozenset[Path]) -> None:
        """Give the memory of these files back, for nobody looks at them any more."""
        with self._change:
            self._wishes.forget(lambda key: key.path in paths)
            for path in paths:
                self._files.forget(path)
            self._change.notify_all()

    def stop(self) -> None:
        """Announce nothing more, forget all frames, end after those in the making; returns at once."""
        with self._change:
            self._closed = True
            self._wishes.replace(())
            self._wishes.forget(lambda _: True)
            self._change.notify_all()
        self._files.end()

    def close(self) -> None:
        """Stop all work; returns when no thread or process of this loader is at work. Harmless twice."""
        self.stop()
        for process in self._processes:
            process.close()
        deadline = monotonic() + _PATIENCE
        for thread in self._threads:
            if thread is not current_thread():
                thread.join(max(deadline - monotonic(), 0.0))

    def _work(self, process: DecodeProcess) -> None:
        try:
            self._fulfil_wishes(process)
        finally:
            process.close()

    def _fulfil_wishes(self, process: DecodeProcess) -> None:
        while (key := self._next()) is not None:
            try:
                self._fulfil(key, process)
            except Exception:  # noqa: BLE001 - the edge of the thread; one bug must not end all loading
                _log.exception("a frame or a listener failed in a way nobody foresaw")
                self._put_failed(key, CannotDecode(reason="its file could not be read"))

    def _next(self) -> FrameKey | None:
        with self._change:
            while not self._closed:
                key = self._wishes.take()
                if key is not None:
                    return key
                self._change.wait()
            return None

    def _fulfil(self, key: FrameKey, process: DecodeProcess) -> None:
        try:
            frame = loaded(key, self._files.get(key.path), process, lambda: self._wanted(key))
        except Abandoned:
            with self._change:
                self._wishes.give_back(key)
            return
        except KnownError as error:
            if self._put_failed(key, error):
                self.on_failed.emit((key, error))
            return
        with self._change:
            announced = not self._closed and self._wishes.put(key, frame)
            self._change.notify_all()
        if announced:
            self.on_ready.emit(frame)

    def _wanted(self, key: FrameKey) -> bool:
        with self._change:
            return self._wishes.wished(key) and not self._closed

    def _put_failed(self, key: FrameKey, error: KnownError) -> bool:
        with self._change:
            return self._wishes.put_failure(key, error) and not self._closed


def loaded(
    key: FrameKey,
    file: Opened,
    process: DecodeProcess | None = None,
    wanted: Callable[[], bool] = always,
) -> LoadedFrame:
    """Decode one frame and make it ready to show. Raises `CannotDecode`, `NotAnImage`.

    A video on a long way to its frame asks whether it is still `wanted`, and raises `Abandoned` if not.
    """
    stored = _stored(key, file, process, wanted)
    mask = padding_mask(stored, file.description)
    values = modality_values(stored, file.description, key.frame, reuse=True)
    values.flags.writeable = False
    return LoadedFrame(
        key=key,
        description=file.description,
        values=values,
        padding_mask=mask,
        default_window=useful_window(file.description, key.frame, values, mask) if values.ndim == 2 else None,
        overlays=file.overlays(key.frame),
        shutter=file.hidden(),
    )


def _stored(
    key: FrameKey, file: Opened, process: DecodeProcess | None, wanted: Callable[[], bool]
) -> NDArray[Any]:
    try:
        if isinstance(file, Film):
            return file.stored(key.frame, wanted=wanted)
        if isinstance(file, PdfFile):
            return file.part(key.frame, key.part, may_hold_gil=process is None)
        return file.stored(key.frame, may_hold_gil=process is None)
    except HoldsTheLock:
        assert process is not None
        return process.decode(key.path, key.frame, key.part)
