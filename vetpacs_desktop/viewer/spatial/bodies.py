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


def edges_in(pane: Pane, box: ArrayLike, holds: Callable[[Places], NDArray[np.bool_]]) -> tuple[Line, ...]:
    """The edge in (column, row). `box` are the (8, 3) corners around the body in mm; `holds` answers for
    (n, 3) places."""
    corners = np.array([pane.pixel(place) for place in np.asarray(box, np.float64)])
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
    shift = float(low[0]), float(low[1])
    return tuple(
        Line(tuple((x + shift[0], y + shift[1]) for x, y in loop), closed=True) for loop in contours(mask)
    )
