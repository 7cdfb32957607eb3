"""Planes cut from a volume as images of their own: derived CT and MR images that any program can read.

Owns which attributes such an image has (PS3.3 A.3, A.4, A.8) and where they come from. Writes no file, cuts
nothing; names of people pass through here and must never reach a log.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.datadict import dictionary_VR
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence as Items
from pydicom.uid import ExplicitVRLittleEndian
from pydicom.valuerep import format_number_as_ds

from vetpacs_desktop import __version__
from vetpacs_desktop.viewer import elements as read
from vetpacs_desktop.viewer.description import FrameDescription, Window
from vetpacs_desktop.viewer.header import read_header
from vetpacs_desktop.viewer.series.stack import StackFrame
from vetpacs_desktop.viewer.standard.own import MAKER, MODEL
from vetpacs_desktop.viewer.standard.place import as_text, new_uid
from vetpacs_desktop.viewer.standard.subject import carry, narrow, sound
from vetpacs_desktop.viewer.volume.volume import Volume

CT, MR = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4"
CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
_CLASSES = {
    CT: CT,
    "1.2.840.10008.5.1.4.1.1.2.1": CT,
    "1.2.840.10008.5.1.4.1.1.2.2": CT,
    MR: MR,
    "1.2.840.10008.5.1.4.1.1.4.1": MR,
    "1.2.840.10008.5.1.4.1.1.4.4": MR,
}
"""Classic images for the classes that have them; planes of anything else are captures with a place."""
_KINDS = {CT: ["AXIAL", "REFORMATTED"], MR: ["MPR"], CAPTURE: ["REFORMATTED"]}
"""Behind DERIVED and SECONDARY in Image Type: a CT image must say AXIAL there (C.8.2.1.1.1), whatever way it
lies; MPR is a term of MR (C.8.3.1.1.1)."""
_CARRIED = (
    "AcquisitionDate AcquisitionTime AcquisitionNumber BodyPartExamined Laterality ProtocolName "
    "PatientPosition AnatomicalOrientationType ContrastBolusAgent ContrastBolusRoute LossyImageCompression "
    "LossyImageCompressionRatio LossyImageCompressionMethod BurnedInAnnotation"
).split()
_OF_CLASS = {
    CT: "KVP XRayTubeCurrent ExposureTime Exposure ConvolutionKernel ScanOptions FilterType".split(),
    MR: (
        "ScanningSequence SequenceVariant ScanOptions MRAcquisitionType RepetitionTime EchoTime "
        "InversionTime EchoTrainLength MagneticFieldStrength ImagingFrequency ImagedNucleus EchoNumbers "
        "FlipAngle NumberOfAverages SequenceName"
    ).split(),
    CAPTURE: [],
}
_EMPTY = {
    CT: ("KVP", "AcquisitionNumber"),
    MR: ("ScanOptions", "MRAcquisitionType", "RepetitionTime", "EchoTime", "EchoTrainLength"),
    CAPTURE: (),
}
"""Type 2: there even where nobody knows them."""
_PURPOSE = ("121322", "Source image for image processing operation")
_SCANNER = ("109101", "Acquisition Equipment")
PLANES = ("113072", "Multiplanar reformatting")
CURVED = ("113073", "Curved multiplanar reformatting")
RENDERED = ("113074", "Volume rendering")
BRIGHTEST = ("113078", "Maximum intensity projection")
DARKEST = ("113079", "Minimum intensity projection")
_CALIBRATED = "Drawn path: true along the path and straight across it only"


@dataclass(frozen=True, slots=True)
class SourceImage:
    """One image that a volume was built from."""

    sop_class: str
    sop_uid: str
    frame: int | None
    """From 0, where the file has several."""
    place: float
    """The slice of the volume's grid that it lies on."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What planes are cut from: the series, and one of its headers (without pixels)."""

    header: Dataset
    series_uid: str
    images: tuple[SourceImage, ...]
    frame_of_reference: str
    rescale_type: str = ""

    @property
    def sop_class(self) -> str:
        """Of the images that planes become."""
        return _CLASSES.get(read.text(self.header, "SOPClassUID"), CAPTURE)


