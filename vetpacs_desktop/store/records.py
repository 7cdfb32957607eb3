"""The store's words: frozen records of what a DICOM header says and what the index holds.

Only data: no reading of files, no SQL. Dates are ISO ``YYYY-MM-DD`` and times ``HH:MM:SS`` text, empty when
unknown; names are already split into animal and owner.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import NewType

StudyUID = NewType("StudyUID", str)
SeriesUID = NewType("SeriesUID", str)
InstanceUID = NewType("InstanceUID", str)
AnimalID = NewType("AnimalID", str)


@dataclass(frozen=True, slots=True)
class Patient:
    """The animal as one header describes it (Patient module with veterinary attributes, PS3.3 C.7.1.1)."""

    animal_name: str = ""
    owner_name: str = ""
    species: str = ""
    breed: str = ""
    sex: str = ""
    neutered: str = ""
    """ALTERED, UNALTERED or empty (0010,2203)."""
    birth_date: str = ""
    patient_id: str = ""
    issuer: str = ""
    microchip: str = ""
    """OtherPatientIDsSequence item of type RFID, kept as text."""
    other_ids: tuple[str, ...] = ()
    also_known: tuple[str, ...] = ()
    """Names in other scripts, meanings of codes, the responsible organisation: found by search, not shown."""


@dataclass(frozen=True, slots=True)
class Study:
    """One exam (General Study and Patient Study modules)."""

    study_uid: StudyUID
    study_date: str = ""
    study_time: str = ""
    description: str = ""
    accession_number: str = ""
    study_id: str = ""
    referring: str = ""
    institution: str = ""
    age: str = ""
    weight_kg: float | None = None
    name_as_sent: str = ""
    """Patient's Name as written, every script (0010,0010)."""
    responsible_as_sent: str = ""
    """Responsible Person, role and organisation as written, one a line (0010,2297 to 2299)."""
    animal_codes: str = ""
    """Codes of species and breed as written, one a line: kind, value, scheme, meaning, with tabs between."""


@dataclass(frozen=True, slots=True)
class Series:
    """One series (General Series, General Equipment)."""

    series_uid: SeriesUID
    modality: str = ""
    number: int | None = None
    description: str = ""
    body_part: str = ""
    laterality: str = ""
    view_position: str = ""
    station: str = ""
    manufacturer: str = ""
    orientation_type: str = ""
    """BIPED, QUADRUPED or empty (0010,2210)."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One object (SOP Common, General Image, Image Pixel)."""

    sop_uid: InstanceUID
    sop_class_uid: str
    transfer_syntax_uid: str
    number: int | None = None
    rows: int | None = None
    columns: int | None = None
    frames: int = 1
    has_pixels: bool = False
    acquired_at: str = ""
    original: str = ""
    """SHA-256 of the picture, document or video the object was made from; empty when it came as DICOM."""


@dataclass(frozen=True, slots=True)
class Header:
    """Everything the index keeps of one object's header."""

    patient: Patient
    study: Study
    series: Series
    instance: Instance


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file that is durably in the spool (or stands in a folder, `keep_source`) and waits to be filed."""

    path: Path
    source: str
    """Who it came from, for people: a calling AE title with address, or a folder."""
    received_at: datetime
    keep_source: bool = False
    """True: copy `path` into the library; False: move it (same volume)."""
    sha256: str = ""
    """Hex digest of the whole file when already known."""
    size: int = 0
    """Its bytes, when known."""
    header: Header | None = None
    """What its very bytes say, when they were read already."""


@dataclass(frozen=True, slots=True)
class Copied:
    """A durable copy of a file on the library's own volume, to be filed or removed."""

    path: Path
    sha256: str
    size: int


class Outcome(Enum):
    """What became of one arrival."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    """Same SOP Instance UID, other content: kept beside the first and marked."""
    IGNORED = "ignored"
    """Not an image and no loss: a DICOMDIR, for example."""
    REJECTED = "rejected"
    """Kept in quarantine (or left in its folder) with `reason`."""


@dataclass(frozen=True, slots=True)
class Filed:
    """The fate of one arrival, in order of the batch."""

    arrival: Arrival
    outcome: Outcome
    study_uid: StudyUID | None = None
    sop_uid: InstanceUID | None = None
    reason: str = ""
    sha256: str = ""
    """Digest of the object in the library that it became, or is a duplicate of."""


@dataclass(frozen=True, slots=True)
class StudyRow:
    """One line of the study list; the first twelve fields are the `studies` command's JSON, in that order."""

    study_uid: StudyUID
    animal_id: AnimalID
    animal_name: str
    owner_name: str
    species: str
    breed: str
    patient_id: str
    study_date: str
    modalities: tuple[str, ...]
    description: str
    series_count: int
    instance_count: int
    study_time: str = ""
    sex: str = ""
    neutered: str = ""
    birth_date: str = ""
    age: str = ""
    weight_kg: float | None = None
    microchip: str = ""
    accession_number: str = ""
    institution: str = ""
    referring: str = ""
    received_at: str = ""
    """ISO 8601 with offset: when the newest object came."""
    source: str = ""
    seen: bool = False
    conflict_count: int = 0
    corrected: bool = False
    """A person's words stand in the place of the device's."""


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """One series of a study as the index knows it."""

    series_id: int
    study_uid: StudyUID
    series_uid: SeriesUID
    modality: str
    number: int | None
    description: str
    body_part: str
    laterality: str
    view_position: str
    orientation_type: str
    instance_count: int
    frame_count: int


@dataclass(frozen=True, slots=True)
class InstanceRow:
    """One filed object; `path` is absolute."""

    sop_uid: InstanceUID
    series_uid: SeriesUID
    study_uid: StudyUID
    sop_class_uid: str
    transfer_syntax_uid: str
    number: int | None
    rows: int | None
    columns: int | None
    frames: int
    has_pixels: bool
    path: Path
    size: int
    sha256: str
    conflict: bool


@dataclass(frozen=True, slots=True)
class Held:
    """A filed object, as an import asks for it: is it still what it was when it was filed?"""

    study_uid: StudyUID
    sop_uid: InstanceUID
    sha256: str
    path: Path
    size: int
    received_at: str


@dataclass(frozen=True, slots=True)
class Arrived:
    """The newest arrival: what the receiver's card says."""

    received_at: str
    source: str
    study_uid: StudyUID


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the changes feed."""

    number: int
    kind: str
    """study-added, study-changed, study-removed."""
    study_uid: StudyUID


@dataclass(frozen=True, slots=True)
class Verification:
    """What `verify` found; paths are relative to the objects folder."""

    checked: int
    missing: tuple[str, ...] = ()
    corrupt: tuple[str, ...] = ()
    orphans: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What an import did."""

    stored: int = 0
    duplicates: int = 0
    conflicts: int = 0
    ignored: int = 0
    rejected: tuple[tuple[str, str], ...] = ()
    """(path, reason)"""
    studies: tuple[StudyUID, ...] = field(default=())
    seconds: float = 0.0
