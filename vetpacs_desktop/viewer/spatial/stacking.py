"""The body that outlines on parallel planes describe: between them it is blended, beyond them it soon ends.

Each outline becomes a map of distances from its edge; between planes those are blended by a curve through
all of them that doesn't overshoot (Raya and Udupa, Shape-based interpolation, IEEE TMI 1990; Fritsch and
Carlson's monotone cubics). The first and the last outline reach half a plane's thickness further.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator
from scipy.ndimage import distance_transform_edt

from vetpacs_desktop.viewer.figures import Line
from vetpacs_desktop.viewer.measure.measured import NotMeasurable
from vetpacs_desktop.viewer.measure.outlines import enclosed_area
from vetpacs_desktop.viewer.measure.statistics import Summary
from vetpacs_desktop.viewer.spatial.bodies import edges_in
from vetpacs_desktop.viewer.spatial.outline import polygon
from vetpacs_desktop.viewer.spatial.pane import Pane
from vetpacs_desktop.viewer.spatial.placed import Placed
from vetpacs_desktop.viewer.spatial.voxels import Axes, summary_within
from vetpacs_desktop.viewer.volume.volume import Volume

SIDE = 160
"""Points of a map of distances along the longer side."""
LAYERS = 96
"""Between the first and the last outline."""
SAME_MM = 0.05
"""Two outlines this near to each other lie on one plane and belong together."""
PARALLEL_MM = 0.5
"""How much the places of an outline may differ in depth."""
Floats = NDArray[np.float64]
Maps = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Collected:
    """What a collection of outlines yields."""

    mm3: float
    outlines: int
    note: str = ""
    inside: Summary | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Body:
    """Layers of distances from the surface in mm, positive inside; layer n lies at `depths[n]`."""

    axes: Axes
    depths: Floats
    maps: Maps
    """(layers, rows, columns)."""
    start: Floats
    """(right, down) of the first point of a map, mm."""
    pitch: float

    def holds(self, right: Floats, down: Floats, away: Floats) -> NDArray[np.bool_]:
        """Which places (in mm along the axes) lie inside, by the nearest point of the maps."""
        layer = np.clip(np.searchsorted(_middles(self.depths), away), 0, len(self.depths) - 1)
        column = np.rint((right - self.start[0]) / self.pitch).astype(np.int64)
        row = np.rint((down - self.start[1]) / self.pitch).astype(np.int64)
        _, rows, columns = self.maps.shape
        near = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
        found = np.zeros(len(right), np.bool_)
        found[near] = self.maps[layer[near], row[near], column[near]] > 0
        return found


def collected(placed: Placed, volume: Volume | None) -> Collected:
    """The volume of a collection, and what lies inside. Raises `NotMeasurable`."""
    levels = _levels(placed)
    half = placed.thickness_mm / 2
    if len(levels) == 1:
        ((_, rings),) = levels
        area = sum(enclosed_area(ring)[0] for ring in rings)
        note = "a single outline: the thickness of its plane alone"
        return Collected(area * placed.thickness_mm, len(rings), note)
    body = body_of(placed, levels)
    areas = _areas(body, levels)
    mm3 = float(np.trapezoid(areas, body.depths)) + half * float(areas[0] + areas[-1])
    inside = None if volume is None else _inside(body, volume, half)
    return Collected(mm3, len(placed.rings), "", inside)


def body_of(placed: Placed, levels: Sequence[tuple[float, list[Floats]]] | None = None) -> Body:
    """The body between the first and the last outline. Raises `NotMeasurable` for those of one plane."""
    known = levels if levels is not None else _levels(placed)
    if len(known) < 2:
        raise NotMeasurable(reason="outlines on one plane alone have no body between them")
    axes = Axes(np.asarray(placed.places[0]), np.asarray(placed.right), np.asarray(placed.down))
    every = np.concatenate([ring for _, rings in known for ring in rings])
    low, high = every.min(axis=0), every.max(axis=0)
    pitch = float(np.max(high - low)) / SIDE
    low, high = low - 3 * pitch, high + 3 * pitch
    across, up = (np.arange(start, end + pitch, pitch) for start, end in zip(low, high, strict=True))
    maps = np.stack([_distances(rings, across, up, pitch) for _, rings in known])
    at = np.array([depth for depth, _ in known])
    depths = _depths(at)
    return Body(axes, depths, _blended(at, maps, depths), low, pitch)


def edges_of(body: Body, pane: Pane) -> tuple[Line, ...]:
    """The edge of a body in a picture that cuts it between its outlines."""
    _, rows, columns = body.maps.shape
    end = body.start + body.pitch * np.array((columns - 1, rows - 1))
    sides = ((body.start[0], end[0]), (body.start[1], end[1]), (body.depths[0], body.depths[-1]))
    box = np.array([(x, y, z) for x in sides[0] for y in sides[1] for z in sides[2]])

    def holds(places: Floats) -> NDArray[np.bool_]:
        right, down, away = ((places - body.axes.origin) @ body.axes.turn.T).T
        between = (away >= body.depths[0]) & (away <= body.depths[-1])
        found: NDArray[np.bool_] = between & body.holds(right, down, away)
        return found

    return edges_in(pane, box @ body.axes.turn + body.axes.origin, holds)


def _levels(placed: Placed) -> list[tuple[float, list[Floats]]]:
    """(depth, outlines as (n, 2) mm) in order; outlines of one plane together. Raises `NotMeasurable`."""
    if not placed.rings:
        raise NotMeasurable(reason="no outline is drawn yet")
    axes = Axes(np.asarray(placed.places[0]), np.asarray(placed.right), np.asarray(placed.down))
    found: list[tuple[float, list[Floats]]] = []
    for ring in placed.outlines:
        flat = (np.asarray(ring) - axes.origin) @ axes.turn.T
        depth = float(flat[:, 2].mean())
        if float(np.ptp(flat[:, 2])) > PARALLEL_MM:
            raise NotMeasurable(reason="the outlines do not lie on parallel planes")
        same = next((rings for there, rings in found if abs(there - depth) <= SAME_MM), None)
        if same is not None:
            same.append(flat[:, :2])
        else:
            found.append((depth, [flat[:, :2]]))
    return sorted(found, key=lambda one: one[0])


def _distances(rings: Sequence[Floats], across: Floats, up: Floats, pitch: float) -> Maps:
    """(rows, columns) mm to the edge of the union of outlines, positive inside."""
    right, down = np.meshgrid(across, up)
    inside = np.zeros(right.size, np.bool_)
    for ring in rings:
        inside |= polygon(ring).holds(right.ravel(), down.ravel())
    mask = inside.reshape(right.shape)
    if not mask.any():
        return np.full(mask.shape, -pitch, np.float32)
    found = np.where(mask, distance_transform_edt(mask) - 0.5, 0.5 - distance_transform_edt(~mask)) * pitch
    single: Maps = found.astype(np.float32)
    return single


def _depths(at: Floats) -> Floats:
    """Layers between the outlines, each outline's own among them."""
    whole = float(at[-1] - at[0])
    pieces = [
        np.linspace(a, b, max(2, round(LAYERS * (b - a) / whole)), endpoint=False) for a, b in pairwise(at)
    ]
    return np.concatenate([*pieces, at[-1:]])


