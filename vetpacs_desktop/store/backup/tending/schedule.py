"""When a backup is due: the words of a target as moments of the clock, and what the past says about now.

Pure. What is due is worked out anew from the ledger's runs at each look, and nothing waits for a timer: so a
computer that slept or was off catches up once, and a clock that is put back never skips a run. Moments carry
a time zone; days are those of the zone of `now`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from apscheduler.triggers.cron import CronTrigger

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.store.backup.history import BROKEN, FAILED, OK, PARTLY, Run
from vetpacs_desktop.store.backup.places import Place

HOURLY, DAILY, WEEKLY, NEVER = "hourly", "daily", "weekly", "never"
PERIODS = {HOURLY: timedelta(hours=1), DAILY: timedelta(days=1), WEEKLY: timedelta(days=7)}
SLACK = timedelta(minutes=5)
"""A run that is said to have begun further ahead than this was begun by a clock that was wrong."""
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 45, 120, 240))
"""How long one waits after the first, second ... failure in a row; the last one again from then on."""
_TIME = re.compile(r"(\d{1,2}):(\d{2})")

ASKED, FIRST, SLOT, UPDATE, CLOCK, AGAIN = "asked", "first", "slot", "update", "clock", "again"
"""Why a run is due: somebody asked, there was none, its time came, the program is a newer one than that of
the last run, the clock was put back, the last one failed or was cut off."""
PAUSED, OUTSIDE, BATTERY, RETRY = "paused", "hours", "battery", "retry"
"""Why a run that is due waits."""


class BadSchedule(KnownError):
    """The time "{text}" of the backup target {target} can't be understood. Write {example}."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What the plan depends on besides the target and its runs."""

    now: datetime
    asked: bool = False
    """Somebody wants a run now, whatever the hours and the battery."""
    on_battery: bool = False
    stopped: datetime | None = None
    """When a person last stopped a run; it stays stopped until its next time."""
    program: str = ""
    """The version that runs now."""
    last_program: str = ""
    """The version that made the last generation; empty when unknown."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done about one target."""

    due: bool
    why: str = ""
    since: datetime | None = None
    """When it became due."""
    waits: str = ""
    """Why it does not run although it is due."""
    until: datetime | None = None
    """When that ends, where the clock ends it."""
    next: datetime | None = None
    """The next regular time after now; None when there is none."""

    @property
    def run(self) -> bool:
        """Whether to begin now."""
        return self.due and not self.waits


def check(place: Place) -> None:
    """Raises `BadSchedule` when the hours or the schedule of a target can't be understood."""
    _trigger(place, UTC)
    hours_of(place)


def plan(place: Place, runs: Sequence[Run], situation: Situation) -> Plan:
    """`runs`: the newest first, as the ledger gives them; none of them under way. Raises `BadSchedule`."""
    now = situation.now
    coming = next_slot(place, now)
    if situation.asked:
        return Plan(True, ASKED, now, next=coming)
    if place.paused:
        return Plan(False, waits=PAUSED)
    if place.every == NEVER:
        return Plan(False)
    why, since = _why(place, runs, situation)
    if not why or since is None:
        return Plan(False, next=coming)
    waits, until = _obstacle(place, runs, situation)
    return Plan(True, why, since, waits, until, coming)


def next_slot(place: Place, now: datetime) -> datetime | None:
    """The first regular time after `now`, None when it runs by hand alone."""
    trigger = _trigger(place, _zone(now))
    if trigger is None:
        return None
    found: datetime | None = trigger.get_next_fire_time(None, now + timedelta(seconds=1))
    return found


def last_slot(place: Place, now: datetime) -> datetime | None:
    """The last regular time at or before `now`."""
    slot = None
    trigger = _trigger(place, _zone(now))
    if trigger is None:
        return None
    # A day more than a period, for the days on which clocks change.
    moment = _shifted(now, -PERIODS[place.every] - timedelta(days=1))
    while (found := trigger.get_next_fire_time(None, moment)) is not None and found <= now:
        slot, moment = found, _shifted(found, timedelta(seconds=1))
    return slot


def first_missed(place: Place, runs: Sequence[Run], now: datetime) -> datetime | None:
    """When the backup was due that is missing, at the time its hours allowed it; None when none is."""
    done = last_good(runs, now)
    trigger = _trigger(place, _zone(now))
    if trigger is None or place.paused or done is None:
        return None
    slot: datetime | None = trigger.get_next_fire_time(None, _shifted(done, timedelta(seconds=1)))
    if slot is None:
        return None
    opened = opening(place, slot)
    return opened if opened <= now else None


def last_good(runs: Sequence[Run], now: datetime) -> datetime | None:
    """When the newest run began that made a generation; None when there was none.

    Also None when it is dated in the future: then the clock was put back since, and nobody can say how long
    ago it was.
    """
    run = _newest_good(runs)
    if run is None:
        return None
    began = _moment(run.started, now)
    return began if began <= now + SLACK else None


