"""Volumes of known bodies, with any grid, and panes through them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tests.helpers.headers import slice_at
from vetpacs_desktop.viewer.annotations import Annotation, ImageRef, Point
from vetpacs_desktop.viewer.description import FrameDescription, ImageDescription
from vetpacs_desktop.viewer.geometry.planes import Vector
from vetpacs_desktop.viewer.spatial.pane import Pane, kept, lifted
from vetpacs_desktop.viewer.spatial.placed import Placed
from vetpacs_desktop.viewer.volume.grid import Grid
from vetpacs_desktop.viewer.volume.section import rotation
from vetpacs_desktop.viewer.volume.volume import Volume

SPACE, SERIES = "1.2.9", "1.2.8"


def description() -> ImageDescription:
    return replace(
        slice_at(0.0, 1), modality="CT", units="HU", frame_of_reference_uid=SPACE, series_uid=SERIES
    )


def volume_of(values: NDArray[np.int16], spacing: Sequence[float] = (1.0, 1.0, 1.0)) -> Volume:
    """Voxel (0, 0, 0) lies at (-20, 10, 5) mm."""
    x, y, z = spacing
    grid = Grid((-20.0, 10.0, 5.0), (x, 0.0, 0.0), (0.0, y, 0.0), (0.0, 0.0, z), values.shape)
    return Volume(values, grid, (0.0, 0.0, 1.0), description(), None)


def places_of(volume: Volume) -> NDArray[np.float64]:
    """(slices, rows, columns, 3) mm of all voxel centres."""
    number, row, column = np.indices(volume.values.shape)
    return volume.grid.to_patient(np.stack((column, row, number), axis=-1))


def ellipsoid(radii: Sequence[float], spacing: Sequence[float], shape: tuple[int, int, int]) -> Volume:
    """One of these radii in the middle, 100 HU in water."""
    empty = volume_of(np.zeros(shape, np.int16), spacing)
    away = (places_of(empty) - np.asarray(empty.grid.middle)) / np.asarray(radii)
    return volume_of(np.where((away**2).sum(axis=-1) <= 1, 100, 0).astype(np.int16), spacing)


def pane(
    origin: Vector = (0.0, 0.0, 0.0),
    about: Vector = (0.0, 0.0, 1.0),
    degrees: float = 0.0,
    *,
    mm: float = 0.7,
    thickness: float = 1.0,
    space: str = SPACE,
    name: str = "p",
    size: int = 200,
) -> Pane:
    """A picture whose first pixel lies at `origin`, the transverse plane turned about a direction."""
    turn = rotation(about, degrees)
    right, down = (tuple(float(n) for n in turn @ np.array(way)) for way in ((1.0, 0, 0), (0, 1.0, 0)))
    facts = FrameDescription(
        0,
        position=origin,
        orientation=(*right, *down),  # type: ignore[arg-type]
        pixel_spacing=(mm, mm),
        slice_thickness=thickness,
    )
    return Pane(ImageRef("", 0, name), space, SERIES, facts, size, size)


def drawn(tool: str, on: Pane, points: Sequence[Point]) -> Annotation:
    """As the window keeps it."""
    return kept(Annotation("1", tool, on.image, tuple(points), space=lifted(on, points)))


def at_places(tool: str, places: Sequence[Sequence[float]], on: Pane) -> Annotation:
    """Clicked on a picture at these places, which lie in it."""
    pixels = [on.pixel(place) for place in places]
    return drawn(tool, on, [(column, row) for column, row, _ in pixels])


def placed(one: Annotation) -> Placed:
    assert one.space is not None
    return one.space
