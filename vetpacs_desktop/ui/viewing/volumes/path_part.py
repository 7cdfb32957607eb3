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
from vetpacs_desktop.ui.viewing.volumes.path_held import ACROSS, ALONG, Drawn, HeldPath
from vetpacs_desktop.ui.viewing.volumes.path_keeping import PathKeeping
from vetpacs_desktop.ui.viewing.volumes.path_moving import (
    laid_out,
    path_of,
    redraw,
    refresh,
    without_path,
)
from vetpacs_desktop.viewer.annotations import Annotation
from vetpacs_desktop.viewer.spatial.paths import PATH_TOOL, paths_in

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
        self._wanted = ""
        """A kept path that is to be seen once its volume is there."""
        self._keeping: PathKeeping | None = None
        self._ending: Callable[[], None] = lambda: None
        self.actions: dict[str, QAction] = {
            rows.PATH.name: make_action(desk.page, rows.PATH, self._toggle),
            rows.PATH_NEW.name: make_action(desk.page, rows.PATH_NEW, self._another),
            rows.PATH_NEXT.name: make_action(desk.page, rows.PATH_NEXT, self._next),
        }
        deeds: tuple[Callable[[], object], ...] = (
            partial(self._turn, STEP),
            partial(self._turn, -STEP),
            partial(self._change, lambda drawn: replace(drawn, wider=min(drawn.wider * WIDER, 8.0))),
            partial(self._change, lambda drawn: replace(drawn, wider=max(drawn.wider / WIDER, 0.125))),
            partial(self._put_away, False),
            partial(self._put_away, True),
        )
        for row, deed in zip(rows.OF_PATHS, deeds, strict=True):
            self.actions[row.name] = make_action(desk.page, row, deed)
        menu = volume_menu(desk.bar)
        menu.addSeparator()
        for action in self.actions.values():
            menu.addAction(action)

    def opened(self, controller: Controller) -> None:
        """Paths that were drawn before are there to be shown."""
        self._keeping = PathKeeping(controller, self._gone, self._show_path, self)
        self._ending = controller.marking.changed.subscribe(lambda _: self._marked(controller))

    def begin(self, _controller: Controller) -> bool:
        """Never decides what is seen first."""
        return False

    def closed(self) -> None:
        """The path is kept; what is seen of it goes with its volume."""
        if self._keeping is not None:
            self._keeping.close()
        self._keeping, self._wanted = None, ""
        self._ending()
        self._ending = lambda: None

    def refresh(self) -> None:
        """Ticks and greys as the page stands."""
        controller = self._desk.controller()
        if controller is not None:
            self._bring_back(controller)
        held = self._held()
        path = path_of(held)
        now = path is not None and path.drawing
        if self._drew and not now and path is not None and path.track is not None:
            words = tr("The path is {mm:.1f} mm long. Drag its mark to look across it elsewhere.")
            self._desk.say(words.format(mm=path.length))
        self._drew = now
        self.actions[rows.PATH.name].setEnabled(held is not None)
        for row in (rows.PATH_NEW, *rows.OF_PATHS):
            self.actions[row.name].setEnabled(path is not None and self._laid_out())
        self.actions[rows.PATH_NEXT.name].setEnabled(bool(self._known(held)))
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
        view = controller.grid.views[controller.grid.active]
        path = self._path_through(controller, held)
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

    def _put_away(self, remove: bool) -> None:
        """Planes again; the path stays with the exam, or goes, too."""
        controller, held = self._desk.controller(), self._held()
        path = path_of(held)
        if controller is None or held is None or path is None or self._keeping is None:
            return
        path.drawing = False
        self._keeping.keep()
        id = path.id
        if remove and id:
            controller.marking.delete(id)  # the planes follow from that
            return
        path.kept = None
        self._away(controller, held, path)
        self._show(controller)

    def _away(self, controller: Controller, held: HeldVolume, path: HeldPath) -> None:
        """The planes and the images as they were before."""
        view = controller.grid.views[controller.grid.active]
        place = crossing_of(controller, held)
        path.drawn = Drawn()
        controller.put_grid(without_path(controller.grid, view, held, place))

    def _another(self) -> None:
        """A new path; the one that is shown stays with the exam."""
        controller, held = self._desk.controller(), self._held()
        path = path_of(held)
        if controller is not None and held is not None and path is not None and self._keeping is not None:
            self._keeping.keep()
            path.kept, path.gone, path.drawn = None, "", Drawn(wider=path.drawn.wider)
            self._begin(controller, held)

    def _next(self) -> None:
        """The path of this series after the one that is shown."""
        controller, held = self._desk.controller(), self._held()
        known, path = self._known(held), path_of(held)
        if controller is None or held is None or not known:
            return
        ids = [one.id for one in known]
        at = ids.index(path.id) + 1 if path is not None and path.id in ids else 0
        self._take_up(controller, held, ids[at % len(ids)])

    # --- kept paths -----------------------------------------------------------------------------------

    def _known(self, held: HeldVolume | None) -> tuple[Annotation, ...]:
        """What the exam keeps of paths through a volume."""
        controller = self._desk.controller()
        if controller is None or held is None:
            return ()
        return paths_in(controller.marking.kept, held.volume.description.series_uid)

    def _path_through(self, controller: Controller, held: HeldVolume) -> HeldPath:
        """The path of a volume, made when it is first asked for."""
        path = path_of(held)
        if path is None:
            unit = next((unit for unit, one in controller.volumes.by_unit() if one is held), ("", 0))
            path = held.path = HeldPath(held, f"{unit[0]}/{unit[1]}")
        return path

    def _take_up(self, controller: Controller, held: HeldVolume, id: str) -> None:
        """A kept path on the screen, in place of the one that is shown."""
        one = next((one for one in self._known(held) if one.id == id), None)
        if one is None or self._keeping is None:
            return
        self._keeping.keep()
        path = self._path_through(controller, held)
        path.drawing = False
        self._keeping.take_up(path, one)
        self._show_path(held, path)

    def _show_path(self, held: HeldVolume, path: HeldPath) -> None:
        controller = self._desk.controller()
        view = controller.grid.views[controller.grid.active] if controller is not None else None
        if controller is None or view is None or controller.volumes.of(view) is not held or not view.plane:
            return
        if not self._laid_out():
            place = crossing_of(controller, held)
            controller.put_grid(laid_out(controller.grid, view, held, path, place))
        redraw(controller, path, path.drawn)
        self._show(controller)

    def _gone(self, held: HeldVolume, path: HeldPath) -> None:
        """It was removed, or undone, under the reader's eyes."""
        controller = self._desk.controller()
        if controller is None:
            return
        if not path.drawing and self._laid_out() and self._held() is held:
            self._away(controller, held, path)
        self._show(controller)

    def _marked(self, controller: Controller) -> None:
        """A measuring tool in the hand: the path waits. A kept path was chosen in the list: it is shown."""
        self._tool_taken(controller)
        chosen = controller.marking.chosen_one
        if chosen is None or chosen.tool != PATH_TOOL or chosen.space is None:
            return
        controller.marking.choose(None)
        self._wanted = chosen.id
        held = self._held()
        if held is not None and held.volume.description.series_uid == chosen.space.series_uid:
            self._bring_back(controller)
            return
        planes = self._desk.page.findChild(QAction, "planes")
        if isinstance(planes, QAction) and not planes.isChecked():
            planes.trigger()

    def _bring_back(self, controller: Controller) -> None:
        """A path that the exam was left with, or that was asked for before its volume was there."""
        held = self._held()
        if held is None:
            return
        wanted, self._wanted = self._wanted, ""
        path = path_of(held)
        if wanted and not (self._laid_out() and path is not None and path.id == wanted):
            self._take_up(controller, held, wanted)
        elif self._laid_out() and path is None:
            self._as_left(controller, held)

    def _as_left(self, controller: Controller, held: HeldVolume) -> None:
        left = controller.left.of_held(held).path
        one = next((one for one in self._known(held) if left is not None and one.id == left.id), None)
        view = controller.grid.views[controller.grid.active]
        if left is None or one is None or self._keeping is None:
            controller.put_grid(without_path(controller.grid, view, held, crossing_of(controller, held)))
            return
        controller.left.drop(view, "path")
        path = self._path_through(controller, held)
        path.drawn = replace(path.drawn, wider=left.wider)
        self._keeping.take_up(path, one)
        across = {n: v for n, v in enumerate(controller.grid.views) if v.plane == ACROSS}
        last = path.track.count - 1 if path.track is not None else 0
        controller.put({n: replace(v, index=min(max(v.index, 0), last)) for n, v in across.items()})
        self._show(controller)

    # --- how it is seen -------------------------------------------------------------------------------

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