@dataclass(frozen=True, slots=True)
class Batch:
    """The series that new images join."""

    uid: str
    number: int
    description: str
    derivation: str
    """In words, for people."""
    codes: tuple[tuple[str, str], ...] = (PLANES,)
    """DCM code values and meanings of what was done (CID 7203)."""
    window: Window | None = None
    space: float | None = None
    """Between planes, mm; None for single ones."""


@dataclass(frozen=True, slots=True)
class Grey:
    """How values are stored: as they are, or as whole numbers with a slope."""

    slope: float = 1.0
    intercept: float = 0.0
    kind: str = "int16"
    padding: int | None = None
    """Stored for what lies outside of the volume."""

    @classmethod
    def of(cls, values: NDArray[Any]) -> Grey:
        """For all that can be cut from `values`; fractions keep 1/65535 of their range."""
        low, high = float(values.min()), float(values.max())
        if values.dtype.kind in "iu":
            signed = values.dtype.kind == "i"
            below = int(low) - 1
            free = below >= (-32768 if signed else 0)
            return cls(kind="int16" if signed else "uint16", padding=below if free else None)
        return cls(slope=(high - low) / 65535 or 1.0, intercept=low, kind="uint16")

    def stored(self, values: NDArray[Any], outside: NDArray[np.bool_] | None = None) -> NDArray[Any]:
        """(rows, columns) of two bytes; `outside` marks pixels that are no measurement."""
        if values.dtype.kind in "iu":
            made = values.astype(self.kind)
        else:
            made = np.rint((values - self.intercept) / self.slope).clip(0, 65535).astype(self.kind)
        if outside is not None and self.padding is not None:
            made[outside] = self.padding
        return made


def plane_image(
    origin: Origin,
    batch: Batch,
    number: int,
    facts: FrameDescription,
    pixels: NDArray[Any],
    grey: Grey,
    sources: Sequence[SourceImage],
) -> Dataset:
    """A plane as an image: `facts` say where it lies, `pixels` are (rows, columns) as `grey` stores them."""
    assert facts.position is not None
    assert facts.orientation is not None
    assert facts.pixel_spacing is not None  # a plane of a volume has them
    made = _image(origin, batch, number, origin.sop_class, pixels, grey, sources)
    made.FrameOfReferenceUID = space_of(origin.frame_of_reference, origin.series_uid)
    made.PositionReferenceIndicator = ""
    made.ImagePositionPatient = [_ds(part) for part in facts.position]
    made.ImageOrientationPatient = [_ds(part) for part in facts.orientation]
    made.PixelSpacing = [_ds(part) for part in facts.pixel_spacing]
    made.SliceThickness = _ds(facts.slice_thickness or batch.space or facts.pixel_spacing[0])
    if batch.space is not None and origin.sop_class == MR:
        made.SpacingBetweenSlices = _ds(batch.space)
    narrow(made)
    return made


def strip_image(
    origin: Origin, batch: Batch, number: int, pixels: NDArray[Any], grey: Grey, mm: float
) -> Dataset:
    """A picture along a path: a capture that claims no place in the animal, with a scale and what it is."""
    made = _image(origin, batch, number, CAPTURE, pixels, grey, origin.images)
    made.PixelSpacing = [_ds(mm), _ds(mm)]
    made.PixelSpacingCalibrationType = "GEOMETRY"
    made.PixelSpacingCalibrationDescription = _CALIBRATED
    made.PatientOrientation = ""
    narrow(made)
    return made


