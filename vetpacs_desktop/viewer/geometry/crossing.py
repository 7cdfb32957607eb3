"""Where one slice cuts another: the line that a reader sees of the other slice in this one.

Pixel coordinates are (column, row) with pixel centres at integers. Must never join different frames of
reference: the caller asks that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from vetpacs_desktop.viewer.description import FrameDescription
from vetpacs_desktop.viewer.geometry.planes import angle_between, index_to_patient, normal, patient_to_index

Point = tuple[float, float]

LEAST_ANGLE = 5.0
"""Degrees between two slices below which a line of crossing says nothing."""


@dataclass(frozen=True, slots=True)
class Slice:
    """A picture that lies in the animal."""

    facts: FrameDescription
    columns: int
    rows: int


def crossing(own: Slice, other: Slice) -> tuple[Point, Point] | None:
    """The ends in (column, row) of `own` of the line along which `other` cuts it, as far as both reach.

    None where they are nearly parallel, don't meet, or one of them has no place.
    """
    if own.facts.orientation is None or other.facts.orientation is None:
        return None
    angle = angle_between(normal(own.facts.orientation), normal(other.facts.orientation))
    if min(angle, 180 - angle) < LEAST_ANGLE:
        return None
    corners = [_across(own, other, at) for at in ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))]
    if None in corners:
        return None
    origin, right, down = (np.asarray(corner, float) for corner in corners)
    # Column, row and distance of the other slice, each as a + b * column + c * row of this one.
    column, row, away = np.stack([origin, right - origin, down - origin], axis=1)
    return _between(own, other, column, row, away)


def _across(own: Slice, other: Slice, at: Point) -> tuple[float, float, float] | None:
    place = index_to_patient(own.facts, *at)
    return None if place is None else patient_to_index(other.facts, place)


Row = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def _between(own: Slice, other: Slice, column: Row, row: Row, away: Row) -> tuple[Point, Point] | None:
    """The part of the line `away` = 0 inside both pictures."""
    square = float(away[1] ** 2 + away[2] ** 2)
    start = (-away[0] * away[1] / square, -away[0] * away[2] / square)
    length = math.sqrt(square)
    way = (-away[2] / length, away[1] / length)
    sides = (
        (np.array([0.0, 1.0, 0.0]), own.columns),
        (np.array([0.0, 0.0, 1.0]), own.rows),
        (column, other.columns),
        (row, other.rows),
    )
    low, high = -math.inf, math.inf
    for side, count in sides:
        here = float(side[0] + side[1] * start[0] + side[2] * start[1])
        step = float(side[1] * way[0] + side[2] * way[1])
        ends = _inside(here, step, count)
        if ends is None:
            return None
        low, high = max(low, ends[0]), min(high, ends[1])
    if not math.isfinite(high - low) or low >= high:
        return None
    first, last = ((start[0] + t * way[0], start[1] + t * way[1]) for t in (low, high))
    return (float(first[0]), float(first[1])), (float(last[0]), float(last[1]))


def _inside(here: float, step: float, count: int) -> tuple[float, float] | None:
    """For which t `here + t * step` lies on `count` pixels; None for never."""
    if abs(step) < 1e-12:
        return (-math.inf, math.inf) if -0.5 <= here <= count - 0.5 else None
    one, other = (-0.5 - here) / step, (count - 0.5 - here) / step
    return min(one, other), max(one, other)
