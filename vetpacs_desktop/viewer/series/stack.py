"""The result of arranging: stacks of frames with their geometry, as frozen values. Computes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from vetpacs_desktop.viewer.description import FrameDescription, ImageDescription
from vetpacs_desktop.viewer.geometry.planes import Vector


class StackKind(Enum):
    """What the frames of a stack are to each other; the values are the words of the command line."""

    VOLUME = "volume"
    """Parallel slices at different places."""
    CINE = "cine"
    """A film in time: one place, or no places at all."""
    SINGLE = "single"
    MIXED = "mixed"
    """Images that only share their series: shown one after another."""


@dataclass(frozen=True, slots=True)
class StackFrame:
    """One frame of one file."""

    description: ImageDescription
    frame: int

    @property
    def path(self) -> Path:
        """The file the frame is in."""
        return self.description.path

    @property
    def facts(self) -> FrameDescription:
        """What the header says of this frame."""
        return self.description.frames[self.frame]


@dataclass(frozen=True, slots=True)
class Geometry:
    """How the slices of a volume lie to each other; the defaults are those of a stack that is no volume."""

    regular: bool = False
    """Evenly spaced with nothing missing: may be resampled with one spacing."""
    slice_mm: float | None = None
    """Usual gap along the normal; never SliceThickness."""
    gaps_mm: tuple[float, ...] = ()
    """Every gap along the normal, in reading order."""
    missing: tuple[int, ...] = ()
    """Numbers of the missing slices when all are counted from 1 in reading order."""
    tilt_degrees: float = 0.0
    """Angle between the step from slice to slice and the normal (gantry tilt); 0 when below 0.2. Negative
    when the step leans against the column (or row) direction."""
    normal: Vector | None = None
    step: Vector | None = None
    """The mean way from one slice to the next, mm: the true third axis, also of a tilted stack."""
    left_handed: bool = False
    """The images are numbered against the normal: rows, columns and numbers form a left-handed system."""
    displaced: bool = False
    """Some slices lie beside the line through the others."""
    findings: tuple[str, ...] = ()
    """What is unusual, as parts of a sentence."""


@dataclass(frozen=True, slots=True)
class Stack:
    """Frames of one series that are read together, in reading order."""

    series_uid: str
    kind: StackKind
    frames: tuple[StackFrame, ...]
    geometry: Geometry
    pixel_mm: tuple[float | None, float | None]
    """(row, column) spacing of the first frame as its scale says."""
    label: str = ""
    """What tells this stack from the others of its series: ``sagittal``, ``echo 30 ms`` ..."""
    reason: str = ""
    """Why it is this kind, in plain words."""
    problems: tuple[str, ...] = ()
    """Sentences for the person who reads the images."""

    @property
    def spacing(self) -> tuple[float | None, float | None, float | None]:
        """(slice, row, column) in mm."""
        return (self.geometry.slice_mm, *self.pixel_mm)
