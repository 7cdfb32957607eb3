"""What one image file says of itself, as frozen values: the seam between a header and everything else.

`describe()` (viewer/describe.py) fills it from a pydicom dataset; pixels, geometry, scale and texts read it.
Holding values only, it can be shared between threads and processes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import overload

import numpy as np
from numpy.typing import NDArray


class VoiFunction(Enum):
    """VOI LUT Function (0028,1056), PS3.3 C.11.2.1.2-3."""

    LINEAR = "LINEAR"
    LINEAR_EXACT = "LINEAR_EXACT"
    SIGMOID = "SIGMOID"


@dataclass(frozen=True, eq=False, slots=True)
class LookupTable:
    """A modality or VOI LUT sequence item (PS3.3 C.11.1.1, C.11.2.1.1)."""

    first_mapped: int
    bits: int
    values: NDArray[np.uint16]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """Window centre and width in modality units."""

    center: float
    width: float
    function: VoiFunction = VoiFunction.LINEAR
    label: str = ""
    curve: LookupTable | None = None
    """A VOI LUT sequence's curve, stretched over this window's range, so that it answers to dragging."""


@dataclass(frozen=True, slots=True)
class Region:
    """An ultrasound region (PS3.3 C.8.5.5); x/y in pixels, inclusive; deltas in `units` per pixel."""

    x0: int
    y0: int
    x1: int
    y1: int
    spatial_format: int
    data_type: int
    flags: int
    units_x: int
    """PhysicalUnitsXDirection: 3 is cm, 4 seconds, 7 cm/s ..."""
    units_y: int
    delta_x: float
    delta_y: float
    reference_x: int | None = None
    reference_y: int | None = None
    reference_value_x: float | None = None
    reference_value_y: float | None = None


@dataclass(frozen=True, slots=True)
class FrameDescription:
    """What can differ from frame to frame (functional groups resolved; else the file's own)."""

    index: int
    slope: float = 1.0
    intercept: float = 0.0
    rescale_type: str = ""
    modality_lut: LookupTable | None = None
    windows: tuple[Window, ...] = ()
    voi_luts: tuple[LookupTable, ...] = ()
    position: tuple[float, float, float] | None = None
    """ImagePositionPatient, mm."""
    orientation: tuple[float, float, float, float, float, float] | None = None
    """ImageOrientationPatient: row direction cosines, then column direction cosines."""
    pixel_spacing: tuple[float, float] | None = None
    """(row spacing, column spacing) in mm: vertical first."""
    slice_thickness: float | None = None
    regions: tuple[Region, ...] = ()
    stack_id: str = ""
    time_ms: float | None = None
    """TriggerTime / temporal position, where the frame says it."""
    echo: str = ""
    b_value: float | None = None
    frame_type: str = ""
    """ImageType / FrameType from its third value on (M, P, WATER ...), joined by a backslash."""


class Medium(Enum):
    """What the frames of a file are, which decides how they are leafed through."""

    IMAGES = "images"
    FILM = "film"
    """A video stream: frames follow each other quickly, and the way back is longer than the way on."""
    DOCUMENT = "document"
    """Pages, which can be drawn at any resolution."""


class SameFrames(Sequence[FrameDescription]):
    """Frames that differ in their number alone: an hour of video costs no more than one of them."""

    def __init__(self, first: FrameDescription, count: int) -> None:
        self.first = first
        self._count = count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> FrameDescription: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[FrameDescription, ...]: ...

    def __getitem__(self, index: int | slice) -> FrameDescription | tuple[FrameDescription, ...]:
        numbers = range(self._count)[index]
        if isinstance(numbers, range):
            return tuple(replace(self.first, index=number) for number in numbers)
        return replace(self.first, index=numbers)


@dataclass(frozen=True, slots=True)
class ImageDescription:
    """One file. Numbers that the header lacks are None: nothing here is guessed."""

    path: Path
    sop_uid: str
    sop_class_uid: str
    series_uid: str
    study_uid: str
    modality: str
    transfer_syntax_uid: str
    rows: int
    columns: int
    samples_per_pixel: int
    photometric: str
    bits_allocated: int
    bits_stored: int
    high_bit: int
    signed: bool
    planar: int
    number_of_frames: int
    frames: Sequence[FrameDescription]
    has_pixels: bool
    why_not: str = ""
    """Why there is no picture to show, as a sentence; empty when there is one."""
    instance_number: int | None = None
    acquisition_number: int | None = None
    padding: tuple[int, int] | None = None
    """Stored values low..high (inclusive) that are background (0028,0120/0121)."""
    float_padding: tuple[float, float] | None = None
    """The same for floating point pixels (0028,0122 to 0125)."""
    presentation_shape: str = ""
    """PresentationLUTShape (2050,0020): IDENTITY, INVERSE or empty."""
    units: str = ""
    """Of modality values: HU, OD, BQML ... or empty."""
    imager_pixel_spacing: tuple[float, float] | None = None
    nominal_scanned_spacing: tuple[float, float] | None = None
    calibration_type: str = ""
    calibration_text: str = ""
    magnification: float | None = None
    """EstimatedRadiographicMagnificationFactor (0018,1114)."""
    source_to_detector: float | None = None
    source_to_patient: float | None = None
    pixel_aspect_ratio: tuple[int, int] | None = None
    frame_time_ms: float | None = None
    frame_times_ms: tuple[float, ...] = ()
    """How long each frame lasts, where the file says different times."""
    frame_of_reference_uid: str = ""
    spacing_between_slices: float | None = None
    orientation_type: str = ""
    """AnatomicalOrientationType: BIPED, QUADRUPED or empty (means biped)."""
    patient_orientation: tuple[str, ...] = ()
    """PatientOrientation (0020,0020): letters of the row and column directions."""
    patient_position: str = ""
    laterality: str = ""
    view_position: str = ""
    body_part: str = ""
    lossy: bool = False
    series_description: str = ""
    series_number: int | None = None
    acquired_at: str = ""
    animal: tuple[tuple[str, str], ...] = field(default=())
    """Words for the corner texts when no index is at hand: pairs of animal, owner, species, date and word."""
    medium: Medium = Medium.IMAGES
    views: tuple[str, ...] = ()
    """ViewPosition, then code and meaning of the view's code and of its modifiers: as written, none empty."""
    anatomy: tuple[str, ...] = ()
    """BodyPartExamined, then codes and meanings of region, structure and modifiers (teeth among them)."""
    remarks: tuple[str, ...] = ()
    """Free words on this image: protocol, processing, comments."""
