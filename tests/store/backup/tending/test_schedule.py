"""A backup is due when its time came, once; after sleep, failures and wrong clocks it still comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vetpacs_desktop.store.backup.history import BROKEN, FAILED, OK, PARTLY, STOPPED, Run
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.tending import schedule
from vetpacs_desktop.store.backup.tending.schedule import BadSchedule, Plan, Situation

ZURICH = ZoneInfo("Europe/Zurich")
NAS = Place("NAS", "/mnt/nas", at="02:00")
HOURLY = replace(NAS, every="hourly", at="00:15")
WEEKLY = replace(NAS, every="weekly", weekday=6)


def at(day: int, hour: int = 0, minute: int = 0, month: int = 11) -> datetime:
    """2026-11-23 is a Monday."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZURICH)


def run(began: datetime, outcome: str = OK, minutes: float = 10) -> Run:
    start = int(began.timestamp())
    return Run(start, start, start + int(minutes * 60) if outcome else None, outcome, "", "", 0, 0)


def plan(place: Place, now: datetime, *runs: Run, **more: object) -> Plan:
    return schedule.plan(place, runs, replace(Situation(now), **more))  # type: ignore[arg-type]


def test_the_first_backup_does_not_wait_for_the_night() -> None:
    assert plan(NAS, at(23, 12)) == Plan(True, schedule.FIRST, at(23, 12), next=at(24, 2))


def test_a_daily_backup_is_due_at_its_time_and_once() -> None:
    yesterday = run(at(23, 2))
    assert not plan(NAS, at(24, 1, 59), yesterday).due
    due = plan(NAS, at(24, 2), yesterday)
    assert (due.run, due.why, due.since) == (True, schedule.SLOT, at(24, 2))
    assert not plan(NAS, at(24, 2, 20), run(at(24, 2)), yesterday).due
    assert plan(NAS, at(24, 2, 20), run(at(24, 2)), yesterday).next == at(25, 2)


def test_after_days_off_it_is_caught_up_once() -> None:
    due = plan(NAS, at(24, 8), run(at(20, 2)))
    assert (due.run, due.since) == (True, at(24, 2))
    assert not plan(NAS, at(24, 9), run(at(24, 8)), run(at(20, 2))).due


def test_a_backup_by_hand_before_the_time_does_not_stand_for_it_and_one_after_it_does() -> None:
    assert plan(NAS, at(24, 3), run(at(24, 1, 50))).due
    assert not plan(NAS, at(24, 3), run(at(24, 2, 1))).due


def test_hourly_and_weekly_times() -> None:
    assert not plan(HOURLY, at(24, 9, 14), run(at(24, 8, 15))).due
    assert plan(HOURLY, at(24, 9, 15), run(at(24, 8, 15))).since == at(24, 9, 15)
    assert not plan(WEEKLY, at(28, 12), run(at(22, 2))).due
    assert plan(WEEKLY, at(29, 2), run(at(22, 2))).since == at(29, 2)
    assert plan(WEEKLY, at(24), run(at(22, 2))).next == at(29, 2)


def test_by_hand_alone_and_paused_never_run_by_themselves() -> None:
    never, paused = replace(NAS, every="never"), replace(NAS, paused=True)
    assert plan(never, at(24)) == Plan(False)
    assert plan(paused, at(24)) == Plan(False, waits=schedule.PAUSED)
    assert plan(never, at(24), asked=True).run
    assert plan(paused, at(24), asked=True).run
    assert schedule.first_missed(never, [run(at(1))], at(24)) is None
    assert schedule.first_missed(paused, [run(at(1))], at(24)) is None


def test_outside_its_hours_it_waits_for_them() -> None:
    night = replace(HOURLY, hours="20:00-06:00")
    waiting = plan(night, at(24, 9), run(at(24, 5, 15)))
    assert (waiting.due, waiting.run, waiting.waits, waiting.until) == (True, False, "hours", at(24, 20))
    assert plan(night, at(24, 20), run(at(24, 5, 15))).run
    assert plan(night, at(24, 9), run(at(24, 5, 15)), asked=True).run


@pytest.mark.parametrize(
    ("hours", "allowed"),
    [
        ("", range(24)),
        ("20:00-06:00", [*range(20, 24), *range(6)]),
        ("08:00 - 18:00", range(8, 18)),
        ("00:00–24:00", range(24)),
        ("22:00-24:00", [22, 23]),
        ("9:00-9:00", range(24)),
    ],
)
def test_hours(hours: str, allowed: Sequence[int]) -> None:
    place = replace(NAS, hours=hours)
    assert [hour for hour in range(24) if schedule.within(place, at(24, hour))] == sorted(allowed)


def test_on_battery_it_waits_unless_the_target_allows_it_or_somebody_asked() -> None:
    before = run(at(23, 2))
    assert plan(NAS, at(24, 3), before, on_battery=True).waits == schedule.BATTERY
    assert plan(replace(NAS, on_battery=True), at(24, 3), before, on_battery=True).run
    assert plan(NAS, at(24, 3), before, on_battery=True, asked=True).run


def test_after_failures_it_waits_longer_each_time_and_never_gives_up() -> None:
    good = run(at(20, 2))
    now, failed, waited = at(21, 2), [], []
    for _ in range(7):
        failed.insert(0, run(now, FAILED, minutes=1))
        ended = now + timedelta(minutes=1)
        due = plan(NAS, ended, *failed, good)
        assert (due.due, due.waits) == (True, schedule.RETRY)
        assert due.until is not None
        waited.append((due.until - ended) / timedelta(minutes=1))
        assert not plan(NAS, due.until - timedelta(seconds=1), *failed, good).run
        now = due.until
        assert plan(NAS, now, *failed, good).run
    assert waited == [5, 15, 45, 120, 240, 240, 240]


