"""What the viewer is asked to show: an exam as file paths with the words for the corner texts.

The composition root fills these from the store; the viewer itself never opens the index.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ExamSeries:
    """One series: its files in the index's order (instance number), before geometry sorts them."""

    series_uid: str
    modality: str
    number: int | None
    description: str
    paths: tuple[Path, ...]
    frame_count: int
    body_part: str = ""
    laterality: str = ""
    view_position: str = ""


@dataclass(frozen=True, slots=True)
class Exam:
    """One study of one animal."""

    study_uid: str
    animal_name: str
    owner_name: str
    species: str
    breed: str
    sex: str
    """Already in words, for example "female, spayed"."""
    age: str
    patient_id: str
    study_date: str
    study_time: str
    description: str
    institution: str
    series: tuple[ExamSeries, ...]
