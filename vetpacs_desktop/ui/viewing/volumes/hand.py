"""The mouse on the lines of planes: their middle moves all, a line moves its plane, its handles turn it.

Positions are device pixels from the top left corner of the picture. Lets go of everything that is not a line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vetpacs_desktop.ui.viewing.volumes.cross import (
    CrossGrip,
    Part,
    angle_of,
    grip_at,
    moved_line,
    place_under,
    turned,
)
from vetpacs_desktop.ui.viewing.volumes.held import HeldVolume, plane_name
from vetpacs_desktop.ui.viewing.volumes.moving import cross_to, crossing_of, turn_to
from vetpacs_desktop.viewer.geometry.planes import Vector
from vetpacs_desktop.viewer.state import Point
from vetpacs_desktop.viewer.volume.section import PlaneName
from vetpacs_desktop.viewer.volume.turn import Turn

if TYPE_CHECKING:
    from vetpacs_desktop.ui.viewing.controller import Controller

SNAP = 5.0
"""Degrees, with the Shift key."""


@dataclass(frozen=True, slots=True)
class _Hold:
    grip: CrossGrip
    place: Vector
    """Where the planes met when the button went down."""
    turn: Turn
    angle: float


class CrossHand:
    """Over one viewport."""

    def __init__(self, controller: Controller, number: int) -> None:
        self._of = controller
        self._number = number
        self._hold: _Hold | None = None

    @property
    def busy(self) -> bool:
        """Whether a line is in the hand."""
        return self._hold is not None

    def grip(self, at: Point) -> CrossGrip | None:
        """What of the lines lies there; None with a tool in the hand, or where no plane is shown."""
        held, name = self._plane()
        marking = self._of.marking
        if held is None or name is None or marking.tool is not None or not self._of.grid.texts:
            return None
        return grip_at(held, name, crossing_of(self._of, held), self._of.placed(self._number), at)

    def press(self, at: Point) -> bool:
        """The left button goes down; True when it takes hold of a line."""
        grip = self.grip(at)
        held, name = self._plane()
        if grip is None or held is None or name is None:
            return False
        place = crossing_of(self._of, held)
        angle = angle_of(held, name, place, self._of.placed(self._number), at)
        self._hold = _Hold(grip, place, held.turn, angle)
        return True

    def move(self, at: Point, *, snap: bool = False) -> bool:
        """The mouse moves; True while a line is in the hand."""
        hold, (held, name) = self._hold, self._plane()
        if hold is None or held is None or name is None:
            return False
        placed = self._of.placed(self._number)
        if hold.grip.part is Part.TURN:
            degrees = angle_of(held, name, hold.place, placed, at) - hold.angle
            degrees = round(degrees / SNAP) * SNAP if snap else degrees
            turn_to(self._of, held, turned(hold.turn, held, name, hold.place, degrees))
            return True
        under = place_under(held, name, self._of.grid.views[self._number].index, placed, at)
        if under is not None:
            line = hold.grip.part is Part.LINE
            cross_to(self._of, held, moved_line(held, hold.grip, hold.place, under) if line else under)
        return True

    def release(self) -> bool:
        """The button goes up; True when it held a line."""
        hold, self._hold = self._hold, None
        return hold is not None

    def _plane(self) -> tuple[HeldVolume | None, PlaneName | None]:
        views = self._of.grid.views
        view = views[self._number] if self._number < len(views) else None
        held = self._of.volumes.of(view) if view is not None and view.plane else None
        return held, plane_name(view) if held is not None and view is not None else None
