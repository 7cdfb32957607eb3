"""The volumes that a fusion needs, put together one after the other while the reader goes on.

Waits for a series that is still being read, takes a volume that is there already, and stops when asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.parts import Desk
from vetpacs_desktop.ui.viewing.volumes.making import Making
from vetpacs_desktop.viewer.state import ViewState
from vetpacs_desktop.viewer.volume.plan import NoVolume, plan
from vetpacs_desktop.viewer.volume.volume import Volume

EVERY_MS = 60


class Gathering(QObject):
    """Volumes of some views, in their order; `done` or `failed` is called once."""

    def __init__(
        self,
        desk: Desk,
        controller: Controller,
        views: Sequence[ViewState],
        done: Callable[[list[Volume]], object],
        failed: Callable[[KnownError], object],
    ) -> None:
        super().__init__(desk.page)
        self._desk, self._controller = desk, controller
        self._views, self._done, self._failed = list(views), done, failed
        self._found: list[Volume] = []
        self._making: Making | None = None
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self._go_on)
        self._timer.start()

    @property
    def share(self) -> float:
        """How much is there, 0 to 1."""
        now = self._making.share if self._making is not None else 0.0
        return (len(self._found) + now) / max(len(self._views), 1)

    def stop(self) -> None:
        """Nobody wants them any more."""
        self._timer.stop()
        if self._making is not None:
            self._making.stop()
            self._making = None
            self._controller.supply.also = ()
        self.deleteLater()

    def _go_on(self) -> None:
        if self._making is not None:
            if not self._controller.supply.also:  # another volume was finished and took its wishes back
                self._controller.supply.also = self._making.keys
                self._controller.ask()
            return
        while len(self._found) < len(self._views):
            view = self._views[len(self._found)]
            held = self._controller.volumes.of(view)
            if held is None:
                self._start(view)
                return
            self._found.append(held.volume)
        self.stop()
        self._done(self._found)

    def _start(self, view: ViewState) -> None:
        stacks = self._controller.stacks(view.series if view.series is not None else -1)
        stack = stacks[view.stack] if view.stack < len(stacks) else None
        if stack is None or not stack.final:
            return  # it is still being read
        loader = self._controller.supply.loader
        try:
            if stack.arranged is None:
                raise NoVolume(reason="they are no slices")
            made = plan(stack.arranged, loader.memory_bytes)
        except KnownError as error:
            self._fail(error)
            return
        self._making = Making(made, loader, self._desk.bridge, self._ready, self._fail)
        self._controller.supply.also = self._making.keys
        self._controller.look_ahead()
        self._controller.ask()

    def _ready(self, volume: Volume) -> None:
        self._making = None
        self._controller.supply.also = ()
        self._found.append(volume)
        self._go_on()

    def _fail(self, error: KnownError) -> None:
        self.stop()
        self._failed(error)
