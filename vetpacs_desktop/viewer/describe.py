"""A DICOM header as an ImageDescription: the only place of the viewer that reads headers.

Owns the tolerance for bad headers: what is missing or garbled becomes None or "", and nothing but NotAnImage
is ever raised. Must never read pixels and never guess a length, a side or a grey value.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import BinaryIO

from pydicom.dataset import Dataset

from vetpacs_desktop.errors import NotAnImage
from vetpacs_desktop.viewer import elements as read
from vetpacs_desktop.viewer.description import ImageDescription, Medium
from vetpacs_desktop.viewer.documents.encapsulated import PDF
from vetpacs_desktop.viewer.documents.pdf import with_pages
from vetpacs_desktop.viewer.frames import describe_film, describe_frames
from vetpacs_desktop.viewer.header import DEFLATED, read_header
from vetpacs_desktop.viewer.mould import alike
from vetpacs_desktop.viewer.picture import is_film, photometric_of, samples_of, why_no_picture
from vetpacs_desktop.viewer.plainheader import plain_header

_LOSSY_SYNTAXES = ("1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.81")
_IMPLICIT, _EXPLICIT, _BIG = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"
_USUAL_HEADER = 1 << 16
_FIRST_GROUPS = (b"\x02\x00", b"\x08\x00", b"\x00\x02", b"\x00\x08")
_ANATOMY = (
    ("AnatomicRegionSequence", "AnatomicRegionModifierSequence"),
    ("PrimaryAnatomicStructureSequence", "PrimaryAnatomicStructureModifierSequence"),
)
_REMARKS = ("ProtocolName", "AcquisitionDeviceProcessingDescription", "ImageComments")
_PIXEL_TAGS = ((0x7FE0, 0x0008), (0x7FE0, 0x0009), (0x7FE0, 0x0010))
ALIKE_MS = 0.5
"""Frames whose lengths differ by less than this are played at one pace."""


def read_description(path: Path) -> ImageDescription:
    """The description of a file without reading its pixels (a CT slice: well under a millisecond and a half).

    Raises NotAnImage when the file can't be read or is not DICOM at all.
    """
    try:
        with path.open("rb", buffering=0) as file:
            start = file.read(_USUAL_HEADER) or b""
        dataset, pixels = _plainly(start) or _from_start(start, path) or _from_file(path)
    except OSError as problem:
        raise NotAnImage(path=path, reason=f"it can't be read ({problem.strerror or problem})") from problem
    description = describe(dataset, path, pixels=pixels)
    return with_pages(description) if description.sop_class_uid == PDF else description


def describe(dataset: read.Header, path: Path, *, pixels: bool | None = None) -> ImageDescription:
    """What `dataset` says of itself. Never raises.

    `pixels` tells whether the file has a pixel element; None looks into the dataset and, where it was read
    without its pixels, believes the header that describes them.
    """
    shared = alike(_but_for_its_place, dataset, pixels)
    film = shared.medium is Medium.FILM
    frames = (describe_film if film else describe_frames)(dataset, shared.signed)
    kind = frames[0].rescale_type
    return replace(
        shared,
        path=path,
        sop_uid=read.text(dataset, "SOPInstanceUID") or _meta(dataset, "MediaStorageSOPInstanceUID"),
        number_of_frames=len(frames),
        frames=frames,
        instance_number=read.integer(dataset, "InstanceNumber"),
        acquisition_number=alike(read.integer, dataset, "AcquisitionNumber"),
        units=alike(_units, dataset, shared.modality, shared.sop_class_uid, kind),
        acquired_at=alike(_acquired_at, dataset),
    )


def _but_for_its_place(dataset: read.Header, pixels: bool | None) -> ImageDescription:
    """What a file has in common with the others of its series, as a rule; see `describe` for the rest."""
    signed = read.integer(dataset, "PixelRepresentation") == 1
    syntax = _transfer_syntax(dataset)
    why_not = why_no_picture(dataset, syntax, pixels)
    stored_bits = read.integer(dataset, "BitsStored") or 0
    allocated = read.integer(dataset, "BitsAllocated") or 0
    high_bit = read.integer(dataset, "HighBit")
    film = is_film(syntax)
    return ImageDescription(
        path=Path(),
        sop_uid="",
        sop_class_uid=read.text(dataset, "SOPClassUID") or _meta(dataset, "MediaStorageSOPClassUID"),
        series_uid=read.text(dataset, "SeriesInstanceUID"),
        study_uid=read.text(dataset, "StudyInstanceUID"),
        modality=read.text(dataset, "Modality"),
        transfer_syntax_uid=syntax,
        rows=_extent(dataset, "Rows"),
        columns=_extent(dataset, "Columns"),
        samples_per_pixel=samples_of(dataset),
        photometric=photometric_of(dataset),
        bits_allocated=allocated,
        bits_stored=stored_bits or allocated,
        high_bit=high_bit if high_bit is not None else (stored_bits or allocated) - 1,
        signed=signed,
        planar=read.integer(dataset, "PlanarConfiguration") or 0,
        number_of_frames=0,
        frames=(),
        has_pixels=not why_not,
        why_not=why_not,
        padding=_padding(dataset, signed, allocated),
        float_padding=_float_padding(dataset),
        presentation_shape=read.text(dataset, "PresentationLUTShape").upper(),
        imager_pixel_spacing=_imager_spacing(dataset),
        nominal_scanned_spacing=read.pair(dataset, "NominalScannedPixelSpacing"),
        calibration_type=read.text(dataset, "PixelSpacingCalibrationType").upper(),
        calibration_text=read.text(dataset, "PixelSpacingCalibrationDescription"),
        magnification=read.positive(dataset, "EstimatedRadiographicMagnificationFactor"),
        source_to_detector=read.positive(dataset, "DistanceSourceToDetector"),
        source_to_patient=read.positive(dataset, "DistanceSourceToPatient"),
        pixel_aspect_ratio=_aspect(dataset),
        frame_time_ms=_frame_time(dataset),
        frame_times_ms=_frame_times(dataset),
        frame_of_reference_uid=read.text(dataset, "FrameOfReferenceUID"),
        spacing_between_slices=_slice_step(dataset),
        orientation_type=read.text(dataset, "AnatomicalOrientationType").upper(),
        patient_orientation=_patient_orientation(dataset),
        patient_position=read.text(dataset, "PatientPosition").upper(),
        laterality=_laterality(dataset),
        view_position=read.text(dataset, "ViewPosition") or read.meaning(dataset, "ViewCodeSequence"),
        body_part=read.text(dataset, "BodyPartExamined") or read.meaning(dataset, "AnatomicRegionSequence"),
        lossy=film or read.text(dataset, "LossyImageCompression") == "01" or syntax in _LOSSY_SYNTAXES,
        series_description=read.text(dataset, "SeriesDescription"),
        series_number=read.integer(dataset, "SeriesNumber"),
        animal=_animal(dataset),
        medium=Medium.FILM if film else Medium.IMAGES,
        views=_coded(dataset, "ViewPosition", ("ViewCodeSequence", "ViewModifierCodeSequence")),
        anatomy=_coded(dataset, "BodyPartExamined", *_ANATOMY),
        remarks=_kept(*(read.text(dataset, word) for word in _REMARKS)),
    )


def _plainly(start: bytes) -> tuple[read.Header, bool | None] | None:
    """An ordinary file's header and `_pixels_follow`; None where the careful way is needed."""
    header = plain_header(start)
    if header is None:
        return None
    stream = BytesIO(start)
    stream.seek(header.pixels_at)
    return header, _pixels_follow(stream, header)


