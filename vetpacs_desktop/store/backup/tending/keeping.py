"""Keeps the backups of one home going: looks at what is due for each target and has it done, until told to
end.

It decides by the ledger and the clock at each look and remembers little, so it may be ended at any time. One
deed at a time for each target; targets don't wait for each other. It tells of trouble by `alarms.py`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import psutil

from vetpacs_desktop import __version__
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup import places
from vetpacs_desktop.store.backup.credentials import Secrets
from vetpacs_desktop.store.backup.history import History
from vetpacs_desktop.store.backup.ledger import Book, Ledger
from vetpacs_desktop.store.backup.making.lease import BackupRunning, TargetBusy
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.returning import coming_back
from vetpacs_desktop.store.backup.tending import deeds, health, requests, schedule
from vetpacs_desktop.store.backup.tending.alarms import Alarms
from vetpacs_desktop.store.backup.tending.deeds import Deed, Interrupted
from vetpacs_desktop.store.backup.tending.health import Health
from vetpacs_desktop.store.backup.tending.schedule import Plan, Situation

LOG = logging.getLogger(__name__)

PLAN_SECONDS = 5.0
"""How often what is due is worked out; wishes are looked for at each tick."""
RULES_SECONDS = 1.0
POWER_SECONDS = 60.0
"""So long on battery before a run under way stops: a plug is moved to another socket."""
ALARM_SECONDS = 60.0
SETTLE = timedelta(minutes=30)
"""After a start one waits so long before telling of what is overdue: it is being caught up."""
BUSY = timedelta(minutes=1)
"""Another program works on the target."""
AGAIN = timedelta(hours=1)
"""After a proof or a rehearsal that could not be made."""
NEXT_DAY = timedelta(days=1)
SHARE_EVERY = timedelta(days=1)
STOPPED = "stopped by a person"
"""The ledger's fact: when (ISO 8601)."""
END_SECONDS = 12.0
CUT_SECONDS = 5.0


@dataclass(slots=True)
class _Memory:
    """What is remembered of one target between looks."""

    deed: Deed | None = None
    asked: list[str] = field(default_factory=list)
    later: dict[str, datetime] = field(default_factory=dict)
    """What is not begun by itself before a moment."""

    def waits(self, what: str, now: datetime) -> bool:
        """Whether it is too early; a moment further off than any pause is of a clock that was wrong."""
        return what in self.later and now < self.later[what] <= now + NEXT_DAY


