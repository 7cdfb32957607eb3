"""Files that were set aside and can be made whole with certainty: what is wrong, and the mended bytes.

Pure: bytes in, bytes out, and only where nothing of the picture has to be guessed. Whoever calls it keeps the
original. A mended file passes `checks.check` or there is none.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from io import BytesIO
from typing import TypeAlias

import pydicom
from pydicom.dataset import FileDataset
from pydicom.errors import InvalidDicomError
from pydicom.uid import UID, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from vetpacs_desktop.store.reading import checks, walk
from vetpacs_desktop.store.reading.walk import Walked

StudyOf: TypeAlias = Callable[[str], str]
LARGEST = 512 * 1024 * 1024
"""Larger files are not mended: several copies would have to be in memory."""
FAR = 64 * 1024
"""So far in front of the DICOM part foreign bytes are looked through."""
_END = b"\xfe\xff\xdd\xe0\0\0\0\0"
"""The sequence delimiter behind encapsulated pixels (PS3.5 A.4), which are always little endian."""
_UNWRITABLE = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    InvalidDicomError,
)
"""What pydicom raises for headers that no device writes."""
_JPEG_END = b"\xff\xd9"
_CLASSES = {
    "CR": "1.2.840.10008.5.1.4.1.1.1",
    "CT": "1.2.840.10008.5.1.4.1.1.2",
    "MR": "1.2.840.10008.5.1.4.1.1.4",
    "NM": "1.2.840.10008.5.1.4.1.1.20",
    "PT": "1.2.840.10008.5.1.4.1.1.128",
    "RF": "1.2.840.10008.5.1.4.1.1.12.2",
    "XA": "1.2.840.10008.5.1.4.1.1.12.1",
}
"""Modalities whose images have one class (PS3.4 B.5); others are not guessed."""


class Remedy(Enum):
    """What was done to make a file whole."""

    LEADING = "leading"
    """Foreign bytes in front of the DICOM part were cut off."""
    TRAILING = "trailing"
    """Foreign bytes behind the picture were cut off."""
    UNFINISHED = "unfinished"
    """The mark behind the last, whole picture was added."""
    IDENTITY = "identity"
    """Missing or unusable identifiers were given, the same for what belongs together."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A whole file and what was done for it."""

    data: bytes
    done: tuple[Remedy, ...]


def mended(data: bytes, study_of: StudyOf = lambda _series: "") -> Mended | None:
    """The file made whole, None where that is not certain (or it is whole already).

    `study_of` tells which exam a series belongs to, where that is known.
    """
    if len(data) > LARGEST or checks.check(data).finding is None:
        return None
    done: list[Remedy] = []
    for remedy, step in (
        (Remedy.LEADING, _without_lead),
        (Remedy.TRAILING, _without_tail),
        (Remedy.UNFINISHED, _finished),
        (Remedy.IDENTITY, lambda data: _identified(data, study_of)),
    ):
        better = step(data)
        if better is not None:
            data = better
            done.append(remedy)
            if checks.check(data).finding is None:
                return Mended(data, tuple(done))
    return None


def uid_of(*parts: str) -> str:
    """An identifier made from words: the same words give the same (UUID-derived, PS3.5 B.2)."""
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).digest()
    return f"2.25.{int.from_bytes(digest[:16], 'big')}"


def _without_lead(data: bytes) -> bytes | None:
    """The part from the magic word on, behind a preamble of zeros, when it starts with file meta."""
    if data[128:132] == b"DICM":
        return None
    at = data.find(b"DICM", 0, FAR)
    if at < 0 or data[at + 4 : at + 6] != b"\x02\0":
        return None
    return bytes(128) + data[at:]


def _without_tail(data: bytes) -> bytes | None:
    found = walk.walk(data)
    if not found.missing or not found.pixel_end:
        return None
    return data[: found.pixel_end]