def _from_start(start: bytes, path: Path) -> tuple[read.Header, bool | None] | None:
    """Header and `_pixels_follow` from a file's first bytes in memory, which is faster than from the file.

    None where the header may go on behind them.
    """
    stream = BytesIO(start)
    if len(start) < _USUAL_HEADER:
        dataset = _read(stream, path)
        return dataset, _pixels_follow(stream, dataset)
    try:
        dataset = _read(stream, path)
    except NotAnImage:
        return None
    return (dataset, True) if _pixels_follow(stream, dataset) else None


def _from_file(path: Path) -> tuple[read.Header, bool | None]:
    with path.open("rb") as stream:
        dataset = _read(stream, path)
        return dataset, _pixels_follow(stream, dataset)


def _read(stream: BinaryIO, path: Path) -> Dataset:
    """The dataset up to its pixels; the stream stands at the pixel element afterwards."""
    start = stream.read(132)
    if not start:
        raise NotAnImage(path=path, reason="the file is empty")
    bare = start[128:] != b"DICM"
    if bare and start[:2] not in _FIRST_GROUPS:
        raise NotAnImage(path=path, reason="it is not a DICOM file")
    stream.seek(0)
    try:
        dataset = read_header(stream, force=bare)
        known = any(read.present(dataset, word) for word in ("SOPClassUID", "StudyInstanceUID", "Rows"))
    except (zlib.error, *read.UNREADABLE) as problem:
        if isinstance(problem, OSError) and problem.errno is not None:
            raise  # the disk, not the content: pydicom's own have no number
        raise NotAnImage(path=path, reason="it is damaged and can't be read as DICOM") from problem
    if bare and not known:
        raise NotAnImage(path=path, reason="it is not a DICOM file")
    return dataset


