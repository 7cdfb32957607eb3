"""A picture that lies in the animal, and the way between its pixels and places: lifting and showing figures.

Places are only carried over inside one frame of reference; slices that name none share their series with the
planes of its volume. Must never show a figure as lying in a picture that it only crosses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vetpacs_desktop.viewer.annotations import Annotation, ImageRef, Point
from vetpacs_desktop.viewer.description import FrameDescription, ImageDescription
from vetpacs_desktop.viewer.geometry.planes import Vector, index_to_patient, normal, patient_to_index
from vetpacs_desktop.viewer.loading import LoadedFrame
from vetpacs_desktop.viewer.measure.boxes import box_of, upright
from vetpacs_desktop.viewer.measure.tool import BOXES, CLOSED, Figure
from vetpacs_desktop.viewer.measure.tools import TOOLS
from vetpacs_desktop.viewer.spatial.placed import Placed

LEAST_MM = 0.5
"""Thickness of a slice that does not say how thick it is."""
ROUNDING_MM = 1e-3
PARALLEL = 0.9998
"""Cosine from which two planes count as lying alike: one degree."""
ALONG = 1e-6
"""How far two directions may differ and still be one."""
FREE = frozenset(("length", "polyline", "angle", "arrow", "ellipsoid"))
"""Tools whose points may lie on several planes: nothing of them asks for one plane."""


@dataclass(frozen=True, slots=True)
class Pane:
    """One picture with a place in the animal."""

    image: ImageRef
    space: str
    """The frame of reference, or the series where none is named."""
    series_uid: str
    facts: FrameDescription
    columns: int
    rows: int

    @property
    def half_mm(self) -> float:
        """How far from its middle a place still belongs to it."""
        return (self.facts.slice_thickness or LEAST_MM) / 2 + ROUNDING_MM

    @property
    def right(self) -> Vector:
        """Unit vector along the rows."""
        assert self.facts.orientation is not None
        return self.facts.orientation[:3]

    @property
    def down(self) -> Vector:
        """Unit vector along the columns."""
        assert self.facts.orientation is not None
        return self.facts.orientation[3:]

    @property
    def normal(self) -> Vector:
        """Across the picture."""
        assert self.facts.orientation is not None
        return normal(self.facts.orientation)

    @property
    def mm(self) -> float:
        """The longer side of a pixel."""
        assert self.facts.pixel_spacing is not None
        return max(self.facts.pixel_spacing)

    def place(self, point: Point, away: float = 0.0) -> Vector:
        """The place under (column, row), `away` mm across the picture."""
        found = index_to_patient(self.facts, *point)
        assert found is not None
        x, y, z = (float(there + away * way) for there, way in zip(found, self.normal, strict=True))
        return x, y, z

    def pixel(self, place: Sequence[float]) -> Vector:
        """(column, row, distance in mm) of a place."""
        found = patient_to_index(self.facts, place)
        assert found is not None
        return found

    def pixels(self, places: ArrayLike) -> NDArray[np.float64]:
        """(n, 3) the same of (n, 3) places."""
        assert self.facts.pixel_spacing is not None
        row_mm, column_mm = self.facts.pixel_spacing
        axes = np.column_stack((self.right, self.down, self.normal))
        away = np.asarray(places, np.float64) - np.asarray(self.facts.position)
        found: NDArray[np.float64] = away @ np.linalg.inv(axes).T / (column_mm, row_mm, 1.0)
        return found


def image_of(frame: LoadedFrame) -> ImageRef:
    """Which picture a frame is; a plane of a volume lies in no file."""
    uid = frame.description.sop_uid
    return ImageRef(uid, frame.key.frame) if uid else ImageRef("", 0, str(frame.key.path))


def pane_of(frame: LoadedFrame) -> Pane | None:
    """A frame as a picture in the animal; None where nothing says where it lies."""
    rows, columns = frame.values.shape[:2]
    return _pane(frame.description, frame.key.frame, image_of(frame), (columns, rows))


def pane_of_slice(description: ImageDescription, number: int) -> Pane | None:
    """The same of a frame of a file, by what its header says: its pixels need not be at hand."""
    size = description.columns, description.rows
    return _pane(description, number, ImageRef(description.sop_uid, number), size)


def _pane(description: ImageDescription, number: int, image: ImageRef, size: tuple[int, int]) -> Pane | None:
    facts = description.frames[min(number, len(description.frames) - 1)]
    space = description.frame_of_reference_uid or description.series_uid
    if index_to_patient(facts, 0, 0) is None or not space:
        return None
    return Pane(image, space, description.series_uid, facts, *size)


def lifted(pane: Pane, points: Sequence[Point], aways: Sequence[float] = ()) -> Placed:
    """Points of a picture as places; `aways` are their distances from it in mm, none for a figure in it."""
    distances = aways or (0.0,) * len(points)
    return Placed(
        frame_of_reference_uid=pane.space,
        series_uid=pane.series_uid,
        places=tuple(pane.place(at, away) for at, away in zip(points, distances, strict=True)),
        right=pane.right,
        down=pane.down,
        mm=pane.mm,
        thickness_mm=pane.facts.slice_thickness or LEAST_MM,
    )


def shown_in(one: Annotation, pane: Pane) -> Annotation | None:
    """An annotation with its points on a picture that all of it lies in; None where it doesn't."""
    placed = one.space
    if placed is None or placed.frame_of_reference_uid != pane.space or placed.rings or placed.grown:
        return None
    found = pane.pixels(placed.places).tolist()
    figure = TOOLS[one.tool].figure
    if max(abs(away) for _, _, away in found) > pane.half_mm:
        return None
    flat = figure in CLOSED or figure is Figure.GUIDE
    if flat and abs(float(np.dot(placed.normal, pane.normal))) < PARALLEL:
        return None
    points = tuple((column, row) for column, row, _ in found)
    if figure in BOXES and len(points) == 2 and not _straight(placed, pane):
        points = (*points, pane.pixel(_beside(placed))[:2])
    return replace(one, image=pane.image, points=points)


