"""Planes that were sketched while they moved are cut as they are once they rest, behind the scenes.

The window's thread never waits for a thick slanted slab. Decides nothing about how planes lie.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer

from vetpacs_desktop.errors import Cancelled
from vetpacs_desktop.jobs import CancelToken, Job, Report
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.parts import Desk
from vetpacs_desktop.ui.viewing.volumes.held import HeldVolume, plane_name
from vetpacs_desktop.viewer.volume.section import PlaneName
from vetpacs_desktop.viewer.volume.turn import Turn

REST_MS = 60
"""A plane that did not move for this long rests."""

Work = Callable[[], NDArray[Any]]


class Wish:
    """One plane to be cut as it lay when it came to rest."""

    def __init__(self, held: HeldVolume, name: PlaneName, number: int, work: Work) -> None:
        self.held, self.name, self.number, self.work = held, name, number, work
        self._turn: Turn = held.turn

    def grant(self, values: NDArray[Any]) -> None:
        """Hand the plane over, unless the planes lie another way by now."""
        if self.held.turn == self._turn:
            self.held.take(self.name, self.number, values)


class Sharpening(QObject):
    """Of one reading page."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.page)
        self._desk = desk
        self._rest = QTimer(self, interval=REST_MS, singleShot=True)
        self._rest.timeout.connect(self._begin)
        self._job: Job[list[tuple[Wish, NDArray[Any]]]] | None = None

    def later(self) -> None:
        """A sketch is on the screen."""
        if self._job is not None:
            self._job.cancel()
        self._rest.start()

    def stop(self) -> None:
        """The exam closes."""
        self._rest.stop()
        if self._job is not None:
            self._job.cancel()

    def _begin(self) -> None:
        controller = self._desk.controller()
        if controller is None:
            return
        if self._job is not None and not self._job.future.done():
            self._rest.start()  # the last cut has not noticed yet that nobody wants it
            return
        wishes = _wishes(controller)
        if wishes:
            self._job = self._desk.bridge.start(
                lambda report, cancel: _cut(wishes, report, cancel), self._done, _nothing
            )

    def _done(self, cuts: list[tuple[Wish, NDArray[Any]]]) -> None:
        controller = self._desk.controller()
        self._job = None
        for wish, values in cuts:
            wish.grant(values)
        if controller is not None:
            for number in controller.grid.visible:
                if controller.grid.views[number].plane:
                    controller.changed.emit(number)


def _wishes(controller: Controller) -> list[Wish]:
    """The planes on the screen that are not cut as they lie."""
    found = []
    for number in controller.grid.visible:
        view = controller.grid.views[number]
        held, name = controller.volumes.of(view) if view.plane else None, plane_name(view)
        work = held.wanted(name, view.index) if held is not None and name is not None else None
        if held is not None and name is not None and work is not None:
            found.append(Wish(held, name, view.index, work))
    return found


def _cut(wishes: list[Wish], _report: Report, cancel: CancelToken) -> list[tuple[Wish, NDArray[Any]]]:
    done = []
    for wish in wishes:
        cancel.check()
        done.append((wish, wish.work()))
    return done


def _nothing(error: BaseException) -> None:
    """A cut that nobody wants any more."""
    if not isinstance(error, Cancelled):
        raise error
