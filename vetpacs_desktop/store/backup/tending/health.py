"""How a backup is doing, in figures and in a practice manager's words: one traffic light for each target.

`judge` is pure: it takes the ledger's rows and says what they mean now. `look` fetches those rows. It reads
no target, so it answers at once also while the target is away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from vetpacs_desktop.store.backup.history import FAILED, Alarm, Drill, Room, Run
from vetpacs_desktop.store.backup.ledger import Book
from vetpacs_desktop.store.backup.outcome import Generation
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.tending import schedule
from vetpacs_desktop.store.backup.words import ago, amount, day_and_time, many

GREEN, AMBER, RED = "green", "amber", "red"
LIGHTS = (GREEN, AMBER, RED)
AMBER_PERIODS, RED_PERIODS = 1.5, 3.0
"""Age of the last good backup, in periods of its schedule."""
AMBER_DAYS, RED_DAYS = 14.0, 3.0
"""Days until the target is full."""
LITTLE = 0.02
"""Share of a volume below which its space is little while nobody knows how fast it goes."""
GROWTH_WINDOW = timedelta(days=60)
GROWTH_LEAST = timedelta(hours=12)
"""Measured over less time, growth is a guess."""
LATE_PROOF, VERY_LATE_PROOF = 1.5, 3.0
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Facts:
    """The ledger's rows of one target."""

    generations: tuple[Generation, ...] = ()
    """The newest first."""
    runs: tuple[Run, ...] = ()
    """The newest first."""
    drills: tuple[Drill, ...] = ()
    """The newest first."""
    rooms: tuple[Room, ...] = ()
    """The oldest first."""
    alarms: tuple[Alarm, ...] = ()
    """Open ones."""
    copies: int = 0
    bytes: int = 0
    suspects: int = 0
    proved: int = 0
    """Copies read back within the target's `prove_days`."""
    oldest_proof: int | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it should be."""

    kind: str
    """``overdue``, ``failed``, ``damaged``, ``partly``, ``space``, ``proof``, ``drill``, ``none``,
    ``paused``, ``schedule``, or the kind of an alarm of the ledger."""
    light: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Health:
    """One target now."""

    name: str
    light: str
    sentence: str
    """The one line that says it all."""
    faults: tuple[Fault, ...] = ()
    """The worst first; empty when all is well."""
    last_good: Generation | None = None
    age: timedelta | None = None
    """Since its moment; None when there is none."""
    objects: int = 0
    bytes: int = 0
    """On the target."""
    growth: float | None = None
    """Bytes a day; None while it can't be told."""
    free: int | None = None
    total: int | None = None
    days_left: float | None = None
    """Until the target is full at this growth; None when it can't be told or never."""
    proved: int = 0
    """Copies read back within `prove_days`."""
    proved_share: float = 0.0
    """0 to 1."""
    oldest_proof: datetime | None = None
    next_run: datetime | None = None
    next_drill: datetime | None = None
    last_drill: Drill | None = None
    running: bool = False
    failed_runs: int = 0
    """How many in a row did not end well."""
    sizes: tuple[tuple[int, int], ...] = field(default=(), repr=False)
    """Seconds since 1970 and bytes of the backup then: the line of the growth plot."""


def look(book: Book, place: Place, now: datetime, *, running: bool = False) -> Health:
    """Fetch the rows of `place` and judge them."""
    history, copies = book.history, book.copies
    count, size, suspects = copies.amount()
    since = int(now.timestamp()) - place.prove_days * DAY
    facts = Facts(
        generations=tuple(history.generations()),
        runs=tuple(history.runs()),
        drills=tuple(history.drills()),
        rooms=tuple(history.rooms()),
        alarms=tuple(history.alarms()),
        copies=count,
        bytes=size,
        suspects=suspects,
        proved=copies.proved_since(since) if place.prove_days > 0 else 0,
        oldest_proof=copies.oldest_proof(),
    )
    return judge(facts, place, now, running=running)


