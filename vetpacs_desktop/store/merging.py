"""Merges what headers say into the index's rows. Pure: rows are dictionaries by column name, nothing is read
or written here, so that a batch of images costs one row of its study and not one for each image.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from vetpacs_desktop.store import folding
from vetpacs_desktop.store.correcting import Holding
from vetpacs_desktop.store.database import Value
from vetpacs_desktop.store.identity import animal_id, contradict
from vetpacs_desktop.store.records import Header, Patient, StudyUID

Columns: TypeAlias = dict[str, Value]

PATIENT_COLUMNS = (
    "animal_name",
    "owner_name",
    "species",
    "breed",
    "sex",
    "neutered",
    "birth_date",
    "patient_id",
    "issuer",
    "microchip",
    "other_ids",
    "also_known",
)
STUDY_COLUMNS = (
    "study_date",
    "study_time",
    "description",
    "accession_number",
    "study_id",
    "referring",
    "institution",
    "age",
    "weight_kg",
    "name_as_sent",
    "responsible_as_sent",
    "animal_codes",
)
HIDDEN_COLUMNS = (*PATIENT_COLUMNS, "name_as_sent", "responsible_as_sent", "animal_codes")
"""What a correction may hide of a study."""
SERIES_COLUMNS = (
    "modality",
    "number",
    "description",
    "body_part",
    "laterality",
    "view_position",
    "station",
    "manufacturer",
    "orientation_type",
)
INSTANCE_COLUMNS = (
    "sop_uid",
    "sop_class_uid",
    "transfer_syntax_uid",
    "number",
    "rows",
    "columns",
    "frames",
    "acquired_at",
    "original",
)
WORD_COLUMNS = (
    "animal",
    "owner",
    "species",
    "breed",
    "chip",
    "patient_id",
    "other_ids",
    "accession",
    "description",
    "modality",
    "day",
    "also_known",
)
LISTED_LAST = frozenset({"SR", "PR", "KO", "DOC", "OT", "REG", "SEG", "RTSTRUCT", "AU"})
"""Modalities that accompany images; a study is named after its images first."""
_LAST = "\uffff"
"""Sorts the unnamed behind every name."""
_EPOCH = datetime(1800, 1, 1)  # noqa: DTZ001 - exam times carry no zone
TIE_BITS = 24


@dataclass(frozen=True, slots=True)
class Placed:
    """An object whose file is in place; `path` is relative to the objects folder, with forward slashes."""

    header: Header
    path: str
    size: int
    sha256: str
    received_at: str
    source: str
    conflict: bool = False


@dataclass(slots=True)
class StudyRows:
    """A study's row and its series' while a batch is merged into them; `before` is what the index held."""

    row: Columns
    before: Columns | None = None
    series: dict[str, Columns] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    words_before: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    holding: Holding | None = None
    """What a person said, which stands in the row in the place of `stated`."""
    stated: Columns = field(default_factory=dict)
    """The animal's words as the device sent them, while a correction hides them."""


def _patient_columns(patient: Patient) -> dict[str, str]:
    columns = {name: getattr(patient, name) for name in PATIENT_COLUMNS}
    columns["other_ids"] = "\n".join(patient.other_ids)
    columns["also_known"] = "\n".join(patient.also_known)
    return columns


def new_study(placed: Placed, key: int) -> Columns:
    study = placed.header.study
    return {
        "study_key": key,
        "study_uid": study.study_uid,
        "animal_id": "",
        **dict.fromkeys(PATIENT_COLUMNS, ""),
        **dict.fromkeys(STUDY_COLUMNS, ""),
        "weight_kg": None,
        "modalities": "",
        "series_count": 0,
        "instance_count": 0,
        "conflict_count": 0,
        "first_received_at": placed.received_at,
        "received_at": placed.received_at,
        "source": placed.source,
        "seen": 0,
        "corrected": 0,
        "list_key": 0,
        "animal_sort": "",
        "owner_sort": "",
    }


def new_series(header: Header, study: Columns, series_id: int) -> Columns:
    return {
        "series_id": series_id,
        "study_key": study["study_key"],
        "series_uid": header.series.series_uid,
        **{name: getattr(header.series, name) for name in SERIES_COLUMNS},
        "instance_count": 0,
        "conflict_count": 0,
        "frame_count": 0,
    }


def merge_study(row: Columns, placed: Placed) -> None:
    """The first to state a fact is believed; later objects fill what is missing.

    An object that contradicts the study's animal adds nothing to the animal's facts.
    """
    incoming = _patient_columns(placed.header.patient)
    if not contradict({name: str(row[name]) for name in incoming}, incoming):
        _fill(row, incoming)
    _fill(row, {name: getattr(placed.header.study, name) for name in STUDY_COLUMNS})
    row["seen"] = 0
    row["first_received_at"] = min(str(row["first_received_at"]), placed.received_at)
    if placed.received_at >= str(row["received_at"]):
        row["received_at"], row["source"] = placed.received_at, placed.source


