"""The same place of the animal in several pictures: what a reader points at, and where another one shows it.

Places are only carried over inside one frame of reference (PS3.3 C.7.4.1), or within the same picture shown
twice. Where neither holds there is no answer: a place is never invented.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vetpacs_desktop.viewer.geometry.planes import Vector, along, index_to_patient, patient_to_index

if TYPE_CHECKING:
    from vetpacs_desktop.viewer.loading import FrameKey, LoadedFrame

Point = tuple[float, float]

LEAST_REACH = 0.5
"""Millimetres from a single slice that still count as on it, where nobody says how thick it is."""
ROUNDING = 0.01


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that is pointed at."""

    key: FrameKey
    """The picture that was pointed into."""
    pixel: Point
    """(column, row) in it."""
    space: str = ""
    """Its frame of reference; empty where it has none."""
    place: Vector | None = None
    """In the animal, mm; None where the picture does not say where it lies."""


def spot_at(frame: LoadedFrame, pixel: Point) -> Spot:
    """The place under (column, row) of a picture."""
    facts = frame.description.frames[frame.key.frame]
    space = frame.description.frame_of_reference_uid
    place = index_to_patient(facts, *pixel) if space else None
    return Spot(frame.key, pixel, space, place)


def is_on(frame: LoadedFrame, pixel: Point) -> bool:
    """Whether (column, row) lies on a picture."""
    rows, columns = frame.values.shape[:2]
    return bool(-0.5 <= pixel[0] <= columns - 0.5 and -0.5 <= pixel[1] <= rows - 0.5)


def pixel_in(spot: Spot, frame: LoadedFrame, reach: float) -> Point | None:
    """Where a picture shows the spot, (column, row); None where it does not, or where nobody can know.

    `reach` is how far in mm a place may be from the middle of the slice.
    """
    if frame.key == spot.key:
        return spot.pixel
    if spot.place is None or frame.description.frame_of_reference_uid != spot.space:
        return None
    found = patient_to_index(frame.description.frames[frame.key.frame], spot.place)
    if found is None or abs(found[2]) > reach:
        return None
    return found[:2] if is_on(frame, found[:2]) else None


def reach_of(positions: Sequence[float | None], index: int, thickness: float | None) -> float:
    """Half the way to the farther neighbour along the stack, or half the thickness of a single slice; mm."""
    here = positions[index] if index < len(positions) else None
    beside = [positions[n] for n in (index - 1, index + 1) if 0 <= n < len(positions)]
    gaps = [abs(here - one) for one in beside if one is not None and here is not None]
    return max(LEAST_REACH, (thickness or 0.0) / 2, *(gap / 2 for gap in gaps)) + ROUNDING


def nearest_slice(place: Vector, positions: Sequence[float | None], normal: Vector) -> int | None:
    """The index of the slice nearest to a place; None where no slice has a position."""
    return nearest(along(place, normal), positions)


def nearest(position: float, positions: Sequence[float | None]) -> int | None:
    """The index of the position (mm along one normal) nearest to another; the first of equals."""
    known = [(abs(there - position), n) for n, there in enumerate(positions) if there is not None]
    return min(known)[1] if known else None
