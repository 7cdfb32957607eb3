"""What the viewports have to do with each other: linked wishes, the place pointed at, lines of other slices.

Gathers what the pure rules of `viewer.linking`, `viewer.spot` and `viewer.geometry.crossing` ask of the open
exam, and carries out nothing: the controller does. Knows no widget.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Protocol

from vetpacs_desktop.ui.viewing.fusion.held import Fusions
from vetpacs_desktop.ui.viewing.marking.marking import Marking
from vetpacs_desktop.viewer import linking
from vetpacs_desktop.viewer.corner_texts import Translate
from vetpacs_desktop.viewer.description import Medium
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.framing import pixel_shape, zoom_factor
from vetpacs_desktop.viewer.geometry.crossing import Slice, crossing
from vetpacs_desktop.viewer.geometry.scale import scale_of
from vetpacs_desktop.viewer.linking import Sight
from vetpacs_desktop.viewer.loading import LoadedFrame
from vetpacs_desktop.viewer.mark import Look, Mark, Stroke
from vetpacs_desktop.viewer.marks import to_image, to_screen
from vetpacs_desktop.viewer.presets import is_colour
from vetpacs_desktop.viewer.session import FrameStack
from vetpacs_desktop.viewer.snapshot import Picture, Resolved, Viewport
from vetpacs_desktop.viewer.spot import Spot, is_on, nearest_slice, pixel_in, reach_of, spot_at
from vetpacs_desktop.viewer.state import GridState, Point, ViewState, ZoomMode
from vetpacs_desktop.viewer.volume.rigid import Rigid

_WORDS = {"scroll": "scroll", "place": "zoom and move", "window": "window", "turn": "turns"}
RING, GAP, ARM = 9.0, 4.0, 20.0
"""Logical pixels of the cross that marks the same place."""


class Viewports(Protocol):
    """What is needed of the controller."""

    exam: Exam
    grid: GridState
    marking: Marking
    fusions: Fusions

    @property
    def translate(self) -> Translate: ...

    def stack(self, viewport: int) -> FrameStack | None: ...

    def frame(self, viewport: int) -> LoadedFrame | None: ...

    def placed(self, number: int) -> Resolved: ...

    def size(self, number: int) -> Viewport: ...


class Linkage:
    """Of one controller."""

    def __init__(self, viewports: Viewports) -> None:
        self._of = viewports

    # --- linked wishes ----------------------------------------------------------------------------

    def followed(self, number: int, wanted: ViewState) -> dict[int, ViewState]:
        """The wishes of all viewports that change when one wants `wanted`, itself included."""
        grid = self._of.grid
        new = {number: wanted}
        if not grid.links.any or len(grid.visible) < 2:
            return new
        sights = {n: sight for n in grid.visible if (sight := self.sight(n)) is not None}
        lead = sights.pop(number, None)
        if lead is not None:
            sights = {n: self._seen_from(lead.space, sight) for n, sight in sights.items()}
        return new if lead is None else {**linking.followed(grid.links, lead, wanted, sights), **new}

    def _seen_from(self, space: str, sight: Sight) -> Sight:
        """A viewport's slices as they lie in another frame of reference, where an alignment tells."""
        rigid = self._of.fusions.between(sight.space, space) if space != sight.space else None
        if rigid is None or sight.normal is None:
            return sight
        # The plane n x = p becomes (turn n) y = p + (turn n) move.
        turned = rigid.way(sight.normal)
        further = float(turned @ rigid.move)
        x, y, z = (float(part) for part in turned)
        positions = tuple(None if at is None else at + further for at in sight.positions)
        return replace(sight, space=space, normal=(x, y, z), positions=positions)

    def _carried(self, spot: Spot, space: str) -> Spot:
        """A place as another frame of reference has it, where an alignment tells; else as it is."""
        rigid = self._of.fusions.between(spot.space, space) if space != spot.space else None
        if rigid is None or spot.place is None:
            return spot
        x, y, z = (float(part) for part in rigid.place(spot.place))
        return replace(spot, space=space, place=(x, y, z))

    def sight(self, number: int) -> Sight | None:
        """What linking must know of a viewport; None for an empty one, or a document."""
        view, stack = self._of.grid.views[number], self._of.stack(number)
        if stack is None or stack.medium is Medium.DOCUMENT:
            return None
        sight = Sight(
            view,
            count=len(stack.keys),
            is_cine=stack.is_cine,
            space=stack.space,
            normal=stack.normal,
            positions=stack.positions,
            pictured=False,
        )
        frame = self._of.frame(number)
        return sight if frame is None else self._pictured(sight, number, frame)

    def _pictured(self, sight: Sight, number: int, frame: LoadedFrame) -> Sight:
        description = frame.description
        scale, own = scale_of(description, frame.key.frame), self._of.marking.calibration(frame)
        row, column = (own.row_mm, own.column_mm) if own is not None else (scale.row_mm, scale.column_mm)
        size = self._of.size(number)
        picture = Picture(frame.values, pixel_shape(scale))
        return replace(
            sight,
            pictured=True,
            grey="" if is_colour(frame) else f"{description.modality} {description.units}",
            mm=min(row, column) if row and column else None,
            fit=zoom_factor(replace(sight.view, zoom=ZoomMode.FIT), picture, size),
            ratio=size.ratio,
        )

    def touched(self, numbers: Iterable[int]) -> list[int]:
        """What to draw anew when these viewports change: the active one's slice is a line in others."""
        found = list(numbers)
        grid = self._of.grid
        seen = {_unit(grid.views[n]) for n in found if grid.views[n].plane}
        found += [
            n for n in grid.visible if n not in found and grid.views[n].plane and _unit(grid.views[n]) in seen
        ]
        stack = self._of.stack(grid.active)
        if grid.reference and grid.active in found and stack is not None and stack.space:
            found += [n for n in grid.visible if n not in found and self._meets(n, stack.space)]
        return found

    def words(self, number: int) -> str:
        """What of a viewport goes with others, in words; empty where nothing does."""
        grid = self._of.grid
        if not grid.links.any:
            return ""
        others = [self._modality(n) for n in grid.visible if n != number]
        links = linking.links_at(grid.links, self._modality(number), others)
        tr = self._of.translate
        parts = [tr(word) for name, word in _WORDS.items() if getattr(links, name)]
        return tr("Linked: {parts}").format(parts=", ".join(parts)) if parts else ""

    def _modality(self, number: int) -> str:
        series = self._of.grid.views[number].series
        return "" if series is None else self._of.exam.all_series[series].modality or "-"

    # --- the same place ---------------------------------------------------------------------------

    def point(self, number: int, at: Point) -> tuple[Spot, dict[int, ViewState], str] | None:
        """The place under a device pixel position, other viewports' way to it, and what is to be said.

        None where no picture lies there.
        """
        frame, placed = self._of.frame(number), self._of.placed(number)
        if frame is None or placed.picture is None:
            return None
        pixel = to_image(at, placed.picture, placed.camera, placed.viewport)
        if not is_on(frame, pixel):
            return None
        spot = spot_at(frame, pixel)
        others = [n for n in self._of.grid.visible if n != number and self._of.stack(n) is not None]
        found = {n: self._index_of(n, spot) for n in others if self._knows(n, spot)}
        views = self._of.grid.views
        moved = {n: replace(views[n], index=i) for n, i in found.items() if i is not None}
        return spot, moved, self._said(others, found)

    def _said(self, others: list[int], found: Mapping[int, int | None]) -> str:
        tr = self._of.translate
        if not others:
            return tr("Put another picture beside this one to see the same place in it.")
        if not found:
            return tr("Where this place is in the other pictures can't be known: nothing says how they lie.")
        if all(index is None for index in found.values()):
            return tr("The other pictures do not reach this place.")
        lost = len(others) - len(found)
        if lost:
            return tr("Pictures that can't know this place: {n}.").format(n=lost)
        return tr("The cross marks the same place in every picture that shows it.")

    def _knows(self, number: int, spot: Spot) -> bool:
        """Whether a relation to the spot is known: one frame of reference, or the same pictures."""
        stack = self._of.stack(number)
        if stack is None:
            return False
        spot = self._carried(spot, stack.space)
        shared = spot.place is not None and bool(spot.space) and stack.space == spot.space
        return shared or spot.key in stack.keys

    def _index_of(self, number: int, spot: Spot) -> int | None:
        """Which image of a viewport's stack shows the spot; None where it does not reach it."""
        stack = self._of.stack(number)
        if stack is None:
            return None
        if spot.key in stack.keys:
            return stack.keys.index(spot.key)
        spot = self._carried(spot, stack.space)
        if spot.place is None or stack.normal is None:
            return None
        index = nearest_slice(spot.place, stack.positions, stack.normal)
        if index is None:
            return None
        away = abs(linking.along_stack(spot.place, stack.normal, stack.positions, index))
        return index if away <= reach_of(stack.positions, index, self._thickness(number)) else None

    def _thickness(self, number: int) -> float | None:
        frame = self._of.frame(number)
        return frame.description.frames[frame.key.frame].slice_thickness if frame is not None else None

    def _space(self, number: int) -> str:
        stack = self._of.stack(number)
        return stack.space if stack is not None else ""

    def _meets(self, number: int, space: str) -> bool:
        """Whether places of a viewport and of a frame of reference mean each other."""
        own = self._space(number)
        return bool(own) and (own == space or self._of.fusions.between(space, own) is not None)

    # --- drawn over the pictures ------------------------------------------------------------------

    def drawn_over(self, number: int, frame: LoadedFrame | None, index: int, found: Resolved) -> Resolved:
        """A snapshot with the line of the active viewport's slice and the place that is pointed at."""
        if frame is None or found.picture is None:
            return found
        grid = self._of.grid
        marks = []
        crossed = bool(grid.views[number].plane and grid.views[grid.active].plane)  # planes have own lines
        if grid.reference and grid.texts and number != grid.active and not crossed:
            marks += self._line(number, frame, found)
        if grid.spot is not None:
            marks += self._cross(number, grid.spot, frame, index, found)
        return replace(found, marks=(*marks, *found.marks)) if marks else found

    def _line(self, number: int, frame: LoadedFrame, found: Resolved) -> list[Mark]:
        grid = self._of.grid
        space = self._space(number)
        theirs = self._space(grid.active)
        active = self._of.frame(grid.active) if self._meets(number, theirs) else None
        rigid = self._of.fusions.between(theirs, space)
        cut = None if active is None else _slice(active) if rigid is None else _moved(_slice(active), rigid)
        ends = crossing(_slice(frame), cut) if cut is not None else None
        if ends is None or found.picture is None:
            return []
        places = tuple(to_screen(end, found.picture, found.camera, found.viewport) for end in ends)
        stroke = Stroke(places, dashed=True)
        return [Mark("slice-line", (stroke,), (), None, Look.SLICE, found.viewport.ratio)]

    def _cross(self, number: int, spot: Spot, frame: LoadedFrame, index: int, found: Resolved) -> list[Mark]:
        stack = self._of.stack(number)
        assert found.picture is not None
        thickness = frame.description.frames[frame.key.frame].slice_thickness
        reach = reach_of(stack.positions if stack is not None else (), index, thickness)
        pixel = pixel_in(self._carried(spot, frame.description.frame_of_reference_uid), frame, reach)
        if pixel is None:
            return []
        at = to_screen(pixel, found.picture, found.camera, found.viewport)
        return [Mark("spot", _target(at, found.viewport.ratio), (), None, Look.SPOT, found.viewport.ratio)]