def judge(facts: Facts, place: Place, now: datetime, *, running: bool = False) -> Health:
    """What the rows of a target mean at `now` (with a time zone)."""
    last = next((one for one in facts.generations if one.verified), None)
    room = facts.rooms[-1] if facts.rooms else None
    growth = growth_per_day(facts.rooms)
    days_left = _days_left(room, growth)
    faults = sorted(
        [
            *_faults_of_schedule(facts, place, now),
            *_faults_of_content(facts, last),
            *_faults_of_room(place, room, days_left),
            *_faults_of_proof(facts, place, now),
        ],
        key=lambda fault: -LIGHTS.index(fault.light),
    )
    proof = facts.oldest_proof
    return Health(
        name=place.name,
        light=faults[0].light if faults else GREEN,
        sentence=_sentence(place, last, faults, days_left, facts, now, running),
        faults=tuple(faults),
        last_good=last,
        age=None if last is None else now - _made(last, now),
        objects=facts.copies,
        bytes=facts.bytes,
        growth=growth,
        free=None if room is None else room.free,
        total=None if room is None else room.total,
        days_left=days_left,
        proved=facts.proved,
        proved_share=facts.proved / facts.copies if facts.copies else 0.0,
        oldest_proof=None if not proof else datetime.fromtimestamp(proof, now.tzinfo),
        next_run=_next_run(facts, place, now),
        next_drill=next_drill(facts.drills, place, now) if last is not None else None,
        last_drill=_last_rehearsal(facts.drills),
        running=running,
        failed_runs=len(schedule.failures(facts.runs)),
        sizes=tuple((one.at, one.used) for one in facts.rooms),
    )


def worst(healths: Sequence[Health]) -> Health | None:
    """The one that the light in the window's edge stands for: the first of the worst; None without any."""
    return max(healths, key=lambda one: LIGHTS.index(one.light), default=None)


def growth_per_day(rooms: Sequence[Room]) -> float | None:
    """Bytes a day of the backup on its target over the last two months; None while it can't be told.

    The slope of the straight line through the measurements (least squares), never below nought: thinning out
    makes room once, and is no promise of more.
    """
    if not rooms:
        return None
    newest = rooms[-1].at
    recent = [one for one in rooms if newest - GROWTH_WINDOW.total_seconds() <= one.at <= newest]
    if not recent or newest - min(one.at for one in recent) < GROWTH_LEAST.total_seconds():
        return None
    middle = sum(one.at for one in recent) / len(recent)
    mean = sum(one.used for one in recent) / len(recent)
    spread = sum((one.at - middle) ** 2 for one in recent)
    slope = sum((one.at - middle) * (one.used - mean) for one in recent) / spread
    return max(slope * DAY, 0.0)


def next_drill(drills: Sequence[Drill], place: Place, now: datetime) -> datetime | None:
    """When a restore is to be rehearsed next; `now` when it is due, None when never."""
    if place.drill_days <= 0:
        return None
    last = _last_rehearsal(drills)
    if last is None or last.at > now.timestamp() + schedule.SLACK.total_seconds():
        return now
    return max(datetime.fromtimestamp(last.at, now.tzinfo) + timedelta(days=place.drill_days), now)


def _last_rehearsal(drills: Sequence[Drill]) -> Drill | None:
    return next((drill for drill in drills if drill.kind == "drill"), None)


def _next_run(facts: Facts, place: Place, now: datetime) -> datetime | None:
    try:
        return None if place.paused else schedule.next_slot(place, now)
    except schedule.BadSchedule:
        return None


def _faults_of_schedule(facts: Facts, place: Place, now: datetime) -> list[Fault]:
    faults = []
    if place.paused:
        faults.append(Fault("paused", AMBER, f"Saving to {place.name} is paused."))
    failed = schedule.failures([run for run in facts.runs if run.ended is not None])  # one under way is none
    if failed and failed[0].outcome == FAILED:
        faults.append(Fault("failed", AMBER, failed[0].sentence or f"Saving to {place.name} failed."))
    if schedule.last_good(facts.runs, now) is None and not any(one.verified for one in facts.generations):
        faults.append(Fault("none", RED if failed else AMBER, f"Nothing is saved to {place.name} yet."))
        return faults
    try:
        late = lateness(facts.runs, place, now)
    except schedule.BadSchedule as error:
        return [*faults, Fault("schedule", RED, error.sentence)]
    if late >= AMBER_PERIODS:
        done = schedule.last_good(facts.runs, now)
        since = f" since {day_and_time(done, now)}" if done is not None else ""
        light = RED if late >= RED_PERIODS else AMBER
        faults.append(Fault("overdue", light, f"{place.name} is overdue: nothing was saved there{since}."))
    return faults


