"""What other programs said of an exam's images, as read-only values: drawings, looks, key marks, reports.

Points are (column, row) of the image, pixel centres at whole numbers. Values only; nothing here is measured
again, changed or written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.annotations import ImageRef, Point
from vetpacs_desktop.viewer.pixels.overlays import Overlay
from vetpacs_desktop.viewer.pixels.shutters import Shutter
from vetpacs_desktop.viewer.standard.looks import Look


@dataclass(frozen=True, slots=True)
class Graphic:
    """A line drawing: points joined one after another; a single one is a point."""

    points: tuple[Point, ...]
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """Text at a place of the image."""

    at: Point
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OnImage:
    """What one presentation state says of one image."""

    sop_uid: str
    frames: tuple[int, ...]
    """From 0; empty means all of them."""
    graphics: tuple[Graphic, ...] = ()
    words: tuple[Words, ...] = ()

    def shows_on(self, image: ImageRef) -> bool:
        """Whether it belongs to a picture."""
        return self.sop_uid == image.sop_uid and (not self.frames or image.frame in self.frames)


@dataclass(frozen=True, eq=False, slots=True)
class Shield:
    """A shutter of another program: shapes, a bitmap, or both (PS3.3 C.7.6.11, C.7.6.15)."""

    shutter: Shutter | None
    bitmap: Overlay | None = None
    """Its set pixels are hidden."""

    def mask(self, rows: int, columns: int) -> NDArray[np.bool_]:
        """(rows, columns), True where the picture is hidden; the same array for the same size."""
        return _mask(self, rows, columns)


@lru_cache(maxsize=16)
def _mask(shield: Shield, rows: int, columns: int) -> NDArray[np.bool_]:
    hidden = np.zeros((rows, columns), bool) if shield.shutter is None else shield.shutter.mask(rows, columns)
    plane = shield.bitmap
    if plane is not None:
        top, left = max(plane.top, 0), max(plane.left, 0)
        part = plane.bitmap[top - plane.top :, left - plane.left :][
            : max(rows - top, 0), : max(columns - left, 0)
        ]
        hidden[top : top + part.shape[0], left : left + part.shape[1]] |= part
    hidden.setflags(write=False)
    return hidden


@dataclass(frozen=True, slots=True)
class Presentation:
    """A presentation state of another maker, or of another library."""

    sop_uid: str
    title: str
    author: str
    created: str
    """``2026-11-24 12:05``, or less."""
    drawn: tuple[OnImage, ...]
    looks: tuple[tuple[OnImage, Look], ...]
    """How its images are to be seen; the item says which ones."""
    shield: Shield | None = None
    """What it hides of all its images."""

    def look_of(self, image: ImageRef) -> Look | None:
        """How it shows a picture; None when it says nothing of it."""
        return next((look for about, look in self.looks if about.shows_on(image)), None)


@dataclass(frozen=True, slots=True)
class KeyMarks:
    """A selection of key images."""

    sop_uid: str
    title: str
    author: str
    created: str
    images: tuple[OnImage, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A structured report as lines to read."""

    sop_uid: str
    title: str
    author: str
    created: str
    lines: tuple[tuple[int, str], ...]
    """(how deep it lies, its words)."""

    @property
    def text(self) -> str:
        """All of it, two blanks a level."""
        return "\n".join("  " * depth + line for depth, line in self.lines)


@dataclass(frozen=True, slots=True)
class Layers:
    """Everything that others said of an exam."""

    presentations: tuple[Presentation, ...] = ()
    keys: tuple[KeyMarks, ...] = ()
    reports: tuple[Report, ...] = ()

    def on(self, image: ImageRef) -> tuple[OnImage, ...]:
        """The drawings on one picture."""
        return tuple(drawn for one in self.presentations for drawn in one.drawn if drawn.shows_on(image))

    def shield(self, sop_uid: str, image: ImageRef) -> Shield | None:
        """What the presentation with this UID hides of a picture."""
        said = next((one for one in self.presentations if one.sop_uid == sop_uid), None)
        return said.shield if said is not None and said.look_of(image) is not None else None

    def is_key(self, image: ImageRef) -> bool:
        """Whether somebody else marked the picture as telling."""
        return any(about.shows_on(image) for one in self.keys for about in one.images)

    @property
    def empty(self) -> bool:
        """Whether nobody said anything."""
        return not (self.presentations or self.keys or self.reports)


def frames_of(numbers: Sequence[float | None]) -> tuple[int, ...]:
    """Frame numbers of DICOM, from 1, as the viewer counts."""
    return tuple(int(number) - 1 for number in numbers if number is not None and number >= 1)
