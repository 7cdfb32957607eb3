"""Lead letters for radiographs: strokes that are projected like any other piece of metal."""

from __future__ import annotations

import numpy as np

from vetpacs_desktop.examples.anatomy import Point
from vetpacs_desktop.examples.projection import Camera
from vetpacs_desktop.examples.shapes import Tube, smooth_tube, tube

LEAD_PER_MM = 1.6

STROKES: dict[str, tuple[tuple[bool, tuple[tuple[float, float], ...]], ...]] = {
    "R": (
        (False, ((0, 0), (0, 1.5))),
        (True, ((0, 0), (0.55, 0), (0.92, 0.16), (0.92, 0.58), (0.55, 0.76), (0, 0.76))),
        (False, ((0.42, 0.76), (0.98, 1.5))),
    ),
    "L": ((False, ((0, 0), (0, 1.5), (0.85, 1.5))),),
}
"""Strokes of a letter in a box one wide and 1.5 high, y down; True: a smooth curve."""


def letter(name: str, camera: Camera, right: float, down: float, size: float) -> list[Tube]:
    """Tubes of `letter` whose corner lies `right`, `down` mm from the camera's aim, readable as hung."""
    base = np.array(camera.aim) + camera.right * right + camera.down * down
    tubes = []
    for curved, stroke in STROKES[name]:
        points: list[Point] = []
        for x, y in stroke:
            px, py, pz = (base + camera.right * x * size + camera.down * y * size).tolist()
            points.append((px, py, pz))
        tubes.append(smooth_tube(points, 0.95, 5) if curved else tube(points, 0.95))
    return tubes


def strokes(name: str) -> list[list[tuple[float, float]]]:
    """The lines of a letter for flat pictures, in a box one wide and 1.5 high, y down; curves are bent."""
    lines = []
    for curved, stroke in STROKES[name]:
        flat = [(x, y, 0.0) for x, y in stroke]
        bent = smooth_tube(flat, 1.0, 5).points if curved else np.array(flat)
        lines.append([(x, y) for x, y, _ in bent.tolist()])
    return lines
