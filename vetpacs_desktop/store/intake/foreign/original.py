"""The original of a converted file: where its bytes are in the DICOM object, and how to get them back.

The original travels inside the object, so whatever keeps, copies, checks or sends the object keeps it too. A
JPEG, a PDF or an MP4 that was taken as it stands is its own original. In all other cases the bytes stand in
private elements behind the pixels, where no reader of headers stumbles over them.

Private block "VETPACS ORIGINAL 1", group 0011: xx01 LT file name, xx02 LO SHA-256 in hex, xx03 UL length in
bytes, xx04 CS where the bytes are (ITSELF, BEHIND, ELSEWHERE), xx05 UI the object that holds them when
ELSEWHERE, xx06 US pages of the original. Group 7FE1: xx01 OB the bytes, padded to even length.

This module never alters an original and never hands one out whose digest is wrong.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.encaps import generate_fragments
from pydicom.tag import Tag

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.store.intake.foreign.source import Source

CREATOR = "VETPACS ORIGINAL 1"
FACTS_GROUP = 0x0011
BYTES_GROUP = 0x7FE1
_DOCUMENT = Tag(0x0042, 0x0011)
_PIXELS = Tag(0x7FE0, 0x0010)
_DEFER = 4096


class Place(Enum):
    """Where an original's bytes are."""

    ITSELF = "ITSELF"
    """They are the object's own compressed pixels or document."""
    BEHIND = "BEHIND"
    """In private elements behind the pixels."""
    ELSEWHERE = "ELSEWHERE"
    """In another object that was made from the same file."""


class OriginalLost(KnownError):
    """The original of {path} can't be given back ({reason}); restore this exam from the backup."""


@dataclass(frozen=True, slots=True)
class Original:
    """What an object says of the file it was made from."""

    name: str
    sha256: str
    size: int
    place: Place
    holder: str = ""
    """SOP Instance UID of the object with the bytes, for `Place.ELSEWHERE`."""
    pages: int = 1


def describe(dataset: Dataset, source: Source, place: Place, *, holder: str = "", pages: int = 1) -> None:
    """Write down in `dataset` what it is made from."""
    block = dataset.private_block(FACTS_GROUP, CREATOR, create=True)
    block.add_new(0x01, "LT", source.name)
    block.add_new(0x02, "LO", source.sha256)
    block.add_new(0x03, "UL", source.size)
    block.add_new(0x04, "CS", place.value)
    if holder:
        block.add_new(0x05, "UI", holder)
    block.add_new(0x06, "US", min(pages, 0xFFFF))


def original_of(path: Path) -> Original | None:
    """What the DICOM file `path` was made from; None for one that came as DICOM."""
    return _facts(dcmread(path, stop_before_pixels=True, defer_size=_DEFER))


def restore(path: Path, target: Path) -> Original:
    """Write the original inside the DICOM file `path` to `target`. Raises `OriginalLost`, `OSError`."""
    dataset = dcmread(path, defer_size=_DEFER)
    found = _facts(dataset)
    if found is None:
        raise OriginalLost(path=path, reason="it was not made from another file")
    if found.place is Place.ELSEWHERE:
        raise OriginalLost(path=path, reason=f"it is in the object {found.holder}")
    data = _bytes(dataset, found)
    if data is None or hashlib.sha256(data).hexdigest() != found.sha256:
        raise OriginalLost(path=path, reason="its bytes are damaged or missing")
    target.write_bytes(data)
    return found


def _facts(dataset: Dataset) -> Original | None:
    try:
        block = dataset.private_block(FACTS_GROUP, CREATOR)
        return Original(
            name=str(block[0x01].value),
            sha256=str(block[0x02].value),
            size=int(block[0x03].value),
            place=Place(str(block[0x04].value)),
            holder=str(block[0x05].value) if 0x05 in block else "",
            pages=int(block[0x06].value),
        )
    except (KeyError, ValueError, TypeError):
        return None


def _bytes(dataset: Dataset, found: Original) -> bytes | None:
    if found.place is Place.BEHIND:
        try:
            return bytes(dataset.private_block(BYTES_GROUP, CREATOR)[0x01].value)[: found.size]
        except KeyError:
            return None
    if _DOCUMENT in dataset:
        return bytes(dataset[_DOCUMENT].value)[: found.size]
    if _PIXELS not in dataset:
        return None
    fragments = list(generate_fragments(bytes(dataset[_PIXELS].value)))
    return b"".join(fragments[1:])[: found.size]