def lateness(runs: Sequence[Run], place: Place, now: datetime) -> float:
    """Age of the last good run in periods of its schedule, counted in the hours it may run: 0 when it is in
    time. Raises `BadSchedule`."""
    missed = schedule.first_missed(place, runs, now)
    if missed is None:
        return 0.0
    return 1.0 + (now - missed) / schedule.PERIODS[place.every]


def _faults_of_content(facts: Facts, last: Generation | None) -> list[Fault]:
    faults = [Fault(alarm.kind, RED, alarm.sentence) for alarm in facts.alarms]
    if facts.suspects:
        what = many(facts.suspects, "copy is", "copies are")
        faults.append(Fault("damaged", AMBER, f"{what} damaged there; the next run copies them anew."))
    newest = facts.generations[0] if facts.generations else None
    if newest is not None and newest.partly:
        what = many(len(newest.lost), "file", "files")
        faults.append(Fault("partly", RED, f"{what} of the library could not be read and are in no backup."))
    return faults


def _faults_of_room(place: Place, room: Room | None, days_left: float | None) -> list[Fault]:
    if room is None:
        return []
    if room.free <= 0:
        return [Fault("space", RED, f"{place.name} is full.")]
    if days_left is None and room.total > 0 and room.free < room.total * LITTLE:
        return [Fault("space", AMBER, f"{place.name} has only {amount(room.free)} of space left.")]
    if days_left is None or days_left >= AMBER_DAYS:
        return []
    light = RED if days_left < RED_DAYS else AMBER
    return [Fault("space", light, f"{place.name} is full in {many(int(days_left), 'day', 'days')}.")]


def _faults_of_proof(facts: Facts, place: Place, now: datetime) -> list[Fault]:
    faults = []
    if facts.oldest_proof and place.prove_days > 0:
        days = (now.timestamp() - facts.oldest_proof) / DAY
        if days > place.prove_days * LATE_PROOF:
            light = RED if days > place.prove_days * VERY_LATE_PROOF else AMBER
            text = f"Some copies were last proved {int(days)} days ago, not within {place.prove_days}."
            faults.append(Fault("proof", light, text))
    last = _last_rehearsal(facts.drills)
    if last is not None and not last.ok:
        faults.append(Fault("drill", RED, last.sentence or "The last rehearsal of a restore failed."))
    elif place.drill_days > 0 and last is not None:
        days = (now.timestamp() - last.at) / DAY
        if days > place.drill_days * LATE_PROOF:
            text = f"A restore was last rehearsed {int(days)} days ago, not within {place.drill_days}."
            faults.append(Fault("drill", AMBER, text))
    return faults


def _days_left(room: Room | None, growth: float | None) -> float | None:
    if room is None or not growth or growth < 1.0:
        return None
    return round(max(room.free, 0) / growth, 3)


def _sentence(
    place: Place,
    last: Generation | None,
    faults: Sequence[Fault],
    days_left: float | None,
    facts: Facts,
    now: datetime,
    running: bool,
) -> str:
    saved = _saved(place, last, now)
    if running:
        return f"Saving to {place.name} now. {saved}" if last is not None else f"Saving to {place.name} now."
    if faults:
        worst_one = faults[0]
        if worst_one.kind == "none":
            return " ".join(one.sentence for one in faults if one.kind in ("none", "failed"))
        if worst_one.kind == "paused" or last is None:
            return worst_one.sentence
        return f"{worst_one.sentence} {saved}" if worst_one.kind != "overdue" else worst_one.sentence
    words = [saved.rstrip(".")]
    if days_left is not None and days_left < 3650:
        words.append(f"{_span(days_left)} of space left")
    elif facts.rooms:
        words.append(f"{amount(facts.rooms[-1].free)} free")
    return ", ".join(words) + "."


def _saved(place: Place, last: Generation | None, now: datetime) -> str:
    if last is None:
        return f"Nothing is saved to {place.name} yet."
    made = _made(last, now)
    when = day_and_time(made, now)
    far = "" if made.date() >= now.date() - timedelta(days=1) else f" ({ago(now - made)})"
    return f"Saved to {place.name} {when}{far}, proved."


def _span(days: float) -> str:
    if days < 90:
        return many(int(days), "day", "days")
    if days < 730:
        return many(int(days / 30.44), "month", "months")
    return many(int(days / 365.25), "year", "years")


def _made(one: Generation, now: datetime) -> datetime:
    return datetime.fromisoformat(one.made).astimezone(now.tzinfo)
