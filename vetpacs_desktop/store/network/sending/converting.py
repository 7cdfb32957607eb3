"""An object's data set under a coding that another archive takes: decompressed, little endian, in memory.

Only for peers that refuse the coding an object is kept in. It never writes a file, and refuses what can't be
converted without loss of meaning (video, for example).
"""

from __future__ import annotations

import array
from pathlib import Path

from pydicom import dcmread
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)
from pynetdicom.dsutils import encode, split_dataset

from vetpacs_desktop.errors import KnownError

_WORD_SIZES = {"OW": "H", "OL": "I", "OF": "I", "OD": "Q", "OV": "Q"}
"""VR -> array code of its words (PS3.5 6.2), whose bytes are in the data set's order."""
PIXEL_DATA = 0x7FE00010


class CannotConvert(KnownError):
    """the other side does not take its coding, and it can't be converted ({reason})"""


def syntax_of(path: Path) -> str:
    """The transfer syntax of a file, guessed where it has no file meta information. Raises `OSError`."""
    try:
        return str(split_dataset(path)[0].TransferSyntaxUID)
    except (InvalidDicomError, AttributeError):  # old machines leave all or some of it out
        return str(_whole(path, stop_before_pixels=True).file_meta.TransferSyntaxUID)


def converted(path: Path, syntax: str) -> bytes:
    """The data set under `syntax`, an uncompressed little endian one or the file's own.

    Raises `OSError`, `CannotConvert`.
    """
    dataset = _whole(path)
    own, wanted = UID(dataset.file_meta.TransferSyntaxUID), UID(syntax)
    try:
        if own != wanted and own.is_compressed and own != DeflatedExplicitVRLittleEndian:
            dataset.decompress(generate_instance_uid=False)
        elif own == ExplicitVRBigEndian and wanted != own:
            _swap(dataset)
        data = encode(dataset, wanted.is_implicit_VR, wanted.is_little_endian, wanted.is_deflated)
    except Exception as error:  # decoders raise whatever they like; the object is not sent
        raise CannotConvert(reason=type(error).__name__) from error
    if data is None:
        raise CannotConvert(reason="its values can't be written")
    return bytes(data)


def _whole(path: Path, *, stop_before_pixels: bool = False) -> Dataset:
    """A file as a data set that knows its coding, even one without preamble and file meta information."""
    dataset = dcmread(path, force=True, stop_before_pixels=stop_before_pixels)
    if "TransferSyntaxUID" not in dataset.file_meta:
        implicit, little = dataset.original_encoding
        dataset.file_meta.TransferSyntaxUID = (
            ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian if little else ExplicitVRBigEndian
        )
    return dataset


def _swap(dataset: Dataset) -> None:
    """Words in the other byte order; pydicom leaves those of OW and its kin as they were read."""

    def swap(holder: Dataset, element: DataElement) -> None:
        code = _WORD_SIZES.get(element.VR)
        if element.tag == PIXEL_DATA and holder.get("BitsAllocated") == 32:
            code = "I"  # one word for each pixel, as every reader takes it
        value = element.value
        if code is None or not isinstance(value, bytes) or len(value) % array.array(code).itemsize:
            return
        words = array.array(code, value)
        words.byteswap()
        element.value = words.tobytes()

    dataset.walk(swap)
