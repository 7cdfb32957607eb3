"""What a picture shows of a body that it cuts: the edge of the pixels whose centres lie inside.

Pure geometry over any answer to "which places lie inside"; knows neither voxels nor outlines.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vetpacs_desktop.viewer.figures import Line
from vetpacs_desktop.viewer.spatial.contour import contours
from vetpacs_desktop.viewer.spatial.pane import Pane

Places = NDArray[np.float64]
LEAST_AREA = 12.0
"""Pixels; a smaller island or hole is noise, and a line around it says nothing."""
EVENED = 2
"""How often each place of an edge is blended with its neighbours."""
MOST_LOOPS = 12
"""The largest ones are drawn: what is full of holes must not hold up the picture."""


def edges_in(pane: Pane, box: ArrayLike, holds: Callable[[Places], NDArray[np.bool_]]) -> tuple[Line, ...]:
    """The edge in (column, row). `box` are the (8, 3) corners around the body in mm; `holds` answers for
    (n, 3) places."""
    corners = pane.pixels(box)
    if corners[:, 2].min() > 0 or corners[:, 2].max() < 0:
        return ()
    low = np.clip(np.floor(corners[:, :2].min(axis=0)), 0, None).astype(int)
    high = np.minimum(np.ceil(corners[:, :2].max(axis=0)), (pane.columns - 1, pane.rows - 1)).astype(int)
    if (high < low).any():
        return ()
    origin, across, down = (np.asarray(pane.place(at)) for at in ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)))
    i, j = np.meshgrid(np.arange(low[0], high[0] + 1), np.arange(low[1], high[1] + 1))
    places = origin + i[..., None] * (across - origin) + j[..., None] * (down - origin)
    mask = holds(places.reshape(-1, 3)).reshape(i.shape)
    shift = np.array((float(low[0]), float(low[1])))
    loops = [np.array(loop) for loop in contours(mask)]
    large = sorted(((_area(loop), n) for n, loop in enumerate(loops)), reverse=True)[:MOST_LOOPS]
    chosen = [loops[n] + shift for area, n in large if area >= LEAST_AREA or n == large[0][1]]
    return tuple(Line(tuple((x, y) for x, y in _softened(loop).tolist()), closed=True) for loop in chosen)


def _softened(loop: NDArray[np.float64]) -> NDArray[np.float64]:
    """Through the middles of the pixels' sides, a little evened: within half a pixel of the true edge, and no
    stair that would have to be drawn step by step."""
    way = np.roll(loop, -1, axis=0) - loop
    steps = np.rint(np.abs(way).max(axis=1)).astype(np.int64)
    start = np.repeat(np.cumsum(steps) - steps, steps)
    along = (np.arange(int(steps.sum())) - start + 0.5)[:, None]
    path: NDArray[np.float64] = (
        np.repeat(loop, steps, axis=0) + np.repeat(np.sign(way), steps, axis=0) * along
    )
    for _ in range(EVENED):
        path = (np.roll(path, 1, axis=0) + 2 * path + np.roll(path, -1, axis=0)) / 4
    return path


def _area(loop: NDArray[np.float64]) -> float:
    x, y = loop.T
    return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2
