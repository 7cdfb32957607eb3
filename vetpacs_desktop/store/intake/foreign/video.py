"""Videos as DICOM: MP4 kept as it is where a transfer syntax allows, else put into one, else encoded anew.

The sound of a stream that is kept stays with it where DICOM allows its codec (PS3.5 8.2.12); viewers play it
off. A video that is encoded anew is silent; its original, with the sound, is inside the object like every
other. Rotation that a file only notes is applied to the pixels, since DICOM viewers don't look at such notes.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pydicom import uid
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items

from vetpacs_desktop.store.intake.foreign import encoding, original, streams
from vetpacs_desktop.store.intake.foreign.header import Spot, anatomy, header, number_in
from vetpacs_desktop.store.intake.foreign.original import Place
from vetpacs_desktop.store.intake.foreign.pictures import Job, Made
from vetpacs_desktop.store.intake.foreign.recognise import Format, Refused
from vetpacs_desktop.store.intake.foreign.source import LONGEST, blocks
from vetpacs_desktop.store.intake.foreign.streams import Probe
from vetpacs_desktop.store.intake.foreign.subject import Kind
from vetpacs_desktop.store.intake.foreign.writing import Pixels, Stream, write

_CLASSES = {
    Kind.ENDOSCOPY: (str(uid.VideoEndoscopicImageStorage), "ES"),
    Kind.MICROSCOPE: (str(uid.VideoMicroscopicImageStorage), "GM"),
}
_PHOTOGRAPHIC = (str(uid.VideoPhotographicImageStorage), "XC")
_METHODS = {"h264": "ISO_14496_10", "hevc": "ISO_23008_2"}


def convert_video(job: Job) -> list[Made]:
    """One object. Raises `Refused`, `OSError`, `Cancelled`."""
    found = streams.probe(job.source.path, job.cancel)
    syntax = streams.transfer_syntax(found) if not found.rotation else None
    if syntax and job.source.format is Format.MP4 and not found.others and _sound_fits(found):
        return [_write(job, found, syntax, job.source.path, Place.ITSELF)]
    scratch = job.folder / f"{job.source.sha256}.mp4.part"
    try:
        made, syntax = _prepared(job, found, scratch)
        return [_write(job, made, syntax, scratch, Place.BEHIND)]
    finally:
        scratch.unlink(missing_ok=True)


def _sound_fits(found: Probe) -> bool:
    return all(sound in streams.SOUND_THAT_FITS for sound in found.sounds) and len(found.sounds) <= 1


def _prepared(job: Job, found: Probe, scratch: Path) -> tuple[Probe, str]:
    """An MP4 at `scratch` with the same stream, or a new one that conforms; and its transfer syntax."""
    wrapped = _rewrapped(job, found, scratch)
    if wrapped is not None:
        return wrapped
    encoding.encode(job.source.path, scratch, found, job.cancel)
    encoded = streams.probe(scratch, job.cancel)
    syntax = streams.transfer_syntax(encoded)
    if syntax is None:
        raise ValueError(f"the encoder made profile {encoded.profile}, level {encoded.level}")
    return replace(encoded, device=found.device), syntax


def _rewrapped(job: Job, found: Probe, scratch: Path) -> tuple[Probe, str] | None:
    """The same stream in an MP4, or None where it must be encoded anew."""
    if found.codec not in _METHODS or found.rotation:
        return None
    if not encoding.rewrap(job.source.path, scratch, job.cancel, sound=_sound_fits(found)):
        return None
    try:
        copied = streams.probe(scratch, job.cancel)
    except Refused:
        return None  # some streams can't stand in an MP4 as they are: encoding them anew gets them through
    syntax = streams.transfer_syntax(copied)
    if syntax is None or copied.frames != found.frames:
        return None
    return replace(copied, device=found.device), syntax


def _write(job: Job, found: Probe, syntax: str, stream: Path, place: Place) -> Made:
    length = stream.stat().st_size
    if length > LONGEST:
        raise Refused(
            reason="The video is larger than 4 GB, more than an image file can hold; cut it in parts."
        )
    dataset = _dataset(job, found, place, length)
    path = job.folder / f"{dataset.SOPInstanceUID}.dcm"
    pixels = Pixels(Stream(blocks(stream, job.cancel), length), encapsulated=True)
    behind = Stream(blocks(job.source.path, job.cancel), job.source.size)
    write(dataset, path, syntax, pixels, None if place is Place.ITSELF else behind)
    return Made(path, str(dataset.SOPInstanceUID))


def _dataset(job: Job, found: Probe, place: Place, length: int) -> Dataset:
    sop_class, modality = _CLASSES.get(job.subject.kind, _PHOTOGRAPHIC)
    number = number_in(job.source.name, job.number)
    spot = Spot(sop_class, modality, "video", number=number, own_series=True)
    dataset = header(job.subject, job.source, found.device, spot)
    dataset.ImageType = ["ORIGINAL", "PRIMARY"]
    dataset.AcquisitionContextSequence = Items([])
    anatomy(dataset, job.subject, coded=True, required=True)
    _pixel_module(dataset, found)
    _cine_module(dataset, found)
    dataset.LossyImageCompression = "01"
    dataset.LossyImageCompressionRatio = f"{found.rows * found.columns * found.frames * 1.5 / length:.2f}"
    dataset.LossyImageCompressionMethod = _METHODS[found.codec]
    original.describe(dataset, job.source, place)
    return dataset


def _pixel_module(dataset: Dataset, found: Probe) -> None:
    """PS3.5 8.2.7 and 8.2.11: what a decoder will find in the stream."""
    ten = found.pixels.endswith("10le")
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 3, "YBR_PARTIAL_420"
    dataset.PlanarConfiguration = 0
    dataset.NumberOfFrames = found.frames
    dataset.FrameIncrementPointer = 0x00181063
    dataset.Rows, dataset.Columns = found.rows, found.columns
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = (16, 10, 9) if ten else (8, 8, 7)
    dataset.PixelRepresentation = 0
    dataset.PatientOrientation = ""
    if found.aspect[0] != found.aspect[1]:
        dataset.PixelAspectRatio = [str(found.aspect[1]), str(found.aspect[0])]


def _cine_module(dataset: Dataset, found: Probe) -> None:
    """PS3.3 C.7.6.5."""
    dataset.FrameTime = f"{found.milliseconds:.6f}".rstrip("0").rstrip(".")
    rate = str(max(1, round(1000 / found.milliseconds)))
    dataset.CineRate = dataset.RecommendedDisplayFrameRate = rate
    dataset.EffectiveDuration = f"{found.milliseconds * found.frames / 1000:.3f}"
