"""Which second series lay over a picture when the exam was left, and is not there yet."""

from __future__ import annotations

from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.viewer.left_looks import Overlay
from vetpacs_desktop.viewer.state import ViewState


def lost_overlay(controller: Controller) -> tuple[ViewState, ViewState, Overlay] | None:
    """A viewport on the screen, what is to lie over it and how; None where nothing can be laid yet."""
    for number in controller.grid.visible:
        view = controller.grid.views[number]
        over = controller.left.of(view).over
        if over is None or view.series is None or controller.fusions.of(view) is not None:
            continue
        stacks = controller.stacks(view.series)
        other = controller.left.unit_at(over.place)
        if other is not None and view.stack < len(stacks) and stacks[view.stack].final:
            return view, ViewState(*other), over
    return None
