"""What the viewer is asked to show: an exam as file paths with the words for the corner texts.

The composition root fills these from the store; the viewer itself never opens the index. Further exams of the
same animal may lie beside the one that is read; an exam of another animal never does.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.viewer.annotations import Sheet

if TYPE_CHECKING:
    from vetpacs_desktop.viewer.standard.layers import Layers


class OtherAnimal(KnownError):
    """These exams are not known to be of one animal, so they are not shown together."""


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
    """One study of one animal, and the further ones that lie beside it."""

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
    """This exam's own. A viewport's series may belong to an exam beside it: ask `series_at`."""
    sheet: Sheet = field(default_factory=Sheet)
    """What was drawn on it when it was opened."""
    layers: Layers | None = None
    """What other programs said of its images; None where they said nothing."""
    left: str = ""
    """How it was left on the screen, as `reading_state` writes it; empty where it is as new."""
    animal_id: str = ""
    """Who it is inside this library; empty where nothing tells."""
    beside: tuple[Exam, ...] = ()
    """Other exams of the same animal; their series are numbered on after this exam's own."""

    @property
    def exams(self) -> tuple[Exam, ...]:
        """This one first, then those beside it."""
        return (self, *self.beside)

    @property
    def all_series(self) -> tuple[ExamSeries, ...]:
        """Of all exams; a series' place here is its number in a `ViewState`."""
        return tuple(series for exam in self.exams for series in exam.series)

    def series_at(self, number: int) -> ExamSeries:
        """The series of a viewport, whichever exam it belongs to. Raises `IndexError`."""
        return self.all_series[number]

    def exam_at(self, number: int) -> Exam:
        """The exam that a viewport's series belongs to; this one for numbers beyond the last."""
        for exam in self.exams:
            if number < len(exam.series):
                return exam
            number -= len(exam.series)
        return self

    def numbers_of(self, study_uid: str) -> range:
        """The numbers of an exam's series; empty where it is not here."""
        first = 0
        for exam in self.exams:
            if exam.study_uid == study_uid:
                return range(first, first + len(exam.series))
            first += len(exam.series)
        return range(0)

    def exam_of_image(self, sop_uid: str) -> Exam | None:
        """The exam that an image belongs to."""
        return next((one for one in self.exams if one._own_path(sop_uid) is not None), None)

    def exam_of_series(self, series_uid: str) -> Exam | None:
        """The exam that a series belongs to."""
        return next(
            (one for one in self.exams if any(each.series_uid == series_uid for each in one.series)), None
        )

    def path_of(self, sop_uid: str) -> Path | None:
        """The file of one image, of any of the exams."""
        return next((path for one in self.exams if (path := one._own_path(sop_uid)) is not None), None)

    def with_beside(self, other: Exam) -> Exam:
        """The same with one more exam beside it. Raises `OtherAnimal`."""
        if not self.animal_id or other.animal_id != self.animal_id:
            raise OtherAnimal(first=self.study_uid, second=other.study_uid)
        if any(one.study_uid == other.study_uid for one in self.exams):
            return self
        return replace(self, beside=(*self.beside, replace(other, beside=())))

    def without(self, study_uid: str) -> Exam:
        """The same without one of those beside it."""
        return replace(self, beside=tuple(one for one in self.beside if one.study_uid != study_uid))

    def _own_path(self, sop_uid: str) -> Path | None:
        for series in self.series:
            if sop_uid in series.sop_uids:
                return series.paths[series.sop_uids.index(sop_uid)]
        return None
