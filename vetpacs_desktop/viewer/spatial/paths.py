"""Paths through an animal as they are kept with the exam: places in mm, and which side of them is seen.

A kept path is an annotation like any other, so that it is in the database, its journal and the history; but
of a tool of its own that measures no picture. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vetpacs_desktop.viewer.annotations import Annotation, ImageRef, Sheet
from vetpacs_desktop.viewer.geometry.planes import Vector
from vetpacs_desktop.viewer.spatial.placed import Placed
from vetpacs_desktop.viewer.volume.section import vector
from vetpacs_desktop.viewer.volume.track import Track, distinct, whole_length

PATH_TOOL = "curved_path"
"""`Annotation.tool` of a kept path: none of those that measure pictures."""


def placed_path(space: str, series_uid: str, points: Sequence[Vector], one: Track) -> Placed:
    """Points and the side that is seen: down are the picture's columns at the start of the path."""
    along, down = one.along[0], one.across[0]
    unit = along - down * float(along @ down)
    return Placed(
        frame_of_reference_uid=space,
        series_uid=series_uid,
        places=tuple(points),
        right=vector(unit / np.linalg.norm(unit)),
        down=vector(down),
        mm=one.step,
        thickness_mm=0.0,
    )


def kept_path(id: str, placed: Placed) -> Annotation:
    """As an annotation that nobody signed yet."""
    return Annotation(id, PATH_TOOL, ImageRef(""), (), space=placed)


def paths_in(sheet: Sheet, series_uid: str = "") -> tuple[Annotation, ...]:
    """The kept paths of an exam, or of one series."""
    return tuple(
        one
        for one in sheet.annotations
        if one.tool == PATH_TOOL
        and one.space is not None
        and len(distinct(one.space.places)) > 1
        and series_uid in ("", one.space.series_uid)
    )


def path_length(placed: Placed) -> float:
    """mm along a kept path."""
    return whole_length(distinct(placed.places))
