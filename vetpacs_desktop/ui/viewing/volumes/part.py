"""Planes through a volume as an ability of the reading page: its key, its menu, the way there and back.

Decides when a volume is made and what is on the screen then. Building is `making`'s, cutting `held`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QCoreApplication, QObject, QTimer
from PySide6.QtGui import QAction, QActionGroup, QCursor
from PySide6.QtWidgets import QMessageBox, QWidget

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.ui.actions import make_action, tick
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.parts import Desk
from vetpacs_desktop.ui.viewing.volumes import rows
from vetpacs_desktop.ui.viewing.volumes.cross import place_under, turned
from vetpacs_desktop.ui.viewing.volumes.held import HeldVolume, plane_name
from vetpacs_desktop.ui.viewing.volumes.making import Making
from vetpacs_desktop.ui.viewing.volumes.menu import volume_menu
from vetpacs_desktop.ui.viewing.volumes.moving import (
    cross_to,
    crossing_of,
    is_quadruped,
    middle_of,
    planes_of,
    turn_to,
)
from vetpacs_desktop.ui.viewing.volumes.returning import give_up, orphan, settle
from vetpacs_desktop.ui.viewing.volumes.sharpening import Sharpening
from vetpacs_desktop.viewer.geometry.planes import Vector, index_to_patient
from vetpacs_desktop.viewer.session import FrameStack
from vetpacs_desktop.viewer.spot import nearest_slice
from vetpacs_desktop.viewer.state import GridState, ViewState
from vetpacs_desktop.viewer.volume.plan import NoVolume, VolumeTooLarge, plan
from vetpacs_desktop.viewer.volume.section import PlaneName, Slab
from vetpacs_desktop.viewer.volume.turn import Turn
from vetpacs_desktop.viewer.volume.volume import Volume

PROGRESS_MS = 100
MOST_HELD = 2
"""Volumes of one exam that are kept while others are looked at."""


class VolumesPart(QObject):
    """Of one reading page. `ask_fewer` asks the reader whether one slice in n will do."""

    def __init__(self, desk: Desk, ask_fewer: Callable[[VolumeTooLarge], bool]) -> None:
        super().__init__(desk.page)
        self._desk = desk
        self._ask_fewer = ask_fewer
        self._making: Making | None = None
        self._before: GridState | None = None
        self._sharpening = Sharpening(desk)
        self._waiting: ViewState | None = None
        """The view whose stack is not known well enough yet."""
        self._progress = QTimer(self, interval=PROGRESS_MS)
        self._progress.timeout.connect(self._say_progress)
        self.actions: dict[str, QAction] = {}
        self._make_actions()

    # --- the page's ---------------------------------------------------------------------------------

    def opened(self, controller: Controller) -> None:
        """Nothing is made before it is asked for."""
        controller.volumes.later = self._sharpening.later

    def begin(self, _controller: Controller) -> bool:
        """An exam is first seen as its images."""
        return False

    def closed(self) -> None:
        """The memory of all volumes is given back."""
        self._stop()
        self._sharpening.stop()
        self._before, self._waiting = None, None
        controller = self._desk.controller()
        if controller is not None:
            controller.volumes.forget()

    def refresh(self) -> None:
        """Ticks and greys; a stack that was waited for may be known now."""
        controller = self._desk.controller()
        held = self._held()
        for action in self.actions.values():
            action.setEnabled(held is not None)
        self.actions["planes"].setEnabled(controller is not None)
        tick(self.actions["planes"], held is not None or self._making is not None)
        if held is not None:
            tick(self.actions[f"slab_{held.turn.thickness.slab.value}"], True)
            self._follow_letters(held)
        if controller is not None and self._making is None and self._waiting is None:
            lost = orphan(controller)
            self._waiting = None if lost is None else replace(lost, plane="")
        if self._waiting is not None and controller is not None:
            view = self._waiting
            stack = controller.supply.stack(view)
            if stack is not None and stack.final:
                self._waiting = None
                self._start(controller, view, stack)

    # --- there and back -----------------------------------------------------------------------------

    def _toggle(self, wanted: bool) -> None:
        controller = self._desk.controller()
        if controller is None:
            return
        view = controller.grid.views[controller.grid.active]
        if self._making is not None or self._waiting is not None:
            self._stop()
            self._waiting = None
            give_up(controller)
        elif view.plane and not wanted:
            self._leave(controller, view)
        elif not view.plane and wanted:
            self._enter(controller, view)
        self.refresh()

    def _enter(self, controller: Controller, view: ViewState) -> None:
        held, stack = controller.volumes.of(view), controller.stack(controller.grid.active)
        if held is not None:
            self._show(controller, view, held)
        elif stack is None or not stack.final:
            self._waiting = view
            self._desk.say(self.tr("These images are still being read; the planes follow."))
        else:
            self._start(controller, view, stack)

    def _start(self, controller: Controller, view: ViewState, stack: FrameStack, every: int = 1) -> None:
        if stack.arranged is None:
            self._desk.say(NoVolume(reason=self.tr("they are no slices")).sentence)
            give_up(controller)
            return
        try:
            made = plan(stack.arranged, controller.supply.loader.memory_bytes, every)
        except VolumeTooLarge as error:
            if self._ask_fewer(error):
                self._start(controller, view, stack, error.every)
            else:
                give_up(controller)
            return
        except NoVolume as error:
            self._desk.say(error.sentence)
            give_up(controller)
            return
        ready = partial(self._ready, controller, view)
        self._making = Making(made, controller.supply.loader, self._desk.bridge, ready, self._failed)
        controller.supply.also = self._making.keys
        controller.look_ahead()
        controller.ask()
        self._progress.start()

    def _ready(self, controller: Controller, view: ViewState, volume: Volume) -> None:
        self._stop()
        if controller is not self._desk.controller():
            return
        quadruped = is_quadruped(controller, volume.description)
        name = controller.exam.all_series[view.series or 0].series_uid
        held = HeldVolume(volume, f"{name}/{view.stack}", quadruped)
        controller.volumes.put(view, held, MOST_HELD)
        left = controller.left.of(view)
        if left.turn is not None:
            held.as_left(replace(left.turn, quadruped=quadruped), left.cross)
        self._desk.say("; ".join(volume.notes))
        active = controller.grid.views[controller.grid.active]
        if settle(controller, view, held):
            pass  # planes that came back with the exam
        elif (active.series, active.stack) == (view.series, view.stack):
            self._show(controller, active, held)
        self.refresh()

    def _failed(self, error: KnownError) -> None:
        self._stop()
        controller = self._desk.controller()
        if controller is not None:
            give_up(controller)
        self._desk.say(error.sentence)
        self.refresh()

    def _stop(self) -> None:
        self._progress.stop()
        making, self._making = self._making, None
        controller = self._desk.controller()
        if making is not None:
            making.stop()
        if controller is not None:
            controller.supply.also = ()

    def _show(self, controller: Controller, view: ViewState, held: HeldVolume) -> None:
        """Three planes through the point looked at, and the images themselves."""
        place = self._looked_at(controller) or held.volume.grid.middle_voxel
        self._before = controller.grid
        planes = [
            replace(
                ViewState(view.series, view.stack, name.value, held.section(name).nearest(place)),
                window=view.window,
                invert=view.invert,
            )
            for name in PlaneName
        ]
        grid = replace(controller.grid, rows=2, columns=2, views=(*planes, view), active=0, alone=False)
        controller.put_grid(grid)

    def _leave(self, controller: Controller, view: ViewState) -> None:
        """Back to the images, at the slice where the planes met."""
        held, before = controller.volumes.of(view), self._before
        stack = ViewState(view.series, view.stack)
        place = crossing_of(controller, held) if held is not None else None
        if before is None or (before.views[before.active].series != view.series):
            before = replace(controller.grid, rows=1, columns=1, views=(stack,), active=0, alone=False)
        self._before = None
        controller.put_grid(before)
        if place is not None:
            self._go_to(controller, place)

    def _go_to(self, controller: Controller, place: Vector) -> None:
        """The slice nearest to a place."""
        stack = controller.stack(controller.grid.active)
        if stack is None or stack.normal is None:
            return
        number = nearest_slice(place, stack.positions, stack.normal)
        if number is not None:
            controller.go_to(controller.grid.active, number)

    def _looked_at(self, controller: Controller) -> Vector | None:
        """The place of the animal in the middle of the active viewport."""
        found = middle_of(controller, controller.grid.active)
        if found is None:
            return None
        frame, (column, row) = found
        rows, columns = frame.values.shape[:2]
        column, row = min(max(column, 0), columns - 1), min(max(row, 0), rows - 1)
        return index_to_patient(frame.description.frames[frame.key.frame], column, row)

    def _say_progress(self) -> None:
        if self._making is not None:
            words = self.tr("Putting the volume together: {percent} %. Shift+M stops it.")
            self._desk.say(words.format(percent=round(100 * self._making.share)))

    # --- moving and turning ---------------------------------------------------------------------------

    def _turn(self, degrees: float) -> None:
        controller, held, name = self._desk.controller(), self._held(), self._name()
        if controller is not None and held is not None and name is not None:
            place = crossing_of(controller, held)
            turn_to(controller, held, turned(held.turn, held, name, place, degrees))

    def _reset(self) -> None:
        controller, held = self._desk.controller(), self._held()
        if controller is None or held is None:
            return
        held.reset()
        middle = held.turn.through
        wanted = {
            n: replace(ViewState(view.series, view.stack, view.plane), window=view.window, invert=view.invert)
            for n in planes_of(controller, held)
            if (view := controller.grid.views[n])
        }
        controller.put(wanted)
        cross_to(controller, held, middle)
        self.refresh()

    def _here(self) -> None:
        """Under the mouse, where it is over a plane."""
        controller, held, grid = self._desk.controller(), self._held(), self._desk.grid()
        if controller is None or held is None or grid is None:
            return
        for number, name in planes_of(controller, held).items():
            at = grid.device_point(number, QCursor.pos())
            if at is None:
                continue
            placed = controller.placed(number)
            place = place_under(held, name, controller.grid.views[number].index, placed, at)
            if place is not None:
                cross_to(controller, held, place)

    def _thicken(self, step: int) -> None:
        held = self._held()
        if held is None:
            return
        known = [n for n, mm in enumerate(rows.THICKNESSES) if mm <= held.turn.thickness.mm]
        place = min(max(known[-1] + step, 0), len(rows.THICKNESSES) - 1)
        self.set_thickness(rows.THICKNESSES[place])

    def set_thickness(self, mm: float) -> None:
        """Slabs of this thickness, mm; 0 is a thin plane."""
        held = self._held()
        if held is not None:
            self._put_turn(held, replace(held.turn, thickness=replace(held.turn.thickness, mm=mm)))
            words = self.tr("Thin planes") if not mm else self.tr("Slabs of {mm:g} mm").format(mm=mm)
            self._desk.say(words)

    def _put_slab(self, slab: str, chosen: bool) -> None:
        held = self._held()
        if chosen and held is not None:
            self._put_turn(held, replace(held.turn, thickness=replace(held.turn.thickness, slab=Slab(slab))))

    def _put_turn(self, held: HeldVolume, turn: Turn) -> None:
        controller = self._desk.controller()
        if controller is not None and turn != held.turn:
            place = crossing_of(controller, held)
            held.turn = turn
            cross_to(controller, held, place)
            for number in planes_of(controller, held):
                controller.changed.emit(number)

    def _follow_letters(self, held: HeldVolume) -> None:
        """Animals and people are hung differently: the switch of the letters turns the planes too."""
        controller = self._desk.controller()
        if controller is not None:
            quadruped = is_quadruped(controller, held.volume.description)
            if quadruped != held.turn.quadruped:
                self._put_turn(held, replace(held.turn, quadruped=quadruped))

    # --- inside -------------------------------------------------------------------------------------

    def _held(self) -> HeldVolume | None:
        """The volume whose planes the active viewport shows."""
        controller = self._desk.controller()
        view = controller.grid.views[controller.grid.active] if controller is not None else None
        return (
            controller.volumes.of(view)
            if controller is not None and view is not None and view.plane
            else None
        )

    def _name(self) -> PlaneName | None:
        controller = self._desk.controller()
        view = controller.grid.views[controller.grid.active] if controller is not None else None
        return plane_name(view) if view is not None else None

    def _make_actions(self) -> None:
        page = self._desk.page
        add = self.actions
        add["planes"] = make_action(page, rows.PLANES, self._toggle)
        for row, degrees in rows.TURNING:
            add[row.name] = make_action(page, row, partial(self._turn, degrees))
        deeds: tuple[Callable[..., object], ...] = (
            self._reset,
            self._here,
            partial(self._thicken, 1),
            partial(self._thicken, -1),
        )
        for row, deed in zip(rows.OTHERS, deeds, strict=True):
            add[row.name] = make_action(page, row, deed)
        group = QActionGroup(self)
        for row, slab in rows.SLABS:
            add[row.name] = make_action(page, row, partial(self._put_slab, slab))
            group.addAction(add[row.name])
        menu = self._desk.bar.layout_menu
        menu.addSeparator()
        menu.addAction(add["planes"])
        more = volume_menu(self._desk.bar)
        for action in list(add.values())[1:]:
            more.addAction(action)


def ask_fewer(parent: QWidget, error: VolumeTooLarge) -> bool:
    """Whether one slice in n will do for a volume that is too large."""
    words = QCoreApplication.translate(
        "viewing",
        "The planes would then be coarser from slice to slice. The images themselves stay as they are.",
    )
    box = QMessageBox(QMessageBox.Icon.Question, "VetPACS", error.sentence, parent=parent)
    box.setInformativeText(words)
    use = QCoreApplication.translate("viewing", "Use one slice in {every}").format(every=error.every)
    chosen = box.addButton(use, QMessageBox.ButtonRole.AcceptRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.exec()
    return box.clickedButton() is chosen
