"""One wish for a picture of a body, as plain values that go to another process and come back the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from vetpacs_desktop.viewer.geometry.planes import Vector
from vetpacs_desktop.viewer.volume.body import BodyCamera, BodyState, ClipBox, Edit, Kind
from vetpacs_desktop.viewer.volume.curve import Curve, curve_document, curve_from
from vetpacs_desktop.viewer.volume.grid import Grid


class Quality(IntEnum):
    """How well a picture is drawn."""

    QUICK = 0
    """With what is at hand, for a body that moves."""
    FINE = 1
    """Every ray, voxels of about twice their size."""
    FINEST = 2
    """Voxels as small as the screen can show."""


@dataclass(frozen=True, slots=True)
class BodyWish:
    """What is to be drawn, how large and how well."""

    camera: BodyCamera
    curve: Curve
    width: int
    height: int
    clip: ClipBox = field(default_factory=ClipBox)
    edits: tuple[Edit, ...] = ()
    quality: Quality = Quality.QUICK

    def document(self) -> dict[str, Any]:
        """As JSON has it."""
        camera = self.camera
        return {
            "camera": [list(camera.right), list(camera.down), camera.zoom, list(camera.pan)],
            "curve": curve_document(self.curve),
            "size": [self.width, self.height],
            "clip": [list(self.clip.low), list(self.clip.high)],
            "edits": [edit_document(edit) for edit in self.edits],
            "quality": self.quality.value,
        }


def wish_of(state: BodyState, width: int, height: int, quality: Quality = Quality.QUICK) -> BodyWish:
    """The picture of a state."""
    return BodyWish(state.camera, state.curve, width, height, state.clip, state.edits, quality)


def wish_from(said: dict[str, Any]) -> BodyWish:
    """The other way round."""
    right, down, zoom, pan = said["camera"]
    low, high = said["clip"]
    return BodyWish(
        BodyCamera(_vector(right), _vector(down), zoom, (pan[0], pan[1])),
        curve_from(said["curve"]),
        said["size"][0],
        said["size"][1],
        ClipBox(_vector(low), _vector(high)),
        edits_from(said["edits"]),
        Quality(said["quality"]),
    )


def edit_document(edit: Edit) -> list[Any]:
    """As JSON has it."""
    return [edit.kind.value, [list(point) for point in edit.outline], list(edit.right), list(edit.down)]


def edits_from(rows: list[list[Any]]) -> tuple[Edit, ...]:
    """The other way round."""
    return tuple(
        Edit(Kind(kind), tuple((x, y) for x, y in outline), _vector(right), _vector(down))
        for kind, outline, right, down in rows
    )


def grid_document(grid: Grid) -> list[list[Any]]:
    """As JSON has it."""
    return [list(part) for part in (grid.origin, grid.across, grid.down, grid.step, grid.shape)]


def grid_from(rows: list[list[Any]]) -> Grid:
    """The other way round."""
    origin, across, down, step, shape = rows
    return Grid(
        _vector(origin), _vector(across), _vector(down), _vector(step), (shape[0], shape[1], shape[2])
    )


def _vector(parts: list[float]) -> Vector:
    return parts[0], parts[1], parts[2]
