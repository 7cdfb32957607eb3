"""What is drawn over a body: the clipping box with a handle on each face, the scalpel's outline.

Pure geometry; positions of handles and what a drag of one means are the same table.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import product

import numpy as np

from vetpacs_desktop.viewer.mark import Handle, Look, Mark, Stroke
from vetpacs_desktop.viewer.state import Point
from vetpacs_desktop.viewer.volume.body import ClipBox, Frame3d
from vetpacs_desktop.viewer.volume.grid import Grid

FACES: tuple[tuple[int, int], ...] = tuple(product(range(3), range(2)))
"""Axis (columns, rows, slices) and end (low, high) of each face, in the order of the handles."""
REACH = 12.0
"""Logical pixels around a handle where it is taken hold of."""
FORESHORTENED = 12.0
"""Pixels that an axis of the whole volume at least has on the screen for its faces to be dragged."""


def box_marks(
    frame: Frame3d,
    grid: Grid,
    clip: ClipBox,
    place: Callable[[Point], Point],
    held: tuple[int, int] | None,
    ratio: float,
) -> Mark:
    """The twelve edges and the handles of the faces that can be dragged from here."""
    corners = clip.corners(grid)
    strokes = []
    for axis in range(3):
        ends = np.moveaxis(corners, axis, 0).reshape(2, 4, 3)
        for one, other in zip(ends[0], ends[1], strict=True):
            strokes.append(Stroke((place(pixel(frame, one)), place(pixel(frame, other)))))
    handles = tuple(
        Handle(place(at), number, FACES[number] == held) for number, at in handle_pixels(frame, grid, clip)
    )
    return Mark("clip-box", tuple(strokes), handles, None, Look.SLICE, ratio)


def outline_mark(points: Sequence[Point], ratio: float) -> Mark:
    """The scalpel's way so far."""
    return Mark("scalpel", (Stroke(tuple(points), closed=True, dashed=True),), (), None, Look.CHOSEN, ratio)


def handle_pixels(frame: Frame3d, grid: Grid, clip: ClipBox) -> list[tuple[int, Point]]:
    """The number of each face in `FACES` and the pixel of its middle; without those seen end on."""
    return [
        (number, pixel(frame, np.asarray(clip.face(grid, *face))))
        for number, face in enumerate(FACES)
        if math.hypot(*axis_way(frame, grid, face[0])) >= FORESHORTENED
    ]


def axis_way(frame: Frame3d, grid: Grid, axis: int) -> Point:
    """Pixels that the whole length of an axis of the volume takes on the picture."""
    way = grid.axes[:, axis] * grid.shape[2 - axis]
    right, down = np.asarray(frame.camera.right), np.asarray(frame.camera.down)
    return float(way @ right) / frame.mm, float(way @ down) / frame.mm


def dragged(frame: Frame3d, grid: Grid, clip: ClipBox, face: tuple[int, int], moved: Point) -> ClipBox:
    """The box after a face was dragged by picture pixels since it was `clip`."""
    axis, end = face
    x, y = axis_way(frame, grid, axis)
    share = (moved[0] * x + moved[1] * y) / (x * x + y * y)
    before = (clip.high if end else clip.low)[axis]
    return clip.moved(axis, end, before + share)


def face_at(frame: Frame3d, grid: Grid, clip: ClipBox, at: Point, reach: float) -> tuple[int, int] | None:
    """The face whose handle lies at a picture pixel."""
    near = [(math.dist(at, where), number) for number, where in handle_pixels(frame, grid, clip)]
    away, number = min(near, default=(math.inf, 0))
    return FACES[number] if away <= reach else None


def pixel(frame: Frame3d, place: np.ndarray) -> Point:
    """Of a place in mm."""
    x, y = frame.pixel(place)
    return float(x), float(y)
