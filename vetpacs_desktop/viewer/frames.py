"""What each frame of one file says of itself: functional groups resolved, classic vectors followed.

Enhanced objects keep geometry and grey values in shared and per-frame functional groups (PS3.3 C.7.6.16); the
per-frame group wins. Classic multi-frame objects have one set for all frames, except for nuclear medicine and
dose grids, whose positions follow from vectors. Must never read pixels.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import numpy as np

from vetpacs_desktop.viewer import elements as read
from vetpacs_desktop.viewer.description import (
    FrameDescription,
    LookupTable,
    Region,
    SameFrames,
    VoiFunction,
    Window,
)
from vetpacs_desktop.viewer.diffusion import private_b_value
from vetpacs_desktop.viewer.mould import alike

LONGEST_FILM = 10_000_000
MOST_FRAMES = 65_536
"""A header that promises more frames than this is taken at this number, so damage can't fill the memory."""

_SMALLEST_AXIS = 0.5
_MOST_SKEW = 0.02
"""Direction cosines shorter than this, or further from a right angle than this cosine, describe no plane."""


def frame_count(dataset: read.Header) -> int:
    """NumberOfFrames, at least 1."""
    return min(max(read.integer(dataset, "NumberOfFrames") or 1, 1), MOST_FRAMES)


def describe_frames(dataset: read.Header, signed: bool) -> tuple[FrameDescription, ...]:
    """One description a frame, in the file's order. `signed` is PixelRepresentation, for ambiguous tables."""
    count = frame_count(dataset)
    first = _whole_file(dataset, signed)
    groups = read.items(dataset, "PerFrameFunctionalGroupsSequence")
    shared = read.item(dataset, "SharedFunctionalGroupsSequence")
    if shared is not None:
        first = replace(first, **_group(shared, signed))
    if groups:
        return tuple(
            replace(first, index=i, **(_group(groups[i], signed) if i < len(groups) else {}))
            for i in range(count)
        )
    if count == 1:
        return (first,)
    return _classic(dataset, first, count)


def describe_film(dataset: read.Header, signed: bool) -> SameFrames:
    """The frames of a video, which are all alike, however many the header promises."""
    count = min(max(read.integer(dataset, "NumberOfFrames") or 1, 1), LONGEST_FILM)
    return SameFrames(_whole_file(dataset, signed), count)


def windows_of(dataset: read.Header) -> tuple[Window, ...]:
    """Window presets in the order of the file, without repetitions (PS3.3 C.11.2.1.2)."""
    centers, widths = read.numbers(dataset, "WindowCenter"), read.numbers(dataset, "WindowWidth")
    labels = read.texts(dataset, "WindowCenterWidthExplanation")
    word = read.text(dataset, "VOILUTFunction").upper()
    function = VoiFunction(word) if word in VoiFunction.__members__ else VoiFunction.LINEAR
    found: list[Window] = []
    for i, (center, width) in enumerate(zip(centers, widths, strict=False)):
        if center is None or width is None or width <= 0:
            continue
        window = Window(center, width, function, labels[i] if i < len(labels) else "")
        if window not in found:
            found.append(window)
    return tuple(found)


def regions_of(dataset: read.Header) -> tuple[Region, ...]:
    """The calibrated ultrasound regions (PS3.3 C.8.5.5); one without a place in the picture is left out."""
    found = (_region(item) for item in read.items(dataset, "SequenceOfUltrasoundRegions"))
    return tuple(region for region in found if region is not None)


def tables_of(dataset: read.Header, sequence: str, signed: bool) -> tuple[LookupTable, ...]:
    """Look-up tables of a ModalityLUTSequence or VOILUTSequence; a broken one is left out."""
    found = (lookup_table(item, signed) for item in read.items(dataset, sequence))
    return tuple(table for table in found if table is not None)


def _whole_file(dataset: read.Header, signed: bool) -> FrameDescription:
    return replace(
        alike(_but_for_its_place, dataset, signed),
        windows=alike(windows_of, dataset),
        position=_position(dataset),
    )