def _blended(at: Floats, maps: Maps, depths: Floats) -> Maps:
    if len(at) == 2:
        share = ((depths - at[0]) / (at[1] - at[0])).astype(np.float32)[:, None, None]
        mixed: Maps = maps[0] * (1 - share) + maps[1] * share
        return mixed
    curve: Maps = PchipInterpolator(at, maps, axis=0)(depths).astype(np.float32)
    return curve


def _areas(body: Body, levels: Sequence[tuple[float, list[Floats]]]) -> Floats:
    """mm2 of each layer; the outlines' own are exact and correct those between for the maps' coarseness."""
    cover = np.clip(0.5 + body.maps / body.pitch, 0.0, 1.0)
    areas: Floats = cover.sum(axis=(1, 2), dtype=np.float64) * body.pitch**2
    at = np.array([depth for depth, _ in levels])
    true = np.array([sum(enclosed_area(ring)[0] for ring in rings) for _, rings in levels])
    seen = np.interp(at, body.depths, areas)
    factor = np.interp(body.depths, at, true / np.maximum(seen, body.pitch**2))
    corrected: Floats = areas * factor
    return corrected


def _inside(body: Body, volume: Volume, half: float) -> Summary | None:
    _, rows, columns = body.maps.shape
    low = np.array((*body.start, body.depths[0] - half))
    high = np.array((*(body.start + body.pitch * np.array((columns - 1, rows - 1))), body.depths[-1] + half))
    return summary_within(volume, body.axes, (low, high), body.holds)


def _middles(depths: Floats) -> Floats:
    return (depths[:-1] + depths[1:]) / 2