def body_image(origin: Origin, batch: Batch, number: int, rgb: NDArray[np.uint8]) -> Dataset:
    """A body in 3D: a capture in colours, (rows, columns, 3), that claims neither place nor scale."""
    grey = rgb[..., 0].astype(np.uint16)
    made = _image(origin, batch, number, CAPTURE, grey, Grey(kind="uint16"), origin.images)
    for keyword in ("RescaleIntercept", "RescaleSlope", "RescaleType", "WindowCenter", "WindowWidth"):
        made.pop(keyword, None)
    made.ImageType = ["DERIVED", "SECONDARY"]
    made.SamplesPerPixel, made.PhotometricInterpretation, made.PlanarConfiguration = 3, "RGB", 0
    made.BitsAllocated, made.BitsStored, made.HighBit, made.PixelRepresentation = 8, 8, 7, 0
    data = np.ascontiguousarray(rgb, np.uint8).tobytes()
    made.add_new("PixelData", "OB", data + b"\0" * (len(data) % 2))
    made.PatientOrientation = ""
    narrow(made)
    return made


def _image(
    origin: Origin,
    batch: Batch,
    number: int,
    sop_class: str,
    pixels: NDArray[Any],
    grey: Grey,
    sources: Sequence[SourceImage],
) -> Dataset:
    made = Dataset()
    carry(origin.header, made)
    _name(made, sop_class, batch, number, read.text(origin.header, "Modality") or "OT")
    made.ImageType = ["DERIVED", "SECONDARY", *(_KINDS[sop_class] if PLANES in batch.codes else ["CURVED"])]
    for keyword in (*_CARRIED, *_OF_CLASS[sop_class]):
        _copy(origin.header, made, keyword)
    for keyword in ("PatientPosition", *_EMPTY[sop_class]):
        if keyword not in made:
            setattr(made, keyword, "" if dictionary_VR(keyword) == "CS" else None)
    if "BodyPartExamined" not in made and "Laterality" not in made:
        made.Laterality = ""  # the part may be one of a pair (C.7.3.1)
    if sop_class == MR:  # an enhanced image says both in another way
        made.ScanningSequence = made.get("ScanningSequence") or "RM"
        made.SequenceVariant = made.get("SequenceVariant") or "NONE"
        if "IR" not in made.ScanningSequence:  # some scanners state a time that no sequence had
            made.pop("InversionTime", None)
    if sop_class == CAPTURE:
        made.ConversionType = "WSD"
        made.pop("PatientPosition", None)
    _equipment(origin.header, made)
    _derived(origin, batch, made, sources)
    _pixels(made, pixels, grey, origin.rescale_type, sop_class)
    if batch.window is not None and batch.window.width >= 1:
        made.WindowCenter, made.WindowWidth = _ds(batch.window.center), _ds(batch.window.width)
    return made


def _name(made: Dataset, sop_class: str, batch: Batch, number: int, modality: str) -> None:
    now = datetime.now(UTC).astimezone()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.SOPClassUID, made.SOPInstanceUID = sop_class, new_uid()
    made.file_meta.MediaStorageSOPClassUID = sop_class
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    made.Modality = modality
    made.SeriesInstanceUID, made.SeriesNumber = batch.uid, batch.number
    made.SeriesDescription = as_text([batch.description], 64)
    made.InstanceNumber = number
    made.SeriesDate = made.ContentDate = made.InstanceCreationDate = now.strftime("%Y%m%d")
    made.SeriesTime = made.ContentTime = made.InstanceCreationTime = now.strftime("%H%M%S")


def _equipment(header: Dataset, made: Dataset) -> None:
    """We made this image; the scanner contributed."""
    made.Manufacturer, made.ManufacturerModelName, made.SoftwareVersions = MAKER, MODEL, __version__
    scanner = Dataset()
    scanner.PurposeOfReferenceCodeSequence = Items([_code(*_SCANNER)])
    for keyword in ("Manufacturer", "ManufacturerModelName", "InstitutionName", "StationName"):
        _copy(header, scanner, keyword)
    if "Manufacturer" in scanner:
        made.ContributingEquipmentSequence = Items([scanner])