def _unit(view: ViewState) -> tuple[int | None, int]:
    return view.series, view.stack


def _slice(frame: LoadedFrame) -> Slice:
    rows, columns = frame.values.shape[:2]
    return Slice(frame.description.frames[frame.key.frame], columns, rows)


def _moved(one: Slice, rigid: Rigid) -> Slice:
    """A slice as it lies in another frame of reference."""
    facts = one.facts
    if facts.position is None or facts.orientation is None:
        return one
    x, y, z = (float(part) for part in rigid.place(facts.position))
    moved = replace(facts, position=(x, y, z), orientation=rigid.orientation(facts.orientation))
    return replace(one, facts=moved)


def _target(at: Point, ratio: float) -> tuple[Stroke, ...]:
    """A ring with four arms, open in the middle: the pixel that is meant stays in sight."""
    ring = tuple(
        (at[0] + RING * ratio * math.cos(n * math.pi / 12), at[1] + RING * ratio * math.sin(n * math.pi / 12))
        for n in range(24)
    )
    arms = tuple(
        Stroke(
            (
                (at[0] + x * GAP * ratio, at[1] + y * GAP * ratio),
                (at[0] + x * ARM * ratio, at[1] + y * ARM * ratio),
            )
        )
        for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1))
    )
    return (Stroke(ring, closed=True), *arms)
