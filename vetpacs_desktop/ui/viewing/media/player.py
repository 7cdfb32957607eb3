"""Moves the films of an exam on: the active one, and those that are linked to it, each by its own clock.

Holds which way each goes and what it is owed in parts of a frame; the wishes are the controller's.
"""

from __future__ import annotations

from dataclasses import replace

from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.viewer import linking
from vetpacs_desktop.viewer.playing import Manner, advanced, ends, span_of
from vetpacs_desktop.viewer.state import ViewState


class Player:
    """Of one reading page."""

    def __init__(self) -> None:
        self._forth: dict[int, bool] = {}
        self._owed: dict[int, float] = {}

    def rewind(self, controller: Controller, manner: Manner) -> None:
        """Before it plays: a film that stands at its end, or outside its range, starts at the start."""
        self._forth, self._owed = {}, {}
        number = controller.grid.active
        stack, view = controller.stack(number), controller.grid.views[number]
        if stack is not None:
            span = span_of(view, len(stack.keys))
            if ends(view.index, span, manner) or not span[0] <= view.index <= span[1]:
                controller.go_to(number, span[0])

    def length(self, controller: Controller, steps: int, manner: Manner) -> float:
        """How long the frame `steps` on lasts, against the usual one of its film."""
        number = controller.grid.active
        stack, view = controller.stack(number), controller.grid.views[number]
        if stack is None or len(stack.lengths_ms) != len(stack.keys):
            return 1.0
        span = span_of(view, len(stack.keys))
        index, _ = advanced(view.index, steps, span, manner, self._forth.get(number, True))
        return stack.lengths_ms[index] / stack.frame_ms

    def play_on(self, controller: Controller, steps: int, manner: Manner) -> bool:
        """`steps` frames on, all that plays along too; False when the film has come to its end."""
        number = controller.grid.active
        stack = controller.stack(number)
        if stack is None:
            return False
        wanted = self._moved(controller, number, steps, manner)
        views = controller.linkage.followed(number, wanted)
        views.update(self._beside(controller, number, stack.frame_ms * steps, manner))
        controller.put(views)
        return not ends(wanted.index, span_of(wanted, len(stack.keys)), manner)

    def _beside(
        self, controller: Controller, number: int, elapsed_ms: float, manner: Manner
    ) -> dict[int, ViewState]:
        """The linked films after as much of their own time."""
        grid, linkage, views = controller.grid, controller.linkage, {}
        lead = linkage.sight(number)
        for other in grid.visible if grid.links.any and lead is not None else ():
            stack, sight = controller.stack(other), linkage.sight(other)
            if other == number or stack is None or sight is None or lead is None:
                continue
            if linking.plays_along(grid.links, lead, sight):
                owed = self._owed.get(other, 0.0) + elapsed_ms / stack.frame_ms
                self._owed[other] = owed - int(owed)
                views[other] = self._moved(controller, other, int(owed), manner)
        return views

    def _moved(self, controller: Controller, number: int, steps: int, manner: Manner) -> ViewState:
        stack, view = controller.stack(number), controller.grid.views[number]
        if stack is None or steps == 0:
            return view
        span, forth = span_of(view, len(stack.keys)), self._forth.get(number, True)
        index, self._forth[number] = advanced(view.index, steps, span, manner, forth)
        return replace(view, index=index)