def _but_for_its_place(dataset: read.Header, signed: bool) -> FrameDescription:
    """What the slices of a series have in common, as a rule; see `_whole_file` for the rest."""
    intercept = read.number(dataset, "RescaleIntercept") or 0.0
    modality = tables_of(dataset, "ModalityLUTSequence", signed)
    return FrameDescription(
        index=0,
        slope=_slope(read.number(dataset, "RescaleSlope"))
        or _slope(read.number(dataset, "DoseGridScaling"))
        or 1.0,
        intercept=intercept,
        rescale_type=read.text(dataset, "RescaleType"),
        modality_lut=modality[0] if modality else None,
        voi_luts=tables_of(dataset, "VOILUTSequence", signed or intercept < 0),
        orientation=alike(orientation_of, dataset),
        pixel_spacing=read.pair(dataset, "PixelSpacing"),
        slice_thickness=read.positive(dataset, "SliceThickness"),
        regions=regions_of(dataset),
        time_ms=_file_time(dataset),
        echo=_echo(dataset),
        b_value=alike(_b_value, dataset, read.text(dataset, "Modality") == "MR"),
        frame_type=_frame_type(read.texts(dataset, "ImageType")),
    )


def _group(group: read.Header, signed: bool) -> dict[str, Any]:
    """The fields of FrameDescription that one functional groups item states."""
    said: dict[str, Any] = {}
    for sequence, fields in _GROUPS.items():
        item = read.item(group, sequence)
        if item is not None:
            said.update({name: value for name, value in fields(item).items() if value not in (None, "", ())})
    voi = read.item(group, "FrameVOILUTSequence")
    if voi is not None:
        said["windows"] = windows_of(voi)
        said["voi_luts"] = tables_of(voi, "VOILUTSequence", signed or said.get("intercept", 0) < 0)
    if (regions := regions_of(group)) != ():
        said["regions"] = regions
    return said


def _measures(item: read.Header) -> dict[str, Any]:
    return {
        "pixel_spacing": read.pair(item, "PixelSpacing"),
        "slice_thickness": read.positive(item, "SliceThickness"),
    }


def _values(item: read.Header) -> dict[str, Any]:
    return {
        "slope": _slope(read.number(item, "RescaleSlope")),
        "intercept": read.number(item, "RescaleIntercept"),
        "rescale_type": read.text(item, "RescaleType"),
    }


def _content(item: read.Header) -> dict[str, Any]:
    # An index, not milliseconds: it only has to tell the phases apart and order them. A true time, where the
    # frame states one, comes later in the table and replaces it.
    return {"stack_id": read.text(item, "StackID"), "time_ms": read.number(item, "TemporalPositionIndex")}


def _offset(item: read.Header) -> dict[str, Any]:
    seconds = read.number(item, "TemporalPositionTimeOffset")
    return {"time_ms": None if seconds is None else seconds * 1000.0}


def _converted(item: read.Header) -> dict[str, Any]:
    """What a converted classic image said of itself that no macro has a place for (PS3.3 A.70)."""
    return {
        "echo": _echo(item),
        "time_ms": _file_time(item),
        "b_value": _b_value(item, True),
        "frame_type": _frame_type(read.texts(item, "ImageType")),
    }


def _b_value(header: read.Header, private: bool) -> float | None:
    """As the standard has it, else as the device's maker does; CT of a maker uses the same blocks."""
    stated = read.number(header, "DiffusionBValue")
    return private_b_value(header) if stated is None and private else stated


_GROUPS: dict[str, Callable[[read.Header], dict[str, Any]]] = {
    "UnassignedSharedConvertedAttributesSequence": _converted,
    "UnassignedPerFrameConvertedAttributesSequence": _converted,
    "PixelMeasuresSequence": _measures,
    "PlanePositionSequence": lambda item: {"position": _position(item)},
    "PlaneOrientationSequence": lambda item: {"orientation": orientation_of(item)},
    "PixelValueTransformationSequence": _values,
    "FrameContentSequence": _content,
    "TemporalPositionSequence": _offset,
    "CardiacSynchronizationSequence": lambda item: {
        "time_ms": read.number(item, "NominalCardiacTriggerDelayTime")
    },
    "MREchoSequence": lambda item: {"echo": _time_word(read.number(item, "EffectiveEchoTime"))},
    "MRDiffusionSequence": lambda item: {"b_value": read.number(item, "DiffusionBValue")},
    "MRImageFrameTypeSequence": lambda item: {"frame_type": _frame_type(read.texts(item, "FrameType"))},
    "CTImageFrameTypeSequence": lambda item: {"frame_type": _frame_type(read.texts(item, "FrameType"))},
    "SegmentIdentificationSequence": lambda item: {
        "stack_id": "segment " + read.text(item, "ReferencedSegmentNumber")
    },
}
"""Functional group macros (PS3.3 C.7.6.16.2) and what they say; later rows win over earlier ones."""


