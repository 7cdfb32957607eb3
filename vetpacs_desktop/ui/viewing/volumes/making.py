"""One volume in the making: asks for its slices, puts them together as they come, says how far it is.

Slices come in the loader's threads and go straight into the volume; only the end is told in the window's
thread. Scrolling goes on meanwhile, for what is looked at is loaded first.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Lock

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.viewer.loading import FrameKey, FrameLoader, LoadedFrame
from vetpacs_desktop.viewer.volume.build import Builder
from vetpacs_desktop.viewer.volume.plan import NoVolume, Plan
from vetpacs_desktop.viewer.volume.volume import Volume

_log = logging.getLogger(__name__)


class Making:
    """From a plan to a volume; `ready` and `failed` are called once, in the window's thread."""

    def __init__(
        self,
        plan: Plan,
        loader: FrameLoader,
        bridge: Bridge,
        ready: Callable[[Volume], object],
        failed: Callable[[KnownError], object],
    ) -> None:
        self._builder = Builder(plan)
        self._loader = loader
        self._bridge = bridge
        self._ready = ready
        self._failed = failed
        self._over = False
        self._ending = Lock()
        self._endings = [loader.on_ready.subscribe(self._take), loader.on_failed.subscribe(self._lost)]
        bridge.start(lambda _report, _cancel: self._take_known(), _nothing)

    @property
    def keys(self) -> tuple[FrameKey, ...]:
        """The frames that are still needed, to be wished for."""
        return self._builder.missing()

    @property
    def share(self) -> float:
        """How much of the volume is there, 0 to 1."""
        return self._builder.done / len(self._builder.keys)

    def stop(self) -> None:
        """Nobody wants it any more; what was put together is given back with the last reference."""
        self._over = True
        for end in self._endings:
            end()

    def _take_known(self) -> None:
        """What is loaded already: hundreds of megabytes to copy, so not in the window's thread."""
        for key in self._builder.keys:
            if self._over:
                return
            frame = self._loader.get(key)
            if frame is not None:
                self._take(frame)
            elif (error := self._loader.failure(key)) is not None:
                self._lost((key, error))

    def _take(self, frame: LoadedFrame) -> None:
        """In whatever thread brings the frame."""
        if self._over:
            return
        try:
            shared = self._builder.put(frame)
            if shared is not None:
                self._loader.exchange(shared)
            if self._builder.whole:
                self._end_with(self._builder.volume())
        except NoVolume as error:
            self._fail(error)

    def _lost(self, failure: tuple[FrameKey, KnownError]) -> None:
        if failure[0] in self._builder.keys:
            _log.info("A slice of a volume can't be read")
            self._fail(NoVolume(reason="a slice of them can't be read"))

    def _end_with(self, volume: Volume) -> None:
        if self._ends():
            self._bridge.post(lambda: self._ready(volume))

    def _fail(self, error: KnownError) -> None:
        if self._ends():
            self._bridge.post(lambda: self._failed(error))

    def _ends(self) -> bool:
        """Whether this thread is the one that ends it: the last two slices may come at the same time."""
        with self._ending:
            if self._over:
                return False
            self.stop()
            return True


def _nothing(_: object) -> None:
    """What was loaded is in; the end is told where it comes."""
