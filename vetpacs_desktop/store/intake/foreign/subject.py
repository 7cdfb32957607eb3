"""For whom a foreign file is taken in: the animal, the exam, and what sort of device it came from.

Only data and its checks; what the words become in DICOM is `header.py`'s work.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from vetpacs_desktop.errors import UsageError
from vetpacs_desktop.store.records import Patient, StudyUID

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?")
_UID = re.compile(r"[0-9]+(\.[0-9]+)*")
_LONGEST = {"accession": 16, "visit": 64}
"""Identifiers whose length DICOM limits (VR SH and LO); a shortened one would name something else."""


class Kind(Enum):
    """What took the picture, which decides how it is stored."""

    ENDOSCOPY = "endoscopy"
    PHOTO = "photo"
    DENTAL = "dental sensor"
    MICROSCOPE = "microscope"
    DOCUMENT = "document"
    ULTRASOUND = "ultrasound trolley"


@dataclass(frozen=True, slots=True)
class Subject:
    """One animal's exam and how the files belong to it. Raises `UsageError` for what no header holds."""

    patient: Patient
    kind: Kind = Kind.PHOTO
    study_uid: StudyUID | None = None
    """An exam that is there already, to which the files are added; None makes one. The same animal, visit,
    date, time, accession number and description always make the same one."""
    date: str = ""
    """ISO ``YYYY-MM-DD`` of the exam."""
    time: str = ""
    """``HH:MM`` or ``HH:MM:SS``."""
    description: str = ""
    visit: str = ""
    """The practice's own number of the visit (Admission ID)."""
    accession: str = ""
    study_id: str = ""
    body_part: str = ""
    laterality: str = ""
    """R, L or empty."""
    operator: str = ""
    referring: str = ""
    institution: str = ""
    series_words: str = field(default="")
    """What the series is called; empty: after the kind and the device."""

    def __post_init__(self) -> None:
        if self.date:
            _check_date(self.date)
        if self.time and not _TIME.fullmatch(self.time):
            raise UsageError(reason=f"{self.time} is no time of a day; write it like 09:30")
        if self.study_uid is not None and (len(self.study_uid) > 64 or not _UID.fullmatch(self.study_uid)):
            raise UsageError(reason="the exam that the files shall be added to has no valid identifier")
        if self.laterality not in ("", "R", "L"):
            raise UsageError(reason=f"the side is R, L or nothing, not {self.laterality}")
        for name, longest in _LONGEST.items():
            if len(getattr(self, name)) > longest:
                raise UsageError(reason=f"the {name} number may have at most {longest} characters")


def _check_date(text: str) -> None:
    try:
        if date.fromisoformat(text).isoformat() != text:
            raise ValueError(text)
    except ValueError as error:
        raise UsageError(reason=f"{text} is no date; write it like 2026-03-12") from error
