"""Asks the library in a thread of its own, newest wish first; outdated answers are thrown away.

The one place of the study list that reads the index. It never waits: results arrive as signals.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from vetpacs_desktop.jobs import CancelToken, Report
from vetpacs_desktop.store.records import StudyRow, StudyUID
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.library.model import PAGE

T = TypeVar("T")
COUNT_AFTER_MS = 60
"""Counting everything can take longer than finding the first lines: it waits until no letter follows."""
GROWTH_READ = 1000
"""At most this many new lines above the visible ones are looked through to keep them in place."""


class Searching(Protocol):
    """What the list needs of the library."""

    def search(
        self, text: str, *, limit: int | None = None, offset: int = 0, order: str = "newest"
    ) -> list[StudyRow]: ...

    def count(self, text: str) -> int: ...


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for, and in which order it is listed."""

    text: str = ""
    order: str = "newest"


@dataclass(frozen=True, slots=True)
class View:
    """What the list shows at this moment, so that a renewal can keep it in place."""

    first: int
    last: int
    anchor: StudyUID | None
    """The exam in line `first`."""
    count: int


@dataclass(frozen=True, slots=True)
class Renewal:
    """The same search after the library changed."""

    count: int
    offset: int
    rows: Sequence[StudyRow]
    above: int
    """How many lines were added before the anchor (negative: removed)."""


class Finder(QObject):
    """Searches one at a time: a new text first, then the count, then missing pages, then renewals."""

    found = Signal(object, object)
    """(Query, list of the first rows)"""
    counted = Signal(int)
    page_came = Signal(int, object)
    renewed = Signal(object)
    failed = Signal(object)

    def __init__(self, library: Searching, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._bridge = bridge
        self._query = Query()
        self._generation = 0
        self._busy = False
        self._search_due = False
        self._count_due = False
        self._pages: list[int] = []
        self._settled = QTimer(self, singleShot=True, interval=COUNT_AFTER_MS)
        self._settled.timeout.connect(self._count_now)
        self._view: Callable[[], View] | None = None

    @property
    def query(self) -> Query:
        return self._query

    def search(self, query: Query) -> None:
        """Look for `query`; whatever was asked before no longer matters."""
        self._query = query
        self._generation += 1
        self._search_due, self._count_due, self._view = True, False, None
        self._pages.clear()
        self._settled.stop()
        self._next()

    def want_page(self, page: int) -> None:
        """Fetch a page of the current search, the latest wish first."""
        if page in self._pages:
            self._pages.remove(page)
        self._pages = [*self._pages[-3:], page]
        self._next()

    def renew(self, view: Callable[[], View]) -> None:
        """Repeat the search because the library changed; `view` is asked when it is about to start."""
        self._view = view
        self._next()

    def _next(self) -> None:
        if self._busy:
            return
        query = self._query
        if self._search_due:
            self._search_due = False
            self._start(lambda: self._first(query), self._have_first)
        elif self._count_due:
            self._count_due = False
            self._start(lambda: self._library.count(query.text), self.counted.emit)
        elif self._pages:
            page = self._pages.pop()
            self._start(lambda: self._page(query, page), lambda rows: self.page_came.emit(page, rows))
        elif self._view is not None:
            view, self._view = self._view(), None
            self._start(lambda: self._renewal(query, view), self.renewed.emit)

    def _start(self, work: Callable[[], T], done: Callable[[T], object]) -> None:
        generation = self._generation
        self._busy = True

        def run(_report: Report, _cancel: CancelToken) -> T:
            return work()

        def finish(value: T) -> None:
            self._busy = False
            if generation == self._generation:
                done(value)
            self._next()

        def fail(error: BaseException) -> None:
            self._busy = False
            if generation == self._generation:
                self.failed.emit(error)
            self._next()

        self._bridge.start(run, finish, fail)

    def _have_first(self, rows: list[StudyRow]) -> None:
        self.found.emit(self._query, rows)
        if len(rows) == PAGE:
            self._settled.start()
        else:
            self.counted.emit(len(rows))

    def _count_now(self) -> None:
        self._count_due = True
        self._next()

    # In the thread

    def _first(self, query: Query) -> list[StudyRow]:
        return self._library.search(query.text, limit=PAGE, order=query.order)

    def _page(self, query: Query, page: int) -> list[StudyRow]:
        return self._library.search(query.text, limit=PAGE, offset=page * PAGE, order=query.order)

    def _renewal(self, query: Query, view: View) -> Renewal:
        count = self._library.count(query.text)
        grown = min(max(count - view.count, 0), GROWTH_READ)
        offset = view.first // PAGE * PAGE
        end = ((view.last + grown) // PAGE + 1) * PAGE
        rows = self._library.search(query.text, limit=end - offset, offset=offset, order=query.order)
        return Renewal(count, offset, rows, _moved(view, offset, rows))


def _moved(view: View, offset: int, rows: Sequence[StudyRow]) -> int:
    for place, row in enumerate(rows):
        if row.study_uid == view.anchor:
            return offset + place - view.first
    return 0
