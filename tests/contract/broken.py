"""Broken and odd objects, as files: each with what is to become of it and the word its sentence must hold."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tests.helpers.small_files import picture, write

MARK = "Geheimrat"
"""An owner whose name must never be found in the diary."""
NAME = f"{MARK}^Zwerg{MARK}"
SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
ECG = "1.2.840.10008.5.1.4.1.1.9.1.1"
UNKNOWN_CLASS = "1.2.826.0.1.3680043.10.1500.77.1"


@dataclass(frozen=True, slots=True)
class Case:
    """`make` writes the file; `says` is None for what must be kept."""

    name: str
    make: Callable[[Path], Path]
    says: str | None
    sendable: bool = True
    """Whether it is a data set that can travel."""
    shows: str = ""
    """What the viewer says of a kept object without a picture."""

    def __str__(self) -> str:
        return self.name


def _good(path: Path, number: str, **values: object) -> Path:
    return write(picture(PatientName=NAME, sop=number, **values), path)


def _truncated(path: Path) -> Path:
    whole = write(picture(PatientName=NAME, sop="21", Rows=64, Columns=64, pixels=bytes(8192)), path)
    whole.write_bytes(whole.read_bytes()[:-500])
    return whole


def _truncated_in_header(path: Path) -> Path:
    whole = _good(path, "22")
    whole.write_bytes(whole.read_bytes()[:-200])
    return whole


def _short_pixels(path: Path) -> Path:
    return write(picture(PatientName=NAME, sop="23", Rows=64, Columns=64, pixels=bytes(600)), path)


def _text(path: Path) -> Path:
    path.write_text(f"Dear {MARK}, the images of your dog are on the disc.\n")
    return path


def _empty(path: Path) -> Path:
    path.write_bytes(b"")
    return path


def _nested(path: Path) -> Path:
    """Two thousand sequences in each other, each of undefined length, in a file that is otherwise whole."""
    whole = _good(path, "24")
    data = whole.read_bytes()
    opening = struct.pack("<HH2sHL", 0x0040, 0xA730, b"SQ", 0, 0xFFFFFFFF) + struct.pack(
        "<HHL", 0xFFFE, 0xE000, 0xFFFFFFFF
    )
    closing = struct.pack("<HHLHHL", 0xFFFE, 0xE00D, 0, 0xFFFE, 0xE0DD, 0)
    at = data.rindex(struct.pack("<HH2s", 0x7FE0, 0x0010, b"OW"))
    whole.write_bytes(data[:at] + opening * 2000 + closing * 2000 + data[at:])
    return whole


def _directory(path: Path) -> Path:
    """Records of one image, no class of its own, as some makers' discs carry it."""
    item = Dataset()
    item.DirectoryRecordType = "IMAGE"
    item.SOPClassUID = SECONDARY_CAPTURE
    item.SOPInstanceUID = "1.2.826.0.1.3680043.10.1500.9.5"
    contents = Dataset()
    contents.DirectoryRecordSequence = Sequence([item])
    contents.PatientName = NAME
    contents.SOPClassUID = "1.2.840.10008.1.3.10"
    contents.SOPInstanceUID = "1.2.826.0.1.3680043.10.1500.9.6"
    return write(contents, path)


def _with_uid(keyword: str, uid: str) -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        keep = "9" * (len(uid) + len(uid) % 2)
        whole = _good(path, "25", **{keyword: keep})
        whole.write_bytes(whole.read_bytes().replace(keep.encode(), uid.encode().ljust(len(keep), b"\0")))
        return whole

    return make


def _without(keyword: str) -> Callable[[Path], Path]:
    return lambda path: _good(path, "26", **{keyword: None})


def _without_pixels(path: Path) -> Path:
    return write(picture(PatientName=NAME, sop="31", study="2", pixels=b""), path)


def _unknown_class(path: Path) -> Path:
    return _good(path, "32", study="3", SOPClassUID=UNKNOWN_CLASS)


def _unknown_class_without_pixels(path: Path) -> Path:
    return write(
        picture(PatientName=NAME, sop="33", study="4", SOPClassUID=UNKNOWN_CLASS, pixels=b"", Rows=None), path
    )


def _curve(path: Path) -> Path:
    return write(
        picture(
            PatientName=NAME, sop="34", study="5", SOPClassUID=ECG, Modality="ECG", pixels=b"", Rows=None
        ),
        path,
    )


CASES = (
    Case("truncated pixels", _truncated, "cut off"),
    Case("truncated header", _truncated_in_header, "cut off"),
    Case("fewer pixels than promised", _short_pixels, "cut off"),
    Case("text", _text, "text file", sendable=False),
    Case("empty", _empty, "empty", sendable=False),
    Case("nested too deeply", _nested, "nested"),
    Case("path in the image's identifier", _with_uid("SOPInstanceUID", "../../../../tmp/evil"), "identifier"),
    Case("path in the exam's identifier", _with_uid("StudyInstanceUID", "..\\..\\Windows\\x"), "identifier"),
    Case("path in the series' identifier", _with_uid("SeriesInstanceUID", "/etc/passwd"), "identifier"),
    Case("no exam", _without("StudyInstanceUID"), "which exam"),
    Case("no series", _without("SeriesInstanceUID"), "which series"),
)
"""What is refused and kept aside."""
KEPT = (
    Case("image without pixels", _without_pixels, None, shows="no pixels"),
    Case("unknown class with pixels", _unknown_class, None),
    Case("unknown class without pixels", _unknown_class_without_pixels, None, shows="no pixels"),
    Case("curve", _curve, None, shows="curve over time"),
)
"""What is kept although there may be nothing to see."""
DIRECTORY = Case("table of contents", _directory, "table of contents")
"""No loss: left out of an import, set aside with a warning when it is sent."""
