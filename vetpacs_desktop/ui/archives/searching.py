"""Searching another archive and fetching from it: joins the dialog to the work in threads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject

from vetpacs_desktop.errors import Cancelled, KnownError
from vetpacs_desktop.jobs import CancelToken, Job, Progress, Report
from vetpacs_desktop.store.network.asking.fetching import Fetched, Here, Order, fetch
from vetpacs_desktop.store.network.asking.remote import (
    Answers,
    RemoteStudy,
    Wanted,
    find_series,
    find_studies,
)
from vetpacs_desktop.store.network.contact import peer_of
from vetpacs_desktop.store.network.link import Peer
from vetpacs_desktop.ui import words
from vetpacs_desktop.ui.archives.search_dialog import SearchDialog
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.house import House
from vetpacs_desktop.ui.notices import ATTENTION, GOOD, PROBLEM, Notice
from vetpacs_desktop.ui.operations import sending
from vetpacs_desktop.ui.transfers import Transfer

LAST = "archives/searched"


class Searching(QObject):
    """One search dialog and what it started; a fetching goes on when the dialog is closed."""

    def __init__(self, house: House, talk: Bridge, names: Sequence[str], parent: QObject) -> None:
        super().__init__(parent)
        self._house = house
        self._talk = talk
        self._search: Job[tuple[Answers, Mapping[str, int]]] | None = None
        self._transfer: Transfer | None = None
        self._uids: list[str] = []
        last = str(house.state.value(LAST, ""))
        self.dialog: SearchDialog | None = SearchDialog(names, last, house.window)
        self.dialog.search_requested.connect(self._find)
        self.dialog.series_wanted.connect(self._find_series)
        self.dialog.fetch_requested.connect(self._fetch)
        self.dialog.stop_requested.connect(self._stop)
        self.dialog.finished.connect(self._closed)
        self.dialog.open()

    def library_changed(self) -> None:
        """Something was filed: what is here already may be more."""
        if self.dialog is not None and self._uids:
            uids = list(self._uids)
            self._house.chores.start(
                lambda _report, _cancel: self._counts(uids),
                lambda here: self.dialog.show_here(here) if self.dialog else None,
            )

    def _find(self, name: str, wanted: Wanted) -> None:
        assert self.dialog is not None
        self._house.state.setValue(LAST, name)
        self.dialog.show_waiting()

        def work(_: Report, cancel: CancelToken) -> tuple[Answers, Mapping[str, int]]:
            answers = find_studies(self._peer(name), wanted, cancel)
            return answers, self._counts([study.study_uid for study in answers.studies])

        self._search = self._talk.start(work, self._found, self._not_found)

    def _found(self, found: tuple[Answers, Mapping[str, int]]) -> None:
        self._search = None
        self._uids = [study.study_uid for study in found[0].studies]
        if self.dialog is not None:
            self.dialog.show_answers(*found)

    def _not_found(self, error: BaseException) -> None:
        self._search = None
        if self.dialog is not None and isinstance(error, KnownError):
            stopped = isinstance(error, Cancelled)
            text = self.tr("The search was stopped.") if stopped else error.sentence
            self.dialog.show_outcome(text, problem=not stopped)
        elif not isinstance(error, KnownError):
            raise error

    def _find_series(self, name: str, study: RemoteStudy) -> None:
        def show(series: object) -> None:
            if self.dialog is not None:
                self.dialog.show_series(study.study_uid, series)  # type: ignore[arg-type]

        self._talk.start(
            lambda _report, cancel: find_series(self._peer(name), study.study_uid, cancel),
            show,
            lambda error: show([]) if isinstance(error, KnownError) else _raise(error),
        )

    def _fetch(self, name: str, orders: list[Order]) -> None:
        assert self.dialog is not None
        self.dialog.show_fetching()

        def work(report: Report, cancel: CancelToken) -> Fetched:
            app = self._house.app
            own = sending.own_name(app.home, app.settings)

            def both(progress: Progress) -> None:
                report(progress)
                self._talk.post(lambda: self.dialog.show_progress(progress) if self.dialog else None)

            here = Here(own.title, own.address, own.port)
            return fetch(self._peer(name), orders, here, app.home, both, cancel)

        self._transfer = self._house.transfers.start(
            self.tr("Fetching from {name}").format(name=name),
            work,
            lambda fetched: self._fetched(name, fetched),
            lambda error: self._not_fetched(name, error),
            place="archives",
        )

    def _fetched(self, name: str, fetched: Fetched) -> None:
        text = self.tr("{images} came from {name}.").format(images=words.images(fetched.images), name=name)
        if not fetched.images and not fetched.note:
            text = self.tr("{name} had no images to give.").format(name=name)
        note = fetched.note
        self._end(f"{text} {note}".strip(), ATTENTION if note else GOOD)

    def _not_fetched(self, name: str, error: BaseException) -> None:
        if not isinstance(error, KnownError):
            self._end(self.tr("Fetching from {name} failed.").format(name=name), PROBLEM)
            raise error
        self._end(error.sentence, GOOD if isinstance(error, Cancelled) else PROBLEM)

    def _end(self, text: str, tone: str) -> None:
        self._transfer = None
        self._house.library_changed()
        if self.dialog is not None:
            self.dialog.show_outcome(text, problem=tone != GOOD)
            self.library_changed()
        else:
            self._house.tell(Notice(tone, text))

    def _stop(self) -> None:
        if self._search is not None:
            self._search.cancel()
        if self._transfer is not None:
            self._house.transfers.cancel(self._transfer)

    def _closed(self) -> None:
        self.dialog = None
        if self._search is not None:
            self._search.cancel()

    def _peer(self, name: str) -> Peer:
        """For a thread. Raises `NodeUnknown`, `BadCertificate`."""
        app = self._house.app
        own = sending.own_name(app.home, app.settings)
        return peer_of(app.home, app.settings, app.library.nodes.get(name), own.title)

    def _counts(self, uids: Sequence[str]) -> Mapping[str, int]:
        return {row.study_uid: row.instance_count for row in self._house.app.library.study_rows(uids)}


def _raise(error: BaseException) -> None:
    raise error
