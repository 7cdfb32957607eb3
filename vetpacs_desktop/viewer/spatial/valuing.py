"""What is measured in the animal: lengths and angles from the places, regions from the voxels as stored.

Always in true millimetres and the volume's own unit. Where the voxels are not at hand the geometry is said
alone, and why; a value is never taken from a picture that was cut out of the volume.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.viewer.annotations import Annotation
from vetpacs_desktop.viewer.description import FrameDescription, ImageDescription
from vetpacs_desktop.viewer.geometry.scale import Basis
from vetpacs_desktop.viewer.measure.areas import EMPTY_NOTE, figures_of
from vetpacs_desktop.viewer.measure.calibration import Point
from vetpacs_desktop.viewer.measure.image import MeasuredImage, PixelValues, unit_of
from vetpacs_desktop.viewer.measure.lengths import ellipsoid_of
from vetpacs_desktop.viewer.measure.measured import (
    COUNT,
    DEGREES,
    MM,
    Histogram,
    Measured,
    NotMeasurable,
    joined,
)
from vetpacs_desktop.viewer.measure.statistics import Summary
from vetpacs_desktop.viewer.measure.tool import CLOSED
from vetpacs_desktop.viewer.measure.tools import TOOLS
from vetpacs_desktop.viewer.spatial.outline import outline_of
from vetpacs_desktop.viewer.spatial.pane import flat_points
from vetpacs_desktop.viewer.spatial.placed import Placed
from vetpacs_desktop.viewer.spatial.stacking import collected
from vetpacs_desktop.viewer.spatial.voxels import Axes, summary_in
from vetpacs_desktop.viewer.volume.volume import Volume

NO_VOXELS = "the values inside are known while the planes of the volume are open"
SLOW = frozenset(("volume",))
"""Tools whose value takes a while: worked out in a thread."""
Floats = NDArray[np.float64]


def measure_placed(one: Annotation, volume: Volume | None) -> Measured:
    """The value of an annotation with places; what can't be measured has none, and a note."""
    placed, tool = one.space, TOOLS.get(one.tool)
    if placed is None or tool is None:
        return Measured(None)
    direct = _DIRECT.get(one.tool)
    try:
        if direct is not None:
            return direct(placed, volume)
        if placed.grown is not None:
            return of_grown(placed)
        if tool.figure in CLOSED:
            return _region(one.tool, placed, volume)
    except KnownError as error:
        return Measured(None, note=error.sentence)
    points, image = flat_image(placed)
    return tool.preview(points, image)


def flat_image(placed: Placed) -> tuple[tuple[Point, ...], MeasuredImage]:
    """The plane of a figure as a picture without pixels, and the figure's points in it."""
    mm = placed.mm
    x, y, z = placed.places[0]
    facts = FrameDescription(
        0, position=(x, y, z), orientation=(*placed.right, *placed.down), pixel_spacing=(mm, mm)
    )
    description = ImageDescription(
        Path(), "", "", placed.series_uid, "", "CT", "", 0, 0, 1, "MONOCHROME2", 16, 16, 15, True, 0, 1,
        (facts,), False,
    )  # fmt: skip
    points = tuple((right / mm, down / mm) for right, down in flat_points(placed))
    return points, MeasuredImage(description, 0, _no_pixels)


def _no_pixels() -> PixelValues:
    return PixelValues(np.zeros((1, 1), np.int16))


# --- by the places alone ----------------------------------------------------------------------------


def path_mm(places: Sequence[Sequence[float]]) -> float:
    """The way through places, mm."""
    return sum(float(np.linalg.norm(np.subtract(b, a))) for a, b in pairwise(places))


def _length(placed: Placed, _volume: Volume | None) -> Measured:
    return _mm(path_mm(placed.places), placed)


def _angle(placed: Placed, _volume: Volume | None) -> Measured:
    if len(placed.places) < 3:
        return Measured(None)
    a, vertex, b = (np.asarray(place) for place in placed.places)
    one, other = a - vertex, b - vertex
    shortest = min(float(np.linalg.norm(one)), float(np.linalg.norm(other)))
    if not shortest:
        raise NotMeasurable(reason="two of the points are the same, so there is no angle")
    value = float(np.degrees(np.arctan2(np.linalg.norm(np.cross(one, other)), one @ other)))
    grain = float(np.degrees(np.arctan2(placed.mm / 2, shortest)))
    parts = {"supplement": Measured(180.0 - value, DEGREES, grain=grain)}
    return Measured(value, DEGREES, parts=parts, grain=grain)