def put_back(one: Annotation, pane: Pane) -> Annotation:
    """An annotation as it is kept, after its points on a picture were changed there.

    Each point keeps its distance from the picture, and the figure the plane that it was drawn on.
    """
    former = one.space
    if former is None:
        return one
    aways: list[float] = pane.pixels(former.places)[:, 2].tolist()
    aways += [aways[0]] * (len(one.points) - len(aways))
    fresh = lifted(pane, one.points, aways[: len(one.points)])
    return kept(replace(one, space=replace(former, places=fresh.places)))


def kept(one: Annotation) -> Annotation:
    """Without what holds on one picture only."""
    return one if one.space is None else replace(one, image=ImageRef(""), points=())


def _straight(placed: Placed, pane: Pane) -> bool:
    """Whether the sides of an upright box run along rows and columns here, too."""
    cosine = abs(float(np.dot(placed.right, pane.right)))
    return cosine > 1 - ALONG or cosine < ALONG


def _beside(placed: Placed) -> Vector:
    """The corner beside the first one, of an upright box."""
    first, opposite = (np.asarray(place) for place in placed.places[:2])
    right = np.asarray(placed.right)
    x, y, z = (float(part) for part in first + right * float((opposite - first) @ right))
    return x, y, z


def flat_points(placed: Placed) -> tuple[Point, ...]:
    """(right, down) in mm of all places from the first one, along the plane it was drawn on."""
    away = np.asarray(placed.places) - np.asarray(placed.places[0])
    flat = away @ np.stack((placed.right, placed.down), axis=1)
    return tuple((x, y) for x, y in flat.tolist())


def corners_of(placed: Placed) -> tuple[Point, ...]:
    """Of a box, round about, (right, down) in mm as `flat_points`."""
    points = flat_points(placed)
    return box_of(points if upright(points) else points[:3]).corners