class Keeper:
    """The backups of one home. `tick` is called by one thread."""

    def __init__(
        self,
        home: Home,
        secrets: Secrets,
        clock: Callable[[], datetime],
        on_battery: Callable[[], bool] | None = None,
        every: float = PLAN_SECONDS,
    ) -> None:
        self._every = every
        self._home = home
        self._secrets = secrets
        self._clock = clock
        self._on_battery = on_battery or runs_on_battery
        self._alarms = Alarms(home, secrets)
        self._ledger = Ledger.open(home)
        self._memory: dict[str, _Memory] = {}
        self._began = clock()
        self._planned = self._alarmed = -1e9
        self._places: Sequence[Place] = ()

    def tick(self) -> None:
        """Look once. Raises `BadPlaces`, `OSError`, and what the ledger raises when its disk fails."""
        if not self._is_time():
            return
        self._places = places.read(self._home)
        known = {place.name.casefold() for place in self._places}
        for name, memory in self._memory.items():
            if name not in known and memory.deed is not None:
                memory.deed.stop()  # its target was taken off the list
                memory.deed = memory.deed if memory.deed.is_alive() else None
        for place in self._places:
            self._look(place, self._memory.setdefault(place.name.casefold(), _Memory()))

    def tell(self) -> None:
        """Look at every target's health, and send what people must know. For a thread of its own: a mail
        server may take its time."""
        now = self._clock()
        self._alarms.look([one for place in self._places if (one := self._health(place, now))], now)
        self._alarms.send(now)

    def busy(self) -> bool:
        """Whether anything is under way."""
        return any(one.deed is not None and one.deed.is_alive() for one in self._memory.values())

    def begin_to_close(self) -> None:
        """Ask what is under way to end."""
        for memory in self._memory.values():
            if memory.deed is not None:
                memory.deed.stop()

    def close(self) -> None:
        """End what is under way: first by asking, then by cutting the line. The next start goes on there."""
        self.begin_to_close()
        running = [one.deed for one in self._memory.values() if one.deed is not None]
        until = time.monotonic() + END_SECONDS
        for deed in running:
            deed.join(max(0.0, until - time.monotonic()))
        for deed in running:
            if deed.is_alive():
                deed.cut()
        for deed in running:
            deed.join(CUT_SECONDS)
        self._ledger.close()

    # --- one target

    def _is_time(self) -> bool:
        """Whether to look now: every few seconds, and at once when there is a wish or a deed has ended."""
        moment = time.monotonic()
        ended = any(one.deed is not None and not one.deed.is_alive() for one in self._memory.values())
        wishes = any(
            requests.waits(self._home, place.name, what) for place in self._places for what in requests.ALL
        )
        if moment - self._planned < self._every and not ended and not wishes:
            return False
        self._planned = moment
        return True

    def _look(self, place: Place, memory: _Memory) -> None:
        now = self._clock()
        wishes = requests.taken(self._home, place.name)
        if requests.STOP in wishes:
            self._stop(place, memory, now)
        memory.asked += [what for what in wishes if what != requests.STOP and what not in memory.asked]
        if memory.deed is not None:
            if memory.deed.is_alive():
                return
            self._ended(memory.deed, memory, now)
            memory.deed = None
            place = places.find(self._home, place.name)
        what = self._due(place, memory, now)
        if what:
            self._begin(place, memory, what)

    def _begin(self, place: Place, memory: _Memory, what: str) -> None:
        asked = what in memory.asked
        if asked:
            memory.asked.remove(what)
        memory.later.pop(what, None)
        LOG.info("Backup target %s: %s begins%s", place.name, what, ", as asked" if asked else "")
        pause = Rules(place, self._clock, self._on_battery, asked=asked)
        memory.deed = Deed(self._home, self._secrets, place, what, self._clock, pause)
        memory.deed.start()

    def _ended(self, deed: Deed, memory: _Memory, now: datetime) -> None:
        bad = deed.crashed or deed.error is not None
        if isinstance(deed.error, BackupRunning | TargetBusy):
            memory.later[requests.RUN] = now + BUSY
        if deed.what == deeds.SHARE or (deed.what == requests.DRILL and bad):
            memory.later.setdefault(deed.what, now + AGAIN)

    def _stop(self, place: Place, memory: _Memory, now: datetime) -> None:
        memory.asked.clear()
        if memory.deed is None or not memory.deed.is_alive():
            return
        LOG.info("Backup target %s: somebody asks to stop", place.name)
        if memory.deed.what == requests.RUN:
            self._history(place).keep_fact(STOPPED, now.isoformat())
        elif memory.deed.what == requests.DRILL:
            memory.later[requests.DRILL] = now + NEXT_DAY
        memory.deed.stop()

    def _due(self, place: Place, memory: _Memory, now: datetime) -> str:
        """What to begin for a target now; empty: nothing."""
        if coming_back.under_way(self._home) is not None:
            return ""  # half a library is no state to be kept
        plan = self.plan(place, now)
        if plan.run and not memory.waits(requests.RUN, now):
            return requests.RUN
        for what in (requests.VERIFY, requests.PRUNE, requests.DRILL):
            if what in memory.asked:
                return what
        resting = place.paused or place.every == schedule.NEVER or not place.backup_id
        if plan.due or resting or not self._may_work(place, now):
            return ""
        book = self._book(place)
        if self._share_due(book, now) and not memory.waits(deeds.SHARE, now):
            return deeds.SHARE
        if self._drill_due(book, place, now) and not memory.waits(requests.DRILL, now):
            return requests.DRILL
        return ""

    def plan(self, place: Place, now: datetime) -> Plan:
        """When the next run of a target is due, and why. A schedule nobody understands runs by hand alone."""
        memory = self._memory.setdefault(place.name.casefold(), _Memory())
        history = self._history(place)
        situation = Situation(
            now=now,
            asked=requests.RUN in memory.asked,
            on_battery=self._on_battery(),
            stopped=_moment(history.fact(STOPPED)),
            program=__version__,
            last_program=history.fact(deeds.PROGRAM),
        )
        try:
            return schedule.plan(place, history.runs(), situation)
        except schedule.BadSchedule as error:
            LOG.warning("%s", error)
            return Plan(situation.asked)

    def _may_work(self, place: Place, now: datetime) -> bool:
        try:
            return schedule.within(place, now) and (place.on_battery or not self._on_battery())
        except schedule.BadSchedule:
            return False

    def _share_due(self, book: Book, now: datetime) -> bool:
        """A day without a run must not be a day without proof."""
        last = book.history.drills(deeds.SHARE, 1)
        if not last:
            return False  # the first run does it
        since = now.timestamp() - last[0].at
        return since >= SHARE_EVERY.total_seconds() or since < -schedule.SLACK.total_seconds()

    def _drill_due(self, book: Book, place: Place, now: datetime) -> bool:
        if not any(one.verified for one in book.history.generations()):
            return False
        due = health.next_drill(book.history.drills("drill", 1), place, now)
        return due is not None and due <= now

    def _health(self, place: Place, now: datetime) -> Health | None:
        """None while it is too early to tell: right after a start what was missed is being caught up."""
        memory = self._memory.setdefault(place.name.casefold(), _Memory())
        running = memory.deed is not None and memory.deed.is_alive()
        found = health.look(self._book(place), place, now, running=running)
        late = any(fault.kind == "overdue" for fault in found.faults)
        settling = timedelta(0) <= now - self._began < SETTLE
        return None if late and not found.failed_runs and (running or settling) else found

    def _book(self, place: Place) -> Book:
        return self._ledger.book(places.ledger_name(place))

    def _history(self, place: Place) -> History:
        return self._book(place).history


class Rules:
    """Asked between files whether a deed may go on; what a person asked for may, whatever the rules."""

    def __init__(
        self, place: Place, clock: Callable[[], datetime], on_battery: Callable[[], bool], *, asked: bool
    ) -> None:
        self._place, self._clock, self._on_battery, self._asked = place, clock, on_battery, asked
        self._looked = -1e9
        self._battery_since: float | None = None

    def __call__(self) -> None:
        """Raises `Interrupted`."""
        moment = time.monotonic()
        if self._asked or moment - self._looked < RULES_SECONDS:
            return
        self._looked = moment
        if not schedule.within(self._place, self._clock()):
            raise Interrupted(reason=f"the hours set for {self._place.name} are over")
        if self._place.on_battery or not self._on_battery():
            self._battery_since = None
            return
        self._battery_since = self._battery_since if self._battery_since is not None else moment
        if moment - self._battery_since >= POWER_SECONDS:
            raise Interrupted(reason="the computer runs on battery")


def runs_on_battery() -> bool:
    """Whether this computer has no power but its battery's; False where nobody can say."""
    ask = getattr(psutil, "sensors_battery", None)
    found = ask() if ask is not None else None
    return found is not None and found.power_plugged is False


def wanted(home: Home) -> bool:
    """Whether there is anything to keep: a target was set up. One look at the disk."""
    return (Path(home.root) / places.FILE).exists()


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
