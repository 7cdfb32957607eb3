"""An exam comes back as it was left: layout, pictures, windows, zoom. Also after the power failed.

Writes the state down soon after the reader changed something, and puts a kept one on the screen when the exam
is opened. Must never move a picture that the reader has moved meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QCoreApplication, QObject, QTimer

from vetpacs_desktop.ui.actions import make_action
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.parts import Desk
from vetpacs_desktop.ui.viewing.resuming import rows
from vetpacs_desktop.ui.viewing.resuming.pen import Pen
from vetpacs_desktop.ui.viewing.resuming.watching import Watching
from vetpacs_desktop.viewer import reading_state
from vetpacs_desktop.viewer.loading import FrameKey
from vetpacs_desktop.viewer.session import FrameStack
from vetpacs_desktop.viewer.state import GridState, ViewState

SOON_MS = 400
"""A crash costs at most so much of what was done, and what the disk takes for a small file."""


class Resuming(QObject):
    """A part of the reading page; without a pen it remembers nothing."""

    def __init__(
        self,
        desk: Desk,
        pen: Pen | None,
        begin_anew: Callable[[], object],
        bring: Callable[[Sequence[str]], object] = lambda _: None,
    ) -> None:
        """`begin_anew` opens the exam as if for the first time; `bring` puts other exams beside it."""
        super().__init__(desk.page)
        self._bring = bring
        self._beside: _Beside | None = None
        self._count_beside = 0
        self._desk = desk
        self._pen = pen
        self._begin_anew = begin_anew
        self._waiting: dict[int, _Waiting] = {}
        """Viewports whose picture is to be found once their stacks are known."""
        self._endings: list[Callable[[], None]] = []
        self._watching = Watching(self._acted, self)
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._write)
        self.as_new = make_action(desk.page, rows.AS_NEW, self.forget)
        self.as_new.setEnabled(False)

    # --- a part of the page -----------------------------------------------------------------------

    def opened(self, controller: Controller) -> None:
        """Before anything is shown."""
        self._beside, self._count_beside = None, 0
        self._endings = [
            controller.rearranged.subscribe(lambda _: self._arrived(controller)),
            controller.changed.subscribe(lambda _: self._let_go(controller)),
        ]
        self._watching.begin(controller)
        if self._pen is not None:
            self._pen.open_now(controller.exam.study_uid)
        self.as_new.setEnabled(self._pen is not None)

    def begin(self, controller: Controller) -> bool:
        """As it was left, where it was."""
        exam = controller.exam
        kept = exam.left if self._pen is None else self._pen.newest(exam.study_uid, exam.left)
        found = reading_state.resumed(kept, exam, controller.grid) if kept else None
        if found is None:
            return False
        controller.left.bring(reading_state.looks(kept, exam))
        self._put(controller, found)
        others = reading_state.beside(kept)
        if others:
            self._beside = _Beside(kept, frozenset(others))
            QTimer.singleShot(0, self, lambda: self._bring_beside(controller, others))
        return True

    def closed(self) -> None:
        """The last state is written; nothing is open any more."""
        self._watching.flush()
        if self._soon.isActive():
            self._soon.stop()
            self._write()
        self._watching.end()
        for ending in self._endings:
            ending()
        self._endings = []
        self._waiting = {}
        self.as_new.setEnabled(False)
        if self._pen is not None:
            self._pen.open_now("")

    def refresh(self) -> None:
        """Nothing here has a tick."""

    # --- leaving ----------------------------------------------------------------------------------

    def forget(self) -> None:
        """As if the exam were opened for the first time; drawings stay."""
        controller = self._desk.controller()
        if controller is None or self._pen is None:
            return
        self._watching.end()
        self._soon.stop()
        self._pen.write(controller.exam.study_uid, "")
        self._begin_anew()
        words = QCoreApplication.translate("resuming", "As new. What is drawn on the images stays.")
        self._desk.say(words)

    def _acted(self) -> None:
        """The reader did something: from now on this exam is worth remembering, and is the reader's."""
        self._beside = None
        if not self._soon.isActive():
            self._soon.start()

    def _write(self) -> None:
        controller = self._desk.controller()
        if controller is not None and self._pen is not None:
            self._pen.write(controller.exam.study_uid, self._document(controller))

    def _document(self, controller: Controller) -> str:
        """Viewports that still wait for their picture keep its name."""
        self._let_go(controller)
        keys = [
            self._waiting[number].key if number in self._waiting else _key(controller, view)
            for number, view in enumerate(controller.grid.views)
        ]
        return reading_state.document(controller.grid, controller.exam, keys, controller.left.now())

    # --- coming back ------------------------------------------------------------------------------

    def _put(self, controller: Controller, found: reading_state.Resumed) -> None:
        self._waiting = {
            number: _Waiting(key, view)
            for number, (key, view) in enumerate(zip(found.keys, found.grid.views, strict=True))
            if key is not None
        }
        controller.put_grid(self._at_their_places(controller, found.grid))

    def _bring_beside(self, controller: Controller, others: Sequence[str]) -> None:
        if controller is self._desk.controller():
            self._bring(others)

    def _put_beside(self, controller: Controller) -> None:
        """The exams beside are there: all viewports as they were left, unless the reader did something."""
        waited, self._beside = self._beside, None
        if waited is None or controller is not self._desk.controller():
            return
        found = reading_state.resumed(waited.text, controller.exam, controller.grid)
        if found is not None:
            controller.left.bring(reading_state.looks(waited.text, controller.exam))
            self._put(controller, found)

    def _count(self, controller: Controller) -> None:
        """Exams come beside the open one, or go: a deed of the reader's, unless they were left like that."""
        others = {one.study_uid for one in controller.exam.beside}
        if len(others) == self._count_beside:
            return
        self._count_beside = len(others)
        if self._beside is None:
            self._acted()
        elif self._beside.studies <= others:
            # After whoever brought them has hung them.
            QTimer.singleShot(0, self, lambda: self._put_beside(controller))

    def _arrived(self, controller: Controller) -> None:
        """Stacks came, or the reader did something: what is known now is put in its place."""
        self._count(controller)
        self._let_go(controller)
        if self._waiting:
            grid = self._at_their_places(controller, controller.grid)
            if grid != controller.grid:
                controller.put_grid(grid)

    def _let_go(self, controller: Controller) -> None:
        """What the reader moved is not waited for any more."""
        for number, waiting in list(self._waiting.items()):
            views = controller.grid.views
            view = views[number] if number < len(views) else ViewState()
            if waiting.disturbed(view, _stacks(controller, view)):
                del self._waiting[number]

    def _at_their_places(self, controller: Controller, grid: GridState) -> GridState:
        views = list(grid.views)
        for number, waiting in list(self._waiting.items()):
            view = views[number]
            stacks = _stacks(controller, view)
            placed = reading_state.found(view, waiting.key, stacks)
            waiting.note(placed or view, stacks)
            if placed is not None:
                views[number] = placed
                if all(stack.final for stack in stacks):
                    del self._waiting[number]
        return replace(grid, views=tuple(views))