def _classic(dataset: read.Header, first: FrameDescription, count: int) -> tuple[FrameDescription, ...]:
    """Frames of a classic multi-frame object: all alike, but for the vectors of NM, dose and cine times."""
    positions = _grid_positions(dataset, first, count)
    orientation = first.orientation or _detector_orientation(dataset)
    stacks = _vector_words(dataset, count)
    times = _vector_times(dataset, count)
    return tuple(
        replace(
            first,
            index=i,
            position=positions[i] if positions else (first.position if count == 1 else None),
            orientation=orientation,
            stack_id=stacks[i] if stacks else first.stack_id,
            time_ms=times[i] if times else first.time_ms,
        )
        for i in range(count)
    )


def _grid_positions(
    dataset: read.Header, first: FrameDescription, count: int
) -> tuple[tuple[float, float, float], ...]:
    """Positions that follow from GridFrameOffsetVector (dose) or SliceVector (NM reconstructions), or ()."""
    detector = read.item(dataset, "DetectorInformationSequence")
    origin = first.position or (_position(detector) if detector is not None else None)
    axes = first.orientation or _detector_orientation(dataset)
    if origin is None or axes is None:
        return ()
    offsets = read.numbers(dataset, "GridFrameOffsetVector")
    step = read.number(dataset, "SpacingBetweenSlices")
    slices = read.numbers(dataset, "SliceVector")
    if not offsets and step is not None and slices:
        offsets = tuple(None if one is None else (one - 1) * step for one in slices)
    if len(offsets) != count or any(one is None for one in offsets):
        return ()
    normal = np.cross(axes[:3], axes[3:])
    places = np.asarray(origin) + np.outer(np.asarray(offsets, dtype=float), normal)
    return tuple((float(x), float(y), float(z)) for x, y, z in places)


def _detector_orientation(dataset: read.Header) -> tuple[float, float, float, float, float, float] | None:
    detector = read.item(dataset, "DetectorInformationSequence")
    return orientation_of(detector) if detector is not None else None


_VECTORS = (
    "EnergyWindowVector",
    "DetectorVector",
    "PhaseVector",
    "RotationVector",
    "RRIntervalVector",
    "TimeSlotVector",
)


def _vector_words(dataset: read.Header, count: int) -> tuple[str, ...]:
    """NM vectors (PS3.3 C.8.4.8) joined to one word a frame; only those that differ between frames count."""
    vectors = [read.numbers(dataset, name) for name in _VECTORS]
    telling = [v for v in vectors if len(v) == count and len(set(v)) > 1]
    return tuple(
        "/".join(f"{one:g}" if one is not None else "?" for one in row) for row in zip(*telling, strict=True)
    )


def _vector_times(dataset: read.Header, count: int) -> tuple[float, ...]:
    """The time of each frame from FrameTimeVector, whose entries are steps from the frame before, in ms."""
    steps = read.numbers(dataset, "FrameTimeVector")
    if len(steps) != count:
        return ()
    return tuple(float(t) for t in np.cumsum([step or 0.0 for step in steps]))


def _position(dataset: read.Header) -> tuple[float, float, float] | None:
    return cast("tuple[float, float, float] | None", read.vector(dataset, "ImagePositionPatient", 3))


