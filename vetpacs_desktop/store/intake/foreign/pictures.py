"""JPEG, PNG, BMP and TIFF pictures as DICOM images.

A baseline JPEG that stands upright is kept as it is, its very bytes inside the object; everything else is
decoded once and stored without further loss. Never changes a picture beyond that, and never guesses a scale:
a resolution in dots an inch says nothing of the animal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydicom import uid
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items

from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.store.intake.foreign import exif, jpeg, original, raster
from vetpacs_desktop.store.intake.foreign.header import Device, Spot, anatomy, header, number_in
from vetpacs_desktop.store.intake.foreign.original import Place
from vetpacs_desktop.store.intake.foreign.raster import Shape
from vetpacs_desktop.store.intake.foreign.recognise import Format, Refused
from vetpacs_desktop.store.intake.foreign.source import Source, blocks
from vetpacs_desktop.store.intake.foreign.subject import Kind, Subject
from vetpacs_desktop.store.intake.foreign.writing import Pixels, Stream, write

JPEG_METHOD = "ISO_10918_1"
LARGEST_NATIVE = 0xFFFFFFFE
_MODALITIES = {
    Kind.ENDOSCOPY: "ES",
    Kind.PHOTO: "XC",
    Kind.MICROSCOPE: "GM",
    Kind.DENTAL: "IO",
    Kind.ULTRASOUND: "US",
    Kind.DOCUMENT: "DOC",
}
_VISIBLE_LIGHT = {
    Kind.ENDOSCOPY: str(uid.VLEndoscopicImageStorage),
    Kind.PHOTO: str(uid.VLPhotographicImageStorage),
    Kind.MICROSCOPE: str(uid.VLMicroscopicImageStorage),
}
"""All other kinds are secondary captures: a sensor's or a trolley's picture file says too little of its
physics for the classes of digital X-ray or ultrasound."""
_CAPTURE = str(uid.SecondaryCaptureImageStorage)
_PAGES = {
    (1, 8): str(uid.MultiFrameGrayscaleByteSecondaryCaptureImageStorage),
    (1, 16): str(uid.MultiFrameGrayscaleWordSecondaryCaptureImageStorage),
    (3, 8): str(uid.MultiFrameTrueColorSecondaryCaptureImageStorage),
}


@dataclass(frozen=True, slots=True)
class Made:
    """One finished object."""

    path: Path
    sop_uid: str


@dataclass(frozen=True, slots=True)
class Job:
    """What the conversion of one file needs to know."""

    source: Source
    subject: Subject
    folder: Path
    number: int
    """The file's place among those that came with it."""
    cancel: CancelToken


def convert_picture(job: Job) -> list[Made]:
    """One object, or one for each page where the pages differ. Raises `Refused`, `OSError`, `Cancelled`."""
    if job.source.format is Format.JPEG:
        data = job.source.path.read_bytes()
        facts = jpeg.facts_of(data)
        if facts is None or facts.end is None:
            raise Refused(reason=raster.DAMAGED)
        if facts.precision == 12:
            return [_twelve_bits(job, facts)]
        with raster.opened(job.source.path) as image:
            upright = exif.orientation_of(image) == exif.UPRIGHT
            device, profile = exif.device_of(image), image.info.get("icc_profile") or b""
        if facts.process == jpeg.BASELINE and facts.components in (1, 3) and upright:
            raster.check_jpeg(job.source.path)
            return [_kept(job, data, facts, device, profile)]
    return _decoded(job)


def _kept(job: Job, data: bytes, facts: jpeg.JpegFacts, device: Device, profile: bytes) -> Made:
    """A baseline JPEG as it stands. What a phone hangs behind the picture stays with the original."""
    shape = Shape(facts.rows, facts.columns, facts.components)
    end = facts.end or len(data)
    itself = end == len(data)
    dataset = _dataset(job, device, shape, Place.ITSELF if itself else Place.BEHIND)
    if facts.components == 3:
        # PS3.5 8.2.1: YBR_FULL_422 whatever the subsampling inside is.
        dataset.PhotometricInterpretation = "RGB" if facts.is_rgb else "YBR_FULL_422"
        if profile:
            dataset.ICCProfile = profile + b"\0" * (len(profile) % 2)
    _lossy(dataset, shape.bytes / end)
    pixels = Pixels(Stream([data[:end]], end), encapsulated=True)
    return _write(job, dataset, str(uid.JPEGBaseline8Bit), pixels, itself)


