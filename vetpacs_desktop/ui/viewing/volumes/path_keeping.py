"""Keeps drawn paths with the exam, and lets those on the screen follow what became of them, as by undo.

A path is kept once the hand rests. Knows the marking and the volumes; what is on the screen is `path_part`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

from PySide6.QtCore import QObject, QTimer

from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.volumes.held import HeldVolume
from vetpacs_desktop.ui.viewing.volumes.path_held import Drawn, HeldPath, KeptPath
from vetpacs_desktop.ui.viewing.volumes.path_moving import path_of, redraw
from vetpacs_desktop.viewer.annotations import Annotation, Sheet
from vetpacs_desktop.viewer.spatial.paths import kept_path, paths_in, placed_path
from vetpacs_desktop.viewer.volume.track import distinct

REST_MS = 150
"""What is moved step by step is one step of the history."""


class PathKeeping(QObject):
    """Of one open exam. `gone` and `back` are told when a path leaves the exam, or comes back, under a reader
    who looks at it."""

    def __init__(
        self,
        controller: Controller,
        gone: Callable[[HeldVolume, HeldPath], object],
        back: Callable[[HeldVolume, HeldPath], object],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._of = controller
        self._gone, self._back = gone, back
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self.keep)
        self._endings = [
            controller.changed.subscribe(lambda _: self._soon()),
            controller.marking.edited.subscribe(self._follow),
        ]

    def close(self) -> None:
        """The exam is closed: what is drawn is kept as it is."""
        self._rest.stop()
        for path in self._paths():
            path.in_hand = False
        self.keep()
        for end in self._endings:
            end()
        self.deleteLater()

    def keep(self) -> None:
        """What changed since it was kept; a path in the hand waits."""
        for path in self._paths():
            if path.in_hand:
                self._rest.start()
            elif _changed(path):
                self._keep(path)

    def take_up(self, path: HeldPath, one: Annotation) -> None:
        """A kept path is the one to be seen."""
        assert one.space is not None
        drawn = Drawn(one.space.places, one.space.down, wider=path.drawn.wider)
        path.kept, path.gone = KeptPath(one.id, drawn, one.space), ""
        path.drawn = drawn

    def _soon(self) -> None:
        if not self._rest.isActive() and any(_changed(path) for path in self._paths()):
            self._rest.start()

    def _keep(self, path: HeldPath) -> None:
        marking, track = self._of.marking, path.track
        if track is None:
            former, path.kept = path.kept, None
            if former is not None:
                path.gone = former.id
                marking.delete(former.id)
            return
        volume, points = path.held.volume, distinct(path.drawn.points)
        series = volume.description.series_uid
        placed = placed_path(volume.frame_of_reference or series, series, points, track)
        one = kept_path(path.id or uuid4().hex, placed)
        path.kept, path.gone = KeptPath(one.id, path.drawn, placed), ""
        marking.keep(one)

    def _follow(self, sheet: Sheet) -> None:
        """An edit, be it undone or made elsewhere: what is on the screen is what is kept."""
        for held in self._of.volumes.all():
            path = path_of(held)
            if path is None:
                continue
            known = {one.id: one for one in paths_in(sheet)}
            if path.kept is None and not path.drawn.points and path.gone in known:
                self.take_up(path, known[path.gone])
                self._back(held, path)
            elif path.kept is not None and path.id not in known:
                path.kept, path.gone = None, path.id
                path.drawn = Drawn(wider=path.drawn.wider)
                self._gone(held, path)
            elif path.kept is not None and known[path.id].space != path.kept.placed:
                self.take_up(path, known[path.id])
                redraw(self._of, path, path.drawn)

    def _paths(self) -> tuple[HeldPath, ...]:
        found = (path_of(held) for held in self._of.volumes.all())
        return tuple(path for path in found if path is not None)


def _changed(path: HeldPath) -> bool:
    """Whether it differs from what is kept; how much is seen beside it is a matter of the screen."""
    if path.kept is None:
        return path.track is not None
    return replace(path.drawn, wider=1.0) != replace(path.kept.drawn, wider=1.0)
