"""The assistant that sets up a place for the backup, or changes one: one question a page, Back always works.

It leads from page to page; trying and setting up are done in threads by functions of `operations`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QSettings, Signal
from PySide6.QtWidgets import QWidget

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.jobs import CancelToken, Job, Progress, Report
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.ui.backup import saying
from vetpacs_desktop.ui.backup.done_page import Done, DonePage
from vetpacs_desktop.ui.backup.draft import Draft, Kind, address_words, draft_of
from vetpacs_desktop.ui.backup.keep_page import KeepPage
from vetpacs_desktop.ui.backup.key_page import KeyPage
from vetpacs_desktop.ui.backup.kind_page import KindPage
from vetpacs_desktop.ui.backup.seal_page import SealPage
from vetpacs_desktop.ui.backup.step import Assistant, Step
from vetpacs_desktop.ui.backup.try_page import TryPage
from vetpacs_desktop.ui.backup.when_page import WhenPage
from vetpacs_desktop.ui.backup.where_page import Media, WherePage
from vetpacs_desktop.ui.backup.work_page import WorkPage
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.operations import backup_places
from vetpacs_desktop.ui.operations.backup_places import Order, SetUp, Tried
from vetpacs_desktop.ui.page import Page

T = TypeVar("T")


class PlaceAssistant(Assistant):
    """`set_up` tells the place at the end."""

    set_up = Signal(object)
    """Place"""
    run_requested = Signal(object)
    """Place: back up now"""

    def __init__(
        self,
        home: Home,
        lane: Bridge,
        media: Media,
        names: Sequence[str],
        clinic: str,
        state: QSettings,
        place: Place | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self._home, self._lane = home, lane
        self._job: Job[Any] | None = None
        self._made: Place | None = None
        self.draft = draft_of(place) if place is not None else Draft(Kind.SHARE)
        self.kind = KindPage()
        self.where = WherePage(media, names)
        self.trial = TryPage()
        self.seal = SealPage()
        self.key = KeyPage(clinic, state)
        self.when = WhenPage()
        self.keep = KeepPage()
        self.working = WorkPage()
        self.done_page = DonePage(clinic)
        pages = (
            *(self.kind, self.where, self.trial, self.seal, self.key),
            *(self.when, self.keep, self.working, self.done_page),
        )
        super().__init__("", pages, parent)
        self.setWindowTitle(
            self.tr("Change {name}").format(name=place.name) if place else self.tr("A place for the backup")
        )
        self.kind.chosen.connect(self._kind_chosen)
        self.trial.try_requested.connect(self._try)
        self.trial.stop_requested.connect(self._stop)
        self.trial.confirmed.connect(self._confirmed)
        self.done_page.extra.setText(self.tr("Back up now"))
        self.done_page.extra.clicked.connect(self._run)
        self.show_page(self.where if place is not None else self.kind)

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
        self.draft = page.taken(self.draft)
        order = self._order()
        following = order[order.index(page) + 1]
        if following is self.working:
            self._set_up()
        self.show_page(following)

    def go_back(self) -> None:
        page = self.page
        if isinstance(page, Step):
            self.draft = page.taken(self.draft)
        if page is self.where:
            self.show_page(self.kind)
            return
        order = self._order()
        if page in order and order.index(page) > 0:
            self.show_page(order[order.index(page) - 1])

    def may_go_back(self) -> bool:
        if self.page is self.where:
            return not self.draft.editing
        return self.page not in (self.kind, self.working, self.done_page)

    def show_page(self, page: Page) -> None:
        if isinstance(page, Step) and page not in (self.working, self.done_page):
            page.show_draft(self.draft)
        super().show_page(page)

    def renew(self) -> None:
        super().renew()
        self.close_button.setVisible(self.page is not self.done_page)

    def done(self, result: int) -> None:
        """Closed, in whatever way: a trial ends."""
        self.where.left()
        self._stop()
        super().done(result)

    def _order(self) -> list[Step]:
        sealed = self.draft.sealed and not self.draft.editing
        key = [self.key] if sealed else []
        return [self.where, self.trial, self.seal, *key, self.when, self.keep, self.working]

    def _kind_chosen(self, kind: Kind) -> None:
        if kind is not self.draft.kind:
            self.draft = Draft(kind)
        self.show_page(self.where)

    # -- trying --------------------------------------------------------------------------------------------

    def _try(self) -> None:
        """First whose computer it is, where that must be asked; then the trial."""
        place = self.draft.place
        self.trial.begin()

        def seen(key: str) -> None:
            if key:
                self.trial.ask_key(key)
            else:
                self._try_place()

        self._ask(lambda _report, _cancel: backup_places.key_to_confirm(place), seen, lambda _: None)

    def _confirmed(self, key: str) -> None:
        self.draft = replace(self.draft, place=backup_places.confirmed(self.draft.place, key))
        self.trial.begin()
        self._try_place()

    def _try_place(self) -> None:
        order, home = order_of(self.draft), self._home
        lines = backup_places.Lines()

        def tried(found: Tried) -> None:
            self.trial.show_lines(lines.so_far())
            if not found.ok:
                self.trial.show_failed("")
                return
            self.draft = replace(self.draft, place=replace(self.draft.place, identity=found.identity))
            self.trial.show_end(found.identity, found.kept_where)
            self.next.setFocus()

        self._ask(
            lambda report, cancel: backup_places.try_place(home, order, lines, report, cancel),
            tried,
            lambda _: self.trial.show_lines(lines.so_far()),
        )

    def _ask(
        self, work: Callable[[Report, CancelToken], T], done: Callable[[T], object], told: Report
    ) -> None:
        """One question to the place at a time; the answer to one that nobody waits for is dropped."""
        self._stop_asking()

        def came(value: T) -> None:
            if mine is self._job:
                self._job = None
                done(value)

        def failed(error: BaseException) -> None:
            if not isinstance(error, KnownError):
                raise error
            if mine is self._job:
                self._job = None
                self.trial.show_failed(error.sentence)

        def moved(progress: Progress) -> None:
            if mine is self._job:
                told(progress)

        mine = self._lane.start(work, came, failed, moved, owner=self)
        self._job = mine

    def _stop_asking(self) -> None:
        if self._job is not None:
            job, self._job = self._job, None
            job.cancel()

    def _stop(self) -> None:
        self._stop_asking()
        if self.page is self.trial:
            self.trial.show_failed("")

    # -- setting up ----------------------------------------------------------------------------------------

    def _set_up(self) -> None:
        order, home = order_of(self.draft), self._home
        self.working.begin(
            self.tr("Setting up {name}...").format(name=self.draft.name),
            self.tr("A small file is written there, brought back and compared.") if self.draft.sealed else "",
        )
        self._lane.start(
            lambda report, cancel: backup_places.set_up(home, order, report, cancel),
            self._was_set_up,
            self._not_set_up,
            self.working.show_progress,
            owner=self,
        )

    def _was_set_up(self, made: SetUp) -> None:
        self._made = made.place
        self.done_page.show_done(outcome_of(self.draft, made))
        self.done_page.extra.setVisible(not made.place.paused)
        self.show_page(self.done_page)
        self.set_up.emit(made.place)

    def _not_set_up(self, error: BaseException) -> None:
        if not isinstance(error, KnownError):
            raise error
        self.show_page(self.keep)
        self.keep.complain(error.sentence)

    def _run(self) -> None:
        if self._made is not None:
            self.run_requested.emit(self._made)
            self.close()


def order_of(draft: Draft) -> Order:
    """What the store is asked to set up."""
    return Order(draft.place, draft.password, draft.secret, draft.editing)


def outcome_of(draft: Draft, made: SetUp) -> Done:
    """The last page: what was set up and what was not."""
    place = made.place
    sealed = _tr("sealed; the key is on paper") if place.recipient else _tr("plain files")
    done = [
        (_tr("Place"), f"{place.name}: {address_words(place.url)}"),
        (_tr("Files"), sealed),
        (_tr("Runs"), saying.schedule(place)),
        (_tr("Kept"), saying.policy_text(place.keep)),
        (_tr("Read back"), saying.rhythm(place.prove_days)),
        (_tr("Rehearsed"), saying.rhythm(place.drill_days)),
    ]
    if made.kept_where:
        done.append((_tr("Password"), made.kept_where))
    if made.trial:
        done.append((_tr("Tried"), made.trial))
    open_still = []
    if not draft.editing:
        open_still.append(
            _tr("Nothing is saved there yet. The first run begins by itself; it may take hours.")
        )
    if place.paused:
        open_still.append(_tr("It rests: nothing is copied until you say “Go on” in its details."))
    title = _tr("{name} was changed") if draft.editing else _tr("{name} is set up")
    meaning = _tr(
        "From now on this computer saves there by itself; the strip at the bottom says how it goes."
    )
    return Done(title.format(name=place.name), meaning, tuple(done), tuple(open_still))


def _tr(text: str) -> str:
    return QCoreApplication.translate("backup", text)
