"""What a reader drew on an exam: annotations, key images, calibrations, as frozen values with pure edits.

Points are (column, row) of the image, pixel centres at whole numbers; what is drawn on a plane of a volume is
kept by its places in the animal instead. Owns no measured value: that is worked out anew from the points
whenever somebody looks (`viewer.measure`). Knows no database, screen or clock.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeGuard

from vetpacs_desktop.viewer.measure.measured import JsonValue
from vetpacs_desktop.viewer.mouth import Mouth
from vetpacs_desktop.viewer.spatial.placed import Placed, placed_from

Point = tuple[float, float]

CALIBRATIONS = frozenset(("calibrate_line", "calibrate_ball"))
"""Tools whose annotation, once its true size is known, is the scale of its image."""


@dataclass(frozen=True, slots=True)
class ImageRef:
    """One picture, wherever its file lies."""

    sop_uid: str
    frame: int = 0
    """From 0."""
    plane: str = ""
    """Of a plane of a volume, which lies in no file: which one, while it is on the screen. Never kept."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """One thing that was drawn."""

    id: str
    """Never used twice; stays when points and words change."""
    tool: str
    """A name of `measure.TOOLS`; an unknown one is kept and not drawn."""
    image: ImageRef
    points: tuple[Point, ...]
    text: str = ""
    """A person's own words beside it."""
    known_mm: float | None = None
    """Of a calibration: how large the object really is."""
    author: str = ""
    created: str = ""
    """ISO 8601 with offset."""
    changed: str = ""
    space: Placed | None = None
    """Where in the animal it lies, of what was drawn on a plane. It is kept without points then: those are
    worked out for every picture that shows it (`spatial.seeing`)."""

    def to_json(self) -> dict[str, JsonValue]:
        """What is kept beside the id, the image, the author and the times."""
        found: dict[str, JsonValue] = {
            "tool": self.tool,
            "points": [[column, row] for column, row in self.points],
            "text": self.text,
            "known_mm": self.known_mm,
        }
        if self.space is not None:
            found |= {"points": [], "space": self.space.to_json()}
        return found


@dataclass(frozen=True, slots=True)
class KeyImage:
    """A picture that somebody marked as telling."""

    id: str
    image: ImageRef
    author: str = ""
    created: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything drawn on one exam, oldest first."""

    annotations: tuple[Annotation, ...] = ()
    keys: tuple[KeyImage, ...] = ()
    mouth: Mouth = field(default_factory=Mouth)
    """The dental chart."""

    def on(self, image: ImageRef) -> tuple[Annotation, ...]:
        """The annotations of one picture."""
        return tuple(one for one in self.annotations if one.image == image)

    def find(self, id: str | None) -> Annotation | None:
        """The annotation with this id, if it is there."""
        return next((one for one in self.annotations if one.id == id), None)

    def is_key(self, image: ImageRef) -> bool:
        """Whether a picture is a key image."""
        return any(key.image == image for key in self.keys)

    def calibration(self, sop_uid: str) -> Annotation | None:
        """The drawn object of known size that gives an image (all its frames) its scale; the newest.

        Planes of volumes, which have no UID, are in true millimetres already.
        """
        if not sop_uid:
            return None
        found = [
            one
            for one in self.annotations
            if one.image.sop_uid == sop_uid and one.tool in CALIBRATIONS and one.known_mm is not None
        ]
        return found[-1] if found else None


# --- edits ----------------------------------------------------------------------------------------


def added(sheet: Sheet, one: Annotation) -> Sheet:
    """With one more; a calibration takes the place of the image's former one."""
    rest = sheet.annotations
    if one.tool in CALIBRATIONS:
        rest = tuple(
            old for old in rest if not (old.tool in CALIBRATIONS and old.image.sop_uid == one.image.sop_uid)
        )
    return replace(sheet, annotations=(*rest, one))


def removed(sheet: Sheet, id: str) -> Sheet:
    """Without one."""
    return replace(sheet, annotations=tuple(one for one in sheet.annotations if one.id != id))


def replaced(sheet: Sheet, new: Annotation) -> Sheet:
    """Another state of the annotation with the same id, at its place; unchanged where it is gone."""
    return replace(sheet, annotations=tuple(new if one.id == new.id else one for one in sheet.annotations))


def with_key(sheet: Sheet, key: KeyImage) -> Sheet:
    """One more key image; a picture is one at most once."""
    return sheet if sheet.is_key(key.image) else replace(sheet, keys=(*sheet.keys, key))


def without_key(sheet: Sheet, image: ImageRef) -> Sheet:
    """A picture that is none any more."""
    return replace(sheet, keys=tuple(key for key in sheet.keys if key.image != image))


# --- one annotation -------------------------------------------------------------------------------


def moved(one: Annotation, way: Point) -> Annotation:
    """All of it by (columns, rows)."""
    return replace(one, points=tuple((column + way[0], row + way[1]) for column, row in one.points))


def with_point(one: Annotation, number: int, at: Point) -> Annotation:
    """One point elsewhere."""
    points = (*one.points[:number], at, *one.points[number + 1 :])
    return replace(one, points=points)


# --- reading back ---------------------------------------------------------------------------------


def annotation_from(
    id: str, image: ImageRef, body: Mapping[str, object], author: str, created: str, changed: str
) -> Annotation | None:
    """What `to_json` wrote; None for what is no annotation, however it came there."""
    tool, points = body.get("tool"), _points(body.get("points"))
    known, space = body.get("known_mm"), placed_from(body.get("space"))
    if not isinstance(tool, str) or not (points or space):
        return None
    text = body.get("text")
    return Annotation(
        id=id,
        tool=tool,
        image=image,
        points=points,
        text=text if isinstance(text, str) else "",
        known_mm=float(known) if _is_number(known) else None,
        author=author,
        created=created,
        changed=changed,
        space=space,
    )


def _points(found: object) -> tuple[Point, ...]:
    if not isinstance(found, list):
        return ()
    points = [_point(one) for one in found]
    return tuple(point for point in points if point is not None) if None not in points else ()


def _point(found: object) -> Point | None:
    if not isinstance(found, list) or len(found) != 2 or not all(map(_is_number, found)):
        return None
    return float(found[0]), float(found[1])


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
