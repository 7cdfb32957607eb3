"""How volumes and what lies over pictures were left: turned, thick, cut, coloured, aligned. Frozen values.

Names a stack by its first picture, never by numbers, for those change when images come or go. Owns which of
these values can be drawn: a document may hold anything. Pure: must never ask what is loaded.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from vetpacs_desktop.viewer.geometry.planes import Vector
from vetpacs_desktop.viewer.spatial.placed import FURTHEST_MM
from vetpacs_desktop.viewer.volume.body import LARGEST, SMALLEST, BodyCamera, BodyState, ClipBox
from vetpacs_desktop.viewer.volume.curve import curve_document, curve_from
from vetpacs_desktop.viewer.volume.fusion import FusionWish
from vetpacs_desktop.viewer.volume.rigid import Rigid, rigid_of
from vetpacs_desktop.viewer.volume.turn import Turn

RIGHT_ANGLE = 1e-4
"""Cosine from which two directions stand at no right angle any more."""
THICKEST_MM = 1000.0
FURTHEST_PAN = 100.0
WIDEST = 8.0


@dataclass(frozen=True, slots=True)
class Place:
    """A picture by the names that it has everywhere: SeriesInstanceUID, SOPInstanceUID, frame from 0."""

    series_uid: str
    sop_uid: str = ""
    frame: int = 0


@dataclass(frozen=True, slots=True)
class Overlay:
    """Another stack over the pictures of one."""

    place: Place
    wish: FusionWish
    rigid: Rigid | None = None
    """Worked out or moved by hand; None where both share their millimetres, or nobody knows."""
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class PathLook:
    """Which of the paths that are kept with the exam is shown, and how much beside it."""

    id: str
    wider: float = 1.0


@dataclass(frozen=True, slots=True)
class VolumeLook:
    """All of one stack; None is as new."""

    turn: Turn | None = None
    cross: Vector | None = None
    """Where the planes meet, mm."""
    body: BodyState | None = None
    path: PathLook | None = None
    over: Overlay | None = None

    def before(self, other: VolumeLook) -> VolumeLook:
        """This one, and where it says nothing the other."""
        return VolumeLook(
            turn=self.turn or other.turn,
            cross=self.cross or other.cross,
            body=self.body or other.body,
            path=self.path or other.path,
            over=self.over or other.over,
        )


UNSEEN = VolumeLook()


def sound(look: VolumeLook) -> VolumeLook:
    """What of it can be drawn; the rest as new."""
    turn, body, over = look.turn, look.body, look.over
    return VolumeLook(
        turn=turn if turn is not None and _is_turn(turn) else None,
        cross=look.cross if look.cross is not None and _is_near(look.cross) else None,
        body=body if body is not None and _is_body(body) else None,
        path=None if look.path is None else replace(look.path, wider=_between(look.path.wider, WIDEST)),
        over=over if over is not None and _is_overlay(over) else None,
    )


def _between(value: float, most: float) -> float:
    return min(max(value, 1 / most), most)


def _is_turn(turn: Turn) -> bool:
    axes = turn.axes
    return (
        _are_square((axes.left, axes.dorsal, axes.cranial))
        and _is_near(turn.through)
        and 0.0 <= turn.thickness.mm <= THICKEST_MM
    )


def _is_body(body: BodyState) -> bool:
    try:
        curve_from(curve_document(body.curve))
    except ValueError:
        return False
    edits = all(_are_square((edit.right, edit.down)) for edit in body.edits)
    return _is_camera(body.camera) and _is_box(body.clip) and edits


def _is_camera(camera: BodyCamera) -> bool:
    near = max(abs(part) for part in camera.pan) <= FURTHEST_PAN
    return near and SMALLEST <= camera.zoom <= LARGEST and _are_square((camera.right, camera.down))


def _is_box(clip: ClipBox) -> bool:
    return all(0.0 <= low < high <= 1.0 for low, high in zip(clip.low, clip.high, strict=True))


def _is_overlay(over: Overlay) -> bool:
    if not 0.0 <= over.wish.opacity <= 1.0:
        return False
    if over.rigid is None:
        return True
    matrix = np.eye(4)
    matrix[:3, :3], matrix[:3, 3] = over.rigid.turn, over.rigid.move
    try:
        rigid_of(matrix)
    except ValueError:
        return False
    return _is_near(over.rigid.move)


def _is_near(place: ArrayLike) -> bool:
    return bool(np.abs(np.asarray(place, np.float64)).max() <= FURTHEST_MM)


def _are_square(ways: ArrayLike) -> bool:
    """Whether directions are unit vectors at right angles."""
    rows = np.asarray(ways, np.float64)
    return bool(np.allclose(rows @ rows.T, np.eye(len(rows)), atol=RIGHT_ANGLE))
