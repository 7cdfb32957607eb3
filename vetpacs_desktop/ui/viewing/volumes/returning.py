"""Viewports that show planes though nobody made their volume yet: an exam that comes back as it was left.

Finds them, and settles them once the volume is there, or turns them into images where there will be none.
"""

from __future__ import annotations

from dataclasses import replace

from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.volumes.held import HeldVolume, plane_name
from vetpacs_desktop.ui.viewing.volumes.moving import crossing_of
from vetpacs_desktop.viewer.spot import nearest_slice
from vetpacs_desktop.viewer.state import GridState, ViewState, with_view


def orphan(controller: Controller) -> ViewState | None:
    """The first viewport that shows a picture of a volume that is not there; None where all is well."""
    return next((view for view in controller.grid.views if _waits(controller, view)), None)


def settle(controller: Controller, view: ViewState, held: HeldVolume) -> bool:
    """The volume of `view` came: whether pictures of it waited; planes show their numbers or the last."""
    wanted = {}
    for number, one in enumerate(controller.grid.views):
        name = plane_name(one)
        if one.plane and (one.series, one.stack) == (view.series, view.stack):
            most = held.section(name).count - 1 if name is not None else one.index
            wanted[number] = replace(one, index=min(max(one.index, 0), most))
    if not wanted:
        return False
    controller.put(wanted)
    controller.rearranged.emit(None)
    for number in wanted:
        controller.changed.emit(number)
    return True


def with_images(controller: Controller, grid: GridState) -> GridState:
    """A grid whose active viewport shows the image where the planes meet, in place of a plane or a body."""
    view = grid.views[grid.active]
    if not view.plane or view.series is None:
        return grid
    found = ViewState(view.series, view.stack, window=view.window, invert=view.invert)
    held, stacks = controller.volumes.of(view), controller.stacks(view.series)
    stack = stacks[view.stack] if view.stack < len(stacks) else None
    if held is not None and stack is not None and stack.normal is not None:
        number = nearest_slice(crossing_of(controller, held), stack.positions, stack.normal)
        found = found if number is None else replace(found, index=number)
    return with_view(grid, grid.active, found)


def give_up(controller: Controller) -> None:
    """There will be no volume: the images instead."""
    wanted = {
        number: ViewState(view.series, view.stack, window=view.window, invert=view.invert)
        for number, view in enumerate(controller.grid.views)
        if _waits(controller, view)
    }
    if wanted:
        controller.put(wanted)


def _waits(controller: Controller, view: ViewState) -> bool:
    return view.series is not None and bool(view.plane) and controller.volumes.of(view) is None
