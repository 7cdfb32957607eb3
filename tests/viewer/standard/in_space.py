"""A real CT's middle, and one figure of each tool on a slanted plane through it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from tests.helpers.corpus import images
from tests.viewer.standard.drawn import annotation
from vetpacs_desktop.viewer.annotations import ImageRef, Sheet
from vetpacs_desktop.viewer.choosing import stacks_of_files
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.spatial.placed import Grown, Placed
from vetpacs_desktop.viewer.volume.plan import plan

SLANTED = np.array(((1.0, 0.0, 0.0), (0.0, 0.6, 0.8)))
"""Right and down of a plane that lies askew in the animal."""


def slices() -> dict[str, Path]:
    """A dozen slices of a real CT, by their UIDs."""
    (stack,) = stacks_of_files(images("ct-thin"))
    return {read_description(key.path).sop_uid: key.path for key in stack.keys[60:72]}


class Space:
    """Places in the middle of a series."""

    def __init__(self, files: dict[str, Path]) -> None:
        first = read_description(next(iter(files.values())))
        self.space, self.series = first.frame_of_reference_uid, first.series_uid
        (stack,) = stacks_of_files(list(files.values()))
        assert stack.arranged is not None
        self.grid = plan(stack.arranged).grid
        self.middle = np.asarray(self.grid.middle)

    def placed(self, flat: list[tuple[float, float]], **more: object) -> Placed:
        """Points (right, down) in mm from the middle, on the slanted plane."""
        places = self.middle + np.asarray(flat) @ SLANTED
        right, down = SLANTED.tolist()
        found = Placed(
            self.space,
            self.series,
            tuple((x, y, z) for x, y, z in places.tolist()),
            tuple(right),
            tuple(down),
            0.7,
            1.0,
        )
        return replace(found, **more)  # type: ignore[arg-type]


FLAT: dict[str, list[tuple[float, float]]] = {
    "length": [(0, 0), (30, 4)],
    "polyline": [(0, 0), (5, 1), (9, -2), (20, 2)],
    "angle": [(0, 0), (10, 0), (10, 4)],
    "cobb": [(0, 0), (10, 1), (0, 4), (10, 3)],
    "open_angle": [(0, 0), (10, 1), (0, 4), (10, 3)],
    "rectangle": [(-6, -2), (6, 2)],
    "ellipse": [(-6, -2), (6, 2)],
    "circle": [(-2, 0), (2, 0), (0, 2)],
    "polygon": [(-5, -2), (6, -2), (4, 2), (-4, 2.5)],
    "freehand": [(-5, -2), (6, -2), (4, 2), (-4, 2.5)],
    "bidirectional": [(-5, 0), (5, 0), (0, -2), (0, 2)],
    "perpendicular": [(-5, 0), (5, 0), (1, 2)],
    "parallel": [(-5, 0), (5, 0), (1, 2)],
    "arrow": [(0, 0), (5, 2)],
    "text": [(0, 0)],
    "point": [(0, 0)],
    "ellipsoid": [(-5, 0), (5, 0), (0, -2), (0, 2), (-1, -1), (1, 1)],
}


def one_of_each(space: Space) -> Sheet:
    """Every tool that measures in the animal."""
    drawn = []
    for number, (tool, flat) in enumerate(FLAT.items()):
        words = "Seen here" if tool in ("arrow", "text") else ""
        drawn.append(annotation(number, tool, ImageRef(""), (), text=words, space=space.placed(flat)))
    rings = [[(-5, -2), (6, -2), (4, 2)], [(-6, -2), (6, -2), (4, 2), (-4, 2.5)], [(-4, -1), (4, -1), (0, 1)]]
    across = np.cross(*SLANTED)
    places = [
        tuple((self + depth * across).tolist())
        for depth, ring in enumerate(rings)
        for self in space.middle + np.asarray(ring) @ SLANTED
    ]
    body = replace(space.placed([(0, 0)]), places=tuple(places), rings=(3, 4, 3))
    drawn.append(annotation(50, "volume", ImageRef(""), (), space=body))
    grown = Grown(-20.0, 60.0, 5000, 1234.5, 20.5, 8.25, "HU")
    drawn.append(annotation(51, "grow", ImageRef(""), (), space=space.placed([(0, 0)], grown=grown)))
    return Sheet(tuple(drawn))