def _twelve_bits(job: Job, facts: jpeg.JpegFacts) -> Made:
    """A JPEG of 12 bits a sample: grey keeps them all, colour is brought to 8."""
    values: Any = raster.twelve_bits(job.source.path)
    if values.ndim == 3:
        values = ((values.astype("float32") * (255 / 4095)) + 0.5).clip(0, 255).astype("uint8")
        shape = Shape(values.shape[0], values.shape[1], 3)
    else:
        shape = Shape(values.shape[0], values.shape[1], 1, 16, 12)
    dataset = _dataset(job, Device(), shape, Place.BEHIND)
    _lossy(dataset, shape.rows * shape.columns * facts.components * 1.5 / job.source.size)
    data = values.astype("<u2" if shape.bits == 16 else "u1").tobytes()
    return _write(
        job, dataset, str(uid.ExplicitVRLittleEndian), Pixels(Stream([data], len(data)), bits=shape.bits)
    )


def _decoded(job: Job) -> list[Made]:
    with raster.opened(job.source.path) as image:
        device = exif.device_of(image)
        pages = raster.pages(image)
        shapes = [raster.shape_of(image, page) for page in pages]
        total = sum(shape.bytes for shape in shapes)
        if len(pages) > 1 and len(set(shapes)) == 1 and total <= LARGEST_NATIVE:
            return [_document(job, image, device, pages, shapes[0])]
        return _one_by_one(job, image, device, pages, shapes)


def _one_by_one(
    job: Job, image: Any, device: Device, pages: Sequence[int], shapes: Sequence[Shape]
) -> list[Made]:
    """Single images; the first holds the original."""
    made: list[Made] = []
    for place, (page, shape) in enumerate(zip(pages, shapes, strict=True)):
        if shape.bytes > LARGEST_NATIVE:
            raise Refused(
                reason="The picture is larger than 4 GB when it is unpacked, too large to be taken."
            )
        picture = raster.raster(image, shape, page)
        part = str(page) if len(pages) > 1 else ""
        number = place + 1 if part else None
        dataset = _dataset(
            job,
            device,
            shape,
            Place.ELSEWHERE if made else Place.BEHIND,
            part=part,
            number=number,
            holder=made[0].sop_uid if made else "",
            pages=len(pages),
        )
        _history(dataset, job.source, shape)
        stream = Stream(raster.strips(picture, shape, job.cancel), shape.bytes)
        made.append(
            _write(
                job,
                dataset,
                str(uid.ExplicitVRLittleEndian),
                Pixels(stream, bits=shape.bits),
                itself=bool(made),
            )
        )
    return made


def _document(job: Job, image: Any, device: Device, pages: Sequence[int], shape: Shape) -> Made:
    """Pages of one size as the frames of one object (PS3.3 A.8.3 to A.8.5)."""
    spot = replace(
        _spot(job, _PAGES[shape.samples, shape.bits]), form="pages", own_series=True, secondary=True, number=1
    )
    dataset = header(job.subject, job.source, device, spot)
    _pixel_module(dataset, shape)
    _capture(dataset, job.subject.kind)
    dataset.NumberOfFrames = len(pages)
    dataset.FrameIncrementPointer = 0x00182001
    dataset.PageNumberVector = [page + 1 for page in range(len(pages))]
    dataset.BurnedInAnnotation = "YES" if job.subject.kind in (Kind.DOCUMENT, Kind.ULTRASOUND) else "NO"
    if shape.samples == 1:
        dataset.PresentationLUTShape = "IDENTITY"
        dataset.RescaleIntercept, dataset.RescaleSlope, dataset.RescaleType = "0", "1", "US"
    anatomy(dataset, job.subject, coded=False)
    original.describe(dataset, job.source, Place.BEHIND, pages=len(pages))

    def frames() -> Iterator[bytes]:
        for page in pages:
            yield from raster.strips(raster.raster(image, shape, page), shape, job.cancel)

    pixels = Pixels(Stream(frames(), shape.bytes * len(pages)), bits=shape.bits)
    return _write(job, dataset, str(uid.ExplicitVRLittleEndian), pixels)


