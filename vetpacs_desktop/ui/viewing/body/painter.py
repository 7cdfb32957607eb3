"""Keeps a body's picture up to date: the newest wish is drawn quickly, and finely once it rests.

Two threads of its own talk to the drawing process, so that the window never waits for a pipe. Pictures are
announced from one of them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from threading import Condition, Thread
from time import monotonic

from vetpacs_desktop.viewer.render.body_process import BodyProcess, Drawn, NoBody
from vetpacs_desktop.viewer.volume.wish import BodyWish, Quality

_log = logging.getLogger(__name__)
REST: dict[int, float] = {Quality.QUICK: 0.35, Quality.FINE: 1.5}
"""Seconds after which a body that was not moved is drawn one step better."""

Take = Callable[[BodyWish, Drawn], object]


class Painter:
    """Of one volume; `take` gets every picture, `failed` the end of it, both in a thread."""

    def __init__(self, process: BodyProcess, take: Take, failed: Callable[[NoBody], object]) -> None:
        self._process = process
        self._take, self._failed = take, failed
        self._change = Condition()
        self._newest: BodyWish | None = None
        """Not asked yet."""
        self._last: BodyWish | None = None
        self._asked: dict[int, BodyWish] = {}
        self._at = 0.0
        self._closed = False
        for work in (self._ask, self._listen):
            Thread(target=self._guarded, args=(work,), name=f"body{work.__name__}", daemon=True).start()

    @property
    def pid(self) -> int | None:
        """Of the drawing process."""
        return self._process.pid

    @property
    def over(self) -> bool:
        """Whether it was closed."""
        return self._closed

    def wish(self, wish: BodyWish) -> None:
        """Draw this; what was wished before and is not drawn yet is not wanted any more."""
        with self._change:
            self._newest = replace(wish, quality=Quality.QUICK)
            self._change.notify_all()

    def close(self) -> None:
        """End the process and the threads; announces nothing more."""
        with self._change:
            self._closed = True
            self._change.notify_all()
        self._process.close()

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except NoBody as error:
            if not self._closed:
                _log.info("The process that draws volumes stopped")
                self.close()
                self._failed(error)

    def _ask(self) -> None:
        while (wish := self._due()) is not None:
            number = self._process.ask(wish)
            with self._change:
                self._asked[number] = wish
                self._change.notify_all()

    def _due(self) -> BodyWish | None:
        """The next thing to ask, waited for; None when it is over."""
        with self._change:
            while not self._closed:
                quick_one_under_way = any(one.quality is Quality.QUICK for one in self._asked.values())
                if self._newest is not None and not quick_one_under_way:
                    self._last, self._newest = self._newest, None
                    self._at = monotonic()
                    return self._last
                wait = None
                last = self._last
                if self._newest is None and not self._asked and last and last.quality in REST:
                    wait = self._at + REST[last.quality] - monotonic()
                    if wait <= 0:
                        self._last = replace(last, quality=Quality(last.quality + 1))
                        return self._last
                self._change.wait(wait)
        return None

    def _listen(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._asked or self._closed)
                if self._closed:
                    return
            drawn = self._process.answer()
            with self._change:
                wish = self._asked.pop(drawn.number, None)
                self._at = monotonic()
                self._change.notify_all()
            if wish is not None and drawn.rgb is not None and not self.over:
                self._take(wish, drawn)