def orientation_of(dataset: read.Header) -> tuple[float, float, float, float, float, float] | None:
    """Direction cosines made unit length, or None unless they are two directions at right angles."""
    values = read.vector(dataset, "ImageOrientationPatient", 6)
    if values is None:
        return None
    row, column = np.asarray(values[:3]), np.asarray(values[3:])
    lengths = float(np.linalg.norm(row)), float(np.linalg.norm(column))
    if min(lengths) < _SMALLEST_AXIS or max(lengths) > 1 / _SMALLEST_AXIS:
        return None
    if abs(float(row @ column)) / (lengths[0] * lengths[1]) > _MOST_SKEW:
        return None
    if max(abs(lengths[0] - 1), abs(lengths[1] - 1)) > 1e-6:
        values = (*(row / lengths[0]).tolist(), *(column / lengths[1]).tolist())
    return cast("tuple[float, float, float, float, float, float]", values)


def _slope(value: float | None) -> float | None:
    return value if value else None  # a slope of zero would blank the picture: it is damage, not a fact


def _time_word(milliseconds: float | None) -> str:
    return "" if milliseconds is None else f"{milliseconds:g}"


def _echo(dataset: read.Header) -> str:
    return _time_word(read.number(dataset, "EchoTime")) or _time_word(read.number(dataset, "EchoNumbers"))


def _file_time(dataset: read.Header) -> float | None:
    trigger = read.number(dataset, "TriggerTime")
    return trigger if trigger is not None else read.number(dataset, "TemporalPositionIdentifier")


def _frame_type(values: tuple[str, ...]) -> str:
    return "\\".join(values[2:])


def _region(item: read.Header) -> Region | None:
    corners = [
        read.integer(item, name)
        for name in (
            "RegionLocationMinX0",
            "RegionLocationMinY0",
            "RegionLocationMaxX1",
            "RegionLocationMaxY1",
        )
    ]
    x0, y0, x1, y1 = corners
    if x0 is None or y0 is None or x1 is None or y1 is None:
        return None
    return Region(
        x0=min(x0, x1),
        y0=min(y0, y1),
        x1=max(x0, x1),
        y1=max(y0, y1),
        spatial_format=read.integer(item, "RegionSpatialFormat") or 0,
        data_type=read.integer(item, "RegionDataType") or 0,
        flags=read.integer(item, "RegionFlags") or 0,
        units_x=read.integer(item, "PhysicalUnitsXDirection") or 0,
        units_y=read.integer(item, "PhysicalUnitsYDirection") or 0,
        delta_x=read.number(item, "PhysicalDeltaX") or 0.0,
        delta_y=read.number(item, "PhysicalDeltaY") or 0.0,
        reference_x=read.integer(item, "ReferencePixelX0"),
        reference_y=read.integer(item, "ReferencePixelY0"),
        reference_value_x=read.number(item, "ReferencePixelPhysicalValueX"),
        reference_value_y=read.number(item, "ReferencePixelPhysicalValueY"),
    )


def lookup_table(item: read.Header, signed: bool) -> LookupTable | None:
    """An item of a modality or VOI LUT sequence; None where it is broken."""
    descriptor = read.numbers(item, "LUTDescriptor")
    if len(descriptor) != 3 or None in descriptor:
        return None
    entries, first, bits = (int(one) for one in cast("tuple[float, ...]", descriptor))
    entries = (entries & 0xFFFF) or 0x10000
    if signed and first > 0x7FFF:
        first -= 0x10000
    values = _table_values(item, entries)
    if values is None or not 1 <= bits <= 16:
        return None
    values.setflags(write=False)
    return LookupTable(first, bits, values, read.text(item, "LUTExplanation"))


def _table_values(item: read.Header, entries: int) -> np.ndarray[Any, np.dtype[np.uint16]] | None:
    _, value, little = read.stored(item, "LUTData")
    if value is None:
        return None
    if isinstance(value, bytes | bytearray):
        if len(value) >= 2 * entries:
            return np.frombuffer(value, "<u2" if little else ">u2", entries).astype(np.uint16)
        # 8-bit entries may be packed two to a word (PS3.3 C.11.1.1.1 note).
        return np.frombuffer(value, np.uint8, entries).astype(np.uint16) if len(value) >= entries else None
    try:
        values = np.asarray(value, dtype=np.int64).reshape(-1)[:entries] & 0xFFFF
    except (ValueError, TypeError, OverflowError, struct.error):
        return None
    return values.astype(np.uint16) if len(values) == entries else None
