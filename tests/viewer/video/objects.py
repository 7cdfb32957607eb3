"""Videos inside DICOM objects, as other makers might write them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID

from tests.store.intake.foreign.clips import clip
from vetpacs_desktop.viewer.pixels.files import open_file
from vetpacs_desktop.viewer.video.colours import rgb
from vetpacs_desktop.viewer.video.film import Film

MPEG2, MPEG2_HD, H264, HEVC = (f"1.2.840.10008.1.2.4.{number}" for number in (100, 101, 102, 107))
KINDS = {
    "mp4": ("libx264", "mp4", {"g": "12", "bf": "2"}, H264),
    "open_gop": ("libx264", "mp4", {"g": "12", "bf": "3", "x264-params": "open-gop=1"}, H264),
    "one_key": ("libx264", "mp4", {"g": "1000", "bf": "2"}, H264),
    "intra": ("libx264", "mp4", {"g": "1"}, H264),
    "h264_ts": ("libx264", "mpegts", {"g": "12", "bf": "2"}, H264),
    "h264_raw": ("libx264", "h264", {"g": "12", "bf": "2"}, H264),
    "hevc": ("libx265", "mp4", {"x265-params": "log-level=none:keyint=12"}, HEVC),
    "mpeg2_ps": ("mpeg2video", "vob", {"g": "12", "bf": "2"}, MPEG2),
    "mpeg2_ts": ("mpeg2video", "mpegts", {"g": "12", "bf": "2"}, MPEG2_HD),
    "mpeg2_raw": ("mpeg2video", "mpeg2video", {"g": "12", "bf": "2"}, MPEG2),
}
"""Codec, container, options and transfer syntax."""


def stream(path: Path, kind: str, frames: int = 60, **how: Any) -> Path:
    """A clip of one of the KINDS."""
    codec, container, options, _ = KINDS[kind]
    return clip(path, codec=codec, container=container, options=options, frames=frames, **how)


def carrier(
    path: Path,
    data: bytes,
    syntax: str = H264,
    *,
    frames: int | None = 60,
    size: tuple[int, int] = (320, 240),
    fragments: int = 1,
    **header: Any,
) -> Path:
    """A Video Endoscopic object around a stream."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = UID(syntax)
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = UID("1.2.840.10008.5.1.4.1.1.77.1.1.1")
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = UID("1.2.3.4")
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID, dataset.Modality = "1.2.3", "1.2.3.5", "ES"
    dataset.PatientName = "Smith^Bella"
    dataset.Columns, dataset.Rows = size
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 3, "YBR_PARTIAL_420"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 8, 8, 7
    dataset.PixelRepresentation = dataset.PlanarConfiguration = 0
    if frames is not None:
        dataset.NumberOfFrames = frames
        dataset.FrameTime = "41.667"
    for keyword, value in header.items():
        setattr(dataset, keyword, value)
    cut = -(-len(data) // fragments)
    dataset.PixelData = encapsulate([data], fragments_per_frame=fragments, has_bot=False) if cut else b""
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    dataset.save_as(path, enforce_file_format=True)
    return path


def film(path: Path) -> Film:
    """The opened file, which must be a film."""
    opened = open_file(path)
    assert isinstance(opened, Film)
    return opened


def truth(path: Path) -> list[NDArray[np.uint8]]:
    """All frames of a video file, decoded from its start to its end."""
    with av.open(str(path)) as container:
        return [rgb(frame) for frame in container.decode(video=0)]
