"""Where in the animal something was drawn: its places in mm, and the plane that it was drawn on.

Coordinates are DICOM's in mm (PS3.3 C.7.6.2.1.1) and mean something inside one frame of reference only.
Values only, with their JSON: knows no picture, no voxel and no screen.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vetpacs_desktop.viewer.geometry.planes import Vector
from vetpacs_desktop.viewer.measure.measured import JsonValue

FURTHEST_MM = 1e6
"""A place beyond is a slip."""


@dataclass(frozen=True, slots=True)
class Grown:
    """What grew from a seed: all joined voxels whose values lie in a range."""

    low: float
    high: float
    count: int
    mm3: float
    mean: float
    deviation: float
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """The places of one figure."""

    frame_of_reference_uid: str
    series_uid: str
    """Of the volume or the slices that it was drawn on."""
    places: tuple[Vector, ...]
    """mm; those of all outlines one after another, where there are several."""
    right: Vector
    """Unit vector along the rows of the plane it was drawn on."""
    down: Vector
    """Unit vector along its columns."""
    mm: float
    """Width of a pixel there: what a click can be wrong by."""
    thickness_mm: float
    """Of the plane, half to each side: which voxels belong to it."""
    rings: tuple[int, ...] = ()
    """How many places each outline has; empty for figures that are no collection."""
    grown: Grown | None = None

    @property
    def normal(self) -> Vector:
        """Of the plane."""
        x, y, z = (float(part) for part in np.cross(self.right, self.down))
        return x, y, z

    @property
    def middle(self) -> Vector:
        """The mean of all places."""
        x, y, z = (float(part) for part in np.mean(np.asarray(self.places, np.float64), axis=0))
        return x, y, z

    @property
    def outlines(self) -> tuple[tuple[Vector, ...], ...]:
        """The places outline by outline."""
        ends = np.cumsum(self.rings).tolist()
        return tuple(self.places[end - count : end] for end, count in zip(ends, self.rings, strict=True))

    def to_json(self) -> dict[str, JsonValue]:
        """Its own fields."""
        found: dict[str, JsonValue] = {
            "frame_of_reference": self.frame_of_reference_uid,
            "series": self.series_uid,
            "places": [list(place) for place in self.places],
            "right": list(self.right),
            "down": list(self.down),
            "mm": self.mm,
            "thickness_mm": self.thickness_mm,
            "rings": list(self.rings),
        }
        if self.grown is not None:
            one = self.grown
            numbers: dict[str, JsonValue] = {
                "low": one.low, "high": one.high, "count": one.count, "mm3": one.mm3,
                "mean": one.mean, "deviation": one.deviation, "unit": one.unit,
            }  # fmt: skip
            found["grown"] = numbers
        return found


def placed_from(found: object) -> Placed | None:
    """What `to_json` wrote; None for anything else."""
    if not isinstance(found, Mapping):
        return None
    try:
        places = tuple(_vector(one) for one in found["places"])
        rings = tuple(int(count) for count in found.get("rings", ()))
        made = Placed(
            frame_of_reference_uid=str(found["frame_of_reference"]),
            series_uid=str(found["series"]),
            places=places,
            right=_vector(found["right"]),
            down=_vector(found["down"]),
            mm=_number(found["mm"]),
            thickness_mm=_number(found["thickness_mm"]),
            rings=rings,
            grown=_grown(found.get("grown")),
        )
    except (KeyError, TypeError, ValueError):
        return None
    whole = not rings or (sum(rings) == len(places) and min(rings) > 0)
    return made if places and whole and made.mm > 0 and made.thickness_mm >= 0 else None


def _grown(found: object) -> Grown | None:
    if not isinstance(found, Mapping):
        return None
    numbers = [_number(found[name]) for name in ("low", "high", "mm3", "mean", "deviation")]
    low, high, mm3, mean, deviation = numbers
    return Grown(low, high, int(_number(found["count"])), mm3, mean, deviation, str(found.get("unit", "")))


def _vector(found: Sequence[object]) -> Vector:
    x, y, z = (_number(part) for part in found)
    return x, y, z


def _number(found: object) -> float:
    if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found):
        raise ValueError(found)
    if abs(found) > FURTHEST_MM and not isinstance(found, int):
        raise ValueError(found)
    return float(found)
