"""What a found file is, by its content: an image, a picture of another kind, an archive, broken, or nothing.

A file that somebody named is answered for in any case. Inside folders and archives most files are no concern
of a clinic (programs, letters, icons): they are counted and left, while whatever looks like an image that
broke is told of and kept aside. Reads only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from vetpacs_desktop.store.intake.foreign.recognise import UNKNOWN, Format, Refused, recognise
from vetpacs_desktop.store.intake.sources.archives import is_archive
from vetpacs_desktop.store.reading import checks
from vetpacs_desktop.store.reading.checks import Checked
from vetpacs_desktop.store.records import Outcome

DIRECTORY_NAME = "DICOMDIR"
_IMAGES = frozenset({"", ".dcm", ".dicom", ".dic", ".ima", ".acr", ".img"})
"""Endings that DICOM images have; a number counts as none, since many images are called by their UID."""
_PICTURES = frozenset(
    {
        ".jpg",
        ".jpeg",
        ".jpe",
        ".png",
        ".bmp",
        ".tif",
        ".tiff",
        ".mp4",
        ".m4v",
        ".mov",
        ".avi",
        ".mpg",
        ".mpeg",
    }
)
_NUMBER = re.compile(r"\.\d+")
_TELLTALE = (
    (b"GIF8", True),
    (b"8BPS", True),
    (b"\0\0\0\x0cjP  ", True),
    (b"\xff\x4f\xff\x51", True),
    (b"\0\0\0\x0cJXL ", True),
    (b"FUJIFILM", True),
    (b"IIRO", True),
    (b"IIU\0", True),
    (b"Rar!", False),
    (b"7z\xbc\xaf", False),
    (b"\x1f\x8b", False),
)
"""How files begin that can't be taken but may hold what is wanted; whether it is a picture itself."""


GONE = (
    "The file is gone: the disc or stick was taken out. Put it in again and import again; what is here "
    "already is passed over quickly."
)


class Sort(Enum):
    """What becomes of a file."""

    IMAGE = "image"
    """To be filed."""
    DIRECTORY = "directory"
    """A disc's table of contents."""
    FOREIGN = "foreign"
    """A picture, document or video without an animal."""
    ARCHIVE = "archive"
    HERE = "here"
    """Known to be in the library already."""
    BROKEN = "broken"
    """Looks like an image and can't be taken: told of, and kept aside."""
    REFUSED = "refused"
    """Can't be taken: told of; it stays where it is."""
    NOTHING = "nothing"
    """No concern of ours: counted."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What one file is; `reason` is a sentence where it isn't taken."""

    sort: Sort
    reason: str = ""
    format: Format | None = None
    is_dicom: bool = False
    sop_uid: str = ""
    """Of an image."""


def judge(path: Path, *, named: bool) -> Judged:
    """Judge one file; `named`: somebody asked for this very file."""
    try:
        if path.name.upper() == DIRECTORY_NAME:
            return Judged(Sort.DIRECTORY)
        checked = checks.check_file(path)
        if checked.is_dicom:
            return _dicom(checked)
        return _other(path, checked, named=named)
    except FileNotFoundError:
        return Judged(Sort.REFUSED, GONE)
    except OSError as error:
        return Judged(Sort.BROKEN, f"The file can't be read ({error.strerror}).")


def looks_like_image(name: str) -> bool:
    """Whether a name is one that DICOM images have."""
    ending = Path(name).suffix.lower()
    return ending in _IMAGES or bool(_NUMBER.fullmatch(ending))


def _dicom(checked: Checked) -> Judged:
    if checked.finding is None:
        return Judged(Sort.IMAGE, is_dicom=True, sop_uid=checked.sop_uid)
    if checked.finding.outcome is Outcome.IGNORED:
        return Judged(Sort.DIRECTORY)
    return Judged(Sort.BROKEN, checked.finding.reason, is_dicom=True)


def _other(path: Path, checked: Checked, *, named: bool) -> Judged:
    assert checked.finding is not None
    if checked is checks.EMPTY:
        claims = looks_like_image(path.name) or path.suffix.lower() in _PICTURES
        return Judged(Sort.BROKEN if claims else _left(named), checked.finding.reason)
    if is_archive(path):
        return Judged(Sort.ARCHIVE)
    try:
        return Judged(Sort.FOREIGN, format=recognise(path))
    except Refused as error:
        return _unknown(path, checked.finding.reason, error.sentence, named=named)


def _unknown(path: Path, not_dicom: str, not_foreign: str, *, named: bool) -> Judged:
    """A file that is nothing known: its beginning and its name decide whether it was meant to be an image."""
    with path.open("rb") as file:
        head = file.read(checks.TEXT_SAMPLE)
    for start, picture in _TELLTALE:
        if head.startswith(start):
            return Judged(Sort.BROKEN if picture else Sort.REFUSED, not_foreign)
    if head[4:8] == b"ftyp" or head[8:12] == b"WEBP":  # photos of phones that can't be taken, and sounds
        return Judged(Sort.REFUSED if named or "sound" not in not_foreign else Sort.NOTHING, not_foreign)
    text = checks.is_text(head)
    if path.suffix.lower() in _PICTURES:
        return Judged(Sort.BROKEN, not_foreign)
    if not text and not_foreign != UNKNOWN:  # a program or the like, whatever it is called
        return Judged(_left(named), not_foreign)
    if looks_like_image(path.name) and not (text and not path.suffix):
        return Judged(Sort.BROKEN, not_dicom)
    return Judged(_left(named), not_dicom if text else not_foreign)


def _left(named: bool) -> Sort:
    return Sort.REFUSED if named else Sort.NOTHING
