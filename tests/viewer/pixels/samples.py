"""Image files for tests of pixels: pydicom's own, and small ones written here with every detail chosen."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import data_store
import numpy as np
import pydicom.data
from numpy.typing import NDArray
from pydicom import Dataset, FileMetaDataset, dcmread
from pydicom.encaps import encapsulate, encapsulate_extended
from pydicom.uid import UID, ExplicitVRLittleEndian, generate_uid

from vetpacs_desktop.viewer.describe import describe
from vetpacs_desktop.viewer.description import FrameDescription, ImageDescription
from vetpacs_desktop.viewer.pixels.decode import decode_frame
from vetpacs_desktop.viewer.pixels.files import ImageFile, open_file

SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
_FOLDERS = (Path(data_store.__file__).parent / "data", Path(pydicom.data.__file__).parent / "test_files")

_JPEG = "1.2.840.10008.1.2.4."
_STAND_INS = {_JPEG + "110": _JPEG + "201", _JPEG + "111": _JPEG + "202", _JPEG + "299": _JPEG + "203"}
"""pydicom does not know these transfer syntaxes yet: files are written under a name of the same length."""


@cache
def real_files() -> dict[str, Path]:
    """Every file of pydicom and pydicom-data that has pixels in its header, by name."""
    found = {}
    for path in sorted(path for folder in _FOLDERS for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as stream:
            start = stream.read(132)
        if (start[128:] == b"DICM" or path.name == "OT-PAL-8-face.dcm") and "Rows" in _header(path):
            found[path.name] = path
    return found


def real(name: str) -> Path:
    """One of pydicom's files."""
    return real_files()[name]


def opened(name: str) -> ImageFile:
    """One of pydicom's files, opened."""
    return open_file(real(name))


def _header(path: Path) -> Dataset:
    logging.getLogger("pydicom").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return dcmread(path, stop_before_pixels=True, force=True)


def description(**changes: Any) -> ImageDescription:
    """A description of a 4 x 6 picture of 12 of 16 bits, unsigned."""
    facts: dict[str, Any] = {
        "path": Path("picture.dcm"),
        "sop_uid": "1.2.3",
        "sop_class_uid": SECONDARY_CAPTURE,
        "series_uid": "1.2.2",
        "study_uid": "1.2.1",
        "modality": "OT",
        "transfer_syntax_uid": ExplicitVRLittleEndian,
        "rows": 4,
        "columns": 6,
        "samples_per_pixel": 1,
        "photometric": "MONOCHROME2",
        "bits_allocated": 16,
        "bits_stored": 12,
        "high_bit": 11,
        "signed": False,
        "planar": 0,
        "number_of_frames": 1,
        "frames": (FrameDescription(0),),
        "has_pixels": True,
    }
    return ImageDescription(**{**facts, **changes})


def run_length_coded(values: NDArray[Any]) -> bytes:
    """PS3.5 G, written here so that no decoder is tested with its own encoder: runs of 1 to 128 bytes."""
    planes = values[..., np.newaxis] if values.ndim == 2 else values
    segments = [
        _packed(planes[..., sample].astype(">u8").tobytes()[8 - values.dtype.itemsize + byte :: 8])
        for sample in range(planes.shape[2])
        for byte in range(values.dtype.itemsize)
    ]
    offsets = np.cumsum([64, *map(len, segments)])[:-1]
    header = np.zeros(16, "<u4")
    header[0], header[1 : 1 + len(segments)] = len(segments), offsets
    return header.tobytes() + b"".join(segments)


def _packed(data: bytes) -> bytes:
    out, position = bytearray(), 0
    while position < len(data):
        run = 1
        while run < 128 and data[position : position + 1] == data[position + run : position + run + 1]:
            run += 1
        if run > 1:
            out += bytes([257 - run, data[position]])
        else:
            out += bytes([0, data[position]])
        position += run
    return bytes(out) + b"\0" * (len(out) % 2)


def dataset(pixels: bytes, syntax: str = ExplicitVRLittleEndian, **elements: Any) -> Dataset:
    """A secondary capture of 4 x 6 pixels of 12 of 16 bits, or what `elements` make of it (None removes)."""
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = UID(syntax)
    ds.file_meta.MediaStorageSOPClassUID = UID(SECONDARY_CAPTURE)
    ds.SOPClassUID = UID(SECONDARY_CAPTURE)
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    ds.SeriesInstanceUID, ds.StudyInstanceUID = generate_uid(), generate_uid()
    facts: dict[str, Any] = {
        "Modality": "OT",
        "Rows": 4,
        "Columns": 6,
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "BitsAllocated": 16,
        "BitsStored": 12,
        "HighBit": 11,
        "PixelRepresentation": 0,
    }
    for keyword, value in {**facts, **elements}.items():
        if value is not None:
            setattr(ds, keyword, value)
    ds.PixelData = pixels
    ds["PixelData"].VR = "OB" if ds.file_meta.TransferSyntaxUID.is_compressed else "OW"
    return ds


def write(path: Path, ds: Dataset) -> Path:
    """Save a dataset in its own transfer syntax."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ds.save_as(path, enforce_file_format=True)
    return path


def compressed(
    path: Path,
    frames: Sequence[bytes],
    syntax: str,
    *,
    table: str = "basic",
    per_frame: int = 1,
    **elements: Any,
) -> Path:
    """A file of compressed frames. `table`: basic, extended or none; `per_frame` fragments each."""
    if len(frames) > 1:
        elements["NumberOfFrames"] = len(frames)
    stand_in = _STAND_INS.get(syntax)
    if stand_in is not None:
        whole = compressed(path, frames, stand_in, table=table, per_frame=per_frame, **elements).read_bytes()
        path.write_bytes(whole.replace(stand_in.encode(), syntax.encode()))
        return path
    if table == "extended":
        data, offsets, lengths = encapsulate_extended(list(frames))
        elements |= {"ExtendedOffsetTable": offsets, "ExtendedOffsetTableLengths": lengths}
    else:
        data = encapsulate(list(frames), fragments_per_frame=per_frame, has_bot=table == "basic")
    ds = dataset(data, syntax, **elements)
    ds["PixelData"].is_undefined_length = True
    return write(path, ds)


def decoded(path: Path, frame: int = 0) -> NDArray[Any]:
    """What this program makes of a file's frame."""
    return open_file(path).stored(frame)


def decoded_dataset(ds: Dataset, frame: int = 0) -> NDArray[Any]:
    """The same for a dataset in memory."""
    return decode_frame(ds, describe(ds, Path("memory.dcm")), frame)


def grey_like(shape: tuple[int, int] = (40, 50), bits: int = 12, seed: int = 1) -> NDArray[np.uint16]:
    """Smooth structure with noise, over the whole range of `bits`."""
    noise = np.random.default_rng(seed)
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    wave = np.sin(rows / 7) * np.cos(columns / 5) * 0.45 + 0.5
    values = wave * (2**bits - 1) + noise.normal(0, 2**bits / 200, shape)
    out: NDArray[np.uint16] = values.clip(0, 2**bits - 1).astype(np.uint16)
    out[0, 0], out[0, 1] = 0, 2**bits - 1
    return out


def rgb_like(shape: tuple[int, int] = (40, 50), seed: int = 1) -> NDArray[np.uint8]:
    """Three different smooth planes, 8 bits."""
    return np.stack([grey_like(shape, 8, seed + plane) for plane in range(3)], axis=2).astype(np.uint8)
