"""A second series over the pictures as an ability of the reading page: its keys, its menu, its bar.

Decides when volumes are made and an alignment is worked out; what is seen is `held`'s, how it is found is
`viewer.volume.registration`'s. Nothing is aligned silently: the reader sees it and says yes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QCoreApplication, QObject, QTimer
from PySide6.QtGui import QAction, QCursor
from PySide6.QtWidgets import QBoxLayout, QMenu

from vetpacs_desktop.errors import Cancelled, KnownError
from vetpacs_desktop.jobs import Job, Progress
from vetpacs_desktop.ui.actions import Action, make_action, tick
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.fusion import rows
from vetpacs_desktop.ui.viewing.fusion.bar import FusionBar, Shown
from vetpacs_desktop.ui.viewing.fusion.gathering import Gathering
from vetpacs_desktop.ui.viewing.fusion.held import Fused, Lie, how_words, lie_words
from vetpacs_desktop.ui.viewing.fusion.keeping import Keeping
from vetpacs_desktop.ui.viewing.fusion.menus import FusionMenus, name_of
from vetpacs_desktop.ui.viewing.fusion.pointing import looked_at, nudged
from vetpacs_desktop.ui.viewing.fusion.returning import lost_overlay
from vetpacs_desktop.ui.viewing.parts import Desk
from vetpacs_desktop.viewer.left_looks import Overlay
from vetpacs_desktop.viewer.state import ViewState
from vetpacs_desktop.viewer.volume.fusion import STEP, FusionWish, Pattern
from vetpacs_desktop.viewer.volume.registration import Alignment, align, centres
from vetpacs_desktop.viewer.volume.rigid import Rigid, shift
from vetpacs_desktop.viewer.volume.volume import Volume

REFRESH_MS = 120
tr = partial(QCoreApplication.translate, "viewing")


class FusionPart(QObject):
    """One of each reading page."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.page)
        self._desk = desk
        self._keeping = Keeping(desk)
        self._gathering: Gathering | None = None
        self._coming = ""
        """The series that is being put together."""
        self._job: Job[Alignment] | None = None
        self._share = 0.0
        self._endings: list[Callable[[], None]] = []
        self.actions: dict[str, QAction] = {}
        self._make_actions()
        self.menus = FusionMenus(desk, self.actions, self._put, self.choose)
        self.bar = FusionBar(self.actions, self.menus.by_name, desk.page)
        self.bar.slid.connect(lambda value: self._put(lambda wish: replace(wish, opacity=value, shown=True)))
        self.bar.cancelled.connect(self._stop)
        layout = desk.page.layout()
        if isinstance(layout, QBoxLayout):
            layout.insertWidget(max(layout.count() - 1, 0), self.bar)
        self._progress = QTimer(self, interval=REFRESH_MS)
        self._progress.timeout.connect(self._show)

    # --- the part ---------------------------------------------------------------------------------

    def opened(self, controller: Controller) -> None:
        """Alignments that were accepted of this animal's series count again."""
        self._keeping.read(controller)
        self._endings = [controller.changed.subscribe(self._changed)]

    def begin(self, _controller: Controller) -> bool:
        """Never decides what is seen first."""
        return False

    def closed(self) -> None:
        """Volumes go, work in hand stops."""
        self._stop()
        for end in self._endings:
            end()
        self._endings = []
        controller = self._desk.controller()
        if controller is not None:
            controller.fusions.forget()
        self.bar.show_state(None)

    def refresh(self) -> None:
        """Greys, ticks and the bar as the active viewport stands; what lay over comes back."""
        self._bring_back()
        fused = self._fused()
        for name, action in self.actions.items():
            action.setEnabled(fused is not None)
            if name == rows.CHOOSE.name:
                action.setEnabled(self._desk.controller() is not None)
        wish = fused.wish if fused is not None else FusionWish()
        tick(self.actions[rows.SQUARES.name], fused is not None and wish.pattern is Pattern.CHECKER)
        tick(self.actions[rows.CLEAR.name], wish.clear)
        lie = fused.lie if fused is not None else None
        self.actions[rows.ACCEPT.name].setEnabled(lie is not None and not lie.accepted)
        self.actions[rows.UNDO.name].setEnabled((fused is not None and len(fused.lies) > 1) or _is_own(lie))
        self._show()

    # --- which series -----------------------------------------------------------------------------

    def _bring_back(self) -> None:
        """What lay over a picture when the exam was left, as soon as both series are known."""
        controller = self._desk.controller()
        if controller is None or self._gathering is not None or self._job is not None:
            return
        found = lost_overlay(controller)
        if found is None:
            return
        view, other, over = found
        self._coming = name_of(controller, other.series or 0, other.stack)
        space = controller.stacks(view.series or 0)[view.stack].space
        done = partial(self._laid_again, controller, view, space, other, over)
        self._gathering = Gathering(
            self._desk, controller, [other], done, partial(self._not_again, controller, view)
        )
        self._progress.start()

    def _laid_again(
        self,
        controller: Controller,
        view: ViewState,
        space: str,
        other: ViewState,
        over: Overlay,
        volumes: list[Volume],
    ) -> None:
        controller.left.drop(view, "over")
        self._lay(controller, view, space, other, volumes, over)

    def _not_again(self, controller: Controller, view: ViewState, error: KnownError) -> None:
        controller.left.drop(view, "over")
        self._failed(error)

    def choose(self, series: int, stack: int) -> None:
        """Lay another series over what the active viewport shows."""
        controller, view = self._desk.controller(), self._view()
        if controller is None or view is None or view.series is None:
            return
        self._stop()
        other = ViewState(series, stack)
        frame = controller.frame(controller.grid.active)
        if frame is None:
            return
        controller.left.drop(view, "over")
        self._coming = name_of(controller, series, stack)
        space = frame.description.frame_of_reference_uid
        done = partial(self._lay, controller, view, space, other)
        self._gathering = Gathering(self._desk, controller, [other], done, self._failed)
        self._progress.start()
        self._show()

    def _lay(
        self,
        controller: Controller,
        view: ViewState,
        space: str,
        other: ViewState,
        volumes: list[Volume],
        over: Overlay | None = None,
    ) -> None:
        self._gathering = None
        unit = controller.fusions.unit(other)
        if controller is not self._desk.controller() or unit is None:
            return
        fused = Fused(unit, self._coming, volumes[0])
        controller.fusions.lay(view, fused, space)
        if over is not None:
            fused.as_left(over, space)
        self._coming = ""
        if fused.lie is None:
            self._desk.say(
                tr("These series were not taken in one position. Align them first: choose Align below.")
            )
        self._redraw()

    def _off(self) -> None:
        controller, view = self._desk.controller(), self._view()
        if controller is not None and view is not None:
            self._stop()
            controller.left.drop(view, "over")
            controller.fusions.take(view)
            self._redraw()

    # --- how it is seen -----------------------------------------------------------------------------

    def _put(self, change: Callable[[FusionWish], FusionWish]) -> None:
        fused = self._fused()
        if fused is not None:
            fused.wish = change(fused.wish)
            self._redraw()

    def _squares(self, wanted: bool) -> None:
        self._put(lambda wish: replace(wish, pattern=Pattern.CHECKER if wanted else Pattern.BLEND))

    def _clear(self, wanted: bool) -> None:
        self._put(lambda wish: replace(wish, clear=wanted))

    # --- how it lies --------------------------------------------------------------------------------

    def _align(self) -> None:
        """Work it out from where it lies, or from the middles; both volumes are needed."""
        controller, view, fused = self._desk.controller(), self._view(), self._fused()
        if controller is None or view is None or fused is None or self._job is not None:
            return
        self._stop()
        done = partial(self._search, fused)
        base = ViewState(view.series, view.stack)
        self._gathering = Gathering(self._desk, controller, [base], done, self._failed)
        self._progress.start()

    def _search(self, fused: Fused, volumes: list[Volume]) -> None:
        self._gathering = None
        fixed, moving = volumes[0], fused.volume
        start = fused.lie.rigid if fused.lie is not None else centres(fixed, moving)
        self._share = 0.0
        self._job = self._desk.bridge.start(
            lambda report, cancel: align(fixed, moving, start, report, cancel),
            partial(self._found, fused),
            self._not_found,
            self._on_progress,
        )
        self._progress.start()

    def _on_progress(self, progress: Progress) -> None:
        self._share = progress.done / max(progress.total or 1, 1)

    def _found(self, fused: Fused, found: Alignment) -> None:
        self._job = None
        controller = self._desk.controller()
        if controller is None or not controller.fusions.holds(fused):
            self._show()
            return
        if not found.better:
            self._desk.say(
                tr("Nothing better was found than where it lies. Move it by hand, then try again.")
            )
            self._show()
            return
        self._lie(fused, found.rigid)

    def _not_found(self, error: BaseException) -> None:
        self._job = None
        self._show()
        if isinstance(error, KnownError) and not isinstance(error, Cancelled):
            self._desk.say(error.sentence)
        elif not isinstance(error, Cancelled):
            raise error

    def _lie(self, fused: Fused, rigid: Rigid) -> None:
        """As proposed; the reader has not agreed yet."""
        lie = Lie(rigid, accepted=False, own=True)
        fused.lies = (*fused.lies, lie)
        self._redraw()
        self._desk.say(lie_words(fused, tr))

    def _centres(self) -> None:
        fused, frame = self._fused(), self._looked_at()
        if fused is not None and frame is not None:
            controller, view = self._desk.controller(), self._view()
            held = controller.volumes.of(view) if controller is not None and view is not None else None
            place = held.volume.grid.middle if held is not None else frame
            self._lie(fused, shift(place, fused.volume.grid.middle))

    def _here(self) -> None:
        """The place looked at in a viewport with the second series onto the place looked at here."""
        controller, fused, here = self._desk.controller(), self._fused(), self._looked_at()
        if controller is None or fused is None or here is None:
            return
        views = controller.grid.views
        shown = [n for n in controller.grid.visible if controller.fusions.unit(views[n]) == fused.unit]
        there = looked_at(controller, shown[0]) if shown else fused.volume.grid.middle
        if there is not None:
            turn = fused.lie.rigid if fused.lie is not None else Rigid()
            moved = shift(turn.place(here), there)
            self._lie(fused, turn.then(moved))

    def _nudge(self, steps: tuple[float, float, float]) -> None:
        controller, fused = self._desk.controller(), self._fused()
        if controller is None or fused is None:
            return
        if fused.lie is None:
            self._centres()
        lie, step = fused.lie, nudged(controller, controller.grid.active, steps)
        if lie is None or step is None:
            return
        moved = Lie(step.then(lie.rigid), accepted=False, own=True)
        # Many small steps are one: taking back goes to where it lay before them.
        kept = fused.lies if lie.accepted or not fused.nudged else fused.lies[:-1]
        fused.lies, fused.nudged = (*kept, moved), True
        self._redraw()

    def _accept(self) -> None:
        controller, fused, view = self._desk.controller(), self._fused(), self._view()
        if controller is None or fused is None or view is None or fused.lie is None:
            return
        agreed = replace(fused.lie, accepted=True)
        fused.lies, fused.nudged = (*fused.lies[:-1], agreed), False
        frame = controller.frame(controller.grid.active)
        start = frame.description.frame_of_reference_uid if frame is not None else ""
        end = fused.volume.frame_of_reference
        if frame is not None and start and end and start != end:
            controller.fusions.accept(start, end, agreed.rigid)
            self._keeping.keep(controller, frame.description.path, start, end, agreed.rigid)
        self._desk.say(lie_words(fused, tr))
        self._redraw()

    def _undo(self) -> None:
        """Back to where it lay before; at the very first it is not shown where nobody knows how it lies."""
        controller, fused = self._desk.controller(), self._fused()
        if controller is None or fused is None or not fused.lies:
            return
        gone = fused.lies[-1]
        fused.lies, fused.nudged = fused.lies[:-1], False
        frame = controller.frame(controller.grid.active)
        if gone.accepted and gone.own and frame is not None:
            start, end = frame.description.frame_of_reference_uid, fused.volume.frame_of_reference
            controller.fusions.part(start, end)
            self._keeping.drop(start, end)
        self._redraw()

    # --- inside -----------------------------------------------------------------------------------

    def _stop(self) -> None:
        if self._gathering is not None:
            self._gathering.stop()
            self._gathering = None
        if self._job is not None:
            self._job.cancel()
        self._coming = ""
        self._show()

    def _failed(self, error: KnownError) -> None:
        self._gathering, self._coming = None, ""
        self._desk.say(error.sentence)
        self._show()

    def _show(self) -> None:
        """The bar."""
        fused, busy = self._fused(), None
        if self._gathering is not None:
            busy = self._gathering.share
        elif self._job is not None:
            busy = self._share
        if busy is None:
            self._progress.stop()
        if fused is None:
            words = tr("Putting the series together...")
            self.bar.show_state(
                Shown(self._coming, state=words, lies=False, busy=busy) if self._gathering else None
            )
            return
        lie = fused.lie
        state = tr("Not taken in one position: align it first") if lie is None else ""
        if lie is not None and lie.own:
            state = lie_words(fused, tr) if lie.accepted else how_words(fused, tr)
        if busy is not None:
            state = tr("Aligning...") if self._job is not None else tr("Putting the series together...")
        self.bar.show_state(
            Shown(
                fused.words,
                fused.wish.opacity if fused.wish.shown else 0.0,
                state,
                waiting=lie is not None and not lie.accepted,
                lies=lie is not None,
                undoable=_is_own(lie),
                busy=busy,
            )
        )

    def _changed(self, number: int) -> None:
        controller = self._desk.controller()
        if controller is not None and number == controller.grid.active and self.bar.isVisible():
            self._show()

    def _redraw(self) -> None:
        controller = self._desk.controller()
        if controller is not None:
            for number in controller.grid.visible:
                controller.changed.emit(number)
        self.refresh()

    def _view(self) -> ViewState | None:
        controller = self._desk.controller()
        return controller.grid.views[controller.grid.active] if controller is not None else None

    def _fused(self) -> Fused | None:
        controller, view = self._desk.controller(), self._view()
        return controller.fusions.of(view) if controller is not None and view is not None else None

    def _looked_at(self) -> tuple[float, float, float] | None:
        controller = self._desk.controller()
        return looked_at(controller, controller.grid.active) if controller is not None else None

    def _make_actions(self) -> None:
        page = self._desk.page
        deeds: tuple[tuple[Action, Callable[..., object]], ...] = (
            (rows.CHOOSE, self._open_menu),
            (rows.SHOWN, lambda: self._put(lambda wish: replace(wish, shown=not wish.shown))),
            (rows.MORE, lambda: self._put(lambda wish: wish.fainter(-STEP))),
            (rows.LESS, lambda: self._put(lambda wish: wish.fainter(STEP))),
            (rows.SQUARES, self._squares),
            (rows.CLEAR, self._clear),
            (rows.OFF, self._off),
            (rows.ALIGN, self._align),
            (rows.CENTRES, self._centres),
            (rows.HERE, self._here),
            (rows.ACCEPT, self._accept),
            (rows.UNDO, self._undo),
            *((row, partial(self._nudge, steps)) for row, steps in rows.NUDGES),
        )
        for row, deed in deeds:
            self.actions[row.name] = make_action(page, row, deed)

    def _open_menu(self) -> None:
        """Which series, at the mouse where it is over the page."""
        page = self._desk.page
        at = QCursor.pos()
        if not page.rect().contains(page.mapFromGlobal(at)):
            at = page.mapToGlobal(page.rect().center())
        menu: QMenu = self.menus.by_name["series"]
        menu.popup(at)


def _is_own(lie: Lie | None) -> bool:
    return lie is not None and lie.own
