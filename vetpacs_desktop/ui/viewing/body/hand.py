"""The mouse over a body: left turns or cuts, middle moves, right and the wheel change its size.

Positions are device pixels from the top left corner of the viewport. Lets go of every other picture.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from vetpacs_desktop.ui.viewing.body.looked import LookedAt
from vetpacs_desktop.ui.viewing.body.marks import REACH, dragged, face_at
from vetpacs_desktop.viewer.marks import to_image
from vetpacs_desktop.viewer.state import Point
from vetpacs_desktop.viewer.volume.body import BODY, BodyState, Frame3d, Kind, cut_through

if TYPE_CHECKING:
    from vetpacs_desktop.ui.viewing.controller import Controller

HALF_TURN = 1.0
"""Shares of the viewport's shorter side that turn a body by 180 degrees."""
ZOOM_FULL = 200.0
"""Logical pixels that double the size."""
WHEEL_FULL = 600.0
"""Eighths of a degree of the wheel that double the size."""
LEAST_STEP = 3.0
"""Pixels between two points of an outline."""


@dataclass(frozen=True, slots=True)
class _Hold:
    button: Qt.MouseButton
    start: Point
    last: Point
    before: BodyState
    face: tuple[int, int] | None = None
    frame: Frame3d | None = None


class BodyHand:
    """Over one viewport."""

    def __init__(self, controller: Controller, number: int) -> None:
        self._of, self._number = controller, number
        self._hold: _Hold | None = None

    @property
    def body(self) -> LookedAt | None:
        """What is seen here; None where it is no body."""
        views = self._of.grid.views
        view = views[self._number] if self._number < len(views) else None
        held = self._of.volumes.of(view) if view is not None and view.plane == BODY else None
        body = held.extras.get(BODY) if held is not None else None
        return body if isinstance(body, LookedAt) else None

    @property
    def shape(self) -> Qt.CursorShape | None:
        """Of the mouse; None where no body is shown."""
        body = self.body
        if body is None:
            return None
        if body.scalpel is not None:
            return Qt.CursorShape.CrossCursor
        return Qt.CursorShape.SizeAllCursor if body.held is not None else Qt.CursorShape.OpenHandCursor

    def press(self, button: Qt.MouseButton, at: Point, ratio: float) -> bool:
        """A button goes down; True over a body."""
        body = self.body
        if body is None:
            return False
        frame, face = body.frame3d, None
        if button == Qt.MouseButton.LeftButton and body.scalpel is not None:
            body.drawn = (at,)
        elif button == Qt.MouseButton.LeftButton:
            face = self._face(body, at, ratio)
        self._hold = _Hold(button, at, at, body.state, face, frame)
        return True

    def move(self, at: Point, ratio: float) -> bool:
        """The mouse moves; True over a body."""
        body, hold = self.body, self._hold
        if body is None:
            return False
        if hold is None:
            face = self._face(body, at, ratio)
            if face != body.held:
                body.held = face
                body.refresh()
            return True
        if at != hold.last:
            self._of.set_dragging(self._number, True)
            self._drag(body, hold, at, ratio)
            self._hold = replace(hold, last=at)
        return True

    def release(self) -> bool:
        """The button goes up; True when it was given to a body."""
        hold, self._hold = self._hold, None
        body = self.body
        if hold is None:
            return False
        self._of.set_dragging(self._number, False)
        if body is not None and body.drawn:
            self._cut(body)
        elif body is not None and hold.face is not None:
            body.cut(body.state, hold.before)
        return True

    def cancel(self) -> None:
        """Something else takes the mouse: the drag ends where it is."""
        self._hold = None
        if (body := self.body) is not None and body.drawn:
            body.drawn = ()
            body.refresh()

    def wheel(self, delta: int) -> bool:
        """The wheel turned by eighths of a degree; True over a body."""
        body = self.body
        if body is None:
            return False
        body.look(body.state.camera.zoomed(2 ** (delta / WHEEL_FULL)))
        return True

    def _drag(self, body: LookedAt, hold: _Hold, at: Point, ratio: float) -> None:
        x, y = at[0] - hold.last[0], at[1] - hold.last[1]
        size = self._of.size(self._number)
        short = max(1, min(size.width, size.height))
        camera = body.state.camera
        if body.drawn:
            if math.dist(at, body.drawn[-1]) >= LEAST_STEP:
                body.drawn = (*body.drawn, at)
                body.refresh()
        elif hold.face is not None and hold.frame is not None:
            whole_way = at[0] - hold.start[0], at[1] - hold.start[1]
            clip = dragged(hold.frame, body.volume.grid, hold.before.clip, hold.face, whole_way)
            body.put(replace(body.state, clip=clip))
        elif hold.button == Qt.MouseButton.LeftButton:
            degrees = 180 / (HALF_TURN * short)
            body.look(camera.turned(x * degrees, y * degrees))
        elif hold.button == Qt.MouseButton.MiddleButton:
            body.look(camera.panned(x / short, y / short))
        elif hold.button == Qt.MouseButton.RightButton:
            body.look(camera.zoomed(2 ** (-y / ratio / ZOOM_FULL)))

    def _cut(self, body: LookedAt) -> None:
        """What the outline says goes; the scalpel is put away."""
        outline, body.drawn = body.drawn, ()
        frame, kind = body.frame3d, body.scalpel
        body.scalpel = None
        pixels = tuple(self._pixel(point) for point in outline)
        edit = cut_through(frame, pixels, around=kind is Kind.AROUND) if frame is not None else None
        if edit is not None:
            body.cut(replace(body.state, edits=(*body.state.edits, edit)))
        body.refresh()

    def _face(self, body: LookedAt, at: Point, ratio: float) -> tuple[int, int] | None:
        frame = body.frame3d
        if not body.state.box or frame is None or body.scalpel is not None:
            return None
        return face_at(frame, body.volume.grid, body.state.clip, self._pixel(at), REACH * ratio)

    def _pixel(self, at: Point) -> Point:
        """Of the body's picture."""
        placed = self._of.placed(self._number)
        if placed.picture is None:
            return at
        return to_image(at, placed.picture, placed.camera, placed.viewport)