def _ellipsoid(placed: Placed, _volume: Volume | None) -> Measured:
    places = placed.places
    pairs = [_mm(path_mm(places[n : n + 2]), placed) for n in range(0, len(places) - 1, 2)]
    return ellipsoid_of(pairs)


def _mm(value: float, placed: Placed) -> Measured:
    return Measured(value, MM, Basis.PHYSICAL, grain=placed.mm / 2)


def _nothing(_placed: Placed, _volume: Volume | None) -> Measured:
    return Measured(None)


# --- by the voxels ----------------------------------------------------------------------------------


def _point(placed: Placed, volume: Volume | None) -> Measured:
    if volume is None:
        return Measured(None, note=NO_VOXELS)
    unit, place = unit_of(volume.description), placed.places[0]
    if not bool(volume.grid.holds(place)):
        raise NotMeasurable(reason="the point lies outside the volume")
    value = volume.value_at(place)
    if value is None:
        return Measured(None, unit, note="background: no value was measured here")
    return Measured(value, unit, parts=at_parts(place))


def at_parts(place: Sequence[float]) -> dict[str, Measured]:
    """Where a point lies, in patient coordinates."""
    return {name: Measured(part, MM, Basis.PHYSICAL) for name, part in zip("xyz", place, strict=True)}


def _region(name: str, placed: Placed, volume: Volume | None) -> Measured:
    points, image = flat_image(placed)
    shape = TOOLS[name].measure(points, image)
    parts = {key: part for key, part in shape.parts.items() if key != COUNT}
    note = joined(*(one for one in shape.note.split("; ") if one != EMPTY_NOTE))
    if volume is None:
        return replace(shape, parts=parts, note=joined(note, NO_VOXELS))
    outline = outline_of(TOOLS[name].figure, flat_points(placed))
    found = summary_in(volume, axes_of(placed), outline, placed.thickness_mm / 2)
    return with_summary(replace(shape, parts=parts, note=note), found, unit_of(volume.description))


def axes_of(placed: Placed) -> Axes:
    """The plane that a figure was drawn on, from its first place."""
    return Axes(np.asarray(placed.places[0]), np.asarray(placed.right), np.asarray(placed.down))


def with_summary(shape: Measured, found: Summary | None, unit: str) -> Measured:
    """A shape with the statistics of what lies inside."""
    if found is None:
        parts: Mapping[str, Measured] = {**shape.parts, COUNT: Measured(0.0, COUNT)}
        return replace(shape, parts=parts, note=joined(shape.note, EMPTY_NOTE))
    histogram = Histogram(found.low, found.step, found.bins, unit)
    return replace(shape, parts={**shape.parts, **figures_of(found, unit)}, histogram=histogram)


def of_grown(placed: Placed) -> Measured:
    """What was found from a seed, as it was kept."""
    one = placed.grown
    assert one is not None
    parts = {
        "mean": Measured(one.mean, one.unit),
        "sd": Measured(one.deviation, one.unit),
        "from": Measured(one.low, one.unit),
        "to": Measured(one.high, one.unit),
        "voxels": Measured(float(one.count), COUNT),
    }
    return Measured(one.mm3 / 1000, "ml", Basis.PHYSICAL, parts=parts, grain=one.mm3 / 1000 / one.count / 2)


def _volume(placed: Placed, volume: Volume | None) -> Measured:
    found = collected(placed, volume)
    ml = found.mm3 / 1000
    parts = {"outlines": Measured(float(found.outlines), COUNT)}
    shape = Measured(ml, "ml", Basis.PHYSICAL, parts=parts, note=found.note)
    if volume is None:
        return replace(shape, note=joined(found.note, NO_VOXELS))
    whole = with_summary(shape, found.inside, unit_of(volume.description))
    parts = {"voxels" if name == COUNT else name: part for name, part in whole.parts.items()}
    return replace(whole, parts=parts)


_DIRECT: Mapping[str, Callable[[Placed, Volume | None], Measured]] = {
    "length": _length,
    "polyline": _length,
    "angle": _angle,
    "ellipsoid": _ellipsoid,
    "arrow": _nothing,
    "text": _nothing,
    "point": _point,
    "volume": _volume,
}
