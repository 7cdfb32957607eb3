"""Where a new document goes: its series, its numbers, its writer, and the version before it.

One series for each kind of document and library in an exam; new versions join it. Owns the program's marks in
the equipment module, by which its documents are known to people.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pydicom.dataset import Dataset
from pydicom.uid import UID

from vetpacs_desktop import __version__
from vetpacs_desktop.viewer.standard.own import MAKER, MODEL, Own, Paper, own_of
from vetpacs_desktop.viewer.standard.subject import CHARACTER_SET

_NUMBERS = {Paper.REPORT: 9501, Paper.PRESENTATION: 9502, Paper.KEYS: 9503, Paper.SPACE: 9504}
"""Far behind the numbers of an exam's own series."""
_SERIES_WORDS = {
    Paper.REPORT: "Measurements",
    Paper.PRESENTATION: "Annotated images",
    Paper.KEYS: "Key images",
    Paper.SPACE: "Measurements in space",
}
UNKNOWN = "Unknown"


@dataclass(frozen=True, slots=True)
class Place:
    """All that a new document needs beside its content."""

    paper: Paper
    library: str
    author: str
    series_uid: str
    number: int

    def of_object(self, step: int = 0) -> Mapping[str, object]:
        """The arguments that all of highdicom's constructors share; `step` counts objects of one save."""
        return {
            "series_instance_uid": self.series_uid,
            "series_number": _NUMBERS[self.paper],
            "sop_instance_uid": new_uid(),
            "instance_number": self.number + step,
            "manufacturer": MAKER,
            "manufacturer_model_name": MODEL,
            "software_versions": __version__,
            "device_serial_number": self.library[:64] or "0",
            "series_description": _SERIES_WORDS[self.paper],
            "specific_character_set": CHARACTER_SET,
        }


@dataclass(frozen=True, slots=True)
class Version:
    """An own document that is in the archive already."""

    dataset: Dataset
    own: Own

    @property
    def number(self) -> int:
        """Its place among the versions."""
        try:
            return int(self.dataset.InstanceNumber)
        except (AttributeError, TypeError, ValueError):
            return 0


class Versions:
    """The documents that this library wrote of an exam so far."""

    def __init__(self, earlier: Sequence[Dataset], library: str) -> None:
        found = [Version(one, own) for one in earlier if (own := own_of(one)) is not None]
        self._all = sorted((one for one in found if one.own.library == library), key=lambda one: one.number)
        self._library = library

    def authors(self, paper: Paper) -> tuple[str, ...]:
        """Who wrote documents of a kind."""
        return tuple(dict.fromkeys(one.own.author for one in self._all if one.own.paper is paper))

    def newest(self, paper: Paper, author: str) -> tuple[Version, ...]:
        """The documents of an author's last save: those that share the newest one's digest."""
        own = [one for one in self._all if one.own.paper is paper and one.own.author == author]
        return tuple(one for one in own if one.own.digest == own[-1].own.digest)

    def digest(self, paper: Paper, author: str) -> str:
        """Of the last save; "" where there was none."""
        newest = self.newest(paper, author)
        return newest[-1].own.digest if newest else ""

    def next(self, paper: Paper, author: str, step: int) -> Place:
        """Where the next document goes; `step` counts those that this save has made already."""
        same = [one for one in self._all if one.own.paper is paper]
        series = str(same[-1].dataset.SeriesInstanceUID) if same else ""
        number = max((one.number for one in same), default=0) + 1 + step
        return Place(paper, self._library, author, series, number)


def as_text(lines: Iterable[str], most: int = 1024) -> str:
    """Lines of a person as one DICOM text: no control characters, and no backslash, which other programs take
    for the end of a value."""
    clean = ("".join(sign for sign in line.replace("\\", "/") if sign.isprintable()) for line in lines)
    return "\r\n".join(clean)[:most].strip()


def new_uid() -> UID:
    """A UID that was never used (PS3.5 B.2)."""
    return UID(f"2.25.{uuid.uuid4().int}")


def person_name(author: str) -> str:
    """A person's words as a PN with the caret that highdicom asks for: ``Anna Meier`` is ``Meier^Anna``."""
    plain = "".join(" " if sign in "^=\\" or not sign.isprintable() else sign for sign in author)
    words = plain.split() or [UNKNOWN]
    return f"{words[-1][:60]}^{' '.join(words[:-1])[:60]}"
