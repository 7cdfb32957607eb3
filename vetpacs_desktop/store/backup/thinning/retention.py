"""Which generations of a backup stay: a policy as data, and what it means today as a list that can be read.

Pure. The rule that any doubt keeps: a generation that is being made, one dated in the future, the newest, the
last one that is proved, and all of them while none is. `pruning.py` carries a preview out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.store.backup import outcome
from vetpacs_desktop.store.backup.outcome import Generation

UNITS = ("hourly", "daily", "weekly", "monthly", "yearly")
PERIODS = {"hourly": "hour", "daily": "day", "weekly": "week", "monthly": "month", "yearly": "year"}
MOST = 100_000
_RULE = re.compile(r"([a-z]+)\s+(\d+)")


class BadPolicy(KnownError):
    """The rule for keeping backups can't be understood at "{part}". Write for example: daily 7, weekly 5,
    monthly 12, yearly 10."""


class EmptyPolicy(KnownError):
    """This rule would keep no backup at all, so it is not accepted. Keep at least one: daily 7."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Of the last `count` hours, days, weeks, months or years that have a generation, one each stays."""

    unit: str
    """One of `UNITS`."""
    count: int
    """At least 1."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules, from the shortest unit to the longest; never empty."""

    rules: tuple[Rule, ...]

    def __str__(self) -> str:
        return ", ".join(f"{rule.unit} {rule.count}" for rule in self.rules)


@dataclass(frozen=True, slots=True)
class Kept:
    """A generation that stays."""

    generation: Generation
    why: str
    """In words for a person: "kept as the last one of a day, a month"."""
    rules: tuple[str, ...] = ()
    """The units that keep it; empty when something else does."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a policy would do now, both newest first."""

    keep: tuple[Kept, ...] = ()
    go: tuple[Generation, ...] = ()


def parse(text: str) -> Policy:
    """A policy from "hourly 24, daily 7, weekly 5". A unit with 0 is the same as without.

    Raises `BadPolicy`, `EmptyPolicy`.
    """
    counts: dict[str, int] = {}
    for part in filter(None, (part.strip() for part in text.lower().split(","))):
        match = _RULE.fullmatch(part)
        if match is None or match[1] not in UNITS or match[1] in counts or len(match[2]) > len(str(MOST)):
            raise BadPolicy(part=part)
        counts[match[1]] = min(int(match[2]), MOST)
    rules = tuple(Rule(unit, counts[unit]) for unit in UNITS if counts.get(unit))
    if not rules:
        raise EmptyPolicy()
    return Policy(rules)


def preview(
    generations: Iterable[Generation],
    policy: Policy,
    now: datetime,
    verified: Collection[str],
) -> Preview:
    """What would stay and go at `now` (with a time zone, in which days begin).

    `verified` are the ids of the generations that were read back and compared. Of each period that a rule
    keeps, the newest proved generation stays; where none is proved, the newest. Raises `EmptyPolicy`.
    """
    if not any(rule.count > 0 for rule in policy.rules):
        raise EmptyPolicy()
    newest_first = sorted(generations, key=lambda one: (_moment(one), one.id), reverse=True)
    if not any(one.id in verified for one in newest_first):
        return Preview(tuple(Kept(one, "kept because no backup is proved yet") for one in newest_first))
    whys = _whys_of_state(newest_first, now, verified)
    settled = [one for one in newest_first if not _is_open(one, now)]
    by_rule: dict[str, list[str]] = {}
    for rule in policy.rules:
        for one in _best_of_periods(settled, rule, now, verified):
            by_rule.setdefault(one.id, []).append(rule.unit)
    keep, go = [], []
    for one in newest_first:
        rules = tuple(by_rule.get(one.id, ()))
        if rules or one.id in whys:
            keep.append(Kept(one, whys.get(one.id) or _why(rules), rules))
        else:
            go.append(one)
    return Preview(tuple(keep), tuple(go))


def period(moment: datetime, unit: str) -> tuple[int, ...]:
    """The hour, day, week (ISO 8601), month or year that `moment` lies in, in its own time zone."""
    if unit == "weekly":
        year, week, _ = moment.isocalendar()
        return (year, week)
    if unit == "hourly":
        # With the offset: the hour that is lived twice when summer ends is two hours.
        offset = moment.utcoffset()
        minutes = int(offset.total_seconds() // 60) if offset is not None else 0
        return (moment.year, moment.month, moment.day, moment.hour, minutes)
    parts = (moment.year, moment.month, moment.day)
    return parts[: {"yearly": 1, "monthly": 2, "daily": 3}[unit]]


def _best_of_periods(
    newest_first: Sequence[Generation], rule: Rule, now: datetime, verified: Collection[str]
) -> list[Generation]:
    best: dict[tuple[int, ...], Generation] = {}
    for one in newest_first:
        key = period(_local(_moment(one), now), rule.unit)
        if key not in best:
            if len(best) == rule.count:
                break
            best[key] = one
        elif one.id in verified and best[key].id not in verified:
            best[key] = one
    return list(best.values())


def _whys_of_state(
    newest_first: Sequence[Generation], now: datetime, verified: Collection[str]
) -> dict[str, str]:
    whys = {}
    last = next((one for one in newest_first if one.id in verified and _moment(one) <= now), None)
    last = last or next(one for one in newest_first if one.id in verified)
    whys[last.id] = "kept because it is the last one that is proved"
    newest = next((one for one in newest_first if not _is_open(one, now)), None)
    if newest is not None and newest is not last:
        whys[newest.id] = "kept because it is the newest"
    for one in newest_first:
        if one.state == outcome.RUNNING:
            whys[one.id] = "kept because it is being made"
        elif _moment(one) > now:
            whys[one.id] = "kept because it is dated in the future"
    return whys


def _is_open(one: Generation, now: datetime) -> bool:
    return one.state == outcome.RUNNING or _moment(one) > now


def _why(rules: Sequence[str]) -> str:
    return "kept as the last one of a " + ", a ".join(PERIODS[unit] for unit in rules)


def _moment(one: Generation) -> datetime:
    return datetime.fromisoformat(one.made)


def _local(moment: datetime, now: datetime) -> datetime:
    return moment.astimezone(now.tzinfo)
