"""What a DICOM file holds as a file of its own: the document, the video stream, else the DICOM file itself.

Never changes a byte and never reads a whole video into memory.
"""

from __future__ import annotations

import shutil
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from vetpacs_desktop.errors import KnownError, NotAnImage
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.description import Medium
from vetpacs_desktop.viewer.documents.encapsulated import Encapsulated, carries_document, encapsulated
from vetpacs_desktop.viewer.pixels.source import needs_source
from vetpacs_desktop.viewer.video.stream import BUFFER, FilmBytes

_STARTS = (
    (4, b"ftyp", ".mp4"),
    (0, b"\x00\x00\x01\xba", ".mpg"),
    (0, b"\x00\x00\x01\xb3", ".m2v"),
    (0, b"\x47", ".ts"),
)
"""Where the first bytes of a stream tell its kind (ISO/IEC 14496-12, 13818-1, 13818-2)."""
_NAMELESS = "file"
_LONGEST_NAME = 80


@dataclass(frozen=True, eq=False, slots=True)
class Savable:
    """`name` is a good file name with its ending."""

    path: Path
    name: str
    document: Encapsulated | None = None
    film: FilmBytes | None = None

    def save(self, target: Path) -> None:
        """Write it. Raises `CannotDecode` where it is cut off, `OSError`."""
        if self.document is not None:
            self.document.save(target)
        elif self.film is not None:
            self.film.seek(0)
            with target.open("wb") as out:
                while block := self.film.read(BUFFER):
                    out.write(block)
        else:
            shutil.copyfile(self.path, target)


def savable(path: Path) -> Savable:
    """What can be saved of a DICOM file. Raises `NotAnImage`, `PathMissing`, `OSError`."""
    description = read_description(path)
    words = description.series_description
    if carries_document(description.sop_class_uid):
        try:
            document = encapsulated(path)
        except NotAnImage:
            return Savable(path, _name(words, ".dcm"))
        return Savable(path, _name(document.title or words, document.suffix), document=document)
    if description.medium is Medium.FILM:
        try:
            film = FilmBytes(needs_source(path))
            return Savable(path, _name(words, _ending(film.read(16))), film=film)
        except KnownError:
            pass  # no stream in it: the file as it is may still help somebody
    return Savable(path, _name(words, ".dcm"))


def _ending(start: bytes) -> str:
    for at, sign, ending in _STARTS:
        if start[at : at + len(sign)] == sign:
            return ending
    return ".video"


def _name(words: str, ending: str) -> str:
    """Words as a file name that every system takes."""
    allowed = "".join(
        sign if unicodedata.category(sign)[0] in "LN" or sign in " -_." else " " for sign in words
    )
    stem = " ".join(allowed.split()).strip(". ")[:_LONGEST_NAME].rstrip(". ")
    if stem.lower().endswith(ending):
        stem = stem[: -len(ending)]
    return f"{stem or _NAMELESS}{ending}"
