"""What the viewer is asked to show: an exam as file paths with the words for the corner texts.

The composition root fills these from the store; the viewer itself never opens the index.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from vetpacs_desktop.viewer.annotations import Sheet

if TYPE_CHECKING:
    from vetpacs_desktop.viewer.standard.layers import Layers


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
    sop_uids: tuple[str, ...] = ()
    """Of the files, in the order of `paths`; empty where nobody knows them yet."""


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
    sheet: Sheet = field(default_factory=Sheet)
    """What was drawn on it when it was opened."""
    layers: Layers | None = None
    """What other programs said of its images; None where they said nothing."""

    def path_of(self, sop_uid: str) -> Path | None:
        """The file of one image."""
        for series in self.series:
            if sop_uid in series.sop_uids:
                return series.paths[series.sop_uids.index(sop_uid)]
        return None
