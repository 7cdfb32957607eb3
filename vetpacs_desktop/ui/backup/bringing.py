"""The assistant that brings exams back from a backup: from where, which state, which exams; then the work.

It leads from page to page. The coming back itself is the desk's: it goes on when this window is closed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from vetpacs_desktop.errors import Cancelled, KnownError
from vetpacs_desktop.jobs import CancelToken, Job, Progress, Report
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.returning.coming_back import Asked, Scope
from vetpacs_desktop.store.backup.returning.restoring import Restored
from vetpacs_desktop.store.backup.returning.sources import KeyNeeded
from vetpacs_desktop.store.backup.sealing.sealing import SecretMissing, WrongKey
from vetpacs_desktop.store.records import StudyRow
from vetpacs_desktop.ui import words
from vetpacs_desktop.ui.backup import saying
from vetpacs_desktop.ui.backup.bring_pages import FromPage, GenerationPage, SecretPage, SurePage, WhatPage
from vetpacs_desktop.ui.backup.done_page import Done, DonePage
from vetpacs_desktop.ui.backup.draft import Draft, Kind, draft_of
from vetpacs_desktop.ui.backup.key_question import KeyQuestionPage
from vetpacs_desktop.ui.backup.kind_page import KindPage
from vetpacs_desktop.ui.backup.step import Assistant, Step
from vetpacs_desktop.ui.backup.where_page import Media, WherePage
from vetpacs_desktop.ui.backup.work_page import WorkPage
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.operations import backup_places, bringing_back
from vetpacs_desktop.ui.operations.bringing_back import Found, From, Listed
from vetpacs_desktop.ui.page import Page

T = TypeVar("T")
MISSED = 200
"""Lines at most of what did not come back."""


class BringAssistant(Assistant):
    """`bring_requested` starts the work; its progress and end are told to `show_progress`, `show_end`."""

    bring_requested = Signal(object, str, object)
    """From, generation, Scope"""
    go_on_requested = Signal()
    give_up_requested = Signal()
    stop_requested = Signal()

    def __init__(
        self,
        home: Home,
        lane: Bridge,
        media: Media,
        places: Sequence[Place],
        clinic: str,
        asked: Asked | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self._home, self._lane = home, lane
        self._job: Job[Found] | Job[Listed] | Job[list[StudyRow]] | None = None
        self._from = From(Place("", ""))
        self._found: Found | None = None
        self._listed: Listed | None = None
        self._known = True
        self.draft = Draft(Kind.SHARE)
        self.source = FromPage(places, asked)
        self.kind = KindPage()
        self.kind.ask(self.tr("Where is the backup?"))
        self.kind.note.hide()
        self.where = WherePage(media, ())
        self.looking = WorkPage(self.tr("Stop"))
        self.whose = KeyQuestionPage()
        self.secret = SecretPage()
        self.which = GenerationPage()
        self.what = WhatPage()
        self.sure = SurePage()
        self.working = WorkPage(self.tr("Stop"))
        self.done_page = DonePage(clinic)
        pages = (
            *(self.source, self.kind, self.where, self.looking, self.whose, self.secret),
            *(self.which, self.what, self.sure, self.working, self.done_page),
        )
        super().__init__("", pages, parent)
        self.setWindowTitle(self.tr("Bring back from a backup"))
        self._connect()
        self.show_page(self.source if places or asked is not None else self.kind)

    # -- what the desk tells -------------------------------------------------------------------------------

    def show_progress(self, progress: Progress) -> None:
        """How far the coming back is."""
        if self.page is self.working:
            self.working.show_progress(progress)

    def show_working(self, name: str) -> None:
        """It began."""
        self.working.begin(
            self.tr("Bringing back from {name}...").format(name=name),
            self.tr(
                "The newest exams come first and can be read while the others come. You may close this "
                "window; it goes on, and after a power cut it goes on by itself."
            ),
        )
        self.show_page(self.working)

    def show_end(self, done: Done) -> None:
        """It ended, in whatever way."""
        self.done_page.show_done(done)
        self.show_page(self.done_page)

    # -- from page to page ---------------------------------------------------------------------------------

    def go_on(self) -> None:
        page = self.page
        if page is self.done_page:
            self.close()
            return
        if not isinstance(page, Step):
            return
        fault = page.fault()
        page.complain(fault)
        if fault:
            return
        if page is self.where:
            self.draft = page.taken(self.draft)
            self._from = From(self.draft.place, self.draft.password)
            self._look()
        elif page is self.secret:
            self._from = replace(self._from, secret=self.secret.secret())
            self._look()
        elif page is self.which:
            assert self._found is not None
            self.what.begin(empty_here=self._found.empty_here)
            self.show_page(self.what)
        elif page is self.what:
            self.sure.show_plan(self._plan())
            self.show_page(self.sure)
        elif page is self.sure:
            self._bring()

    def go_back(self) -> None:
        self._stop()
        begin: Page = self.source if self.source.tiles.keys() - {"other"} else self.kind
        before: dict[Page, Page] = {
            self.kind: self.source,
            self.where: self.kind,
            self.whose: self.where,
            self.secret: begin if self._known else self.where,
            self.which: begin if self._known else self.where,
            self.looking: begin if self._known else self.where,
            self.what: self.which,
            self.sure: self.what,
        }
        self.show_page(before.get(self.page, begin))

    def may_go_back(self) -> bool:
        if self.page is self.kind:
            return bool(self.source.tiles.keys() - {"other"})
        return self.page not in (self.source, self.working, self.done_page)

    def renew(self) -> None:
        super().renew()
        closes = self.page is self.working
        self.close_button.setText(self.tr("Close") if closes else self.tr("Cancel"))
        self.close_button.setVisible(self.page is not self.done_page)

    def done(self, result: int) -> None:
        """Closed: what only looked ends, what comes back goes on."""
        self.where.left()
        self._stop()
        super().done(result)

    def _connect(self) -> None:
        self.source.chosen.connect(self._chosen)
        self.source.go_on_requested.connect(self.go_on_requested)
        self.source.give_up_requested.connect(self.give_up_requested)
        self.kind.chosen.connect(self._kind_chosen)
        self.looking.stop_requested.connect(self.go_back)
        self.whose.question_of_key.confirmed.connect(self._confirmed)
        self.what.list_wanted.connect(self._fetch_list)
        self.what.search_wanted.connect(self._search)
        self.working.stop_requested.connect(self.stop_requested)

    def _chosen(self, place: Place | None) -> None:
        self._known = place is not None
        if place is None:
            self.show_page(self.kind)
            return
        self.draft = draft_of(place)
        self._from = From(place)
        self._look()

    def _kind_chosen(self, kind: Kind) -> None:
        self._known = False
        if kind is not self.draft.kind or self.draft.editing:
            self.draft = Draft(kind)
        self.where.show_draft(self.draft)
        self.show_page(self.where)

    # -- looking -------------------------------------------------------------------------------------------

    def _look(self) -> None:
        name = self._from.place.name
        self.looking.begin(self.tr("Looking at what is there..."), name)
        self.show_page(self.looking)
        place = self._from.place
        self._run(lambda _report, _cancel: backup_places.key_to_confirm(place), self._whose, self._not_looked)

    def _whose(self, key: str) -> None:
        """Nothing is told to another computer before a person has found its key right."""
        if key:
            self.show_page(self.whose)
            self.whose.question_of_key.ask(key)
        else:
            self._look_there()

    def _confirmed(self, key: str) -> None:
        self._from = replace(self._from, place=backup_places.confirmed(self._from.place, key))
        self.show_page(self.looking)
        self._look_there()

    def _look_there(self) -> None:
        home, wanted = self._home, self._from
        self._run(
            lambda report, cancel: bringing_back.look(home, wanted, report, cancel),
            self._looked,
            self._not_looked,
            self.looking.show_progress,
        )

    def _looked(self, found: Found) -> None:
        self._found = found
        self._listed = None
        self.which.show_generations(found.generations)
        self.show_page(self.which)

    def _not_looked(self, error: KnownError) -> None:
        if isinstance(error, KeyNeeded | SecretMissing):
            self.show_page(self.secret)
            return
        page: Step = self.source if self._known else self.where
        if isinstance(error, WrongKey):
            page = self.secret
        self.show_page(page)
        page.complain(error.sentence)

    def _fetch_list(self) -> None:
        home, wanted, generation = self._home, self._from, self._generation()

        def here(listed: Listed) -> None:
            self._listed = listed
            self.what.show_list_here()
            self._search("")

        self._run(
            lambda report, cancel: bringing_back.fetch_list(home, wanted, generation, report, cancel),
            here,
            lambda error: self.what.show_failed(error.sentence),
        )

    def _search(self, text: str) -> None:
        home, listed = self._home, self._listed
        if listed is not None:
            self._run(
                lambda _report, _cancel: bringing_back.find(home, listed, text),
                self.what.show_exams,
                lambda error: self.what.show_failed(error.sentence),
            )

    def _run(
        self,
        work: Callable[[Report, CancelToken], T],
        done: Callable[[T], object],
        failed: Callable[[KnownError], object],
        report: Report | None = None,
    ) -> None:
        """One question at a time; the answer to one that nobody waits for any more is dropped."""
        self._stop()

        def came(value: T) -> None:
            if mine is self._job:
                self._job = None
                done(value)

        def broke(error: BaseException) -> None:
            if isinstance(error, Cancelled):
                return
            if not isinstance(error, KnownError | OSError):
                raise error
            if mine is self._job:
                self._job = None
                known = error if isinstance(error, KnownError) else KnownError(reason=str(error))
                failed(known)

        mine = self._lane.start(work, came, broke, report, owner=self)
        self._job = mine  # type: ignore[assignment]

    def _stop(self) -> None:
        if self._job is not None:
            job, self._job = self._job, None
            job.cancel()

    # -- the work ------------------------------------------------------------------------------------------

    def _generation(self) -> str:
        chosen = self.which.generation
        return chosen.id if chosen is not None else ""

    def _plan(self) -> list[str]:
        generation, found = self.which.generation, self._found
        assert generation is not None
        assert found is not None
        facts = {
            "name": self._from.place.name,
            "when": saying.moment_words(generation.made, saying.now()),
            "files": words.counted(generation.objects, self.tr("{n} file"), self.tr("{n} files")),
            "size": words.size(generation.bytes),
            "exams": words.exams(len(self.what.chosen)),
        }
        everything = self.what.scope.everything
        if everything and found.empty_here:
            what = self.tr(
                "The library is put back as it was on {when}: {files}, {size}, with settings, notes, "
                "measurements and the trash."
            )
        elif everything:
            what = self.tr(
                "Whatever of the state of {when} is missing here comes back ({files}, {size} at most). What "
                "is here already stays as it is; what was moved to the trash stays there."
            )
        else:
            what = self.tr("Back comes, as it was on {when}: {exams}, with what was noted and drawn.")
        return [
            what.format(**facts),
            self.tr("Nothing is deleted here, and nothing newer is replaced. The backup is only read."),
            self.tr(
                "The newest exams come first and can be read while the others come. Each file is compared "
                "with what was saved before it counts. It can be stopped and goes on where it stopped."
            ),
        ]

    def _bring(self) -> None:
        scope: Scope = self.what.scope
        self.bring_requested.emit(self._from, self._generation(), scope)


def outcome_of(name: str, restored: Restored) -> Done:
    """What came back, as the last page says it."""
    facts = [(_tr("Came back"), words.counted(restored.restored, _tr("{n} file"), _tr("{n} files")))]
    if restored.here:
        facts.append((_tr("Were here and whole"), words.images(restored.here)))
    if restored.mended:
        facts.append((_tr("Mended"), words.images(restored.mended)))
    if restored.notes:
        facts.append((_tr("Notes and drawings"), words.grouped(restored.notes)))
    if restored.in_trash:
        facts.append((_tr("Stay in the trash"), words.images(restored.in_trash)))
    facts.append((_tr("Took"), saying.duration(restored.seconds)))
    missed = [f"{path}: {reason}" for path, reason in restored.failed[:MISSED]]
    if len(restored.failed) > MISSED:
        missed.append(_tr("... and {n} more").format(n=words.grouped(len(restored.failed) - MISSED)))
    if restored.failed:
        meaning = _tr("Some files could not be had from there; another place may have them.")
    else:
        meaning = _tr("Each file was compared with what was saved.")
    title = _tr("Exams are back from {name}") if restored.restored else _tr("Everything was here already")
    title = title.format(name=name)
    return Done(title, meaning, tuple(facts), tuple(missed))


def stopped(name: str, sentence: str) -> Done:
    """It was stopped, or could not go on."""
    title = _tr("Bringing back from {name} is not finished").format(name=name)
    more = _tr("What came until then is here and whole. “Bring back...” goes on where it stopped.")
    return Done(title, f"{sentence} {more}")


def _tr(text: str) -> str:
    return QCoreApplication.translate("backup", text)
