"""What is played of a stack, how, and how fast, as a part of the reading page: see `parts.Part`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QActionGroup

from vetpacs_desktop.ui.actions import make_action
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.media import rows
from vetpacs_desktop.ui.viewing.media.media import Media
from vetpacs_desktop.ui.viewing.parts import Desk
from vetpacs_desktop.viewer.description import Medium
from vetpacs_desktop.viewer.playing import Manner, play_all, play_from, play_to, span_of
from vetpacs_desktop.viewer.state import ViewState

MANNER = "viewing/cine_manner"

tr = partial(QCoreApplication.translate, "viewing")


class PlayingPart:
    """One of each reading page."""

    def __init__(self, desk: Desk, media: Media, paced: Callable[[], object]) -> None:
        """`paced` is called when another speed was chosen."""
        self._desk, self._media, self._paced = desk, media, paced
        page, menu = desk.page, desk.bar.speed_menu
        group = QActionGroup(page)
        self._manners = {}
        for row, manner in rows.MANNERS:
            self._manners[manner] = make_action(page, row, partial(self._choose, manner))
            group.addAction(self._manners[manner])
        slots = (
            partial(self._change, lambda view, count: play_from(view, view.index, count)),
            partial(self._change, lambda view, count: play_to(view, view.index, count)),
            partial(self._change, lambda view, _count: play_all(view)),
        )
        self._range = [make_action(page, row, slot) for row, slot in zip(rows.RANGE, slots, strict=True)]
        self._pace = [make_action(page, row, partial(self._go, steps)) for row, steps in rows.PACE]
        for actions in (self._pace, list(self._manners.values()), self._range):
            menu.addSeparator()
            menu.addActions(actions)
        menu.aboutToShow.connect(self.refresh)
        known = {manner.value: manner for manner in Manner}
        self._manners[known.get(str(desk.settings.value(MANNER)), Manner.AGAIN)].setChecked(True)
        self.refresh()

    # --- the part ---------------------------------------------------------------------------------

    def opened(self, controller: Controller) -> None:
        """Played as the last exam was."""

    def begin(self, controller: Controller) -> bool:
        """Never decides what is seen first."""
        return False

    def closed(self) -> None:
        """Nothing is kept of an exam."""
        self.refresh()

    def refresh(self) -> None:
        """What can be pressed, as the active viewport stands."""
        controller = self._desk.controller()
        stack = controller.stack(controller.grid.active) if controller is not None else None
        several = stack is not None and len(stack.keys) > 1 and stack.medium is not Medium.DOCUMENT
        for action in (*self._range, *self._pace):
            action.setEnabled(several)
        for action in self._manners.values():
            action.setEnabled(several and not self._media.is_film())

    # --- doing ------------------------------------------------------------------------------------

    def _choose(self, manner: Manner, chosen: bool) -> None:
        if chosen:
            self._media.manner = manner
            self._desk.settings.setValue(MANNER, manner.value)

    def _go(self, steps: int) -> None:
        self._media.faster(steps)
        self._paced()

    def _change(self, change: Callable[[ViewState, int], ViewState]) -> None:
        controller = self._desk.controller()
        if controller is None:
            return
        number = controller.grid.active
        stack = controller.stack(number)
        if stack is None or len(stack.keys) < 2:
            return
        count = len(stack.keys)
        view = change(controller.grid.views[number], count)
        controller.put({number: view})
        first, last = span_of(view, count)
        words = tr("Played: image {first} to {last}") if view.played else tr("Played: all images")
        self._desk.say(words.format(first=first + 1, last=last + 1))