def _finished(data: bytes) -> bytes | None:
    """Only for one picture whose own end mark is there: of more pictures some may be missing."""
    found = walk.walk(data)
    whole = data.rstrip(b"\0").endswith(_JPEG_END)
    if not (found.missing and found.encapsulated and not found.pixel_end and whole):
        return None
    return data + _END if (found.number(walk.FRAMES) or 1) == 1 else None


def _identified(data: bytes, study_of: StudyOf) -> bytes | None:
    """Identifiers for what has none; the pixels are the same bytes."""
    found = walk.walk(data)
    if not found.is_dicom or found.missing or found.depth > walk.DEEPEST or not found.pixel_tag:
        return None
    try:
        dataset = pydicom.dcmread(BytesIO(data), force=True)
        if not _give_identity(dataset, found, data, study_of):
            return None
        buffer = BytesIO()
        dataset.save_as(buffer, enforce_file_format=True)
    except _UNWRITABLE:
        return None  # a header that can't be read and written again is not mended
    return buffer.getvalue()


def _give_identity(dataset: FileDataset, found: Walked, data: bytes, study_of: StudyOf) -> bool:
    stated = {tag: found.text(tag) for tag in (walk.SOP_CLASS, walk.SOP_UID, walk.STUDY_UID, walk.SERIES_UID)}
    good = {tag: uid for tag, uid in stated.items() if uid and not checks.unsafe_uid(uid)}
    sop_class = good.get(walk.SOP_CLASS) or found.media_class or _CLASSES.get(_word(dataset, "Modality"), "")
    if not sop_class or checks.unsafe_uid(sop_class):
        return False
    study = (
        good.get(walk.STUDY_UID) or study_of(good.get(walk.SERIES_UID, "")) or _study(dataset, stated, good)
    )
    series = good.get(walk.SERIES_UID) or _series(dataset, stated, study)
    own = good.get(walk.SOP_UID) or _own(stated, series, found, data)
    dataset.SOPClassUID, dataset.SOPInstanceUID = UID(sop_class), UID(own)
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = UID(study), UID(series)
    meta = dataset.file_meta
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = UID(sop_class), UID(own)
    if not meta.get("TransferSyntaxUID"):
        meta.TransferSyntaxUID = _syntax(dataset)
    return True


def _study(dataset: FileDataset, stated: dict[int, str], good: dict[int, str]) -> str:
    """What was one exam stays one: by the bad identifier, by animal and moment, else by the series."""
    if stated[walk.STUDY_UID]:
        return uid_of("study", stated[walk.STUDY_UID])
    names = ("PatientID", "PatientName", "StudyDate", "StudyTime", "AccessionNumber", "StudyID")
    said = [_word(dataset, name) for name in names]
    if any(said[:2]) and said[2]:
        return uid_of("study of", *said)
    return uid_of("study of series", good.get(walk.SERIES_UID, ""), *said)


def _series(dataset: FileDataset, stated: dict[int, str], study: str) -> str:
    if stated[walk.SERIES_UID]:
        return uid_of("series", study, stated[walk.SERIES_UID])
    names = ("Modality", "SeriesNumber", "SeriesDescription", "BodyPartExamined")
    return uid_of("series of", study, *(_word(dataset, name) for name in names))


def _own(stated: dict[int, str], series: str, found: Walked, data: bytes) -> str:
    if found.media_uid and not checks.unsafe_uid(found.media_uid):
        return found.media_uid
    if stated[walk.SOP_UID]:
        return uid_of("image", series, stated[walk.SOP_UID])
    return uid_of("image of", series, hashlib.sha256(data).hexdigest())


def _word(dataset: FileDataset, name: str) -> str:
    return str(dataset.get(name, "") or "").strip()


def _syntax(dataset: FileDataset) -> UID:
    """For a file without file meta: as pydicom understood it."""
    implicit, little = dataset.original_encoding
    if not little:
        return ExplicitVRBigEndian
    return ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian
