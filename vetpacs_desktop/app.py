"""The composition root: builds every part from the settings, starts and stops them in order.

Imports neither Qt nor VTK, so that the service and the command line start quickly.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from vetpacs_desktop import settings as settings_file
from vetpacs_desktop.jobs import CancelToken, Jobs, Progress, Report, ignore
from vetpacs_desktop.paths import Home
from vetpacs_desktop.service import ServiceChild
from vetpacs_desktop.settings import Settings
from vetpacs_desktop.store.intake.stages import import_paths
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.records import ImportSummary, SeriesRow, StudyRow, StudyUID
from vetpacs_desktop.viewer.exam import Exam, ExamSeries
from vetpacs_desktop.viewer.loading import FrameLoader

MIB = 1024 * 1024


class App:
    """The parts of one running program for one home."""

    def __init__(self, home: Home, settings: Settings, library: Library) -> None:
        self.home = home
        self.settings = settings
        self.library = library
        self.jobs = Jobs()
        self.service = ServiceChild(home)

    @classmethod
    def open(cls, home: Home) -> App:
        """Open (or create) the library of `home`. Raises `LibraryDamaged`, `LibraryTooNew`, `BadSetting`."""
        home.make()
        return cls(home, settings_file.load(home.settings), Library.open(home))

    def close(self) -> None:
        """Stop what was started, newest first; safe to call once."""
        self.jobs.close()
        self.service.stop()
        self.library.close()

    def frame_loader(self) -> FrameLoader:
        """A loader for one reading page, bounded by the settings."""
        return FrameLoader(
            workers=self.settings.number("viewer.decode_workers"),
            memory_bytes=self.settings.number("viewer.memory_mib") * MIB,
        )

    def exam(self, study_uid: StudyUID) -> Exam:
        """What the viewer needs to read one study. Raises `NotFound`."""
        row = self.library.study(study_uid)
        return _exam(row, [self._exam_series(series) for series in self.library.series(study_uid)])

    def import_paths(
        self, paths: Sequence[Path], report: Report = ignore, cancel: CancelToken | None = None
    ) -> ImportSummary:
        """Bring files and folders into the library."""
        return import_paths(self.library, self.home, paths, report, cancel or CancelToken())

    def load_examples(self, report: Report = ignore, cancel: CancelToken | None = None) -> ImportSummary:
        """Make the example animals and import them like any disc."""
        from vetpacs_desktop.examples import write_examples

        token = cancel or CancelToken()
        with tempfile.TemporaryDirectory(prefix="vetpacs-examples-", dir=self.home.run) as folder:
            report(Progress(0, None, "Drawing the example animals"))
            write_examples(Path(folder), report=report, cancel=token)
            return import_paths(self.library, self.home, [Path(folder)], report, token)

    def _exam_series(self, series: SeriesRow) -> ExamSeries:
        rows = self.library.instances(series_id=series.series_id)
        return ExamSeries(
            series_uid=series.series_uid,
            modality=series.modality,
            number=series.number,
            description=series.description,
            paths=tuple(row.path for row in rows if not row.conflict),
            frame_count=series.frame_count,
            body_part=series.body_part,
            laterality=series.laterality,
            view_position=series.view_position,
        )


def _exam(row: StudyRow, series: list[ExamSeries]) -> Exam:
    return Exam(
        study_uid=row.study_uid,
        animal_name=row.animal_name,
        owner_name=row.owner_name,
        species=row.species,
        breed=row.breed,
        sex=sex_in_words(row.sex, row.neutered),
        age=row.age,
        patient_id=row.patient_id,
        study_date=row.study_date,
        study_time=row.study_time,
        description=row.description,
        institution=row.institution,
        series=tuple(series),
    )


def sex_in_words(sex: str, neutered: str) -> str:
    """``F`` and ``ALTERED`` become "female, spayed"; unknown stays empty."""
    word = {"M": "male", "F": "female"}.get(sex, "")
    done = {"M": "neutered", "F": "spayed"}.get(sex, "neutered")
    if neutered == "ALTERED":
        return f"{word}, {done}" if word else done
    return f"{word}, intact" if neutered == "UNALTERED" and word else word
