"""The picture under the mouse: places of the screen as places of the image, and what lies there.

One for each viewport. Owns the clamping of points to picture and region; changes nothing itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

from vetpacs_desktop.ui.actions import QT_TRANSLATE_NOOP
from vetpacs_desktop.ui.viewing.marking.marking import DRAFT, Marking
from vetpacs_desktop.ui.viewing.marking.words import tr
from vetpacs_desktop.viewer.annotations import CALIBRATIONS, Annotation, ImageRef, Point
from vetpacs_desktop.viewer.corner_texts import Translate
from vetpacs_desktop.viewer.holding import held, held_way
from vetpacs_desktop.viewer.loading import LoadedFrame
from vetpacs_desktop.viewer.marks import REACH, Grip, grip_at, handle_places, to_image, to_screen
from vetpacs_desktop.viewer.measure.tool import MeasureTool
from vetpacs_desktop.viewer.measure.tools import TOOLS
from vetpacs_desktop.viewer.measuring import image_of
from vetpacs_desktop.viewer.snapshot import Picture, Resolved
from vetpacs_desktop.viewer.spatial.pane import Pane, pane_of, put_back, shown_in

_TRUE = QT_TRANSLATE_NOOP(
    "viewing", "Planes of a volume are in true millimetres; there is nothing to calibrate"
)
LEAST_WAY = 4.0
"""Logical pixels that make a drag of a click."""


class Shown(Protocol):
    """What is needed of the controller."""

    @property
    def marking(self) -> Marking: ...

    @property
    def marks_shown(self) -> bool: ...

    @property
    def translate(self) -> Translate: ...

    def frame(self, viewport: int) -> LoadedFrame | None: ...

    def resolved(self, number: int) -> Resolved: ...

    def placed(self, number: int) -> Resolved: ...


class Surface:
    """One viewport's picture."""

    def __init__(self, shown: Shown, number: int) -> None:
        self._shown = shown
        self._number = number

    @property
    def marking(self) -> Marking:
        """The drawings of the exam."""
        return self._shown.marking

    @property
    def frame(self) -> LoadedFrame | None:
        """The frame on the screen."""
        return self._shown.frame(self._number)

    @property
    def image(self) -> ImageRef | None:
        """Which picture that is."""
        frame = self.frame
        return None if frame is None else image_of(frame)

    @property
    def pane(self) -> Pane | None:
        """The picture as one that lies in the animal; None where nothing says where."""
        frame = self.frame
        return None if frame is None else pane_of(frame)

    def begin(self, point: Point) -> None:
        """A figure begins here; on a plane of a volume, or with a body, it is one of the animal."""
        frame, tool = self.frame, self.marking.tool
        if frame is None or tool is None:
            return
        plane = not frame.description.sop_uid
        if plane and tool.name in CALIBRATIONS:
            self.marking.explain(tr(_TRUE))
        else:
            spatial = plane or tool.body or tool.name == "ellipsoid"
            self.marking.begin(image_of(frame), point, pane_of(frame) if spatial else None)

    def carry(self) -> None:
        """What is being drawn may go on in this picture."""
        pane = self.pane if self.marking.draft is not None else None
        if pane is not None:
            self.marking.carry(pane)

    def seen(self, one: Annotation) -> Annotation | None:
        """An annotation with its points on this picture; None where it isn't there, or only crosses it."""
        if one.space is None:
            return one if one.image == self.image else None
        pane = self.pane
        return None if pane is None else shown_in(one, pane)

    def back(self, one: Annotation) -> Annotation:
        """A changed state of what `seen` answered, as it is kept."""
        pane = self.pane if one.space is not None else None
        return one if pane is None else put_back(one, pane)

    @property
    def shown(self) -> tuple[str, ...]:
        """The ids of all that is drawn on the picture now."""
        frame = self.frame
        entries = () if frame is None else self.marking.entries(frame)
        return tuple(entry.annotation.id for entry in entries if entry.annotation.id != DRAFT)

    @property
    def shows_marks(self) -> bool:
        """Hidden drawings can't be taken hold of."""
        return self._shown.marks_shown

    def place(self, at: Point, tool: MeasureTool, others: Sequence[Point]) -> Point | None:
        """(column, row) under a device pixel position, as far as a point of `tool` may go there."""
        resolved, frame = self._shown.placed(self._number), self.frame
        if resolved.picture is None or frame is None:
            return None
        wished = to_image(at, resolved.picture, resolved.camera, resolved.viewport)
        point, self.marking.reason = held(
            frame.description, frame.key.frame, tool.figure, others, wished, self._shown.translate
        )
        return point

    def beside(self, at: Point) -> bool:
        """Whether a device pixel position is no place of the picture, but of the black around it."""
        resolved, frame = self._shown.placed(self._number), self.frame
        if resolved.picture is None or frame is None:
            return True
        column, row = to_image(at, resolved.picture, resolved.camera, resolved.viewport)
        rows, columns = frame.values.shape[:2]
        slack = REACH * resolved.viewport.ratio / resolved.camera.factor
        return not (-slack <= column <= columns - 1 + slack and -slack <= row <= rows - 1 + slack)

    def way(self, one: Annotation, start: Point, at: Point) -> Point:
        """How far (columns, rows) an annotation goes when the mouse goes from `start` to `at`."""
        resolved, frame = self._shown.placed(self._number), self.frame
        if resolved.picture is None or frame is None:
            return 0.0, 0.0
        a, b = (
            to_image(place, resolved.picture, resolved.camera, resolved.viewport) for place in (start, at)
        )
        return self.allowed(one, (b[0] - a[0], b[1] - a[1]))

    def allowed(self, one: Annotation, way: Point) -> Point:
        """How far of `way` an annotation may go."""
        frame = self.frame
        if frame is None:
            return 0.0, 0.0
        figure = TOOLS[one.tool].figure
        return held_way(frame.description, frame.key.frame, figure, one.points, way)

    def turned(self, way: Point) -> Point:
        """A way of whole image pixels (right, down) on the screen, in (columns, rows) of the image."""
        resolved = self._shown.placed(self._number)
        if resolved.picture is None:
            return 0.0, 0.0
        camera, viewport = resolved.camera, resolved.viewport
        a, b = camera.image_point((0.0, 0.0), viewport), camera.image_point(way, viewport)
        x, y = (b[0] - a[0]) * camera.factor, (b[1] - a[1]) * camera.factor
        return x, y

    def on_screen(self, point: Point) -> Point | None:
        """Where (column, row) lies, in device pixels."""
        resolved = self._shown.placed(self._number)
        picture: Picture | None = resolved.picture
        return None if picture is None else to_screen(point, picture, resolved.camera, resolved.viewport)

    @property
    def pixel(self) -> Point:
        """Width and height of a pixel as it is drawn."""
        picture: Picture | None = self._shown.placed(self._number).picture
        return (1.0, 1.0) if picture is None else picture.pixel

    def anywhere(self, at: Point) -> Point:
        """(column, row) under a device pixel position, in the picture or beside it."""
        resolved = self._shown.placed(self._number)
        if resolved.picture is None:
            return 0.0, 0.0
        return to_image(at, resolved.picture, resolved.camera, resolved.viewport)

    def way_on_screen(self, one: Point, other: Point) -> float:
        """Logical pixels between two places of the image."""
        a, b = self.on_screen(one), self.on_screen(other)
        ratio = self._shown.placed(self._number).viewport.ratio
        return math.inf if a is None or b is None else math.dist(a, b) / ratio

    def grip(self, at: Point, reach: float = REACH) -> Grip | None:
        """What can be taken hold of at a device pixel position."""
        resolved, frame = self._shown.resolved(self._number), self.frame
        if frame is None or resolved.picture is None or not self.shows_marks:
            return None
        entries = [entry for entry in self.marking.entries(frame) if entry.annotation.id != DRAFT]
        picture, camera, viewport = resolved.picture, resolved.camera, resolved.viewport
        chosen = self.marking.chosen.id if self.marking.chosen is not None else ""
        places = [
            handle_places(entry, picture, camera, viewport, turning=entry.annotation.id == chosen)
            for entry in entries
        ]
        own = {entry.annotation.id for entry in entries}
        marks = [mark for mark in resolved.marks if mark.id in own]
        return grip_at(marks, entries, places, at, reach * viewport.ratio)
