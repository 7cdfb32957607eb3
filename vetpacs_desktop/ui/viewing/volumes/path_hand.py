"""The mouse on a path: places its points, moves them, moves the tick and turns the side that is seen.

Positions are device pixels from the top left corner of the picture. Lets go of everything that is not a path.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt

from vetpacs_desktop.ui.viewing.volumes.cross import place_under
from vetpacs_desktop.ui.viewing.volumes.held import HeldVolume, plane_name
from vetpacs_desktop.ui.viewing.volumes.path_held import ALONG, HeldPath, upward
from vetpacs_desktop.ui.viewing.volumes.path_marks import PathGrip, PathPart, column_at, grip_at
from vetpacs_desktop.ui.viewing.volumes.path_moving import (
    added,
    look_across,
    moved,
    part_of,
    path_of,
    redraw,
)
from vetpacs_desktop.viewer.geometry.planes import Vector
from vetpacs_desktop.viewer.state import Point, ViewState
from vetpacs_desktop.viewer.volume.section import PlaneName, vector

if TYPE_CHECKING:
    from vetpacs_desktop.ui.viewing.controller import Controller

SNAP = 15.0
"""Degrees, with the Shift key."""
_SHAPES = {
    PathPart.POINT: Qt.CursorShape.SizeAllCursor,
    PathPart.LINE: Qt.CursorShape.CrossCursor,
    PathPart.TICK: Qt.CursorShape.SplitHCursor,
    PathPart.TURN: Qt.CursorShape.PointingHandCursor,
}
CURVED = "On a curved plane: nothing is measured here. The length along the path stands beside its mark."


class PathHand:
    """Over one viewport."""

    def __init__(self, controller: Controller, number: int) -> None:
        self._of = controller
        self._number = number
        self._held: PathGrip | None = None
        self._start = 0.0
        """The angle of the side seen when the button went down, less the mouse's."""
        self.shape: Qt.CursorShape | None = None
        """The mouse over a path; None elsewhere."""

    def hover(self, at: Point) -> bool:
        """The mouse moves without a button; True where a path answers to it."""
        self.shape = None
        path, view = self._path()
        if path is None or view is None or self._of.marking.tool is not None:
            return False
        grip = grip_at(self._of, view, self._of.placed(self._number), at)
        if grip is not None:
            self.shape = _SHAPES[grip.part]
        elif path.drawing and plane_name(view) is not None:
            self.shape = Qt.CursorShape.CrossCursor
        return self.shape is not None

    def press(self, at: Point) -> bool:
        """The left button goes down; True when it is ours."""
        path, view = self._path()
        if view is None or path is None:
            return False
        if self._of.marking.tool is not None:
            return self._refuse(view)
        found = self._of.placed(self._number)
        grip, name = grip_at(self._of, view, found, at), plane_name(view)
        if path.drawing and name is not None and (grip is None or grip.part is PathPart.LINE):
            place = place_under(path.held, name, view.index, found, at)
            return place is not None and self._place(path, name, place, grip)
        if grip is None:
            return False
        self._held = grip
        path.in_hand = True
        if grip.part is PathPart.TURN:
            self._start = path.drawn.turn - self._angle(at)
        return True

    def move(self, at: Point, *, snap: bool = False) -> bool:
        """The mouse moves; True while a path is in the hand."""
        grip, (path, view) = self._held, self._path()
        if grip is None or path is None or view is None:
            return False
        found, name = self._of.placed(self._number), plane_name(view)
        if grip.part is PathPart.TURN:
            turn = self._start + self._angle(at)
            turn = round(turn / SNAP) * SNAP if snap else turn
            redraw(self._of, path, replace(path.drawn, turn=turn))
        elif grip.part is PathPart.TICK and view.plane == ALONG:
            look_across(self._of, path, column_at(path, found, at))
        elif name is not None and (place := place_under(path.held, name, view.index, found, at)) is not None:
            if grip.part is PathPart.POINT:
                redraw(self._of, path, moved(path, grip.number, self._kept(path, name, grip.number, place)))
            elif path.track is not None:
                section = path.held.section(name)
                flat = path.track.places - np.asarray(place)
                flat -= (flat @ np.asarray(section.normal))[:, None] * np.asarray(section.normal)
                look_across(self._of, path, int(np.argmin(np.linalg.norm(flat, axis=1))))
        return True

    def release(self) -> bool:
        """The button goes up; True when it held a path."""
        held, self._held = self._held, None
        path, _ = self._path()
        if path is not None and path.in_hand:
            path.in_hand = False
            self._of.changed.emit(self._number)
        return held is not None

    def _refuse(self, view: ViewState) -> bool:
        """Tools measure in planes: along a curve neither angles nor areas would be true."""
        if view.plane != ALONG:
            return False
        self._of.marking.explain(self._of.translate(CURVED))
        return True

    def _place(self, path: HeldPath, name: PlaneName, place: Vector, grip: PathGrip | None) -> bool:
        """A new point, which is in the hand until the button goes up."""
        drawn = path.drawn
        before = part_of(path, place) if grip is not None and path.track is not None else None
        if not drawn.points:
            path.drawn = replace(drawn, down=upward(path.held.section(name).normal), turn=0.0)
        at = len(drawn.points) if before is None else before
        path.in_hand = True
        redraw(self._of, path, added(path, place, before))
        if path.track is not None:  # what was just passed is looked at
            look_across(self._of, path, path.track.nearest(place))
        self._held = PathGrip(PathPart.POINT, at)
        return True

    def _kept(self, path: HeldPath, name: PlaneName, number: int, place: Vector) -> Vector:
        """A point moves in the plane that is looked at and stays as deep as it was."""
        normal = np.asarray(path.held.section(name).normal)
        deep = float((np.asarray(path.drawn.points[number]) - np.asarray(place)) @ normal)
        return vector(np.asarray(place) + normal * deep)

    def _angle(self, at: Point) -> float:
        """Of the mouse about the middle of a plane across the path, clockwise degrees."""
        found, (path, _) = self._of.placed(self._number), self._path()
        cut = path.cross_cut(0) if path is not None else None
        if cut is None or found.picture is None:
            return 0.0
        x, y = found.camera.image_point(at, found.viewport)
        middle = cut.width // 2
        return math.degrees(math.atan2(y - middle, x - middle))

    def _path(self) -> tuple[HeldPath | None, ViewState | None]:
        views = self._of.grid.views
        view = views[self._number] if self._number < len(views) else None
        held: HeldVolume | None = self._of.volumes.of(view) if view is not None and view.plane else None
        return path_of(held), view
