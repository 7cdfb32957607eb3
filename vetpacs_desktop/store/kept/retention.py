"""How long things are kept. Without an admin's word: for ever.

A policy is data; what it means today is a plan that can be looked at before it is carried out; the service
carries it out once a day. It empties nothing that is in no proved backup unless the admin said that too.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from vetpacs_desktop import settings as settings_file
from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.paths import Home
from vetpacs_desktop.settings import Settings
from vetpacs_desktop.store.database import Database
from vetpacs_desktop.store.kept.trash import Trash
from vetpacs_desktop.store.kept.trash_table import TrashEntry
from vetpacs_desktop.store.listing import study_row
from vetpacs_desktop.store.merging import list_key
from vetpacs_desktop.store.records import StudyRow

LOG = logging.getLogger(__name__)
BY = "retention"
"""Who did it, where a rule did."""
AT_MOST = 200
"""Exams moved in one run, so that a wrong rule is noticed before it has gone through everything."""
PERIOD = timedelta(days=1)
LOOK_SECONDS = 60.0
MARK = "retention.day"
"""The day it was last carried out."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the admin said; the defaults keep everything."""

    empty_after_days: int = 0
    """Entries of the trash older than this are emptied; 0: never."""
    empty_unproved: bool = False
    """Also those that are in no backup that was read back."""
    exam_years: int = 0
    """Exams that were made, and came, longer ago are moved to the trash; 0: never."""

    @classmethod
    def of(cls, settings: Settings) -> Policy:
        return cls(
            settings.number("trash.empty_after_days"),
            settings.flag("trash.empty_unproved"),
            settings.number("retention.exam_years"),
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """What a policy would do today."""

    to_trash: tuple[StudyRow, ...] = ()
    to_empty: tuple[TrashEntry, ...] = ()
    held: tuple[TrashEntry, ...] = ()
    """Due, but in no proved backup: they stay until there is one or the admin decides otherwise."""


class Retention:
    """The retention of one library: `library.retention`."""

    def __init__(self, database: Database, trash: Trash) -> None:
        self._database = database
        self._trash = trash

    def plan(self, policy: Policy, now: datetime) -> Plan:
        """What `policy` means at `now` (with a time zone); changes nothing."""
        due = [entry for entry in self._trash.entries() if is_due(entry, policy, now)]
        held = set() if policy.empty_unproved else set(self._trash.unproved(entry.id for entry in due))
        return Plan(
            tuple(self._old_exams(policy, now)),
            tuple(entry for entry in due if entry.id not in held),
            tuple(entry for entry in due if entry.id in held),
        )

    def carry_out(self, plan: Plan, stopped: Callable[[], bool] = lambda: False) -> None:
        """Do what was planned, at most `AT_MOST` exams at a time, until `stopped()`. Raises `TrashBusy`,
        `OSError`."""
        for entry in plan.to_empty:
            if not stopped():
                self._trash.empty([entry.id], who=BY)
        for row in plan.to_trash[:AT_MOST]:
            if not stopped():
                self._trash.put([row.study_uid], who=BY, why=BY)

    def _old_exams(self, policy: Policy, now: datetime) -> list[StudyRow]:
        if policy.exam_years <= 0:
            return []
        limit = before_years(now.astimezone().date(), policy.exam_years)
        moment = datetime.combine(limit, time())
        rows = self._database.rows(
            "SELECT * FROM studies WHERE list_key < ? AND received_at < ? ORDER BY list_key",
            (max(list_key(moment, 0), 0), moment.replace(tzinfo=UTC).isoformat()),
        )
        return [study_row(row) for row in rows]


def is_due(entry: TrashEntry, policy: Policy, now: datetime) -> bool:
    """Whether an entry has been in the trash for longer than the policy says."""
    if policy.empty_after_days <= 0:
        return False
    return datetime.fromisoformat(entry.at) <= now - timedelta(days=policy.empty_after_days)


def before_years(day: date, years: int) -> date:
    """The same day so many years ago; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


class Daily:
    """Carries the policy out once a day, in a thread of its own; made by the service's filing process."""

    def __init__(self, home: Home, retention: Retention, clock: Callable[[], datetime] | None = None) -> None:
        self._home = home
        self._retention = retention
        self._clock = clock or (lambda: datetime.now(UTC))
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="retention", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """End the thread; an exam that is just being moved is moved to its end."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def tick(self) -> bool:
        """True when a day has passed and the policy was carried out; what can be foreseen is logged."""
        now = self._clock()
        today = now.astimezone().date().isoformat()
        mark = self._home.run / MARK
        if mark.exists() and mark.read_text(encoding="utf-8") == today:
            return False
        try:
            self._carry_out(Policy.of(settings_file.load(self._home.settings)), now)
        except (KnownError, OSError) as error:
            LOG.warning("Retention waits until tomorrow: %s", error)
        mark.write_text(today, encoding="utf-8")
        return True

    def _carry_out(self, policy: Policy, now: datetime) -> None:
        if policy == Policy():
            return
        plan = self._retention.plan(policy, now)
        self._retention.carry_out(plan, self._stop.is_set)
        LOG.info(
            "Retention: of %d old exams at most %d moved to the trash, %d entries emptied, %d held unproved",
            len(plan.to_trash),
            AT_MOST,
            len(plan.to_empty),
            len(plan.held),
        )

    def _run(self) -> None:
        while not self._stop.wait(LOOK_SECONDS):
            try:
                self.tick()
            except Exception:  # the thread's edge
                LOG.exception("Retention failed; it is tried again tomorrow")
                self._stop.wait(PERIOD.total_seconds())
