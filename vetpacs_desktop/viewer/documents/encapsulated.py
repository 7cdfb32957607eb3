"""Files carried inside DICOM objects (PS3.3 C.24.2): what they are, where their bytes lie, how to save them.

Reads a header and copies bytes; never looks into a document and never changes one.
"""

from __future__ import annotations

import struct
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset, read_partial
from pydicom.tag import BaseTag

from vetpacs_desktop.errors import CannotDecode, NotAnImage
from vetpacs_desktop.viewer import elements as read
from vetpacs_desktop.viewer.pixels.source import BROKEN_DATA, DEFLATED, syntax_of

PDF = "1.2.840.10008.5.1.4.1.1.104.1"
_SUFFIXES = {
    PDF: ".pdf",
    "1.2.840.10008.5.1.4.1.1.104.2": ".xml",
    "1.2.840.10008.5.1.4.1.1.104.3": ".stl",
    "1.2.840.10008.5.1.4.1.1.104.4": ".obj",
    "1.2.840.10008.5.1.4.1.1.104.5": ".mtl",
}
"""Encapsulated PDF, CDA, STL, OBJ and MTL Storage, and what their files are called outside."""
_ZIPPED_CDA = "application/zip"
_DOCUMENT = 0x00420011
_LENGTH = 0x00420015
_UNDEFINED = 0xFFFFFFFF
_BLOCK = 1 << 20


@dataclass(frozen=True, eq=False, slots=True)
class Encapsulated:
    """A document inside the DICOM file `path`: `length` bytes from `offset`."""

    path: Path
    suffix: str
    title: str
    offset: int
    length: int
    data: bytes | None = None
    """Its bytes where the file is deflated: they lie nowhere as they are."""

    def read(self) -> bytes:
        """The whole document. Raises `CannotDecode` where the file ends before it, `OSError`."""
        if self.data is not None:
            return self.data
        with self.path.open("rb") as file:
            file.seek(self.offset)
            found = file.read(self.length)
        if len(found) < self.length:
            raise _cut_off()
        return found

    def save(self, target: Path) -> None:
        """Write the document, byte for byte. Raises `CannotDecode` for a cut off one, `OSError`."""
        if self.data is not None:
            target.write_bytes(self.data)
            return
        if self.path.stat().st_size < self.offset + self.length:
            raise _cut_off()
        rest = self.length
        with self.path.open("rb") as file, target.open("wb") as out:
            file.seek(self.offset)
            while rest and (block := file.read(min(_BLOCK, rest))):
                out.write(block)
                rest -= len(block)


def _cut_off() -> CannotDecode:
    return CannotDecode(reason="the file ends before the document does; send or copy it again")


def carries_document(sop_class_uid: str) -> bool:
    """Whether objects of this class carry a file of another kind."""
    return sop_class_uid in _SUFFIXES


def encapsulated(path: Path) -> Encapsulated:
    """The document inside a DICOM file. Raises `NotAnImage` where there is none, `OSError`."""
    try:
        with path.open("rb") as stream:
            dataset = read_partial(stream, stop_when=_at_document, force=True)
            if syntax_of(dataset) == DEFLATED:
                return _in_memory(path)
            return _here(stream, dataset, path)
    except BROKEN_DATA as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise NotAnImage(path=path, reason="its header can't be read; send or copy it again") from error


def _at_document(tag: BaseTag, vr: str | None, length: int) -> bool:
    return int(tag) >= _DOCUMENT


def _behind(tag: BaseTag, vr: str | None, length: int) -> bool:
    return int(tag) > _LENGTH


def _here(stream: BinaryIO, dataset: Dataset, path: Path) -> Encapsulated:
    """pydicom leaves the stream in front of the document's element."""
    start = stream.tell()
    head = stream.read(12)
    implicit, little = dataset.original_encoding
    order = ">" if little is False else "<"
    if len(head) < 12 or struct.unpack(order + "HH", head[:4]) != (_DOCUMENT >> 16, _DOCUMENT & 0xFFFF):
        raise NotAnImage(path=path, reason="it carries no document; send or copy it again")
    begin = start + (8 if implicit else 12)
    (length,) = struct.unpack(order + "L", head[4:8] if implicit else head[8:12])
    if length == _UNDEFINED:
        return _in_memory(path)
    stream.seek(begin + length)
    with suppress(*BROKEN_DATA):  # what stands behind the document only says how long it is and of what kind
        dataset.update(read_dataset(stream, bool(implicit), little is not False, stop_when=_behind))
    true = _true_length(dataset, length)
    return Encapsulated(path, _suffix(dataset), read.text(dataset, "DocumentTitle"), begin, true)


def _true_length(dataset: Dataset, length: int) -> int:
    """The element is padded to an even length; where the true one is said, it is at most a byte less."""
    said = read.integer(dataset, "EncapsulatedDocumentLength")
    return said if said is not None and length - 1 <= said <= length else length


def _in_memory(path: Path) -> Encapsulated:
    dataset = dcmread(BytesIO(path.read_bytes()), force=True)
    if _DOCUMENT not in dataset:
        raise NotAnImage(path=path, reason="it carries no document; send or copy it again")
    data = bytes(dataset[_DOCUMENT].value or b"")
    data = data[: _true_length(dataset, len(data))]
    return Encapsulated(path, _suffix(dataset), read.text(dataset, "DocumentTitle"), 0, len(data), data)


def _suffix(dataset: Dataset) -> str:
    kind = read.text(dataset, "SOPClassUID")
    if read.text(dataset, "MIMETypeOfEncapsulatedDocument").lower() == _ZIPPED_CDA:
        return ".zip"
    return _SUFFIXES.get(kind, ".bin")
