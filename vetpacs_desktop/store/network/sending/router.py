"""Applies the rules: watches what arrives and queues what they ask for, once an exam has come to rest.

The changes feed tells what arrived, also while this program was off; how far it was read is kept in the
database. It sends nothing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.store import changes
from vetpacs_desktop.store.archives.addresses import Lookup
from vetpacs_desktop.store.archives.routing import Rule, came_from
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.records import InstanceRow, StudyUID

LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class _Resting:
    """An exam that changed lately."""

    first: int
    """The earliest entry of the feed about it that is not handled."""
    quiet_since: float


class Router:
    """The rules of one library at work; for one thread."""

    def __init__(
        self, library: Library, settle_seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._library = library
        self._settle = settle_seconds
        self._clock = clock
        self._lookup = Lookup()
        self._resting: dict[StudyUID, _Resting] = {}
        handled = library.routes.handled_until()
        self._read = library.newest_change() if handled is None else handled
        self._kept = handled

    def tick(self) -> int:
        """Look at what is new and apply the rules to what has come to rest; answers how many images they
        queued."""
        self._look()
        now, queued = self._clock(), 0
        for uid in [uid for uid, one in self._resting.items() if now - one.quiet_since >= self._settle]:
            queued += self._try(uid)
            del self._resting[uid]
        handled = min((one.first - 1 for one in self._resting.values()), default=self._read)
        if handled != self._kept:
            self._library.routes.handle_until(handled)
            self._kept = handled
        return queued

    def _look(self) -> None:
        now = self._clock()
        for change in self._library.changes_since(self._read):
            self._read = change.number
            if change.kind == changes.REMOVED:
                self._resting.pop(change.study_uid, None)
            else:
                one = self._resting.setdefault(change.study_uid, _Resting(change.number, now))
                one.quiet_since = now

    def _try(self, uid: StudyUID) -> int:
        """One exam that the rules fail on must not keep the others waiting."""
        try:
            return self._apply(uid)
        except (KnownError, OSError):
            raise
        except Exception:
            LOG.exception("The rules failed on an exam; it is left to people")
            return 0

    def _apply(self, uid: StudyUID) -> int:
        rules = self._library.routes.matching(uid)
        rows = self._library.instances(study_uid=uid) if rules else []
        return sum(self._queue(rule, uid, rows) for rule in rules)

    def _queue(self, rule: Rule, uid: StudyUID, rows: list[InstanceRow]) -> int:
        node = self._library.nodes.get(rule.node)
        came = self._library.routes.arrivals(uid, rule.since)
        wanted = [
            row
            for row in rows
            if (source := came.get((str(row.sop_uid), row.sha256))) is not None
            and not came_from(source, node, self._lookup.is_at)
        ]
        fresh = self._library.outbox.not_given(node, wanted)
        if not fresh:
            return 0
        queued = self._library.outbox.put(fresh, node, rule.name)
        self._library.outbox.give(node, fresh)
        LOG.info("The rule %s sends %d images to %s", rule.rule_id, queued, node.name)
        return queued
