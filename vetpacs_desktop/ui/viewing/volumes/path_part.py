"""A path through a volume as an ability of the reading page: its keys, its menu, the pictures it brings.

Decides what is on the screen while a path is drawn; the drawing itself is `path_hand`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction

from vetpacs_desktop.ui.actions import make_action, tick
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.parts import Desk
from vetpacs_desktop.ui.viewing.volumes import rows
from vetpacs_desktop.ui.viewing.volumes.held import HeldVolume
from vetpacs_desktop.ui.viewing.volumes.menu import volume_menu
from vetpacs_desktop.ui.viewing.volumes.moving import crossing_of
from vetpacs_desktop.ui.viewing.volumes.path_held import ALONG, Drawn, HeldPath
from vetpacs_desktop.ui.viewing.volumes.path_moving import (
    laid_out,
    path_of,
    redraw,
    refresh,
    without_path,
)

STEP = 15.0
WIDER = 1.25
tr = partial(QCoreApplication.translate, "viewing")


class PathPart(QObject):
    """Of one reading page; made after the part that owns the volumes."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.page)
        self._desk = desk
        self._drew = False
        """Whether a path was being drawn when the page was looked at last."""
        self.actions: dict[str, QAction] = {rows.PATH.name: make_action(desk.page, rows.PATH, self._toggle)}
        deeds: tuple[Callable[[], object], ...] = (
            partial(self._turn, STEP),
            partial(self._turn, -STEP),
            partial(self._change, lambda drawn: replace(drawn, wider=min(drawn.wider * WIDER, 8.0))),
            partial(self._change, lambda drawn: replace(drawn, wider=max(drawn.wider / WIDER, 0.125))),
            self._remove,
        )
        for row, deed in zip(rows.OF_PATHS, deeds, strict=True):
            self.actions[row.name] = make_action(desk.page, row, deed)
        menu = volume_menu(desk.bar)
        menu.addSeparator()
        for action in self.actions.values():
            menu.addAction(action)

    def opened(self, controller: Controller) -> None:
        """Nothing is drawn before it is asked for."""
        controller.marking.changed.subscribe(lambda _: self._tool_taken(controller))

    def begin(self, _controller: Controller) -> bool:
        """Never decides what is seen first."""
        return False

    def closed(self) -> None:
        """The path goes with its volume."""

    def refresh(self) -> None:
        """Ticks and greys as the page stands."""
        held = self._held()
        path = path_of(held)
        now = path is not None and path.drawing
        if self._drew and not now and path is not None and path.track is not None:
            words = tr("The path is {mm:.1f} mm long. Drag its mark to look across it elsewhere.")
            self._desk.say(words.format(mm=path.length))
        self._drew = now
        self.actions[rows.PATH.name].setEnabled(held is not None)
        for row in rows.OF_PATHS:
            self.actions[row.name].setEnabled(path is not None and self._laid_out())
        tick(self.actions[rows.PATH.name], now)

    # --- deeds ----------------------------------------------------------------------------------------

    def _toggle(self, wanted: bool) -> None:
        controller, held = self._desk.controller(), self._held()
        if controller is None or held is None:
            return
        if wanted:
            self._begin(controller, held)
        else:
            self._end(controller, held)

    def _begin(self, controller: Controller, held: HeldVolume) -> None:
        controller.marking.put_away()
        path = path_of(held)
        view = controller.grid.views[controller.grid.active]
        if path is None:
            series = controller.exam.series_at(view.series or 0).series_uid
            path = HeldPath(held, f"{series}/{view.stack}")
            held.path = path
        path.drawing = True
        if not any(one.plane == ALONG for one in controller.grid.views):
            place = crossing_of(controller, held)
            controller.put_grid(laid_out(controller.grid, view, held, path, place))
        self._show(controller)
        self._desk.say(
            tr("Click along the spine, the teeth or a vessel, on any plane. Backspace: one back. Enter: done")
        )

    def _end(self, controller: Controller, held: HeldVolume) -> None:
        path = path_of(held)
        if path is None:
            return
        path.drawing = False
        if path.track is None:
            self._away(controller, held, path)
        self._show(controller)

    def _remove(self) -> None:
        controller, held = self._desk.controller(), self._held()
        path = path_of(held)
        if controller is not None and held is not None and path is not None:
            path.drawing = False
            self._away(controller, held, path)
            self._show(controller)

    def _away(self, controller: Controller, held: HeldVolume, path: HeldPath) -> None:
        """The planes and the images as they were before."""
        view = controller.grid.views[controller.grid.active]
        place = crossing_of(controller, held)
        path.drawn = Drawn()
        controller.put_grid(without_path(controller.grid, view, held, place))

    def _turn(self, degrees: float) -> None:
        controller, path = self._desk.controller(), path_of(self._held())
        if controller is not None and path is not None:
            redraw(controller, path, path.turned(degrees))

    def _change(self, change: Callable[[Drawn], Drawn]) -> None:
        controller, path = self._desk.controller(), path_of(self._held())
        if controller is not None and path is not None:
            redraw(controller, path, change(path.drawn))

    def _tool_taken(self, controller: Controller) -> None:
        """A measuring tool in the hand: the path waits."""
        path = path_of(self._held())
        if path is not None and path.drawing and controller.marking.tool is not None:
            path.drawing = False
            self._show(controller)

    def _show(self, controller: Controller) -> None:
        controller.rearranged.emit(None)
        refresh(controller)

    def _laid_out(self) -> bool:
        """Whether the pictures of a path are on the page."""
        controller = self._desk.controller()
        return controller is not None and any(one.plane == ALONG for one in controller.grid.views)

    def _held(self) -> HeldVolume | None:
        """The volume that the active viewport shows a picture of."""
        controller = self._desk.controller()
        view = controller.grid.views[controller.grid.active] if controller is not None else None
        if controller is None or view is None or not view.plane:
            return None
        return controller.volumes.of(view)


def path_takes(controller: Controller, name: str) -> bool:
    """Whether a key of the page (a row's name) means the path that is being drawn; then it is done."""
    path = next(
        (p for held in controller.volumes.all() if (p := path_of(held)) is not None and p.drawing), None
    )
    if path is None:
        return False
    if name == "back" and path.drawn.points:
        redraw(controller, path, replace(path.drawn, points=path.drawn.points[:-1]))
        return True
    return name in ("reset", "alone") and _ended(controller, path)


def _ended(controller: Controller, path: HeldPath) -> bool:
    path.drawing = False
    controller.rearranged.emit(None)
    refresh(controller)
    return True