def merge_instance(series: Columns, placed: Placed) -> Columns:
    instance = placed.header.instance
    _fill(series, {name: getattr(placed.header.series, name) for name in SERIES_COLUMNS})
    _count(series, "conflict_count" if placed.conflict else "instance_count", 1)
    if instance.has_pixels and not placed.conflict:
        _count(series, "frame_count", instance.frames)
    return {
        "series_id": series["series_id"],
        **{name: getattr(instance, name) for name in INSTANCE_COLUMNS},
        "has_pixels": int(instance.has_pixels),
        "path": placed.path,
        "size": placed.size,
        "sha256": placed.sha256,
        "conflict": int(placed.conflict),
        "received_at": placed.received_at,
        "source": placed.source,
    }


def _fill(row: Columns, incoming: dict[str, Value] | dict[str, str]) -> None:
    for name, value in incoming.items():
        if row[name] in ("", None) and value not in ("", None):
            row[name] = value


def _count(row: Columns, name: str, more: int) -> None:
    row[name] = int(row[name] or 0) + more


def summarise(study: StudyRows) -> None:
    """What the list shows of a study, from its series."""
    row, series = study.row, list(study.series.values())
    _correct(study)
    modalities = sorted({str(one["modality"]) for one in series if one["modality"]})
    row["modalities"] = ",".join(sorted(modalities, key=lambda name: name in LISTED_LAST))
    row["series_count"] = len(series)
    row["instance_count"] = sum(int(one["instance_count"] or 0) for one in series)
    row["conflict_count"] = sum(int(one["conflict_count"] or 0) for one in series)
    row["animal_sort"] = folding.fold(str(row["animal_name"])) or _LAST
    row["owner_sort"] = folding.fold(str(row["owner_name"])) or _LAST
    row["animal_id"] = animal_id(
        issuer=str(row["issuer"]),
        patient_id=str(row["patient_id"]),
        animal_name=str(row["animal_name"]),
        owner_name=str(row["owner_name"]),
        microchip=str(row["microchip"]),
        study_uid=StudyUID(str(row["study_uid"])),
    )
    if study.holding is not None and study.holding.animal_id:
        row["animal_id"] = study.holding.animal_id
    moment = _exam_moment(str(row["study_date"]), str(row["study_time"]), str(row["first_received_at"]))
    row["list_key"] = list_key(moment, int(row["study_key"] or 0))
    study.words = words_of(study)


_GOES_ALONG: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = (
    (frozenset({"animal_name", "owner_name"}), ("name_as_sent", "responsible_as_sent", "also_known")),
    (frozenset({"patient_id", "microchip"}), ("other_ids",)),
    (frozenset({"species", "breed"}), ("animal_codes",)),
)
"""What the device said in other words, and is as wrong, when one of these is corrected."""


def _correct(study: StudyRows) -> None:
    """A person's words in the place of the device's. What the device said of another animal goes along."""
    row, holding = study.row, study.holding
    row["corrected"] = int(holding is not None)
    if holding is None:
        study.stated = {}
        return
    study.stated = {name: row[name] for name in HIDDEN_COLUMNS}
    differing = {name for name, value in holding.words.items() if value != row[name]}
    row.update(holding.words)
    for because, hidden in _GOES_ALONG:
        if holding.animal_id or differing & because:
            row.update(dict.fromkeys(hidden, ""))


def _exam_moment(study_date: str, study_time: str, received_at: str) -> datetime:
    """When the exam was made. Without a date, or with one from the future, it counts as of its arrival."""
    arrival = datetime.fromisoformat(received_at).astimezone().replace(tzinfo=None)
    if not study_date:
        return arrival
    stated = datetime.fromisoformat(f"{study_date}T{study_time or '00:00:00'}")
    return stated if stated < arrival + timedelta(days=2) else arrival


def list_key(moment: datetime, tie: int) -> int:
    """An integer that orders exams by their moment (local time, no zone); `tie` keeps it unique."""
    return (int((moment - _EPOCH).total_seconds()) << TIE_BITS) | (tie & ((1 << TIE_BITS) - 1))


def moved(study: StudyRows) -> bool:
    return study.before is None or study.before["list_key"] != study.row["list_key"]


def animal_row(row: Columns) -> Columns:
    return {"animal_id": row["animal_id"], **{name: row[name] for name in PATIENT_COLUMNS}}


def words_of(study: StudyRows) -> tuple[str, ...]:
    """The words of a study in the order of `WORD_COLUMNS`."""
    row = {name: str(value or "") for name, value in study.row.items()}
    described = dict.fromkeys(
        str(one[name] or "") for one in study.series.values() for name in ("description", "body_part")
    )
    return (
        folding.name_words([row["animal_name"]]),
        folding.name_words([row["owner_name"]]),
        folding.species_words(row["species"]),
        folding.name_words([row["breed"]]),
        folding.id_words([row["microchip"]]),
        folding.id_words([row["patient_id"]]),
        folding.id_words(row["other_ids"].split("\n")),
        folding.id_words([row["accession_number"], row["study_id"]]),
        folding.name_words([row["description"], *list(described)[:20]]),
        row["modalities"].replace(",", " ").lower(),
        row["study_date"].replace("-", ""),
        folding.name_words(row["also_known"].split("\n")),
    )