def test_one_that_was_cut_off_goes_on_at_once_but_not_for_ever() -> None:
    good = run(at(23, 2))
    broken = run(at(24, 2), BROKEN)
    assert plan(NAS, at(24, 2, 30), broken, good).why == schedule.AGAIN
    assert plan(NAS, at(24, 2, 30), broken, good).run
    assert plan(NAS, at(24, 2, 30), run(at(24, 2), ""), good).run
    assert plan(NAS, at(24, 2, 12), broken, broken, good).waits == schedule.RETRY


def test_what_the_rules_stopped_goes_on_and_what_a_person_stopped_waits_for_its_next_time() -> None:
    good, stopped = run(at(23, 2)), run(at(24, 2), STOPPED)
    assert plan(NAS, at(24, 20), stopped, good).run
    assert not plan(NAS, at(24, 20), stopped, good, stopped=at(24, 2, 10)).due
    assert plan(NAS, at(25, 2), stopped, good, stopped=at(24, 2, 10)).run
    assert not plan(NAS, at(24, 3), stopped, stopped=at(24, 2, 10)).due
    assert plan(NAS, at(25, 3), stopped, stopped=at(24, 2, 10)).run


def test_a_newer_program_makes_a_backup_at_once() -> None:
    today = run(at(24, 2))
    assert plan(NAS, at(24, 9), today, program="0.10.0", last_program="0.9.2").why == schedule.UPDATE
    for before in ("", "0.10.0", "0.11"):
        assert not plan(NAS, at(24, 9), today, program="0.10.0", last_program=before).due


def test_a_clock_that_is_put_back_costs_one_more_run_and_skips_none() -> None:
    ahead = run(at(30, 2))
    due = plan(NAS, at(24, 9), ahead)
    assert (due.run, due.why) == (True, schedule.CLOCK)
    assert not plan(NAS, at(24, 9, 30), run(at(24, 9)), ahead).due
    assert plan(NAS, at(25, 2), run(at(24, 9)), ahead).run
    assert plan(NAS, at(24, 9), run(at(30, 2), FAILED), run(at(23, 2))).run


def test_an_unfinished_pause_of_the_future_does_not_hold_it_up() -> None:
    assert plan(NAS, at(24, 9), run(at(28, 2), STOPPED), run(at(23, 2)), stopped=at(28, 2)).run


@settings(deadline=None)
@given(
    st.integers(0, 700 * 24 * 60).map(lambda minutes: at(2, month=1) + timedelta(minutes=minutes)),
    st.sampled_from([NAS, HOURLY, WEEKLY, replace(NAS, at="02:30"), replace(NAS, at="23:59")]),
)
def test_at_every_moment_of_the_year_the_times_fit_together(now: datetime, place: Place) -> None:
    before, after = schedule.last_slot(place, now), schedule.next_slot(place, now)
    assert before is not None
    assert after is not None
    assert before <= now < after
    step = after.astimezone(UTC) - before.astimezone(UTC)
    assert step <= schedule.PERIODS[place.every] + timedelta(hours=1)
    assert schedule.last_slot(place, after) == after


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(-3000, 3000), min_size=40, max_size=60), st.sampled_from([NAS, HOURLY]))
def test_with_any_clock_no_day_of_true_time_is_without_a_backup(jumps: list[int], place: Place) -> None:
    """True time goes on by the hour; the clock jumps about, forwards and back, by days."""
    runs: list[Run] = []
    true, clock, last = at(1), at(1), at(1)
    lost = timedelta(0)
    for jump in jumps:
        if jump % 5 == 0:
            clock = (clock.astimezone(UTC) + timedelta(minutes=jump)).astimezone(ZURICH)
            lost += timedelta(minutes=max(-jump, 0))
        true += timedelta(hours=1)
        clock = (clock.astimezone(UTC) + timedelta(hours=1)).astimezone(ZURICH)
        if schedule.plan(place, runs, Situation(clock)).run:
            runs.insert(0, run(clock))
            last, lost = true, timedelta(0)
        assert true - last <= timedelta(hours=25) + min(lost, timedelta(hours=24))


def test_the_pauses_for_sleep_are_counted_from_what_was_missed_first() -> None:
    assert schedule.first_missed(NAS, [run(at(20, 2))], at(24, 9)) == at(21, 2)
    assert schedule.first_missed(NAS, [run(at(24, 2))], at(24, 9)) is None
    assert schedule.first_missed(NAS, [], at(24, 9)) is None
    night = replace(HOURLY, hours="20:00-06:00")
    assert schedule.first_missed(night, [run(at(24, 5, 15), PARTLY)], at(24, 19)) is None
    assert schedule.first_missed(night, [run(at(24, 5, 15))], at(24, 21)) == at(24, 20)


@pytest.mark.parametrize(
    "wrong",
    [
        {"at": "25:00"},
        {"at": "2 o'clock"},
        {"at": "02:60"},
        {"every": "sometimes"},
        {"every": "weekly", "weekday": 7},
        {"hours": "20:00"},
        {"hours": "20-06"},
    ],
)
def test_what_is_not_understood_is_refused_with_an_example(wrong: dict[str, str]) -> None:
    with pytest.raises(BadSchedule, match="NAS"):
        schedule.check(replace(NAS, **wrong))  # type: ignore[arg-type]
    schedule.check(NAS)