def _pixels_follow(stream: BinaryIO, dataset: read.Header) -> bool | None:
    """Whether a pixel element with content starts where reading stopped; None where that can't be seen."""
    if _transfer_syntax(dataset) == DEFLATED:  # deflated: the stream is not the dataset
        return None
    head = stream.read(12)
    little = getattr(dataset, "original_encoding", (None, True))[1] is not False
    order = "<" if little else ">"
    if len(head) < 8 or struct.unpack(f"{order}HH", head[:4]) not in _PIXEL_TAGS:
        return False
    long_form = head[4:6].isalpha() and head[4:6].isupper() and head[6:8] == b"\0\0"
    length = struct.unpack(f"{order}I", (head[8:12] if long_form else head[4:8]).ljust(4, b"\0"))[0]
    return bool(length)


def _meta(dataset: read.Header, keyword: str) -> str:
    meta = getattr(dataset, "file_meta", None)
    return read.text(meta, keyword) if meta is not None else ""


def _transfer_syntax(dataset: read.Header) -> str:
    if syntax := _meta(dataset, "TransferSyntaxUID"):
        return syntax
    implicit, little = getattr(dataset, "original_encoding", None) or (None, None)
    if little is False:
        return _BIG
    return _EXPLICIT if implicit is False else _IMPLICIT


def _extent(dataset: read.Header, keyword: str) -> int:
    value = read.integer(dataset, keyword)
    return value if value is not None and 0 < value <= 0xFFFFFFFF else 0


def _padding(dataset: read.Header, signed: bool, bits: int) -> tuple[int, int] | None:
    """Stored values low..high that are background (PS3.3 C.7.5.1.1.2), with the pixels' own sign."""
    value = read.numbers(dataset, "PixelPaddingValue", signed=signed)
    if not value or value[0] is None:
        return None
    limit = read.numbers(dataset, "PixelPaddingRangeLimit", signed=signed)
    ends = [int(value[0]), int(limit[0]) if limit and limit[0] is not None else int(value[0])]
    wide = max(bits, 16)
    if signed:  # some files write the padding of signed pixels as an unsigned number
        ends = [one - (1 << wide) if one >= 1 << (wide - 1) else one for one in ends]
    else:
        ends = [one & ((1 << wide) - 1) for one in ends]
    return min(ends), max(ends)


def _float_padding(dataset: read.Header) -> tuple[float, float] | None:
    """The same for floating point pixels, single (PS3.3 C.7.6.24) or double (C.7.6.25)."""
    for kind in ("Float", "DoubleFloat"):
        value = read.number(dataset, f"{kind}PixelPaddingValue")
        if value is not None:
            limit = read.number(dataset, f"{kind}PixelPaddingRangeLimit")
            ends = value, value if limit is None else limit
            return min(ends), max(ends)
    return None


def _units(dataset: read.Header, modality: str, sop_class: str, rescale_type: str) -> str:
    """The unit of modality values: what the file says, HU for CT, BQML and the like for PET; else ""."""
    if samples_of(dataset) != 1:
        return ""
    said = rescale_type or read.text(dataset, "ModalityLUTType")
    if said and said.upper() not in ("US", "UNSPECIFIED"):
        return said
    captured = sop_class.startswith("1.2.840.10008.5.1.4.1.1.7")
    if modality == "CT" and not captured:
        return "HU"
    return read.text(dataset, "Units") or (read.text(dataset, "DoseUnits") if modality == "RTDOSE" else "")


def _imager_spacing(dataset: read.Header) -> tuple[float, float] | None:
    if (own := read.pair(dataset, "ImagerPixelSpacing")) is not None:
        return own
    shared = read.item(dataset, "SharedFunctionalGroupsSequence")
    properties = read.item(shared, "FramePixelDataPropertiesSequence") if shared is not None else None
    return read.pair(properties, "ImagerPixelSpacing") if properties is not None else None


def _aspect(dataset: read.Header) -> tuple[int, int] | None:
    values = read.pair(dataset, "PixelAspectRatio")
    if values is None or any(one != int(one) for one in values):
        return None
    return int(values[0]), int(values[1])


def _frame_time(dataset: read.Header) -> float | None:
    """Milliseconds a frame: FrameTime, else the median of FrameTimeVector, else from a rate a second."""
    if (time := read.positive(dataset, "FrameTime")) is not None:
        return time
    steps = [step for step in read.numbers(dataset, "FrameTimeVector") if step is not None and step > 0]
    if steps:
        return float(median(steps))
    for keyword in ("RecommendedDisplayFrameRate", "CineRate"):
        if (rate := read.positive(dataset, keyword)) is not None:
            return 1000.0 / rate
    return None


