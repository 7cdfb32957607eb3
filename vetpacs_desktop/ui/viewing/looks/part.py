"""The "Picture" menu of the reading page: see `parts.Part`. Joins its rows to the controller's state.

Owns the treater of the open exam and the strengths that its reader chose; they are forgotten with the exam.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QCoreApplication, QPoint
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton

from vetpacs_desktop.ui.actions import Action, make_action, tick
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.looks import rows
from vetpacs_desktop.ui.viewing.looks.desk import OWN
from vetpacs_desktop.ui.viewing.looks.glance import Glance
from vetpacs_desktop.ui.viewing.looks.popup import TreatmentPopup
from vetpacs_desktop.ui.viewing.parts import Desk
from vetpacs_desktop.viewer import state
from vetpacs_desktop.viewer.colour_maps import ColourMap, colour_maps
from vetpacs_desktop.viewer.loading import FrameKey, LoadedFrame
from vetpacs_desktop.viewer.pixels.treatment import UNTREATED, Treatment
from vetpacs_desktop.viewer.presets import is_colour
from vetpacs_desktop.viewer.resolve import is_page
from vetpacs_desktop.viewer.state import Tool, ViewState
from vetpacs_desktop.viewer.treating import Treater

USUAL = Treatment(smooth=1.0, contrast=0.6, sharpen=1.0, radius=1.5)
"""How strong each is until the reader says otherwise."""
GAP = 4
"""Logical pixels between the bar and what opens below it."""

tr = partial(QCoreApplication.translate, "viewing")


class LooksPart:
    """One of each reading page."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._actions: dict[str, QAction] = {}
        self._maps: dict[str, QAction] = {}
        self._strengths = USUAL
        self._last_map = next(iter(colour_maps()), "")
        self._treater: Treater | None = None
        self._endings: list[Callable[[], None]] = []
        self._make_tools()
        self._make_looks()
        self._make_maps()
        self._glance = Glance(desk, self._actions[Tool.MAGNIFY.value])
        self._popup = TreatmentPopup(desk.page)
        self._popup.changed.connect(self._treat)
        self._fill(desk.bar.picture_menu)

    # --- the part ---------------------------------------------------------------------------------

    def opened(self, controller: Controller) -> None:
        """Treated pictures are made from now on, in a thread of their own."""
        self._strengths = USUAL
        self._treater = controller.treater = Treater()
        self._endings = [
            self._desk.bridge.listen(self._treater.on_ready, self._on_treated),
            controller.changed.subscribe(self._on_changed),
            controller.marking.changed.subscribe(lambda _: self._tick_button()),
        ]

    def begin(self, controller: Controller) -> bool:
        """Never decides what is seen first."""
        return False

    def closed(self) -> None:
        """The thread ends, its pictures go."""
        self._popup.hide()
        if self._treater is not None:
            self._treater.stop()
            self._treater = None
        for end in self._endings:
            end()
        self._endings = []
        self.refresh()

    def refresh(self) -> None:
        """Ticks and greys as the active viewport stands."""
        controller = self._desk.controller()
        number = controller.grid.active if controller is not None else 0
        frame = controller.frame(number) if controller is not None else None
        view = controller.grid.views[number] if controller is not None else ViewState()
        for action in (*self._actions.values(), *self._maps.values()):
            action.setEnabled(controller is not None)
        self._tick_button()
        self._tick_looks(view)
        self._grey_out(frame)
        if controller is not None:
            for row, times in rows.STRENGTHS:
                tick(self._actions[row.name], controller.grid.magnified == times)

    # --- making -----------------------------------------------------------------------------------

    def _add(self, row: Action, slot: Callable[..., object]) -> QAction:
        made = self._actions[row.name] = make_action(self._desk.page, row, slot)
        # A menu shows an icon where it would show the tick: what is on must be seen.
        made.setIconVisibleInMenu(not row.checkable)
        return made

    def _make_tools(self) -> None:
        chosen = self._desk.page.findChild(QAction, Tool.WINDOW.value)
        group = chosen.actionGroup() if isinstance(chosen, QAction) else QActionGroup(self._desk.page)
        for row in rows.TOOLS:
            group.addAction(self._add(row, partial(self._choose_tool, Tool(row.name))))
        for row, degrees in rows.TURNS:
            self._add(row, partial(self._turn, degrees))
        self._add(rows.UPRIGHT, lambda: self._change(partial(state.turn_to, degrees=0)))
        for row, times in rows.STRENGTHS:
            self._add(row, partial(self._magnify, times))

    def _make_looks(self) -> None:
        for row, field in rows.TREATMENTS:
            self._add(row, partial(self._toggle, field))
        self._add(rows.STRENGTH, self._open_popup)
        self._add(rows.UNTREATED, lambda: self._treat(UNTREATED))
        for row, change in zip(rows.COVERS, (_with_shutter, _with_overlays), strict=True):
            self._add(row, partial(self._set, change))

    def _make_maps(self) -> None:
        self._add(rows.COLOURS, self._toggle_colours)
        group = QActionGroup(self._desk.page)
        grey = Action("colours_none", rows.GREY, checkable=True)
        for name, row in (("", grey), *((one.name, _row_of(one)) for one in colour_maps().values())):
            made = self._maps[name] = make_action(self._desk.page, row, partial(self._choose_map, name))
            group.addAction(made)

    def _fill(self, menu: QMenu) -> None:
        named = self._actions
        menu.setToolTipsVisible(True)
        menu.addActions([named["region"], named["magnify"]])
        strengths = menu.addMenu(tr("Strength of the magnifier"))
        strengths.addActions([named[row.name] for row, _ in rows.STRENGTHS])
        menu.addSeparator()
        menu.addActions([named["turn"], named["straighten"]])
        menu.addActions([named[row.name] for row, _ in rows.TURNS])
        menu.addAction(named[rows.UPRIGHT.name])
        menu.addSeparator()
        menu.addActions([named[row.name] for row, _ in rows.TREATMENTS])
        menu.addActions([named[rows.STRENGTH.name], named[rows.UNTREATED.name]])
        menu.addSeparator()
        menu.addAction(named[rows.COLOURS.name])
        maps = menu.addMenu(tr("Which colours"))
        maps.addActions(list(self._maps.values()))
        menu.addSeparator()
        menu.addActions([named[row.name] for row in rows.COVERS])
        menu.aboutToShow.connect(self.refresh)

    # --- doing ------------------------------------------------------------------------------------

    def _change(self, change: Callable[[ViewState], ViewState]) -> None:
        controller = self._desk.controller()
        if controller is not None:
            controller.change(controller.grid.active, change)

    def _choose_tool(self, tool: Tool, chosen: bool) -> None:
        controller = self._desk.controller()
        if chosen and controller is not None:
            controller.marking.put_away()
            controller.set_tool(tool)

    def _magnify(self, times: int, chosen: bool) -> None:
        controller = self._desk.controller()
        if controller is not None and chosen:
            controller.put_grid(replace(controller.grid, magnified=times))
            self._actions[Tool.MAGNIFY.value].setChecked(True)
        self.refresh()

    def _turn(self, degrees: float) -> None:
        controller = self._desk.controller()
        frame = controller.frame(controller.grid.active) if controller is not None else None
        if frame is not None and is_page(frame.description):
            self._desk.say(tr("Pages turn by quarters only."))
            return
        self._change(partial(state.rotate, degrees=degrees))

    def _toggle(self, field: str, chosen: bool) -> None:
        view = self._view()
        if view is not None and _has(view.treatment, field) != chosen:
            self._treat(_toggled(view.treatment, self._strengths, field, chosen))

    def _treat(self, treatment: Treatment) -> None:
        """Strengths are remembered while the exam is open; what is switched off keeps its last one."""
        last = self._strengths
        self._strengths = Treatment(
            treatment.smooth or last.smooth,
            treatment.contrast or last.contrast,
            treatment.sharpen or last.sharpen,
            treatment.radius if treatment.sharpen else last.radius,
        )
        self._change(partial(state.treat, treatment=treatment))

    def _open_popup(self) -> None:
        view, bar = self._view(), self._desk.bar
        if view is not None:
            shown = view.treatment or replace(UNTREATED, radius=self._strengths.radius)
            button = bar.button_of(bar.picture_menu)
            self._popup.open_at(button.mapToGlobal(QPoint(0, button.height() + GAP)), shown)

    def _toggle_colours(self) -> None:
        view = self._view()
        if view is not None:
            self._change(partial(state.colour, name="" if view.colours else self._last_map))

    def _choose_map(self, name: str, chosen: bool) -> None:
        view = self._view()
        if chosen and view is not None and view.colours != name:
            self._last_map = name or self._last_map
            self._change(partial(state.colour, name=name))

    def _set(self, change: Callable[[ViewState, bool], ViewState], chosen: bool) -> None:
        self._change(lambda view: change(view, chosen))

    # --- how it stands ----------------------------------------------------------------------------

    def _view(self) -> ViewState | None:
        controller = self._desk.controller()
        return None if controller is None else controller.grid.views[controller.grid.active]

    def _on_changed(self, number: int) -> None:
        controller = self._desk.controller()
        if controller is not None and number == controller.grid.active and not controller.dragging:
            self.refresh()

    def _on_treated(self, key: FrameKey) -> None:
        controller = self._desk.controller()
        if controller is None:
            return
        for number in controller.grid.visible:
            frame = controller.frame(number)
            if frame is not None and frame.key == key:
                controller.changed.emit(number)

    def _tick_looks(self, view: ViewState) -> None:
        for row, field in rows.TREATMENTS:
            tick(self._actions[row.name], _has(view.treatment, field))
        self._actions[rows.UNTREATED.name].setEnabled(bool(view.treatment))
        self._actions[rows.UPRIGHT.name].setEnabled(view.rotation != 0)
        tick(self._actions["shutter"], view.shutter)
        tick(self._actions["overlays"], view.overlays)
        # Aloud, for the group unticks the others by it; the choice is made already.
        self._maps.get(view.colours, self._maps[""]).setChecked(True)

    def _grey_out(self, frame: LoadedFrame | None) -> None:
        """What would change nothing can't be pressed."""
        if frame is None:
            return
        grey = not is_colour(frame)
        for action in (*self._maps.values(), self._actions["colours"], self._actions["region"]):
            action.setEnabled(grey)
        self._actions["shutter"].setEnabled(frame.shutter is not None)
        self._actions["overlays"].setEnabled(bool(frame.overlays))
        whole = not is_page(frame.description)
        for name in ("turn", "straighten", "turn_one_right", "turn_one_left"):
            self._actions[name].setEnabled(whole)

    def _tick_button(self) -> None:
        """Its tools have no buttons of their own: the menu's says that one of them is in the hand."""
        controller, bar = self._desk.controller(), self._desk.bar
        button = bar.button_of(bar.picture_menu)
        if isinstance(button, QToolButton):
            own = controller is not None and controller.grid.tool in OWN and controller.marking.tool is None
            button.setCheckable(True)
            button.setChecked(own)


def _row_of(one: ColourMap) -> Action:
    return Action(f"colours_{one.name}", one.title, checkable=True)


def _has(treatment: Treatment, field: str) -> bool:
    return bool(getattr(treatment, field) > 0)


def _toggled(now: Treatment, strengths: Treatment, field: str, on: bool) -> Treatment:
    if field == "sharpen":
        return replace(now, sharpen=strengths.sharpen if on else 0.0, radius=strengths.radius)
    if field == "contrast":
        return replace(now, contrast=strengths.contrast if on else 0.0)
    return replace(now, smooth=strengths.smooth if on else 0.0)


def _with_shutter(view: ViewState, shown: bool) -> ViewState:
    return replace(view, shutter=shown)


def _with_overlays(view: ViewState, shown: bool) -> ViewState:
    return replace(view, overlays=shown)
