"""Writes a DICOM file whose pixels and original are too large to hold: header first, the rest block by block.

Always Explicit VR Little Endian around the pixels. A file appears under its name when it is whole; what is
interrupted leaves nothing. This module knows encodings (PS3.5 7.1.2 and A.4), never what a picture is.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID

from vetpacs_desktop.store.intake.foreign import original

UNDEFINED = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Stream:
    """Bytes that come in blocks and their promised number."""

    blocks: Iterable[bytes]
    length: int


@dataclass(frozen=True, slots=True)
class Pixels:
    """Pixel data: native (`bits` 8 or 16 a sample) or one compressed stream in one fragment."""

    stream: Stream
    encapsulated: bool = False
    bits: int = 8


def write(
    dataset: Dataset,
    path: Path,
    transfer_syntax: str,
    pixels: Pixels | None = None,
    behind: Stream | None = None,
) -> None:
    """Write `dataset`, then `pixels`, then the original `behind` them. Raises `OSError`, `Cancelled`."""
    dataset.file_meta = _meta(dataset, transfer_syntax)
    part = path.with_suffix(".part")
    try:
        with part.open("wb") as file:
            dataset.save_as(file, enforce_file_format=True, implicit_vr=False, little_endian=True)
            if pixels is not None:
                _write_pixels(file, pixels)
            if behind is not None:
                _write_behind(file, behind)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _meta(dataset: Dataset, transfer_syntax: str) -> FileMetaDataset:
    from vetpacs_desktop.store.conformance import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION

    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    meta.TransferSyntaxUID = UID(transfer_syntax)
    meta.ImplementationClassUID = UID(IMPLEMENTATION_CLASS_UID)
    meta.ImplementationVersionName = IMPLEMENTATION_VERSION
    return meta


def _write_pixels(file: BinaryIO, pixels: Pixels) -> None:
    if not pixels.encapsulated:
        _element(file, 0x7FE0, 0x0010, b"OW" if pixels.bits > 8 else b"OB", pixels.stream)
        return
    file.write(struct.pack("<HH2sHL", 0x7FE0, 0x0010, b"OB", 0, UNDEFINED))
    file.write(struct.pack("<HHL", 0xFFFE, 0xE000, 0))  # an empty table of offsets (PS3.5 A.4)
    file.write(struct.pack("<HHL", 0xFFFE, 0xE000, _even(pixels.stream.length)))
    _copy(file, pixels.stream)
    file.write(struct.pack("<HHL", 0xFFFE, 0xE0DD, 0))


def _write_behind(file: BinaryIO, stream: Stream) -> None:
    creator = original.CREATOR.encode("ascii")
    _element(file, original.BYTES_GROUP, 0x0010, b"LO", Stream([creator], len(creator)))
    _element(file, original.BYTES_GROUP, 0x1001, b"OB", stream)


def _element(file: BinaryIO, group: int, element: int, vr: bytes, stream: Stream) -> None:
    length = _even(stream.length)
    if vr == b"LO":
        file.write(struct.pack("<HH2sH", group, element, vr, length))
    else:
        file.write(struct.pack("<HH2sHL", group, element, vr, 0, length))
    _copy(file, stream)


def _copy(file: BinaryIO, stream: Stream) -> None:
    written = 0
    for block in stream.blocks:
        file.write(block)
        written += len(block)
    if written != stream.length:
        raise OSError(f"{written} bytes came where {stream.length} were promised")
    if written % 2:
        file.write(b"\0")


def _even(length: int) -> int:
    return length + length % 2
