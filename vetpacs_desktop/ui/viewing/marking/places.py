"""Where in the exam a picture is: its series, stack and index; and going there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.volumes.moving import cross_to, planes_of
from vetpacs_desktop.viewer.annotations import ImageRef
from vetpacs_desktop.viewer.loading import FrameKey
from vetpacs_desktop.viewer.measuring import image_of
from vetpacs_desktop.viewer.spatial.placed import Placed
from vetpacs_desktop.viewer.spot import nearest_slice


@dataclass(frozen=True, slots=True)
class PlaceInExam:
    """One picture's place."""

    series: int
    stack: int
    index: int
    count: int


def place_of(controller: Controller, image: ImageRef) -> PlaceInExam | None:
    """The place of a picture; None while its series is not known well enough, or it is gone."""
    path = controller.exam.path_of(image.sop_uid)
    if path is None:
        return _place_on_screen(controller, image)
    key = FrameKey(path, image.frame)
    for series in range(len(controller.exam.all_series)):
        for number, stack in enumerate(controller.stacks(series)):
            if key in stack.keys:
                return PlaceInExam(series, number, stack.keys.index(key), len(stack.keys))
    return None


def go_to(controller: Controller, image: ImageRef) -> bool:
    """Show a picture where its stack is on the screen, or in the active viewport; False if it is nowhere."""
    place = place_of(controller, image)
    if place is None:
        return False
    unit = place.series, place.stack
    views = controller.grid.views
    shown = [n for n in controller.grid.visible if (views[n].series, views[n].stack) == unit]
    if shown and controller.grid.active not in shown:
        controller.activate(shown[0])
    elif not shown:
        controller.show(controller.grid.active, *unit)
    controller.go_to(controller.grid.active, place.index)
    return True


def go_to_place(controller: Controller, placed: Placed) -> bool:
    """Show what lies in the animal: planes move there and the one like its own becomes active; without planes
    the nearest slice of its series. False where it is nowhere."""
    number = series_of(controller, placed)
    if number is None:
        return False
    middle = placed.middle
    for held in controller.volumes.all():
        shown = planes_of(controller, held)
        if shown and held.volume.description.series_uid == placed.series_uid:
            cross_to(controller, held, middle)
            alike = {
                n: abs(float(np.dot(held.section(name).normal, placed.normal))) for n, name in shown.items()
            }
            controller.activate(max(alike, key=lambda n: alike[n]))
            return True
    for stack_number, stack in enumerate(controller.stacks(number)):
        known = stack.normal is not None and stack.space in ("", placed.frame_of_reference_uid)
        index = nearest_slice(middle, stack.positions, stack.normal) if known and stack.normal else None
        if index is not None:
            views = controller.grid.views
            there = [
                n
                for n in controller.grid.visible
                if (views[n].series, views[n].stack) == (number, stack_number)
            ]
            if there:
                controller.activate(there[0])
            else:
                controller.show(controller.grid.active, number, stack_number)
            controller.go_to(controller.grid.active, index)
            return True
    return False


def series_of(controller: Controller, placed: Placed) -> int | None:
    """The number of the series that something was drawn on; None where it is not on the page."""
    uids = [series.series_uid for series in controller.exam.all_series]
    return uids.index(placed.series_uid) if placed.series_uid in uids else None


def _place_on_screen(controller: Controller, image: ImageRef) -> PlaceInExam | None:
    for number in controller.grid.visible:
        frame, view, stack = controller.frame(number), controller.grid.views[number], controller.stack(number)
        if frame is None or stack is None or view.series is None or image_of(frame) != image:
            continue
        return PlaceInExam(view.series, view.stack, stack.keys.index(frame.key), len(stack.keys))
    return None
