"""The volume in 3D as an ability of the reading page: its keys and menus, when it is made and let go of.

Decides where a body is shown; how it is seen is `LookedAt`'s, drawing it the painter's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from vetpacs_desktop.ui.actions import make_action, tick
from vetpacs_desktop.ui.viewing.body import rows
from vetpacs_desktop.ui.viewing.body.curve_dialog import CurveDialog
from vetpacs_desktop.ui.viewing.body.looked import LookedAt
from vetpacs_desktop.ui.viewing.body.own import OwnPresets
from vetpacs_desktop.ui.viewing.body.painter import Painter
from vetpacs_desktop.ui.viewing.body.saving import BodySaving
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.output.house import OutputHouse
from vetpacs_desktop.ui.viewing.parts import Desk
from vetpacs_desktop.ui.viewing.volumes.held import HeldVolume
from vetpacs_desktop.ui.viewing.volumes.moving import is_quadruped
from vetpacs_desktop.viewer.render.body_process import BodyProcess, Drawn, NoBody
from vetpacs_desktop.viewer.state import ViewState, ZoomMode
from vetpacs_desktop.viewer.volume.body import BODY, ClipBox, Edit, Kind, Side
from vetpacs_desktop.viewer.volume.curve import VolumePreset
from vetpacs_desktop.viewer.volume.section import natural_axes
from vetpacs_desktop.viewer.volume.wish import BodyWish

STEP = 10.0
"""Degrees that an arrow key turns a body."""
_ARROWS = {
    "next_image": (0.0, STEP),
    "previous_image": (0.0, -STEP),
    "next_image_too": (STEP, 0.0),
    "previous_image_too": (-STEP, 0.0),
}
SIDES = tuple(side for _, side in rows.SIDES)


class BodyPart(QObject):
    """Of one reading page."""

    def __init__(self, desk: Desk, house: OutputHouse | None) -> None:
        super().__init__(desk.page)
        self._desk = desk
        self._own = OwnPresets(desk.settings)
        self._saving = BodySaving(desk, house)
        self._painters: dict[LookedAt, tuple[HeldVolume, Painter]] = {}
        self._wanted = False
        """The volume is in the making, and is to be seen in 3D."""
        self._dialog: CurveDialog | None = None
        self._ending: Callable[[], None] = lambda: None
        self._spare: BodyProcess | None = None
        """A process that gets ready while the volume is put together."""
        self.actions: dict[str, QAction] = {}
        self._make_actions()

    # --- the page's ---------------------------------------------------------------------------------

    def opened(self, controller: Controller) -> None:
        """Follow the sizes of viewports."""
        self._ending = controller.changed.subscribe(self._on_changed)

    def begin(self, _controller: Controller) -> bool:
        """An exam is first seen as its images."""
        return False

    def closed(self) -> None:
        """Every drawing process ends."""
        self._ending()
        self._ending = lambda: None
        self._wanted = False
        self._cool()
        self._close_dialog()
        for body in tuple(self._painters):
            self._let_go(body)
        self.refresh()

    def refresh(self) -> None:
        """Ticks and greys; a volume that was waited for may be there; what nobody looks at is let go of."""
        controller, body = self._desk.controller(), self.body
        if self._wanted and controller is not None:
            held = controller.volumes.of(controller.grid.views[controller.grid.active])
            if held is not None:
                self._wanted = False
                self._show(controller, held)
                body = self.body
        if controller is not None and self._made_again(controller):
            body = self.body
        for action in self.actions.values():
            action.setEnabled(body is not None)
        self.actions["solid"].setEnabled(controller is not None)
        tick(self.actions["solid"], bool(controller is not None and self._shown(controller)) or self._wanted)
        if body is not None:
            self._refresh_of(body)
        self._lend_keys(body)
        self._let_unseen_go()

    # --- where it is shown --------------------------------------------------------------------------

    @property
    def body(self) -> LookedAt | None:
        """What keys act on: the active viewport's, else one on the screen of the same volume."""
        controller = self._desk.controller()
        if controller is None:
            return None
        grid = controller.grid
        held = controller.volumes.of(grid.views[grid.active])
        if held is None or not any(
            held is controller.volumes.of(v) for v in self._shown(controller).values()
        ):
            return None
        return body_of(held)

    def _active_body(self) -> LookedAt | None:
        """The active viewport's."""
        controller = self._desk.controller()
        if controller is None or controller.grid.views[controller.grid.active].plane != BODY:
            return None
        return self.body

    def _shown(self, controller: Controller) -> dict[int, ViewState]:
        """The viewports that show bodies."""
        return {n: v for n, v in enumerate(controller.grid.views) if v.plane == BODY}

    def _toggle(self, wanted: bool) -> None:
        controller = self._desk.controller()
        if controller is None:
            return
        shown = self._shown(controller)
        if wanted and not shown:
            held = controller.volumes.of(controller.grid.views[controller.grid.active])
            if held is not None and controller.grid.views[controller.grid.active].plane:
                self._show(controller, held)
            else:
                self._wanted = True
                self._warm()
                planes = self._desk.page.findChild(QAction, "planes")
                if isinstance(planes, QAction) and not planes.isChecked():
                    planes.trigger()
        else:
            self._wanted = False
            self._cool()
            self._hide(controller, shown)
        self.refresh()

    def _warm(self) -> None:
        """In a thread: starting a process takes as long as some pictures."""
        if self._spare is None:
            spare = self._spare = BodyProcess()
            self._desk.bridge.start(lambda _report, _cancel: spare.warm(), lambda _: None)

    def _cool(self) -> None:
        spare, self._spare = self._spare, None
        if spare is not None:
            spare.close()

    def _show(self, controller: Controller, held: HeldVolume) -> None:
        """In the viewport of the images themselves; where there is none, in the active one."""
        grid = controller.grid
        active = grid.views[grid.active]
        same = [n for n, v in enumerate(grid.views) if (v.series, v.stack) == (active.series, active.stack)]
        number = next((n for n in same if not grid.views[n].plane), grid.active)
        self._make(controller, held)
        view = ViewState(active.series, active.stack, BODY)
        views = tuple(view if n == number else v for n, v in enumerate(grid.views))
        controller.put_grid(replace(grid, views=views, active=number))
        if (shown := self._desk.viewport) is not None:
            shown.setFocus()

    def _hide(self, controller: Controller, shown: dict[int, ViewState]) -> None:
        """The images themselves again."""
        views = tuple(
            ViewState(v.series, v.stack, index=self._middle(controller, v)) if n in shown else v
            for n, v in enumerate(controller.grid.views)
        )
        controller.put_grid(replace(controller.grid, views=views))

    def _middle(self, controller: Controller, view: ViewState) -> int:
        stacks = controller.stacks(view.series or 0)
        return len(stacks[view.stack].keys) // 2 if view.stack < len(stacks) else 0

    def _made_again(self, controller: Controller) -> bool:
        """Bodies that came back with the exam, or with a grid that was put aside, are drawn again."""
        lost = [
            held
            for view in self._shown(controller).values()
            if (held := controller.volumes.of(view)) is not None and body_of(held) not in self._painters
        ]
        for held in dict.fromkeys(lost):
            self._make(controller, held)
        return bool(lost)

    def _make(self, controller: Controller, held: HeldVolume) -> None:
        body = body_of(held)
        if body is None:
            volume = held.volume
            quadruped = is_quadruped(controller, volume.description)
            body = held.extras[BODY] = LookedAt(
                volume,
                volume.description.series_uid,
                natural_axes(volume),
                quadruped,
                lambda: self._ask(held),
                lambda: self._changed(held),
                controller.translate,
            )
            body.state = controller.left.of_held(held).body or body.state
        if body not in self._painters:
            bridge = self._desk.bridge
            looked = body

            def take(wish: BodyWish, drawn: Drawn) -> None:
                rgb = drawn.rgb
                if rgb is not None:
                    bridge.post(lambda: self._take(looked, wish, rgb))

            def failed(error: NoBody) -> None:
                bridge.post(lambda: self._failed(looked, error))

            process, self._spare = self._spare or BodyProcess(), None
            process.give(held.volume)
            self._painters[body] = (held, Painter(process, take, failed))
            self._ask(held)

    def _take(self, body: LookedAt, wish: BodyWish, rgb: NDArray[np.uint8]) -> None:
        first, controller = body.shown is None, self._desk.controller()
        body.take(wish, rgb)
        if first and controller is not None:  # what can be done with a picture can be done now
            controller.rearranged.emit(None)

    def _failed(self, body: LookedAt, error: NoBody) -> None:
        self._let_go(body)
        self._desk.say(error.sentence)
        controller = self._desk.controller()
        if controller is not None:
            self._hide(controller, self._shown(controller))

    def _let_unseen_go(self) -> None:
        """The process of a body that no viewport shows any more; how it is seen is remembered."""
        controller = self._desk.controller()
        seen = (
            [] if controller is None else list(map(controller.volumes.of, self._shown(controller).values()))
        )
        for body, (held, _) in tuple(self._painters.items()):
            if not any(held is one for one in seen):
                self._let_go(body)

    def _let_go(self, body: LookedAt) -> None:
        found = self._painters.pop(body, None)
        if found is not None:
            found[1].close()

    @property
    def pids(self) -> tuple[int, ...]:
        """Of the drawing processes, for those who watch over memory."""
        return tuple(pid for _, painter in self._painters.values() if (pid := painter.pid) is not None)

    # --- pictures -----------------------------------------------------------------------------------

    def _ask(self, held: HeldVolume) -> None:
        body = body_of(held)
        if body is not None and body in self._painters and (wish := body.wish) is not None:
            self._painters[body][1].wish(wish)

    def _changed(self, held: HeldVolume) -> None:
        controller = self._desk.controller()
        if controller is None:
            return
        for number, view in self._shown(controller).items():
            if number in controller.grid.visible and controller.volumes.of(view) is held:
                controller.changed.emit(number)
        body = body_of(held)
        if body is not None and self.body is body:
            self._refresh_of(body)

    def _on_changed(self, number: int) -> None:
        """A viewport shows a body in another size, or was asked for what means something else to a body."""
        controller = self._desk.controller()
        if controller is None or number >= len(controller.grid.views):
            return
        view = controller.grid.views[number]
        held = controller.volumes.of(view) if view.plane == BODY else None
        body = body_of(held) if held is not None else None
        if held is None or body is None or number not in controller.grid.visible:
            return
        size = controller.size(number)
        plain = ViewState(view.series, view.stack, BODY)
        if view != plain:
            controller.put({number: plain})  # first, for what follows comes here again
            self._mean(body, view)
        if (size.width, size.height) != body.size and min(size.width, size.height) > 1:
            body.size = size.width, size.height
            self._ask(held)

    def _mean(self, body: LookedAt, view: ViewState) -> None:
        """What keys for flat pictures mean for a body; it is never mirrored."""
        camera = body.state.camera
        if view.rotation:
            camera = camera.rolled(view.rotation)
        if view.zoom is ZoomMode.FACTOR:
            camera = camera.zoomed(view.factor)
        if view.zoom is ZoomMode.ONE_TO_ONE or (view.zoom is ZoomMode.WIDTH):
            camera = replace(camera, zoom=1.0, pan=(0.0, 0.0))
        body.look(camera)

    # --- keys and menus -----------------------------------------------------------------------------

    def takes(self, name: str) -> bool:
        """Whether a key of the page means something for the active body; then it is done."""
        body = self._active_body()
        if body is None:
            return False
        if name in _ARROWS:
            body.look(body.state.camera.turned(*_ARROWS[name]))
            return True
        return name == "reset" and body.reset()

    def help(self) -> str:
        """What the mouse does over the active body."""
        body = self._active_body()
        if body is None:
            return ""
        if body.scalpel is not None:
            return self.tr("Draw around the part with the left button.   Esc: puts the scalpel away")
        return self.tr(
            "Drag to turn.   Middle: move   Right button or wheel: size   0 to 9: presets   Esc: as at first"
        )

    def choose(self, digit: int) -> bool:
        """The preset of a digit; 0 is the first one, as it came."""
        body = self._active_body()
        if body is None:
            return False
        offers = self._offers(body)
        if digit <= len(offers):
            self._choose(body, offers[max(digit, 1) - 1])
        return True

    def fill(self, menu: QMenu) -> bool:
        """The menu of windows offers presets while a body is active."""
        body = self._active_body()
        if body is None:
            return False
        for number, offer in enumerate(self._offers(body), 1):
            words = QCoreApplication.translate("volume_presets", offer.words)
            if number > len(body.presets) and number == len(body.presets) + 1:
                menu.addSeparator()
            action = menu.addAction(f"{words}\t{number}" if number < 10 else words)
            action.setCheckable(True)
            action.setChecked(offer.name == body.state.preset)
            action.triggered.connect(partial(self._choose, body, offer))
        menu.addSeparator()
        for name in ("solid_light", "solid_curve"):
            menu.addAction(self.actions[name])
        return True

    def _offers(self, body: LookedAt) -> tuple[VolumePreset, ...]:
        return (*body.presets, *self._own.presets(ct=body.is_ct))

    def _choose(self, body: LookedAt, offer: VolumePreset, _checked: bool = False) -> None:
        body.choose(offer)
        self._desk.say(QCoreApplication.translate("volume_presets", offer.words))

    def _with(self, act: Callable[[LookedAt], object]) -> None:
        body = self.body
        if body is not None:
            act(body)
            self.refresh()

    def _side_on(self, steps: int, body: LookedAt) -> None:
        """The side after the one that is looked at now, or the first."""
        camera = body.state.camera
        looks = [camera.from_side(side, body.axes, body.quadruped) for side in SIDES]
        at = looks.index(camera) + steps if camera in looks else 0
        self._from_side(SIDES[at % len(SIDES)], body)

    def _from_side(self, side: Side, body: LookedAt) -> None:
        body.from_side(side)
        row = next(row for row, one in rows.SIDES if one is side)
        self._desk.say(self.actions[row.name].text())

    def _take_scalpel(self, kind: Kind, body: LookedAt) -> None:
        body.scalpel = None if body.scalpel is kind else kind
        body.drawn = ()
        if body.scalpel is not None:
            self._desk.say(self.tr("Draw around the part with the left button. Esc puts the scalpel away."))

    def _box(self, shown: bool) -> None:
        self._with(lambda body: body.put(replace(body.state, box=shown)))
        if shown:
            self._desk.say(self.tr("Drag the points on the faces of the box."))

    def _take_away(self, kind: Kind, away: bool) -> None:
        """Bone or table; the tick taken off brings it back."""

        def act(body: LookedAt) -> None:
            others = tuple(edit for edit in body.state.edits if edit.kind is not kind)
            body.cut(replace(body.state, edits=(*others, Edit(kind)) if away else others))

        self._with(act)

    def _whole(self, body: LookedAt) -> None:
        body.cut(replace(body.state, clip=ClipBox(), edits=()))

    def _light(self, on: bool) -> None:
        def act(body: LookedAt) -> None:
            curve = body.state.curve
            body.put(replace(body.state, curve=replace(curve, light=replace(curve.light, on=on))))

        self._with(act)

    def _open_curve(self, body: LookedAt) -> None:
        self._close_dialog()
        dialog = self._dialog = CurveDialog(body, self._own, self._desk.page)
        dialog.show()
        dialog.activateWindow()
        dialog.view.setFocus()

    def _close_dialog(self) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            dialog.close()
            dialog.deleteLater()

    # --- inside -------------------------------------------------------------------------------------

    def _refresh_of(self, body: LookedAt) -> None:
        tick(self.actions["solid_box"], body.state.box)
        tick(self.actions["solid_light"], body.state.curve.light.on)
        for row, kind in rows.TAKEN:
            self.actions[row.name].setEnabled(body.is_ct)
            tick(self.actions[row.name], any(edit.kind is kind for edit in body.state.edits))
        self.actions["solid_undo"].setEnabled(bool(body.history.past))
        self.actions["solid_redo"].setEnabled(bool(body.history.future))
        self.actions["solid_whole"].setEnabled(bool(body.state.edits) or not body.state.clip.whole)
        if self._dialog is not None:
            self._dialog.refresh()

    def _lend_keys(self, body: LookedAt | None) -> None:
        """While a body is active, the keys of undo and redo are for its cuts."""
        lent = body is not None and self._active_body() is body
        for name in ("undo", "redo"):
            usual, mine = self._desk.page.findChild(QAction, name), self.actions[f"solid_{name}"]
            if isinstance(usual, QAction):
                if lent:
                    usual.setEnabled(False)
                mine.setShortcuts(usual.shortcuts() if lent else [])

    def _make_actions(self) -> None:
        page, add = self._desk.page, self.actions
        add["solid"] = make_action(page, rows.SOLID, self._toggle)
        for row, side in rows.SIDES:
            add[row.name] = make_action(page, row, partial(self._with, partial(self._from_side, side)))
        for row, steps in rows.STEPS:
            add[row.name] = make_action(page, row, partial(self._with, partial(self._side_on, steps)))
        for row, kind in rows.CUTS:
            add[row.name] = make_action(page, row, partial(self._with, partial(self._take_scalpel, kind)))
        add["solid_box"] = make_action(page, rows.BOX, self._box)
        for row, kind in rows.TAKEN:
            add[row.name] = make_action(page, row, partial(self._take_away, kind))
        deeds: tuple[Callable[[LookedAt], object], ...] = (LookedAt.undo, LookedAt.redo, self._whole)
        for row, deed in zip(rows.RESTORING, deeds, strict=True):
            add[row.name] = make_action(page, row, partial(self._with, deed))
        add["solid_curve"] = make_action(page, rows.CURVE, partial(self._with, self._open_curve))
        add["solid_light"] = make_action(page, rows.LIGHT, self._light)
        savings = (self._saving.still, self._saving.film, self._saving.surface)
        for row, save in zip(rows.SAVING, savings, strict=True):
            add[row.name] = make_action(page, row, partial(self._with, save))
        self._fill_menu()

    def _fill_menu(self) -> None:
        menu = self._desk.bar.layout_menu
        menu.addAction(self.actions["solid"])
        more = menu.addMenu(QCoreApplication.translate("viewing", "3D"))
        tables = (
            tuple(row for row, _ in (*rows.SIDES, *rows.STEPS)),
            (*(row for row, _ in rows.CUTS), rows.BOX, *(row for row, _ in rows.TAKEN), *rows.RESTORING),
            (rows.CURVE, rows.LIGHT),
            rows.SAVING,
        )
        for number, table in enumerate(tables):
            if number:
                more.addSeparator()
            for row in table:
                more.addAction(self.actions[row.name])


def body_of(held: HeldVolume) -> LookedAt | None:
    """A volume as a body, if it was ever seen as one."""
    body = held.extras.get(BODY)
    return body if isinstance(body, LookedAt) else None
