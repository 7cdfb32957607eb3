"""Where the planes of a volume stand on the page, and how a wish moves them: the controller's views, as one.

Knows the controller's state and the volume's geometry; draws nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from vetpacs_desktop.ui.viewing.volumes.cross import cross_marks
from vetpacs_desktop.ui.viewing.volumes.held import HeldVolume, Over, plane_name
from vetpacs_desktop.ui.viewing.volumes.path_marks import with_path
from vetpacs_desktop.ui.viewing.volumes.path_moving import Page, drawing
from vetpacs_desktop.viewer.corner_texts import Translate
from vetpacs_desktop.viewer.description import ImageDescription
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.geometry.planes import Vector
from vetpacs_desktop.viewer.loading import LoadedFrame
from vetpacs_desktop.viewer.snapshot import Resolved
from vetpacs_desktop.viewer.state import Point, ZoomMode
from vetpacs_desktop.viewer.volume.section import PlaneName
from vetpacs_desktop.viewer.volume.turn import Turn


class Views(Page, Protocol):
    """What is needed of the controller."""

    exam: Exam

    @property
    def translate(self) -> Translate: ...

    def frame(self, viewport: int) -> LoadedFrame | None: ...

    def placed(self, number: int) -> Resolved: ...


PEOPLE = frozenset(("homo sapiens", "human", "person"))


def is_quadruped(views: Views, description: ImageDescription) -> bool:
    """Whether planes hang as animals are read: by the switch of the letters, the file, then the species."""
    if views.grid.quadruped is not None:
        return views.grid.quadruped
    if description.orientation_type:
        return description.orientation_type == "QUADRUPED"
    species = views.exam.species.strip().casefold()
    return bool(species) and species not in PEOPLE


def middle_of(views: Views, number: int) -> tuple[LoadedFrame, Point] | None:
    """What a viewport shows and the (column, row) in its middle, which may lie beside the picture."""
    frame, placed = views.frame(number), views.placed(number)
    if frame is None or placed.picture is None:
        return None
    x, y = placed.camera.center
    across, down = placed.picture.pixel
    return frame, (x / across, y / down)


def planes_of(views: Views, held: HeldVolume) -> dict[int, PlaneName]:
    """The viewports on the screen that show planes of a volume."""
    grid = views.grid
    return {
        n: name
        for n in grid.visible
        if (name := plane_name(grid.views[n])) is not None and views.volumes.of(grid.views[n]) is held
    }


def crossing_of(views: Views, held: HeldVolume) -> Vector:
    """Where the planes on the screen meet, mm."""
    shown = {name: views.grid.views[n].index for n, name in planes_of(views, held).items()}
    return held.crossing(shown)


def cross_to(views: Views, held: HeldVolume, place: Vector) -> None:
    """Move all planes so that they meet at a place of the animal, as near as their slices come to it."""
    wanted = {
        n: replace(views.grid.views[n], index=held.section(name).nearest(place))
        for n, name in planes_of(views, held).items()
    }
    views.put(wanted)


def turn_to(views: Views, held: HeldVolume, turn: Turn) -> None:
    """Turn the planes, or make them thicker, about the place where they meet; what is seen keeps its size."""
    place = crossing_of(views, held)
    shown = planes_of(views, held)
    per_mm = {n: views.placed(n).camera.factor / held.section(name).mm for n, name in shown.items()}
    held.turn = turn
    wanted = {}
    for n, name in shown.items():
        view = replace(views.grid.views[n], index=held.section(name).nearest(place))
        if view.zoom is ZoomMode.FIT:
            view = replace(view, zoom=ZoomMode.FACTOR, factor=per_mm[n] * held.section(name).mm)
        wanted[n] = view
    views.put(wanted)


def crossed(views: Views, number: int, found: Resolved) -> Resolved:
    """A snapshot with the lines of the other planes, where a viewport shows one; they go with the words."""
    view = views.grid.views[number]
    held, name = views.volumes.of(view) if view.plane else None, plane_name(view)
    extra: object = held.extras.get(view.plane) if held is not None else None
    if isinstance(extra, Over):
        return extra.drawn_over(found)
    if held is None or not views.grid.texts:
        return found
    if name is None or drawing(views) is not None:
        return with_path(views, view, found, views.translate)
    marks = cross_marks(held, name, view.index, crossing_of(views, held), found, views.translate)
    return with_path(views, view, replace(found, marks=(*marks, *found.marks)), views.translate)
