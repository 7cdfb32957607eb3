"""Where the anatomy's landmarks fall on the dog's radiographs, in image columns and rows.

For tests of measurement tools and for guided tours: click these points and the anatomy's figures must come
out, within the little that a cone beam bends (points off the true plane, at most half a per cent here).
"""

from __future__ import annotations

import numpy as np

from vetpacs_desktop.examples.anatomy import ANATOMY, Heart, Point
from vetpacs_desktop.examples.dog import heart_shape
from vetpacs_desktop.examples.dogviews import camera_of, dog_views

Pixel = tuple[float, float]
"""(column, row); pixel centres are at integers."""


def landmarks(exam: str, series: str, pitch: float) -> dict[str, Pixel]:
    """Named points of one radiograph of the dog, `pitch` its ImagerPixelSpacing in mm.

    `exam` and `series` are the folder and file names of the examples: ``dog-thorax``, ``right-lateral``.
    Vertebrae give ``T4 cranial`` and ``T4 caudal``; the heart ``carina``, ``apex``, ``heart cranial`` and
    ``heart caudal``; the hips ``left head``, ``left rim``, ``ball left`` and so on. Raises `KeyError` for
    another picture.
    """
    for view in dog_views(pitch):
        if view.who != "cat" and (view.exam.key, view.projection.key) == (exam, series):
            heart = ANATOMY.heart_a_year_ago if view.who == "before" else ANATOMY.heart
            points = {**_spine(), **_heart(heart), **_hips()}
            column, row, _ = camera_of(view).project(np.array(list(points.values())))
            places = zip(column.tolist(), row.tolist(), strict=True)
            return dict(zip(points, places, strict=True))
    raise KeyError(f"{exam}/{series}")


def _spine() -> dict[str, Point]:
    ends = {f"{v.name} cranial": v.cranial for v in ANATOMY.vertebrae}
    return ends | {f"{v.name} caudal": v.caudal for v in ANATOMY.vertebrae}


def _heart(heart: Heart) -> dict[str, Point]:
    across = heart_shape(heart).axes[1] * heart.short_mm / 2
    one, other = (np.array(heart.center) + across).tolist(), (np.array(heart.center) - across).tolist()
    cranial, caudal = (one, other) if one[2] > other[2] else (other, one)
    return {
        "carina": heart.carina,
        "apex": heart.apex,
        "heart cranial": (cranial[0], cranial[1], cranial[2]),
        "heart caudal": (caudal[0], caudal[1], caudal[2]),
    }


def _hips() -> dict[str, Point]:
    x, y, z = ANATOMY.marker_ball
    radius = ANATOMY.marker_ball_mm / 2
    return {
        "left head": ANATOMY.hip_left.center,
        "left rim": ANATOMY.hip_left.rim,
        "right head": ANATOMY.hip_right.center,
        "right rim": ANATOMY.hip_right.rim,
        "ball left": (x + radius, y, z),
        "ball right": (x - radius, y, z),
    }
