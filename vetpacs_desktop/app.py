"""The composition root: builds every part from the settings, starts and stops them in order.

Imports neither Qt nor VTK, so that the service and the command line start quickly.
"""

from __future__ import annotations

import getpass
import json
import tempfile
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from vetpacs_desktop import settings as settings_file
from vetpacs_desktop.derived_images import DerivedImages
from vetpacs_desktop.jobs import CancelToken, Jobs, Progress, Report, ignore
from vetpacs_desktop.paths import Home
from vetpacs_desktop.service import ServiceChild
from vetpacs_desktop.settings import Settings
from vetpacs_desktop.standard_files import DOCUMENT_MODALITIES, StandardFiles
from vetpacs_desktop.store.animals.exams import AnimalExam, before, told_apart
from vetpacs_desktop.store.annotations import Drawn
from vetpacs_desktop.store.backup import ledger
from vetpacs_desktop.store.backup.returning import coming_back
from vetpacs_desktop.store.intake.importing.stages import import_paths
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.readings import Readings
from vetpacs_desktop.store.records import ImportSummary, SeriesRow, StudyRow, StudyUID
from vetpacs_desktop.viewer.annotations import Annotation, ImageRef, KeyImage, Sheet, annotation_from
from vetpacs_desktop.viewer.comparing import OtherExam
from vetpacs_desktop.viewer.exam import Exam, ExamSeries
from vetpacs_desktop.viewer.loading import FrameLoader
from vetpacs_desktop.viewer.mouth import mouth_from, rows_of

if TYPE_CHECKING:  # imported when a document is written, for the start's sake
    from pydicom.dataset import Dataset

MIB = 1024 * 1024
_ANNOTATION, _KEY = "annotation", "key"


class App:
    """The parts of one running program for one home."""

    def __init__(self, home: Home, settings: Settings, library: Library) -> None:
        self.home = home
        self.settings = settings
        self.library = library
        self.jobs = Jobs()
        self.readings = Readings(home.readings)
        """How exams were left on the screen."""
        self.service = ServiceChild(home)
        self.standard_files = StandardFiles(library, home, self.sheet, lambda: self.author)
        """What is drawn, as documents for other programs (see `standard_files`)."""

    @classmethod
    def open(cls, home: Home) -> App:
        """Open (or create) the library of `home`. Raises `LibraryDamaged`, `LibraryTooNew`, `BadSetting`."""
        home.make()
        app = cls(home, settings_file.load(home.settings), Library.open(home))
        app.library.trash.proved = partial(ledger.proved, home)
        return app

    def close(self) -> None:
        """Stop what was started, newest first; safe to call once."""
        self.jobs.close()
        self.standard_files.close()
        self.service.stop()
        self.library.close()

    def frame_loader(self) -> FrameLoader:
        """A loader for one reading page, bounded by the settings."""
        return FrameLoader(
            workers=self.settings.number("viewer.decode_workers"),
            memory_bytes=self.settings.number("viewer.memory_mib") * MIB,
        )

    def exam(self, study_uid: StudyUID) -> Exam:
        """What the viewer needs to read one study. Raises `NotFound`, and `ExamComingBack` while images of it
        are still to come from a backup; they come first then."""
        row = self.library.study(study_uid)
        coming_back.check(self.home, study_uid, lambda: self._files_of(study_uid))
        found = self.library.series(study_uid)
        pictures = [one for one in found if one.modality not in DOCUMENT_MODALITIES]
        series = [self._exam_series(one) for one in pictures or found]
        exam = replace(_exam(row, series, self.sheet(study_uid)), left=self.readings.get(study_uid))
        if len(pictures) == len(found):
            return exam
        layers = self.standard_files.layers(study_uid)
        return exam if layers.empty else replace(exam, layers=layers)

    def other_exams(self, study_uid: str) -> tuple[OtherExam, ...]:
        """The other exams of the same animal, the newest first. Raises `NotFound`."""
        current = self.library.exams_of_animal.one(study_uid)
        others = self.library.exams_of_animal.others(study_uid)
        best = before(current, others)
        return tuple(_other(one, current, best) for one in others)

    def exams_together(self, study_uids: Sequence[StudyUID]) -> Exam:
        """Exams of one animal to be read side by side: the newest, with the others beside it.

        Raises `NotFound`, and `OtherAnimal` when they are not known to be of one animal.
        """
        found = sorted(map(self.exam, study_uids), key=lambda one: (one.study_date, one.study_time))
        page = found.pop()
        for other in reversed(found):
            page = page.with_beside(other)
        return page

    def sheet(self, study_uid: str) -> Sheet:
        """What was drawn on an exam."""
        return sheet_of(self.library.annotations.of(study_uid))

    def keep_sheet(self, study_uid: str, before: Sheet, after: Sheet) -> None:
        """Save what changed on an exam from one state of its sheet to the next; on the disk when it returns.

        Raises `DiskFull`, `LibraryBusy`, `LibraryUnusable`, `LibraryDamaged`, `OSError`.
        """
        old, new = ({one.item_id: one for one in drawn_of(study_uid, sheet)} for sheet in (before, after))
        put = [one for item, one in new.items() if old.get(item) != one]
        self.library.annotations.change(study_uid, put, [item for item in old if item not in new])
        self.standard_files.changed(study_uid)

    def keep_images(self, study_uid: str, made: Iterable[Dataset]) -> Exam:
        """File images that were made of an exam; answers the exam with them. See `DerivedImages.keep`."""
        DerivedImages(self.library, self.home).keep(study_uid, made)
        return self.exam(StudyUID(study_uid))

    def put_images_away(self, study_uid: str, sop_uids: Collection[str]) -> tuple[Exam, str]:
        """Images made here go into the trash; answers the exam without them, and the entry there."""
        entry = DerivedImages(self.library, self.home).put_away(study_uid, sop_uids, self.author)
        return self.exam(StudyUID(study_uid)), entry

    def bring_images_back(self, study_uid: str, entry: str) -> Exam:
        """Out of the trash again; answers the exam with them."""
        DerivedImages(self.library, self.home).bring_back(entry)
        return self.exam(StudyUID(study_uid))

    @property
    def author(self) -> str:
        """Who reads here: the account of the computer."""
        try:
            return getpass.getuser()
        except (OSError, KeyError, ImportError):
            return ""

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

    def _files_of(self, study_uid: StudyUID) -> list[Path]:
        return [row.path for row in self.library.instances(study_uid=study_uid)]

    def _exam_series(self, series: SeriesRow) -> ExamSeries:
        rows = [row for row in self.library.instances(series_id=series.series_id) if not row.conflict]
        return ExamSeries(
            series_uid=series.series_uid,
            modality=series.modality,
            number=series.number,
            description=series.description,
            paths=tuple(row.path for row in rows),
            frame_count=series.frame_count,
            body_part=series.body_part,
            laterality=series.laterality,
            view_position=series.view_position,
            sop_uids=tuple(row.sop_uid for row in rows),
        )