def _spot(job: Job, sop_class: str) -> Spot:
    return Spot(
        sop_class=sop_class,
        modality=_MODALITIES[job.subject.kind],
        form="still",
        number=number_in(job.source.name, job.number),
        secondary=sop_class not in _VISIBLE_LIGHT.values(),
    )


def _dataset(
    job: Job,
    device: Device,
    shape: Shape,
    place: Place,
    *,
    part: str = "",
    number: int | None = None,
    holder: str = "",
    pages: int = 1,
) -> Dataset:
    """A single image's header without its pixels."""
    sop_class = _VISIBLE_LIGHT.get(job.subject.kind, _CAPTURE) if shape.bits == 8 else _CAPTURE
    spot = replace(_spot(job, sop_class), part=part, own_series=bool(part))
    if number is not None:
        spot = replace(spot, number=number)
    dataset = header(job.subject, job.source, device, spot)
    _pixel_module(dataset, shape)
    if sop_class == _CAPTURE:
        _capture(dataset, job.subject.kind)
    else:
        dataset.ImageType = ["ORIGINAL", "PRIMARY"]
        dataset.AcquisitionContextSequence = Items([])
        dataset.LossyImageCompression = "00"
    anatomy(dataset, job.subject, coded=sop_class != _CAPTURE)
    original.describe(dataset, job.source, place, holder=holder, pages=pages)
    return dataset


def _pixel_module(dataset: Dataset, shape: Shape) -> None:
    """PS3.3 C.7.6.3."""
    dataset.SamplesPerPixel = shape.samples
    dataset.PhotometricInterpretation = "RGB" if shape.samples == 3 else "MONOCHROME2"
    if shape.samples == 3:
        dataset.PlanarConfiguration = 0
    elif shape.bits == 8:
        dataset.WindowCenter, dataset.WindowWidth = "128", "256"  # shown as it is, not stretched
    dataset.Rows, dataset.Columns = shape.rows, shape.columns
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = shape.bits, shape.stored, shape.stored - 1
    dataset.PixelRepresentation = 0
    dataset.PatientOrientation = ""


def _capture(dataset: Dataset, kind: Kind) -> None:
    """PS3.3 C.8.6.1."""
    dataset.ConversionType = "SD" if kind is Kind.DOCUMENT else "DI"
    dataset.ImageType = ["DERIVED", "SECONDARY"]


def _history(dataset: Dataset, source: Source, shape: Shape) -> None:
    """Pixels that once were JPEG have lost something, however they are stored now (PS3.3 C.7.6.1.1.5)."""
    if source.format is Format.JPEG:
        _lossy(dataset, shape.bytes / source.size)


def _lossy(dataset: Dataset, ratio: float) -> None:
    dataset.LossyImageCompression = "01"
    dataset.LossyImageCompressionRatio = f"{max(ratio, 0.01):.2f}"
    dataset.LossyImageCompressionMethod = JPEG_METHOD


def _write(job: Job, dataset: Dataset, syntax: str, pixels: Pixels, itself: bool = False) -> Made:
    path = job.folder / f"{dataset.SOPInstanceUID}.dcm"
    behind = None if itself else Stream(blocks(job.source.path, job.cancel), job.source.size)
    write(dataset, path, syntax, pixels, behind)
    return Made(path, str(dataset.SOPInstanceUID))