@dataclass(frozen=True, slots=True)
class _Beside:
    """Exams that lay beside this one are on their way."""

    text: str
    studies: frozenset[str]


class _Waiting:
    """A viewport's picture that is not found yet, and what the viewport showed when it was looked at last."""

    def __init__(self, key: FrameKey, view: ViewState) -> None:
        self.key = key
        self._place = _place(view)
        self._stacks: Sequence[FrameStack] = ()

    def disturbed(self, view: ViewState, stacks: Sequence[FrameStack]) -> bool:
        """Whether the reader went elsewhere: another series, or another picture while no headers came."""
        if view.series != self._place[0]:
            return True
        return stacks is self._stacks and _place(view) != self._place

    def note(self, view: ViewState, stacks: Sequence[FrameStack]) -> None:
        """The viewport as it is now."""
        self._place, self._stacks = _place(view), stacks


def _place(view: ViewState) -> tuple[int | None, int, int]:
    return view.series, view.stack, view.index


def _stacks(controller: Controller, view: ViewState) -> tuple[FrameStack, ...]:
    return controller.stacks(view.series) if view.series is not None else ()


def _key(controller: Controller, view: ViewState) -> FrameKey | None:
    """The picture that a view shows, whether it is on the screen or waits behind another."""
    stacks = _stacks(controller, view)
    keys = stacks[view.stack].keys if view.stack < len(stacks) else ()
    if view.plane:
        return keys[0] if keys else None
    return keys[view.index] if view.index < len(keys) else None