def _exam(row: StudyRow, series: list[ExamSeries], sheet: Sheet) -> Exam:
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
        sheet=sheet,
        animal_id=row.animal_id if told_apart(row) else "",
    )


def _other(one: AnimalExam, current: AnimalExam, best: AnimalExam | None) -> OtherExam:
    dated = bool(one.study.study_date and current.study.study_date)
    return OtherExam(
        study_uid=one.study.study_uid,
        study_date=one.study.study_date,
        study_time=one.study.study_time,
        modalities=one.study.modalities,
        regions=tuple(sorted(one.regions)),
        description=one.study.description,
        image_count=one.study.instance_count,
        earlier=dated and one.moment < current.moment,
        best=one is best,
    )


def sheet_of(rows: Sequence[Drawn]) -> Sheet:
    """The viewer's sheet from the store's rows; a row that means nothing to this program is left out."""
    annotations: list[Annotation] = []
    keys: list[KeyImage] = []
    others: list[Drawn] = []
    for row in rows:
        image = ImageRef(row.sop_uid, row.frame)
        if row.kind == _KEY:
            keys.append(KeyImage(row.item_id, image, row.author, row.created_at))
            continue
        if row.kind != _ANNOTATION:
            others.append(row)
            continue
        found = annotation_from(
            row.item_id, image, _body(row.body), row.author, row.created_at, row.changed_at
        )
        if found is not None:
            annotations.append(found)
    mouth = mouth_from(
        (
            one.item_id,
            one.kind,
            ImageRef(one.sop_uid, one.frame),
            _body(one.body),
            one.author,
            one.created_at,
            one.changed_at,
        )
        for one in others
    )
    return Sheet(tuple(annotations), tuple(keys), mouth)


def drawn_of(study_uid: str, sheet: Sheet) -> list[Drawn]:
    """The store's rows of a sheet."""
    annotations = [
        Drawn(
            one.id,
            study_uid,
            _ANNOTATION,
            one.image.sop_uid,
            one.image.frame,
            json.dumps(one.to_json()),
            one.author,
            one.created,
            one.changed,
        )
        for one in sheet.annotations
    ]
    keys = [
        Drawn(
            key.id,
            study_uid,
            _KEY,
            key.image.sop_uid,
            key.image.frame,
            "{}",
            key.author,
            key.created,
            key.created,
        )
        for key in sheet.keys
    ]
    mouth = [
        Drawn(
            row.id,
            study_uid,
            row.kind,
            row.sop_uid,
            row.frame,
            json.dumps(dict(row.body)),
            row.author,
            row.created,
            row.changed,
        )
        for row in rows_of(sheet.mouth)
    ]
    return annotations + keys + mouth


def _body(text: str) -> dict[str, object]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def sex_in_words(sex: str, neutered: str) -> str:
    """``F`` and ``ALTERED`` become "female, spayed"; unknown stays empty."""
    word = {"M": "male", "F": "female"}.get(sex, "")
    done = {"M": "neutered", "F": "spayed"}.get(sex, "neutered")
    if neutered == "ALTERED":
        return f"{word}, {done}" if word else done
    return f"{word}, intact" if neutered == "UNALTERED" and word else word