def failures(runs: Sequence[Run]) -> list[Run]:
    """Those since the last run that went well or was stopped on purpose, the newest first."""
    found = []
    for run in runs:
        if run.outcome not in (FAILED, BROKEN, ""):
            break
        found.append(run)
    return found


def hours_of(place: Place) -> tuple[time, time] | None:
    """From when until when it may run; None: at any time. Raises `BadSchedule`."""
    if not place.hours.strip():
        return None
    begin, dash, end = place.hours.replace("–", "-").partition("-")
    if not dash:
        raise BadSchedule(text=place.hours, target=place.name, example="20:00-06:00")
    return _time(begin, place), _time(end, place)


def within(place: Place, now: datetime) -> bool:
    """Whether the hours of a target allow a run now. Raises `BadSchedule`."""
    hours = hours_of(place)
    if hours is None or hours[0] == hours[1]:
        return True
    begin, end = hours
    clock = now.timetz().replace(tzinfo=None)
    return begin <= clock < end if begin < end else clock >= begin or clock < end


def opening(place: Place, moment: datetime) -> datetime:
    """`moment` when the hours allow a run then, otherwise when they do next."""
    hours = hours_of(place)
    if hours is None or within(place, moment):
        return moment
    trigger = CronTrigger(hour=hours[0].hour, minute=hours[0].minute, timezone=_zone(moment))
    found: datetime = trigger.get_next_fire_time(None, moment)
    return found


def _why(place: Place, runs: Sequence[Run], situation: Situation) -> tuple[str, datetime | None]:
    now = situation.now
    newest = _newest_good(runs)
    if newest is None:
        # The first one does not wait for its night: until it is there the clinic has nothing.
        return (AGAIN if runs else FIRST, now) if not _stopped_since(None, situation) else ("", None)
    began = _moment(newest.started, now)
    if began > now + SLACK:
        return CLOCK, now
    slot = last_slot(place, now)
    since = began
    if situation.stopped is not None and _stopped_since(began, situation):
        since = situation.stopped
    if slot is not None and slot > since:
        return (AGAIN if failures(runs) else SLOT), slot
    if _is_newer(situation.program, situation.last_program) and not _stopped_since(began, situation):
        return UPDATE, now
    return "", None


def _stopped_since(began: datetime | None, situation: Situation) -> bool:
    """Whether a person stopped a run after `began`, and that lies in the past."""
    stopped = situation.stopped
    if stopped is None or stopped > situation.now + SLACK:
        return False
    if began is None:
        return situation.now - stopped < timedelta(days=1)
    return stopped > began


def _obstacle(place: Place, runs: Sequence[Run], situation: Situation) -> tuple[str, datetime | None]:
    now = situation.now
    if not within(place, now):
        return OUTSIDE, opening(place, now)
    if situation.on_battery and not place.on_battery:
        return BATTERY, None
    failed = failures(runs)
    if failed:
        ended = _moment(failed[0].ended or failed[0].started, now)
        pause = PAUSES[min(len(failed), len(PAUSES)) - 1]
        if len(failed) == 1 and failed[0].outcome != FAILED:
            pause = timedelta(0)  # the computer went off in the middle: go on
        if ended <= now + SLACK < ended + pause + SLACK:
            return RETRY, ended + pause
    return "", None


def _newest_good(runs: Sequence[Run]) -> Run | None:
    return next((run for run in runs if run.outcome in (OK, PARTLY)), None)


def _is_newer(program: str, before: str) -> bool:
    def numbers(version: str) -> list[int]:
        return [int(part) for part in re.findall(r"\d+", version)]

    return bool(program and before) and numbers(program) > numbers(before)


def _trigger(place: Place, zone: tzinfo) -> CronTrigger | None:
    if place.every == NEVER:
        return None
    at = _time(place.at, place)
    if place.every == HOURLY:
        return CronTrigger(minute=at.minute, timezone=zone)
    if place.every == DAILY:
        return CronTrigger(hour=at.hour, minute=at.minute, timezone=zone)
    if place.every == WEEKLY and 0 <= place.weekday <= 6:
        return CronTrigger(day_of_week=place.weekday, hour=at.hour, minute=at.minute, timezone=zone)
    text = place.every if place.every != WEEKLY else str(place.weekday)
    raise BadSchedule(text=text, target=place.name, example="hourly, daily, weekly (weekday 0 to 6) or never")


def _time(text: str, place: Place) -> time:
    match = _TIME.fullmatch(text.strip())
    try:
        if match is not None:
            return time(int(match[1]) % 24 if match[1] == "24" else int(match[1]), int(match[2]))
    except ValueError:
        pass
    raise BadSchedule(text=text, target=place.name, example="02:00")


def _zone(moment: datetime) -> tzinfo:
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.tzinfo


def _moment(seconds: int, now: datetime) -> datetime:
    return datetime.fromtimestamp(seconds, _zone(now))


def _shifted(moment: datetime, by: timedelta) -> datetime:
    """So much later in true time, also where clocks change in between."""
    return (moment.astimezone(UTC) + by).astimezone(moment.tzinfo)