def _derived(origin: Origin, batch: Batch, made: Dataset, sources: Sequence[SourceImage]) -> None:
    made.DerivationDescription = as_text([batch.derivation])
    made.DerivationCodeSequence = Items([_code(*code) for code in batch.codes])
    if not sources:
        return
    made.SourceImageSequence = Items([_pointing(one, purpose=True) for one in sources])
    series = Dataset()
    series.ReferencedInstanceSequence = Items([_pointing(one, purpose=False) for one in sources])
    series.SeriesInstanceUID = origin.series_uid
    made.ReferencedSeriesSequence = Items([series])


def _pointing(one: SourceImage, *, purpose: bool) -> Dataset:
    made = Dataset()
    made.ReferencedSOPClassUID, made.ReferencedSOPInstanceUID = one.sop_class, one.sop_uid
    if purpose:
        if one.frame is not None:
            made.ReferencedFrameNumber = one.frame + 1
        made.PurposeOfReferenceCodeSequence = Items([_code(*_PURPOSE)])
    return made


def _code(value: str, meaning: str) -> Dataset:
    made = Dataset()
    made.CodeValue, made.CodingSchemeDesignator, made.CodeMeaning = value, "DCM", meaning
    return made


def _pixels(made: Dataset, pixels: NDArray[Any], grey: Grey, rescale_type: str, sop_class: str) -> None:
    made.SamplesPerPixel, made.PhotometricInterpretation = 1, "MONOCHROME2"
    made.Rows, made.Columns = pixels.shape
    made.BitsAllocated, made.BitsStored, made.HighBit = 16, 16, 15
    made.PixelRepresentation = int(pixels.dtype.kind == "i")
    if grey.padding is not None:
        made.add_new("PixelPaddingValue", "SS" if made.PixelRepresentation else "US", grey.padding)
    if sop_class == CT or rescale_type or (grey.slope, grey.intercept) != (1.0, 0.0):
        made.RescaleIntercept, made.RescaleSlope = _ds(grey.intercept), _ds(grey.slope)
        if rescale_type or sop_class != CT:
            made.RescaleType = rescale_type or "US"
    made.add_new(
        "PixelData", "OW", np.ascontiguousarray(pixels).astype(pixels.dtype.newbyteorder("<")).tobytes()
    )


def _copy(header: read.Header, made: Dataset, keyword: str) -> None:
    """What is sound of a value, of several as many as are."""
    values = [one for one in read.texts(header, keyword) if one]
    if not values:
        return
    if len(values) == 1:
        value = sound(header, keyword)
        if value and (dictionary_VR(keyword) != "IS" or value.lstrip("+-").isdigit()):
            setattr(made, keyword, value)
    elif dictionary_VR(keyword) == "CS":
        setattr(made, keyword, values)


def _ds(number: float) -> str:
    return str(format_number_as_ds(float(number)))


def space_of(frame_of_reference: str, series_uid: str) -> str:
    """The frame of reference of planes: that of their images, else one that all planes of a series share."""
    return frame_of_reference or f"2.25.{uuid.uuid5(uuid.NAMESPACE_OID, series_uid).int}"


def nearby(origin: Origin, low: float, high: float) -> tuple[SourceImage, ...]:
    """The images that a plane between two slices of the grid is made of."""
    return tuple(one for one in origin.images if low - 1 < one.place < high + 1)


def origin_of(frames: Sequence[StackFrame], volume: Volume) -> Origin:
    """What planes through a volume of these frames come from. Reads one header: for a thread."""
    first = frames[0].description
    with first.path.open("rb") as stream:
        header = read_header(stream)
    images = []
    for one in frames:
        image = one.description
        assert one.facts.position is not None  # or they would be no volume
        place = float(volume.grid.to_index(one.facts.position)[2])
        frame = one.frame if image.number_of_frames > 1 else None
        images.append(SourceImage(image.sop_class_uid, image.sop_uid, frame, place))
    return Origin(
        header, first.series_uid, tuple(images), volume.frame_of_reference, frames[0].facts.rescale_type
    )
