"""One import from the look at the disc to its end: the work of the assistant, without a widget.

It starts survey and import in threads, knows the medium they come from, and takes an interrupted import up
again. Nothing it does can leave half an exam: that is the store's promise, this module only asks again.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import QObject, Signal

from vetpacs_desktop.errors import Cancelled, KnownError
from vetpacs_desktop.jobs import CancelToken, Job, Report
from vetpacs_desktop.store.intake.importing.survey import Choice, Survey, import_chosen, survey
from vetpacs_desktop.store.intake.sources.mounts import Medium
from vetpacs_desktop.store.records import ImportSummary, StudyRow
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.house import House
from vetpacs_desktop.ui.intake.plan import Plan, moved
from vetpacs_desktop.ui.intake.report import End, Outcome
from vetpacs_desktop.ui.operations import importing
from vetpacs_desktop.ui.transfers import Transfer

Looked: TypeAlias = tuple[Survey, Path]
"""(what is there, the scratch folder with what was unpacked)"""
Imported: TypeAlias = tuple[ImportSummary, tuple[StudyRow, ...], bool]
"""(what came in, the exams as they are listed now, whether the medium is gone)"""


class Course(QObject):
    """At most one survey or import at a time."""

    looking_at = Signal(object)
    """Progress of the look"""
    looked = Signal(object)
    """Plan: the look is over"""
    not_looked = Signal(str)
    """The look failed, with the sentence"""
    importing_at = Signal(object)
    """Progress of the import"""
    ended = Signal(object)
    """Outcome of an import"""

    def __init__(
        self,
        house: House,
        lane: Bridge,
        is_there: Callable[[Medium], bool],
        parent: QObject | None = None,
    ) -> None:
        """`is_there` is asked in a thread whether a medium is still plugged in."""
        super().__init__(parent)
        self._house = house
        self._is_there = is_there
        self._lane = lane
        self._scratch: Path | None = None
        self._choices: tuple[Choice, ...] = ()
        self._place = Path()
        self._survey_job: Job[Looked] | None = None
        self._transfer: Transfer | None = None
        self.sources: list[Path] = []
        self.medium: Medium | None = None
        """The stick or disc that the sources are on."""
        self.absent = False
        """Whether that medium was taken out."""
        self.plan: Plan | None = None
        house.transfers.changed.connect(self._transfers_changed)

    @property
    def busy(self) -> bool:
        """Whether an import is under way."""
        return self._transfer is not None

    @property
    def looking(self) -> bool:
        """Whether a look is under way."""
        return self._survey_job is not None

    @property
    def source_name(self) -> str:
        """Where the images are, for people: the medium's name, else the folder's or file's."""
        if self.medium is not None:
            return self.medium.name
        return self.sources[0].name or str(self.sources[0]) if self.sources else ""

    def look(self, sources: Sequence[Path], media: Sequence[Medium]) -> None:
        """See what is there; `looked` or `not_looked` follows."""
        self.forget()
        self.sources = list(sources)
        self.medium = next(
            (one for one in media if any(path.is_relative_to(one.path) for path in sources)), None
        )
        self._place = self.medium.path if self.medium is not None else Path()
        library, run, wanted = self._house.app.library, self._house.app.home.run, list(sources)

        def work(report: Report, cancel: CancelToken) -> Looked:
            scratch = Path(tempfile.mkdtemp(prefix="import-", dir=run))
            try:
                return survey(library, wanted, scratch, report, cancel), scratch
            except BaseException:
                shutil.rmtree(scratch, ignore_errors=True)
                raise

        self._survey_job = self._lane.start(work, self._looked, self._not_looked, self.looking_at.emit)

    def forget(self) -> None:
        """End the look, and forget what it found."""
        self.stop_looking()
        self._drop_scratch()
        self.plan, self._choices, self.absent, self.sources = None, (), False, []

    def stop_looking(self) -> None:
        """End the look; nothing was copied by it."""
        if self._survey_job is not None:
            self._survey_job.cancel()
            self._survey_job = None

    def import_plan(self) -> None:
        """Bring in what the plan says; `ended` follows."""
        assert self.plan is not None
        choices = self.plan.choices()
        self._import(moved(choices, self._place, self.medium.path) if self.medium is not None else choices)

    def go_on(self) -> None:
        """Take up an import that was interrupted; what came in before is skipped."""
        if self._choices and not self.absent and self._transfer is None:
            self._import(self._choices)

    def import_as_it_is(self) -> None:
        """No questions: everything there, as the files say; the window says what became of it."""
        self.stop_looking()
        house = self._house
        importing.import_paths(
            house.app, house.transfers, self.sources, house.tell, lambda _: house.library_changed()
        )

    def cancel_import(self) -> None:
        """Stop the import; what was filed stays."""
        if self._transfer is not None:
            self._house.transfers.cancel(self._transfer)

    def medium_pulled(self, medium: Medium) -> bool:
        """A medium is gone; True when it is the one at work. An import under way ends."""
        if self.medium is None or medium.token != self.medium.token or not self.sources:
            return False
        self.absent = True
        self.cancel_import()
        return True

    def medium_back(self, medium: Medium) -> bool:
        """A medium came; True when it is the one that is missed, wherever it is mounted now."""
        if self.medium is None or not self.absent or medium.token != self.medium.token:
            return False
        self._choices = moved(self._choices, self.medium.path, medium.path)
        self.sources = [_under(path, self.medium.path, medium.path) for path in self.sources]
        self.medium, self.absent = medium, False
        return True

    def close(self) -> None:
        """The window closes."""
        self.stop_looking()
        if self._transfer is None:
            self._drop_scratch()

    def _looked(self, found: Looked) -> None:
        self._survey_job = None
        self._scratch = found[1]
        self.plan = Plan(found[0])
        self.looked.emit(self.plan)

    def _not_looked(self, error: BaseException) -> None:
        if isinstance(error, Cancelled):
            return  # a newer look may be under way already
        self._survey_job = None
        self.not_looked.emit(self._sentence(error))

    def _import(self, choices: tuple[Choice, ...]) -> None:
        self._choices = choices
        app, medium, is_there = self._house.app, self.medium, self._is_there

        def work(report: Report, cancel: CancelToken) -> Imported:
            summary = import_chosen(app.library, app.home, choices, report, cancel)
            gone = bool(summary.rejected) and medium is not None and not is_there(medium)
            return summary, tuple(app.library.study_rows(summary.studies)), gone

        self._transfer = self._house.transfers.start(
            self.tr("Importing from {source}").format(source=self.source_name),
            work,
            self._imported,
            self._not_imported,
        )

    def _imported(self, result: Imported) -> None:
        summary, studies, gone = result
        if gone:
            self.absent = True
            self._end(End.PULLED, summary, studies)
            return
        self._end(End.DONE, summary, studies)
        self._drop_scratch()

    def _not_imported(self, error: BaseException) -> None:
        if self.absent and isinstance(error, (KnownError, OSError)):
            self._end(End.PULLED)
        elif isinstance(error, Cancelled):
            self._end(End.STOPPED)
        else:
            self._end(End.FAILED, sentence=self._sentence(error))

    def _end(
        self,
        end: End,
        summary: ImportSummary | None = None,
        studies: tuple[StudyRow, ...] = (),
        sentence: str = "",
    ) -> None:
        assert self._transfer is not None
        progress = self._transfer.progress
        done = progress.done
        if summary is not None:
            done = summary.stored + summary.duplicates + summary.conflicts
        self._transfer = None
        refused = self.plan.survey.refused if self.plan is not None and end is End.DONE else ()
        self._house.library_changed()
        self.ended.emit(
            Outcome(
                end,
                self.source_name,
                summary or ImportSummary(),
                studies,
                sentence,
                done,
                progress.total or 0,
                refused,
            )
        )

    def _sentence(self, error: BaseException) -> str:
        """What a person reads of an error that can be foreseen; a bug is raised."""
        if isinstance(error, KnownError):
            return error.sentence
        if isinstance(error, OSError):
            return self.tr("It can't be read ({reason}).").format(reason=error.strerror or error)
        self._transfer = None
        raise error

    def _transfers_changed(self) -> None:
        if self._transfer is not None:
            self.importing_at.emit(self._transfer.progress)

    def _drop_scratch(self) -> None:
        scratch, self._scratch = self._scratch, None
        if scratch is not None:
            self._lane.start(
                lambda _report, _cancel: shutil.rmtree(scratch, ignore_errors=True), lambda _: None
            )


def _under(path: Path, before: Path, now: Path) -> Path:
    return now / path.relative_to(before) if path.is_relative_to(before) else path