def _frame_times(dataset: read.Header) -> tuple[float, ...]:
    """How long each frame lasts (ms), from FrameTimeVector: its n-th value is the way from frame n-1 to n.

    The last frame lasts as long as the median. Empty where all are alike or one of them makes no sense.
    """
    if read.positive(dataset, "FrameTime") is not None:
        return ()
    steps = [step or 0.0 for step in read.numbers(dataset, "FrameTimeVector")][1:]
    if not steps or min(steps) <= 0 or max(steps) - min(steps) <= ALIKE_MS:
        return ()
    return (*steps, float(median(steps)))


def _slice_step(dataset: read.Header) -> float | None:
    if (own := read.number(dataset, "SpacingBetweenSlices")) is not None:
        return own
    shared = read.item(dataset, "SharedFunctionalGroupsSequence")
    measures = read.item(shared, "PixelMeasuresSequence") if shared is not None else None
    return read.number(measures, "SpacingBetweenSlices") if measures is not None else None


def _patient_orientation(dataset: read.Header) -> tuple[str, ...]:
    words = tuple(word.upper() for word in read.texts(dataset, "PatientOrientation"))
    return words if any(words) else ()  # an empty first value must not shift the second


def _laterality(dataset: read.Header) -> str:
    word = read.text(dataset, "ImageLaterality") or read.text(dataset, "Laterality")
    if word:
        return word.upper()
    shared = read.item(dataset, "SharedFunctionalGroupsSequence")
    anatomy = read.item(shared, "FrameAnatomySequence") if shared is not None else None
    return read.text(anatomy, "FrameLaterality").upper() if anatomy is not None else ""


def _coded(dataset: read.Header, keyword: str, *sequences: tuple[str, str]) -> tuple[str, ...]:
    """A text, then value and meaning of every item of code sequences and of their modifiers."""
    found = [read.text(dataset, keyword)]
    for sequence, modifier in sequences:
        for one in read.items(dataset, sequence):
            for item in (one, *read.items(one, modifier)):
                found += [read.text(item, "CodeValue"), read.text(item, "CodeMeaning")]
    return _kept(*found)


def _kept(*words: str) -> tuple[str, ...]:
    return tuple(word for word in words if word)


def _acquired_at(dataset: read.Header) -> str:
    """``2026-01-31T10:20:30`` of the acquisition, else of the content, series or study; "" when unknown."""
    when = read.text(dataset, "AcquisitionDateTime")
    if _date(when[:8]):
        return _stamp(when[:8], when[8:])
    for word in ("Acquisition", "Content", "Series", "Study"):
        day = read.text(dataset, f"{word}Date")
        if _date(day):
            return _stamp(day, read.text(dataset, f"{word}Time"))
    return ""


def _stamp(day: str, time: str) -> str:
    digits = time.replace(":", "")[:6]
    if len(digits) < 4 or not digits.isdigit():
        return _date(day)
    seconds = digits[4:6] if len(digits) == 6 else "00"
    return f"{_date(day)}T{digits[:2]}:{digits[2:4]}:{seconds}"


def _date(day: str) -> str:
    """ISO form of a DA value; the ACR-NEMA form with dots is read too; "" when it is not a date."""
    digits = day.replace(".", "").replace("-", "")
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if len(digits) == 8 and digits.isdigit() else ""


def _animal(dataset: read.Header) -> tuple[tuple[str, str], ...]:
    """Words for the corner texts; PatientName is ``owner^animal`` for an animal (PS3.5 6.2.1.2)."""
    parts = [part.strip() for part in read.person(dataset, "PatientName").split("^")]
    animal = parts[1] if len(parts) > 1 and parts[1] else parts[0]
    in_name = parts[0] if len(parts) > 1 and parts[1] else ""
    owner = _spoken(read.person(dataset, "ResponsiblePerson"))
    words = {
        "animal": animal,
        "owner": owner or read.text(dataset, "ResponsibleOrganization") or in_name,
        "species": read.text(dataset, "PatientSpeciesDescription")
        or read.meaning(dataset, "PatientSpeciesCodeSequence"),
        "date": _date(read.text(dataset, "StudyDate")),
    }
    return tuple((name, value) for name, value in words.items() if value)


def _spoken(name: str) -> str:
    """A person's name as it is said: given before family name (PN components: family, given, middle ...)."""
    parts = [part.strip() for part in name.split("^")]
    return " ".join(part for part in (*parts[1:2], *parts[:1]) if part)
